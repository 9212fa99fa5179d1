#include "tests/intake/fixture.h"

#include <glib/gstdio.h>
#include <string.h>

void add_bad_tests (void);
void add_fuzz_tests (void);
void add_zip_tests (void);

static const char *
fact (const FzBundle *bundle, const char *key)
{
  return fz_fields_get (bundle->facts, key);
}

static void
test_samples (Fixture *self, gconstpointer data)
{
  static const char *const folders[] = { "a", "b", "c" };
  g_autoptr (GPtrArray) bundles = NULL;
  const FzBundle *first, *child;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_free (fixture_copy_sample (self, i + 1, folders[i]));
  bundles = fixture_load (self, self->dir);
  g_assert_cmpuint (bundles->len, ==, 3);
  first = bundles->pdata[0];
  child = bundles->pdata[2];
  for (guint i = 0; i < bundles->len; i++)
    g_assert_cmpuint (((FzBundle *) bundles->pdata[i])->problems->len, ==, 0);
  g_assert_cmpstr (fact (first, "visit.id"), ==, "S20260105-1");
  g_assert_cmpstr (fact (first, "visit.applied_at"), ==, "2026-01-05T00:00:00Z");
  g_assert_cmpstr (fact (first, "visit.department_name"), ==, "心血管内科专业");
  g_assert_cmpstr (fact (first, "visit.price_fen"), ==, "1500");
  g_assert_cmpstr (fact (first, "allergy.00"), ==, "青霉素");
  g_assert_cmpstr (fact (first, "patient.age_text"), ==, "65岁");
  g_assert_cmpstr (fact (first, "prior.00.code"), ==, "I10.x00x002");
  g_assert_cmpstr (fact (first, "evidence.01.kind"), ==, "prescription");
  g_assert_cmpstr (fact (first, "consent.at"), ==, "2026-01-04T23:56:10Z");
  g_assert_null (fact (first, "guardian.name"));
  g_assert_cmpuint (first->files->len, ==, 2);
  g_assert_cmpstr (((FzBundleFile *) first->files->pdata[1])->name, ==, "e2.png");
  g_assert_cmpstr (fact (child, "guardian.relation"), ==, "mother");
  g_assert_cmpstr (fact (child, "specialist.name"), ==, "周合成");
  g_assert_cmpstr (fact (child, "patient.age_text"), ==, "5岁6个月");
}

/* What only some provinces ask: the third sample gives all of it, the first none, and both are good. */
static void
test_further (Fixture *self, gconstpointer data)
{
  static const char *const given[][2] = {
    { "patient.insurance_card", "119900A00000003" }, { "patient.health_card", "HC-1199-0003" }, { "patient.health_record", "11990012000003" },
    { "patient.ethnic", "汉族" }, { "patient.marital", "未婚" }, { "patient.occupation", "学龄前儿童" },
    { "patient.address", "合成市示范区样例路 3 号" }, { "patient.cannot_express", "yes" }, { "patient.capacity", "none" }, { "guardian.present", "yes" },
    { "request.purchased.00.generic", "硫酸沙丁胺醇吸入气雾剂" }, { "request.drug.00.generic", "吸入用布地奈德混悬液" },
  };
  g_autoptr (GPtrArray) bundles = NULL;
  g_autoptr (FzFields) body = NULL;

  g_free (fixture_copy_sample (self, 1, "a"));
  g_free (fixture_copy_sample (self, 3, "b"));
  bundles = fixture_load (self, self->dir);
  body = fz_fields_dup (((FzBundle *) bundles->pdata[1])->facts, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (given); i++) {
    g_assert_cmpstr (fact (bundles->pdata[1], given[i][0]), ==, given[i][1]);
    g_assert_null (fact (bundles->pdata[0], given[i][0]));
  }
  fz_bundle_drop_further (body);
  for (guint i = 0; i + 2 < G_N_ELEMENTS (given); i++)
    g_assert_null (fz_fields_get (body, given[i][0]));
  g_assert_cmpstr (fz_fields_get (body, "guardian.name"), ==, "陈婉清");
}

/* What a patient agreed to is the text that ships. */
static void
test_consent_hash (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "a");
  g_autofree char *path = fixture_source ("assets/consent/2026-01.txt"), *text = fixture_read (path);
  g_autofree char *sha256 = fz_sha256_hex (text, strlen (text));
  g_autoptr (GPtrArray) bundles = fixture_load (self, folder);

  g_assert_cmpstr (fact (bundles->pdata[0], "consent.text_sha256"), ==, sha256);
}

static void
test_optional (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 2, "a");
  g_autofree char *path = g_build_filename (folder, "visit.json", NULL), *text = NULL, *cut = NULL;
  g_autoptr (GPtrArray) bundles = NULL;
  g_autoptr (GRegex) consent = g_regex_new ("\"consent\": \\{[^}]*\\}", G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);

  /* Consent may still be missing when the bundle arrives: then it is asked for, and the visit cannot be taken. */
  text = fixture_read (path);
  cut = g_regex_replace_literal (consent, text, -1, 0, "\"consent\": null", G_REGEX_MATCH_DEFAULT, NULL);
  fixture_write (path, cut, -1);
  fixture_change (folder, "2026-01-05T08:12:30+08:00", "2026-01-04T19:12:30.25-05:00");
  bundles = fixture_load (self, folder);
  g_assert_nonnull (((FzBundle *) bundles->pdata[0])->facts);
  g_assert_null (fact (bundles->pdata[0], "consent.signer"));
  g_assert_cmpstr (fact (bundles->pdata[0], "visit.applied_at"), ==, "2026-01-05T00:12:30Z");
}

/* One bad bundle does not take the good one beside it along. */
static void
test_each_for_itself (Fixture *self, gconstpointer data)
{
  g_autofree char *bad = fixture_copy_sample (self, 2, "b"), *empty = fixture_copy_sample (self, 3, "d");
  g_autofree char *json = g_build_filename (empty, "visit.json", NULL), *line = NULL;
  g_autoptr (GPtrArray) bundles = NULL;
  FzBundle *last;

  g_free (fixture_copy_sample (self, 1, "a"));
  g_free (fixture_copy_sample (self, 1, "c"));
  fixture_change (bad, "\"mode\": \"video\"", "\"mode\": \"fax\"");
  g_assert_cmpint (g_remove (json), ==, 0);
  bundles = fixture_load (self, self->dir);
  g_assert_cmpuint (bundles->len, ==, 4);
  g_assert_nonnull (((FzBundle *) bundles->pdata[0])->facts);
  g_assert_null (((FzBundle *) bundles->pdata[1])->facts);
  g_assert_null (((FzBundle *) bundles->pdata[2])->facts);
  g_assert_cmpstr (((FzBundleProblem *) ((FzBundle *) bundles->pdata[2])->problems->pdata[0])->field, ==, "visit.id");
  last = bundles->pdata[3];
  g_assert_null (last->facts);
  line = fz_bundle_problem_line (last, last->problems->pdata[0]);
  g_assert_nonnull (strstr (line, "“d”"));
  g_assert_nonnull (strstr (line, "visit.json"));
}

/* Facts typed in the window pass the same gate. */
static void
test_by_hand (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "a"), *file = g_build_filename (folder, "e1.jpg", NULL);
  g_autoptr (GPtrArray) bundles = fixture_load (self, folder), problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free);
  g_autoptr (FzFields) facts = fz_fields_dup (((FzBundle *) bundles->pdata[0])->facts, NULL);
  GError *error = NULL;
  FzBundleFile *evidence = fz_bundle_read_file (file, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (evidence->name, ==, "e1.jpg");
  fz_bundle_file_free (evidence);
  fz_fields_set (facts, "patient.id_number", " 11010519491231002x");
  fz_fields_set (facts, "patient.birth_date", "1949-12-31");
  g_assert_true (fz_bundle_check_facts (facts, &self->check, problems));
  g_assert_cmpstr (fz_fields_get (facts, "patient.id_number"), ==, "11010519491231002X");
  g_assert_cmpstr (fz_fields_get (facts, "patient.age_years"), ==, "76");
  fz_fields_set (facts, "patient.id_number", "110105194912310021");
  g_assert_false (fz_bundle_check_facts (facts, &self->check, problems));
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_null (fz_bundle_read_file ("/nowhere/at/all.jpg", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/intake/samples", Fixture, NULL, fixture_set_up, test_samples, fixture_tear_down);
  g_test_add ("/intake/further", Fixture, NULL, fixture_set_up, test_further, fixture_tear_down);
  g_test_add ("/intake/consent-hash", Fixture, NULL, fixture_set_up, test_consent_hash, fixture_tear_down);
  g_test_add ("/intake/optional", Fixture, NULL, fixture_set_up, test_optional, fixture_tear_down);
  g_test_add ("/intake/each-for-itself", Fixture, NULL, fixture_set_up, test_each_for_itself, fixture_tear_down);
  g_test_add ("/intake/by-hand", Fixture, NULL, fixture_set_up, test_by_hand, fixture_tear_down);
  add_bad_tests ();
  add_zip_tests ();
  add_fuzz_tests ();
  return g_test_run ();
}
