#include "app/image/program.h"

/* jpeglib.h needs size_t and FILE first. */
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>

#define EXIF_MARKER (JPEG_APP0 + 1)

static _Noreturn void
on_error (j_common_ptr jpeg)
{
  program_end (jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? IMAGE_NO_MEMORY : IMAGE_DAMAGED);
}

/* Cameras leave harmless oddities behind; a file that ends before its image does is not one of them. */
static void
on_message (j_common_ptr jpeg, int level)
{
  if (level < 0 && jpeg->err->msg_code == JWRN_JPEG_EOF)
    program_end (IMAGE_DAMAGED);
}

static void
on_output (j_common_ptr jpeg)
{
}

static unsigned
find_orientation (const struct jpeg_decompress_struct *jpeg)
{
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker != NULL; marker = marker->next)
    if (marker->marker == EXIF_MARKER)
      return exif_orientation (marker->data, marker->data_length);
  return 1;
}

/* Adobe's programs write CMYK inverted and mark it. */
static void
cmyk_to_rgba (const uint8_t *in, uint8_t *out, uint32_t width, int inverted)
{
  for (uint32_t x = 0; x < width; x++, in += 4, out += 4) {
    unsigned black = inverted ? in[3] : 255u - in[3];

    for (int i = 0; i < 3; i++)
      out[i] = (uint8_t) ((inverted ? in[i] : 255u - in[i]) * black / 255u);
    out[3] = 255;
  }
}

static void
read_rows (struct jpeg_decompress_struct *jpeg, Canvas *canvas)
{
  uint8_t *row = program_alloc ((size_t) canvas->source_width * 4),
          *rgba = program_alloc ((size_t) canvas->source_width * 4);

  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW rows[1] = { row };

    if (jpeg_read_scanlines (jpeg, rows, 1) != 1)
      program_end (IMAGE_DAMAGED);
    if (jpeg->out_color_space == JCS_CMYK)
      cmyk_to_rgba (row, rgba, canvas->source_width, jpeg->saw_Adobe_marker);
    canvas_add_row (canvas, jpeg->out_color_space == JCS_CMYK ? rgba : row);
  }
}

void
decode_jpeg (Input *input, Canvas *canvas, uint32_t max_edge)
{
  struct jpeg_decompress_struct jpeg = { 0 };
  struct jpeg_error_mgr errors = { 0 };
  unsigned orientation = 1;

  jpeg.err = jpeg_std_error (&errors);
  errors.error_exit = on_error;
  errors.emit_message = on_message;
  errors.output_message = on_output;
  jpeg_create_decompress (&jpeg);
  jpeg_mem_src (&jpeg, input->bytes, input->size);
  jpeg_save_markers (&jpeg, EXIF_MARKER, 0xffff);
  if (jpeg_read_header (&jpeg, TRUE) != JPEG_HEADER_OK)
    program_end (IMAGE_DAMAGED);
  orientation = find_orientation (&jpeg);
  program_set_source (IMAGE_JPEG, jpeg.image_width, jpeg.image_height, orientation);
  jpeg.out_color_space =
      jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK ? JCS_CMYK : JCS_EXT_RGBA;
  jpeg_start_decompress (&jpeg);
  canvas_open (canvas, jpeg.output_width, jpeg.output_height, max_edge);
  read_rows (&jpeg, canvas);
  jpeg_finish_decompress (&jpeg);
  jpeg_destroy_decompress (&jpeg);
  canvas_turn (canvas, orientation);
}
