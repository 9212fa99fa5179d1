#include "app/paper/page.h"

#include <math.h>

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <pango/pangocairo.h>

#include "core/date.h"
#include "core/fields.h"

#define FAMILY "Noto Sans CJK SC"

struct _FzPaper {
  GByteArray *bytes;
  cairo_surface_t *surface;
  cairo_t *cr;
  PangoContext *context;
  double width, height;
  gboolean measuring;
  GPtrArray *kept; /* the pages before this one; NULL: a PDF, or somebody else's page */
};

struct _FzPages {
  GPtrArray *pages; /* cairo_surface_t, as recorded */
  double width, height;
};

static const double inks[FZ_N_INKS][3] = {
  [FZ_INK] = { 0.09, 0.11, 0.16 },      [FZ_INK_SOFT] = { 0.40, 0.44, 0.52 }, [FZ_INK_LINE] = { 0.72, 0.75, 0.80 },
  [FZ_INK_GOOD] = { 0.05, 0.45, 0.25 }, [FZ_INK_BAD] = { 0.72, 0.11, 0.11 },  [FZ_INK_ACCENT] = { 0.13, 0.36, 0.72 },
  [FZ_INK_PALE] = { 0.94, 0.95, 0.97 },
};

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* One of our own for each thread: the shared one has the screen's resolution, and a new one reads all fonts anew. (transfer none) */
static PangoFontMap *
thread_fonts (void)
{
  static GPrivate kept = G_PRIVATE_INIT (g_object_unref);
  PangoFontMap *fonts = g_private_get (&kept);

  if (fonts != NULL)
    return fonts;
  fonts = pango_cairo_font_map_new ();
  pango_cairo_font_map_set_resolution (PANGO_CAIRO_FONT_MAP (fonts), 72);
  g_private_set (&kept, fonts);
  return fonts;
}

static FzPaper *
paper_new (double width, double height)
{
  FzPaper *self = g_new0 (FzPaper, 1);

  self->width = width;
  self->height = height;
  self->bytes = g_byte_array_new ();
  self->context = pango_font_map_create_context (thread_fonts ());
  /* Or the Japanese shapes of the shared characters may come. */
  pango_context_set_language (self->context, pango_language_from_string ("zh-cn"));
  return self;
}

FzPaper *
fz_paper_new (double width, double height, gint64 created_us, const char *title)
{
  FzPaper *self = paper_new (width, height);
  g_autofree char *created = fz_time_format (created_us);

  self->surface = cairo_pdf_surface_create_for_stream (append, self->bytes, width, height);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, title);
  self->cr = cairo_create (self->surface);
  return self;
}

FzPaper *
fz_paper_new_on (cairo_t *cairo, double width, double height)
{
  FzPaper *self = paper_new (width, height);

  self->cr = cairo != NULL ? cairo_reference (cairo) : NULL;
  self->measuring = cairo == NULL;
  return self;
}

static void
begin_kept (FzPaper *self)
{
  cairo_rectangle_t all = { 0, 0, self->width, self->height };

  self->surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &all);
  self->cr = cairo_create (self->surface);
}

static void
end_kept (FzPaper *self)
{
  g_clear_pointer (&self->cr, cairo_destroy);
  g_ptr_array_add (self->kept, g_steal_pointer (&self->surface));
}

FzPaper *
fz_paper_new_kept (double width, double height)
{
  FzPaper *self = paper_new (width, height);

  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  begin_kept (self);
  return self;
}

static gboolean
check_drawn (cairo_status_t status, GError **error)
{
  if (status != CAIRO_STATUS_SUCCESS)
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("页面排印失败：%s。请重试。"), cairo_status_to_string (status));
  return status == CAIRO_STATUS_SUCCESS;
}

FzPages *
fz_paper_finish_pages (FzPaper *self, GError **error)
{
  FzPages *pages;

  if (!check_drawn (cairo_status (self->cr), error))
    return NULL;
  end_kept (self);
  pages = g_new0 (FzPages, 1);
  pages->pages = g_ptr_array_ref (self->kept);
  pages->width = self->width;
  pages->height = self->height;
  return pages;
}

void
fz_pages_free (FzPages *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pages);
  g_free (self);
}

guint
fz_pages_get_n (const FzPages *self)
{
  return self->pages->len;
}

void
fz_pages_get_paper (const FzPages *self, double *width, double *height)
{
  *width = self->width;
  *height = self->height;
}

gboolean
fz_pages_draw (const FzPages *self, guint page, cairo_t *cairo, GError **error)
{
  if (page >= self->pages->len) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有这一页。"));
    return FALSE;
  }
  cairo_save (cairo);
  cairo_set_source_surface (cairo, self->pages->pdata[page], 0, 0);
  cairo_paint (cairo);
  cairo_restore (cairo);
  return check_drawn (cairo_status (cairo), error);
}

GBytes *
fz_pages_to_pdf (const FzPages *self, gint64 created_us, const char *title, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new (self->width, self->height, created_us, title);

  for (guint i = 0; i < self->pages->len; i++) {
    if (i > 0)
      fz_paper_next_page (paper);
    if (!fz_pages_draw (self, i, paper->cr, error))
      return NULL;
  }
  return fz_paper_finish (paper, error);
}

void
fz_paper_free (FzPaper *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->context);
  g_clear_pointer (&self->cr, cairo_destroy);
  if (self->surface != NULL)
    cairo_surface_finish (self->surface);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_byte_array_unref (self->bytes);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_free (self);
}

GBytes *
fz_paper_finish (FzPaper *self, GError **error)
{
  cairo_status_t status;

  cairo_show_page (self->cr);
  status = cairo_status (self->cr);
  cairo_surface_finish (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_bytes_new (self->bytes->data, self->bytes->len);
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("PDF 生成失败：%s。请重试。"), cairo_status_to_string (status));
  return NULL;
}

void
fz_paper_set_scale (FzPaper *self, double scale)
{
  self->width /= scale;
  self->height /= scale;
  if (self->cr != NULL)
    cairo_scale (self->cr, scale, scale);
}

double
fz_paper_get_width (const FzPaper *self)
{
  return self->width;
}

double
fz_paper_get_height (const FzPaper *self)
{
  return self->height;
}

cairo_t *
fz_paper_get_cairo (FzPaper *self)
{
  return self->cr;
}

void
fz_paper_next_page (FzPaper *self)
{
  if (self->kept == NULL) {
    cairo_show_page (self->cr);
    return;
  }
  end_kept (self);
  begin_kept (self);
}

void
fz_paper_set_ink (FzPaper *self, FzInk ink)
{
  cairo_set_source_rgb (self->cr, inks[ink][0], inks[ink][1], inks[ink][2]);
}

void
fz_paper_set_measuring (FzPaper *self, gboolean measuring)
{
  self->measuring = measuring;
}

gboolean
fz_paper_is_measuring (const FzPaper *self)
{
  return self->measuring;
}

static PangoLayout *
layout_new (FzPaper *self, const char *text, double width, FzPen pen)
{
  static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
  PangoLayout *layout = pango_layout_new (self->context);
  PangoFontDescription *font = pango_font_description_from_string (FAMILY);

  pango_font_description_set_absolute_size (font, pen.size * PANGO_SCALE);
  pango_font_description_set_weight (font, pen.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, alignments[pen.align]);
  if (width >= 0)
    pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static void
measure (PangoLayout *layout, double *width, double *height)
{
  int w = 0, h = 0;

  pango_layout_get_size (layout, &w, &h);
  *width = (double) w / PANGO_SCALE;
  *height = (double) h / PANGO_SCALE;
}

double
fz_paper_text (FzPaper *self, double x, double y, double width, const char *text, FzPen pen)
{
  PangoLayout *layout = layout_new (self, text, width, pen);
  double w, h;

  measure (layout, &w, &h);
  if (!self->measuring) {
    fz_paper_set_ink (self, pen.ink);
    cairo_move_to (self->cr, x, y);
    pango_cairo_show_layout (self->cr, layout);
  }
  g_object_unref (layout);
  return h;
}

void
fz_paper_flow (FzPaper *self, double x, double *y, double width, double bottom, const char *text, FzPen pen, FzPaperTurn turn,
               gpointer data)
{
  PangoLayout *layout = layout_new (self, text, width, pen);
  int n = pango_layout_get_line_count (layout);

  for (int i = 0; i < n; i++) {
    PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
    PangoRectangle box;
    double height;

    pango_layout_line_get_extents (line, NULL, &box);
    height = (double) box.height / PANGO_SCALE;
    if (*y + height > bottom)
      *y = turn (self, data);
    if (!self->measuring) {
      fz_paper_set_ink (self, pen.ink);
      cairo_move_to (self->cr, x, *y - (double) box.y / PANGO_SCALE);
      pango_cairo_show_layout_line (self->cr, line);
    }
    *y += height;
  }
  g_object_unref (layout);
}

double
fz_paper_text_width (FzPaper *self, const char *text, FzPen pen)
{
  PangoLayout *layout = layout_new (self, text, -1, pen);
  double w, h;

  measure (layout, &w, &h);
  g_object_unref (layout);
  return w;
}

void
fz_paper_line (FzPaper *self, double x0, double y0, double x1, double y1, double thickness, FzInk ink)
{
  if (self->measuring)
    return;
  fz_paper_set_ink (self, ink);
  cairo_set_line_width (self->cr, thickness);
  cairo_move_to (self->cr, x0, y0);
  cairo_line_to (self->cr, x1, y1);
  cairo_stroke (self->cr);
}

void
fz_paper_box (FzPaper *self, double x, double y, double width, double height, double radius, FzInk ink, gboolean filled)
{
  if (self->measuring)
    return;
  cairo_new_sub_path (self->cr);
  cairo_arc (self->cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (self->cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (self->cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (self->cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (self->cr);
  fz_paper_set_ink (self, ink);
  cairo_set_line_width (self->cr, 0.7);
  if (filled)
    cairo_fill (self->cr);
  else
    cairo_stroke (self->cr);
}

/* Grey that lets every stroke below stay readable. */
static void
show_faint (FzPaper *self, PangoLayout *layout, double x, double y, double angle, double alpha)
{
  double w, h;

  measure (layout, &w, &h);
  cairo_save (self->cr);
  cairo_translate (self->cr, x, y);
  cairo_rotate (self->cr, angle);
  cairo_move_to (self->cr, -w / 2, -h / 2);
  cairo_set_source_rgba (self->cr, 0.35, 0.38, 0.45, alpha);
  pango_cairo_show_layout (self->cr, layout);
  cairo_restore (self->cr);
}

void
fz_paper_words_across (FzPaper *self, const char *words, double size)
{
  FzPen pen = { size, TRUE, FZ_INK, FZ_ALIGN_CENTRE };
  PangoLayout *layout = layout_new (self, words, -1, pen);

  show_faint (self, layout, self->width / 2, self->height / 2, -atan2 (self->height * 0.72, self->width), 0.17);
  g_object_unref (layout);
}

void
fz_paper_words_all_over (FzPaper *self, const char *words, double size)
{
  FzPen pen = { size, FALSE, FZ_INK, FZ_ALIGN_CENTRE };
  PangoLayout *layout = layout_new (self, words, -1, pen);
  double w, h;

  measure (layout, &w, &h);
  for (double y = self->height / 8; y < self->height; y += self->height / 4)
    for (double x = self->width / 6; x < self->width; x += MAX (self->width / 3, w * 0.95))
      show_faint (self, layout, x, y, -0.42, 0.11);
  g_object_unref (layout);
}
