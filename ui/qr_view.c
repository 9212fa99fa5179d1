#include "ui/qr_view.h"

#include "app/paper/qr.h"
#include "ui/kit/kit.h"

#include <string.h>

#define SIDE 220

/* Half blocks that stand for white, two rows of modules a line. */
static void
draw_block (cairo_t *cr, gunichar block, int column, int row)
{
  if (block == 0x2588 || block == 0x2580) /* both, or the upper one */
    cairo_rectangle (cr, column, row, 1, 1);
  if (block == 0x2588 || block == 0x2584)
    cairo_rectangle (cr, column, row + 1, 1, 1);
}

static int
columns_of (const char *blocks)
{
  return (int) g_utf8_strlen (blocks, strchr (blocks, '\n') - blocks);
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const char *blocks = (const char *) fz_secret_get (data);
  int column = 0, row = 0;
  double module = MIN (width, height) / (double) columns_of (blocks);

  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_paint (cr);
  cairo_scale (cr, module, module);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 1, 1, 1);
  for (const char *at = blocks; *at != '\0'; at = g_utf8_next_char (at)) {
    if (*at == '\n') {
      column = 0;
      row += 2;
      continue;
    }
    draw_block (cr, g_utf8_get_char (at), column++, row);
  }
  cairo_fill (cr);
}

static void
free_blocks (gpointer blocks)
{
  fz_secret_free (blocks);
}

GtkWidget *
fz_qr_view_new (const char *text, const char *name)
{
  GtkWidget *view = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
  FzSecret *blocks = fz_qr_blocks (text);

  fz_access_label (view, name);
  gtk_widget_set_size_request (view, SIDE, SIDE);
  if (blocks != NULL)
    gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (view), draw, blocks, free_blocks);
  return view;
}
