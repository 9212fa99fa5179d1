#include "app/paper/slip_private.h"

#include <inttypes.h>
#include <string.h>

#include "core/case.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>

#define MARGIN 16.0
#define GAP 3.0
#define STRUCK 12.0 /* for the words below the last line */
#define MOST_QR 200       /* bytes */
#define A4_SCALE 1.2      /* the same form in larger letters, with more room */

static const struct {
  const char *word;
  double width, height, scale;
} sizes[FZ_N_SLIP_SIZES] = { [FZ_SLIP_A5] = { "a5", FZ_PAPER_A5_WIDTH, FZ_PAPER_A5_HEIGHT, 1.0 },
                             [FZ_SLIP_A4] = { "a4", FZ_PAPER_A4_WIDTH, FZ_PAPER_A4_HEIGHT, A4_SCALE } };

gboolean
fz_slip_size_from_word (const char *word, FzSlipSize *out)
{
  for (guint i = 0; word != NULL && i < FZ_N_SLIP_SIZES; i++)
    if (g_ascii_strcasecmp (sizes[i].word, word) == 0) {
      *out = (FzSlipSize) i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_slip_size_to_word (FzSlipSize size)
{
  return sizes[size].word;
}

void
fz_slip_size_get_paper (FzSlipSize size, double *width, double *height)
{
  *width = sizes[size].width;
  *height = sizes[size].height;
}

/* --- what the words across say --- */

static gboolean
is_signed (const FzFields *rx, const char *role)
{
  guint n = fz_fields_count (rx, "signature");

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "signature", i, "role"), role) == 0)
      return g_strcmp0 (fz_fields_get_at (rx, "signature", i, "valid"), "yes") == 0;
  return FALSE;
}

/* Whatever is not plainly effective says so; an unknown stage must not look like a prescription. */
static const char *
words_across (const FzFields *rx)
{
  FzRxStage stage = FZ_RX_NONE;

  fz_rx_stage_from_word (fz_fields_get (rx, "rx.stage"), &stage);
  switch (stage) {
  case FZ_RX_EFFECTIVE:
  case FZ_RX_DISPENSED:
    return is_signed (rx, "doctor") && is_signed (rx, "pharmacist") ? NULL : "签名未核验";
  case FZ_RX_RETURNED:
    return "已退回";
  case FZ_RX_REFUSED:
    return "审核不通过";
  case FZ_RX_EXPIRED:
    return "已过期";
  case FZ_RX_VOIDED:
    return "已作废";
  case FZ_RX_NONE:
  case FZ_RX_SIGNED:
  case FZ_N_RX_STAGES:
  default:
    return "尚未生效";
  }
}

/* --- what it needs --- */

static gboolean
check (const FzFields *rx, GError **error)
{
  static const char *const required[] = { "rx.id", "rx.signed_at", "rx.note_sha256", "rx.item.00.generic", "patient.name", "diagnosis.00.name",
                                          "rx.doctor_name" };
  const char *hash = fz_fields_get (rx, "rx.note_sha256");

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    if (!fz_fields_has (rx, required[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方缺少“%s”，不能印处方笺。"), required[i]);
      return FALSE;
    }
  if (strlen (hash) != 64 || strspn (hash, "0123456789abcdef") != 64) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方的 rx.note_sha256 不是 SHA-256 摘要，不能印处方笺。"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
put_qr (FzSlip *self, GError **error)
{
  self->qr = g_strdup_printf ("FZ1 %s %s %s %" PRIu64, self->institution_code, fz_fields_get (self->rx, "rx.id"),
                              fz_fields_get (self->rx, "rx.note_sha256"), self->frame.log_size);
  if (self->institution_code != NULL && strlen (self->qr) <= MOST_QR)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("缺少机构编码，或机构编码、处方编号过长，二维码放不下，不能印处方笺。"));
  return FALSE;
}

/* --- pages --- */

/* One sheet's lines: first and one past the last. */
typedef struct {
  guint first, end;
} Sheet;

static gboolean
break_into_sheets (FzSlip *self, double room, GError **error)
{
  guint n = fz_slip_count_blocks (self);
  Sheet sheet = { 0, 0 };
  double used = 0;

  for (guint i = 0; i < n; i++) {
    double height = fz_slip_draw_block (self, i, 0);

    if (height > room) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方正文第 %u 段太长，一页处方笺放不下。请缩短备注或理由。"), i + 1);
      return FALSE;
    }
    if (i > sheet.first && used + height > room) {
      sheet.end = i;
      g_array_append_val (self->sheets, sheet);
      sheet.first = i;
      used = 0;
    }
    used += height;
  }
  sheet.end = n;
  g_array_append_val (self->sheets, sheet);
  return TRUE;
}

/* What stays empty cannot be written into: strokes beside the words, and one through what is left (处方管理办法 art. 6, annex 1). */
static void
strike_blank (FzSlip *self, double top, double bottom, gboolean is_last)
{
  FzPen pen = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_CENTRE };
  const char *words = is_last ? "以下空白" : "接下页";
  double side = (self->width - fz_paper_text_width (self->paper, words, pen)) / 2 - 6, right = self->left + self->width, height, y;

  height = fz_paper_text (self->paper, self->left, top, self->width, words, pen);
  y = top + height / 2;
  fz_paper_line (self->paper, self->left, y, self->left + side, y, 0.8, FZ_INK_SOFT);
  fz_paper_line (self->paper, right - side, y, right, y, 0.8, FZ_INK_SOFT);
  if (bottom - top - height > 18)
    fz_paper_line (self->paper, right - 10, top + height + 3, self->left + 10, bottom - 6, 0.8, FZ_INK_SOFT);
}

static void
tint (FzSlip *self)
{
  cairo_t *cr = fz_paper_get_cairo (self->paper);

  if (!self->mark.tinted)
    return;
  cairo_set_source_rgb (cr, self->mark.red, self->mark.green, self->mark.blue);
  cairo_rectangle (cr, 0, 0, fz_paper_get_width (self->paper), fz_paper_get_height (self->paper));
  cairo_fill (cr);
}

static gboolean
draw_sheet (FzSlip *self, guint i, GError **error)
{
  const Sheet *sheet = &g_array_index (self->sheets, Sheet, i);
  double y, foot;

  tint (self);
  if (!fz_slip_draw_head (self, MARGIN, i + 1, self->sheets->len, &y, error))
    return FALSE;
  foot = fz_paper_get_height (self->paper) - MARGIN - self->foot_height;
  y += GAP;
  for (guint block = sheet->first; block < sheet->end; block++)
    y += fz_slip_draw_block (self, block, y);
  strike_blank (self, y, foot, i + 1 == self->sheets->len);
  fz_slip_draw_foot (self, foot);
  if (words_across (self->rx) != NULL)
    fz_paper_words_across (self->paper, words_across (self->rx), 68);
  if (self->frame.demo)
    fz_paper_words_all_over (self->paper, "演示数据 — 仅供演示", 17);
  return TRUE;
}

/* Measures head and foot once, breaks the lines between them into sheets. */
static gboolean
lay_out (FzSlip *self, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new_on (NULL, sizes[self->frame.size].width, sizes[self->frame.size].height);
  double head = 0;
  gboolean good;

  fz_paper_set_scale (paper, self->scale);
  self->paper = paper;
  self->left = MARGIN;
  self->width = fz_paper_get_width (paper) - 2 * MARGIN;
  good = fz_slip_draw_head (self, MARGIN, 1, 1, &head, error);
  self->foot_height = fz_slip_draw_foot (self, 0);
  good = good && break_into_sheets (self, fz_paper_get_height (paper) - MARGIN - self->foot_height - head - GAP - STRUCK, error);
  self->paper = NULL;
  return good;
}

/* --- a slip --- */

FzSlip *
fz_slip_new (const FzFields *rx, const FzSlipFrame *frame, GError **error)
{
  g_autoptr (FzSlip) self = g_new0 (FzSlip, 1);

  self->rx = fz_fields_dup (rx, NULL);
  self->frame = *frame;
  self->frame.marks = fz_codes_ref (frame->marks);
  self->institution = g_strdup (frame->institution);
  self->institution_code = g_strdup (frame->institution_code);
  self->frame.institution = self->institution;
  self->frame.institution_code = self->institution_code;
  self->scale = sizes[frame->size].scale;
  self->sheets = g_array_new (FALSE, FALSE, sizeof (Sheet));
  if (!check (rx, error) || !fz_slip_mark_choose (frame->marks, rx, &self->mark, error) || !put_qr (self, error) || !lay_out (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
fz_slip_free (FzSlip *self)
{
  if (self == NULL)
    return;
  fz_fields_unref (self->rx);
  fz_codes_unref (self->frame.marks);
  g_array_unref (self->sheets);
  g_free (self->institution);
  g_free (self->institution_code);
  g_free (self->qr);
  g_free (self);
}

guint
fz_slip_get_n_pages (const FzSlip *self)
{
  return self->sheets->len;
}

gboolean
fz_slip_draw (FzSlip *self, guint i, cairo_t *cairo, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new_on (cairo, sizes[self->frame.size].width, sizes[self->frame.size].height);
  gboolean good;

  cairo_save (cairo);
  fz_paper_set_scale (paper, self->scale);
  self->paper = paper;
  good = draw_sheet (self, i, error);
  self->paper = NULL;
  cairo_restore (cairo);
  return good;
}

GBytes *
fz_slips_to_pdf (GPtrArray *slips, const char *title, GError **error)
{
  const FzSlip *first = slips->pdata[0];
  g_autoptr (FzPaper) paper = NULL;
  gint64 signed_at = 0;

  fz_fields_get_time (first->rx, "rx.signed_at", &signed_at);
  paper = fz_paper_new (sizes[first->frame.size].width, sizes[first->frame.size].height, signed_at, title);
  for (guint k = 0; k < slips->len; k++)
    for (guint i = 0; i < fz_slip_get_n_pages (slips->pdata[k]); i++) {
      if (k + i > 0)
        fz_paper_next_page (paper);
      if (!fz_slip_draw (slips->pdata[k], i, fz_paper_get_cairo (paper), error))
        return NULL;
    }
  return fz_paper_finish (paper, error);
}

GBytes *
fz_slip_render (const FzFields *rx, const FzSlipFrame *frame, GError **error)
{
  g_autoptr (GPtrArray) slips = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_slip_free);
  FzSlip *slip = fz_slip_new (rx, frame, error);

  if (slip == NULL)
    return NULL;
  g_ptr_array_add (slips, slip);
  return fz_slips_to_pdf (slips, fz_fields_get (rx, "rx.id"), error);
}
