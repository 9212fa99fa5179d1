/* 正文 of a herbal sheet (中药处方格式及书写规范): herbs in the doctor's order, in aligned columns, special handling at the upper right in brackets;
 * below them the number of doses and, right after it, the use. */
#include "app/paper/slip_private.h"

#define COLUMNS 3
#define GAP 6.0

gboolean
fz_slip_is_herbal (const FzSlip *self)
{
  return g_strcmp0 (fz_fields_get (self->rx, "rx.kind"), "herbal") == 0;
}

static guint
n_rows (const FzSlip *self)
{
  return (fz_fields_count (self->rx, "rx.item") + COLUMNS - 1) / COLUMNS;
}

guint
fz_slip_count_herb_blocks (const FzSlip *self)
{
  return 1 + n_rows (self) + 1;
}

static const char *
item (const FzSlip *self, guint i, const char *key)
{
  const char *value = fz_fields_get_at (self->rx, "rx.item", i, key);

  return value != NULL ? value : "";
}

static double
draw_diagnosis (FzSlip *self, double y)
{
  FzPen pen = { 9, FALSE, FZ_INK, FZ_ALIGN_LEFT };
  const char *disease = fz_fields_get (self->rx, "rx.tcm.disease"), *pattern = fz_fields_get (self->rx, "rx.tcm.pattern");
  g_autofree char *text = g_strdup_printf ("中医诊断　%s　%s", disease != NULL ? disease : "", pattern != NULL ? pattern : "—");

  return fz_paper_text (self->paper, self->left, y, self->width, text, pen) + 4;
}

/* Name and grams on the line; the handling small and raised to its right. Returns the height. */
static double
draw_herb (FzSlip *self, guint i, double x, double y, double width)
{
  FzPen name = { 10.5, TRUE, FZ_INK, FZ_ALIGN_LEFT }, small = { 7, FALSE, FZ_INK, FZ_ALIGN_LEFT };
  g_autofree char *text = g_strdup_printf ("%s %s%s", item (self, i, "generic"), item (self, i, "dose_number"), item (self, i, "dose_unit"));
  g_autofree char *raised = *item (self, i, "special") != '\0' ? g_strdup_printf ("（%s）", item (self, i, "special")) : NULL;
  double room = raised != NULL ? fz_paper_text_width (self->paper, raised, small) : 0, used = fz_paper_text_width (self->paper, text, name);
  double height = fz_paper_text (self->paper, x, y + 3, width - room, text, name);

  if (raised != NULL)
    fz_paper_text (self->paper, x + MIN (used, width - room), y, -1, raised, small);
  return height + 6;
}

static double
draw_row (FzSlip *self, guint row, double y)
{
  guint n = fz_fields_count (self->rx, "rx.item");
  double width = (self->width - (COLUMNS - 1) * GAP) / COLUMNS, height = 0;

  for (guint c = 0; c < COLUMNS && row * COLUMNS + c < n; c++) {
    double one = draw_herb (self, row * COLUMNS + c, self->left + c * (width + GAP), y, width);

    height = MAX (height, one);
  }
  return height;
}

static double
draw_use (FzSlip *self, double y)
{
  FzPen count = { 10.5, TRUE, FZ_INK, FZ_ALIGN_LEFT };
  const char *packets = fz_fields_get (self->rx, "rx.packets"), *use = fz_fields_get (self->rx, "rx.use_text");
  g_autofree char *text = g_strdup_printf ("共 %s 剂　%s", packets != NULL ? packets : "—", use != NULL ? use : "");

  return fz_paper_text (self->paper, self->left, y + 2, self->width, text, count) + 6;
}

double
fz_slip_draw_herb_block (FzSlip *self, guint i, double y)
{
  if (i == 0)
    return draw_diagnosis (self, y);
  return i <= n_rows (self) ? draw_row (self, i - 1, y) : draw_use (self, y);
}
