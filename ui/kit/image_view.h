/* ui/kit/image_view.h: a picture of evidence, from pixels that were decoded elsewhere. Zoom, turn, move; nothing is written.
 * Keys: + and - zoom, 0 fits, 1 true size, R turns right, Shift+R left, arrows move. Wheel with Ctrl zooms at the pointer. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_IMAGE_VIEW (fz_image_view_get_type ())
G_DECLARE_FINAL_TYPE (FzImageView, fz_image_view, FZ, IMAGE_VIEW, GtkWidget)

/* With its tool buttons laid over the lower edge. */
GtkWidget *fz_image_view_new (void);
/* `rgba` holds height rows of `stride` bytes, 8 bits a channel, alpha not multiplied. `name` says what it is to a screen reader.
 * FALSE (and an unchanged view) when the bytes are fewer than that needs or a side is not 1 to 32767. */
gboolean fz_image_view_set_pixels (FzImageView *self, GBytes *rgba, int width, int height, gsize stride, const char *name);
/* Shows words instead (still decoding, refused and why). */
void fz_image_view_set_message (FzImageView *self, const char *icon, const char *text);
void fz_image_view_fit (FzImageView *self);
/* Around the middle; 1.0 is one pixel for one. Kept between fit/4 and 16. */
void fz_image_view_set_zoom (FzImageView *self, double zoom);
double fz_image_view_get_zoom (FzImageView *self);
/* Quarter turns to the right, 0 to 3. */
void fz_image_view_rotate (FzImageView *self, int quarters);
int fz_image_view_get_rotation (FzImageView *self);
