#include "tests/intake/fixture.h"

#include <glib/gstdio.h>
#include <string.h>

char *
fixture_source (const char *path)
{
  return g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), path, NULL);
}

char *
fixture_read (const char *path)
{
  GError *error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

void
fixture_write (const char *path, const char *text, gssize n)
{
  GError *error = NULL;

  g_file_set_contents (path, text, n, &error);
  g_assert_no_error (error);
}

static FzCodes *
load_codes (const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/assets/codes/%s.csv", g_getenv ("FUZHEN_SOURCE_ROOT"), name);
  g_autofree char *text = fixture_read (path);
  GError *error = NULL;
  FzCodes *codes = fz_codes_parse ((const guint8 *) text, strlen (text), name, FALSE, &error);

  g_assert_no_error (error);
  return codes;
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  GError *error = NULL;

  g_assert_true (fz_time_parse (NOW_TEXT, &self->check.now_us));
  self->check.departments = load_codes ("departments");
  self->check.modes = load_codes ("modes");
  self->check.id_kinds = load_codes ("id-kinds");
  self->check.relations = load_codes ("relations");
  self->check.consent_methods = load_codes ("consent-methods");
  self->check.evidence_kinds = load_codes ("evidence-kinds");
  self->check.sensitive_reasons = load_codes ("sensitive-reasons");
  self->dir = g_dir_make_tmp ("fuzhen-intake-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  remove_tree (self->dir);
  g_free (self->dir);
  fz_codes_unref (self->check.departments);
  fz_codes_unref (self->check.modes);
  fz_codes_unref (self->check.id_kinds);
  fz_codes_unref (self->check.relations);
  fz_codes_unref (self->check.consent_methods);
  fz_codes_unref (self->check.evidence_kinds);
  fz_codes_unref (self->check.sensitive_reasons);
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;
  GError *error = NULL;

  g_file_get_contents (from, &bytes, &n, &error);
  g_assert_no_error (error);
  fixture_write (to, bytes, (gssize) n);
}

char *
fixture_copy_sample (Fixture *self, guint n, const char *folder)
{
  char *to = g_build_filename (self->dir, folder, NULL);
  g_autofree char *from = g_strdup_printf ("%s/assets/schema/samples/visit-%u", g_getenv ("FUZHEN_SOURCE_ROOT"), n);
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);

    copy_file (source, target);
  }
  return to;
}

void
fixture_change (const char *folder, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (folder, "visit.json", NULL);
  g_autofree char *text = fixture_read (path);
  g_auto (GStrv) parts = g_strsplit (text, from, -1);
  g_autofree char *changed = g_strjoinv (to, parts);

  if (g_strv_length (parts) != 2)
    g_error ("“%s” stands %u times in %s", from, g_strv_length (parts) - 1, path);
  fixture_write (path, changed, -1);
}

GPtrArray *
fixture_load (Fixture *self, const char *path)
{
  GError *error = NULL;
  GPtrArray *bundles = fz_bundle_load_path (path, &self->check, &error);

  g_assert_no_error (error);
  return bundles;
}

void
fixture_expect (Fixture *self, const char *path, const char *field, const char *expected)
{
  g_autoptr (GPtrArray) bundles = fixture_load (self, path);
  const FzBundle *bundle = bundles->pdata[0];

  g_assert_cmpuint (bundles->len, ==, 1);
  g_assert_null (bundle->facts);
  g_assert_cmpuint (bundle->files->len, ==, 0);
  for (guint i = 0; i < bundle->problems->len; i++) {
    const FzBundleProblem *problem = bundle->problems->pdata[i];

    if (strcmp (problem->field, field) == 0 && strstr (problem->message, expected) != NULL)
      return;
    g_test_message ("%s: %s", problem->field, problem->message);
  }
  g_error ("no problem “%s” with “%s”", field, expected);
}
