/* ui/kit/image_place.h: where a picture lies in its view: how large, how turned, how far moved. Numbers only. */
#pragma once

#include <glib.h>

typedef struct {
  double picture_width, picture_height; /* pixels, as decoded */
  double view_width, view_height;
  double zoom; /* 1: a pixel for a pixel */
  double x, y; /* of the picture's middle from the view's */
  int quarters; /* turns to the right, 0 to 3 */
} FzImagePlace;

/* The whole picture in the view, never larger than it is. */
void fz_image_place_fit (FzImagePlace *place);
/* Keeps what is at (at_x, at_y) from the view's middle where it is; between a quarter of fitting and 16. */
void fz_image_place_zoom (FzImagePlace *place, double zoom, double at_x, double at_y);
/* The picture cannot be moved out of sight. */
void fz_image_place_move (FzImagePlace *place, double dx, double dy);
void fz_image_place_turn (FzImagePlace *place, int quarters);
