/* Shares: typed, mistyped, of another store; what one of them tells. */
#include "db/shares.h"
#include "tests/store/keys.h"

#include <string.h>

/* --- shares --- */

static void
test_shares (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char **old = fz_keyfile_make_shares (k->keys, k->store_key, 3, &error);
  char **shares = fz_keyfile_make_shares (k->keys, k->store_key, 5, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (shares), ==, 5);
  keys_reload (k);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  KEYS_ADD ("/keyfile/shares", test_shares);
  KEYS_ADD ("/keyfile/mistyped-share", test_mistyped_share);
  KEYS_ADD ("/keyfile/no-share", test_no_share);
  KEYS_ADD ("/keyfile/no-recovery", test_no_recovery);
  g_test_add_func ("/keyfile/cost-floor", test_cost_floor);
  g_test_add_func ("/keyfile/one-share-is-nothing", test_one_share_is_nothing);
  return g_test_run ();
}
