/* app/paper/qr.c: QR codes on paper and in a terminal, by libqrencode. */
#include "app/paper/page.h"
#include "app/paper/qr.h"

#include <qrencode.h>
#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define QUIET 4 /* modules of white around, as the standard asks */

gboolean
fz_paper_qr (FzPaper *self, double x, double y, double size, const char *text, GError **error)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  cairo_t *cr = fz_paper_get_cairo (self);
  double module;

  if (code == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("内容太长，放不进二维码（%zu 字节）。"), strlen (text));
    return FALSE;
  }
  module = size / code->width;
  cairo_save (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, x - QUIET * module, y - QUIET * module, size + 2 * QUIET * module, size + 2 * QUIET * module);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int row = 0; row < code->width; row++)
    for (int column = 0; column < code->width; column++) {
      int from = column;

      while (column < code->width && (code->data[row * code->width + column] & 1) != 0)
        column++;
      if (column > from)
        cairo_rectangle (cr, x + from * module, y + row * module, (column - from) * module, module);
    }
  cairo_fill (cr);
  cairo_restore (cr);
  QRcode_free (code);
  return TRUE;
}

static gboolean
is_white (const QRcode *code, int row, int column)
{
  gboolean outside = row < 0 || column < 0 || row >= code->width || column >= code->width;

  return outside || (code->data[row * code->width + column] & 1) == 0;
}

static void
put_line (const QRcode *code, int row, GString *out)
{
  static const char *const blocks[] = { " ", "▄", "▀", "█" };

  for (int column = -QUIET; column < code->width + QUIET; column++)
    g_string_append (out, blocks[(is_white (code, row, column) ? 2 : 0) + (is_white (code, row + 1, column) ? 1 : 0)]);
  g_string_append_c (out, '\n');
}

FzSecret *
fz_qr_blocks (const char *text)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  g_autoptr (GString) out = NULL;
  FzSecret *blocks;

  if (code == NULL)
    return NULL;
  out = g_string_sized_new ((gsize) (code->width + 2 * QUIET) * (gsize) (code->width + 2 * QUIET) * 2); /* never moved while it grows */
  for (int row = -QUIET; row < code->width + QUIET; row += 2)
    put_line (code, row, out);
  blocks = fz_secret_new_from (out->str, out->len + 1);
  fz_secret_wipe (out->str, out->len);
  fz_secret_wipe (code->data, (gsize) code->width * (gsize) code->width);
  QRcode_free (code);
  return blocks;
}
