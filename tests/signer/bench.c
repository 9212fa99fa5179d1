#include "tests/signer/bench.h"

#include "core/fields.h"
#include "db/keyfile.h"
#include "tests/signer/softhsm.h"

#include <glib/gstdio.h>
#include <string.h>

FzSecret *
bench_secret (const char *words)
{
  return fz_secret_new_from (words, strlen (words));
}

/* --- the built-in key --- */

static void
remember_key (Bench *self, const guint8 *public_key)
{
  g_clear_pointer (&self->wanted.public_key, g_bytes_unref);
  self->wanted.public_key = g_bytes_new (public_key, FZ_ED25519_PUBLIC_BYTES);
}

static void
make_builtin (Bench *self)
{
  FzKeyFileOptions options = { .dir = self->dir, .state_dir = self->dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  g_autoptr (FzSecret) store_key = NULL, password = bench_secret ("Correct-Horse-1"), opened = NULL;
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  self->keys = fz_keyfile_create (&options, &store_key, &error);
  g_assert_no_error (error);
  g_assert_true (fz_keyfile_add_person (self->keys, "D001", password, self->pin, store_key, public_key, &error));
  g_assert_true (fz_keyfile_unlock_person (self->keys, "D001", password, &self->person_key, &opened, &error));
  remember_key (self, public_key);
  self->place = (FzSignerPlace){ .keys = self->keys, .number = "D001", .person_key = self->person_key };
  self->slot = g_strdup ("D001");
}

static void
pull_builtin (Bench *self)
{
  g_assert_true (fz_keyfile_destroy_signing_key (self->keys, "D001", NULL));
}

static void
put_back_builtin (Bench *self)
{
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  g_assert_true (fz_keyfile_renew_signing_key (self->keys, "D001", self->person_key, self->pin, public_key, NULL));
  remember_key (self, public_key);
}

/* --- key files of a CA --- */

static void
make_file (Bench *self)
{
  const char *group = self->kind->algorithm == FZ_ALGORITHM_SM2_SM3 ? "SM2" : "P-256";
  g_autoptr (Authority) authority = authority_new (group, BENCH_NOW_US);
  AuthorityLeaf leaf = { "林若溪", self->from_us, self->until_us, NULL, 100 };
  EVP_PKEY *key = authority_key_new (group);
  g_autoptr (GBytes) der = authority_issue (authority, key, &leaf);
  g_autofree char *pin = g_strndup ((const char *) fz_secret_get (self->pin), fz_secret_size (self->pin));
  g_autofree char *key_pem = authority_key_pem (key, pin), *own = authority_certificate_pem (der), *between = authority_between_pem (authority);
  g_autofree char *all = g_strconcat (key_pem, own, between, NULL);

  self->file = g_build_filename (self->dir, "signer.pem", NULL);
  g_assert_true (g_file_set_contents (self->file, all, -1, NULL));
  self->place.file = self->file;
  self->slot = g_strdup (self->file);
  self->sha256 = fz_sha256_hex (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  self->wanted.certificate_sha256 = self->sha256;
  EVP_PKEY_free (key);
}

static void
pull_file (Bench *self)
{
  g_autofree char *away = g_strconcat (self->file, ".away", NULL);

  g_assert_cmpint (g_rename (self->file, away), ==, 0);
}

static void
put_back_file (Bench *self)
{
  g_autofree char *away = g_strconcat (self->file, ".away", NULL);

  g_assert_cmpint (g_rename (away, self->file), ==, 0);
}

/* --- tokens --- */

static void
make_token (Bench *self)
{
  g_autofree char *pin = g_strndup ((const char *) fz_secret_get (self->pin), fz_secret_size (self->pin));

  self->place.module = softhsm_get_module ();
  self->place.sm2_mechanism = TOKEN_SM2_MECHANISM;
  self->slot = softhsm_make_token (self->kind->name, pin, self->kind->algorithm, NULL, self->kind->certified ? self->from_us : 0, self->until_us, &self->sha256);
  self->wanted.slot = self->slot;
  self->wanted.certificate_sha256 = self->sha256;
}

static void
pull_token (Bench *self)
{
  softhsm_set_mishap (TOKEN_REMOVED);
}

static void
put_back_token (Bench *self)
{
  softhsm_set_mishap (TOKEN_WELL);
}

const BenchKind bench_kinds[] = {
  { "builtin", &fz_signer_builtin, FZ_ALGORITHM_ED25519, FALSE, make_builtin, pull_builtin, put_back_builtin },
  { "file-sm2", &fz_signer_file, FZ_ALGORITHM_SM2_SM3, TRUE, make_file, pull_file, put_back_file },
  { "file-ecdsa", &fz_signer_file, FZ_ALGORITHM_ECDSA_P256, TRUE, make_file, pull_file, put_back_file },
  { "token-ed25519", &fz_signer_pkcs11, FZ_ALGORITHM_ED25519, FALSE, make_token, pull_token, put_back_token },
  { "token-ecdsa", &fz_signer_pkcs11, FZ_ALGORITHM_ECDSA_P256, TRUE, make_token, pull_token, put_back_token },
  { "token-sm2", &fz_signer_pkcs11, FZ_ALGORITHM_SM2_SM3, TRUE, make_token, pull_token, put_back_token },
};
const guint bench_n_kinds = G_N_ELEMENTS (bench_kinds);

Bench *
bench_new (const BenchKind *kind)
{
  Bench *self = g_new0 (Bench, 1);

  self->kind = kind;
  self->dir = g_dir_make_tmp ("fuzhen-signer-XXXXXX", NULL);
  self->pin = bench_secret ("271828");
  self->wrong = bench_secret ("314159");
  self->from_us = BENCH_NOW_US - 30 * BENCH_DAY_US;
  self->until_us = BENCH_NOW_US + 30 * BENCH_DAY_US;
  self->wanted.name = BENCH_NAME;
  kind->make (self);
  return self;
}

void
bench_free (Bench *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->dir, name, NULL);

    g_unlink (path);
  }
  g_rmdir (self->dir);
  fz_keyfile_free (self->keys);
  fz_secret_free (self->person_key);
  fz_secret_free (self->pin);
  fz_secret_free (self->wrong);
  g_clear_pointer (&self->wanted.public_key, g_bytes_unref);
  g_free (self->slot);
  g_free (self->file);
  g_free (self->sha256);
  g_free (self->dir);
  g_free (self);
}

FzSigner *
bench_open (Bench *self)
{
  g_autoptr (GError) error = NULL;
  FzSigner *signer = fz_signer_open (self->kind->provider, &self->place, &self->wanted, &error);

  g_assert_no_error (error);
  g_assert_nonnull (signer);
  return signer;
}

gboolean
bench_authorise (Bench *self, FzSigner *signer, const FzSecret *pin, const char *const *texts, gint64 at_us, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    g_ptr_array_add (hashes, fz_sha256_hex (texts[i], strlen (texts[i])));
  g_ptr_array_add (hashes, NULL);
  return fz_signer_authorise (signer, pin, (const char *const *) hashes->pdata, at_us, cancellable, error);
}

FzSigner *
bench_authorised (Bench *self, const char *const *texts)
{
  g_autoptr (GError) error = NULL;
  FzSigner *signer = bench_open (self);

  g_assert_true (bench_authorise (self, signer, self->pin, texts, BENCH_NOW_US, NULL, &error));
  g_assert_no_error (error);
  return signer;
}

char *
bench_sign (FzSigner *signer, const char *text, gint64 at_us, GError **error)
{
  return fz_signer_sign (signer, text, strlen (text), at_us, NULL, error);
}

void
bench_expect (gboolean failed, GError **error, GQuark domain, int code)
{
  g_assert_true (failed);
  g_assert_error (*error, domain, code);
  g_assert_cmpuint (strlen ((*error)->message), >, 0);
  g_clear_error (error);
}

GBytes *
bench_signature_of (const char *text, const char *line)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  const char *const lines[] = { line, NULL };
  g_autoptr (GBytes) joined = fz_note_join (bytes, lines);
  g_autoptr (FzNote) note = fz_note_parse (g_bytes_get_data (joined, NULL), g_bytes_get_size (joined), NULL);
  gsize n = 0;
  const guint8 *signature;

  g_assert_nonnull (note);
  signature = fz_note_get_signature (note, 0, &n);
  return g_bytes_new (signature, n);
}
