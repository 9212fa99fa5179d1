#include "tests/kit/gallery_rows.h"

struct _GalleryRow {
  GObject parent_instance;
  guint number;
};

G_DEFINE_FINAL_TYPE (GalleryRow, gallery_row, G_TYPE_OBJECT)

static void
gallery_row_class_init (GalleryRowClass *class)
{
}

static void
gallery_row_init (GalleryRow *self)
{
}

GalleryRow *
gallery_row_new (guint number)
{
  GalleryRow *self = g_object_new (GALLERY_TYPE_ROW, NULL);

  self->number = number;
  return self;
}

guint
gallery_row_get_number (GalleryRow *self)
{
  return self->number;
}

static char *
number_of (gpointer item, gpointer user_data)
{
  return g_strdup_printf ("CF20261121-%04u", GALLERY_ROW (item)->number);
}

static char *
patient_of (gpointer item, gpointer user_data)
{
  static const char *const names[] = { "陈国栋", "李秀英", "王建华", "赵雨桐", "欧阳明哲", "孙丽萍", "周志强" };

  return g_strdup (names[GALLERY_ROW (item)->number % G_N_ELEMENTS (names)]);
}

static char *
about_of (gpointer item, gpointer user_data)
{
  guint n = GALLERY_ROW (item)->number;

  return g_strdup_printf ("%s · %u岁", n % 2 == 0 ? "男" : "女", 29 + n * 7 % 50);
}

static char *
drugs_of (gpointer item, gpointer user_data)
{
  static const char *const drugs[] = { "苯磺酸氨氯地平片 5 mg", "盐酸二甲双胍缓释片 0.5 g、阿托伐他汀钙片 20 mg、阿司匹林肠溶片 100 mg",
                                       "甲磺酸多沙唑嗪缓释片 4 mg", "左甲状腺素钠片 50 μg" };

  return g_strdup (drugs[GALLERY_ROW (item)->number % G_N_ELEMENTS (drugs)]);
}

static char *
waited_of (gpointer item, gpointer user_data)
{
  return g_strdup_printf ("%u:%02u", 2 + GALLERY_ROW (item)->number % 14, GALLERY_ROW (item)->number * 17 % 60);
}

static FzStatus
risk_of (gpointer item, char **word, gpointer user_data)
{
  switch (GALLERY_ROW (item)->number % 6) {
  case 0:
    *word = g_strdup ("高警示药品");
    return FZ_STATUS_STOP;
  case 1:
  case 2:
    *word = g_strdup ("有医生理由");
    return FZ_STATUS_WARN;
  case 3:
    return FZ_STATUS_NEUTRAL;
  default:
    *word = g_strdup ("无发现");
    return FZ_STATUS_OK;
  }
}

const FzColumn gallery_columns[6] = {
  { .title = "处方编号", .text = number_of, .width = 150, .sort_key = "number" },
  { .title = "患者", .text = patient_of, .second = about_of, .width = 96, .strong = TRUE },
  { .title = "药品", .text = drugs_of, .width = 240, .expand = TRUE, .wrap = TRUE },
  { .title = "风险", .pill = risk_of, .width = 130 },
  { .title = "等待", .text = waited_of, .width = 64, .numeric = TRUE, .sort_key = "waited" },
  { .title = "", .width = 8 },
};

GListModel *
gallery_rows_new (guint n)
{
  GListStore *store = g_list_store_new (GALLERY_TYPE_ROW);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GalleryRow) row = gallery_row_new (180 + i);

    g_list_store_append (store, row);
  }
  return G_LIST_MODEL (store);
}

GtkWidget *
gallery_table_new (void)
{
  g_autoptr (GListModel) rows = gallery_rows_new (42);
  GtkWidget *table = fz_table_new ("待审处方", gallery_columns, G_N_ELEMENTS (gallery_columns), rows, NULL);

  fz_table_select (FZ_TABLE (table), 1);
  return table;
}
