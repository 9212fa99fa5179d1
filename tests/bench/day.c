#include "tests/bench/day.h"

#include <locale.h>

#include "app/demo.h"
#include "app/demo_people.h"
#include "app/image_client.h"
#include "app/intake.h"
#include "app/intake_bundle.h"
#include "db/directory.h"
#include "tests/bench/figures.h"
#include "tests/store/fixture.h"

#define DOCTOR "D1001"
#define CASE 0 /* of that doctor */

static gboolean
read_consent (FzTxn *txn, gpointer data, GError **error)
{
  Day *self = data;

  return fz_consent_text_newest (txn, &self->consent_version, &self->consent_sha256, NULL, error);
}

static void
play (const char *data)
{
  g_autoptr (GError) error = NULL;
  FzDemo demo = { .data_dir = data, .visits = 3, .seed = 1,
                  .date = fz_date_add_days (fz_date_in_beijing (g_get_real_time ()), -1) };
  g_autoptr (FzFields) sum = fz_demo_play (&demo, &error);

  must (sum != NULL, "demo day", error);
}

void
day_open (Day *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;

  setlocale (LC_ALL, "");
  fz_image_set_program (g_getenv ("FUZHEN_IMAGE"), 0);
  *self = (Day) { .root = bench_folder ("day") };
  data = g_build_filename (self->root, "data", NULL);
  must (g_setenv ("XDG_STATE_HOME", self->root, TRUE), "state folder", NULL);
  play (data);
  self->desk = fz_desk_open (data, &error);
  must (self->desk != NULL, "desk", error);
  self->session = fz_demo_sign_in (self->desk, DOCTOR, &error);
  must (self->session != NULL, "sign-in", error);
  self->world = fz_demo_world_new (7, fz_desk_now_us (self->desk), &error);
  must (self->world != NULL, "demo people", error);
  must (fz_store_run (self->desk->store, FZ_TXN_READ, read_consent, self, &error), "consent text", error);
}

void
day_clear (Day *self)
{
  fz_session_sign_out (self->session);
  g_clear_pointer (&self->session, fz_session_unref);
  g_clear_pointer (&self->desk, fz_desk_close);
  g_clear_pointer (&self->world, fz_demo_world_free);
  g_free (self->consent_version);
  g_free (self->consent_sha256);
  remove_folder (self->root);
  g_free (self->root);
}

static GPtrArray *
evidence (FzFields *facts)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  FzBundleFile *file = g_new0 (FzBundleFile, 1);
  g_autofree char *sha256 = NULL;

  file->name = g_strdup ("e1.jpg");
  file->bytes = fz_data_load ("demo/evidence-1.jpg", &error);
  must (file->bytes != NULL, "evidence", error);
  g_ptr_array_add (files, file);
  sha256 = fz_sha256_hex (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));
  fz_fields_set_at (facts, "evidence", 0, "file", file->name);
  fz_fields_set_at (facts, "evidence", 0, "sha256", sha256);
  fz_fields_set_at (facts, "evidence", 0, "kind", "outpatient_record");
  return files;
}

char *
day_arrive (Day *self, gint64 *took_ns)
{
  g_autoptr (GError) error = NULL;
  char *visit = g_strdup_printf ("B-%u", ++self->arrived);
  gint64 at_us = fz_desk_now_us (self->desk) / FZ_US_PER_SECOND * FZ_US_PER_SECOND - 300 * FZ_US_PER_SECOND;
  g_autoptr (FzFields) facts = fz_demo_world_request (self->world, CASE, visit, at_us, self->consent_version, self->consent_sha256);
  g_autoptr (GPtrArray) files = evidence (facts);
  gint64 from = now_ns ();

  must (fz_intake_facts (self->desk, self->session, facts, files, &error), "intake", error);
  if (took_ns != NULL)
    *took_ns = now_ns () - from;
  return visit;
}

void
day_take (Day *self, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin (DOCTOR);

  must (fz_desk_take_visit (self->session, visit, pin, &error), "taking a visit", error);
}

static void
answer (GPtrArray *findings, FzFields *draft)
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

FzFields *
day_write (Day *self, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_visit (self->session, visit, &error);
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  must (facts != NULL, "reading a visit", error);
  draft = fz_demo_world_draft (self->world, CASE, facts);
  findings = fz_desk_check_draft (self->session, visit, draft, &error);
  must (findings != NULL, "checks", error);
  answer (findings, draft);
  must (fz_desk_save_draft (self->session, visit, draft, &error), "draft", error);
  return g_steal_pointer (&draft);
}

FzSheet *
day_prepare (Day *self, const char *visit, FzSheetParts parts)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_sheet (self->session, visit, parts, &error);

  must (sheet != NULL, "sheet", error);
  return sheet;
}

char *
day_visit_to_prescribe (Day *self)
{
  g_autoptr (GError) error = NULL;
  char *visit = day_arrive (self, NULL);
  g_autoptr (FzSecret) pin = fz_demo_pin (DOCTOR);
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  day_take (self, visit);
  draft = day_write (self, visit);
  sheet = day_prepare (self, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD);
  must (fz_desk_sign_sheet (self->session, sheet, pin, NULL, &error), "verdict and record", error);
  return visit;
}
