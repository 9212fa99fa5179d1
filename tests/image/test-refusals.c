/* What must not be opened is refused with a sentence that says why; what was spoilt on the way never hangs or harms us.
 */
#include "tests/image/make.h"
#include "tests/image/tests.h"

#include <png.h>
#include <string.h>

static void
test_other_kinds (void)
{
  static const char *const files[] = {
    "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"9\" height=\"9\"/></svg>",
    "<svg/>",
    "GIF89a\1\0\1\0",
    "RIFF\x10 WEBPVP8 ",
    "BM\x36\x10",
    "II*\0",
    "%PDF-1.7",
    "\xff\xd8",
    "\x89PNG\r\n",
    "\0",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new_static (files[i], strlen (files[i]));

    expect_refusal (bytes, FZ_ERROR_INVALID, "JPEG或PNG");
  }
}

/* The case that was measured: 48 KB on disk, more than a gigabyte once opened. */
static void
test_too_many_pixels (void)
{
  g_autoptr (GBytes) bytes = make_png_bomb (20000, 20000);
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  g_assert_cmpuint (g_bytes_get_size (bytes), <, 60000);
  begin = g_get_monotonic_time ();
  expect_refusal (bytes, FZ_ERROR_INVALID, "20000×20000");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 2 * G_USEC_PER_SEC); /* by its header, not by decoding */
  g_assert_null (fz_image_probe (bytes, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

/* A JPEG's header is enough: width and height are overwritten in its frame. */
static void
test_too_many_pixels_jpeg (void)
{
  const JpegShape shape = { 16, 16, 3, FALSE, 0, FALSE };
  g_autoptr (GBytes) bytes = make_jpeg (&shape), changed = NULL;
  gsize n = 0;
  guint8 *copy = NULL;

  copy = g_memdup2 (g_bytes_get_data (bytes, &n), g_bytes_get_size (bytes));
  for (gsize i = 0; i + 9 < n; i++)
    if (copy[i] == 0xff && copy[i + 1] == 0xc0)
      memset (copy + i + 5, 0xfe, 4);
  changed = g_bytes_new_take (copy, n);
  expect_refusal (changed, FZ_ERROR_INVALID, "65278×65278");
}

static void
test_too_large (void)
{
  gsize n = 20 * 1024 * 1024 + 1;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (n), n);

  expect_refusal (bytes, FZ_ERROR_INVALID, "20 MB");
}

static void
cut_everywhere (GBytes *whole)
{
  gsize n = g_bytes_get_size (whole);

  for (guint i = 1; i < 16; i++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, n * i / 16);

    expect_refusal (cut, FZ_ERROR_INVALID, "不完整");
  }
  for (gsize missing = 1; missing <= 2; missing++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, n - missing);

    expect_refusal (cut, FZ_ERROR_INVALID, "不完整");
  }
}

static void
test_truncated (void)
{
  const PngShape png = { 120, 90, PNG_COLOR_TYPE_RGB, 8, FALSE, 0 },
                 interlaced = { 120, 90, PNG_COLOR_TYPE_RGB, 8, TRUE, 6 };
  const JpegShape jpeg = { 640, 480, 3, FALSE, 0, FALSE }, progressive = { 640, 480, 3, TRUE, 0, FALSE };
  g_autoptr (GBytes) a = make_png (&png), b = make_png (&interlaced), c = make_jpeg (&jpeg),
                     d = make_jpeg (&progressive);

  cut_everywhere (a);
  cut_everywhere (b);
  cut_everywhere (c);
  cut_everywhere (d);
}

/* A sanitized program takes ten times as long to start. */
static guint
count_variants (void)
{
  if (g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0)
    return 20000;
  return g_strcmp0 (g_getenv ("FUZHEN_SANITIZED"), "yes") == 0 ? 400 : 2000;
}

/* Any answer will do but one: that we hang, crash or believe something that does not add up. */
static void
check_spoilt (GBytes *whole, GRand *random, guint *taken)
{
  gsize n = 0;
  guint8 *copy = g_memdup2 (g_bytes_get_data (whole, &n), g_bytes_get_size (whole));
  guint flips = 1 + (guint) g_rand_int_range (random, 0, 8);
  g_autoptr (GBytes) spoilt = g_bytes_new_take (copy, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzImage) image = NULL;

  for (guint i = 0; i < flips; i++) {
    guint at = (guint) g_rand_int_range (random, 0, (gint32) (n * 8));

    copy[at / 8] = (guint8) (copy[at / 8] ^ (1u << at % 8));
  }
  image = fz_image_decode (spoilt, 128, NULL, &error);
  if (image == NULL) {
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_null (strstr (error->message,
                           "中途停止")); /* the program gave its reason: it was not shot, nor did a sanitizer stop it */
  } else
    g_assert_cmpuint (g_bytes_get_size (image->rgba), ==, (gsize) image->width * image->height * 4);
  *taken += image != NULL;
}

typedef struct {
  guint32 seed;
  guint variants, taken;
} Share;

static gpointer
spoil_share (gpointer data)
{
  Share *share = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (share->seed);
  const PngShape rgb = { 60, 40, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 },
                 palette = { 60, 40, PNG_COLOR_TYPE_PALETTE, 4, TRUE, 6 };
  const JpegShape plain = { 60, 40, 3, FALSE, 6, FALSE }, progressive = { 60, 40, 4, TRUE, 0, FALSE };
  GBytes *whole[] = { make_png (&rgb), make_png (&palette), make_jpeg (&plain), make_jpeg (&progressive) };

  for (guint i = 0; i < share->variants; i++)
    check_spoilt (whole[i % G_N_ELEMENTS (whole)], random, &share->taken);
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    g_bytes_unref (whole[i]);
  return NULL;
}

static void
spoil (guint variants)
{
  guint32 seed = g_test_rand_int ();
  Share shares[2] = { { seed, variants / 2, 0 }, { seed + 1, variants / 2, 0 } };
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("spoil", spoil_share, &shares[i]);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  g_test_message ("seed %u: %u variants, %u still opened", seed, variants, shares[0].taken + shares[1].taken);
  g_assert_cmpuint (shares[0].taken + shares[1].taken, <, variants);
}

static void
test_spoilt (void)
{
  spoil (count_variants () / 10);
}

/* Most of them in a process that finds no bubblewrap: that way is tested too, and starts three times as fast. */
static void
test_spoilt_without_bubblewrap (void)
{
  g_autofree char *path = g_strdup (g_getenv ("PATH"));

  if (g_test_subprocess ()) {
    g_assert_false (fz_image_has_bubblewrap ());
    spoil (count_variants ());
    return;
  }
  g_setenv ("PATH", "/nowhere", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_setenv ("PATH", path, TRUE);
  g_test_trap_assert_passed ();
}

void
add_refusal_tests (void)
{
  g_test_add_func ("/image/refusals/other-kinds", test_other_kinds);
  g_test_add_func ("/image/refusals/too-many-pixels", test_too_many_pixels);
  g_test_add_func ("/image/refusals/too-many-pixels-jpeg", test_too_many_pixels_jpeg);
  g_test_add_func ("/image/refusals/too-large", test_too_large);
  g_test_add_func ("/image/refusals/truncated", test_truncated);
  g_test_add_func ("/image/refusals/spoilt", test_spoilt);
  g_test_add_func ("/image/refusals/spoilt-without-bubblewrap", test_spoilt_without_bubblewrap);
}
