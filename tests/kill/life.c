/* One life of the program that kill.py ends with kill -9, and the eyes that look at what it left.
 *   life make ROOT SEED              a demo hospital in ROOT/data, ROOT/state
 *   life play ROOT SEED NUMBER       plays visits of the demo's cases until it is killed; a line on standard output for each thing
 *                                    that is durable: `STEP VISIT PRESCRIPTION`
 *   life check DATA STATE ACKS FULL NUMBER  at the end of that life (`-`: at the real time) opens the store, looks for everything in ACKS; FULL 1 verifies the log and folds all documents
 *                                    again. Prints the ledger: `ledger STATE METHOD PAYLOAD`. Exit 1 names what is wrong. */
#include "app/image_client.h"
#include "db/outbox.h"
#include "tests/desk/world.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

/* --- playing --- */

static void
tell (const char *step, const char *visit, const char *rx)
{
  printf ("%s %s %s\n", step, visit != NULL ? visit : "-", rx != NULL ? rx : "-");
  fflush (stdout);
}

static void
sign_and_drop (World *w, FzSheet *sheet)
{
  g_free (world_sign (w, sheet));
}

static void
play_visit (World *w, guint life, guint i)
{
  g_autofree char *visit = g_strdup_printf ("K%u-%u", life, i), *rx = NULL;
  const char *doctor = fz_demo_world_doctor (w->world, i);
  guint kind = (life + i) % 6;

  world_sign_in (w, doctor);
  world_arrive (w, i, visit);
  tell ("arrived", visit, NULL);
  if (kind == 4) {
    sign_and_drop (w, fz_desk_prepare_refusal (w->session, visit, "J03", "请到实体医院就诊。", NULL));
    tell ("refused", visit, NULL);
    return;
  }
  world_take (w, visit);
  tell ("taken", visit, NULL);
  if (kind == 5) {
    sign_and_drop (w, fz_desk_prepare_termination (w->session, visit, "T01", "请到实体医院就诊。", NULL));
    tell ("terminated", visit, NULL);
    return;
  }
  world_type (w, i, visit);
  rx = world_sign (w, fz_desk_prepare_sheet (w->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, NULL));
  tell ("signed", visit, rx);
  world_review (w, "P2001", rx, kind == 3 ? "refused" : "approved");
  tell (kind == 3 ? "refused" : "approved", NULL, rx);
  if (kind == 0) {
    world_dispense (w, rx);
    tell ("dispensed", NULL, rx);
  }
  world_sign_in (w, doctor);
  world_take (w, visit);
  sign_and_drop (w, fz_desk_prepare_finish (w->session, visit, NULL));
  tell ("finished", visit, NULL);
}

/* Each life begins later than the one before ended, as days do. */
static gint64
clock_of (guint life)
{
  return world_first_us () + (gint64) (life + 1) * 120 * FZ_US_PER_SECOND;
}

static int
play (const char *root, guint64 number, guint life)
{
  g_autofree char *data = g_build_filename (root, "data", NULL), *state = g_build_filename (root, "state", NULL);
  World w = { 0 };

  world_open (&w, data, state, clock_of (life), number + life);
  /* Five lives that end in the same person's sign-in lock the account, as they should: the next one begins when the lock is over. */
  g_assert_true (fz_desk_pass_time (w.desk, 31 * 60, NULL));
  tell ("begun", NULL, NULL);
  for (guint i = 0; i < 1000; i++)
    play_visit (&w, life, i);
  return 1; /* nobody killed it */
}

/* --- looking --- */

static gboolean
is_one_of (const char *word, const char *words)
{
  g_auto (GStrv) each = g_strsplit (words, " ", -1);

  return word != NULL && g_strv_contains ((const char *const *) each, word);
}

static const struct {
  const char *step, *visit, *rx;
} expected[] = {
  { "arrived", "waiting taken recorded finished refused terminated", NULL },
  { "taken", "taken recorded finished terminated", NULL },
  { "signed", "recorded finished", "signed effective dispensed returned refused expired" },
  { "approved", NULL, "effective dispensed expired" },
  { "returned", NULL, "returned" },
  { "dispensed", NULL, "dispensed" },
  { "finished", "finished", NULL },
  { "terminated", "terminated", NULL },
};

static gboolean
check_ack (World *w, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  gboolean of_visit, good = TRUE;
  g_autofree char *visit = NULL, *rx = NULL;

  if (g_strv_length (words) != 3)
    return TRUE;
  of_visit = !g_str_equal (words[1], "-");
  visit = of_visit ? world_visit_stage (w, words[1]) : NULL;
  rx = !g_str_equal (words[2], "-") ? world_rx_stage (w, words[2]) : NULL;
  if (g_str_equal (words[0], "refused"))
    good = of_visit ? is_one_of (visit, "refused") : is_one_of (rx, "refused");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    if (g_str_equal (words[0], expected[i].step))
      good = (expected[i].visit == NULL || is_one_of (visit, expected[i].visit)) && (expected[i].rx == NULL || is_one_of (rx, expected[i].rx));
  if (!good)
    printf ("lost: %s (visit %s, prescription %s)\n", line, visit != NULL ? visit : "absent", rx != NULL ? rx : "absent");
  return good;
}

/* Nothing half done: each of these counts rows whose other half is missing. */
static const char *const halves[] = {
  "SELECT COUNT(*) FROM prescription p WHERE p.stage IN ('effective', 'dispensed') "
  "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'prescription:' || p.id)",
  "SELECT COUNT(*) FROM prescription p WHERE p.stage IN ('effective', 'dispensed') "
  "AND (SELECT COUNT(*) FROM signature s WHERE s.document = p.document) <> 2",
  "SELECT COUNT(*) FROM visit v WHERE v.ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'visit:' || v.id)",
  "SELECT COUNT(*) FROM document d WHERE d.kind = 'fuzhen.record/v1' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'record:' || d.visit)",
  "SELECT COUNT(*) FROM document d WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.document = d.number)",
  "SELECT COUNT(*) FROM document d WHERE substr(d.visit, 1, 1) <> '@' AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.id = d.visit)",
  "SELECT COUNT(*) FROM document d WHERE d.kind = 'fuzhen.rules/v1' AND NOT EXISTS (SELECT 1 FROM rules_version v WHERE v.id = d.id)",
  "SELECT COUNT(*) FROM outbox WHERE state = 'sending'",
};

static gboolean
print_ledger (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "SELECT state, method, payload FROM outbox ORDER BY id";
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  while (stmt != NULL && fz_stmt_next (stmt, error)) {
    g_autoptr (GBytes) payload = fz_stmt_dup_bytes (stmt, 2);

    printf ("ledger %s %s %.*s\n", fz_stmt_text (stmt, 0), fz_stmt_text (stmt, 1), payload != NULL ? (int) g_bytes_get_size (payload) : 0,
            payload != NULL ? (const char *) g_bytes_get_data (payload, NULL) : "");
  }
  return stmt != NULL;
}

static int
check (const char *data, const char *state, const char *acks, gboolean full, const char *number)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean good = TRUE;
  World w = { 0 };

  g_assert_true (g_file_get_contents (acks, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  world_open (&w, data, state, g_str_equal (number, "-") ? 0 : clock_of ((guint) g_ascii_strtoull (number, NULL, 10)) + 60 * FZ_US_PER_SECOND, 1);
  world_sign_in (&w, "S4003");
  g_assert_false (fz_store_is_read_only (w.desk->store, NULL));
  for (guint i = 0; lines[i] != NULL; i++)
    good = check_ack (&w, lines[i]) && good;
  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    if (world_ask (&w, halves[i]) != 0) {
      printf ("half done: %s\n", halves[i]);
      good = FALSE;
    }
  if (full) {
    world_check (&w);
    fz_store_run (w.desk->store, FZ_TXN_READ, print_ledger, NULL, NULL);
  }
  world_free (&w);
  return good ? 0 : 1;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  fz_image_set_program (g_getenv ("FUZHEN_IMAGE"), 0);
  if (argc == 4 && g_str_equal (argv[1], "make")) {
    world_make_hospital (argv[2], g_ascii_strtoull (argv[3], NULL, 10));
    return 0;
  }
  if (argc == 5 && g_str_equal (argv[1], "play"))
    return play (argv[2], g_ascii_strtoull (argv[3], NULL, 10), (guint) g_ascii_strtoull (argv[4], NULL, 10));
  if (argc == 7 && g_str_equal (argv[1], "check"))
    return check (argv[2], argv[3], argv[4], g_str_equal (argv[5], "1"), argv[6]);
  return 2;
}
