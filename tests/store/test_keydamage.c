/* Key files that were cut short, damaged, edited or asked for what they do not hold. */
#include "db/shares.h"
#include "tests/store/keys.h"

#include <glib/gstdio.h>
#include <string.h>

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
  g_assert_cmpuint (count_files (state_dir), ==, 2); /* the second one's device secret and list of slots; the first one's are gone */
  g_assert_true (g_file_set_contents (store, "x", 1, NULL));
  g_assert_cmpint (create_again (dir, state_dir, TRUE, &third), ==, FZ_ERROR_CONFLICT);
  g_assert_cmpint (create_again (dir, state_dir, FALSE, &third), ==, FZ_ERROR_CONFLICT);
  g_assert_cmpint (g_unlink (store), ==, 0);
  g_assert_true (g_file_set_contents (path, "nonsense", -1, NULL));
  g_assert_cmpint (create_again (dir, state_dir, TRUE, &third), ==, FZ_ERROR_CONFLICT);
  g_assert_cmpint (create_again (k->f.dir, k->f.state_dir, TRUE, &third), ==, FZ_ERROR_CONFLICT); /* D001 is in it */
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, -1);
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
  keys_reload (k);
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
    { "slot.00.box", "slot.00.box AAAA", "box" },
    { "slot.00.box", "slot.00.cost.pin_passes 1", "cost.password_memory_kib" },
    { "slot.00.staff", NULL, "slot" },
    { "slot.00.sealed", NULL, "slot" },
    { "slot.00.sealed", "slot.00.sealed !!!!", "sealed" },
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
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, -1);
  g_assert_false (fz_keyfile_get_public_key (k->keys, "X", public_key));
  /* without a signing key the password changes without a PIN */
  g_assert_true (fz_keyfile_destroy_signing_key (k->keys, "D001", &error));
  g_assert_false (fz_keyfile_get_public_key (k->keys, "D001", public_key));
  g_assert_true (fz_keyfile_change_password (k->keys, "D001", k->password, k->wrong, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (keys_try (k, "D001", k->wrong, k->pin), !=, -1);
#undef REFUSED
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  KEYS_ADD ("/keyfile/cut-short", test_cut_short);
  KEYS_ADD ("/keyfile/edited-file", test_edited_file);
  KEYS_ADD ("/keyfile/without-folder", test_without_folder);
  KEYS_ADD ("/keyfile/refused-changes", test_refused_changes);
  KEYS_ADD ("/keyfile/damaged-file", test_damaged_file);
  return g_test_run ();
}
