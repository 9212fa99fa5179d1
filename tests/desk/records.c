/* Records between hospitals at the desk: taken in as evidence of a visit, and given out by those who may. */
#include "tests/desk/world.h"

#include "app/exchange.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  FzExchangeMap *map;
  FzFields *record; /* of the first sample, to be changed */
} Shelf;

static void
shelf_clear (Shelf *self)
{
  fz_exchange_map_free (self->map);
  fz_fields_unref (self->record);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shelf, shelf_clear)

/* The sample as a record of the patient of this request, of a week before the tested day. */
static void
shelf_open (World *w, Shelf *self, const FzFields *request)
{
  static const char *const keys[] = { "patient.name", "patient.id_kind", "patient.id_number", "patient.birth_date" };
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/samples/record-1.json", NULL), *text = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzFields) sample = NULL;
  const char *form = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  self->map = fz_exchange_load_map (w->desk->knowledge, NULL);
  sample = fz_exchange_read (self->map, text, n, &form, problems);
  self->record = fz_fields_dup (sample, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (self->record, keys[i], fz_fields_get (request, keys[i]));
  fz_fields_set (self->record, "patient.sex", g_strcmp0 (fz_fields_get (request, "patient.sex"), "F") == 0 ? "2" : "1");
  fz_fields_set (self->record, "encounter.at", "2026-02-20T01:00:00Z");
  fz_fields_set (self->record, "encounter.ended_at", "2026-02-20T01:20:00Z");
  fz_fields_set (self->record, "signer.signed_at", "2026-02-20T01:20:00Z");
  fz_fields_set (self->record, "source.made_at", "2026-02-21T01:00:00Z");
}

static char *
write_file (World *w, const char *name, const char *text)
{
  char *path = g_build_filename (w->root, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static char *
write_json (World *w, const Shelf *shelf, const char *name)
{
  g_autofree char *text = fz_exchange_to_json (shelf->map, shelf->record, NULL);

  return write_file (w, name, text);
}

/* What the visit has of it afterwards, and what is refused. */
static void
record_becomes_evidence (World *w)
{
  g_auto (Shelf) shelf = { 0 };
  g_autoptr (FzFields) request = NULL, taken = NULL, visit = NULL, draft = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *xml = NULL, *xml_path = NULL;
  guint n_prior;
  guint64 from;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  g_assert_true (world_try_arrive (w, request, &error));
  shelf_open (w, &shelf, request);
  world_take (w, "V1");
  n_prior = fz_fields_count (request, "prior");
  path = write_json (w, &shelf, "prior.json");
  from = world_audit_size (w);
  taken = fz_desk_import_record (w->session, "V1", path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "record.import", "done"), ==, 1);
  g_assert_cmpstr (fz_fields_get (taken, "n_diagnoses"), ==, "2");
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpuint (fz_fields_count (visit, "prior"), ==, n_prior + 2);
  g_assert_cmpstr (fz_fields_get_at (visit, "prior", n_prior, "institution"), ==, "津示范医院（演示）");
  g_assert_cmpstr (fz_fields_get_at (visit, "prior", n_prior, "date"), ==, "2026-02-20");
  g_assert_cmpstr (fz_fields_get (visit, "imported.00.sha256"), ==, fz_fields_get (taken, "sha256"));
  g_assert_cmpstr (fz_fields_get (visit, "imported.00.medicine.00.name"), ==, "阿司匹林肠溶片");
  g_assert_cmpstr (fz_fields_get (visit, "imported.00.medicine.00.words"), ==, "100mg 每次100mg qd 口服 28天");
  expect_error (fz_desk_import_record (w->session, "V1", path, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, "已经导入过");
  /* The same record in the other form is another file; its diagnoses are there already. */
  xml = fz_exchange_to_xml (shelf.map, shelf.record);
  xml_path = write_file (w, "prior.xml", xml);
  fz_fields_unref (taken);
  taken = fz_desk_import_record (w->session, "V1", xml_path, NULL, &error);
  g_assert_no_error (error);
  fz_fields_unref (visit);
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpuint (fz_fields_count (visit, "imported"), ==, 2);
  g_assert_cmpuint (fz_fields_count (visit, "prior"), ==, n_prior + 2);
  /* The verdict may rest on it alone. */
  world_type (w, 0, "V1");
  draft = fz_desk_get_draft (w->session, "V1", &error);
  {
    g_autoptr (FzFields) changed = fz_fields_dup (draft, NULL);

    for (guint i = fz_fields_count (changed, "eligibility.basis"); i > 0; i--)
      fz_fields_set_at (changed, "eligibility.basis", i - 1, NULL, NULL);
    fz_fields_set_at (changed, "eligibility.basis", 0, NULL, fz_fields_get (visit, "imported.00.sha256"));
    g_assert_true (fz_desk_save_draft (w->session, "V1", changed, &error));
  }
  g_free (world_sign (w, fz_desk_prepare_sheet (w->session, "V1", (FzSheetParts) (FZ_SHEET_VERDICT | FZ_SHEET_RECORD), &error)));
  fz_fields_set (shelf.record, "plan.opinion", "另一份");
  g_free (path);
  path = write_json (w, &shelf, "late.json");
  expect_error (fz_desk_import_record (w->session, "V1", path, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "院外病历");
}

static void
wrong_records_are_refused (World *w)
{
  static const struct {
    const char *key, *value;
    FzErrorCode code;
    const char *words;
  } bad[] = { { "patient.name", "别人", FZ_ERROR_REFUSED, "姓名" },
              { "patient.id_number", "119900196001311212", FZ_ERROR_REFUSED, "证件号码" },
              { "patient.id_kind", "03", FZ_ERROR_REFUSED, "证件类别" },
              { "encounter.at", "2026-03-09T01:00:00Z", FZ_ERROR_INVALID, "今后" },
              { "encounter.at", "2026-02-22T01:00:00Z", FZ_ERROR_INVALID, "生成时间" },
              { "masked", "yes", FZ_ERROR_INVALID, "脱敏" },
              { "source.institution", NULL, FZ_ERROR_INVALID, "医疗机构名称" } };
  g_auto (Shelf) shelf = { 0 };
  g_autoptr (FzFields) request = NULL, visit = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *nothing = NULL;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  g_assert_true (world_try_arrive (w, request, &error));
  shelf_open (w, &shelf, request);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (FzFields) sound = fz_fields_dup (shelf.record, NULL);
    g_autofree char *path = NULL;

    fz_fields_set (shelf.record, bad[i].key, bad[i].value);
    path = write_json (w, &shelf, "bad.json");
    expect_error (fz_desk_import_record (w->session, "V1", path, NULL, &error) == NULL, &error, bad[i].code, bad[i].words);
    fz_fields_unref (shelf.record);
    shelf.record = g_steal_pointer (&sound);
  }
  nothing = write_file (w, "nothing.json", "");
  expect_error (fz_desk_import_record (w->session, "V1", nothing, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  expect_error (fz_desk_import_record (w->session, NULL, nothing, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "哪一次就诊");
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpuint (fz_fields_count (visit, "imported"), ==, 0);
}

/* Medical affairs has the file and not the visit's number. */
static void
affairs_find_the_visit (World *w)
{
  g_auto (Shelf) shelf = { 0 };
  g_autoptr (FzFields) request = NULL, taken = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  g_assert_true (world_try_arrive (w, request, &error));
  shelf_open (w, &shelf, request);
  path = write_json (w, &shelf, "prior.json");
  world_sign_in (w, "A3001");
  taken = fz_desk_import_record (w->session, NULL, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (taken, "visit.00"), ==, "V1");
  fz_fields_set (shelf.record, "patient.id_number", "119900196001311212");
  g_free (path);
  path = write_json (w, &shelf, "other.json");
  expect_error (fz_desk_import_record (w->session, NULL, path, NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "没有候诊");
}

/* --- giving out --- */

static FzFields *
ask_for (const char *key, const char *value, gboolean full)
{
  FzFields *ask = fz_fields_new ("fuzhen.record_ask/v1");

  fz_fields_set (ask, key, value);
  fz_fields_set_bool (ask, "full", full);
  return ask;
}

/* `by`: who approves. Of all visits of the patient when `of_patient`. */
static void
leave (World *w, const char *visit, gboolean of_patient, const char *by)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1"), wanted = fz_fields_new ("fuzhen.scope/v1"), found = NULL;
  g_autofree char *number = g_strdup (w->number);
  g_autoptr (GError) error = NULL;

  fz_fields_set (wanted, "report", "record");
  fz_fields_set (wanted, "by", of_patient ? "patient" : NULL);
  fz_fields_set (wanted, "subject", visit);
  fz_fields_set (wanted, "format", "full");
  fz_fields_merge (facts, "scope", wanted);
  fz_fields_set (facts, "kind", "export");
  fz_fields_set (facts, "purpose", "E01");
  fz_fields_set (facts, "words", "患者申请复印病历");
  fz_fields_set (facts, "times", "1");
  fz_fields_set (facts, "until_on", TESTED_DAY);
  g_free (world_sign (w, fz_desk_prepare_grant (w->session, facts, &error)));
  g_assert_no_error (error);
  found = fz_desk_find_grant (w->session, "export", wanted, &error);
  g_assert_nonnull (strstr (fz_fields_get (found, "grant.line.00"), "病历导出"));
  world_sign_in (w, by);
  g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, fz_fields_get (found, "grant.id"), "approved", NULL, &error)));
  g_assert_no_error (error);
  world_sign_in (w, number);
}

static void
grant (World *w, const char *visit)
{
  leave (w, visit, FALSE, "A3001");
}

static FzFields *
read_out (World *w, const char *folder, const char *name)
{
  g_autoptr (FzExchangeMap) map = fz_exchange_load_map (w->desk->knowledge, NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_build_filename (folder, "records", name, NULL), *text = NULL;
  const char *form = NULL;
  gsize n = 0;
  FzFields *record;

  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  record = fz_exchange_read (map, text, n, &form, problems);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) problems->pdata[i]);
  return record;
}

/* Somebody else makes the folder while the records are written. */
static void
take_place (guint64 done, guint64 total, gpointer folder)
{
  g_assert_true (g_mkdir (folder, 0700) == 0 || done > 1);
}

/* Masked by the doctor alone, whole by leave; nobody else's; and what was given out can be taken in, as a visit that was held over the net. */
static void
records_are_given_out (World *w)
{
  g_autofree char *rx = NULL, *masked = g_build_filename (w->root, "masked", NULL), *full = g_build_filename (w->root, "full", NULL), *text = NULL;
  g_autofree char *json = g_build_filename (full, "records", "V1.json", NULL), *again = g_build_filename (masked, "records", "V1.json", NULL);
  g_autofree char *taken = g_build_filename (w->root, "taken", NULL), *partial = g_strconcat (taken, ".partial", NULL);
  static const char *const veiled[] = { "patient.name", "patient.id_number", "patient.mobile", "patient.birth_date" };
  g_autofree char *documents = g_build_filename (full, "documents", NULL);
  g_autoptr (FzFields) request = NULL, made = NULL, by_json = NULL, by_xml = NULL, ask = NULL, visit = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V1");
  ask = ask_for ("visit", "V1", FALSE);
  from = world_audit_size (w);
  /* The log first: when the folder then cannot come to its place, the log says more than happened and never less. */
  expect_error (fz_desk_export_records (w->session, ask, taken, NULL, take_place, taken, &error) == NULL, &error, FZ_ERROR_RETRY, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "failed"), ==, 1);
  g_assert_cmpint (g_rmdir (taken), ==, 0); /* nothing of ours in it … */
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS)); /* … or beside it */
  from = world_audit_size (w);
  made = fz_desk_export_records (w->session, ask, masked, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "record.read", "done"), ==, 1);
  g_assert_true (g_file_get_contents (again, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, rx));
  expect_error (fz_desk_export_records (w->session, ask, masked, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
  fz_fields_unref (ask);
  ask = ask_for ("visit", "V1", TRUE);
  expect_error (fz_desk_export_records (w->session, ask, full, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  g_assert_false (g_file_test (full, G_FILE_TEST_EXISTS));
  grant (w, "V1");
  fz_fields_unref (made);
  made = fz_desk_export_records (w->session, ask, full, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (documents, G_FILE_TEST_IS_DIR));
  {
    g_autofree char *copy = g_build_filename (full, "records", "V1.pdf", NULL), *other = g_build_filename (masked, "records", "V1.pdf", NULL), *command = NULL, *read = NULL;

    g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
    command = g_strdup_printf ("pdftotext -layout '%s' -", copy);
    g_assert_true (g_spawn_command_line_sync (command, &read, NULL, NULL, &error));
    g_assert_nonnull (strstr (read, rx)); /* the prescription as it reads, and who it is for */
    g_assert_nonnull (strstr (read, "病历副本"));
  }
  by_json = read_out (w, full, "V1.json");
  by_xml = read_out (w, full, "V1.xml");
  g_assert_nonnull (by_json);
  g_assert_true (fz_fields_equal (by_json, by_xml));
  for (guint i = 0; i < G_N_ELEMENTS (veiled); i++) {
    g_assert_nonnull (fz_fields_get (by_json, veiled[i]));
    g_assert_null (strstr (text, fz_fields_get (by_json, veiled[i])));
  }
  /* One use was granted. */
  g_free (full);
  full = g_build_filename (w->root, "more", NULL);
  expect_error (fz_desk_export_records (w->session, ask, full, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  world_sign_in (w, "D1002");
  fz_fields_unref (ask);
  ask = ask_for ("visit", "V1", FALSE);
  expect_error (fz_desk_export_records (w->session, ask, full, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_export_records (w->session, ask, full, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  g_assert_false (g_file_test (full, G_FILE_TEST_EXISTS));
  /* The same patient once more: shown, and no diagnosis of a physical institution. */
  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V2");
  second = fz_fields_dup (request, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (veiled); i++)
    fz_fields_set (second, veiled[i], fz_fields_get (by_json, veiled[i]));
  fz_fields_set (second, "patient.sex", g_str_equal (fz_fields_get (by_json, "patient.sex"), "2") ? "F" : "M");
  fz_fields_set (second, "consent.signer", fz_fields_get (by_json, "patient.name"));
  g_assert_true (world_try_arrive (w, second, &error));
  fz_fields_unref (made);
  made = fz_desk_import_record (w->session, "V2", json, NULL, &error);
  g_assert_no_error (error);
  visit = fz_desk_read_visit (w->session, "V2", &error);
  g_assert_cmpstr (fz_fields_get (visit, "imported.00.online"), ==, "yes");
  g_assert_cmpuint (fz_fields_count (visit, "prior"), ==, fz_fields_count (second, "prior"));
}

/* The note of quality with this code on what is typed now; NULL: none. */
static FzFinding *
quality_of (World *w, const FzFields *draft, const char *rule)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_desk_check_draft (w->session, "V1", draft, &error);
  const FzFinding *found;

  g_assert_no_error (error);
  found = fz_findings_find (findings, rule);
  return found != NULL ? fz_finding_ref ((FzFinding *) found) : NULL;
}

/* One set of rules: what is noted while a record is written here is what its receiver is told, and what is noted of a record from elsewhere. */
static void
same_rules_at_both_ends (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "out", NULL), *index = g_build_filename (folder, "index.txt", NULL), *text = NULL, *path = NULL;
  g_autoptr (FzFields) request = NULL, empty = fz_fields_new ("fuzhen.draft/v1"), typed = NULL, bare = NULL, unasked = NULL, ask = NULL, made = NULL, visit = NULL;
  g_autoptr (FzFinding) none = NULL, missing = NULL, twice = NULL, after = NULL;
  g_auto (Shelf) shelf = { 0 };
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  g_assert_true (world_try_arrive (w, request, &error));
  world_take (w, "V1");
  shelf_open (w, &shelf, request);
  fz_fields_set (shelf.record, "exam.physical", NULL);
  fz_fields_set (shelf.record, "exam.assist_results", NULL);
  path = write_json (w, &shelf, "poor.json");
  made = fz_desk_import_record (w->session, "V1", path, NULL, &error);
  g_assert_no_error (error);
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpstr (fz_fields_get (visit, "imported.00.defect.00.code"), ==, "Q05");
  world_type (w, 0, "V1");
  typed = fz_desk_get_draft (w->session, "V1", &error);
  none = quality_of (w, typed, "QUALITY_Q05");
  g_assert_null (none);
  none = quality_of (w, empty, "QUALITY_Q05"); /* the rules still ask for more than that */
  g_assert_null (none);
  bare = fz_fields_dup (typed, NULL);
  fz_fields_set (bare, "record.exam", NULL);
  fz_fields_set (bare, "record.assist", NULL);
  missing = quality_of (w, bare, "QUALITY_Q05");
  g_assert_nonnull (missing);
  g_assert_cmpint (missing->severity, ==, FZ_SEVERITY_NOTE);
  g_assert_cmpstr (missing->field, ==, "record.exam");
  g_assert_nonnull (strstr (missing->source, "病历书写基本规范"));
  /* What is missing and a stop already is said once. */
  unasked = fz_fields_dup (bare, NULL);
  fz_fields_set (unasked, "record.chief_complaint", NULL);
  twice = quality_of (w, unasked, "QUALITY_Q03");
  g_assert_null (twice);
  g_assert_true (fz_desk_save_draft (w->session, "V1", bare, &error));
  g_free (world_sign (w, fz_desk_prepare_sheet (w->session, "V1", (FzSheetParts) (FZ_SHEET_VERDICT | FZ_SHEET_RECORD), &error)));
  after = quality_of (w, empty, "QUALITY_Q05"); /* it is signed */
  g_assert_null (after);
  ask = ask_for ("visit", "V1", FALSE);
  fz_fields_unref (made);
  made = fz_desk_export_records (w->session, ask, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (made, "n_defects"), ==, "1");
  g_assert_true (g_file_get_contents (index, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "质量检查 Q05  exam.physical"));
}

/* By the leave of another person, once; what is printed has its entry before it comes out. */
static void
record_is_printed (World *w)
{
  g_autofree char *rx = NULL, *path = g_build_filename (w->root, "record.pdf", NULL), *text = NULL, *command = NULL;
  g_autoptr (FzPrintout) printout = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;
  guint all;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V1");
  from = world_audit_size (w);
  expect_error (fz_desk_printout_record (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  expect_error (fz_desk_printout_record (w->session, "NOPE", &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "record.preview", NULL), ==, 0);
  grant (w, "V1");
  printout = fz_desk_printout_record (w->session, "V1", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "record.preview", "done"), ==, 1);
  g_assert_cmpstr (fz_printout_get_title (printout), ==, "病历");
  g_assert_cmpuint (fz_printout_get_n_parts (printout), ==, 2);
  expect_error (!fz_printout_set_size (printout, "a5", &error), &error, FZ_ERROR_INVALID, "A4");
  all = fz_printout_get_n_pages (printout);
  g_assert_true (fz_desk_print (w->session, printout, 2, "printer", &error));
  g_assert_cmpuint (world_audit_count (w, from, "record.print", "done"), ==, 1);
  fz_printout_set_part (printout, 1);
  g_assert_true (fz_desk_print_pdf (w->session, printout, path, &error));
  g_assert_cmpuint (world_audit_count (w, from, "record.print", "done"), ==, 2);
  command = g_strdup_printf ("pdftotext -raw '%s' -", path);
  g_assert_true (g_spawn_command_line_sync (command, &text, NULL, NULL, NULL));
  g_assert_nonnull (strstr (text, "知情同意书文本")); /* what was agreed to, and that it was */
  g_assert_nonnull (strstr (text, "V1"));
  g_assert_null (strstr (text, rx)); /* the prescription is no consent */
  g_assert_null (strstr (text, "校验信息")); /* that is for machines: forty pages of a patient's copy */
  g_assert_cmpuint (all, <, 8);
  g_assert_true (fz_desk_print_failed (w->session, printout, "纸用完了", &error));
  g_assert_cmpuint (world_audit_count (w, from, "record.print", "failed"), ==, 1);
  expect_error (fz_desk_printout_record (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, "授权"); /* it was for once */
  world_sign_in (w, "D1004");
  from = world_audit_size (w);
  expect_error (fz_desk_printout_record (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL); /* another doctor's */
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "denied"), ==, 1);
}

/* --- a patient's copy --- */

static char *
ask_for_copy (World *w, const char *visit, const char *range)
{
  static const char *const values[][2] = { { "field.kind", "guardian" },          { "field.subject", "李建国" }, { "field.asked_on", TESTED_DAY },
                                           { "field.proof", "双方身份证明、户口簿" }, { "field.purpose", "外院复诊" } };
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;

  fz_fields_set (facts, "field.visit", visit);
  fz_fields_set (facts, "field.range", range);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    fz_fields_set (facts, values[i][0], values[i][1]);
  document = world_sign (w, fz_desk_prepare_entry (w->session, "record-copy", NULL, "ask", facts, NULL, NULL, &error));
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

static void
expect_copy (World *w, const char *id, const char *state, const char *folder, gboolean there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = fz_desk_read_entry (w->session, id, &error);
  g_autofree char *partial = g_strconcat (folder, ".partial", NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (entry, "entry.state"), ==, state);
  g_assert_cmpint (g_file_test (folder, G_FILE_TEST_EXISTS), ==, there);
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS) && there);
}

/* The package, its hash, the day and the grant are one act with the entry: whatever stops it, there is neither folder nor claim. */
static void
copy_is_given (World *w)
{
  g_autofree char *rx = NULL, *id = NULL, *folder = g_build_filename (w->root, "copy", NULL), *list = g_build_filename (folder, "files.sha256", NULL), *bytes = NULL, *sum = NULL;
  g_autofree char *pdf = g_build_filename (folder, "records", "V1.pdf", NULL), *json = g_build_filename (folder, "records", "V1.json", NULL), *partial = g_strconcat (folder, ".partial", NULL);
  g_autoptr (FzFields) typed = fz_fields_new ("fuzhen.values/v1"), entry = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;
  guint64 from;
  gsize n = 0;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V1");
  world_sign_in (w, "A3001");
  id = ask_for_copy (w, "V1", "patient");
  fz_fields_set (typed, "field.given_on", TESTED_DAY);
  fz_fields_set (typed, "field.way", "media");
  expect_error (fz_desk_prepare_entry (w->session, "record-copy", id, "give", typed, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL); /* typed is not given */
  expect_error (fz_desk_prepare_record_copy (w->session, id, "media", folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  leave (w, "V1", TRUE, "S4001");
  expect_error (fz_desk_prepare_record_copy (w->session, id, "by-hand", folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "提供方式");
  from = world_audit_size (w);
  sheet = fz_desk_prepare_record_copy (w->session, id, "media", folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (partial, G_FILE_TEST_IS_DIR));
  expect_copy (w, id, "asked", folder, FALSE);
  fz_sheet_free (sheet); /* nobody signed */
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
  expect_copy (w, id, "asked", folder, FALSE);
  g_assert_cmpuint (world_audit_count (w, from, "record.read", "done"), ==, 1); /* who made it has seen it … */
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "done"), ==, 0); /* … and nothing left */
  expect_error (fz_desk_prepare_record_copy (w->session, id, "media", folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  leave (w, "V1", TRUE, "S4001");
  sheet = fz_desk_prepare_record_copy (w->session, id, "media", folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "done"), ==, 1);
  expect_copy (w, id, "given", folder, TRUE);
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_true (g_file_get_contents (list, &bytes, &n, NULL));
  sum = fz_sha256_hex (bytes, n);
  g_assert_cmpstr (fz_fields_get (entry, "field.sha256"), ==, sum);
  g_assert_cmpstr (fz_fields_get (entry, "field.given_on"), ==, TESTED_DAY);
  g_assert_nonnull (strstr (fz_fields_get (entry, "field.content"), "就诊1次"));
  g_assert_true (g_str_has_prefix (fz_fields_get (entry, "field.grant"), "GNT-"));
  g_assert_true (g_file_test (pdf, G_FILE_TEST_EXISTS) && g_file_test (json, G_FILE_TEST_EXISTS));
  leave (w, "V1", TRUE, "S4001");
  expect_error (fz_desk_prepare_record_copy (w->session, id, "media", partial, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另行登记");
}

/* The entry changed while the package was made: it is signed over something older, so the folder goes too; and a prescriber's own entry is none of these. */
static void
copy_is_taken_back (World *w)
{
  g_autofree char *rx = NULL, *id = NULL, *folder = g_build_filename (w->root, "copy", NULL);
  g_autoptr (FzFields) words = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;
  guint64 from;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V1");
  world_sign_in (w, "A3001");
  id = ask_for_copy (w, "V1", "visit");
  leave (w, "V1", FALSE, "S4001");
  sheet = fz_desk_prepare_record_copy (w->session, id, "paper", folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fz_fields_set (words, "field.purpose", "商业保险理赔");
  g_free (world_sign (w, fz_desk_prepare_entry (w->session, "record-copy", id, "amend", words, NULL, NULL, &error)));
  pin = fz_demo_pin (w->number);
  from = world_audit_size (w);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_CONFLICT, NULL);
  expect_copy (w, id, "asked", folder, FALSE);
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "done"), ==, 1); /* it stood there for a moment … */
  g_assert_cmpuint (world_audit_count (w, from, "record.export", "failed"), ==, 1); /* … and was taken back */
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "已使用");
  expect_copy (w, id, "asked", folder, FALSE);
  fz_sheet_free (sheet);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/records/import", record_becomes_evidence);
  world_add_test ("/desk/records/refused", wrong_records_are_refused);
  world_add_test ("/desk/records/affairs", affairs_find_the_visit);
  world_add_test ("/desk/records/export", records_are_given_out);
  world_add_test ("/desk/records/print", record_is_printed);
  world_add_test ("/desk/records/copy", copy_is_given);
  world_add_test ("/desk/records/copy-taken-back", copy_is_taken_back);
  world_add_test ("/desk/records/quality", same_rules_at_both_ends);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
