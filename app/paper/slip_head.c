/* 前记: the hospital, the sheet's kind and number, the patient and the diagnosis. */
#include "app/paper/slip_private.h"

#include "core/date.h"
#include "core/mask.h"

#define QR_MM 25 /* on paper, whatever the sheet's scale */
#define QUIET 6.5 /* of white below the code before the first line: four modules of the widest code */
#define BADGE_WIDTH 44.0

static const FzPen label_pen = { 8.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
static const FzPen value_pen = { 9, FALSE, FZ_INK, FZ_ALIGN_LEFT };

/* A label and its value in a cell of the given width; the value wraps below itself, never into the next cell. */
static double
cell (FzSlip *self, double x, double y, double width, const char *label, const char *value)
{
  double indent = fz_paper_text_width (self->paper, label, label_pen) + 4;
  double height;

  fz_paper_text (self->paper, x, y + 1, -1, label, label_pen);
  height = fz_paper_text (self->paper, x + indent, y, width - indent - 4, value != NULL ? value : "—", value_pen);
  return height + 1;
}

typedef struct {
  const char *label;
  char *value; /* owned */
  double share;
} Cell;

/* A row of cells; its height is that of the tallest. Takes the values. */
static double
row (FzSlip *self, double y, Cell *cells, guint n)
{
  double x = self->left, height = 0;

  for (guint i = 0; i < n; i++) {
    double width = self->width * cells[i].share;

    height = MAX (height, cell (self, x, y, width, cells[i].label, cells[i].value));
    x += width;
    g_free (cells[i].value);
  }
  return height;
}

static char *
get (const FzSlip *self, const char *key)
{
  return g_strdup (fz_fields_get (self->rx, key));
}

static char *
masked (const FzSlip *self, const char *key, char *(*mask) (const char *text))
{
  const char *value = fz_fields_get (self->rx, key);

  return value != NULL ? mask (value) : NULL;
}

static const char *
sex_word (const FzSlip *self)
{
  const char *sex = fz_fields_get (self->rx, "patient.sex");

  return g_strcmp0 (sex, "F") == 0 ? "女" : g_strcmp0 (sex, "M") == 0 ? "男" : "未知";
}

static char *
age_words (const FzSlip *self)
{
  const char *text = fz_fields_get (self->rx, "patient.age_text"), *years = fz_fields_get (self->rx, "patient.age_years");

  return text != NULL ? g_strdup (text) : years != NULL ? g_strdup_printf ("%s岁", years) : NULL;
}

static char *
day_words (const FzSlip *self)
{
  gint64 us = 0;
  FzDate day;

  if (!fz_fields_get_time (self->rx, "rx.signed_at", &us))
    return NULL;
  day = fz_date_in_beijing (us);
  return g_strdup_printf ("%d年%d月%d日", day.year, day.month, day.day);
}

static char *
cost_words (const FzSlip *self)
{
  const char *cost = fz_fields_get (self->rx, "rx.cost");

  return g_strdup (g_strcmp0 (cost, "insured") == 0 ? "医保" : g_strcmp0 (cost, "self") == 0 ? "自费" : NULL);
}

static char *
diagnosis_words (const FzSlip *self)
{
  GString *text = g_string_new (NULL);
  guint n = fz_fields_count (self->rx, "diagnosis");

  for (guint i = 0; i < n; i++) {
    const char *name = fz_fields_get_at (self->rx, "diagnosis", i, "name"), *code = fz_fields_get_at (self->rx, "diagnosis", i, "code");

    g_string_append_printf (text, "%s%s", i > 0 ? "；" : "", name != NULL ? name : "—");
    if (code != NULL)
      g_string_append_printf (text, "（%s）", code);
  }
  return g_string_free (text, FALSE);
}

static char *
allergy_words (const FzSlip *self)
{
  GString *text = g_string_new (NULL);
  guint n = fz_fields_count (self->rx, "allergy");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "、" : "", fz_fields_get_at (self->rx, "allergy", i, NULL));
  return g_string_free (n > 0 ? text : g_string_append (text, "无记录"), FALSE);
}

static char *
guardian_words (const FzSlip *self)
{
  g_autofree char *phone = masked (self, "guardian.mobile", fz_mask_phone);

  return g_strdup_printf ("%s　%s", fz_fields_get (self->rx, "guardian.name"), phone != NULL ? phone : "");
}

/* --- title --- */

static double
qr_size (const FzSlip *self)
{
  return QR_MM * FZ_PAPER_MM / self->scale;
}

static void
draw_badge (FzSlip *self, double y)
{
  FzPen pen = { 12, TRUE, self->mark.child ? FZ_INK_GOOD : FZ_INK, FZ_ALIGN_CENTRE };
  double x = self->left + self->width - BADGE_WIDTH;

  fz_paper_box (self->paper, x, y, BADGE_WIDTH, 22, 3, pen.ink, FALSE);
  fz_paper_text (self->paper, x, y + 2.5, BADGE_WIDTH, self->mark.words, pen);
}

/* Below the mark: which page, and that it is not the first print. */
static double
draw_counts (FzSlip *self, double y, guint number, guint n_sheets)
{
  FzPen pen = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_RIGHT }, again = { 8, TRUE, FZ_INK, FZ_ALIGN_RIGHT };
  g_autofree char *page = g_strdup_printf ("第 %u 页/共 %u 页", number, n_sheets);
  g_autofree char *print = self->frame.number > 1 ? g_strdup_printf ("补打\n第 %u 次打印", self->frame.number) : NULL;
  double x = self->left + self->width - 80;

  y += fz_paper_text (self->paper, x, y, 80, page, pen);
  return print != NULL ? y + fz_paper_text (self->paper, x, y + 1, 80, print, again) + 1 : y;
}

static gboolean
draw_title (FzSlip *self, double y, guint number, guint n_sheets, double *out_end, GError **error)
{
  FzPen name = { 14, TRUE, FZ_INK, FZ_ALIGN_CENTRE }, kind = { 12, FALSE, FZ_INK, FZ_ALIGN_CENTRE };
  FzPen small = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_CENTRE };
  double x = self->left + qr_size (self) + 6, width = self->width - qr_size (self) - BADGE_WIDTH - 12, top = y, counts;
  g_autofree char *line = g_strdup_printf ("处方编号 %s", fz_fields_get (self->rx, "rx.id"));

  if (!fz_paper_is_measuring (self->paper) && !fz_paper_qr (self->paper, self->left, y, qr_size (self), self->qr, error))
    return FALSE;
  draw_badge (self, y);
  counts = draw_counts (self, top + 26, number, n_sheets);
  y += fz_paper_text (self->paper, x, y, width, self->frame.institution, name) + 1;
  y += fz_paper_text (self->paper, x, y, width, "互联网诊疗处方笺", kind) + 2;
  y += fz_paper_text (self->paper, x, y, width - 30, line, small) + 3;
  *out_end = MAX (MAX (y, counts + 3), top + qr_size (self) + QUIET);
  return TRUE;
}

static double
draw_patient (FzSlip *self, double y)
{
  Cell first[] = { { "费别", cost_words (self), 0.22 }, { "科别", get (self, "dept.name"), 0.42 }, { "日期", day_words (self), 0.36 } };
  Cell second[] = { { "姓名", get (self, "patient.name"), 0.38 }, { "性别", g_strdup (sex_word (self)), 0.20 }, { "年龄", age_words (self), 0.42 } };
  Cell third[] = { { "门诊病历号", get (self, "rx.visit"), 0.44 }, { "证件号码", masked (self, "patient.id_number", fz_mask_id), 0.56 } };
  Cell fourth[] = { { "过敏史", allergy_words (self), 0.6 }, { "联系电话", masked (self, "patient.mobile", fz_mask_phone), 0.4 } };
  Cell last[] = { { "临床诊断", diagnosis_words (self), 1.0 } };

  y += row (self, y, first, G_N_ELEMENTS (first));
  y += row (self, y, second, G_N_ELEMENTS (second));
  y += row (self, y, third, G_N_ELEMENTS (third));
  y += row (self, y, fourth, G_N_ELEMENTS (fourth));
  if (self->mark.child || fz_fields_has (self->rx, "guardian.name") || fz_fields_has (self->rx, "patient.weight_kg")) {
    const char *kg = fz_fields_get (self->rx, "patient.weight_kg");
    Cell child[] = { { "监护人", fz_fields_has (self->rx, "guardian.name") ? guardian_words (self) : NULL, 0.6 }, { "体重", kg != NULL ? g_strdup_printf ("%s kg", kg) : NULL, 0.4 } };

    y += row (self, y, child, G_N_ELEMENTS (child));
  }
  return y + row (self, y, last, G_N_ELEMENTS (last));
}

gboolean
fz_slip_draw_head (FzSlip *self, double y, guint number, guint n_sheets, double *out_end, GError **error)
{
  FzPen rp = { 13, TRUE, FZ_INK, FZ_ALIGN_LEFT };

  if (!draw_title (self, y, number, n_sheets, &y, error))
    return FALSE;
  fz_paper_line (self->paper, self->left, y, self->left + self->width, y, 1.1, FZ_INK);
  y = draw_patient (self, y + 4) + 2;
  fz_paper_line (self->paper, self->left, y, self->left + self->width, y, 0.6, FZ_INK);
  *out_end = y + 1 + fz_paper_text (self->paper, self->left, y + 1, -1, "Rp", rp);
  return TRUE;
}
