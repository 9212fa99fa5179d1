#include "tests/image/make.h"

/* jpeglib.h needs size_t and FILE first. */
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

guint32
quadrant_color (guint x, guint y, guint width, guint height)
{
  static const guint32 colors[] = { 0xff0000, 0x00ff00, 0x0000ff, 0xffffff };

  return colors[(y >= height / 2 ? 2 : 0) + (x >= width / 2 ? 1 : 0)];
}

static void
on_write (png_structp png, png_bytep bytes, size_t n)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, (guint) n);
}

static void
on_flush (png_structp png)
{
}

/* The palette: red, green, blue, white; the last one half seen through when there is an alpha. */
static void
put_pixel (const PngShape *shape, guint8 *row, guint x, guint32 color)
{
  guint8 r = (guint8) (color >> 16), g = (guint8) (color >> 8), b = (guint8) color;
  guint index = color == 0xff0000 ? 0 : color == 0x00ff00 ? 1 : color == 0x0000ff ? 2 : 3;
  guint channels = shape->color_type == PNG_COLOR_TYPE_RGB ? 3 : shape->color_type == PNG_COLOR_TYPE_RGBA ? 4 : 1;
  guint bytes = shape->bit_depth == 16 ? 2 : 1;
  const guint8 parts[] = { r, g, b, 255 };

  if (shape->color_type == PNG_COLOR_TYPE_PALETTE || (channels == 1 && shape->bit_depth < 8)) {
    guint per_byte = 8 / (guint) shape->bit_depth, shift = 8 - (guint) shape->bit_depth * (x % per_byte + 1);
    guint value = shape->color_type == PNG_COLOR_TYPE_PALETTE ? index : (index == 3 ? (1u << shape->bit_depth) - 1 : 0);

    row[x / per_byte] = (guint8) (row[x / per_byte] | value << shift);
    return;
  }
  for (guint c = 0; c < channels; c++)
    memset (row + (x * channels + c) * bytes, channels == 1 ? (index == 3 ? 255 : 0) : parts[c], bytes);
}

static void
put_palette (png_structp png, png_infop info)
{
  const png_color colors[] = { { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 }, { 255, 255, 255 } };
  const png_byte alphas[] = { 255, 255, 255, 128 };

  png_set_PLTE (png, info, colors, 4);
  png_set_tRNS (png, info, alphas, 4, NULL);
}

GBytes *
make_png (const PngShape *shape)
{
  GByteArray *out = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  g_autofree guint8 *row = g_malloc0 ((gsize) shape->width * 8 + 8);
  int passes = 1;

  png_set_write_fn (png, out, on_write, on_flush);
  png_set_compression_level (png, shape->level);
  png_set_user_limits (png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR (png, info, shape->width, shape->height, shape->bit_depth, shape->color_type,
                shape->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  if (shape->color_type == PNG_COLOR_TYPE_PALETTE)
    put_palette (png, info);
  png_write_info (png, info);
  passes = png_set_interlace_handling (png);
  for (int pass = 0; pass < passes; pass++)
    for (guint y = 0; y < shape->height; y++) {
      memset (row, 0, (gsize) shape->width * 8 + 8);
      for (guint x = 0; x < shape->width; x++)
        put_pixel (shape, row, x, quadrant_color (x, y, shape->width, shape->height));
      png_write_row (png, row);
    }
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
make_png_bomb (guint width, guint height)
{
  GByteArray *out = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  g_autofree guint8 *row = g_malloc0 (width / 8 + 1);

  png_set_write_fn (png, out, on_write, on_flush);
  png_set_compression_level (png, 9);
  png_set_filter (png, 0, PNG_FILTER_NONE);
  png_set_IHDR (png, info, width, height, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  png_write_info (png, info);
  for (guint y = 0; y < height; y++)
    png_write_row (png, row);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return g_byte_array_free_to_bytes (out);
}

static void
put_exif (struct jpeg_compress_struct *jpeg, const JpegShape *shape)
{
  /* Two entries, so that the right one has to be found: image width, orientation. */
  guint8 little[] = { 'E', 'x', 'i', 'f', 0, 0, 'I',  'I', 42, 0, 8, 0, 0, 0, 2, 0, 0, 1, 3, 0, 1, 0,
                      0,   0,   9,   0,   0, 0, 0x12, 1,   3,  0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
  guint8 big[] = { 'E', 'x', 'i', 'f', 0, 0, 'M', 'M',  0, 42, 0, 0, 0, 8, 0, 2, 1, 0, 0, 3, 0, 0,
                   0,   1,   0,   9,   0, 0, 1,   0x12, 0, 3,  0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };

  if (shape->orientation == 0)
    return;
  little[36] = (guint8) shape->orientation;
  big[37] = (guint8) shape->orientation;
  jpeg_write_marker (jpeg, JPEG_APP0 + 1, shape->big_endian ? big : little, sizeof big);
}

static void
fill_jpeg_row (const JpegShape *shape, guint8 *row, guint y)
{
  for (guint x = 0; x < shape->width; x++) {
    guint32 color = quadrant_color (x, y, shape->width, shape->height);
    const guint8 rgb[] = { (guint8) (color >> 16), (guint8) (color >> 8), (guint8) color, 255 };

    if (shape->components == 1)
      row[x] = color == 0xffffff ? 255 : 0;
    else /* inverted CMYK without black is R, G, B, 255 */
      memcpy (row + x * (guint) shape->components, rgb, (gsize) shape->components);
  }
}

GBytes *
make_jpeg (const JpegShape *shape)
{
  struct jpeg_compress_struct jpeg = { 0 };
  struct jpeg_error_mgr errors = { 0 };
  unsigned char *bytes = NULL;
  unsigned long n = 0;
  g_autofree guint8 *row = g_malloc0 ((gsize) shape->width * 4);
  JSAMPROW rows[] = { row };
  GBytes *out = NULL;

  jpeg.err = jpeg_std_error (&errors);
  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &bytes, &n);
  jpeg.image_width = shape->width;
  jpeg.image_height = shape->height;
  jpeg.input_components = shape->components;
  jpeg.in_color_space = shape->components == 1 ? JCS_GRAYSCALE : shape->components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, 95, TRUE);
  if (shape->progressive)
    jpeg_simple_progression (&jpeg);
  jpeg_start_compress (&jpeg, TRUE);
  put_exif (&jpeg, shape);
  for (guint y = 0; y < shape->height; y++) {
    fill_jpeg_row (shape, row, y);
    jpeg_write_scanlines (&jpeg, rows, 1);
  }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  out = g_bytes_new (bytes, n);
  free (bytes);
  return out;
}
