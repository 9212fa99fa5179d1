/* Who gets in, who does not, and that every wrong try is counted, whatever happens in between. */
#include "app/accounts.h"
#include "app/enrol.h"
#include "tests/desk/world.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
refused (World *w, const char *number, const char *password, const char *key_file, FzErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (world_try_sign_in (w, number, password, key_file, &error));
  g_assert_error (error, FZ_ERROR, (int) code);
  return g_strdup (error->message);
}

static void
one_text_for_every_wrong (World *w)
{
  g_autofree char *password = refused (w, "D1001", "Wrong-Password-1", NULL, FZ_ERROR_SIGNATURE);
  g_autofree char *unknown = refused (w, "D9999", "Wrong-Password-1", NULL, FZ_ERROR_SIGNATURE);
  g_autofree char *factor = refused (w, "D1001", NULL, "fuzhen-key-file/v1\nD1001\nAAAA\n", FZ_ERROR_SIGNATURE);
  g_autofree char *empty = refused (w, "", "Wrong-Password-1", "x", FZ_ERROR_SIGNATURE);

  g_assert_cmpstr (password, ==, unknown);
  g_assert_cmpstr (password, ==, factor);
  g_assert_cmpstr (password, ==, empty);
  world_sign_in (w, "D1001"); /* the right one sets the count back */
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "D1001", TRUE).wrong_passwords, ==, 0);
  /* The store was open for the judging of the factor: that try is in the log. */
  g_assert_cmpuint (world_audit_count (w, 0, "session.sign_in", "denied"), ==, 1);
}

static void
another_persons_key_file (World *w)
{
  g_autofree char *path = fz_demo_key_file (w->data, "D1002"), *content = NULL, *words = NULL;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  words = refused (w, "D1001", NULL, content, FZ_ERROR_SIGNATURE);
  g_assert_nonnull (strstr (words, "第二因素"));
}

/* The file of this device's secret is taken away: no password opens anything, everybody is told the same and what to do, no try is counted, and with the file
 * back everything is there. */
static void
device_secret_gone (World *w)
{
  g_autoptr (GDir) dir = g_dir_open (w->state, 0, NULL);
  g_autofree char *path = NULL, *away = g_build_filename (w->root, "away", NULL), *known = NULL, *unknown = NULL;
  g_autoptr (FzFields) visit = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_close (w);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "device-"))
      path = g_build_filename (w->state, name, NULL);
  g_assert_cmpint (g_rename (path, away), ==, 0);
  world_reopen (w);
  known = refused (w, "D1001", NULL, NULL, FZ_ERROR_NOT_FOUND);
  unknown = refused (w, "D9999", "Wrong-Password-1", NULL, FZ_ERROR_NOT_FOUND);
  g_assert_cmpstr (known, ==, unknown);
  g_assert_nonnull (strstr (known, "设备密钥"));
  g_assert_nonnull (strstr (known, "恢复份额"));
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "D1001", TRUE).wrong_passwords, ==, 0);
  world_close (w);
  g_assert_cmpint (g_rename (away, path), ==, 0);
  world_reopen (w);
  world_sign_in (w, "D1001");
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
}

/* Five wrong passwords lock, the right one too; neither closing the program, nor a clock set forward, nor one of the two books put back
 * shortens it. */
static void
lock_out_survives (World *w)
{
  g_autofree char *data_book = g_build_filename (w->data, "attempts", NULL), *words = NULL;

  for (guint i = 0; i < 5; i++)
    g_free (refused (w, "D1001", "Wrong-Password-1", NULL, FZ_ERROR_SIGNATURE));
  words = refused (w, "D1001", NULL, NULL, FZ_ERROR_LOCKED);
  g_assert_nonnull (strstr (words, "30 分钟"));
  world_close (w);
  world_pass (w, 24 * 3600);
  world_reopen (w);
  g_free (refused (w, "D1001", NULL, NULL, FZ_ERROR_LOCKED));
  world_close (w);
  world_pass (w, -72 * 3600); /* nor one set back */
  world_reopen (w);
  g_free (refused (w, "D1001", NULL, NULL, FZ_ERROR_LOCKED));
  world_pass (w, 48 * 3600);
  world_close (w);
  g_remove (data_book); /* put back to nothing: the other book still knows */
  world_reopen (w);
  g_free (refused (w, "D1001", NULL, NULL, FZ_ERROR_LOCKED));
  g_assert_true (fz_desk_pass_time (w->desk, 29 * 60, NULL));
  g_free (refused (w, "D1001", NULL, NULL, FZ_ERROR_LOCKED));
  g_assert_true (fz_desk_pass_time (w->desk, 61, NULL));
  world_sign_in (w, "D1001");
}

static void
wrong_pins_destroy_the_key (World *w)
{
  g_autoptr (FzSecret) wrong = secret ("000001"), right = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  from = world_audit_size (w);
  for (guint left = 4; left > 0; left--) {
    g_autofree char *words = g_strdup_printf ("还可以再试 %u 次", left);

    expect_error (!fz_desk_take_visit (w->session, "V1", wrong, &error), &error, FZ_ERROR_SIGNATURE, words);
  }
  world_close (w); /* counted on disk */
  world_reopen (w);
  world_sign_in (w, "D1001");
  expect_error (!fz_desk_take_visit (w->session, "V1", wrong, &error), &error, FZ_ERROR_SIGNATURE, "已销毁");
  expect_error (!fz_desk_take_visit (w->session, "V1", right, &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "pin.wrong", "denied"), ==, 5);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.presence/v1'"), ==, 0);
}

/* A right PIN between wrong ones starts the count anew. */
static void
right_pin_sets_back (World *w)
{
  g_autoptr (FzSecret) wrong = secret ("000001");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < 3; i++)
      expect_error (!fz_desk_take_visit (w->session, "V1", wrong, &error), &error, FZ_ERROR_SIGNATURE, NULL);
    world_take (w, "V1");
  }
}

/* The program is killed after the fifth try was counted and before the key was destroyed: nobody gets a sixth. */
static void
killed_before_the_key_was_destroyed (World *w)
{
  g_autoptr (FzSecret) right = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;
  FzAttempts spent = { 0, 5, 0 };

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  g_assert_true (fz_attempts_book_set (w->desk->attempts, "D1001", TRUE, spent, NULL));
  expect_error (!fz_desk_take_visit (w->session, "V1", right, &error), &error, FZ_ERROR_SIGNATURE, "已销毁");
  expect_error (!fz_desk_take_visit (w->session, "V1", right, &error), &error, FZ_ERROR_NOT_FOUND, NULL);
}

/* A new key begins with five tries, whatever was counted against the old one, also after the old one was gone. */
static void
a_new_key_begins_anew (World *w)
{
  g_autoptr (FzSecret) wrong = secret ("000001"), password = secret ("Chongxin-2026-x"), pin = secret ("314159"), factor = NULL;
  g_autoptr (FzEnrolCode) code = NULL;
  g_autoptr (FzSecret) typed = NULL;
  g_autoptr (GError) error = NULL;
  FzSession *next;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  for (guint i = 0; i < 3; i++)
    expect_error (!fz_desk_take_visit (w->session, "V1", wrong, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  code = fz_enrol_issue (w->desk, NULL, "D1001", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 6; i++) /* the window is still open, its key is gone */
    expect_error (!fz_desk_take_visit (w->session, "V1", wrong, &error), &error, FZ_ERROR_REFUSED, "重新登录");
  typed = secret (code->code);
  fz_enrol_with_code (w->desk, "D1001", typed, password, pin, &factor, NULL, &error);
  g_assert_no_error (error);
  fz_session_sign_out (w->session);
  next = fz_desk_sign_in (w->desk, "D1001", password, factor, &error);
  g_assert_no_error (error);
  fz_session_unref (w->session);
  w->session = next;
  expect_error (!fz_desk_take_visit (w->session, "V1", wrong, &error), &error, FZ_ERROR_SIGNATURE, "还可以再试 4 次");
  g_assert_true (fz_desk_take_visit (w->session, "V1", pin, &error));
  g_assert_no_error (error);
}

static void
locked_screen_does_nothing (World *w)
{
  g_autoptr (FzSecret) wrong = secret ("Wrong-Password-1"), right = secret ("Ruoxi-Demo-2026");
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  fz_session_lock (w->session);
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_LOCKED, NULL);
  expect_error (fz_desk_list (w->session, FZ_LIST_MINE, NULL, &error) == NULL, &error, FZ_ERROR_LOCKED, NULL);
  from = world_audit_size (w);
  expect_error (!fz_session_unlock (w->session, wrong, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "session.unlock", "denied"), ==, 1);
  g_assert_true (fz_session_is_locked (w->session));
  g_assert_true (fz_session_unlock (w->session, right, &error));
  g_assert_no_error (error);
  /* Who was away proves to be there again. */
  expect_error (fz_desk_prepare_finish (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
}

/* The next person ends the former's session at once. */
static void
one_person_at_the_desk (World *w)
{
  g_autoptr (GError) error = NULL;
  FzSession *first;

  world_sign_in (w, "D1001");
  first = fz_session_ref (w->session);
  world_sign_in (w, "D1002");
  expect_error (fz_desk_list (first, FZ_LIST_WAITING, NULL, &error) == NULL, &error, FZ_ERROR_LOCKED, "重新登录");
  fz_session_unref (first);
}

/* The same account again while it is in, on a screen open or locked: refused, both are told, and the one who is in goes on. Signed out, or gone without a
 * word, it comes in. */
static void
one_session_an_account (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = NULL, status = NULL;
  g_autoptr (FzSecret) password = fz_demo_password ("D1001");
  g_autoptr (GPtrArray) rows = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  before = fz_desk_status (w->session);
  g_assert_null (fz_fields_get (before, "session.second_at"));
  from = world_audit_size (w);
  expect_error (fz_demo_sign_in (w->desk, "D1001", &error) == NULL, &error, FZ_ERROR_REFUSED, "已经登录");
  g_assert_cmpuint (world_audit_count (w, from, "session.sign_in", "denied"), ==, 1);
  status = fz_desk_status (w->session);
  g_assert_nonnull (fz_fields_get (status, "session.second_at"));
  rows = fz_desk_list (w->session, FZ_LIST_WAITING, NULL, &error);
  g_assert_no_error (error);
  fz_session_lock (w->session);
  expect_error (fz_demo_sign_in (w->desk, "D1001", &error) == NULL, &error, FZ_ERROR_REFUSED, "解锁");
  g_assert_true (fz_session_unlock (w->session, password, &error));
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "D1001", TRUE).wrong_passwords, ==, 0);
  /* Wrong secrets learn nothing of it. */
  expect_error (world_try_sign_in (w, "D1001", "Wrong-Password-1", NULL, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  fz_session_sign_out (w->session);
  world_sign_in (w, "D1001");
  world_close (w); /* the process is gone; nothing of the session was kept */
  world_reopen (w);
  world_sign_in (w, "D1001");
}

static void
idle_time_is_set (World *w)
{
  static const gint64 odd[] = { 0, 16, -1, G_MAXINT64 };
  g_autoptr (FzSecret) pin = fz_demo_pin ("S4001"), wrong = secret ("000001");
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "S4001");
  g_assert_cmpint (fz_session_idle_minutes (w->session), ==, 5);
  from = world_audit_size (w);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    expect_error (!fz_desk_set_idle_minutes (w->session, odd[i], pin, &error), &error, FZ_ERROR_INVALID, "1至15");
  g_assert_cmpint (fz_desk_get_idle_minutes (w->session, &error), ==, 5);
  expect_error (!fz_desk_set_idle_minutes (w->session, 2, wrong, &error), &error, FZ_ERROR_SIGNATURE, "还可以再试 4 次");
  g_assert_cmpint (fz_desk_get_idle_minutes (w->session, &error), ==, 5);
  g_assert_true (fz_desk_set_idle_minutes (w->session, 2, pin, &error));
  g_assert_cmpuint (world_audit_count (w, from, "idle.set", "done"), ==, 1);
  g_assert_cmpint (fz_desk_get_idle_minutes (w->session, &error), ==, 2);
  g_assert_cmpint (fz_session_idle_minutes (w->session), ==, 5); /* from the next sign-in on */
  world_sign_in (w, "D1001");
  g_assert_cmpint (fz_session_idle_minutes (w->session), ==, 2);
  expect_error (!fz_desk_set_idle_minutes (w->session, 15, pin, &error), &error, FZ_ERROR_REFUSED, "权限");
}

/* A bit of the person's part of the key file: damage and not a wrong password, no try is counted, and others come in. */
static void
damage_is_no_wrong_password (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "keys.fz", NULL), *text = NULL, *said = NULL;
  g_autoptr (GError) error = NULL;
  const char *number;
  gsize n = 0, at;

  world_close (w);
  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  said = g_strdup_printf (" D1001\n");
  number = strstr (text, said);
  g_assert_nonnull (number);
  for (at = (gsize) (number - text); at > 0 && !g_str_has_prefix (text + at, ".sealed "); at--)
    ; /* keys are sorted: this slot's seal stands before its number */
  at += strlen (".sealed ") + 20;
  text[at] = text[at] == 'A' ? 'B' : 'A';
  g_assert_true (g_file_set_contents (path, text, (gssize) n, NULL));
  world_reopen (w);
  for (guint i = 0; i < 7; i++)
    expect_error (world_try_sign_in (w, "D1001", NULL, NULL, &error) == NULL, &error, FZ_ERROR_CORRUPT, "已损坏");
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "D1001", TRUE).wrong_passwords, ==, 0);
  world_sign_in (w, "D1002");
  world_sign_in (w, "S4001");
  fz_enrol_code_free (fz_desk_reset_staff (w->session, "D1002", &error)); /* writes the file, and what is damaged stays so */
  g_assert_no_error (error);
  world_close (w);
  world_reopen (w);
  expect_error (world_try_sign_in (w, "D1001", NULL, NULL, &error) == NULL, &error, FZ_ERROR_CORRUPT, "已损坏");
  world_sign_in (w, "S4001");
  fz_enrol_code_free (fz_desk_reset_staff (w->session, "D1001", &error));
  g_assert_no_error (error);
  g_assert_true (fz_keyfile_check_person (w->desk->keys, "D1001", &error));
}

/* The present one is asked and counted; a simple one and one of the last are refused; afterwards only the new one opens, and the PIN signs as before. */
static void
password_anew (World *w)
{
  g_autoptr (FzSecret) wrong = secret ("Wrong-Password-1"), old = secret ("Ruoxi-Demo-2026"), simple = secret ("sunshine"), first = secret ("Diyi-Kouling-1");
  g_autoptr (FzSecret) second = secret ("Dier-Kouling-2"), pin = fz_demo_pin ("D1001"), wrong_pin = secret ("000001");
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  FzSession *next;
  guint64 from;

  world_sign_in (w, "D1001");
  from = world_audit_size (w);
  expect_error (!fz_desk_change_password (w->session, wrong, first, pin, &error), &error, FZ_ERROR_SIGNATURE, "现在的口令");
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "D1001", TRUE).wrong_passwords, ==, 1);
  expect_error (!fz_desk_change_password (w->session, old, simple, pin, &error), &error, FZ_ERROR_INVALID, "10个字符");
  expect_error (!fz_desk_change_password (w->session, old, old, pin, &error), &error, FZ_ERROR_INVALID, "最近用过");
  expect_error (!fz_desk_change_password (w->session, old, first, wrong_pin, &error), &error, FZ_ERROR_SIGNATURE, "还可以再试 4 次");
  g_assert_cmpuint (world_audit_count (w, from, "password.change", "done"), ==, 0);
  g_assert_true (fz_desk_change_password (w->session, old, first, pin, &error));
  g_assert_no_error (error);
  g_assert_true (fz_desk_change_password (w->session, first, second, pin, &error));
  g_assert_no_error (error);
  expect_error (!fz_desk_change_password (w->session, second, old, pin, &error), &error, FZ_ERROR_INVALID, "最近用过");
  g_assert_cmpuint (world_audit_count (w, from, "password.change", "done"), ==, 2);
  g_assert_cmpuint (world_audit_count (w, from, "password.change", "denied"), ==, 1);
  world_arrive (w, 0, "V1");
  world_take (w, "V1"); /* the session goes on under the new key */
  words = refused (w, "D1001", NULL, NULL, FZ_ERROR_SIGNATURE);
  fz_session_sign_out (w->session);
  next = world_try_sign_in (w, "D1001", "Dier-Kouling-2", NULL, &error);
  fz_session_unref (w->session);
  w->session = next;
  g_assert_no_error (error);
}

static void
pin_anew (World *w)
{
  g_autoptr (FzSecret) old = fz_demo_pin ("D1001"), wrong = secret ("000001"), run = secret ("123456"), fresh = secret ("805317");
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  from = world_audit_size (w);
  expect_error (!fz_desk_change_pin (w->session, old, run, &error), &error, FZ_ERROR_INVALID, "过于简单");
  expect_error (!fz_desk_change_pin (w->session, old, old, &error), &error, FZ_ERROR_INVALID, "相同");
  expect_error (!fz_desk_change_pin (w->session, wrong, fresh, &error), &error, FZ_ERROR_SIGNATURE, "还可以再试 4 次");
  g_assert_true (fz_desk_change_pin (w->session, old, fresh, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "pin.change", "done"), ==, 1);
  expect_error (!fz_desk_take_visit (w->session, "V1", old, &error), &error, FZ_ERROR_SIGNATURE, "还可以再试 4 次");
  g_assert_true (fz_desk_take_visit (w->session, "V1", fresh, &error));
  g_assert_no_error (error);
}

/* Nothing is to be had with a password that is over, but a new one; the days then begin anew. */
static void
password_is_over (World *w)
{
  g_autoptr (FzSecret) old = secret ("Ruoxi-Demo-2026"), fresh = secret ("Diyi-Kouling-1"), pin = fz_demo_pin ("D1001"), fresh_pin = secret ("805317");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  world_sign_in (w, "D1001");
  g_assert_cmpint (fz_session_password_days (w->session), ==, G_MAXINT); /* published passwords of a demo never end */
  w->session->password_until_us = fz_session_now_us (w->session) + FZ_US_PER_SECOND;
  g_assert_cmpint (fz_session_password_days (w->session), ==, 1);
  g_assert_true (fz_session_password_is_near_its_end (w->session));
  world_pass (w, 1);
  g_assert_cmpint (fz_session_password_days (w->session), ==, 0);
  expect_error (fz_desk_list (w->session, FZ_LIST_WAITING, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "已到期");
  expect_error (!fz_desk_change_pin (w->session, pin, fresh_pin, &error), &error, FZ_ERROR_REFUSED, "已到期");
  g_assert_true (fz_desk_change_password (w->session, old, fresh, pin, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fz_session_password_days (w->session), ==, 90);
  g_assert_false (fz_session_password_is_near_its_end (w->session));
  rows = fz_desk_list (w->session, FZ_LIST_WAITING, NULL, &error);
  g_assert_no_error (error);
}

/* Whoever takes an account away sits at this desk meanwhile, so what the person still held is over, and signing in again does not bring it back. */
static void
withdrawn_at_once (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSession) held = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  sheet = fz_desk_prepare_termination (w->session, "V1", "T01", "请到医院就诊", &error);
  g_assert_no_error (error);
  held = fz_session_ref (w->session);
  world_sign_in (w, "S4001");
  g_assert_true (fz_desk_end_staff (w->session, "D1001", &error));
  g_assert_no_error (error);
  from = world_audit_size (w);
  expect_error (fz_desk_list (held, FZ_LIST_MINE, NULL, &error) == NULL, &error, FZ_ERROR_LOCKED, "重新登录");
  expect_error (fz_desk_read_visit (held, "V1", &error) == NULL, &error, FZ_ERROR_LOCKED, "重新登录");
  expect_error (!fz_desk_sign_sheet (held, sheet, pin, NULL, &error), &error, FZ_ERROR_LOCKED, "重新登录");
  expect_error (fz_desk_reveal (held, "V1", "patient.mobile", "U1", "电话随访", &error) == NULL, &error, FZ_ERROR_LOCKED, "重新登录");
  g_assert_cmpuint (world_audit_size (w), ==, from);
  g_assert_null (world_try_sign_in (w, "D1001", NULL, NULL, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/signin/one-text", one_text_for_every_wrong);
  world_add_test ("/desk/signin/another-key-file", another_persons_key_file);
  world_add_test ("/desk/signin/lock-out", lock_out_survives);
  world_add_test ("/desk/signin/wrong-pins", wrong_pins_destroy_the_key);
  world_add_test ("/desk/signin/right-pin", right_pin_sets_back);
  world_add_test ("/desk/signin/killed-at-the-fifth", killed_before_the_key_was_destroyed);
  world_add_test ("/desk/signin/a-new-key", a_new_key_begins_anew);
  world_add_test ("/desk/signin/locked", locked_screen_does_nothing);
  world_add_test ("/desk/signin/one-person", one_person_at_the_desk);
  world_add_test ("/desk/signin/one-session", one_session_an_account);
  world_add_test ("/desk/signin/idle-time", idle_time_is_set);
  world_add_test ("/desk/signin/damage", damage_is_no_wrong_password);
  world_add_test ("/desk/signin/withdrawn-at-once", withdrawn_at_once);
  world_add_test ("/desk/signin/device-secret-gone", device_secret_gone);
  world_add_test ("/desk/signin/password-anew", password_anew);
  world_add_test ("/desk/signin/pin-anew", pin_anew);
  world_add_test ("/desk/signin/password-over", password_is_over);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
