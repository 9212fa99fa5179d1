/* Reports over many rows: a month of 100,000 visits with their prescriptions (5,000 at the everyday size), by the day and by quality (which reads six months), and the
 * same in a store of fifteen years, against a plain dump of the same rows by SQL into a file; and memory while exporting, against the dump's. The rows are copies of one visit and one prescription that were played. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/demo_people.h"
#include "core/date.h"
#include "tests/bench/day.h"
#include "tests/bench/figures.h"

#define BATCH 2000
#define YEARS 15

static guint
in_the_month (void)
{
  const char *scale = g_getenv ("FUZHEN_TEST_SCALE");

  return scale != NULL && g_str_equal (scale, "full") ? 100000 : 5000;
}

/* --- rows --- */

/* Copies `$3` to `$4` of the one that was played, each `$5` seconds later, from `$6` on. */
static const char fill_visits[] =
  "WITH RECURSIVE n (i) AS (SELECT $3 UNION ALL SELECT i + 1 FROM n WHERE i < $4) "
  "INSERT INTO visit (id, stage, holder, applied_at, ended_at, facts) "
  "SELECT v.id || '-' || n.i, v.stage, v.holder, ($6 + n.i * $5) * 1000000, v.ended_at, "
  "replace (replace (v.facts, 'visit.id ' || v.id || char (10), 'visit.id ' || v.id || '-' || n.i || char (10)), 'visit.applied_at ' || $2 || char (10), "
  "'visit.applied_at ' || strftime ('%Y-%m-%dT%H:%M:%SZ', $6 + n.i * $5, 'unixepoch') || char (10)) FROM visit v, n WHERE v.id = $1";

static const char fill_rx[] =
  "WITH RECURSIVE n (i) AS (SELECT $3 UNION ALL SELECT i + 1 FROM n WHERE i < $4) "
  "INSERT INTO prescription (id, visit, document, stage, signed_at, valid_until_at, facts, turn_at) "
  "SELECT p.id || '-' || n.i, p.visit, p.document, p.stage, ($6 + n.i * $5) * 1000000, p.valid_until_at, "
  "replace (replace (p.facts, 'rx.id ' || p.id || char (10), 'rx.id ' || p.id || '-' || n.i || char (10)), 'rx.signed_at ' || $2 || char (10), "
  "'rx.signed_at ' || strftime ('%Y-%m-%dT%H:%M:%SZ', $6 + n.i * $5, 'unixepoch') || char (10)), p.turn_at FROM prescription p, n WHERE p.id = $1";

typedef struct {
  const char *sql, *id, *at; /* at: its own time, as its facts say it */
  gint64 from_i, to_i, step_s, from_s;
} Fill;

static gboolean
fill (FzTxn *txn, gpointer data, GError **error)
{
  const Fill *self = data;

  return fz_txn_run (txn, error, self->sql, "ttiiii", self->id, self->at, self->from_i, self->to_i, self->step_s, self->from_s);
}

/* `n` copies, evenly over [from_s, to_s). */
static void
copy_rows (Day *day, const char *sql, const char *id, const char *at, guint first, guint n, gint64 from_s, gint64 to_s)
{
  gint64 step = MAX ((to_s - from_s) / n, 1);

  for (guint i = 0; i < n; i += BATCH) {
    Fill one = { sql, id, at, first + i, first + MIN (i + BATCH, n) - 1, step, from_s - (gint64) first * step };
    g_autoptr (GError) error = NULL;

    must (fz_store_run (day->desk->store, FZ_TXN_LOCAL, fill, &one, &error), "filling", error);
  }
}

/* --- the dump --- */

static const char dump_visits[] = "SELECT id, stage, applied_at, facts FROM visit WHERE applied_at >= $1 AND applied_at < $2 ORDER BY applied_at, id";
static const char dump_rx[] = "SELECT id, stage, signed_at, facts FROM prescription WHERE signed_at >= $1 AND signed_at < $2 ORDER BY signed_at, id";

typedef struct {
  gint64 from_us, to_us;
  FILE *out;
  guint rows;
} Dump;

static gboolean
dump_all (FzTxn *txn, gpointer data, GError **error)
{
  static const char *const both[] = { dump_visits, dump_rx };
  Dump *self = data;

  for (guint k = 0; k < G_N_ELEMENTS (both); k++) {
    FzStmt *stmt = fz_txn_query (txn, error, both[k], "ii", self->from_us, self->to_us);
    g_autoptr (GError) why = NULL;

    if (stmt == NULL)
      return FALSE;
    while (fz_stmt_next (stmt, &why)) {
      fprintf (self->out, "%s\t%s\t%" G_GINT64_FORMAT "\n%s\n", fz_stmt_text (stmt, 0), fz_stmt_text (stmt, 1), fz_stmt_int (stmt, 2), fz_stmt_text (stmt, 3));
      self->rows++;
    }
    fz_stmt_end (stmt);
    must (why == NULL, "the dump's rows", why);
  }
  return TRUE;
}

static guint
dump (Day *day, gint64 from_us, gint64 to_us, Samples *samples)
{
  g_autofree char *path = g_build_filename (day->root, "dump.txt", NULL);
  Dump self = { from_us, to_us, fopen (path, "w"), 0 };
  g_autoptr (GError) error = NULL;
  gint64 began = now_ns ();

  must (self.out != NULL, "the dump's file", NULL);
  must (fz_store_run (day->desk->store, FZ_TXN_READ, dump_all, &self, &error), "the dump", error);
  must (fclose (self.out) == 0, "the dump's file", NULL);
  samples_add (samples, began);
  return self.rows;
}

/* --- the report --- */

static void
save (Day *day, const char *name, gint64 from_us, gint64 to_us, const char *format, Samples *samples)
{
  g_autofree char *path = g_build_filename (day->root, "report", NULL);
  FzReportWanted wanted = { .name = name, .from_us = from_us, .to_us = to_us };
  g_autoptr (GError) error = NULL;
  gint64 began = now_ns ();

  must (fz_desk_report_save (day->session, &wanted, format, path, &error), "the report", error);
  samples_add (samples, began);
}

/* What this process held at most since the last time it was asked, in MiB; what it no longer needs is given back before. */
static double
peak_mib (void)
{
  double peak = memory_mib (getpid (), "VmHWM");

  malloc_trim (0);
  must (g_file_set_contents_full ("/proc/self/clear_refs", "5", 1, G_FILE_SET_CONTENTS_NONE, 0600, NULL), "forgetting the peak", NULL);
  return peak;
}

static void
say_memory (const char *name, double mib, double base_mib)
{
  g_print ("figure\t%s\t%.1f MiB more\t\t%.1f MiB more the dump\t\n", name, mib, base_mib);
}

static void
compare (Day *day, const char *what, gint64 from_us, gint64 to_us)
{
  g_auto (Samples) dumped = { 0 }, csv = { 0 }, xlsx = { 0 }, quality = { 0 };
  g_autofree char *name = NULL, *again = NULL, *memory = NULL;
  double rest, by_dump = 0, by_report = 0;
  guint rows = 0;

  samples_init (&dumped);
  samples_init (&csv);
  samples_init (&xlsx);
  samples_init (&quality);
  for (guint i = 0; i < 3; i++) {
    rest = (peak_mib (), peak_mib ());
    rows = dump (day, from_us, to_us, &dumped);
    by_dump = peak_mib () - rest;
    save (day, "daily", from_us, to_us, "csv", &csv);
    save (day, "quality", from_us, to_us, "csv", &quality);
    rest = (peak_mib (), peak_mib ());
    save (day, "daily", from_us, to_us, "xlsx", &xlsx);
    by_report = peak_mib () - rest;
  }
  name = g_strdup_printf ("%s: %u rows dumped by plain SQL", what, rows);
  report (name, &dumped, NULL, NULL);
  again = g_strdup_printf ("%s: the daily report as CSV", what);
  report_ratio (again, &csv, &dumped, "the dump", FALSE, NULL);
  g_free (again);
  again = g_strdup_printf ("%s: as a workbook", what);
  report_ratio (again, &xlsx, &dumped, "the dump", FALSE, NULL);
  g_free (again);
  again = g_strdup_printf ("%s: quality, the period before and six months with it", what);
  report_ratio (again, &quality, &dumped, "the dump", FALSE, NULL);
  memory = g_strdup_printf ("%s: memory at its highest", what);
  say_memory (memory, by_report, by_dump);
}

int
main (void)
{
  g_auto (Day) day = { 0 };
  g_autofree char *visit = NULL, *rx = NULL, *applied = NULL, *signed_at = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (FzFields) facts = NULL, sheet_facts = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;
  guint n = in_the_month ();
  gint64 month_us = fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), end_us = fz_date_beijing_start_us ((FzDate) { 2026, 2, 1 });
  gint64 old_us = fz_date_beijing_start_us ((FzDate) { 2026 - YEARS, 1, 1 });

  day_open (&day);
  visit = day_visit_to_prescribe (&day);
  sheet = day_prepare (&day, visit, FZ_SHEET_PRESCRIPTION);
  must (fz_desk_sign_sheet (day.session, sheet, pin, &ids, &error), "signing", error);
  rx = g_strdup (ids->pdata[ids->len - 1]);
  facts = fz_desk_read_visit (day.session, visit, &error);
  must (facts != NULL, "the visit", error);
  sheet_facts = fz_desk_read_prescription (day.session, rx, &error);
  must (sheet_facts != NULL, "the prescription", error);
  applied = g_strdup (fz_fields_get (facts, "visit.applied_at"));
  signed_at = g_strdup (fz_fields_get (sheet_facts, "rx.signed_at"));
  day.session->role = FZ_ROLE_AFFAIRS; /* who makes reports */
  copy_rows (&day, fill_visits, visit, applied, 0, n, month_us / FZ_US_PER_SECOND, end_us / FZ_US_PER_SECOND);
  copy_rows (&day, fill_rx, rx, signed_at, 0, n, month_us / FZ_US_PER_SECOND, end_us / FZ_US_PER_SECOND);
  compare (&day, "a month", month_us, end_us);
  copy_rows (&day, fill_visits, visit, applied, n, n, old_us / FZ_US_PER_SECOND, month_us / FZ_US_PER_SECOND);
  copy_rows (&day, fill_rx, rx, signed_at, n, n, old_us / FZ_US_PER_SECOND, month_us / FZ_US_PER_SECOND);
  compare (&day, "the month among fifteen years", month_us, end_us);
  compare (&day, "all fifteen years", old_us, end_us);
  return 0;
}
