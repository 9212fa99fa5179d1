#include "app/image/program.h"

/* jpeglib.h needs size_t and FILE first. */
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#define QUALITY 90
#define PNG_LEVEL 3 /* the time is limited as well */

static _Noreturn void
on_jpeg_error (j_common_ptr jpeg)
{
  program_end (jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? IMAGE_NO_MEMORY : IMAGE_DAMAGED);
}

static void
on_jpeg_output (j_common_ptr jpeg)
{
}

void
encode_jpeg (const Canvas *canvas, Encoded *out)
{
  struct jpeg_compress_struct jpeg = { 0 };
  struct jpeg_error_mgr errors = { 0 };
  unsigned long size = 0;

  jpeg.err = jpeg_std_error (&errors);
  errors.error_exit = on_jpeg_error;
  errors.output_message = on_jpeg_output;
  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &out->bytes, &size);
  jpeg.image_width = canvas->width;
  jpeg.image_height = canvas->height;
  jpeg.input_components = 4;
  jpeg.in_color_space = JCS_EXT_RGBX;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, QUALITY, TRUE);
  jpeg_start_compress (&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW rows[1] = { canvas->pixels + (size_t) jpeg.next_scanline * canvas->width * 4 };

    jpeg_write_scanlines (&jpeg, rows, 1);
  }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  out->size = size;
}

static _Noreturn void
on_png_error (png_structp png, png_const_charp message)
{
  program_end (strstr (message, "emory") != NULL ? IMAGE_NO_MEMORY : IMAGE_DAMAGED);
}

static void
on_png_warning (png_structp png, png_const_charp message)
{
}

static void
on_png_write (png_structp png, png_bytep bytes, size_t n)
{
  Encoded *out = png_get_io_ptr (png);

  if (n > IMAGE_MAX_BYTES - out->size)
    program_end (IMAGE_TOO_LARGE);
  if (out->bytes == NULL)
    out->bytes = program_alloc (IMAGE_MAX_BYTES);
  memcpy (out->bytes + out->size, bytes, n);
  out->size += n;
}

void
encode_png (const Canvas *canvas, Encoded *out)
{
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, on_png_error, on_png_warning);
  png_infop info = png != NULL ? png_create_info_struct (png) : NULL;

  if (info == NULL)
    program_end (IMAGE_NO_MEMORY);
  png_set_write_fn (png, out, on_png_write, NULL);
  png_set_compression_level (png, PNG_LEVEL);
  png_set_IHDR (png, info, canvas->width, canvas->height, 8, PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info (png, info);
  for (uint32_t y = 0; y < canvas->height; y++)
    png_write_row (png, canvas->pixels + (size_t) y * canvas->width * 4);
  png_write_end (png, NULL);
  png_destroy_write_struct (&png, &info);
}
