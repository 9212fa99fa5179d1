/* Zips: the same bundles, and archives made to do harm. */
#include "tests/intake/fixture.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

void add_zip_tests (void);

typedef struct {
  struct archive *archive;
  char *path;
} Zip;

static Zip
zip_begin (Fixture *self)
{
  Zip zip = { archive_write_new (), g_build_filename (self->dir, "in.zip", NULL) };

  archive_write_set_format_zip (zip.archive);
  g_assert_cmpint (archive_write_open_filename (zip.archive, zip.path), ==, ARCHIVE_OK);
  return zip;
}

static void
zip_add (Zip *zip, const char *name, const char *bytes, gsize n, const char *link)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, link != NULL ? AE_IFLNK : AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_size (entry, (la_int64_t) n);
  if (link != NULL)
    archive_entry_set_symlink (entry, link);
  g_assert_cmpint (archive_write_header (zip->archive, entry), ==, ARCHIVE_OK);
  if (n > 0)
    g_assert_cmpint ((int) archive_write_data (zip->archive, bytes, n), ==, (int) n);
  archive_entry_free (entry);
}

static void
zip_add_sample (Zip *zip, guint n, const char *prefix)
{
  static const char *const names[] = { "visit.json", "e1.jpg", "e2.png" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_strdup_printf ("%s/assets/schema/samples/visit-%u/%s", g_getenv ("FUZHEN_SOURCE_ROOT"), n, names[i]);
    g_autofree char *bytes = NULL, *name = g_strconcat (prefix, names[i], NULL);
    gsize size = 0;

    if (g_file_get_contents (path, &bytes, &size, NULL))
      zip_add (zip, name, bytes, size, NULL);
  }
}

static void
zip_end (Zip *zip)
{
  g_assert_cmpint (archive_write_close (zip->archive), ==, ARCHIVE_OK);
  archive_write_free (zip->archive);
}

char *
zip_of_sample (Fixture *self, guint n)
{
  Zip zip = zip_begin (self);

  zip_add_sample (&zip, n, "");
  zip_end (&zip);
  return zip.path;
}

static void
test_shapes (Fixture *self, gconstpointer data)
{
  static const char *const prefixes[] = { "", "V1/", "export/V1/" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    Zip zip = zip_begin (self);
    g_autoptr (GPtrArray) bundles = NULL;
    const FzBundle *first;

    zip_add_sample (&zip, 1, prefixes[i]);
    if (*prefixes[i] != '\0')
      zip_add_sample (&zip, 2, i == 1 ? "V2/" : "export/V2/");
    zip_add (&zip, "__MACOSX/._e1.jpg", "x", 1, NULL);
    zip_end (&zip);
    bundles = fixture_load (self, zip.path);
    first = bundles->pdata[0];
    g_assert_cmpuint (bundles->len, ==, i == 0 ? 1 : 2);
    g_assert_nonnull (first->facts);
    g_assert_cmpuint (first->files->len, ==, 2);
    g_free (zip.path);
  }
}

static void
expect_refused (Fixture *self, Zip *zip, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundles = fz_bundle_load_path (zip->path, &self->check, &error);

  g_assert_null (bundles);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_free (zip->path);
}

static void
test_escapes (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "../e.jpg", "/etc/e.jpg", "V1/../../e.jpg", "C:e.jpg", "./e.jpg", "a/b/c/d.jpg" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    Zip zip = zip_begin (self);

    zip_add_sample (&zip, 1, "");
    zip_add (&zip, names[i], "x", 1, NULL);
    zip_end (&zip);
    expect_refused (self, &zip, names[i]);
  }
}

static void
test_link (Fixture *self, gconstpointer data)
{
  Zip zip = zip_begin (self);

  zip_add (&zip, "e9.jpg", "", 0, "/etc/hostname");
  zip_add_sample (&zip, 1, "");
  zip_end (&zip);
  expect_refused (self, &zip, "链接");
}

/* 30 MB of zeros pack into 30 KB. */
static void
test_bomb (Fixture *self, gconstpointer data)
{
  Zip zip = zip_begin (self);
  gsize n = 30 << 20;
  g_autofree char *zeros = g_malloc0 (n);

  zip_add (&zip, "e1.jpg", zeros, n, NULL);
  zip_end (&zip);
  expect_refused (self, &zip, "20 MB");
  zip = zip_begin (self);
  for (guint i = 0; i < 12; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);

    zip_add (&zip, name, zeros, 19 << 20, NULL);
  }
  zip_end (&zip);
  expect_refused (self, &zip, "200 MB");
}

static void
test_many_files (Fixture *self, gconstpointer data)
{
  Zip zip = zip_begin (self);

  for (guint i = 0; i <= FZ_BUNDLE_MAX_FILES; i++) {
    g_autofree char *name = g_strdup_printf ("%u.jpg", i);

    zip_add (&zip, name, "x", 1, NULL);
  }
  zip_end (&zip);
  expect_refused (self, &zip, "5000");
}

static void
test_twice_the_same_name (Fixture *self, gconstpointer data)
{
  Zip zip = zip_begin (self);

  zip_add_sample (&zip, 1, "");
  zip_add (&zip, "visit.json", "{}", 2, NULL);
  zip_end (&zip);
  expect_refused (self, &zip, "同名");
}

/* Cut anywhere, changed anywhere: refused or with problems, never half a bundle. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  Zip zip = zip_begin (self);
  g_autofree char *bytes = NULL;
  gsize n = 0;
  guint taken = 0;

  zip_add_sample (&zip, 2, "");
  zip_end (&zip);
  g_assert_true (g_file_get_contents (zip.path, &bytes, &n, NULL));
  for (gsize at = 0; at < n; at += 1 + n / 97) {
    g_autoptr (GPtrArray) cut = NULL, flipped = NULL;

    fixture_write (zip.path, bytes, (gssize) at);
    cut = fz_bundle_load_path (zip.path, &self->check, NULL);
    /* Only the directory at the end may be missing. */
    if (cut != NULL && ((FzBundle *) cut->pdata[0])->facts != NULL)
      g_assert_cmpuint (((FzBundle *) cut->pdata[0])->files->len, ==, 1);
    bytes[at] = (char) (bytes[at] ^ 0x20);
    fixture_write (zip.path, bytes, (gssize) n);
    bytes[at] = (char) (bytes[at] ^ 0x20);
    flipped = fz_bundle_load_path (zip.path, &self->check, NULL);
    if (flipped != NULL && ((FzBundle *) flipped->pdata[0])->facts != NULL)
      taken++;
  }
  /* A flip in a time stamp of the archive harms nobody; most others must be seen. */
  g_test_message ("%u of 97 flips without effect", taken);
  g_assert_cmpuint (taken, <, 10);
  g_free (zip.path);
}

void
add_zip_tests (void)
{
  g_test_add ("/intake/zip/shapes", Fixture, NULL, fixture_set_up, test_shapes, fixture_tear_down);
  g_test_add ("/intake/zip/escapes", Fixture, NULL, fixture_set_up, test_escapes, fixture_tear_down);
  g_test_add ("/intake/zip/link", Fixture, NULL, fixture_set_up, test_link, fixture_tear_down);
  g_test_add ("/intake/zip/bomb", Fixture, NULL, fixture_set_up, test_bomb, fixture_tear_down);
  g_test_add ("/intake/zip/many-files", Fixture, NULL, fixture_set_up, test_many_files, fixture_tear_down);
  g_test_add ("/intake/zip/twice-the-same-name", Fixture, NULL, fixture_set_up, test_twice_the_same_name, fixture_tear_down);
  g_test_add ("/intake/zip/damaged", Fixture, NULL, fixture_set_up, test_damaged, fixture_tear_down);
}
