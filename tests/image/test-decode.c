/* What has to be taken is taken, with the right pixels in the right places. */
#include "tests/image/make.h"
#include "tests/image/tests.h"

#include <png.h>
#include <string.h>

static FzImage *
decode (GBytes *bytes, guint max_edge)
{
  g_autoptr (GError) error = NULL;
  FzImage *image = fz_image_decode (bytes, max_edge, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (image->stride, ==, image->width * 4);
  g_assert_cmpuint (g_bytes_get_size (image->rgba), ==, (gsize) image->stride * image->height);
  return image;
}

static const guint8 *
pixel (const FzImage *image, guint x, guint y)
{
  return (const guint8 *) g_bytes_get_data (image->rgba, NULL) + (gsize) y * image->stride + x * 4;
}

static void
expect_color (const FzImage *image, guint x, guint y, guint32 color, int alpha, int tolerance)
{
  const guint8 *p = pixel (image, x, y);
  const int wanted[] = { (int) (color >> 16), (int) (color >> 8 & 255), (int) (color & 255), alpha };

  for (int i = 0; i < 4; i++)
    if (ABS ((int) p[i] - wanted[i]) > tolerance)
      g_error ("pixel %u,%u is %02x%02x%02x%02x, wanted %06x", x, y, p[0], p[1], p[2], p[3], color);
}

/* The middle of each quadrant. `turn` says which quadrant of the picture is now at the upper left, upper right, lower
 * left, lower right. */
static void
expect_quadrants (const FzImage *image, const guint *turn, int tolerance)
{
  for (guint q = 0; q < 4; q++) {
    guint32 color = quadrant_color (turn[q] % 2, turn[q] / 2, 2, 2);

    expect_color (image, image->width * (1 + 2 * (q % 2)) / 4, image->height * (1 + 2 * (q / 2)) / 4, color, 255,
                  tolerance);
  }
}

static const guint upright[] = { 0, 1, 2, 3 };

static void
test_png_colors (void)
{
  static const PngShape shapes[] = {
    { 37, 23, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 },  { 37, 23, PNG_COLOR_TYPE_RGBA, 8, FALSE, 6 },
    { 37, 23, PNG_COLOR_TYPE_RGB, 16, FALSE, 6 }, { 37, 23, PNG_COLOR_TYPE_RGBA, 16, TRUE, 6 },
    { 37, 23, PNG_COLOR_TYPE_RGB, 8, TRUE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (GBytes) bytes = make_png (&shapes[i]);
    g_autoptr (FzImage) image = decode (bytes, 256);

    g_assert_cmpstr (image->media_type, ==, "image/png");
    g_assert_cmpuint (image->source_width, ==, 37);
    g_assert_cmpuint (image->width, ==, 37);
    g_assert_cmpuint (image->height, ==, 23);
    for (guint y = 0; y < 23; y++)
      for (guint x = 0; x < 37; x++)
        expect_color (image, x, y, quadrant_color (x, y, 37, 23), 255, 0);
  }
}

static void
test_png_palette (void)
{
  static const int depths[] = { 2, 4, 8 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++) {
    const PngShape shape = { 37, 23, PNG_COLOR_TYPE_PALETTE, depths[i], i == 1, 6 };
    g_autoptr (GBytes) bytes = make_png (&shape);
    g_autoptr (FzImage) image = decode (bytes, 256);

    for (guint y = 0; y < 23; y++)
      for (guint x = 0; x < 37; x++) {
        guint32 color = quadrant_color (x, y, 37, 23);

        expect_color (image, x, y, color, color == 0xffffff ? 128 : 255, 0);
      }
  }
}

static void
test_png_grey (void)
{
  static const int depths[] = { 1, 2, 4, 8, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++) {
    const PngShape shape = { 37, 23, PNG_COLOR_TYPE_GRAY, depths[i], i == 2, 6 };
    g_autoptr (GBytes) bytes = make_png (&shape);
    g_autoptr (FzImage) image = decode (bytes, 256);

    expect_color (image, 0, 0, 0, 255, 0);
    expect_color (image, 36, 0, 0, 255, 0);
    expect_color (image, 36, 22, 0xffffff, 255, 0);
  }
}

static void
test_scaling (void)
{
  static const struct {
    guint width, height, max_edge, out_width, out_height;
  } sizes[] = { { 400, 300, 100, 100, 75 },  { 300, 400, 100, 75, 100 }, { 1000, 3, 10, 10, 1 },
                { 101, 101, 100, 100, 100 }, { 1, 1, 1, 1, 1 },          { 64, 48, 4096, 64, 48 },
                { 997, 613, 128, 128, 78 },  { 2, 5000, 1, 1, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    const PngShape shape = { sizes[i].width, sizes[i].height, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
    g_autoptr (GBytes) bytes = make_png (&shape);
    g_autoptr (FzImage) image = decode (bytes, sizes[i].max_edge);

    g_assert_cmpuint (image->width, ==, sizes[i].out_width);
    g_assert_cmpuint (image->height, ==, sizes[i].out_height);
    g_assert_cmpuint (image->source_width, ==, sizes[i].width);
    if (sizes[i].out_width >= 64)
      expect_quadrants (image, upright, 0);
  }
}

/* One pixel out of four quadrants is their mean: nothing is lost at an edge. */
static void
test_scaling_is_a_mean (void)
{
  const PngShape shape = { 200, 200, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
  g_autoptr (GBytes) bytes = make_png (&shape);
  g_autoptr (FzImage) image = decode (bytes, 1);

  expect_color (image, 0, 0, 0x808080, 255, 1);
}

static void
test_jpeg (void)
{
  static const JpegShape shapes[] = { { 640, 480, 3, FALSE, 0, FALSE },
                                      { 640, 480, 3, TRUE, 0, FALSE },
                                      { 640, 480, 4, FALSE, 0, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (GBytes) bytes = make_jpeg (&shapes[i]);
    g_autoptr (FzImage) image = decode (bytes, 320);

    g_assert_cmpstr (image->media_type, ==, "image/jpeg");
    g_assert_cmpuint (image->width, ==, 320);
    g_assert_cmpuint (image->height, ==, 240);
    expect_quadrants (image, upright, 8);
  }
}

static void
test_jpeg_grey (void)
{
  const JpegShape shape = { 64, 64, 1, FALSE, 0, FALSE };
  g_autoptr (GBytes) bytes = make_jpeg (&shape);
  g_autoptr (FzImage) image = decode (bytes, 64);

  expect_color (image, 8, 8, 0x000000, 255, 4);
  expect_color (image, 56, 56, 0xffffff, 255, 4);
}

/* Which quadrant of the stored picture is at each corner once it is upright, as EXIF defines the eight marks. */
static void
test_orientation (void)
{
  static const guint turns[][4] = { { 0, 1, 2, 3 }, { 1, 0, 3, 2 }, { 3, 2, 1, 0 }, { 2, 3, 0, 1 },
                                    { 0, 2, 1, 3 }, { 2, 0, 3, 1 }, { 3, 1, 2, 0 }, { 1, 3, 0, 2 } };

  for (guint o = 1; o <= 9; o++) { /* 9 does not exist: left as it is */
    const JpegShape shape = { 64, 48, 3, FALSE, o, o % 2 == 0 };
    const guint *turn = turns[o <= 8 ? o - 1 : 0];
    g_autoptr (GBytes) bytes = make_jpeg (&shape);
    g_autoptr (FzImage) image = decode (bytes, 64), probe = fz_image_probe (bytes, NULL, NULL);

    g_test_message ("orientation %u", o);
    g_assert_cmpuint (image->width, ==, o >= 5 && o <= 8 ? 48 : 64);
    g_assert_cmpuint (image->source_height, ==, o >= 5 && o <= 8 ? 64 : 48);
    g_assert_cmpuint (probe->source_width, ==, image->source_width);
    expect_quadrants (image, turn, 8);
  }
}

static void
test_probe (void)
{
  const PngShape shape = { 37, 23, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
  g_autoptr (GBytes) bytes = make_png (&shape);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzImage) image = fz_image_probe (bytes, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (image->media_type, ==, "image/png");
  g_assert_cmpuint (image->source_width, ==, 37);
  g_assert_cmpuint (image->source_height, ==, 23);
  g_assert_cmpuint (image->width, ==, 0);
  g_assert_null (image->rgba);
}

/* As large as is taken: forty million pixels, in time and in memory. */
static void
test_largest (void)
{
  g_autoptr (GBytes) bytes = make_png_bomb (8000, 5000);
  g_autoptr (FzImage) image = decode (bytes, 1000);

  g_assert_cmpuint (image->width, ==, 1000);
  g_assert_cmpuint (image->height, ==, 625);
}

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_async (void)
{
  const PngShape shape = { 400, 300, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
  g_autoptr (GBytes) bytes = make_png (&shape);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzImage) image = NULL;

  fz_image_decode_async (bytes, 100, NULL, on_decoded, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  image = fz_image_decode_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (image->height, ==, 75);
}

/* The bytes of `first` up to `at`, then a part with `word`, then the rest. */
static GBytes *
put_in (GBytes *first, gsize at, const guint8 *head, gsize n_head, const char *word, gsize n_tail)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (first, &n);
  GByteArray *out = g_byte_array_new ();
  const guint8 none[4] = { 0 };

  g_byte_array_append (out, bytes, (guint) at);
  g_byte_array_append (out, head, (guint) n_head);
  g_byte_array_append (out, (const guint8 *) word, (guint) strlen (word));
  g_byte_array_append (out, none, (guint) n_tail);
  g_byte_array_append (out, bytes + at, (guint) (n - at));
  return g_byte_array_free_to_bytes (out);
}

static gboolean
holds (GBytes *file, const char *word)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (file, &n);

  return memmem (bytes, n, word, strlen (word)) != NULL;
}

/* Where it was taken, by whom and what stood there before it was cut: none of it goes along, and the picture is upright for who knows nothing of the mark. */
static void
test_rewrite (void)
{
  static const char place[] = "GPSLatitude 39.1234";
  static const guint8 comment[] = { 0xff, 0xfe, 0, 2 + sizeof place - 1 }, text[] = { 0, 0, 0, sizeof place - 1, 't', 'E', 'X', 't' };
  const JpegShape camera = { 80, 48, 3, FALSE, 6, TRUE };
  const PngShape screen = { 37, 23, PNG_COLOR_TYPE_RGBA, 8, TRUE, 6 };
  g_autoptr (GBytes) jpeg = make_jpeg (&camera), png = make_png (&screen), marked = put_in (jpeg, 2, comment, sizeof comment, place, 0);
  /* A wrong check sum of a chunk that may be left out is a warning. */
  g_autoptr (GBytes) worded = put_in (png, 8 + 25, text, sizeof text, place, 4), clean = NULL, plain = NULL, small = NULL;
  g_autoptr (FzImage) upright_now = NULL, before = NULL, same = NULL;
  g_autoptr (GError) error = NULL;
  const char *media = NULL;

  g_assert_true (holds (marked, place) && holds (marked, "Exif") && holds (worded, place));
  clean = fz_image_rewrite (marked, 4096, &media, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (media, ==, "image/jpeg");
  g_assert_false (holds (clean, place));
  g_assert_false (holds (clean, "Exif"));
  upright_now = decode (clean, 256);
  before = decode (marked, 256);
  g_assert_cmpuint (upright_now->source_width, ==, 48); /* it lay on its side */
  for (guint q = 0; q < 4; q++) {
    guint x = upright_now->width * (1 + 2 * (q % 2)) / 4, y = upright_now->height * (1 + 2 * (q / 2)) / 4;
    const guint8 *was = pixel (before, x, y);

    expect_color (upright_now, x, y, (guint32) was[0] << 16 | (guint32) was[1] << 8 | was[2], 255, 12);
  }
  plain = fz_image_rewrite (worded, 4096, &media, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (media, ==, "image/png");
  g_assert_false (holds (plain, place));
  same = decode (plain, 256);
  expect_quadrants (same, upright, 0);
  small = fz_image_rewrite (jpeg, 16, &media, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&same, fz_image_free);
  same = decode (small, 256);
  g_assert_cmpuint (same->source_height, ==, 16);
}

void
add_decode_tests (void)
{
  g_test_add_func ("/image/decode/png-colors", test_png_colors);
  g_test_add_func ("/image/decode/png-palette", test_png_palette);
  g_test_add_func ("/image/decode/png-grey", test_png_grey);
  g_test_add_func ("/image/decode/scaling", test_scaling);
  g_test_add_func ("/image/decode/mean", test_scaling_is_a_mean);
  g_test_add_func ("/image/decode/jpeg", test_jpeg);
  g_test_add_func ("/image/decode/jpeg-grey", test_jpeg_grey);
  g_test_add_func ("/image/decode/orientation", test_orientation);
  g_test_add_func ("/image/decode/probe", test_probe);
  g_test_add_func ("/image/decode/largest", test_largest);
  g_test_add_func ("/image/decode/async", test_async);
  g_test_add_func ("/image/decode/rewrite", test_rewrite);
}
