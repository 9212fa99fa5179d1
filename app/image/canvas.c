#include "app/image/canvas.h"

#include "app/image/program.h"

#include <stdlib.h>
#include <string.h>

enum { SUM_R, SUM_G, SUM_B, SUM_A, SUM_N, SUMS };

static uint32_t
scaled (uint32_t length, uint32_t longest, uint32_t max_edge)
{
  uint32_t out = longest <= max_edge ? length : (uint32_t) ((uint64_t) length * max_edge / longest);

  return out > 0 ? out : 1;
}

void
canvas_open (Canvas *self, uint32_t source_width, uint32_t source_height, uint32_t max_edge)
{
  uint32_t longest = source_width > source_height ? source_width : source_height;

  self->source_width = source_width;
  self->source_height = source_height;
  self->width = scaled (source_width, longest, max_edge);
  self->height = scaled (source_height, longest, max_edge);
  self->next_row = 0;
  self->pixels = program_alloc ((size_t) self->width * self->height * 4);
  self->sums = program_alloc ((size_t) self->width * SUMS * sizeof (uint64_t));
}

static void
close_row (Canvas *self, uint32_t row)
{
  uint8_t *out = self->pixels + (size_t) row * self->width * 4;

  for (uint32_t x = 0; x < self->width; x++, out += 4) {
    const uint64_t *sum = self->sums + (size_t) x * SUMS;
    uint64_t alpha = sum[SUM_A];

    for (int i = SUM_R; i <= SUM_B; i++)
      out[i] = alpha > 0 ? (uint8_t) ((sum[i] + alpha / 2) / alpha) : 0;
    out[3] = sum[SUM_N] > 0 ? (uint8_t) ((alpha + sum[SUM_N] / 2) / sum[SUM_N]) : 0;
  }
  memset (self->sums, 0, (size_t) self->width * SUMS * sizeof (uint64_t));
}

void
canvas_add_row (Canvas *self, const uint8_t *rgba)
{
  uint32_t row = (uint32_t) ((uint64_t) self->next_row * self->height / self->source_height);
  uint32_t following = (uint32_t) ((uint64_t) (self->next_row + 1) * self->height / self->source_height);
  uint64_t filled = 0; /* x * width, walked without a division a pixel */
  uint64_t *sum = self->sums;

  for (uint32_t x = 0; x < self->source_width; x++, rgba += 4) {
    for (int i = SUM_R; i <= SUM_B; i++)
      sum[i] += (uint64_t) rgba[i] * rgba[3];
    sum[SUM_A] += rgba[3];
    sum[SUM_N]++;
    filled += self->width;
    if (filled >= self->source_width) {
      filled -= self->source_width;
      sum += SUMS;
    }
  }
  self->next_row++;
  if (following != row)
    close_row (self, row);
}

/* Where pixel (x, y) of a picture of width w and height h stands once it is upright. */
static size_t
upright_place (unsigned orientation, uint32_t x, uint32_t y, uint32_t w, uint32_t h)
{
  uint32_t right = w - 1 - x, below = h - 1 - y;

  switch (orientation) {
    case 2:
      return (size_t) y * w + right;
    case 3:
      return (size_t) below * w + right;
    case 4:
      return (size_t) below * w + x;
    case 5:
      return (size_t) x * h + y;
    case 6:
      return (size_t) x * h + below;
    case 7:
      return (size_t) right * h + below;
    case 8:
      return (size_t) right * h + y;
    default:
      return (size_t) y * w + x;
  }
}

static void
swap (uint32_t *a, uint32_t *b)
{
  uint32_t kept = *a;

  *a = *b;
  *b = kept;
}

void
canvas_turn (Canvas *self, unsigned orientation)
{
  uint8_t *upright = NULL;

  if (orientation < 2 || orientation > 8)
    return;
  upright = program_alloc ((size_t) self->width * self->height * 4);
  for (uint32_t y = 0; y < self->height; y++)
    for (uint32_t x = 0; x < self->width; x++)
      memcpy (upright + 4 * upright_place (orientation, x, y, self->width, self->height),
              self->pixels + 4 * ((size_t) y * self->width + x), 4);
  free (self->pixels);
  self->pixels = upright;
  if (orientation >= 5) {
    swap (&self->width, &self->height);
    swap (&self->source_width, &self->source_height);
  }
}
