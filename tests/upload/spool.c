/* Uploads while no window is open: what the desk gives away at its end, a sender without the store's key sends, and the ledger tells afterwards. Whatever
 * happens to the folder on the way, no row is lost and none that may have been sent is sent again by itself. */
#include "app/spool.h"
#include "app/upload.h"
#include "db/desk_lock.h"
#include "db/outbox.h"
#include "db/spool.h"
#include "tests/upload/live.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static void
play_visits (World *w, guint visits)
{
  for (guint i = 0; i < visits; i++) {
    g_autofree char *visit = g_strdup_printf ("S%u", i), *rx = world_prescribe (w, i, visit);

    world_review (w, "P2001", rx, "approved");
    world_sign_in (w, fz_demo_world_doctor (w->world, i));
    world_take (w, visit);
    g_free (world_sign (w, fz_desk_prepare_finish (w->session, visit, NULL)));
    world_pass (w, 60);
  }
  drop_other_drugs (w);
}

static gint64
in_state (World *w, const char *state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE state = '%s'", state);

  return world_ask (w, sql);
}

/* The folder, chosen by the desk. (transfer full) */
static char *
choose (World *w)
{
  char *dir = g_build_filename (w->root, "spool", NULL);
  g_autofree char *public_key = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_new = FALSE;

  expect_error (!fz_spool_set (w->desk, dir, &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_true (fz_spool_prepare (dir, &public_key, &is_new, &error));
  g_assert_true (is_new);
  g_assert_true (fz_spool_prepare (dir, &again, &is_new, &error));
  g_assert_false (is_new);
  g_assert_cmpstr (public_key, ==, again);
  fz_spool_set (w->desk, dir, &error);
  g_assert_no_error (error);
  return dir;
}

/* Visits whose rows wait, the platform, the folder; how many rows. (transfer full) */
static char *
wait_for_sending (World *w, Platform *platform, guint visits, gint64 *out_rows)
{
  play_visits (w, visits);
  go_live (w, platform);
  *out_rows = in_state (w, "queued");
  return choose (w);
}

static void
give (World *w)
{
  g_autoptr (GError) error = NULL;

  fz_spool_hand_over (w->desk, &error);
  g_assert_no_error (error);
}

static void
take_back (World *w)
{
  g_autoptr (GError) error = NULL;
  gboolean back = FALSE;

  fz_spool_take_back (w->desk, &back, &error);
  g_assert_no_error (error);
  g_assert_true (back);
}

/* The one file that ends so. (transfer full) */
static char *
find (const char *dir, const char *end)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, end) && !g_str_has_prefix (name, "service"))
      return g_build_filename (dir, name, NULL);
  return NULL;
}

static void
check_empty (const char *dir)
{
  static const char *const ends[] = { ".rows", ".answers", ".key", ".part", ".taking", "recall" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *left = find (dir, ends[i]);

    g_assert_null (left);
  }
}

static void
sent_while_closed (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *trouble = NULL, *rows_path = NULL, *bytes = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  gint64 rows;
  gsize n = 0;

  dir = wait_for_sending (w, platform, 3, &rows);
  give (w);
  g_assert_cmpint (in_state (w, "sending"), ==, rows);
  g_assert_true (fz_upload_recover (w->desk, &error)); /* as another opening of the store does before anybody uploads */
  g_assert_cmpint (in_state (w, "sending"), ==, rows);
  rows_path = find (dir, ".rows");
  g_assert_true (g_file_get_contents (rows_path, &bytes, &n, NULL));
  g_assert_null (g_strstr_len (bytes, (gssize) n, "uploadReferralIndicators"));
  g_assert_true (fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (trouble, ==, NULL);
  g_assert_cmpuint (accepted, ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted a WHERE a.method = 'uploadRecipeIndicators' AND NOT EXISTS "
                                           "(SELECT 1 FROM accepted v WHERE v.method = 'uploadReferralIndicators' AND v.id < a.id "
                                           "AND json_extract(v.json, '$.bussID') = json_extract(a.json, '$.bussID'))"), ==, 0);
  /* Run again by its timer: nothing is left to do. */
  g_assert_true (fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error));
  g_assert_cmpuint (accepted, ==, 0);
  trouble = drain (w); /* an engine that begins takes it all back first */
  g_assert_null (trouble);
  g_assert_cmpint (in_state (w, "accepted"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, rows);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'upload.settle'"), ==, rows);
  check_empty (dir);
}

/* Cut between the end of the sender's way in and the store's last word, with another store's hand-over in between: the answers are still there. */
static void
cut_while_taking (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *trouble = NULL, *path = NULL, *name = NULL, *number = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  gint64 rows;

  dir = wait_for_sending (w, platform, 1, &rows);
  give (w);
  g_assert_true (fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error));
  g_assert_cmpuint (accepted, ==, rows);
  path = find (dir, ".rows");
  name = g_path_get_basename (path);
  number = g_strndup (name, strcspn (name, "."));
  g_assert_true (fz_spool_shut (dir, number, &error));
  g_assert_true (fz_spool_is_taken (dir));
  g_assert_true (fz_spool_clear (dir, &error)); /* as that one begins with */
  take_back (w);
  g_assert_cmpint (in_state (w, "accepted"), ==, rows);
  g_assert_false (fz_spool_is_taken (dir));
  check_empty (dir);
}

/* Before a byte left: as if nothing had been. */
static void
comes_back_untouched (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  static const char sum[] = "SELECT SUM (next_at + attempts * 7 + id) FROM outbox WHERE state = 'queued' AND words IS NULL";
  g_autofree char *dir = NULL, *key = NULL, *part = NULL;
  gint64 rows, before;

  dir = wait_for_sending (w, platform, 1, &rows);
  before = world_ask (w, sum);
  give (w);
  take_back (w);
  g_assert_cmpint (world_ask (w, sum), ==, before);
  check_empty (dir);
  /* Cut between the store's commit and the sender's way in: it never had one, whatever else is there. */
  give (w);
  key = find (dir, ".key");
  part = g_strconcat (key, ".part", NULL);
  g_assert_cmpint (g_rename (key, part), ==, 0);
  take_back (w);
  g_assert_cmpint (in_state (w, "queued"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, 0);
  check_empty (dir);
}

static gboolean
add_sign_in (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("[]", 2);
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1");
  FzOutboxRow row = { .key = data, .stream = "none", .method = "pushMedicalDispute", .subject = "QD-000001", .facts = facts, .payload = payload };

  return fz_outbox_add (txn, &row, NULL, error);
}

/* The sender has the real clock. (transfer full) */
static char *
sign_in_key (int ahead)
{
  return fz_outbox_sign_in_key (fz_date_add_days (fz_date_in_beijing (g_get_real_time ()), ahead));
}

/* The sign-in of a day that went by while the window was closed is not sent for another day, and does not hold up that day's own. */
static void
sign_in_of_its_day (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *today = sign_in_key (0), *tomorrow = sign_in_key (1), *trouble = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  char past[] = "none:2026-03-01";

  world_sign_in (w, "A3001");
  drop_other_drugs (w);
  go_live (w, platform);
  dir = choose (w);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, add_sign_in, past, &error));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, add_sign_in, today, &error));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, add_sign_in, tomorrow, &error)); /* should it be midnight just now */
  give (w);
  fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (accepted, ==, 1);
  take_back (w);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key = 'none:2026-03-01' AND state = 'queued'"), ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, 1);
}

/* Two stores of one account, one folder: neither takes away what the other gave to the sender. */
static void
another_store_s (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (FzFields) head = fz_fields_freeze (fz_fields_new ("fuzhen.spool_row/v1"));
  g_autoptr (FzSecret) key = fz_secret_random (FZ_SPOOL_KEY_BYTES);
  g_autofree char *dir = NULL, *public_key = NULL, *theirs = NULL;
  g_autoptr (GError) error = NULL;
  FzFields *const rows[] = { head };
  gint64 n;

  dir = wait_for_sending (w, platform, 1, &n);
  public_key = fz_spool_read_public (dir, &error);
  g_assert_true (fz_spool_write (dir, "00112233aabbccdd", key, public_key, rows, 1, &error));
  g_assert_true (fz_spool_publish (dir, "00112233aabbccdd", &error));
  expect_error (!fz_spool_hand_over (w->desk, &error), &error, FZ_ERROR_CONFLICT, "另一个数据文件夹");
  g_assert_cmpint (in_state (w, "queued"), ==, n);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM setting WHERE name = 'spool.trouble' AND value LIKE '%另一个数据文件夹%'"), ==, 1);
  theirs = find (dir, ".rows");
  g_assert_nonnull (strstr (theirs, "00112233aabbccdd"));
  g_assert_true (fz_spool_shut (dir, "00112233aabbccdd", &error)); /* its owner takes it back, and is cut off: the answers are still its own */
  expect_error (!fz_spool_hand_over (w->desk, &error), &error, FZ_ERROR_CONFLICT, "另一个数据文件夹");
  g_assert_true (g_file_test (theirs, G_FILE_TEST_EXISTS));
  g_assert_true (fz_spool_taken (dir, "00112233aabbccdd", &error)); /* it has them, and is cut off before it has tidied up */
  give (w);
  g_assert_cmpint (in_state (w, "sending"), ==, n);
  take_back (w);
  g_assert_cmpint (in_state (w, "queued"), ==, n);
  check_empty (dir);
}

/* A platform that is away: nothing left, so the rows wait as they did. */
static void
away (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *trouble = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  gint64 rows;

  dir = wait_for_sending (w, platform, 1, &rows);
  give (w);
  platform_kill (platform);
  fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (accepted + refused + unknown, ==, 0);
  g_assert_nonnull (trouble);
  take_back (w);
  g_assert_cmpint (in_state (w, "queued"), ==, rows);
  g_assert_cmpint (world_ask (w, "SELECT SUM (attempts) FROM outbox"), ==, 0);
  platform_kill_and_restart (platform);
}

/* The answers are gone, changed or cut: who knows. Those of which the answer can still be read are settled. */
static void
damaged (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *bytes = NULL, *answers = NULL, *trouble = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  gsize n = 0;
  gint64 rows;

  dir = wait_for_sending (w, platform, 2, &rows);
  give (w);
  g_assert_true (fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error));
  g_assert_cmpuint (accepted, ==, rows);
  answers = find (dir, ".answers");
  g_assert_true (g_file_get_contents (answers, &bytes, &n, NULL));
  /* The end of the last answer is lost: that row was begun, and nobody knows. */
  g_assert_true (g_file_set_contents (answers, bytes, (gssize) n - 3, NULL));
  take_back (w);
  g_assert_cmpint (in_state (w, "accepted"), ==, rows - 1);
  g_assert_cmpint (in_state (w, "unknown"), ==, 1);
  check_empty (dir);
}

/* The length before an answer is damaged: that is no end that was cut off, and no row goes to the platform once more for it. */
static void
length_flipped (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *bytes = NULL, *answers = NULL, *trouble = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  gsize n = 0, first;
  gint64 rows;

  dir = wait_for_sending (w, platform, 1, &rows);
  give (w);
  g_assert_true (fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error));
  g_assert_cmpuint (accepted, ==, rows);
  answers = find (dir, ".answers");
  g_assert_true (g_file_get_contents (answers, &bytes, &n, NULL));
  first = 4 + ((gsize) (guint8) bytes[0] | (gsize) (guint8) bytes[1] << 8); /* after the head */
  g_assert_cmpuint (first + 1, <, n);
  bytes[first + 1] ^= 0x40;
  g_assert_true (g_file_set_contents (answers, bytes, (gssize) n, NULL));
  expect_error (!fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error), &error, FZ_ERROR_CORRUPT, NULL);
  take_back (w);
  g_assert_cmpint (in_state (w, "unknown"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, rows);
  check_empty (dir);
}

/* What was given for one environment does not go to another, whoever exchanged the file. */
static void
other_environment (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *config = g_build_filename (platform->dir, "config.json", NULL), *text = NULL, *changed = NULL, *trouble = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  gint64 rows;

  dir = wait_for_sending (w, platform, 1, &rows);
  give (w);
  g_assert_true (g_file_get_contents (config, &text, NULL, NULL));
  g_assert_null (strstr (text, "environment"));
  changed = g_strconcat ("{\"environment\": \"test\",", strchr (text, '{') + 1, NULL);
  g_assert_true (g_file_set_contents_full (config, changed, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  expect_error (!fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error), &error, FZ_ERROR_REFUSED, "environment");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, 0);
  take_back (w);
  g_assert_cmpint (in_state (w, "queued"), ==, rows);
}

static void
nobody_knows (World *w, const char *end, gboolean flip)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *path = NULL, *bytes = NULL;
  gsize n = 0;
  gint64 rows;

  dir = wait_for_sending (w, platform, 1, &rows);
  give (w);
  path = find (dir, end);
  if (flip) {
    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    bytes[n / 2] ^= 4;
    g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  }
  else
    g_assert_cmpint (g_unlink (path), ==, 0);
  take_back (w);
  g_assert_cmpint (in_state (w, "unknown"), ==, rows);
  check_empty (dir);
  give (w); /* nothing is queued, nothing is given */
  check_empty (dir);
}

static void
answers_gone (World *w)
{
  nobody_knows (w, ".answers", FALSE);
}

static void
answers_flipped (World *w)
{
  nobody_knows (w, ".answers", TRUE);
}

static void
rows_gone (World *w)
{
  nobody_knows (w, ".rows", FALSE);
}

static void
rows_flipped (World *w)
{
  nobody_knows (w, ".rows", TRUE);
}

/* What the next window says. */
static void
expect_trouble (World *w, const char *words)
{
  g_autoptr (FzFields) status = fz_desk_status (w->session);
  const char *said = fz_fields_get (status, "upload.spool_trouble");

  if (words == NULL)
    g_assert_null (said);
  else
    g_assert_nonnull (strstr (said, words));
}

/* A window that ends as it should leaves nothing; one that is killed, or could not hand over, is noticed by the sender, once. */
static void
a_window_that_is_gone (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *window = NULL;
  gint64 rows;
  pid_t child;
  int status = 0;

  dir = wait_for_sending (w, platform, 1, &rows);
  window = g_build_filename (dir, "window", NULL);
  take_back (w); /* as a window does when it begins to upload */
  g_assert_true (g_file_test (window, G_FILE_TEST_EXISTS));
  g_assert_false (fz_spool_is_deserted (dir)); /* it is there */
  give (w);
  g_assert_false (g_file_test (window, G_FILE_TEST_EXISTS));
  g_assert_false (fz_spool_is_deserted (dir));
  take_back (w);
  give (w);
  child = fork ();
  if (child == 0) {
    if (fz_spool_watch_new (dir) != NULL)
      raise (SIGKILL);
    _exit (1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_true (fz_spool_is_deserted (dir));
  g_assert_false (fz_spool_is_deserted (dir)); /* said once */
  take_back (w);
}

/* Another's key in the folder: nothing is given to it. A sender at work keeps the folder; it is asked to end. */
static void
other_hands (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *dir = NULL, *path = NULL, *kept = NULL, *recall = NULL;
  g_autoptr (GError) error = NULL;
  guint accepted = 0, refused = 0, unknown = 0;
  g_autofree char *trouble = NULL, *pair = NULL;
  gboolean back = TRUE;
  gint64 rows;

  dir = wait_for_sending (w, platform, 1, &rows);
  path = g_build_filename (dir, "service.pub", NULL);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_true (g_file_set_contents (path, "00000000000000000000000000000000000000000000000000000000000000ff\n", -1, NULL));
  expect_error (!fz_spool_hand_over (w->desk, &error), &error, FZ_ERROR_SIGNATURE, "公钥");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'upload.give' AND outcome = 'failed'"), ==, 1);
  expect_trouble (w, "公钥");
  g_assert_cmpint (in_state (w, "queued"), ==, rows);
  g_assert_true (g_file_set_contents (path, kept, -1, NULL));
  give (w);
  expect_trouble (w, NULL);
  expect_error (!fz_spool_set (w->desk, NULL, &error), &error, FZ_ERROR_CONFLICT, NULL);
  {
    g_autoptr (FzDeskLock) sender = fz_desk_lock_take (dir, NULL);

    g_assert_nonnull (sender);
    g_assert_true (fz_spool_take_back (w->desk, &back, &error));
    g_assert_false (back);
    expect_error (!fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error), &error, FZ_ERROR_LOCKED, NULL);
  }
  recall = g_build_filename (dir, "recall", NULL);
  g_assert_true (g_file_test (recall, G_FILE_TEST_EXISTS));
  g_assert_true (fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error));
  g_assert_cmpuint (accepted, ==, 0); /* called back: it begins nothing */
  take_back (w);
  g_assert_cmpint (in_state (w, "queued"), ==, rows);
  /* A pair of another sender does not open what was given to the first. */
  give (w);
  pair = g_build_filename (dir, "service.key", NULL);
  g_assert_true (g_file_set_contents (pair, "0123456789abcdef0123456789abcdef", 32, NULL));
  expect_error (!fz_spool_send (dir, 0, NULL, &accepted, &refused, &unknown, &trouble, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  take_back (w);
  g_assert_cmpint (in_state (w, "queued"), ==, rows);
  fz_spool_set (w->desk, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/spool/sent-while-closed", sent_while_closed);
  world_add_test ("/spool/cut-while-taking", cut_while_taking);
  world_add_test ("/spool/untouched", comes_back_untouched);
  world_add_test ("/spool/sign-in-of-its-day", sign_in_of_its_day);
  world_add_test ("/spool/another-store", another_store_s);
  world_add_test ("/spool/away", away);
  world_add_test ("/spool/cut-answer", damaged);
  world_add_test ("/spool/length-flipped", length_flipped);
  world_add_test ("/spool/deserted", a_window_that_is_gone);
  world_add_test ("/spool/other-environment", other_environment);
  world_add_test ("/spool/answers-gone", answers_gone);
  world_add_test ("/spool/answers-flipped", answers_flipped);
  world_add_test ("/spool/rows-gone", rows_gone);
  world_add_test ("/spool/rows-flipped", rows_flipped);
  world_add_test ("/spool/other-hands", other_hands);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
