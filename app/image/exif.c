#include "app/image/program.h"

#include <string.h>

#define ORIENTATION_TAG 0x0112u
#define SHORT_TYPE 3u
#define ENTRY_BYTES 12u

static uint32_t
number (const uint8_t *p, unsigned n, int big_endian)
{
  uint32_t value = 0;

  for (unsigned i = 0; i < n; i++)
    value = value << 8 | p[big_endian ? i : n - 1 - i];
  return value;
}

unsigned
exif_orientation (const uint8_t *block, size_t n)
{
  const uint8_t *tiff = block + 6;
  uint32_t directory = 0, entries = 0;
  int big = 0;

  if (n < 6 + 8 || memcmp (block, "Exif\0\0", 6) != 0 || tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M'))
    return 1;
  n -= 6;
  big = tiff[0] == 'M';
  directory = number (tiff + 4, 4, big);
  if (directory > n - 2 || number (tiff + 2, 2, big) != 42)
    return 1;
  entries = number (tiff + directory, 2, big);
  for (uint32_t i = 0; i < entries; i++) {
    size_t at = (size_t) directory + 2 + (size_t) i * ENTRY_BYTES;

    if (at + ENTRY_BYTES > n)
      return 1;
    if (number (tiff + at, 2, big) == ORIENTATION_TAG && number (tiff + at + 2, 2, big) == SHORT_TYPE)
      return number (tiff + at + 8, 2, big);
  }
  return 1;
}
