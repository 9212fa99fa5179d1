/* Key file, shares and the counting of wrong tries. */
#include "db/attempts.h"
#include "db/keyfile.h"
#include "db/keyfile_private.h"
#include "db/shares.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static FzSecret *
text (const char *words)
{
  return fz_secret_new_from (words, strlen (words));
}

typedef struct {
  Fixture f;
  FzKeyFile *keys;
  FzSecret *store_key;
  FzSecret *password;
  FzSecret *pin;
  FzSecret *wrong;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
} Keys;

static void
set_up (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  FzKeyFileOptions options = { 0 };

  fixture_set_up (&k->f, NULL);
  options = (FzKeyFileOptions) { .dir = k->f.dir, .state_dir = k->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  k->keys = fz_keyfile_create (&options, &k->store_key, &error);
  g_assert_no_error (error);
  k->password = text ("correct horse");
  k->pin = text ("246813");
  k->wrong = text ("000000");
  g_assert_true (fz_keyfile_add_person (k->keys, "D001", k->password, k->pin, k->store_key, k->public_key, &error));
  g_assert_no_error (error);
}

static void
reload (Keys *k)
{
  g_autoptr (GError) error = NULL;

  fz_keyfile_free (k->keys);
  k->keys = fz_keyfile_load (k->f.dir, k->f.state_dir, &error);
  g_assert_no_error (error);
}

static void
tear_down (Keys *k, gconstpointer unused)
{
  fz_keyfile_free (k->keys);
  fz_secret_free (k->store_key);
  fz_secret_free (k->password);
  fz_secret_free (k->pin);
  fz_secret_free (k->wrong);
  fixture_tear_down (&k->f, NULL);
}

/* Signs in and opens the signing key with these; what fails is told by the code, -1 for nothing. */
static int
try_in (Keys *k, const char *staff, const FzSecret *password, const FzSecret *pin)
{
  g_autoptr (FzSecret) person = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzSecret) seed = NULL;
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  guint8 known[FZ_ED25519_PUBLIC_BYTES];

  if (!fz_keyfile_unlock_person (k->keys, staff, password, &person, &store_key, &error))
    return 100 + error->code;
  g_assert_true (fz_secret_equal (store_key, k->store_key));
  seed = fz_keyfile_open_signing_key (k->keys, staff, person, pin, &error);
  if (seed == NULL)
    return error->code;
  fz_seed_public_key (seed, public_key);
  g_assert_true (fz_keyfile_get_public_key (k->keys, staff, known));
  g_assert_cmpmem (public_key, sizeof public_key, known, sizeof known);
  return -1;
}

static void
test_sign_in (Keys *k, gconstpointer unused)
{
  reload (k);
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, -1);
  g_assert_cmpint (try_in (k, "D001", k->wrong, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
  g_assert_cmpint (try_in (k, "D001", k->password, k->wrong), ==, FZ_ERROR_SIGNATURE);
  g_assert_cmpint (try_in (k, "D999", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
}

static char *
message_of (Keys *k, const char *staff)
{
  g_autoptr (FzSecret) person = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_keyfile_unlock_person (k->keys, staff, k->wrong, &person, &store_key, &error));
  return g_strdup (error->message);
}

static void
test_unknown_says_the_same (Keys *k, gconstpointer unused)
{
  g_autofree char *known = message_of (k, "D001");
  g_autofree char *unknown = message_of (k, "D999");

  g_assert_cmpstr (known, ==, unknown);
}

static void
test_change (Keys *k, gconstpointer unused)
{
  g_autoptr (FzSecret) new_password = text ("battery staple");
  g_autoptr (FzSecret) new_pin = text ("975310");
  g_autoptr (FzSecret) person = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (GError) error = NULL;
  guint8 renewed[FZ_ED25519_PUBLIC_BYTES];

  g_assert_false (fz_keyfile_change_password (k->keys, "D001", k->password, new_password, k->wrong, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, -1);
  g_assert_true (fz_keyfile_change_password (k->keys, "D001", k->password, new_password, k->pin, &error));
  reload (k);
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
  g_assert_cmpint (try_in (k, "D001", new_password, k->pin), ==, -1);
  g_assert_true (fz_keyfile_unlock_person (k->keys, "D001", new_password, &person, &store_key, &error));
  g_assert_true (fz_keyfile_change_pin (k->keys, "D001", person, k->pin, new_pin, &error));
  reload (k);
  g_assert_cmpint (try_in (k, "D001", new_password, k->pin), ==, FZ_ERROR_SIGNATURE);
  g_assert_cmpint (try_in (k, "D001", new_password, new_pin), ==, -1);
  g_assert_true (fz_keyfile_get_public_key (k->keys, "D001", renewed));
  g_assert_cmpmem (renewed, sizeof renewed, k->public_key, sizeof k->public_key);
  g_assert_true (fz_keyfile_destroy_signing_key (k->keys, "D001", &error));
  reload (k);
  g_assert_cmpint (try_in (k, "D001", new_password, new_pin), ==, FZ_ERROR_NOT_FOUND);
  g_assert_false (fz_keyfile_renew_signing_key (k->keys, "D001", k->store_key, new_pin, renewed, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_true (fz_keyfile_renew_signing_key (k->keys, "D001", person, new_pin, renewed, &error));
  g_assert_cmpint (memcmp (renewed, k->public_key, sizeof renewed), !=, 0);
  g_assert_cmpint (try_in (k, "D001", new_password, new_pin), ==, -1);
  g_assert_true (fz_keyfile_remove_person (k->keys, "D001", &error));
  reload (k);
  g_assert_cmpint (try_in (k, "D001", new_password, new_pin), ==, 100 + FZ_ERROR_SIGNATURE);
}

static void
test_other_device (Keys *k, gconstpointer unused)
{
  g_autofree char *hex = fz_keyfile_hex (fz_keyfile_get_identity (k->keys), FZ_STORE_IDENTITY_BYTES);
  g_autofree char *name = g_strconcat ("device-", hex, NULL);
  g_autofree char *path = file_in (k->f.state_dir, name);
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  flip_bit (path, 5);
  reload (k);
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
  g_assert_cmpint (g_unlink (path), ==, 0);
  reload (k);
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_NOT_FOUND);
}

/* One person's seals moved into another's slot open nothing. */
static void
test_swapped_slots (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  guint8 other[FZ_ED25519_PUBLIC_BYTES];
  FzKeySlot *mine;
  FzKeySlot *theirs;

  g_assert_true (fz_keyfile_add_person (k->keys, "P002", k->password, k->pin, k->store_key, other, &error));
  mine = fz_keyfile_find (k->keys, "D001");
  theirs = fz_keyfile_find (k->keys, "P002");
  g_assert_cmpint (try_in (k, "P002", k->password, k->pin), ==, -1);
  {
    FzKeySlot kept = *mine;

    *mine = *theirs;
    mine->staff = kept.staff;
    g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
    *mine = kept;
  }
  g_assert_false (fz_keyfile_add_person (k->keys, "P002", k->password, k->pin, k->store_key, other, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CONFLICT);
}

static void
test_hundred_people (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  for (guint i = 1; i < FZ_KEYFILE_MAX_PEOPLE; i++) {
    g_autofree char *staff = g_strdup_printf ("TJ-STAFF-%06u", i);

    g_assert_true (fz_keyfile_add_person (k->keys, staff, k->password, k->pin, k->store_key, public_key, &error));
    g_assert_no_error (error);
  }
  g_assert_false (fz_keyfile_add_person (k->keys, "one-more", k->password, k->pin, k->store_key, public_key, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  reload (k);
  g_assert_cmpint (try_in (k, "TJ-STAFF-000099", k->password, k->pin), ==, -1);
}

static void
test_costs (Keys *k, gconstpointer unused)
{
  g_autofree char *path = file_in (k->f.dir, "keys.fz");
  g_autofree char *dir = file_in (k->f.root, "other");
  g_autofree char *bytes = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (GError) error = NULL;
  FzKeyCosts release = fz_key_costs_release ();
  FzKeyFileOptions options = { .dir = dir, .state_dir = k->f.state_dir, .costs = fz_key_costs_demo () };
  gsize n = 0;
  char *demo;

  g_assert_cmpuint (release.password_memory_kib, ==, 256 * 1024);
  g_assert_cmpuint (release.password_passes, ==, 3);
  g_assert_cmpuint (release.pin_memory_kib, ==, 64 * 1024);
  g_assert_cmpuint (release.pin_passes, ==, 2);
  g_assert_null (fz_keyfile_create (&options, &store_key, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  /* a demo file whose mark was taken away */
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  demo = strstr (bytes, "demo yes\n");
  g_assert_nonnull (demo);
  memcpy (demo, "demo no \n", 9);
  memmove (demo + 7, demo + 8, strlen (demo + 8) + 1);
  g_assert_true (g_file_set_contents (path, bytes, -1, NULL));
  g_assert_null (fz_keyfile_load (k->f.dir, k->f.state_dir, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
test_release_cost (Keys *k, gconstpointer unused)
{
  g_autofree char *dir = file_in (k->f.root, "release");
  g_autoptr (FzKeyFile) keys = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzSecret) person = NULL;
  g_autoptr (FzSecret) opened = NULL;
  g_autoptr (GError) error = NULL;
  FzKeyFileOptions options = { .dir = dir, .state_dir = k->f.state_dir, .costs = fz_key_costs_release () };
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  gint64 start;

  keys = fz_keyfile_create (&options, &store_key, &error);
  g_assert_no_error (error);
  g_assert_true (fz_keyfile_add_person (keys, "D001", k->password, k->pin, store_key, public_key, &error));
  start = g_get_monotonic_time ();
  g_assert_true (fz_keyfile_unlock_person (keys, "D001", k->password, &person, &opened, &error));
  g_test_message ("one derivation at release cost: %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  g_assert_true (fz_secret_equal (opened, store_key));
}

static int
create_again (const char *dir, const char *state_dir, gboolean demo, FzSecret **out)
{
  FzKeyFileOptions options = { .dir = dir, .state_dir = state_dir, .demo = demo,
                               .costs = demo ? fz_key_costs_demo () : fz_key_costs_release () };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzKeyFile) keys = fz_keyfile_create (&options, out, &error);

  if (keys == NULL)
    g_assert_nonnull (strstr (error->message, dir)); /* which folder */
  return keys != NULL ? -1 : error->code;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A set-up cut short before there was a store leaves a key file that nobody can open: it may be tried again. Anything that somebody
 * could still open stays. */
static void
test_cut_short (Keys *k, gconstpointer unused)
{
  g_autofree char *dir = file_in (k->f.root, "fresh");
  g_autofree char *state_dir = file_in (k->f.root, "fresh-state");
  g_autofree char *store = file_in (dir, "store.fz");
  g_autofree char *path = file_in (dir, "keys.fz");
  g_autoptr (FzSecret) first = NULL;
  g_autoptr (FzSecret) second = NULL;
  g_autoptr (FzSecret) third = NULL;

  g_assert_cmpint (create_again (dir, state_dir, TRUE, &first), ==, -1);
  g_assert_cmpint (create_again (dir, state_dir, TRUE, &second), ==, -1);
  g_assert_false (fz_secret_equal (first, second));
  g_assert_cmpuint (count_files (state_dir), ==, 1); /* the first one's device secret is gone */
  g_assert_true (g_file_set_contents (store, "x", 1, NULL));
  g_assert_cmpint (create_again (dir, state_dir, TRUE, &third), ==, FZ_ERROR_CONFLICT);
  g_assert_cmpint (create_again (dir, state_dir, FALSE, &third), ==, FZ_ERROR_CONFLICT);
  g_assert_cmpint (g_unlink (store), ==, 0);
  g_assert_true (g_file_set_contents (path, "nonsense", -1, NULL));
  g_assert_cmpint (create_again (dir, state_dir, TRUE, &third), ==, FZ_ERROR_CONFLICT);
  g_assert_cmpint (create_again (k->f.dir, k->f.state_dir, TRUE, &third), ==, FZ_ERROR_CONFLICT); /* D001 is in it */
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, -1);
}

static void
test_damaged_file (Keys *k, gconstpointer unused)
{
  g_autofree char *path = file_in (k->f.dir, "keys.fz");
  g_autofree char *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (gsize cut = 0; cut < n; cut += 37) {
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path, bytes, (gssize) cut, NULL));
    g_assert_null (fz_keyfile_load (k->f.dir, k->f.state_dir, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (fz_keyfile_load (k->f.dir, k->f.state_dir, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  reload (k);
}

/* Lines of the file by someone who can write it: each is told by its key, none is a wrong password. */
static void
test_edited_file (Keys *k, gconstpointer unused)
{
  static const struct {
    const char *key;  /* the line to change */
    const char *line; /* NULL: taken away */
    const char *word;
  } edits[] = {
    { "identity", NULL, "identity" },
    { "identity", "identity 00", "identity" },
    { "identity", "identity zz112233445566778899aabbccddeeff", "identity" },
    { "key_version", NULL, "key_version" },
    { "key_version", "key_version 0", "key_version" },
    { "key_version", "key_version 99999999999", "key_version" },
    { "cost.password_memory_kib", NULL, "cost.password_memory_kib" },
    { "cost.password_passes", "cost.password_passes 0", "cost.password_passes" },
    { "cost.pin_memory_kib", "cost.pin_memory_kib x", "cost.pin_memory_kib" },
    { "cost.pin_passes", NULL, "cost.pin_passes" },
    { "cost.password_memory_kib", "cost.password_memory_kib 4194305", "cost" },
    { "cost.pin_memory_kib", "cost.pin_memory_kib 4194305", "cost" },
    { "cost.password_passes", "cost.password_passes 65", "cost" },
    { "cost.pin_passes", "cost.pin_passes 65", "cost" },
    { "slot.00.cost.pin_passes", NULL, "cost.pin_passes" },
    { "slot.00.staff", NULL, "slot" },
    { "slot.00.sealed", NULL, "slot" },
    { "slot.00.sealed", "slot.00.sealed !!!!", "slot" },
    { "slot.00.seed", "slot.00.seed AAA", "slot" },
    { "slot.00.salt", NULL, "salt" },
    { "slot.00.salt", "slot.00.salt AAAA", "salt" },
    { "slot.00.pin_salt", NULL, "pin_salt" },
    { "slot.00.public", "slot.00.public AAAA", "public" },
    { "recovery.sealed", "recovery.sealed *", "recovery.sealed" },
    { "slot.01.staff", "slot.01.staff D001", "D001" },
    { "fuzhen.keyslots/v1", "fuzhen.keyslots/v9", "fuzhen.keyslots/v9" },
  };
  g_autofree char *path = file_in (k->f.dir, "keys.fz");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  g_assert_true (fz_keyfile_add_person (k->keys, "P002", k->password, k->pin, k->store_key, public_key, &error));
  fz_shares_free (fz_keyfile_make_shares (k->keys, k->store_key, 2, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    g_autoptr (GString) edited = g_string_new (NULL);
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) why = NULL;
    guint found = 0;

    for (char **line = lines; *line != NULL && (**line != '\0' || line[1] != NULL); line++) {
      gsize n = strlen (edits[i].key);
      gboolean this = strncmp (*line, edits[i].key, n) == 0 && ((*line)[n] == ' ' || (*line)[n] == '\0');

      found += this;
      if (!this || edits[i].line != NULL)
        g_string_append_printf (edited, "%s\n", this ? edits[i].line : *line);
    }
    g_assert_cmpuint (found, ==, 1);
    bytes = g_bytes_new (edited->str, edited->len);
    g_assert_null (fz_keyfile_parse (bytes, &why));
    g_assert_error (why, FZ_ERROR, FZ_ERROR_CORRUPT);
    if (strstr (why->message, edits[i].word) == NULL)
      g_error ("%s: %s", edits[i].word, why->message);
  }
}

/* Read out of a backup it opens with shares and cannot be changed. */
static void
test_without_folder (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FzKeyFile) loose = NULL;
  g_autoptr (FzSecret) opened = NULL;
  char **shares = fz_keyfile_make_shares (k->keys, k->store_key, 2, &error);

  bytes = fz_keyfile_print (k->keys, &error);
  loose = fz_keyfile_parse (bytes, &error);
  g_assert_no_error (error);
  opened = fz_keyfile_open_with_shares (loose, shares[0], shares[1], &error);
  g_assert_no_error (error);
  g_assert_true (fz_secret_equal (opened, k->store_key));
  fz_shares_free (shares);
  g_assert_false (fz_keyfile_remove_person (loose, "D001", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (&error);
  g_assert_null (fz_keyfile_make_shares (k->keys, k->store_key, 1, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (fz_keyfile_make_shares (k->keys, k->store_key, FZ_SHARES_MAX + 1, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

/* Nobody's slot, a person without a key, somebody else's session: each change says why it does not happen. */
static void
test_refused_changes (Keys *k, gconstpointer unused)
{
  g_autoptr (FzSecret) stranger = fz_secret_random (FZ_KEY_BYTES);
  g_autoptr (FzSecret) person_key = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  g_assert_true (fz_keyfile_unlock_person (k->keys, "D001", k->password, &person_key, &store_key, &error));
#define REFUSED(call, code)                                                                                            \
  g_assert_false (call);                                                                                               \
  g_assert_error (error, FZ_ERROR, code);                                                                              \
  g_clear_error (&error)
  REFUSED (fz_keyfile_remove_person (k->keys, "X", &error), FZ_ERROR_NOT_FOUND);
  REFUSED (fz_keyfile_destroy_signing_key (k->keys, "X", &error), FZ_ERROR_NOT_FOUND);
  REFUSED (fz_keyfile_renew_signing_key (k->keys, "X", person_key, k->pin, public_key, &error), FZ_ERROR_NOT_FOUND);
  REFUSED (fz_keyfile_open_signing_key (k->keys, "X", person_key, k->pin, &error) != NULL, FZ_ERROR_NOT_FOUND);
  REFUSED (fz_keyfile_renew_signing_key (k->keys, "D001", stranger, k->pin, public_key, &error), FZ_ERROR_SIGNATURE);
  REFUSED (fz_keyfile_change_pin (k->keys, "D001", person_key, k->wrong, k->pin, &error), FZ_ERROR_SIGNATURE);
  REFUSED (fz_keyfile_change_password (k->keys, "D001", k->wrong, k->password, k->pin, &error), FZ_ERROR_SIGNATURE);
  REFUSED (fz_keyfile_change_password (k->keys, "D001", k->password, k->wrong, NULL, &error), FZ_ERROR_SIGNATURE);
  REFUSED (fz_keyfile_change_password (k->keys, "D001", k->password, k->wrong, k->wrong, &error), FZ_ERROR_SIGNATURE);
  g_assert_cmpint (try_in (k, "D001", k->password, k->pin), ==, -1);
  g_assert_false (fz_keyfile_get_public_key (k->keys, "X", public_key));
  /* without a signing key the password changes without a PIN */
  g_assert_true (fz_keyfile_destroy_signing_key (k->keys, "D001", &error));
  g_assert_false (fz_keyfile_get_public_key (k->keys, "D001", public_key));
  g_assert_true (fz_keyfile_change_password (k->keys, "D001", k->password, k->wrong, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (try_in (k, "D001", k->wrong, k->pin), !=, -1);
#undef REFUSED
}

/* --- shares --- */

static void
test_shares (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char **old = fz_keyfile_make_shares (k->keys, k->store_key, 3, &error);
  char **shares = fz_keyfile_make_shares (k->keys, k->store_key, 5, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (shares), ==, 5);
  reload (k);
  for (guint a = 0; a < 5; a++)
    for (guint b = 0; b < 5; b++) {
      g_autoptr (GError) why = NULL;
      g_autoptr (FzSecret) key = fz_keyfile_open_with_shares (k->keys, shares[a], shares[b], &why);

      if (a == b)
        g_assert_error (why, FZ_ERROR, FZ_ERROR_INVALID);
      else
        g_assert_true (key != NULL && fz_secret_equal (key, k->store_key));
    }
  g_assert_null (fz_keyfile_open_with_shares (k->keys, old[0], old[1], &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  fz_shares_free (old);
  fz_shares_free (shares);
}

/* Every single wrong letter is told, not tried. */
static void
test_mistyped_share (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char **shares = fz_keyfile_make_shares (k->keys, k->store_key, 2, &error);
  g_autofree char *small = g_ascii_strdown (shares[0], -1);
  g_autoptr (FzSecret) key = NULL;

  g_assert_cmpuint (strlen (shares[0]), ==, 16 * 5 - 1);
  for (gsize i = 0; i < strlen (shares[0]); i++) {
    g_autofree char *typo = g_strdup (shares[0]);

    if (typo[i] == '-')
      continue;
    typo[i] = typo[i] == 'Z' ? 'Y' : 'Z';
    g_assert_null (fz_keyfile_open_with_shares (k->keys, typo, shares[1], &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_clear_error (&error);
  }
  g_strdelimit (small, "-", ' ');
  g_strdelimit (small, "0", 'o');
  g_strdelimit (small, "1", 'l');
  key = fz_keyfile_open_with_shares (k->keys, small, shares[1], &error);
  g_assert_no_error (error);
  fz_shares_free (shares);
}

/* One share says nothing: whatever the secret, each share's value takes every byte equally often over the slopes. */
static void
counting_random (void *out, gsize n, gpointer data)
{
  memset (out, *(guint8 *) data, n);
}

/* What people type instead of a share. */
static void
test_no_share (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char **shares = fz_keyfile_make_shares (k->keys, k->store_key, 2, &error);
  char **foreign = NULL;
  g_autofree char *cut = g_strndup (shares[0], strlen (shares[0]) - 1);
  g_autofree char *longer = g_strconcat (shares[0], "0", NULL);
  const char *typed[] = { "", "-", "    ", cut, longer, "UUUU-UUUU", "恢复份额", "0000-0000-0000-0000-0000-0000-0000-0000" };
  guint8 other[FZ_STORE_IDENTITY_BYTES] = { 7 };

  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++) {
    g_assert_null (fz_keyfile_open_with_shares (k->keys, typed[i], shares[1], &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "1"));
    g_clear_error (&error);
    g_assert_null (fz_keyfile_open_with_shares (k->keys, shares[0], typed[i], &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "2"));
    g_clear_error (&error);
  }
  foreign = fz_shares_split (k->store_key, other, 2, NULL, NULL);
  g_assert_null (fz_keyfile_open_with_shares (k->keys, shares[0], foreign[1], &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  fz_shares_free (foreign);
  fz_shares_free (shares);
  fz_shares_free (NULL);
}

/* Before the first shares were printed there is nothing that shares could open. */
static void
test_no_recovery (Keys *k, gconstpointer unused)
{
  char **shares = fz_shares_split (k->store_key, fz_keyfile_get_identity (k->keys), 2, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (fz_keyfile_open_with_shares (k->keys, shares[0], shares[1], &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  fz_shares_free (shares);
}

static void
test_cost_floor (void)
{
  FzKeyCosts floor = fz_key_costs_release ();
  FzKeyCosts each[] = { floor, floor, floor, floor };
  g_autoptr (FzSecret) key = fz_secret_random (FZ_KEY_BYTES);
  g_autoptr (GBytes) cut = g_bytes_new_static ("0123456789", 10);

  each[0].password_memory_kib--;
  each[1].password_passes--;
  each[2].pin_memory_kib--;
  each[3].pin_passes--;
  g_assert_true (fz_key_costs_reach (&floor, &floor));
  for (gsize i = 0; i < G_N_ELEMENTS (each); i++)
    g_assert_false (fz_key_costs_reach (&each[i], &floor));
  g_assert_null (fz_key_unseal (key, cut, "x"));
}

static void
test_one_share_is_nothing (void)
{
  guint8 identity[FZ_STORE_IDENTITY_BYTES] = { 1, 2, 3 };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (FzSecret) secret = fz_secret_new (32);

  for (guint slope = 0; slope < 256; slope++) {
    guint8 byte = (guint8) slope;
    char **shares = fz_shares_split (secret, identity, 2, counting_random, &byte);

    g_hash_table_add (seen, g_strdup (shares[0]));
    fz_shares_free (shares);
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 256);
}

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

#define ADD(name, test) g_test_add ("/keyfile/" name, Keys, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sign-in", test_sign_in);
  ADD ("unknown-says-the-same", test_unknown_says_the_same);
  ADD ("change", test_change);
  ADD ("other-device", test_other_device);
  ADD ("swapped-slots", test_swapped_slots);
  ADD ("hundred-people", test_hundred_people);
  ADD ("costs", test_costs);
  ADD ("release-cost", test_release_cost);
  ADD ("cut-short", test_cut_short);
  ADD ("edited-file", test_edited_file);
  ADD ("without-folder", test_without_folder);
  ADD ("refused-changes", test_refused_changes);
  ADD ("damaged-file", test_damaged_file);
  ADD ("shares", test_shares);
  ADD ("mistyped-share", test_mistyped_share);
  ADD ("no-share", test_no_share);
  ADD ("no-recovery", test_no_recovery);
  g_test_add_func ("/keyfile/cost-floor", test_cost_floor);
  g_test_add_func ("/keyfile/one-share-is-nothing", test_one_share_is_nothing);
  g_test_add_func ("/attempts/counts", test_counts);
  ADD ("attempts/survives", test_book_survives);
  ADD ("attempts/time", test_book_time);
  ADD ("attempts/unknown", test_book_unknown);
  ADD ("attempts/full", test_book_full);
  ADD ("attempts/odd", test_book_odd);
  ADD ("attempts/damaged", test_book_damaged);
  return g_test_run ();
}
