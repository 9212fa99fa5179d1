/* tests/store/keys.h: a key file with one person, D001, in folders of its own. */
#pragma once

#include "db/keyfile.h"
#include "tests/store/fixture.h"

typedef struct {
  Fixture f;
  FzKeyFile *keys;
  FzSecret *store_key;
  FzSecret *password;
  FzSecret *pin;
  FzSecret *wrong;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
} Keys;

FzSecret *secret_text (const char *words);
void keys_set_up (Keys *k, gconstpointer unused);
void keys_tear_down (Keys *k, gconstpointer unused);
/* As a program that starts now finds it. */
void keys_reload (Keys *k);
/* Signs in and opens the signing key with these; what fails is told by the code (100 and more: the password), -1 for nothing. */
int keys_try (Keys *k, const char *staff, const FzSecret *password, const FzSecret *pin);

#define KEYS_ADD(name, test) g_test_add (name, Keys, NULL, keys_set_up, test, keys_tear_down)
