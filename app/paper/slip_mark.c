/* Which of the regulation's papers this prescription is written on (普通、急诊、儿科): colour and mark are data. */
#include "app/paper/slip_private.h"

#include "app/rx_mark.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static double
part_of (guint64 colour, guint shift)
{
  return (double) ((colour >> shift) & 0xff) / 255.0;
}

gboolean
fz_slip_mark_choose (const FzCodes *marks, const FzFields *rx, FzSlipMark *out, GError **error)
{
  int row = fz_rx_mark_find (marks, rx);
  const char *tint = row >= 0 ? fz_codes_get (marks, (guint) row, "tint") : "";
  guint64 colour = 0;

  if (row < 0 || strlen (tint) != 6 || !g_ascii_string_to_unsigned (tint, 16, 0, 0xffffff, &colour, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方笺的标注“%s”不在代码表 slip-marks 中，不能印处方笺。"),
                 fz_fields_has (rx, "rx.mark") ? fz_fields_get (rx, "rx.mark") : "");
    return FALSE;
  }
  out->words = fz_codes_get (marks, (guint) row, "words");
  out->red = part_of (colour, 16);
  out->green = part_of (colour, 8);
  out->blue = part_of (colour, 0);
  out->tinted = colour != 0xffffff;
  out->child = *fz_codes_get (marks, (guint) row, "under_years") != '\0';
  return TRUE;
}
