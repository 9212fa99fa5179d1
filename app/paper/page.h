/* app/paper/page.h: a PDF in memory by cairo and pango (版面). Needs no display. The creation date is given, so the same content
 * gives the same bytes. Lengths are points (1/72 inch); y grows downwards. Text is never cut: it wraps. */
#pragma once

#include <cairo.h>
#include <glib.h>

#define FZ_PAPER_MM (72.0 / 25.4)
#define FZ_PAPER_A5_WIDTH (148 * FZ_PAPER_MM)
#define FZ_PAPER_A5_HEIGHT (210 * FZ_PAPER_MM)
#define FZ_PAPER_A4_WIDTH (210 * FZ_PAPER_MM)
#define FZ_PAPER_A4_HEIGHT (297 * FZ_PAPER_MM)

typedef enum { FZ_INK, FZ_INK_SOFT, FZ_INK_LINE, FZ_INK_GOOD, FZ_INK_BAD, FZ_INK_ACCENT, FZ_INK_PALE, FZ_N_INKS } FzInk;
typedef enum { FZ_ALIGN_LEFT, FZ_ALIGN_CENTRE, FZ_ALIGN_RIGHT } FzAlign;

typedef struct {
  double size;
  gboolean bold;
  FzInk ink;
  FzAlign align;
} FzPen;

typedef struct _FzPaper FzPaper;

FzPaper *fz_paper_new (double width, double height, gint64 created_us, const char *title);
/* A page of somebody else's: a printer's, a picture's. `cairo` in points with its origin at the upper left corner; NULL: only to measure. Its
 * pages are turned by its owner. */
FzPaper *fz_paper_new_on (cairo_t *cairo, double width, double height);
/* Pages that are kept and drawn as often as wanted, so that preview, printer and PDF show the same. In points; set no scale. */
FzPaper *fz_paper_new_kept (double width, double height);
void fz_paper_free (FzPaper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPaper, fz_paper_free)
/* The bytes of the PDF; the paper is used up. RETRY when memory or cairo failed. */
GBytes *fz_paper_finish (FzPaper *self, GError **error);

/* Everything after it is drawn so many times as large; width and height are then said in the larger unit. */
void fz_paper_set_scale (FzPaper *self, double scale);
double fz_paper_get_width (const FzPaper *self);
double fz_paper_get_height (const FzPaper *self);
/* For lines, boxes and charts. (transfer none) */
cairo_t *fz_paper_get_cairo (FzPaper *self);
void fz_paper_next_page (FzPaper *self);
void fz_paper_set_ink (FzPaper *self, FzInk ink);

/* While on, text is only measured: the same code lays out and draws. */
void fz_paper_set_measuring (FzPaper *self, gboolean measuring);
gboolean fz_paper_is_measuring (const FzPaper *self);

/* Draws text that wraps at `width` (< 0: never) and returns its height. */
double fz_paper_text (FzPaper *self, double x, double y, double width, const char *text, FzPen pen);
/* Long text from `*y` down, line by line: where a line would pass `bottom`, `turn` ends the page (marks, next page) and gives the y
 * to go on from. *y is then below the last line. */
typedef double (*FzPaperTurn) (FzPaper *paper, gpointer data);
void fz_paper_flow (FzPaper *self, double x, double *y, double width, double bottom, const char *text, FzPen pen, FzPaperTurn turn,
                    gpointer data);
double fz_paper_text_width (FzPaper *self, const char *text, FzPen pen);
void fz_paper_line (FzPaper *self, double x0, double y0, double x1, double y1, double thickness, FzInk ink);
void fz_paper_box (FzPaper *self, double x, double y, double width, double height, double radius, FzInk ink, gboolean filled);
/* Big light words from the lower left to the upper right of the page, over what is there. */
void fz_paper_words_across (FzPaper *self, const char *words, double size);
/* The same words small and often over the whole page (who and when). */
void fz_paper_words_all_over (FzPaper *self, const char *words, double size);
/* A QR code whose modules fill this square; the white of its quiet zone lies outside of it. FALSE with INVALID when the text does not fit. */
gboolean fz_paper_qr (FzPaper *self, double x, double y, double size, const char *text, GError **error);

/* What fz_paper_new_kept() was drawn on. */
typedef struct _FzPages FzPages;
/* The paper is used up; RETRY when memory or cairo failed. */
FzPages *fz_paper_finish_pages (FzPaper *self, GError **error);
void fz_pages_free (FzPages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPages, fz_pages_free)
guint fz_pages_get_n (const FzPages *self);
void fz_pages_get_paper (const FzPages *self, double *width, double *height);
/* `cairo` in points, its origin at the upper left corner. INVALID: there is no such page; RETRY as above. */
gboolean fz_pages_draw (const FzPages *self, guint page, cairo_t *cairo, GError **error);
GBytes *fz_pages_to_pdf (const FzPages *self, gint64 created_us, const char *title, GError **error);
