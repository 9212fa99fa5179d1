/* Bundles with bytes changed, cut, moved and doubled: refused with a sentence, or taken for exactly what another reader finds in them. FUZHEN_SEED replays. */
#include "tests/intake/fixture.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGES 2500
#define ZIPS 250

void add_fuzz_tests (void);

static GRand *
chance (void)
{
  const char *given = g_getenv ("FUZHEN_SEED");
  guint32 seed = given != NULL ? (guint32) strtoul (given, NULL, 10) : g_random_int ();

  g_test_message ("FUZHEN_SEED=%u", seed);
  return g_rand_new_with_seed (seed);
}

/* One to three changes; what is put in is a byte, or a piece that stands elsewhere. */
static GString *
spoil (GRand *rand, const char *bytes, gsize n)
{
  GString *out = g_string_new_len (bytes, (gssize) n);

  for (gint i = g_rand_int_range (rand, 1, 4); i > 0 && out->len > 8; i--) {
    gssize at = g_rand_int_range (rand, 0, (gint32) out->len - 4), piece = g_rand_int_range (rand, 1, 64);
    gssize from = g_rand_int_range (rand, 0, (gint32) out->len - 1), most = MIN (piece, (gssize) out->len - from);
    g_autofree char *copy = g_memdup2 (out->str + from, (gsize) most);

    switch (g_rand_int_range (rand, 0, 5)) {
    case 0:
      out->str[at] = (char) (out->str[at] ^ (1 << g_rand_int_range (rand, 0, 8)));
      break;
    case 1:
      out->str[at] = "\"{}[],:0129-\\e.nt"[g_rand_int_range (rand, 0, 16)];
      break;
    case 2:
      g_string_erase (out, at, MIN (piece, (gssize) out->len - at));
      break;
    case 3:
      g_string_insert_len (out, at, copy, most);
      break;
    default:
      g_string_truncate (out, (gsize) at);
      break;
    }
  }
  return out;
}

/* Without waiting for the disk, unlike fixture_write(). */
static void
put (const char *path, const GString *bytes)
{
  FILE *file = fopen (path, "wb");

  g_assert_true (file != NULL && fwrite (bytes->str, 1, bytes->len, file) == bytes->len && fclose (file) == 0);
}

/* ISO 7064 MOD 11-2, written a second time. */
static gboolean
is_sound_number (const char *number)
{
  static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  int sum = 0;

  if (strlen (number) != 18)
    return FALSE;
  for (guint i = 0; i < 17; i++) {
    if (!g_ascii_isdigit (number[i]))
      return FALSE;
    sum += (number[i] - '0') * weights[i];
  }
  return number[17] == "10X98765432"[sum % 11];
}

static const char *
text_of (const cJSON *root, const char *object, const char *key)
{
  const cJSON *in = object != NULL ? cJSON_GetObjectItemCaseSensitive (root, object) : root;

  return cJSON_GetStringValue (cJSON_GetObjectItemCaseSensitive (in, key));
}

/* The fact is what stands there, but for blanks around it. */
static void
expect_same (const FzBundle *bundle, const char *fact, const char *stands)
{
  g_autofree char *bare = stands != NULL ? g_strstrip (g_strdup (stands)) : NULL;

  if (bare != NULL && *bare != '\0')
    g_assert_cmpstr (fz_fields_get (bundle->facts, fact), ==, bare);
}

static void
judge_taken (const FzBundle *bundle, const char *json)
{
  cJSON *root = cJSON_ParseWithOpts (json, NULL, TRUE);
  const char *number = fz_fields_get (bundle->facts, "patient.id_number");

  g_assert_nonnull (root);
  g_assert_cmpstr (text_of (root, NULL, "format"), ==, "fuzhen.visit/v1");
  expect_same (bundle, "visit.id", text_of (root, NULL, "visit"));
  expect_same (bundle, "visit.mode", text_of (root, NULL, "mode"));
  expect_same (bundle, "patient.birth_date", text_of (root, "patient", "birth_date"));
  expect_same (bundle, "patient.mobile", text_of (root, "patient", "mobile"));
  expect_same (bundle, "consent.text_sha256", text_of (root, "consent", "text_sha256"));
  if (g_strcmp0 (fz_fields_get (bundle->facts, "patient.id_kind"), "01") == 0)
    g_assert_true (is_sound_number (number) && strncmp (number + 6, "1", 1) >= 0);
  cJSON_Delete (root);
}

/* How many were taken. */
static guint
judge (Fixture *self, const char *path, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundles = fz_bundle_load_path (path, &self->check, &error);
  guint taken = 0;

  if (bundles == NULL) {
    g_assert_true (error->domain == FZ_ERROR && *error->message != '\0');
    return 0;
  }
  for (guint i = 0; i < bundles->len; i++) {
    const FzBundle *bundle = bundles->pdata[i];

    g_assert_true ((bundle->facts != NULL) == (bundle->problems->len == 0));
    if (bundle->facts == NULL)
      continue;
    taken++;
    if (json != NULL)
      judge_taken (bundle, json);
  }
  return taken;
}

static void
test_pages (Fixture *self, gconstpointer data)
{
  g_autoptr (GRand) rand = chance ();
  guint taken = 0;

  for (guint sample = 1; sample <= 3; sample++) {
    g_autofree char *name = g_strdup_printf ("s%u", sample), *folder = fixture_copy_sample (self, sample, name);
    g_autofree char *path = g_build_filename (folder, "visit.json", NULL), *text = fixture_read (path);

    g_assert_cmpuint (judge (self, folder, text), ==, 1);
    for (guint i = 0; i < PAGES / 3; i++) {
      g_autoptr (GString) spoilt = spoil (rand, text, strlen (text));

      put (path, spoilt);
      taken += judge (self, folder, spoilt->str);
    }
  }
  /* Some changes leave a good page: a word of the complaint. If none were, nothing would have been judged; if most were, nothing refused. */
  g_test_message ("%u of %u taken", taken, PAGES);
  g_assert_cmpuint (taken, >, 0);
  g_assert_cmpuint (taken, <, PAGES / 2);
}

static void
test_archives (Fixture *self, gconstpointer data)
{
  g_autoptr (GRand) rand = chance ();
  g_autofree char *path = zip_of_sample (self, 1), *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_cmpuint (judge (self, path, NULL), ==, 1);
  for (guint i = 0; i < ZIPS; i++) {
    g_autoptr (GString) spoilt = spoil (rand, bytes, n);

    put (path, spoilt);
    judge (self, path, NULL);
  }
}

void
add_fuzz_tests (void)
{
  g_test_add ("/intake/fuzz/pages", Fixture, NULL, fixture_set_up, test_pages, fixture_tear_down);
  g_test_add ("/intake/fuzz/archives", Fixture, NULL, fixture_set_up, test_archives, fixture_tear_down);
}
