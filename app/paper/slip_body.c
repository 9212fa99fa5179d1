/* 正文: one block a drug, then the reasons given, then the doctor's remark. */
#include "app/paper/slip_private.h"

#define INDENT 18.0
#define QUANTITY_WIDTH 74.0

static guint
n_items (const FzSlip *self)
{
  return fz_slip_is_herbal (self) ? fz_slip_count_herb_blocks (self) : fz_fields_count (self->rx, "rx.item");
}

static guint
n_overrides (const FzSlip *self)
{
  return fz_fields_count (self->rx, "override");
}

guint
fz_slip_count_blocks (const FzSlip *self)
{
  return n_items (self) + n_overrides (self) + (fz_fields_has (self->rx, "rx.note") ? 1 : 0);
}

/* Words with a gap between, absent ones left out. */
static void
add_word (GString *text, const char *format, const char *value)
{
  if (value == NULL)
    return;
  if (text->len > 0)
    g_string_append (text, "　");
  g_string_append_printf (text, "%s", format);
  g_string_append (text, value);
}

char *
fz_slip_usage_words (const FzFields *rx, guint i)
{
  GString *text = g_string_new (NULL);
  const char *number = fz_fields_get_at (rx, "rx.item", i, "dose_number"), *unit = fz_fields_get_at (rx, "rx.item", i, "dose_unit");
  const char *label = fz_fields_get_at (rx, "rx.item", i, "freq_label"), *freq = fz_fields_get_at (rx, "rx.item", i, "freq");
  const char *days = fz_fields_get_at (rx, "rx.item", i, "days");
  g_autofree char *dose = number != NULL ? g_strdup_printf ("%s%s", number, unit != NULL ? unit : "") : NULL;
  g_autofree char *often = label != NULL && freq != NULL ? g_strdup_printf ("%s（%s）", label, freq) : g_strdup (label != NULL ? label : freq);
  g_autofree char *period = days != NULL ? g_strdup_printf ("%s天", days) : NULL;

  add_word (text, "每次 ", dose);
  add_word (text, "", often);
  add_word (text, "", fz_fields_get_at (rx, "rx.item", i, "route_label"));
  add_word (text, "共 ", period);
  add_word (text, "", fz_fields_get_at (rx, "rx.item", i, "note"));
  return g_string_free (text, FALSE);
}

static char *
form_words (const FzSlip *self, guint i)
{
  GString *text = g_string_new (NULL);

  add_word (text, "", fz_fields_get_at (self->rx, "rx.item", i, "form_label"));
  add_word (text, "", fz_fields_get_at (self->rx, "rx.item", i, "manufacturer"));
  return g_string_free (text, FALSE);
}

static double
draw_soft (FzSlip *self, double y, const char *text)
{
  FzPen pen = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };

  if (text == NULL || *text == '\0')
    return 0;
  return fz_paper_text (self->paper, self->left + INDENT, y, self->width - INDENT, text, pen);
}

/* Name and strength on the left, the amount to hand out on the right; the strength apart from the name, both whole. */
static double
draw_name (FzSlip *self, guint i, double y)
{
  FzPen name = { 10.5, TRUE, FZ_INK, FZ_ALIGN_LEFT }, number = { 10.5, FALSE, FZ_INK, FZ_ALIGN_LEFT };
  FzPen amount = { 10.5, TRUE, FZ_INK, FZ_ALIGN_RIGHT };
  const char *quantity = fz_fields_get_at (self->rx, "rx.item", i, "quantity"), *unit = fz_fields_get_at (self->rx, "rx.item", i, "unit");
  const char *generic = fz_fields_get_at (self->rx, "rx.item", i, "generic"), *strength = fz_fields_get_at (self->rx, "rx.item", i, "strength");
  g_autofree char *left = g_strdup_printf ("%s　%s", generic != NULL ? generic : "—", strength != NULL ? strength : "");
  g_autofree char *right = quantity != NULL ? g_strdup_printf ("× %s %s", quantity, unit != NULL ? unit : "") : g_strdup ("—");
  g_autofree char *position = g_strdup_printf ("%u.", i + 1);
  double left_height, right_height;

  fz_paper_text (self->paper, self->left, y, -1, position, number);
  left_height = fz_paper_text (self->paper, self->left + INDENT, y, self->width - INDENT - QUANTITY_WIDTH - 4, left, name);
  right_height = fz_paper_text (self->paper, self->left + self->width - QUANTITY_WIDTH, y, QUANTITY_WIDTH, right, amount);
  return MAX (left_height, right_height);
}

static double
draw_item (FzSlip *self, guint i, double y)
{
  FzPen sig = { 9.5, FALSE, FZ_INK, FZ_ALIGN_LEFT };
  g_autofree char *usage = fz_slip_usage_words (self->rx, i), *form = form_words (self, i), *line = g_strconcat ("Sig. ", usage, NULL);
  double top = y;

  y += draw_name (self, i, y);
  y += draw_soft (self, y, form);
  y += fz_paper_text (self->paper, self->left + INDENT, y, self->width - INDENT, line, sig);
  y += draw_soft (self, y, fz_fields_get_at (self->rx, "rx.item", i, "quantity_note"));
  return y - top + 2;
}

static double
draw_override (FzSlip *self, guint i, double y)
{
  const char *message = fz_fields_get_at (self->rx, "override", i, "message");
  GString *text = g_string_new ("说明理由");
  double height;

  add_word (text, "", message);
  add_word (text, "→ ", fz_fields_get_at (self->rx, "override", i, "reason_label"));
  add_word (text, "", fz_fields_get_at (self->rx, "override", i, "words"));
  height = draw_soft (self, y, text->str);
  g_string_free (text, TRUE);
  return height + 2;
}

double
fz_slip_draw_block (FzSlip *self, guint i, double y)
{
  g_autofree char *note = NULL;

  if (i < n_items (self))
    return fz_slip_is_herbal (self) ? fz_slip_draw_herb_block (self, i, y) : draw_item (self, i, y);
  i -= n_items (self);
  if (i < n_overrides (self))
    return draw_override (self, i, y);
  note = g_strdup_printf ("备注　%s", fz_fields_get (self->rx, "rx.note"));
  return draw_soft (self, y, note) + 3;
}
