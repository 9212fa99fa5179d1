#include "tests/desk/world.h"

#include "app/image_client.h"
#include "app/intake.h"
#include "app/intake_bundle.h"
#include "app/setup.h"
#include "app/trust.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/visits.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static char *template_root;
static const char *other_root;
static guint64 seed;

void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  if (dir == NULL) {
    g_autofree char *bytes = NULL;
    g_autoptr (GError) error = NULL;
    gsize n = 0;

    g_file_get_contents (from, &bytes, &n, &error);
    g_assert_no_error (error);
    g_file_set_contents_full (to, bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, &error);
    g_assert_no_error (error);
    return;
  }
  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *source = g_build_filename (from, name, NULL), *target = g_build_filename (to, name, NULL);

    if (!g_str_equal (name, "ballast")) /* laid anew where there is room */
      copy_tree (source, target);
  }
}

FzSecret *
secret (const char *text)
{
  return fz_secret_new_from (text, strlen (text));
}

/* --- the template --- */

static FzFields *
hospital (void)
{
  g_autoptr (GBytes) bytes = fz_data_load ("demo/hospital.csv", NULL);
  g_autoptr (FzCsv) csv = fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "hospital", NULL);
  FzFields *facts = fz_fields_new ("fuzhen.hospital/v1");

  for (guint r = 0; r < fz_csv_get_n_rows (csv); r++)
    fz_fields_set (facts, fz_csv_get (csv, r, "key"), fz_csv_get (csv, r, "value"));
  return facts;
}

static gint64
morning_us (void)
{
  FzDate day;

  g_assert_true (fz_date_parse (TESTED_DAY, &day, NULL));
  return fz_date_beijing_start_us (day) + 9 * 3600 * FZ_US_PER_SECOND;
}

gint64
world_first_us (void)
{
  return morning_us () - 2 * 3600 * FZ_US_PER_SECOND;
}

void
world_make_hospital (const char *root, guint64 number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = hospital ();
  g_autofree char *data = g_build_filename (root, "data", NULL), *state = g_build_filename (root, "state", NULL);
  g_autoptr (FzDemoWorld) world = fz_demo_world_new (number, world_first_us (), &error);
  FzSetup setup = { .data_dir = data, .state_dir = state, .demo = TRUE, .clock = fz_demo_world_clock, .clock_data = world,
                    .random = fz_demo_world_random, .random_data = world };
  FzDesk *desk;

  g_assert_no_error (error);
  desk = fz_setup_create (&setup, facts, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fz_demo_people_enrol (desk, &error) && fz_setup_load_consent (desk, &error) &&
                 fz_setup_load_starter (desk, TRUE, &error));
  fz_desk_close (desk);
}

void
world_make_template (void)
{
  const char *given = g_getenv ("FUZHEN_SEED"), *image = g_getenv ("FUZHEN_IMAGE");
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "C.UTF-8");
  seed = given != NULL ? g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_print ("# FUZHEN_SEED=%" G_GUINT64_FORMAT "\n", seed);
  fz_image_set_program (image, 0);
  template_root = g_dir_make_tmp ("fuzhen-desk-XXXXXX", &error);
  g_assert_no_error (error);
  world_make_hospital (template_root, seed);
}

void
world_remove_template (void)
{
  remove_tree (template_root);
  g_free (template_root);
}

void
world_set_root (const char *root)
{
  other_root = root;
}

/* --- one world --- */

static gboolean
read_consent (FzTxn *txn, gpointer data, GError **error)
{
  World *self = data;

  g_clear_pointer (&self->consent_version, g_free);
  g_clear_pointer (&self->consent_sha256, g_free);
  return fz_consent_text_newest (txn, &self->consent_version, &self->consent_sha256, NULL, error);
}

void
world_reopen (World *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *front = g_build_filename (self->data, "front", NULL), *text = NULL;

  /* As fz_desk_open() does, with a state folder of the test's own. */
  self->desk = fz_desk_new (self->data, self->state, &error);
  g_assert_no_error (error);
  self->desk->keys = fz_keyfile_load (self->data, self->state, &error);
  g_assert_no_error (error);
  self->desk->demo = fz_keyfile_is_demo (self->desk->keys);
  self->desk->attempts = fz_attempts_book_open (self->data, self->state, fz_keyfile_get_identity (self->desk->keys), &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (front, &text, NULL, NULL));
  self->desk->front = fz_fields_parse ((const guint8 *) text, strlen (text), &error);
  g_assert_no_error (error);
  if (self->world->now_us == 0)
    return;
  self->desk->clock = fz_demo_world_clock;
  self->desk->clock_data = self->world;
}

void
world_open (World *self, const char *data, const char *state, gint64 start_us, guint64 number)
{
  g_autoptr (GError) error = NULL;

  self->data = g_strdup (data);
  self->state = g_strdup (state);
  self->world = fz_demo_world_new (number, start_us, &error);
  g_assert_no_error (error);
  world_reopen (self);
}

void
world_close (World *self)
{
  if (self->session != NULL) {
    fz_session_sign_out (self->session);
    g_clear_pointer (&self->session, fz_session_unref);
  }
  g_clear_pointer (&self->number, g_free);
  g_clear_pointer (&self->desk, fz_desk_close);
}

void
world_free (World *self)
{
  world_close (self);
  g_free (self->data);
  g_free (self->state);
  g_free (self->consent_version);
  g_free (self->consent_sha256);
  fz_demo_world_free (self->world);
}

static void
world_set_up (World *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL, *state = NULL;

  self->root = other_root != NULL ? g_strdup (other_root) : g_dir_make_tmp ("fuzhen-desk-XXXXXX", &error);
  g_assert_no_error (error);
  copy_tree (template_root, self->root);
  data = g_build_filename (self->root, "data", NULL);
  state = g_build_filename (self->root, "state", NULL);
  world_open (self, data, state, morning_us (), seed + 1);
}

static void
world_tear_down (World *self, gconstpointer data)
{
  if (self->desk != NULL && self->desk->store == NULL)
    world_sign_in (self, "S4003");
  if (self->desk != NULL)
    world_check (self);
  world_free (self);
  remove_tree (self->root);
  g_free (self->root);
}

static void
run_test (World *self, gconstpointer data)
{
  (*(const WorldTest *) data) (self);
}

void
world_add_test (const char *path, WorldTest test)
{
  static WorldTest tests[64];
  static guint n;

  g_assert_cmpuint (n, <, G_N_ELEMENTS (tests));
  tests[n] = test;
  g_test_add_vtable (path, sizeof (World), &tests[n++], (GTestFixtureFunc) world_set_up, (GTestFixtureFunc) run_test,
                     (GTestFixtureFunc) world_tear_down);
}

void
world_tick (World *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_desk_tick (self->session, &error));
  g_assert_no_error (error);
}

void
world_pass (World *self, gint64 seconds)
{
  fz_demo_world_pass (self->world, seconds);
}

static gboolean
move_to (FzTxn *txn, gpointer place, GError **error)
{
  g_autoptr (FzFields) kept = fz_profile_get (txn, "institution", error), moved = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;

  if (moved == NULL)
    return FALSE;
  fz_fields_set (moved, "jurisdiction", place);
  return fz_profile_put (txn, "institution", moved, error);
}

void
world_move (World *self, const char *place)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (self->desk->store, FZ_TXN_LOCAL, move_to, (gpointer) place, &error);
  g_assert_no_error (error);
}

/* --- people --- */

/* One session an account: who comes again has left before. */
static void
leave_first (World *self, const char *number)
{
  if (self->desk->current != NULL && g_str_equal (self->desk->current->number, number))
    fz_session_sign_out (self->desk->current);
}

void
world_sign_in (World *self, const char *number)
{
  g_autoptr (GError) error = NULL;
  FzSession *session;

  leave_first (self, number);
  session = fz_demo_sign_in (self->desk, number, &error);

  g_assert_no_error (error);
  g_clear_pointer (&self->session, fz_session_unref);
  self->session = session;
  g_free (self->number);
  self->number = g_strdup (number);
  if (self->consent_version == NULL)
    g_assert_true (fz_store_run (self->desk->store, FZ_TXN_READ, read_consent, self, NULL));
}

static const char *
published (const char *number, const char *key, GPtrArray *people)
{
  for (guint i = 0; i < people->len; i++)
    if (g_strcmp0 (fz_fields_get (people->pdata[i], "number"), number) == 0)
      return fz_fields_get (people->pdata[i], key);
  return "nobody-0-Here";
}

FzSession *
world_try_sign_in (World *self, const char *number, const char *password, const char *key_file, GError **error)
{
  g_autoptr (GPtrArray) people = fz_demo_people (NULL);
  g_autofree char *path = fz_demo_key_file (self->data, number), *content = NULL;
  g_autoptr (FzSecret) word = secret (password != NULL ? password : published (number, "password", people)), factor = NULL;

  if (key_file == NULL)
    g_file_get_contents (path, &content, NULL, NULL);
  factor = secret (key_file != NULL ? key_file : content != NULL ? content : "none");
  return fz_desk_sign_in (self->desk, number, word, factor, error);
}

/* --- the parts of a visit --- */

FzFields *
world_request (World *self, guint i, const char *visit)
{
  gint64 at_us = fz_desk_now_us (self->desk) / FZ_US_PER_SECOND * FZ_US_PER_SECOND - 300 * FZ_US_PER_SECOND;
  FzFields *facts = fz_demo_world_request (self->world, i, visit, at_us, self->consent_version, self->consent_sha256);

  return facts;
}

gboolean
world_try_arrive (World *self, const FzFields *request, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  g_autoptr (FzFields) facts = fz_fields_dup (request, NULL);
  FzBundleFile *file = g_new0 (FzBundleFile, 1);
  g_autofree char *sha256 = NULL;

  file->name = g_strdup ("e1.jpg");
  file->bytes = fz_data_load ("demo/evidence-1.jpg", NULL);
  g_ptr_array_add (files, file);
  sha256 = fz_sha256_hex (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));
  fz_fields_set_at (facts, "evidence", 0, "file", file->name);
  fz_fields_set_at (facts, "evidence", 0, "sha256", sha256);
  fz_fields_set_at (facts, "evidence", 0, "kind", "outpatient_record");
  return fz_intake_facts (self->desk, NULL, facts, files, error);
}

void
world_arrive (World *self, guint i, const char *visit)
{
  g_autoptr (FzFields) facts = world_request (self, i, visit);
  g_autoptr (GError) error = NULL;

  world_try_arrive (self, facts, &error);
  g_assert_no_error (error);
}

gboolean
world_try_take (World *self, const char *visit, GError **error)
{
  g_autoptr (FzSecret) pin = fz_demo_pin (self->number);
  g_autoptr (FzSheet) sheet = fz_desk_prepare_taking (self->session, visit, error);

  if (sheet == NULL)
    return FALSE;
  fz_sheet_take_token_pin (sheet, self->token_pin != NULL ? secret (self->token_pin) : NULL);
  return fz_desk_sign_sheet (self->session, sheet, pin, NULL, error);
}

void
world_take (World *self, const char *visit)
{
  g_autoptr (GError) error = NULL;

  world_try_take (self, visit, &error);
  g_assert_no_error (error);
}

void
world_answer (GPtrArray *findings, FzFields *draft)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];
    guint n = fz_fields_count (draft, "override");

    if (finding->severity != FZ_SEVERITY_REASON)
      continue;
    fz_fields_set_at (draft, "override", n, "rule", finding->rule);
    fz_fields_set_at (draft, "override", n, "field", finding->field);
    fz_fields_set_at (draft, "override", n, "reason", g_str_has_prefix (finding->rule, "QTY_") ? "L1" : "R2");
  }
}

void
world_type (World *self, guint i, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_visit (self->session, visit, &error);
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  g_assert_no_error (error);
  draft = fz_demo_world_draft (self->world, i, facts);
  findings = fz_desk_check_draft (self->session, visit, draft, &error);
  g_assert_no_error (error);
  world_answer (findings, draft);
  fz_desk_save_draft (self->session, visit, draft, &error);
  g_assert_no_error (error);
}

char *
world_sign (World *self, FzSheet *take_sheet)
{
  g_autoptr (FzSheet) sheet = take_sheet;
  g_autoptr (FzSecret) pin = fz_demo_pin (self->number);
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (sheet);
  for (guint i = 0; i < fz_sheet_get_n_statements (sheet); i++)
    fz_sheet_state (sheet, i, TRUE);
  fz_sheet_take_token_pin (sheet, self->token_pin != NULL ? secret (self->token_pin) : NULL);
  fz_desk_sign_sheet (self->session, sheet, pin, &ids, &error);
  g_assert_no_error (error);
  return g_strdup (ids->pdata[ids->len - 1]);
}

char *
world_prescribe (World *self, guint i, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (self, fz_demo_world_doctor (self->world, i));
  world_arrive (self, i, visit);
  world_take (self, visit);
  world_type (self, i, visit);
  sheet = fz_desk_prepare_sheet (self->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  return world_sign (self, sheet);
}

void
world_dispense (World *self, const char *rx)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.dispensing/v1"), read = NULL;
  g_autoptr (GError) error = NULL;
  const char *number;

  fz_fields_set (facts, "way", "counter");
  fz_fields_set (facts, "paid", "yes");
  world_sign_in (self, "P2002");
  g_free (world_sign (self, fz_desk_prepare_preparation (self->session, rx, facts, &error)));
  g_assert_no_error (error);
  world_sign_in (self, "P2001");
  read = fz_desk_read_prescription (self->session, rx, &error);
  g_assert_no_error (error);
  number = fz_fields_get (read, "patient.id_number");
  fz_fields_set (facts, "id_tail", number + strlen (number) - 4);
  g_free (world_sign (self, fz_desk_prepare_dispense (self->session, rx, facts, &error)));
  g_assert_no_error (error);
}

void
world_review (World *self, const char *pharmacist, const char *rx, const char *verdict)
{
  const char *const reasons[] = { "F7", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) seen = NULL, decisions = NULL;
  FzSheet *sheet;

  world_sign_in (self, pharmacist);
  seen = fz_desk_read_prescription (self->session, rx, &error);
  g_assert_no_error (error);
  decisions = g_str_equal (verdict, "approved") ? fz_demo_world_accept (seen) : NULL;
  if (fz_fields_is_yes (seen, "rx.high_risk")) /* it is looked at twice */
    world_pass (self, 30);
  sheet = fz_desk_prepare_review (self->session, rx, verdict, g_str_equal (verdict, "approved") ? NULL : reasons, NULL, decisions, &error);
  g_assert_no_error (error);
  g_free (world_sign (self, sheet));
}

void
expect_error (gboolean failed, GError **error, FzErrorCode code, const char *words)
{
  g_assert_true (failed);
  g_assert_error (*error, FZ_ERROR, (int) code);
  g_assert_cmpuint (strlen ((*error)->message), >, 12);
  if (words != NULL && strstr ((*error)->message, words) == NULL)
    g_error ("“%s” does not say “%s”", (*error)->message, words);
  g_clear_error (error);
}

/* --- looking at the store --- */

typedef struct {
  const char *id;
  char *word;
} Stage;

static gboolean
read_visit_stage (FzTxn *txn, gpointer data, GError **error)
{
  Stage *stage = data;
  g_autoptr (FzFields) facts = fz_visits_get (txn, stage->id, error);

  stage->word = facts != NULL ? g_strdup (fz_fields_get (facts, "visit.stage")) : NULL;
  return facts != NULL;
}

static gboolean
read_rx_stage (FzTxn *txn, gpointer data, GError **error)
{
  Stage *stage = data;
  g_autoptr (FzFields) facts = fz_rx_get (txn, stage->id, error);

  stage->word = facts != NULL ? g_strdup (fz_fields_get (facts, "rx.stage")) : NULL;
  return facts != NULL;
}

char *
world_visit_stage (World *self, const char *visit)
{
  Stage stage = { visit, NULL };

  fz_store_run (self->desk->store, FZ_TXN_READ, read_visit_stage, &stage, NULL);
  return stage.word;
}

char *
world_rx_stage (World *self, const char *rx)
{
  Stage stage = { rx, NULL };

  fz_store_run (self->desk->store, FZ_TXN_READ, read_rx_stage, &stage, NULL);
  return stage.word;
}

guint64
world_audit_size (World *self)
{
  g_autofree char *root = NULL;
  guint64 size = 0;

  g_assert_true (fz_audit_head_of (self->desk, &size, &root, NULL));
  return size;
}

typedef struct {
  guint64 from;
  const char *action, *outcome;
  guint n;
} Count;

static gboolean
count_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  Count *count = data;

  if ((count->action == NULL || g_strcmp0 (fz_fields_get (entry, "action"), count->action) == 0) &&
      (count->outcome == NULL || g_strcmp0 (fz_fields_get (entry, "outcome"), count->outcome) == 0))
    count->n++;
  return TRUE;
}

static gboolean
count_entries (FzTxn *txn, gpointer data, GError **error)
{
  Count *count = data;

  return fz_audit_foreach (txn, count->from, 100000, count_entry, count, error);
}

guint
world_audit_count (World *self, guint64 from, const char *action, const char *outcome)
{
  Count count = { from, action, outcome, 0 };
  g_autoptr (GError) error = NULL;

  fz_store_run (self->desk->store, FZ_TXN_READ, count_entries, &count, &error);
  g_assert_no_error (error);
  return count.n;
}

typedef struct {
  const char *sql;
  gint64 value;
} Question;

static gboolean
ask (FzTxn *txn, gpointer data, GError **error)
{
  Question *question = data;
  FzStmt *stmt = fz_txn_query (txn, error, question->sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  question->value = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

gint64
world_ask (World *self, const char *sql)
{
  Question question = { sql, -1 };
  g_autoptr (GError) error = NULL;

  fz_store_run (self->desk->store, FZ_TXN_READ, ask, &question, &error);
  g_assert_no_error (error);
  return question.value;
}

typedef struct {
  FzAuditCheck *check;
  gboolean done;
} Verify;

static gboolean
verify_step (FzTxn *txn, gpointer data, GError **error)
{
  Verify *verify = data;

  return fz_audit_check_step (verify->check, txn, 1000, &verify->done, error);
}

void
world_check (World *self)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  Verify verify = { check, FALSE };
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (GError) error = NULL;
  guint visits = 0;

  while (!verify.done) {
    fz_store_run (self->desk->store, FZ_TXN_READ, verify_step, &verify, &error);
    g_assert_no_error (error);
  }
  fz_rebuild_compare (self->desk, NULL, &visits, &differences, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < differences->len; i++)
    g_test_message ("%s", (const char *) differences->pdata[i]);
  g_assert_cmpuint (differences->len, ==, 0);
}

char *
world_dup_desk_headers (void)
{
  static const char *const names[] = { "desk.h", "desk_clinic.h", "desk_affairs.h", "desk_trust.h" };
  GString *all = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "app", names[i], NULL), *text = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_string_append (all, text);
  }
  return g_string_free (all, FALSE);
}
