#include "app/paper/slip_private.h"

#include <string.h>

#include "core/case.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>

#define MARGIN 17.0
#define GAP 4.0
#define MOST_NAMES 100 /* bytes of code and number: with hash and size the QR stays below 200 */

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

/* --- pages --- */

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

/* One sheet's lines: first and one past the last. */
typedef struct {
  guint first, end;
} Sheet;

static GArray *
break_into_sheets (FzSlip *slip, double room, GError **error)
{
  GArray *sheets = g_array_new (FALSE, FALSE, sizeof (Sheet));
  guint n = fz_slip_count_blocks (slip);
  Sheet sheet = { 0, 0 };
  double used = 0;

  fz_paper_set_measuring (slip->paper, TRUE);
  for (guint i = 0; i < n; i++) {
    double height = fz_slip_draw_block (slip, i, 0);

    if (height > room) {
      g_array_unref (sheets);
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方正文第 %u 段太长，一页处方笺放不下。请缩短备注或理由。"), i + 1);
      return NULL;
    }
    if (i > sheet.first && used + height > room) {
      sheet.end = i;
      g_array_append_val (sheets, sheet);
      sheet.first = i;
      used = 0;
    }
    used += height;
  }
  sheet.end = n;
  g_array_append_val (sheets, sheet);
  fz_paper_set_measuring (slip->paper, FALSE);
  return sheets;
}

/* What stays empty cannot be written into: a stroke through it (处方管理办法 art. 6). */
static void
strike_blank (FzSlip *slip, double top, double bottom, gboolean is_last)
{
  FzPen pen = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_CENTRE };

  if (bottom - top < 20)
    return;
  top += fz_paper_text (slip->paper, slip->left, top + 2, slip->width, is_last ? "（以下空白）" : "（接下页）", pen) + 6;
  fz_paper_line (slip->paper, slip->left + slip->width - 14, top, slip->left + 14, bottom - 6, 0.8, FZ_INK_SOFT);
}

static gboolean
draw_sheet (FzSlip *slip, const Sheet *sheet, guint number, guint n_sheets, GError **error)
{
  double y, foot;

  if (slip->frame->paediatric) {
    cairo_t *cr = fz_paper_get_cairo (slip->paper);

    cairo_set_source_rgb (cr, 0.90, 0.965, 0.90);
    cairo_paint (cr);
  }
  if (!fz_slip_draw_head (slip, MARGIN, number, n_sheets, &y, error))
    return FALSE;
  foot = fz_paper_get_height (slip->paper) - MARGIN - slip->foot_height;
  y += GAP;
  for (guint i = sheet->first; i < sheet->end; i++)
    y += fz_slip_draw_block (slip, i, y);
  strike_blank (slip, y, foot, number == n_sheets);
  fz_slip_draw_foot (slip, foot);
  if (words_across (slip->rx) != NULL)
    fz_paper_words_across (slip->paper, words_across (slip->rx), 68);
  if (slip->frame->demo)
    fz_paper_words_all_over (slip->paper, "演示数据 — 仅供演示", 17);
  return TRUE;
}

/* Measures head and foot once, breaks the lines between them into sheets. */
static gboolean
draw_all (FzSlip *slip, GError **error)
{
  g_autoptr (GArray) sheets = NULL;
  double head = 0;

  fz_paper_set_measuring (slip->paper, TRUE);
  if (!fz_slip_draw_head (slip, MARGIN, 1, 1, &head, error))
    return FALSE;
  slip->foot_height = fz_slip_draw_foot (slip, 0);
  fz_paper_set_measuring (slip->paper, FALSE);
  sheets = break_into_sheets (slip, fz_paper_get_height (slip->paper) - MARGIN - slip->foot_height - head - GAP, error);
  for (guint i = 0; sheets != NULL && i < sheets->len; i++) {
    if (i > 0)
      fz_paper_next_page (slip->paper);
    if (!draw_sheet (slip, &g_array_index (sheets, Sheet, i), i + 1, sheets->len, error))
      return FALSE;
  }
  return sheets != NULL;
}

GBytes *
fz_slip_render (const FzFields *rx, const FzSlipFrame *frame, GError **error)
{
  FzSlip slip = { .rx = rx, .frame = frame, .left = MARGIN, .width = FZ_PAPER_A5_WIDTH - 2 * MARGIN };
  g_autoptr (FzPaper) paper = NULL;
  gint64 signed_at = 0;

  if (!check (rx, error))
    return NULL;
  if (frame->institution_code == NULL || strlen (frame->institution_code) + strlen (fz_fields_get (rx, "rx.id")) > MOST_NAMES) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("缺少机构编码，或机构编码、处方编号过长，二维码放不下，不能印处方笺。"));
    return NULL;
  }
  fz_fields_get_time (rx, "rx.signed_at", &signed_at);
  paper = fz_paper_new (FZ_PAPER_A5_WIDTH, FZ_PAPER_A5_HEIGHT, signed_at, fz_fields_get (rx, "rx.id"));
  slip.paper = paper;
  return draw_all (&slip, error) ? fz_paper_finish (paper, error) : NULL;
}

gboolean
fz_slip_write (const FzFields *rx, const FzSlipFrame *frame, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = fz_slip_render (rx, frame, error);

  return bytes != NULL && fz_paper_save (bytes, path, error);
}
