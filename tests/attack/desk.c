/* People at the desk who are not who they say, and folders that are not the newest. What is changed between PIN and signature, and a second account
 * of the same person: desk-visit. */
#include "tests/attack/burglar.h"

#include "app/enrol.h"
#include "db/head.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- another person's secrets --- */

static void
pin_of_another_person (World *w)
{
  g_autoptr (FzSecret) theirs = fz_demo_pin ("D1002"), own = fz_demo_pin ("D1001");
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;
  gint64 documents;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  expect_error (!fz_desk_take_visit (w->session, "V1", theirs, &error), &error, FZ_ERROR_SIGNATURE, "还可以再试 4 次");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  from = world_audit_size (w);
  documents = world_ask (w, "SELECT COUNT(*) FROM document");
  expect_error (!fz_desk_sign_sheet (w->session, sheet, theirs, NULL, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
  g_assert_cmpuint (world_audit_count (w, from, "pin.wrong", "denied"), ==, 1);
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, own, NULL, &error)); /* the same sheet, within its minute */
}

static void
password_of_another_person (World *w)
{
  g_autoptr (GPtrArray) people = fz_demo_people (NULL);
  g_autoptr (GError) error = NULL;
  const char *theirs = NULL;

  for (guint i = 0; i < people->len; i++)
    if (g_strcmp0 (fz_fields_get (people->pdata[i], "number"), "D1002") == 0)
      theirs = fz_fields_get (people->pdata[i], "password");
  g_assert_nonnull (theirs);
  expect_error (world_try_sign_in (w, "D1001", theirs, NULL, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
}

/* --- a folder put back --- */

static char *
in (const World *w, const char *name)
{
  return g_build_filename (w->root, name, NULL);
}

static void
leave (World *w)
{
  world_close (w);
}

static void
put_folder (World *w, const char *kept)
{
  remove_tree (w->data);
  copy_tree (kept, w->data);
}

static char *
bytes_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, n);
}

static void
expect_older (World *w, const char *password)
{
  g_autoptr (GError) error = NULL;

  world_reopen (w);
  expect_error (world_try_sign_in (w, "D1001", password, NULL, &error) == NULL, &error, FZ_ERROR_CORRUPT, "旧副本");
  g_clear_pointer (&w->desk, fz_desk_close);
}

/* What there is can be read (desk-reading), and nothing written. */
static void
expect_only_read (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  world_reopen (w);
  world_sign_in (w, "D1001");
  g_assert_true (fz_session_is_read_only (w->session, &why));
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_CORRUPT, why);
  world_close (w);
}

/* Yesterday's folder: with another password nobody gets in, and the reason is said; with the right one it is only read. Nothing is mended: store and
 * heads stay as they were found. The newest folder opens again. */
static void
yesterdays_folder (World *w)
{
  g_autofree char *old = in (w, "old"), *newest = in (w, "newest"), *store = NULL, *head = NULL, *again = NULL, *head_again = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  leave (w);
  copy_tree (w->data, old);
  world_reopen (w);
  world_sign_in (w, "D1001");
  world_take (w, "V1");
  leave (w);
  copy_tree (w->data, newest);
  put_folder (w, old);
  store = bytes_of (w->data, "store.fz");
  head = bytes_of (w->data, "head");
  expect_only_read (w);
  expect_older (w, "Wrong-Password-1");
  again = bytes_of (w->data, "store.fz");
  head_again = bytes_of (w->data, "head");
  g_assert_cmpstr (store, ==, again);
  g_assert_cmpstr (head, ==, head_again);
  put_folder (w, newest);
  world_reopen (w);
  world_sign_in (w, "D1001");
}

/* The person was enrolled anew since: the copy knows the old password only. It used to say "wrong password". */
static void
copy_with_older_keys (World *w)
{
  g_autofree char *old = in (w, "old"), *newest = in (w, "newest");
  g_autoptr (GError) error = NULL;
  FzEnrolCode *code;

  leave (w);
  copy_tree (w->data, old);
  world_reopen (w);
  world_sign_in (w, "S4001");
  code = fz_enrol_issue (w->desk, w->session, "D1001", &error);
  g_assert_no_error (error);
  fz_enrol_code_free (code);
  leave (w);
  copy_tree (w->data, newest);
  put_folder (w, old);
  expect_older (w, "Another-Password-2026");
  put_folder (w, newest);
  world_reopen (w);
}

/* Two copies that went different ways: the one the device does not know cannot be told by its size alone. */
static void
forked_folder (World *w)
{
  g_autofree char *base = in (w, "base"), *first = in (w, "first"), *state = in (w, "state-kept"), *why = NULL;
  g_autoptr (GError) error = NULL;

  leave (w);
  copy_tree (w->data, base);
  copy_tree (w->state, state);
  world_reopen (w);
  world_sign_in (w, "D1001");
  leave (w);
  copy_tree (w->data, first);
  /* The other branch, written elsewhere under the same keys, as long or longer. */
  put_folder (w, base);
  {
    g_autofree char *true_state = w->state;

    w->state = state;
    world_reopen (w);
    for (guint i = 0; i < 3; i++)
      world_sign_in (w, i % 2 == 0 ? "D1002" : "D1001");
    leave (w);
    w->state = g_steal_pointer (&true_state);
  }
  world_reopen (w);
  world_sign_in (w, "D1001");
  g_assert_true (fz_session_is_read_only (w->session, &why));
  g_assert_nonnull (strstr (why, "不一致"));
  expect_error (!fz_desk_save_draft (w->session, "V1", NULL, &error), &error, FZ_ERROR_CORRUPT, "不一致");
  leave (w);
  put_folder (w, first);
  world_reopen (w);
  world_sign_in (w, "D1001");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a store opened read-only warns */
  world_make_template ();
  world_add_test ("/attack/pin-of-another", pin_of_another_person);
  world_add_test ("/attack/password-of-another", password_of_another_person);
  world_add_test ("/attack/yesterdays-folder", yesterdays_folder);
  world_add_test ("/attack/older-keys", copy_with_older_keys);
  world_add_test ("/attack/forked", forked_folder);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
