/* app/image/canvas.h: takes the rows of an image as they are decoded and keeps only the picture scaled down (mean of each box),
 * so that forty million pixels never stand in memory at once. Then it turns the picture upright. */
#pragma once

#include "app/image/wire.h"

typedef struct {
  uint32_t source_width, source_height, width, height;
  uint8_t *pixels; /* width * height * 4 */
  uint64_t *sums;  /* of the row of boxes being filled: r, g, b weighted by alpha, alpha, number */
  uint32_t next_row;
} Canvas;

/* Memory that cannot be had ends the process with IMAGE_NO_MEMORY. */
void canvas_open (Canvas *self, uint32_t source_width, uint32_t source_height, uint32_t max_edge);
/* The next row from above: source_width pixels of R G B A. */
void canvas_add_row (Canvas *self, const uint8_t *rgba);
/* EXIF orientation 1 to 8; anything else is 1. Once, after the last row. */
void canvas_turn (Canvas *self, unsigned orientation);
