/* Counting wrong tries, and the book that keeps the count. */
#include "db/attempts.h"
#include "db/keyfile_private.h"
#include "tests/store/keys.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- counting --- */

static void
test_counts (void)
{
  FzAttempts a = { 0, 0, 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 4; i++)
    a = fz_attempts_wrong_password (a);
  g_assert_true (fz_attempts_check_password (&a, NULL));
  a = fz_attempts_wrong_password (a);
  g_assert_cmpuint (a.lock_left_s, ==, 1800);
  g_assert_false (fz_attempts_check_password (&a, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, "30"));
  a.lock_left_s = 0;
  g_assert_true (fz_attempts_check_password (&a, NULL));
  for (guint i = 6; i <= 10; i++)
    a = fz_attempts_wrong_password (a);
  g_assert_false (fz_attempts_check_password (&a, NULL));
  a = fz_attempts_right_password (a);
  g_assert_true (fz_attempts_check_password (&a, NULL));
  for (guint i = 1; i <= 5; i++) {
    g_assert_false (fz_attempts_pin_spent (&a));
    g_assert_cmpuint (fz_attempts_pins_left (&a), ==, 6 - i);
    a = fz_attempts_wrong_pin (a);
  }
  g_assert_true (fz_attempts_pin_spent (&a));
  g_assert_cmpuint (fz_attempts_delay_s (0), ==, 0);
  g_assert_cmpuint (fz_attempts_delay_s (1), ==, 1);
  g_assert_cmpuint (fz_attempts_delay_s (4), ==, 8);
  g_assert_cmpuint (fz_attempts_delay_s (9), ==, 8);
}

static FzAttemptsBook *
open_book (Keys *k)
{
  g_autoptr (GError) error = NULL;
  FzAttemptsBook *book = fz_attempts_book_open (k->f.dir, k->f.state_dir, fz_keyfile_get_identity (k->keys), &error);

  g_assert_no_error (error);
  return book;
}

static void
count_wrong (Keys *k, const char *staff, gboolean known)
{
  g_autoptr (FzAttemptsBook) book = open_book (k);
  FzAttempts now = fz_attempts_wrong_password (fz_attempts_book_get (book, staff, known));

  g_assert_true (fz_attempts_book_set (book, staff, known, now, NULL));
}

static guint
wrong_count (Keys *k, const char *staff, gboolean known)
{
  g_autoptr (FzAttemptsBook) book = open_book (k);

  return fz_attempts_book_get (book, staff, known).wrong_passwords;
}

static void
test_book_survives (Keys *k, gconstpointer unused)
{
  g_autofree char *inside = file_in (k->f.dir, "attempts");
  g_autofree char *old = NULL;

  count_wrong (k, "D001", TRUE);
  g_assert_true (g_file_get_contents (inside, &old, NULL, NULL));
  for (guint i = 0; i < 4; i++)
    count_wrong (k, "D001", TRUE); /* each in a program of its own */
  g_assert_cmpuint (wrong_count (k, "D001", TRUE), ==, 5);
  /* an older copy put back, then none at all: the other file counts */
  g_assert_true (g_file_set_contents (inside, old, -1, NULL));
  g_assert_cmpuint (wrong_count (k, "D001", TRUE), ==, 5);
  g_assert_cmpint (g_unlink (inside), ==, 0);
  g_assert_cmpuint (wrong_count (k, "D001", TRUE), ==, 5);
  g_assert_true (g_file_set_contents (inside, "nonsense", -1, NULL));
  g_assert_cmpuint (wrong_count (k, "D001", TRUE), ==, 5);
  g_assert_cmpuint (wrong_count (k, "P002", TRUE), ==, 0);
}

static void
test_book_time (Keys *k, gconstpointer unused)
{
  for (guint i = 0; i < 5; i++)
    count_wrong (k, "D001", TRUE);
  for (guint minute = 0; minute < 29; minute++) {
    g_autoptr (FzAttemptsBook) book = open_book (k);
    FzAttempts now;

    g_assert_true (fz_attempts_book_tick (book, 60, NULL));
    now = fz_attempts_book_get (book, "D001", TRUE);
    g_assert_false (fz_attempts_check_password (&now, NULL));
  }
  {
    g_autoptr (FzAttemptsBook) book = open_book (k);
    FzAttempts now;

    g_assert_true (fz_attempts_book_tick (book, 60, NULL));
    now = fz_attempts_book_get (book, "D001", TRUE);
    g_assert_true (fz_attempts_check_password (&now, NULL));
  }
  g_assert_cmpuint (wrong_count (k, "D001", TRUE), ==, 5);
}

/* --- many at once --- */

/* A process of its own, with its own book opened before anybody tried: it tries as often as it is let, and says how often that was. */
static guint
try_until_locked (FzAttemptsBook *book)
{
  FzAttempts before;
  guint n = 0;

  while (n < 50 && fz_attempts_book_begin (book, "D001", TRUE, &before, NULL))
    n++;
  return n;
}

static void
test_book_parallel (Keys *k, gconstpointer unused)
{
  g_autoptr (FzAttemptsBook) mine = open_book (k);
  guint all = 0;
  int go[2], told[2];

  g_assert_cmpint (pipe (go), ==, 0);
  g_assert_cmpint (pipe (told), ==, 0);
  for (guint i = 0; i < 12; i++)
    if (fork () == 0) {
      FzAttemptsBook *book = open_book (k);
      guint8 n, start;

      close (go[1]);
      if (read (go[0], &start, 1) < 0) /* its end: everybody at once */
        _exit (1);
      n = (guint8) try_until_locked (book);
      _exit (write (told[1], &n, 1) == 1 ? 0 : 1);
    }
  close (go[0]);
  close (go[1]);
  for (guint i = 0; i < 12; i++) {
    guint8 n = 0;

    g_assert_cmpint (read (told[0], &n, 1), ==, 1);
    all += n;
  }
  while (wait (NULL) > 0)
    ;
  close (told[0]);
  close (told[1]);
  g_assert_cmpuint (all, ==, 5);
  /* Who had the book open all the while counts with them, and does not write over what they wrote. */
  g_assert_cmpuint (fz_attempts_book_get (mine, "D001", TRUE).lock_left_s, ==, FZ_ATTEMPTS_LOCK_S);
  g_assert_true (fz_attempts_book_set (mine, "P002", TRUE, (FzAttempts){ 1, 0, 0 }, NULL));
  g_assert_true (fz_attempts_book_tick (mine, 60, NULL));
  g_assert_cmpuint (wrong_count (k, "D001", TRUE), ==, 5);
  g_assert_cmpuint (try_until_locked (mine), ==, 0);
}

static void
test_book_unknown (Keys *k, gconstpointer unused)
{
  g_autoptr (FzAttemptsBook) book = open_book (k);

  for (guint i = 0; i < 160; i++) {
    g_autofree char *staff = g_strdup_printf ("guess%u", i);

    g_assert_true (fz_attempts_book_set (book, staff, FALSE,
                                         fz_attempts_wrong_password (fz_attempts_book_get (book, staff, FALSE)), NULL));
  }
  g_assert_cmpuint (wrong_count (k, "guess7", FALSE), >, 3);
  g_assert_cmpuint (wrong_count (k, "guess7", TRUE), ==, 0);
}

/* A full desk, everyone with a wrong try, and guesses on top: none of the counts is lost. */
static void
test_book_full (Keys *k, gconstpointer unused)
{
  g_autoptr (FzAttemptsBook) book = open_book (k);
  FzAttempts once = { 1, 1, 0 };

  for (guint i = 0; i < 100; i++) {
    g_autofree char *guess = g_strdup_printf ("guess%u", i);
    g_autofree char *staff = g_strdup_printf ("Z%03u", i);

    g_assert_true (fz_attempts_book_set (book, guess, FALSE, once, NULL));
    g_assert_true (fz_attempts_book_set (book, staff, TRUE, once, NULL));
  }
  for (guint i = 0; i < 100; i++) {
    g_autofree char *staff = g_strdup_printf ("Z%03u", i);

    g_assert_cmpuint (wrong_count (k, staff, TRUE), ==, 1);
  }
  g_assert_cmpuint (wrong_count (k, "guess7", FALSE), ==, 1);
}

/* Text that was written by something else is taken as far as it says something. */
static void
test_book_odd (Keys *k, gconstpointer unused)
{
  static const char odd[] = "fuzhen.attempts/v1\nrow.00.staff D001\nrow.00.wrong_passwords -3\nrow.00.wrong_pins 99999999999\n"
                            "row.01.wrong_pins 4\nrow.02.staff P002\nrow.02.wrong_passwords x\nrow.02.wrong_pins 2\n";
  g_autofree char *inside = file_in (k->f.dir, "attempts");
  g_autoptr (FzAttemptsBook) book = NULL;
  g_autoptr (GError) error = NULL;
  FzAttempts d001;

  g_assert_true (g_file_set_contents (inside, odd, -1, NULL));
  book = open_book (k);
  d001 = fz_attempts_book_get (book, "D001", TRUE);
  g_assert_cmpuint (d001.wrong_passwords, ==, 0);
  g_assert_true (fz_attempts_pin_spent (&d001));
  g_assert_cmpuint (fz_attempts_pins_left (&d001), ==, 0);
  g_assert_cmpuint (fz_attempts_book_get (book, "P002", TRUE).wrong_pins, ==, 2);
  g_assert_true (fz_attempts_book_tick (book, 60, &error)); /* nobody waits: nothing to save */
  g_assert_true (g_file_set_contents (inside, "fuzhen.other/v1\n", -1, NULL));
  g_assert_null (fz_attempts_book_open (k->f.dir, k->f.state_dir, fz_keyfile_get_identity (k->keys), &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (inside), ==, 0);
  g_assert_cmpint (g_mkdir (inside, 0700), ==, 0); /* a folder in the way */
  g_assert_null (fz_attempts_book_open (k->f.dir, k->f.state_dir, fz_keyfile_get_identity (k->keys), &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (fz_attempts_book_set (book, "D001", TRUE, d001, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (mkfifo (inside, 0600), ==, 0); /* nobody waits at a pipe */
  g_assert_null (fz_attempts_book_open (k->f.dir, k->f.state_dir, fz_keyfile_get_identity (k->keys), NULL));
}

static void
test_book_damaged (Keys *k, gconstpointer unused)
{
  g_autofree char *inside = file_in (k->f.dir, "attempts");
  g_autofree char *hex = fz_keyfile_hex (fz_keyfile_get_identity (k->keys), FZ_STORE_IDENTITY_BYTES);
  g_autofree char *name = g_strconcat ("attempts-", hex, NULL);
  g_autofree char *outside = file_in (k->f.state_dir, name);
  g_autoptr (GError) error = NULL;

  count_wrong (k, "D001", TRUE);
  g_assert_true (g_file_set_contents (inside, "nonsense", -1, NULL));
  g_assert_true (g_file_set_contents (outside, "nonsense", -1, NULL));
  g_assert_null (fz_attempts_book_open (k->f.dir, k->f.state_dir, fz_keyfile_get_identity (k->keys), &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attempts/counts", test_counts);
  KEYS_ADD ("/attempts/survives", test_book_survives);
  KEYS_ADD ("/attempts/time", test_book_time);
  KEYS_ADD ("/attempts/parallel", test_book_parallel);
  KEYS_ADD ("/attempts/unknown", test_book_unknown);
  KEYS_ADD ("/attempts/full", test_book_full);
  KEYS_ADD ("/attempts/odd", test_book_odd);
  KEYS_ADD ("/attempts/damaged", test_book_damaged);
  return g_test_run ();
}
