#include "app/image/program.h"

#include <png.h>
#include <string.h>

#define CHUNK_BYTES (8u * 1024 * 1024)
#define CHUNKS 64

static _Noreturn void
on_error (png_structp png, png_const_charp message)
{
  program_end (strstr (message, "emory") != NULL ? IMAGE_NO_MEMORY : IMAGE_DAMAGED);
}

static void
on_warning (png_structp png, png_const_charp message)
{
}

static void
on_read (png_structp png, png_bytep out, size_t n)
{
  Input *input = png_get_io_ptr (png);

  if (n > input->size - input->at)
    program_end (IMAGE_DAMAGED);
  memcpy (out, input->bytes + input->at, n);
  input->at += n;
}

/* Everything comes out as eight bits of R G B A. Returns the number of passes. */
static int
ask_for_rgba (png_structp png, png_infop info)
{
  int passes = png_set_interlace_handling (png);

  png_set_expand (png);
  png_set_scale_16 (png);
  png_set_gray_to_rgb (png);
  png_set_add_alpha (png, 0xff, PNG_FILLER_AFTER);
  png_read_update_info (png, info);
  return passes;
}

static void
read_rows (png_structp png, Canvas *canvas)
{
  uint8_t *row = program_alloc ((size_t) canvas->source_width * 4);

  for (uint32_t y = 0; y < canvas->source_height; y++) {
    png_read_row (png, row, NULL);
    canvas_add_row (canvas, row);
  }
}

/* Passes come one after the other: the whole image has to stand in memory. */
static void
read_interlaced (png_structp png, Canvas *canvas, int passes)
{
  size_t stride = (size_t) canvas->source_width * 4;
  uint8_t *all = program_alloc (stride * canvas->source_height);

  for (int pass = 0; pass < passes; pass++)
    for (uint32_t y = 0; y < canvas->source_height; y++)
      png_read_row (png, all + y * stride, NULL);
  for (uint32_t y = 0; y < canvas->source_height; y++)
    canvas_add_row (canvas, all + y * stride);
}

void
decode_png (Input *input, Canvas *canvas, uint32_t max_edge)
{
  png_structp png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  png_infop info = png != NULL ? png_create_info_struct (png) : NULL;
  int passes = 0;

  if (info == NULL)
    program_end (IMAGE_NO_MEMORY);
  png_set_read_fn (png, input, on_read);
  png_set_user_limits (png, 0x7fffffff, 0x7fffffff); /* ours is by area, and says so */
  png_set_chunk_malloc_max (png, CHUNK_BYTES);
  png_set_chunk_cache_max (png, CHUNKS);
  png_read_info (png, info);
  program_set_source (IMAGE_PNG, png_get_image_width (png, info), png_get_image_height (png, info), 1);
  passes = ask_for_rgba (png, info);
  canvas_open (canvas, png_get_image_width (png, info), png_get_image_height (png, info), max_edge);
  if (png_get_rowbytes (png, info) != (size_t) canvas->source_width * 4)
    program_end (IMAGE_DAMAGED);
  if (passes > 1)
    read_interlaced (png, canvas, passes);
  else
    read_rows (png, canvas);
  png_read_end (png, NULL); /* the end mark and its check sum: a cut file is noticed here at the latest */
  png_destroy_read_struct (&png, &info, NULL);
}
