/* The code on a terminal, read back by another program from what a camera would see. */
#include "app/paper/qr.h"
#include "tests/paper/sample.h"

#include <string.h>

#define ZOOM 4

/* Two grey pixels above one another for each block: white where the block is. */
static void
draw (const char *blocks, GByteArray *upper, GByteArray *lower, GByteArray *out, guint *rows)
{
  for (; *blocks != '\0'; blocks = g_utf8_next_char (blocks)) {
    gunichar block = g_utf8_get_char (blocks);
    guint8 above = block == 0x2580 || block == 0x2588 ? 255 : 0, below = block == 0x2584 || block == 0x2588 ? 255 : 0;

    for (guint i = 0; block != '\n' && i < ZOOM; i++) {
      g_byte_array_append (upper, &above, 1);
      g_byte_array_append (lower, &below, 1);
    }
    for (guint i = 0; block == '\n' && i < 2 * ZOOM; i++)
      g_byte_array_append (out, (i < ZOOM ? upper : lower)->data, upper->len);
    if (block == '\n') {
      *rows += 2 * ZOOM;
      g_byte_array_set_size (upper, 0);
      g_byte_array_set_size (lower, 0);
    }
  }
}

static void
test_read_back (void)
{
  static const char uri[] = "otpauth://totp/%E6%B4%A5:D1002?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%B4%A5";
  g_autoptr (FzSecret) blocks = fz_qr_blocks (uri);
  g_autoptr (GByteArray) upper = g_byte_array_new (), lower = g_byte_array_new (), image = g_byte_array_new ();
  char *dir = sample_dir_new ();
  g_autofree char *path = g_build_filename (dir, "screen.pgm", NULL), *head = NULL, *read = NULL;
  const char *const scan[] = { "zbarimg", "-q", "--raw", path, NULL };
  guint rows = 0;

  g_assert_nonnull (blocks);
  draw ((const char *) fz_secret_get (blocks), upper, lower, image, &rows);
  head = g_strdup_printf ("P5\n%u %u\n255\n", image->len / rows, rows);
  g_byte_array_prepend (image, (const guint8 *) head, (guint) strlen (head));
  g_assert_true (g_file_set_contents (path, (const char *) image->data, (gssize) image->len, NULL));
  read = sample_run (scan);
  g_assert_cmpstr (g_strchomp (read), ==, uri);
  sample_dir_remove (dir);
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (4000, 'x');

  g_assert_null (fz_qr_blocks (text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/qr/read-back", test_read_back);
  g_test_add_func ("/qr/too-long", test_too_long);
  return g_test_run ();
}
