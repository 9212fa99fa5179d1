/* Stands in for an image program that was taken over by the image it read: hangs, floods, or answers with numbers that
 * do not add up. Which one is compiled in, since the client gives it no other argument than the real one gets. */
#include "app/image/wire.h"

#include <string.h>
#include <unistd.h>

static int
say (ImageHeader header, size_t pixel_bytes)
{
  char zeros[4096] = { 0 };

  if (write (STDOUT_FILENO, &header, sizeof header) < 0)
    return 1;
  for (; pixel_bytes > 0; pixel_bytes -= pixel_bytes < sizeof zeros ? pixel_bytes : sizeof zeros)
    if (write (STDOUT_FILENO, zeros, pixel_bytes < sizeof zeros ? pixel_bytes : sizeof zeros) < 0)
      return 1;
  return 0;
}

int
main (void)
{
  ImageHeader good = { IMAGE_MAGIC, IMAGE_OK, IMAGE_PNG, 8, 8, 8, 8, 0 };
  const char *lie = LIE;

  if (strcmp (lie, "hang") == 0)
    for (;;)
      pause ();
  if (strcmp (lie, "flood") == 0)
    return say (good, SIZE_MAX);
  if (strcmp (lie, "short") == 0)
    return say (good, 8 * 8 * 4 - 1);
  if (strcmp (lie, "long") == 0)
    return say (good, 8 * 8 * 4 + 1);
  if (strcmp (lie, "wide") == 0)
    good.width = 0x40000001;
  if (strcmp (lie, "kind") == 0)
    good.kind = 7;
  if (strcmp (lie, "source") == 0)
    good.source_width = 40000001;
  if (strcmp (lie, "magic") == 0)
    good.magic = 0;
  if (strcmp (lie, "status") == 0)
    good.status = 99;
  if (strcmp (lie, "silent") == 0)
    return 0;
  return say (good, 8 * 8 * 4);
}
