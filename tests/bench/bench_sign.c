/* One prescription from the right PIN to durable, and the parts of that, against one durable row of the same store. */
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "app/demo_people.h"
#include "app/sheet.h"
#include "app/submit.h"
#include "db/setting.h"
#include "db/store_private.h"
#include "tests/bench/raw_disk.h"
#include "tests/bench/day.h"
#include "tests/bench/figures.h"

#define SHEETS 40
#define SHEETS_A_REST 10
#define REST_MS 20000

enum { WHOLE, TRIES, KEY, ED25519, STORED, SIGN_STORE, SAME_PAGES, ROW, TAKE, N };

static gboolean
write_row (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *name = g_strdup_printf ("bench.%u", *(guint *) data);
  g_autofree char *value = g_strdup_printf ("%0400u", *(guint *) data);

  return fz_setting_set (txn, name, value, error);
}

static gboolean
count_pages (FzTxn *txn, gpointer data, GError **error)
{
  *(int *) data = fz_txn_get_store (txn)->connection->wal_pages;
  return TRUE;
}

/* What the job before left to be done after its answer is not counted for the next one. Returns the pages the
 * WAL holds. */
static int
settle (Day *day)
{
  g_autoptr (GError) error = NULL;
  int pages = 0;

  must (fz_store_run (day->desk->store, FZ_TXN_READ, count_pages, &pages, &error), "empty job", error);
  return pages;
}

/* A doctor signs into a store at rest: waits for the checkpoint of an idle moment, which is seen by its touch of the WAL. */
static void
rest (Day *day)
{
  g_autofree char *wal = g_build_filename (fz_store_get_dir (day->desk->store), "store.fz-wal", NULL);
  struct pollfd watch = { inotify_init1 (IN_CLOEXEC), POLLIN, 0 };

  if (settle (day) == 0) {
    close (watch.fd);
    return;
  }
  must (watch.fd >= 0 && inotify_add_watch (watch.fd, wal, IN_MODIFY) >= 0, "watching the WAL", NULL);
  must (poll (&watch, 1, REST_MS) == 1, "idle checkpoint", NULL);
  close (watch.fd);
  settle (day);
}

static void
durable_row (Day *day, guint n, Samples *to)
{
  g_autoptr (GError) error = NULL;
  gint64 from;

  settle (day);
  from = now_ns ();
  must (fz_store_run (day->desk->store, FZ_TXN_LOCAL, write_row, &n, &error), "row", error);
  samples_add (to, from);
}

typedef struct {
  FzSession *session;
  FzSubmission submission;
} Submit;

static gboolean
submit (FzTxn *txn, gpointer data, GError **error)
{
  Submit *what = data;

  return fz_submit (what->session->desk, what->session, txn, &what->submission, error);
}

static void
use_a_try (Day *day, Samples *to)
{
  g_autoptr (GError) error = NULL;
  FzAttempts before = fz_attempts_book_get (day->desk->attempts, "D1001", TRUE);
  gint64 from = now_ns ();

  must (fz_attempts_book_set (day->desk->attempts, "D1001", TRUE, fz_attempts_wrong_pin (before), &error) &&
          fz_attempts_book_set (day->desk->attempts, "D1001", TRUE, fz_attempts_right_pin (before), &error),
        "counting a try", error);
  samples_add (to, from);
}

static FzSecret *
open_key (Day *day, const FzSecret *pin, Samples *to)
{
  g_autoptr (GError) error = NULL;
  gint64 from = now_ns ();
  FzSecret *seed = fz_keyfile_open_signing_key (day->desk->keys, "D1001", day->session->person_key, pin, &error);

  must (seed != NULL, "signing key", error);
  samples_add (to, from);
  return seed;
}

static FzDocument *
sign (Day *day, const FzPiece *piece, const FzSecret *seed, Samples *to)
{
  g_autoptr (GError) error = NULL;
  gint64 at_us = 0, from = now_ns ();
  gsize n = 0;
  const void *bytes = g_bytes_get_data (piece->text, &n);
  g_autofree char *line = fz_note_sign_line (day->session->verifier, seed, bytes, n, &error);
  FzDocument *document;

  must (line != NULL, "signature", error);
  fz_fields_get_time (piece->body, "signed_at", &at_us);
  document = fz_document_new (piece->body, line, FZ_ROLE_DOCTOR, fz_fields_get (day->session->person, "person"), at_us, &error);
  must (document != NULL, "document", error);
  samples_add (to, from);
  return document;
}

/* The steps of fz_sheet_sign() one by one. Returns the pages it wrote. */
static int
in_parts (Day *day, RawDisk *raw, const char *visit, const FzSecret *pin, Samples *samples)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = day_prepare (day, visit, FZ_SHEET_PRESCRIPTION);
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  Submit what = { day->session, { .visit = visit, .documents = documents, .drop_draft_of = "D1001" } };
  g_autoptr (FzSecret) seed = NULL;
  gint64 from, stored;
  int pages = settle (day);

  use_a_try (day, &samples[TRIES]);
  seed = open_key (day, pin, &samples[KEY]);
  from = now_ns ();
  g_ptr_array_add (documents, sign (day, sheet->pieces->pdata[0], seed, &samples[ED25519]));
  stored = now_ns ();
  must (fz_store_run (day->desk->store, FZ_TXN_RECORD, submit, &what, &error), "submission", error);
  samples_add (&samples[STORED], stored);
  samples_add (&samples[SIGN_STORE], from);
  pages = MAX (1, settle (day) - pages);
  raw_disk_commit (raw, (guint) pages, &samples[SAME_PAGES]);
  return pages;
}

static void
whole (Day *day, const char *visit, const FzSecret *pin, Samples *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = day_prepare (day, visit, FZ_SHEET_PRESCRIPTION);
  gint64 from = now_ns ();

  must (fz_desk_sign_sheet (day->session, sheet, pin, NULL, &error), "signing", error);
  samples_add (to, from);
}

/* From the right PIN to all that the page then asks for; what GTK draws of it is not in here. */
static void
take (Day *day, const FzSecret *pin, Samples *to)
{
  g_autofree char *visit = day_arrive (day, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = NULL, draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  gint64 from = now_ns ();

  must (fz_desk_take_visit (day->session, visit, pin, &error), "taking a visit", error);
  facts = fz_desk_read_visit (day->session, visit, &error);
  must (facts != NULL, "reading the visit", error);
  draft = fz_desk_get_draft (day->session, visit, &error);
  must (draft != NULL, "its draft", error);
  findings = fz_desk_check_draft (day->session, visit, draft, &error);
  must (findings != NULL, "its checks", error);
  samples_add (to, from);
}

int
main (void)
{
  g_auto (Day) day = { 0 };
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (GPtrArray) visits = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *same = NULL;
  RawDisk raw = { 0 };
  int pages = 0;
  Samples samples[N];

  day_open (&day);
  raw_disk_open (&raw, day.root);
  for (guint i = 0; i < N; i++)
    samples_init (&samples[i]);
  for (guint i = 0; i < 2 * SHEETS; i++)
    g_ptr_array_add (visits, day_visit_to_prescribe (&day));
  for (guint i = 0; i < SHEETS; i++) {
    if (i % SHEETS_A_REST == 0)
      rest (&day);
    durable_row (&day, i, &samples[ROW]);
    pages = in_parts (&day, &raw, visits->pdata[2 * i], pin, samples);
    whole (&day, visits->pdata[2 * i + 1], pin, &samples[WHOLE]);
    take (&day, pin, &samples[TAKE]);
  }
  report ("one row, durable, in the demo store", &samples[ROW], NULL, NULL);
  report_ratio ("sign and store a prescription", &samples[SIGN_STORE], &samples[ROW], "one row", FALSE, "1.5x");
  same = g_strdup_printf ("raw write of as many pages (%d) + fdatasync", pages);
  report (same, &samples[SAME_PAGES], NULL, NULL);
  report_ratio ("sign and store, against that", &samples[SIGN_STORE], &samples[SAME_PAGES], "raw write of the same pages", FALSE, NULL);
  report ("  Ed25519 over the document", &samples[ED25519], NULL, NULL);
  report ("  document, audit, outbox, checkpoint: one commit", &samples[STORED], NULL, NULL);
  report ("before it: the try counted on disk, twice", &samples[TRIES], NULL, NULL);
  report ("before it: PIN to key (demo cost)", &samples[KEY], NULL, NULL);
  report_ratio ("PIN to durable, all of it", &samples[WHOLE], &samples[ROW], "one row", FALSE, "1 s");
  report_ratio ("take a visit: PIN to all that the page asks (demo cost), not drawn", &samples[TAKE], &samples[ROW], "one row", FALSE, "3 s");
  for (guint i = 0; i < N; i++)
    samples_clear (&samples[i]);
  raw_disk_close (&raw);
  return 0;
}
