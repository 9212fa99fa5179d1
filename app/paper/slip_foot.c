/* 后记: who signed, what it costs, how long it holds. A mark stands only beside a signature that was verified. */
#include "app/paper/slip_private.h"

#include <string.h>

#include "core/date.h"

static const FzPen label_pen = { 8.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
static const FzPen value_pen = { 9, FALSE, FZ_INK, FZ_ALIGN_LEFT };
static const FzPen small_pen = { 7.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };

/* `valid` (yes, no) or `label` of this role's signature; NULL when nobody of this role signed. */
static const char *
signature_get (const FzFields *rx, const char *role, const char *key)
{
  guint n = fz_fields_count (rx, "signature");

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "signature", i, "role"), role) == 0)
      return fz_fields_get_at (rx, "signature", i, key);
  return NULL;
}

static double
draw_mark (FzSlip *self, double x, double y, const char *role)
{
  const char *state = signature_get (self->rx, role, "valid");
  gboolean good = g_strcmp0 (state, "yes") == 0;
  const char *label = signature_get (self->rx, role, "label");
  g_autofree char *words = g_strconcat (label != NULL ? label : "电子签名", good ? "已核验" : "核验未通过", NULL);
  FzPen pen = { 8, TRUE, good ? FZ_INK_GOOD : FZ_INK_BAD, FZ_ALIGN_LEFT };
  double width;

  if (state == NULL)
    return 0;
  width = fz_paper_text_width (self->paper, words, pen);
  fz_paper_box (self->paper, x, y + 0.5, width + 8, 12.5, 3, pen.ink, FALSE);
  fz_paper_text (self->paper, x + 4, y + 1, -1, words, pen);
  return width + 8;
}

static char *
time_words (const FzSlip *self, const char *key)
{
  gint64 us = 0;
  g_autofree char *text = NULL;

  if (!fz_fields_get_time (self->rx, key, &us))
    return NULL;
  text = fz_beijing_time_format (us);
  text[strlen ("2026-01-05 08:00")] = '\0';
  return g_steal_pointer (&text);
}

/* A person: label, name, mark, and beside it (below, when there is no room) when and by which licence. */
static double
draw_signer (FzSlip *self, double y, const char *label, const char *name, const char *role, const char *detail)
{
  double x = self->left + 46, right = self->left + self->width, top = y;
  double width = fz_paper_text_width (self->paper, name, value_pen), detail_width;

  fz_paper_text (self->paper, self->left, y + 1, -1, label, label_pen);
  y += fz_paper_text (self->paper, x, y, right - x, name, value_pen);
  if (width > 150 && signature_get (self->rx, role, "valid") != NULL) {
    draw_mark (self, x, y + 1, role);
    y += 15;
  } else
    width += 6 + draw_mark (self, x + width + 6, top, role) + 6;
  if (detail == NULL || *detail == '\0')
    return y - top + 3;
  detail_width = fz_paper_text_width (self->paper, detail, small_pen);
  if (x + width + detail_width <= right)
    fz_paper_text (self->paper, right - detail_width, top + 2, -1, detail, small_pen);
  else
    y += fz_paper_text (self->paper, x, y, right - x, detail, small_pen);
  return y - top + 3;
}

static double
draw_doctor (FzSlip *self, double y)
{
  const char *title = fz_fields_get (self->rx, "doctor.title_label"), *licence = fz_fields_get (self->rx, "doctor.licence");
  g_autofree char *at = time_words (self, "rx.signed_at");
  g_autofree char *below = g_strdup_printf ("%s　证书 %s　%s 开具", title != NULL ? title : "", licence != NULL ? licence : "—", at);

  return draw_signer (self, y, "医　　师", fz_fields_get (self->rx, "rx.doctor_name"), "doctor", below);
}

static char *
reason_words (const FzSlip *self)
{
  GString *text = g_string_new (NULL);
  guint n = fz_fields_count (self->rx, "reason");

  for (guint i = 0; i < n; i++) {
    const char *label = fz_fields_get_at (self->rx, "reason", i, "label");

    g_string_append_printf (text, "%s%s", i > 0 ? "；" : "", label != NULL ? label : "");
  }
  return g_string_free (text, FALSE);
}

static double
draw_pharmacist (FzSlip *self, double y)
{
  const char *name = fz_fields_get (self->rx, "rx.pharmacist_name"), *verdict = fz_fields_get (self->rx, "rx.verdict");
  const char *licence = fz_fields_get (self->rx, "pharmacist.licence");
  g_autofree char *at = time_words (self, "rx.reviewed_at"), *reasons = reason_words (self);
  g_autofree char *below = NULL;
  const char *words = g_strcmp0 (verdict, "returned") == 0 ? "退回修改" : g_strcmp0 (verdict, "refused") == 0 ? "审核不通过" : "审核通过";

  if (name == NULL)
    return draw_signer (self, y, "审核药师", "（待审核，审核通过前不能调配）", "none", NULL);
  below = g_strdup_printf ("%s%s　%s %s%s%s", licence != NULL ? "证书 " : "", licence != NULL ? licence : "", at != NULL ? at : "",
                           words, *reasons != '\0' ? "：" : "", reasons);
  return draw_signer (self, y, "审核药师", name, "pharmacist", below);
}

/* --- the pharmacists who prepare, check and hand out --- */

#define MOST_PARTS 3 /* rows of the sheet's foot */

typedef struct {
  const char *label;
  const char *name;
  char *at; /* owned */
} Hand;

/* A line to sign on where nobody has acted yet: the paper goes with the medicine. */
static double
draw_hand (FzSlip *self, double x, double y, double width, const Hand *hand)
{
  double indent = fz_paper_text_width (self->paper, hand->label, label_pen) + 4, height = 14, used;

  fz_paper_text (self->paper, x, y + 1, -1, hand->label, label_pen);
  if (hand->name == NULL) {
    fz_paper_line (self->paper, x + indent, y + 11, x + width - 8, y + 11, 0.5, FZ_INK_LINE);
    return height;
  }
  height = fz_paper_text (self->paper, x + indent, y, width - indent - 4, hand->name, value_pen);
  if (hand->at == NULL)
    return height;
  used = indent + fz_paper_text_width (self->paper, hand->name, value_pen) + 4;
  if (used + fz_paper_text_width (self->paper, hand->at, small_pen) <= width - 4)
    fz_paper_text (self->paper, x + used, y + 2, -1, hand->at, small_pen);
  else
    height += fz_paper_text (self->paper, x + indent, y + height, width - indent - 4, hand->at, small_pen);
  return height;
}

/* Month, day and minute: the year stands above. */
static char *
short_time (const FzSlip *self, const char *key)
{
  g_autofree char *text = time_words (self, key);

  return text != NULL ? g_strdup (text + strlen ("2026-")) : NULL;
}

static double
draw_hands (FzSlip *self, double y, Hand *hands, const char *detail)
{
  double x = self->left, height = 0, top = y;

  for (guint i = 0; i < 3; i++) {
    height = MAX (height, draw_hand (self, x, y, self->width / 3, &hands[i]));
    x += self->width / 3;
    g_free (hands[i].at);
  }
  y += height;
  if (detail != NULL)
    y += fz_paper_text (self->paper, self->left, y, self->width, detail, small_pen);
  return y - top + 3;
}

static const char *
part_get (const FzSlip *self, guint i, const char *key)
{
  return fz_fields_get_at (self->rx, "rx.part", i, key);
}

static char *
part_time (const FzSlip *self, guint i, const char *key)
{
  g_autofree char *name = g_strdup_printf ("rx.part.%02u.%s", i, key);

  return short_time (self, name);
}

/* Which part it is and where it went; NULL: the only one, over the counter to the patient. */
static char *
part_words (const FzSlip *self, guint i, guint n)
{
  const char *partner = part_get (self, i, "partner"), *carrier = part_get (self, i, "carrier"), *parcel = part_get (self, i, "parcel");
  GString *text = g_string_new (NULL);

  if (n > 1)
    g_string_append_printf (text, "以上为第 %u 批（共 %u 批）", i + 1, n);
  if (partner != NULL)
    g_string_append_printf (text, "%s由院外药店调配：%s", text->len > 0 ? "　" : "", partner);
  if (carrier != NULL)
    g_string_append_printf (text, "%s配送：%s%s%s", text->len > 0 ? "　" : "", carrier, parcel != NULL ? "　运单 " : "", parcel != NULL ? parcel : "");
  return g_string_free (text, text->len == 0);
}

static double
draw_part (FzSlip *self, double y, guint i, guint n)
{
  gboolean outside = part_get (self, i, "partner") != NULL;
  g_autofree char *words = part_words (self, i, n);
  Hand hands[] = { { "调配药师", part_get (self, i, outside ? "prepared_by" : "preparer_name"), outside ? NULL : part_time (self, i, "prepared_at") },
                   { "核对药师", part_get (self, i, outside ? "checked_by" : "checker_name"), outside ? NULL : part_time (self, i, "checked_at") },
                   { outside ? "流转药师" : "发药药师", part_get (self, i, "handler_name"), part_time (self, i, "handed_at") } };

  return draw_hands (self, y, hands, words);
}

/* One row for each part that stands, the last ones where there are many; before the first an empty one. */
static double
draw_dispensers (FzSlip *self, double y)
{
  guint n = fz_fields_count (self->rx, "rx.part"), drawn = 0;
  double top = y;

  for (guint i = n > MOST_PARTS ? n - MOST_PARTS : 0; i < n; i++) {
    const char *state = part_get (self, i, "state");

    if (g_strcmp0 (state, "rejected") == 0 || g_strcmp0 (state, "returned") == 0)
      continue;
    y += draw_part (self, y, i, n);
    drawn++;
  }
  if (drawn == 0) {
    Hand hands[] = { { "调配药师", fz_fields_get (self->rx, "rx.preparer_name"), NULL }, { "核对药师", fz_fields_get (self->rx, "rx.checker_name"), NULL },
                     { "发药药师", fz_fields_get (self->rx, "rx.dispenser_name"), short_time (self, "rx.dispensed_at") } };

    y += draw_hands (self, y, hands, NULL);
  }
  return y - top;
}

static char *
validity_words (const FzSlip *self)
{
  g_autofree char *from = time_words (self, "rx.valid_from"), *until = time_words (self, "rx.valid_until");
  const char *days = fz_fields_get (self->rx, "rx.valid_days");

  if (until == NULL)
    return g_strdup ("—");
  if (days == NULL)
    return g_strdup_printf ("%s 至 %s", from != NULL ? from : "", until);
  return g_strdup_printf ("%s 至 %s（%s天）", from != NULL ? from : "", until, days);
}

static double
draw_money_and_validity (FzSlip *self, double y)
{
  gint64 fen = 0;
  g_autofree char *money = fz_fields_get_int (self->rx, "rx.total_fen", &fen)
                             ? g_strdup_printf ("¥ %" G_GINT64_FORMAT ".%02d", fen / 100, (int) (fen % 100)) : g_strdup ("—");
  g_autofree char *validity = validity_words (self);
  double right = self->left + 132;

  fz_paper_text (self->paper, self->left, y + 1, -1, "药品金额", label_pen);
  fz_paper_text (self->paper, self->left + 50, y, -1, money, value_pen);
  fz_paper_text (self->paper, right, y + 1, -1, "有效期", label_pen);
  return fz_paper_text (self->paper, right + 34, y, self->left + self->width - right - 34, validity, value_pen) + 3;
}

double
fz_slip_draw_foot (FzSlip *self, double y)
{
  g_autofree char *check = g_strdup_printf ("处方经药师审核签名后生效，过期自动失效。左上二维码为机构、处方编号与文书摘要，可用核验工具核对。\n文书摘要 %.32s",
                                            fz_fields_get (self->rx, "rx.note_sha256"));
  double top = y;

  fz_paper_line (self->paper, self->left, y, self->left + self->width, y, 0.6, FZ_INK);
  y += 4;
  y += draw_doctor (self, y);
  y += draw_pharmacist (self, y);
  y += draw_dispensers (self, y);
  y += draw_money_and_validity (self, y);
  fz_paper_line (self->paper, self->left, y, self->left + self->width, y, 0.4, FZ_INK_LINE);
  y += 2;
  y += fz_paper_text (self->paper, self->left, y, self->width, check, small_pen);
  return y - top;
}
