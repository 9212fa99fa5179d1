/* tests/image/make.h: images made on the spot, every kind that the program has to take. The picture is four quadrants:
 * red, green over blue, white. */
#pragma once

#include <glib.h>

typedef struct {
  guint width, height;
  int color_type, bit_depth; /* libpng's */
  gboolean interlaced;
  int level; /* of compression */
} PngShape;

GBytes *make_png (const PngShape *shape);
/* One bit a pixel, all black: a small file that is huge once opened. */
GBytes *make_png_bomb (guint width, guint height);

typedef struct {
  guint width, height;
  int components; /* 1 grey, 3 colour, 4 CMYK as Adobe writes it */
  gboolean progressive;
  guint orientation; /* 0: no EXIF */
  gboolean big_endian;
} JpegShape;

GBytes *make_jpeg (const JpegShape *shape);

/* Colour of the quadrant that holds (x, y), 0xRRGGBB. */
guint32 quadrant_color (guint x, guint y, guint width, guint height);
