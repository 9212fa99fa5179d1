/* The key file and the book of wrong tries, each call failing once at every system call and every derivation inside it.
 *
 * After a failure there is an error with a sentence, the object in memory is what stands on the disk, and the person still gets in:
 * with the old secrets, or with the new ones where the file had already got its name. */
#include "db/attempts.h"
#include "db/keyfile.h"
#include "db/keyfile_private.h"
#include "db/shares.h"
#include "tests/store/doors.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  Fixture f;
  char *kept;
  FzKeyFile *keys;
  FzSecret *store_key;
  FzSecret *person_key;
  FzSecret *old_password;
  FzSecret *new_password;
  FzSecret *old_pin;
  FzSecret *new_pin;
} Desk;

typedef gboolean (*Act) (Desk *d, GError **error);

/* --- the calls --- */

static gboolean
act_add (Desk *d, GError **error)
{
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  return fz_keyfile_add_person (d->keys, "P002", d->old_password, d->old_pin, d->store_key, public_key, error);
}

static gboolean
act_remove (Desk *d, GError **error)
{
  return fz_keyfile_remove_person (d->keys, "D002", error);
}

static gboolean
act_password (Desk *d, GError **error)
{
  return fz_keyfile_change_password (d->keys, "D001", d->old_password, d->new_password, d->old_pin, error);
}

static gboolean
act_pin (Desk *d, GError **error)
{
  return fz_keyfile_change_pin (d->keys, "D001", d->person_key, d->old_pin, d->new_pin, error);
}

static gboolean
act_renew (Desk *d, GError **error)
{
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  return fz_keyfile_renew_signing_key (d->keys, "D001", d->person_key, d->new_pin, public_key, error);
}

static gboolean
act_destroy (Desk *d, GError **error)
{
  return fz_keyfile_destroy_signing_key (d->keys, "D001", error);
}

static gboolean
act_shares (Desk *d, GError **error)
{
  char **shares = fz_keyfile_make_shares (d->keys, d->store_key, 3, error);

  fz_shares_free (shares);
  return shares != NULL;
}

static gboolean
act_move (Desk *d, GError **error)
{
  g_autofree char *dir = file_in (d->f.root, "moved");
  g_autofree char *state_dir = file_in (d->f.root, "moved-state");
  g_autoptr (FzKeyFile) moved = NULL;

  remove_folder (dir);
  remove_folder (state_dir);
  moved = fz_keyfile_move_to_device (d->keys, dir, state_dir, error);
  return moved != NULL && !fz_keyfile_has_person (moved, "D001");
}

static gboolean
act_load (Desk *d, GError **error)
{
  g_autoptr (FzKeyFile) keys = fz_keyfile_load (d->f.dir, d->f.state_dir, error);

  return keys != NULL;
}

static gboolean
act_sign (Desk *d, GError **error)
{
  g_autoptr (FzSecret) person_key = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzSecret) seed = NULL;

  if (!fz_keyfile_unlock_person (d->keys, "D001", d->old_password, &person_key, &store_key, error))
    return FALSE;
  seed = fz_keyfile_open_signing_key (d->keys, "D001", person_key, d->old_pin, error);
  return seed != NULL;
}

static const struct {
  const char *name;
  Act act;
} calls[] = {
  { "add a person", act_add },    { "remove a person", act_remove },   { "change the password", act_password },
  { "change the PIN", act_pin },  { "renew the key", act_renew },      { "destroy the key", act_destroy },
  { "make shares", act_shares },  { "move to a device", act_move },    { "load", act_load },
  { "sign in and open", act_sign },
};

/* --- around them --- */

static void
load (Desk *d)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&d->keys, fz_keyfile_free);
  d->keys = fz_keyfile_load (d->f.dir, d->f.state_dir, &error);
  g_assert_no_error (error);
}

static void
start_over (Desk *d)
{
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (GError) error = NULL;

  remove_folder (d->f.dir);
  remove_folder (d->f.state_dir);
  copy_folder (d->kept, d->f.root);
  load (d);
  g_clear_pointer (&d->person_key, fz_secret_free);
  fz_keyfile_unlock_person (d->keys, "D001", d->old_password, &d->person_key, &store_key, &error);
  g_assert_no_error (error);
}

static FzSecret *
secret_of (const char *words)
{
  return fz_secret_new_from (words, strlen (words));
}

static void
set_up (Desk *d, gconstpointer unused)
{
  FzKeyFileOptions options;
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  fixture_set_up (&d->f, NULL);
  options = (FzKeyFileOptions) { .dir = d->f.dir, .state_dir = d->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  d->kept = g_strconcat (d->f.root, "-kept", NULL);
  d->old_password = secret_of ("correct horse");
  d->new_password = secret_of ("battery staple");
  d->old_pin = secret_of ("246813");
  d->new_pin = secret_of ("135792");
  d->keys = fz_keyfile_create (&options, &d->store_key, &error);
  g_assert_no_error (error);
  g_assert_true (fz_keyfile_add_person (d->keys, "D001", d->old_password, d->old_pin, d->store_key, public_key, &error));
  g_assert_true (fz_keyfile_add_person (d->keys, "D002", d->old_password, d->old_pin, d->store_key, public_key, &error));
  fz_shares_free (fz_keyfile_make_shares (d->keys, d->store_key, 2, &error));
  g_assert_no_error (error);
  copy_folder (d->f.root, d->kept);
}

static void
tear_down (Desk *d, gconstpointer unused)
{
  remove_folder (d->kept);
  g_free (d->kept);
  fz_keyfile_free (d->keys);
  fz_secret_free (d->store_key);
  fz_secret_free (d->person_key);
  fz_secret_free (d->old_password);
  fz_secret_free (d->new_password);
  fz_secret_free (d->old_pin);
  fz_secret_free (d->new_pin);
  fixture_tear_down (&d->f, NULL);
}

static gboolean
gets_in (Desk *d, const FzSecret *password, const FzSecret *pin)
{
  g_autoptr (FzSecret) person_key = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzSecret) seed = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  guint8 known[FZ_ED25519_PUBLIC_BYTES];

  if (!fz_keyfile_unlock_person (d->keys, "D001", password, &person_key, &store_key, NULL))
    return FALSE;
  g_assert_true (fz_secret_equal (store_key, d->store_key));
  seed = fz_keyfile_open_signing_key (d->keys, "D001", person_key, pin, NULL);
  if (seed == NULL)
    return FALSE;
  fz_seed_public_key (seed, public_key);
  g_assert_true (fz_keyfile_get_public_key (d->keys, "D001", known));
  g_assert_cmpmem (public_key, sizeof public_key, known, sizeof known);
  return TRUE;
}

static void
check_same_as_disk (Desk *d)
{
  g_autofree char *path = file_in (d->f.dir, "keys.fz");
  g_autoptr (GBytes) held = fz_keyfile_print (d->keys, NULL);
  g_autofree char *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_cmpmem (bytes, n, g_bytes_get_data (held, NULL), g_bytes_get_size (held));
}

static void
check_person (Desk *d)
{
  guint8 unused[FZ_ED25519_PUBLIC_BYTES];

  if (fz_keyfile_get_public_key (d->keys, "D001", unused))
    g_assert_cmpint (gets_in (d, d->old_password, d->old_pin) + gets_in (d, d->new_password, d->old_pin) +
                       gets_in (d, d->old_password, d->new_pin), ==, 1);
}

/* Returns the calls that came by. */
static gint
call_once (Desk *d, gsize which, gint at)
{
  g_autoptr (GError) error = NULL;
  gboolean good;
  gint seen;

  start_over (d);
  doors_arm (DOOR_OURS, at, FALSE);
  good = calls[which].act (d, &error);
  seen = doors_disarm ();
  if (good != (error == NULL) || (!good && (error->domain != FZ_ERROR || strlen (error->message) == 0)))
    g_error ("%s, call %d: no sentence", calls[which].name, at);
  if (!good && seen <= at)
    g_error ("%s failed by itself: %s", calls[which].name, error->message);
  check_same_as_disk (d);
  check_person (d);
  load (d);
  check_person (d);
  return seen;
}

static void
test_keyfile (Desk *d, gconstpointer unused)
{
  guint runs = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    for (gint at = 0; call_once (d, i, at) > at; at++)
      runs++;
  g_test_message ("%u failures", runs);
  g_assert_cmpuint (runs, >, 40);
}

/* --- the book --- */

static FzAttemptsBook *
open_book (Desk *d)
{
  g_autoptr (GError) error = NULL;
  FzAttemptsBook *book = fz_attempts_book_open (d->f.dir, d->f.state_dir, fz_keyfile_get_identity (d->keys), &error);

  g_assert_no_error (error);
  return book;
}

/* A wrong try that was answered is counted; one that could not be counted was not answered. */
static gint
try_once (Desk *d, gint at, gboolean sticky)
{
  g_autoptr (FzAttemptsBook) book = NULL;
  g_autoptr (FzAttemptsBook) after = NULL;
  g_autoptr (GError) error = NULL;
  guint counted = 0;
  gint seen;

  start_over (d);
  book = open_book (d);
  doors_arm (DOOR_OURS, at, sticky);
  for (guint i = 0; i < 3; i++) {
    FzAttempts now = fz_attempts_wrong_pin (fz_attempts_wrong_password (fz_attempts_book_get (book, "D001", TRUE)));

    g_clear_error (&error);
    if (fz_attempts_book_set (book, "D001", TRUE, now, &error))
      counted = now.wrong_pins;
    else
      g_assert_true (error != NULL && error->domain == FZ_ERROR);
  }
  seen = doors_disarm ();
  after = open_book (d);
  g_assert_cmpuint (fz_attempts_book_get (after, "D001", TRUE).wrong_pins, >=, counted);
  g_assert_cmpuint (fz_attempts_book_get (after, "D001", TRUE).wrong_pins, <=, 3);
  return seen;
}

static void
test_book (Desk *d, gconstpointer unused)
{
  for (gint at = 0; try_once (d, at, at % 2 == 1) > at; at++)
    ;
}

/* Opening the book: a file that cannot be read leaves the other; both unreadable is no empty book. */
static void
test_book_open (Desk *d, gconstpointer unused)
{
  g_autoptr (FzAttemptsBook) book = open_book (d);
  gint seen = 0;

  g_assert_true (fz_attempts_book_set (book, "D001", TRUE, (FzAttempts) { 3, 2, 0 }, NULL));
  for (gint at = 0; at == 0 || seen > at; at++)
    for (gint sticky = 0; sticky < 2; sticky++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzAttemptsBook) again = NULL;

      doors_arm (DOOR_OURS, at, sticky);
      again = fz_attempts_book_open (d->f.dir, d->f.state_dir, fz_keyfile_get_identity (d->keys), &error);
      seen = doors_disarm ();
      if (again != NULL)
        g_assert_cmpuint (fz_attempts_book_get (again, "D001", TRUE).wrong_passwords, ==, 3);
      else
        g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    }
}

#define ADD(name, test) g_test_add ("/secrets/" name, Desk, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  doors_install ();
  ADD ("key-file", test_keyfile);
  ADD ("book", test_book);
  ADD ("book-open", test_book_open);
  return g_test_run ();
}
