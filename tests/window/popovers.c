#include "tests/window/popovers.h"

#include "tests/window/inspect.h"
#include "ui/kit/kit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct {
  const char *file;        /* that makes it; a row for each it makes */
  const char *place, *name; /* part of where it is opened, NULL: anywhere; its name, Chinese as the sources have it, NULL: any */
  const char *typed;       /* into a field whose answers come below; NULL: a list that drops down */
  const char *elsewhere;   /* not opened here, and why; NULL: it is */
} places[] = {
  { "person_field", NULL, "肝功能", NULL, NULL },
  { "first_form", NULL, NULL, NULL, "window-first founds a hospital" },
  { "dialog_papers", NULL, "注册机构同意", NULL, NULL },
  { "comment_sample", "comment", "点评样本", NULL, NULL },
  { "dialog_grant", "grants-", "要做什么", NULL, NULL },
  { "dialog_grant", "grants-", "用途", NULL, NULL },
  { "dialog_grant", "grants-", "报表", NULL, NULL },
  { "dialog_grant", "registers-", "台账（全部条目）", NULL, NULL },
  { "dialog_comment_plan", NULL, "点评对象", NULL, "after the kind of sample is chosen; four words" },
  { "dialog_comment_plan", NULL, "科室", NULL, "after the kind of sample is chosen; the list of the report's departments" },
  { "rx_line", NULL, "频次", NULL, NULL },
  { "page_report", "report", "科室", NULL, NULL },
  { "page_report", "report", "报表名称", NULL, NULL },
  { "visit_acts", NULL, "是否属于复诊", NULL, "of a visit that nobody judged; two words" },
  { "herb_row", NULL, "特殊煎煮", NULL, "window-sheets writes a herbal prescription" },
  { "herb_sheet", NULL, "煎煮方式", NULL, "window-sheets writes a herbal prescription" },
  { "herb_sheet", NULL, "中医诊断", NULL, "window-sheets writes a herbal prescription" },
  { "dialog_institution", "people-", "职务", NULL, NULL },
  { "dialog_institution", "people-", "核准", NULL, NULL },
  { "dialog_institution", "people-", "实体机构有此科目", NULL, NULL },
  { "dialog_institution", "people-", "备案", NULL, NULL },
  { "dialog_duty", "people-", "药师", NULL, NULL },
  { "reveal", "visit-", "项目", NULL, NULL },
  { "dialog_intake_by_hand", "手工录入", "证件类型", NULL, NULL },
  { "dialog_intake_by_hand", "手工录入", "性别", NULL, NULL },
  { "dialog_intake_by_hand", "手工录入", "既往确诊", "gxy", NULL },
  { "dialog_entry", "register ", NULL, NULL, NULL },
  { "talk_acts", "登记录音录像", "种类", NULL, NULL },
  { "finding_row", NULL, "理由：%s", NULL, NULL },
  { "diagnosis_field", NULL, "诊断", "gxy", NULL },
  { "page_catalogue", NULL, "筛选药品", NULL, NULL },
  { "dialog_rules", "拟订新版本", "地区", NULL, NULL },
  { "dialog_purge", "grants-", "清除什么", NULL, NULL },
  { "dialog_dispense", NULL, "取药人是患者的", NULL, NULL },
  { "dialog_dispense", NULL, "药店", NULL, "window-acts sends to a pharmacy; here is none to choose" },
  { "dialog_account", "people-", "角色", NULL, NULL },
  { "inspection_form", NULL, NULL, NULL, "window-trusted makes the papers of an inspection" },
  { "dialog_drug", NULL, "抗菌药分级", NULL, NULL },
  { "step_prescription", NULL, "处方有效期", NULL, NULL },
  { "step_prescription", NULL, "费别", NULL, NULL },
  { "step_prescription", NULL, "延长有效期的理由", NULL, NULL },
  { "step_prescription", NULL, "添加药品", "aldp", NULL },
  { "long_block", NULL, "首次开具长期处方", NULL, "window-sheets writes a long prescription" },
  { "dialog_idle", "people-", "闲置时间", NULL, NULL },
  { "intake_further", NULL, NULL, NULL, "folded; three words" },
  { "dialog_reason", NULL, "终止原因", NULL, NULL },
  { "record_copy", "提供病历副本", "提供方式", NULL, NULL },
  { "rx_hand", NULL, NULL, NULL, "of a doctor with kept sets; window-sheets" },
  { "header", NULL, NULL, NULL, "the search of everything: see_search() of the tour" },
};

static gboolean opened[G_N_ELEMENTS (places)];
static GHashTable *seen; /* with the full scale: by place and name */

static gboolean
is_full (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
}

/* A name with something put in is known by what comes before. */
static gboolean
bears (const char *name, const char *listed)
{
  const char *words = _ (listed), *put = strchr (words, '%');

  return put != NULL ? strncmp (name, words, (gsize) (put - words)) == 0 : g_str_equal (name, words);
}

static int
find_row (const char *place, const char *name, gboolean types)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i].elsewhere == NULL && (places[i].typed != NULL) == types && (places[i].place == NULL || strstr (place, places[i].place) != NULL) &&
        (places[i].name == NULL || bears (name, places[i].name)))
      return (int) i;
  return -1;
}

static gboolean
is_new (int row, const char *place, const char *name)
{
  if (!is_full ())
    return row >= 0 && !opened[row];
  if (seen == NULL)
    seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return g_hash_table_add (seen, g_strconcat (place, ": ", name, NULL));
}

static GtkWidget *
popover_of (GtkWidget *field)
{
  GtkWidget *child = gtk_widget_get_first_child (field);

  while (child != NULL && !GTK_IS_POPOVER (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

/* What moves the page brings it into sight when the focus comes to it. */
static void
come_to (GtkWidget *window, GtkWidget *field)
{
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  inspect_settle (window);
  gtk_widget_grab_focus (field);
  inspect_settle (window);
}

static float
top_of (GtkWidget *window, GtkWidget *field)
{
  graphene_rect_t at;

  return gtk_widget_compute_bounds (field, window, &at) ? at.origin.y : -1;
}

/* FALSE: there is nothing to choose from yet. */
static gboolean
see_list (GtkWidget *window, GtkWidget *drop, const char *name, GPtrArray *found)
{
  float at = top_of (window, drop);

  fz_drop_down_open (FZ_DROP_DOWN (drop));
  if (!fz_drop_down_is_open (FZ_DROP_DOWN (drop)))
    return FALSE;
  inspect_popover (popover_of (drop), found);
  if (ABS (top_of (window, drop) - at) > 1)
    g_ptr_array_add (found, g_strdup_printf ("“%s” moves away from its list when it opens", name));
  fz_drop_down_close (FZ_DROP_DOWN (drop));
  return TRUE;
}

static gboolean
see_answers (GtkWidget *field, const char *name, const char *typed, GPtrArray *found)
{
  GtkWidget *entry = fz_access_get_inner (field);
  gboolean answered;

  gtk_editable_set_text (GTK_EDITABLE (entry), typed);
  answered = fz_search_field_is_open (FZ_SEARCH_FIELD (field));
  if (answered)
    inspect_popover (popover_of (field), found);
  else
    g_ptr_array_add (found, g_strdup_printf ("“%s” has no answer to %s", name, typed));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  return answered;
}

static void
see_field (GtkWidget *window, GtkWidget *field, const char *place, GPtrArray *found)
{
  gboolean types = FZ_IS_SEARCH_FIELD (field);
  g_autofree char *name = g_strdup (fz_access_get_label (fz_access_get_inner (field)));
  int row = find_row (place, name, types);

  if (!gtk_widget_is_sensitive (field) || !is_new (row, place, name) || (types && row < 0))
    return;
  come_to (window, field);
  if ((types ? see_answers (field, name, places[row].typed, found) : see_list (window, field, name, found)) && row >= 0)
    opened[row] = TRUE;
}

static void
see_below (GtkWidget *window, GtkWidget *widget, const char *place, GPtrArray *found)
{
  if (!gtk_widget_get_mapped (widget) || GTK_IS_POPOVER (widget))
    return;
  if (FZ_IS_DROP_DOWN (widget) || FZ_IS_SEARCH_FIELD (widget)) {
    see_field (window, widget, place, found);
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    see_below (window, child, place, found);
}

void
popovers_inspect (GtkWidget *window, GtkWidget *within, const char *place, GPtrArray *found)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));
  gboolean shown = gtk_window_get_focus_visible (GTK_WINDOW (window));

  see_below (window, within, place, found);
  gtk_window_set_focus (GTK_WINDOW (window), focus);
  gtk_window_set_focus_visible (GTK_WINDOW (window), shown);
}

/* --- the table --- */

static guint
count_words (const char *text, const char *words)
{
  guint n = 0;

  for (const char *at = strstr (text, words); at != NULL; at = strstr (at + 1, words))
    n++;
  return n;
}

static guint
count_rows (const char *file)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    n += g_strcmp0 (places[i].file, file) == 0;
  return n;
}

static void
check_file (const char *dir, const char *name, GPtrArray *wrong)
{
  static const char *const others[] = { "gtk_popover_new", "gtk_popover_menu_new", "gtk_menu_button_new", "gtk_drop_down_new", "gtk_combo_box", "gtk_color_button_new", "gtk_font_button_new" };
  g_autofree char *path = g_build_filename (dir, name, NULL), *text = NULL, *file = g_strndup (name, strlen (name) - strlen (".c"));
  g_autoptr (GError) error = NULL;
  gboolean knows = g_str_equal (name, "drop_down.c") || g_str_equal (name, "search_field.c") || g_str_equal (name, "header.c");
  guint n;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  n = knows && !g_str_equal (name, "header.c") ? 0 : count_words (text, "fz_drop_down_new (") + count_words (text, "fz_search_field_new (");
  if (n != count_rows (file))
    g_ptr_array_add (wrong, g_strdup_printf ("%s makes %u lists, %u have a row in tests/window/popovers.c", name, n, count_rows (file)));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (count_words (text, others[i]) > (knows && i == 0 ? 1u : 0u))
      g_ptr_array_add (wrong, g_strdup_printf ("%s has a popover that nobody measures: %s", name, others[i]));
}

void
popovers_check_table (void)
{
  static const char *const folders[] = { "ui", "ui/kit" };
  g_autoptr (GPtrArray) wrong = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *dir = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), folders[i], NULL);
    g_autoptr (GDir) files = g_dir_open (dir, 0, NULL);
    const char *name;

    g_assert_nonnull (files);
    while ((name = g_dir_read_name (files)) != NULL)
      if (g_str_has_suffix (name, ".c"))
        check_file (dir, name, wrong);
  }
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i].elsewhere == NULL && !opened[i])
      g_ptr_array_add (wrong, g_strdup_printf ("%s: “%s” was not opened", places[i].file, places[i].name != NULL ? places[i].name : places[i].place));
  for (guint i = 0; i < wrong->len; i++)
    g_test_message ("%s", (char *) wrong->pdata[i]);
  if (wrong->len > 0)
    g_test_fail_printf ("%u faults of the table of popovers", wrong->len);
}
