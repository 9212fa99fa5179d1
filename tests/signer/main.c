/* One conformance suite over every signer provider, and what is refused of one that misbehaves. */
#include "tests/signer/checks.h"
#include "tests/signer/softhsm.h"
#include "tests/signer/stub.h"

#include "core/date.h"

#include <sodium.h>
#include <string.h>

#define TEXT "fuzhen.test/v1\nid A\n"

static const char *const one[] = { TEXT, NULL };

/* --- provider x check --- */

typedef struct {
  const BenchKind *kind;
  const Check *check;
} Cell;

static Bench *bench; /* of the kind that is at its turn */

static void
run_cell (gconstpointer data)
{
  const Cell *cell = data;

  if (bench == NULL || bench->kind != cell->kind) {
    g_clear_pointer (&bench, bench_free);
    bench = bench_new (cell->kind);
  }
  cell->check->check (bench);
}

static void
add_cells (const BenchKind *kind, const Check *checks)
{
  for (guint i = 0; checks[i].name != NULL; i++) {
    g_autofree char *path = g_strdup_printf ("/signer/%s/%s", kind->name, checks[i].name);
    Cell *cell = g_new (Cell, 1);

    *cell = (Cell){ kind, &checks[i] };
    g_test_add_data_func_full (path, cell, run_cell, g_free);
  }
}

/* --- the stub --- */

typedef struct {
  Stub stub;
  FzSignerPlace place;
  FzSignerWanted wanted;
  FzSecret *pin;
  FzAlgorithm algorithm;
} Desk;

static GBytes *
point_of (EVP_PKEY *key, FzAlgorithm algorithm)
{
  guint8 bytes[FZ_POINT_BYTES];
  gsize n = sizeof bytes;

  if (algorithm == FZ_ALGORITHM_ED25519)
    g_assert_cmpint (EVP_PKEY_get_raw_public_key (key, bytes, &n), ==, 1);
  else
    g_assert_cmpint (EVP_PKEY_get_octet_string_param (key, "pub", bytes, sizeof bytes, &n), ==, 1);
  return g_bytes_new (bytes, n);
}

static EVP_PKEY *
new_key (FzAlgorithm algorithm)
{
  return algorithm == FZ_ALGORITHM_ED25519 ? EVP_PKEY_Q_keygen (NULL, NULL, "ED25519") : authority_key_new ("SM2");
}

static void
desk_set_up (Desk *d, FzAlgorithm algorithm, StubMishap mishap)
{
  g_autoptr (Authority) authority = authority_new ("SM2", BENCH_NOW_US);
  AuthorityLeaf leaf = { "林若溪", BENCH_NOW_US - BENCH_DAY_US, BENCH_NOW_US + BENCH_DAY_US, NULL, 7 };

  memset (d, 0, sizeof *d);
  d->algorithm = algorithm;
  d->stub.mishap = mishap;
  d->stub.algorithm = algorithm;
  d->stub.key = new_key (algorithm);
  d->stub.other = new_key (algorithm);
  d->stub.public_key = point_of (d->stub.key, algorithm);
  if (algorithm == FZ_ALGORITHM_SM2_SM3)
    d->stub.certificate = authority_issue (authority, mishap == STUB_FOREIGN_CERTIFICATE ? d->stub.other : d->stub.key, &leaf);
  g_mutex_init (&d->stub.mutex);
  g_cond_init (&d->stub.cond);
  d->place.other = &d->stub;
  d->wanted.name = BENCH_NAME;
  d->pin = bench_secret ("271828");
}

static void
desk_tear_down (Desk *d)
{
  EVP_PKEY_free (d->stub.key);
  EVP_PKEY_free (d->stub.other);
  g_bytes_unref (d->stub.public_key);
  g_clear_pointer (&d->stub.certificate, g_bytes_unref);
  g_mutex_clear (&d->stub.mutex);
  g_cond_clear (&d->stub.cond);
  fz_secret_free (d->pin);
}

typedef enum { AT_OPEN, AT_PIN, AT_SIGN, NOWHERE } Where;

static const struct {
  const char *name;
  StubMishap mishap;
  Where where;
  FzErrorCode code;
  gboolean certificate_only;
} mishaps[] = {
  { "well", STUB_WELL, NOWHERE, 0, FALSE },
  { "two-tokens", STUB_TWO_TOKENS, AT_OPEN, FZ_ERROR_CONFLICT, FALSE },
  { "foreign-certificate", STUB_FOREIGN_CERTIFICATE, AT_OPEN, FZ_ERROR_SIGNATURE, TRUE },
  { "no-certificate", STUB_NO_CERTIFICATE, AT_OPEN, FZ_ERROR_INVALID, TRUE },
  { "pin-locked", STUB_PIN_LOCKED, AT_PIN, FZ_ERROR_LOCKED, FALSE },
  { "pin-locked-before", STUB_PIN_LOCKED_STATUS, AT_PIN, FZ_ERROR_LOCKED, FALSE },
  { "removed-at-pin", STUB_REMOVED_AT_PIN, AT_PIN, FZ_ERROR_NOT_FOUND, FALSE },
  { "gone", STUB_GONE_AFTER_PIN, AT_PIN, FZ_ERROR_NOT_FOUND, FALSE },
  { "removed-at-sign", STUB_REMOVED_AT_SIGN, AT_SIGN, FZ_ERROR_NOT_FOUND, FALSE },
  { "wrong-signature", STUB_WRONG_SIGNATURE, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "other-bytes", STUB_OTHER_BYTES, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "other-key", STUB_OTHER_KEY, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "empty", STUB_EMPTY, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "short", STUB_SHORT, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "long", STUB_LONG, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "huge", STUB_HUGE, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
  { "zeroes", STUB_ZEROES, AT_SIGN, FZ_ERROR_SIGNATURE, FALSE },
};

static gboolean
authorise (Desk *d, FzSigner *signer, GCancellable *stop, GError **error)
{
  return bench_authorise (NULL, signer, d->pin, one, BENCH_NOW_US, stop, error);
}

static void
run_mishap (guint i, FzAlgorithm algorithm)
{
  Desk d;
  g_autoptr (GError) error = NULL;
  FzSigner *signer;
  g_autofree char *line = NULL;
  gboolean good;

  desk_set_up (&d, algorithm, mishaps[i].mishap);
  signer = fz_signer_open (&stub_provider, &d.place, &d.wanted, &error);
  if (mishaps[i].where == AT_OPEN)
    bench_expect (signer == NULL, &error, FZ_ERROR, (int) mishaps[i].code);
  else {
    g_assert_no_error (error);
    good = authorise (&d, signer, NULL, &error);
    if (mishaps[i].where == AT_PIN)
      bench_expect (!good, &error, FZ_ERROR, (int) mishaps[i].code);
    else {
      g_assert_no_error (error);
      line = bench_sign (signer, TEXT, BENCH_NOW_US, &error);
      if (mishaps[i].where == AT_SIGN)
        bench_expect (line == NULL, &error, FZ_ERROR, (int) mishaps[i].code);
      g_assert_no_error (error);
      g_assert_cmpuint (d.stub.forgotten, >=, 2); /* the PIN's effect ended at once, signed or not */
    }
    g_assert_null (bench_sign (signer, TEXT, BENCH_NOW_US, &error)); /* and nothing more comes without a new one */
    g_assert_nonnull (error);
  }
  fz_signer_close (signer);
  g_assert_cmpuint (d.stub.closed, <=, 1);
  desk_tear_down (&d);
}

static void
test_mishap (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data) / FZ_N_ALGORITHMS, algorithm = GPOINTER_TO_UINT (data) % FZ_N_ALGORITHMS;

  run_mishap (i, algorithm);
}

/* --- a slow token: the person walks away --- */

typedef struct {
  Stub *stub;
  GCancellable *stop;
} Watcher;

static gpointer
stop_when_at_it (gpointer data)
{
  Watcher *watcher = data;

  g_mutex_lock (&watcher->stub->mutex);
  while (!watcher->stub->at_it)
    g_cond_wait (&watcher->stub->cond, &watcher->stub->mutex);
  g_mutex_unlock (&watcher->stub->mutex);
  g_cancellable_cancel (watcher->stop);
  return NULL;
}

static void
let_go (Stub *stub)
{
  g_mutex_lock (&stub->mutex);
  stub->released = TRUE;
  g_cond_broadcast (&stub->cond);
  while (stub->closed == 0)
    g_cond_wait (&stub->cond, &stub->mutex);
  g_mutex_unlock (&stub->mutex);
}

static void
test_slow (gconstpointer data)
{
  StubMishap mishap = GPOINTER_TO_UINT (data);
  Desk d;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Watcher watcher = { &d.stub, stop };
  GThread *thread;
  FzSigner *signer;

  desk_set_up (&d, FZ_ALGORITHM_ED25519, mishap);
  signer = fz_signer_open (&stub_provider, &d.place, &d.wanted, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("watcher", stop_when_at_it, &watcher);
  if (mishap == STUB_SLOW_PIN)
    bench_expect (!authorise (&d, signer, stop, &error), &error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else {
    g_assert_true (authorise (&d, signer, NULL, &error));
    bench_expect (fz_signer_sign (signer, TEXT, strlen (TEXT), BENCH_NOW_US, stop, &error) == NULL, &error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_thread_join (thread);
  /* It may still be at it: nothing more is asked of it, and its late answer goes nowhere. */
  bench_expect (!authorise (&d, signer, NULL, &error), &error, FZ_ERROR, FZ_ERROR_RETRY);
  bench_expect (bench_sign (signer, TEXT, BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_RETRY);
  g_assert_cmpuint (d.stub.closed, ==, 0);
  fz_signer_close (signer);
  let_go (&d.stub); /* the token is closed when it is done, not under its hands */
  desk_tear_down (&d);
}

/* --- certificates that must not sign --- */

static void
test_usage (void)
{
  static const char *const usages[] = { "critical,keyEncipherment", "critical,digitalSignature", "critical,nonRepudiation" };
  g_autoptr (Authority) authority = authority_new ("SM2", BENCH_NOW_US);

  for (guint i = 0; i < G_N_ELEMENTS (usages); i++) {
    AuthorityLeaf leaf = { "林若溪", BENCH_NOW_US - BENCH_DAY_US, BENCH_NOW_US + BENCH_DAY_US, usages[i], 8 };
    Desk d;
    g_autoptr (GError) error = NULL;
    FzSigner *signer;

    desk_set_up (&d, FZ_ALGORITHM_SM2_SM3, STUB_WELL);
    g_clear_pointer (&d.stub.certificate, g_bytes_unref);
    d.stub.certificate = authority_issue (authority, d.stub.key, &leaf);
    signer = fz_signer_open (&stub_provider, &d.place, &d.wanted, &error);
    g_assert_no_error (error);
    if (i == 0) /* the encryption certificate of the same token */
      bench_expect (!authorise (&d, signer, NULL, &error), &error, FZ_ERROR, FZ_ERROR_REFUSED);
    else
      g_assert_true (authorise (&d, signer, NULL, &error));
    fz_signer_close (signer);
    desk_tear_down (&d);
  }
}

static void
test_open_key_file (void)
{
  g_autofree char *dir = g_dir_make_tmp ("fuzhen-signer-XXXXXX", NULL), *path = g_build_filename (dir, "open.pem", NULL);
  g_autoptr (Authority) authority = authority_new ("SM2", BENCH_NOW_US);
  AuthorityLeaf leaf = { "林若溪", BENCH_NOW_US - BENCH_DAY_US, BENCH_NOW_US + BENCH_DAY_US, NULL, 9 };
  EVP_PKEY *key = authority_key_new ("SM2");
  g_autoptr (GBytes) der = authority_issue (authority, key, &leaf);
  g_autofree char *open = authority_key_pem (key, NULL), *closed = authority_key_pem (key, "271828"), *own = authority_certificate_pem (der);
  g_autofree char *beside = g_strconcat (open, own, NULL), *before = g_strconcat (own, open, closed, NULL);
  const char *const bad[] = { beside, before, closed, own, "x" };
  FzSignerPlace place = { .file = path };
  FzSignerWanted wanted = { NULL, BENCH_NAME, NULL, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
    bench_expect (fz_signer_open (&fz_signer_file, &place, &wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_INVALID);
  }
  remove (path);
  remove (dir);
  EVP_PKEY_free (key);
}

/* --- the module --- */

static const struct {
  TokenMishap mishap;
  Where where;
  FzErrorCode code;
} token_mishaps[] = {
  { TOKEN_REMOVED_AT_LOGIN, AT_PIN, FZ_ERROR_NOT_FOUND },    { TOKEN_PIN_LOCKED_AT_LOGIN, AT_PIN, FZ_ERROR_LOCKED },
  { TOKEN_PIN_LOCKED, AT_PIN, FZ_ERROR_LOCKED },             { TOKEN_REMOVED_AT_SIGN, AT_SIGN, FZ_ERROR_NOT_FOUND },
  { TOKEN_WRONG_SIGNATURE, AT_SIGN, FZ_ERROR_SIGNATURE },    { TOKEN_OTHER_BYTES, AT_SIGN, FZ_ERROR_SIGNATURE },
  { TOKEN_SHORT_SIGNATURE, AT_SIGN, FZ_ERROR_SIGNATURE },
};

static void
test_token_mishaps (void)
{
  for (guint k = 0; k < bench_n_kinds; k++) {
    Bench *b = bench_kinds[k].provider == &fz_signer_pkcs11 ? bench_new (&bench_kinds[k]) : NULL;

    for (guint i = 0; b != NULL && i < G_N_ELEMENTS (token_mishaps); i++) {
      g_autoptr (FzSigner) signer = bench_open (b);
      g_autoptr (GError) error = NULL;
      char *line = NULL;
      gboolean good;

      softhsm_set_mishap (token_mishaps[i].mishap);
      good = bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, NULL, &error);
      g_assert_cmpint (good, ==, token_mishaps[i].where == AT_SIGN);
      if (good)
        line = bench_sign (signer, TEXT, BENCH_NOW_US, &error);
      softhsm_set_mishap (TOKEN_WELL);
      bench_expect (line == NULL, &error, FZ_ERROR, (int) token_mishaps[i].code);
    }
    g_clear_pointer (&b, bench_free);
  }
}

static void
test_no_module (void)
{
  static const char *const modules[] = { NULL, "softhsm.so", "/nonexistent/module.so", "/bin/sh", "/lib/x86_64-linux-gnu/libm.so.6" };

  for (guint i = 0; i < G_N_ELEMENTS (modules); i++) {
    FzSignerPlace place = { .module = modules[i] };
    FzSignerWanted wanted = { "1/42", BENCH_NAME, NULL, NULL };
    g_autoptr (GError) error = NULL;

    bench_expect (fz_signer_open (&fz_signer_pkcs11, &place, &wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
    bench_expect (fz_signer_pkcs11.enumerate (&place, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
  }
}

/* --- what a token keeps --- */

static void
expect_kept (FzSigner *signer, const char *label, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) kept = fz_signer_recall (signer, label, &error);
  gsize n = 0;
  const char *text;

  g_assert_no_error (error);
  g_assert_cmpuint (kept->len, ==, words != NULL ? 1 : 0);
  if (words == NULL)
    return;
  text = g_bytes_get_data (kept->pdata[0], &n);
  g_assert_cmpmem (text, n, words, strlen (words));
}

static void
keep (FzSigner *signer, const char *label, const char *words, FzErrorCode code)
{
  g_autoptr (GBytes) value = g_bytes_new (words, strlen (words));
  g_autoptr (GError) error = NULL;
  gboolean good = fz_signer_keep (signer, label, value, &error);

  if (code != 0)
    bench_expect (!good, &error, FZ_ERROR, (int) code);
  g_assert_cmpint (good, ==, code == 0);
}

/* Nothing is written without a PIN; each label has one value; another signer of the same token reads it without. */
static void
test_memory (void)
{
  for (guint k = 0; k < bench_n_kinds; k++) {
    Bench *b = bench_new (&bench_kinds[k]);
    gboolean has = bench_kinds[k].provider == &fz_signer_pkcs11;
    g_autoptr (FzSigner) signer = bench_open (b), again = NULL;
    g_autoptr (GError) error = NULL;

    expect_kept (signer, "fuzhen-head-a", NULL);
    keep (signer, "fuzhen-head-a", "one", has ? FZ_ERROR_REFUSED : FZ_ERROR_UNSUPPORTED);
    g_assert_true (bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, NULL, &error));
    if (has) {
      keep (signer, "fuzhen-head-a", "one", 0);
      keep (signer, "fuzhen-head-b", "other", 0);
      keep (signer, "fuzhen-head-a", "two", 0);
      expect_kept (signer, "fuzhen-head-a", "two");
      fz_signer_forget (signer);
      keep (signer, "fuzhen-head-a", "three", FZ_ERROR_REFUSED);
      again = bench_open (b);
      expect_kept (again, "fuzhen-head-a", "two");
      expect_kept (again, "fuzhen-head-b", "other");
    }
    g_clear_pointer (&again, fz_signer_close);
    g_clear_pointer (&signer, fz_signer_close);
    bench_free (b);
  }
}

/* --- the published example: GM/T 0003.5 annex A, text "message digest" --- */

static void
from_hex (const char *hex, guint8 *out, gsize n)
{
  g_assert_cmpint (sodium_hex2bin (out, n, hex, strlen (hex), NULL, NULL, NULL), ==, 0);
}

static void
test_sm2_example (void)
{
  static const char key_hex[] = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                                "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
  static const char halves_hex[] = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
                                   "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
  static const char digest_hex[] = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
  guint8 point[FZ_POINT_BYTES], halves[64], digest[32], expected[32];
  g_autoptr (GBytes) key = NULL, signature = NULL;

  from_hex (key_hex, point, sizeof point);
  from_hex (halves_hex, halves, sizeof halves);
  from_hex (digest_hex, expected, sizeof expected);
  key = g_bytes_new (point, sizeof point);
  signature = fz_signature_from_halves (halves);
  g_assert_true (fz_sm2_digest (key, "message digest", 14, digest));
  g_assert_cmpmem (digest, sizeof digest, expected, sizeof expected);
  g_assert_true (fz_algorithm_check (FZ_ALGORITHM_SM2_SM3, key, "message digest", 14, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature)));
  g_assert_false (fz_algorithm_check (FZ_ALGORITHM_SM2_SM3, key, "message digesu", 14, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature)));
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  softhsm_set_up ();
  for (guint i = 0; i < bench_n_kinds; i++) {
    add_cells (&bench_kinds[i], checks_of_opening);
    add_cells (&bench_kinds[i], checks_of_signing);
    add_cells (&bench_kinds[i], checks_of_ending);
  }
  for (guint i = 0; i < G_N_ELEMENTS (mishaps); i++)
    for (guint a = 0; a <= FZ_ALGORITHM_SM2_SM3; a++) {
      g_autofree char *path = g_strdup_printf ("/signer/stub/%s/%s", fz_algorithm_word (a), mishaps[i].name);

      if (a == FZ_ALGORITHM_SM2_SM3 || !mishaps[i].certificate_only)
        g_test_add_data_func (path, GUINT_TO_POINTER (i * FZ_N_ALGORITHMS + a), test_mishap);
    }
  g_test_add_data_func ("/signer/stub/slow-pin", GUINT_TO_POINTER (STUB_SLOW_PIN), test_slow);
  g_test_add_data_func ("/signer/stub/slow-signature", GUINT_TO_POINTER (STUB_SLOW_SIGN), test_slow);
  g_test_add_func ("/signer/certificate-usage", test_usage);
  g_test_add_func ("/signer/open-key-file", test_open_key_file);
  g_test_add_func ("/signer/token-mishaps", test_token_mishaps);
  g_test_add_func ("/signer/memory", test_memory);
  g_test_add_func ("/signer/no-module", test_no_module);
  g_test_add_func ("/signer/sm2-example", test_sm2_example);
  code = g_test_run ();
  g_clear_pointer (&bench, bench_free);
  softhsm_remove ();
  return code;
}
