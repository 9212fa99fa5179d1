#include "tests/store/keys.h"

#include <string.h>

FzSecret *
secret_text (const char *words)
{
  return fz_secret_new_from (words, strlen (words));
}

void
keys_set_up (Keys *k, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  FzKeyFileOptions options = { 0 };

  fixture_set_up (&k->f, NULL);
  options = (FzKeyFileOptions) { .dir = k->f.dir, .state_dir = k->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  k->keys = fz_keyfile_create (&options, &k->store_key, &error);
  g_assert_no_error (error);
  k->password = secret_text ("correct horse");
  k->pin = secret_text ("246813");
  k->wrong = secret_text ("000000");
  g_assert_true (fz_keyfile_add_person (k->keys, "D001", k->password, k->pin, k->store_key, k->public_key, &error));
  g_assert_no_error (error);
}

void
keys_reload (Keys *k)
{
  g_autoptr (GError) error = NULL;

  fz_keyfile_free (k->keys);
  k->keys = fz_keyfile_load (k->f.dir, k->f.state_dir, &error);
  g_assert_no_error (error);
}

void
keys_tear_down (Keys *k, gconstpointer unused)
{
  fz_keyfile_free (k->keys);
  fz_secret_free (k->store_key);
  fz_secret_free (k->password);
  fz_secret_free (k->pin);
  fz_secret_free (k->wrong);
  fixture_tear_down (&k->f, NULL);
}

int
keys_try (Keys *k, const char *staff, const FzSecret *password, const FzSecret *pin)
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
