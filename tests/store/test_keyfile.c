/* The key file: getting in, changing what one gets in with. */
#include "db/keyfile_private.h"
#include "tests/store/keys.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_sign_in (Keys *k, gconstpointer unused)
{
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, -1);
  g_assert_cmpint (keys_try (k, "D001", k->wrong, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
  g_assert_cmpint (keys_try (k, "D001", k->password, k->wrong), ==, FZ_ERROR_SIGNATURE);
  g_assert_cmpint (keys_try (k, "D999", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
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
  g_autoptr (FzSecret) new_password = secret_text ("battery staple");
  g_autoptr (FzSecret) new_pin = secret_text ("975310");
  g_autoptr (FzSecret) person = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (GError) error = NULL;
  guint8 renewed[FZ_ED25519_PUBLIC_BYTES];

  g_assert_false (fz_keyfile_change_password (k->keys, "D001", k->password, new_password, k->wrong, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, -1);
  g_assert_true (fz_keyfile_change_password (k->keys, "D001", k->password, new_password, k->pin, &error));
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
  g_assert_cmpint (keys_try (k, "D001", new_password, k->pin), ==, -1);
  g_assert_true (fz_keyfile_unlock_person (k->keys, "D001", new_password, &person, &store_key, &error));
  g_assert_true (fz_keyfile_change_pin (k->keys, "D001", person, k->pin, new_pin, &error));
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", new_password, k->pin), ==, FZ_ERROR_SIGNATURE);
  g_assert_cmpint (keys_try (k, "D001", new_password, new_pin), ==, -1);
  g_assert_true (fz_keyfile_get_public_key (k->keys, "D001", renewed));
  g_assert_cmpmem (renewed, sizeof renewed, k->public_key, sizeof k->public_key);
  g_assert_true (fz_keyfile_destroy_signing_key (k->keys, "D001", &error));
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", new_password, new_pin), ==, FZ_ERROR_NOT_FOUND);
  g_assert_false (fz_keyfile_renew_signing_key (k->keys, "D001", k->store_key, new_pin, renewed, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_true (fz_keyfile_renew_signing_key (k->keys, "D001", person, new_pin, renewed, &error));
  g_assert_cmpint (memcmp (renewed, k->public_key, sizeof renewed), !=, 0);
  g_assert_cmpint (keys_try (k, "D001", new_password, new_pin), ==, -1);
  g_assert_true (fz_keyfile_remove_person (k->keys, "D001", &error));
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", new_password, new_pin), ==, 100 + FZ_ERROR_SIGNATURE);
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
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
  g_assert_cmpint (g_unlink (path), ==, 0);
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_NOT_FOUND);
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
  g_assert_cmpint (keys_try (k, "P002", k->password, k->pin), ==, -1);
  {
    FzKeySlot kept = *mine;

    *mine = *theirs;
    mine->staff = kept.staff;
    g_assert_cmpint (keys_try (k, "D001", k->password, k->pin), ==, 100 + FZ_ERROR_SIGNATURE);
    *mine = kept;
  }
  g_assert_false (fz_keyfile_add_person (k->keys, "P002", k->password, k->pin, k->store_key, other, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CONFLICT);
}

static void
test_hundred_people (Keys *k, gconstpointer unused)
{
  g_autoptr (FzSecret) next = fz_secret_random (FZ_STORE_KEY_BYTES);
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  for (guint i = 1; i < FZ_KEYFILE_MAX_PEOPLE; i++) {
    g_autofree char *staff = g_strdup_printf ("TJ-STAFF-%06u", i);

    g_assert_true (fz_keyfile_add_person (k->keys, staff, k->password, k->pin, k->store_key, public_key, &error));
    g_assert_no_error (error);
  }
  g_assert_false (fz_keyfile_add_person (k->keys, "one-more", k->password, k->pin, k->store_key, public_key, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  keys_reload (k);
  g_assert_cmpint (keys_try (k, "TJ-STAFF-000099", k->password, k->pin), ==, -1);
  g_clear_error (&error);
  g_assert_true (fz_keyfile_rotate (k->keys, k->store_key, next, &error)); /* the next key in a hundred boxes is longer, and fits */
  g_assert_no_error (error);
  keys_reload (k);
  fz_secret_free (k->store_key);
  k->store_key = g_steal_pointer (&next);
  g_assert_cmpint (keys_try (k, "TJ-STAFF-000099", k->password, k->pin), ==, -1);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  KEYS_ADD ("/keyfile/sign-in", test_sign_in);
  KEYS_ADD ("/keyfile/unknown-says-the-same", test_unknown_says_the_same);
  KEYS_ADD ("/keyfile/change", test_change);
  KEYS_ADD ("/keyfile/other-device", test_other_device);
  KEYS_ADD ("/keyfile/swapped-slots", test_swapped_slots);
  KEYS_ADD ("/keyfile/hundred-people", test_hundred_people);
  KEYS_ADD ("/keyfile/costs", test_costs);
  KEYS_ADD ("/keyfile/release-cost", test_release_cost);
  return g_test_run ();
}
