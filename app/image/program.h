/* app/image/program.h: the parts of the image program. It has one job and no state to save, so every fault ends it at once:
 * the answer's header goes out and the process is gone. No library's error handler ever returns. */
#pragma once

#include "app/image/canvas.h"

#include <stddef.h>

typedef struct {
  const uint8_t *bytes;
  size_t size, at;
} Input;

/* Zeroed memory, or the end with IMAGE_NO_MEMORY. */
void *program_alloc (size_t n) __attribute__ ((malloc, returns_nonnull));
/* Writes the header with this status and ends the process. */
_Noreturn void program_end (ImageStatus status);
/* Tells width and height as the file has them; ends with IMAGE_TOO_WIDE when there are too many pixels, and with IMAGE_OK when only
 * the header was asked for. `orientation` as in EXIF: from 5 on width and height change places. */
void program_set_source (ImageKind kind, uint32_t width, uint32_t height, unsigned orientation);

/* Both decode every row into the canvas or end the process. */
void decode_jpeg (Input *input, Canvas *canvas, uint32_t max_edge);
void decode_png (Input *input, Canvas *canvas, uint32_t max_edge);

/* A canvas as a file with nothing but its pixels: no place, camera, text or thumbnail goes along. Or the end of the process. */
typedef struct {
  uint8_t *bytes;
  size_t size;
} Encoded;
void encode_jpeg (const Canvas *canvas, Encoded *out);
void encode_png (const Canvas *canvas, Encoded *out);

/* The orientation in an EXIF block (it begins with "Exif\0\0"); 1 when there is none or it is not understood. */
unsigned exif_orientation (const uint8_t *block, size_t n);
