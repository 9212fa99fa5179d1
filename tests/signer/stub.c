#include "tests/signer/stub.h"

#include <string.h>

static GPtrArray *
enumerate (const FzSignerPlace *place, GError **error)
{
  const Stub *stub = place->other;
  GPtrArray *slots = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_signer_slot_free);

  for (guint i = 0; i < (stub->mishap == STUB_TWO_TOKENS ? 2u : 1u); i++) {
    FzSignerSlot *slot = g_new0 (FzSignerSlot, 1);

    slot->id = g_strdup_printf ("%u", i);
    slot->label = g_strdup ("测试介质");
    g_ptr_array_add (slots, slot);
  }
  return slots;
}

static gpointer
open_stub (const FzSignerPlace *place, const char *slot, FzSignerInfo **info, GError **error)
{
  Stub *stub = place->other;
  g_autoptr (GBytes) none = g_bytes_new_static ("no certificate", 14);

  *info = fz_signer_info_new (stub->algorithm, "测试介质", "1", stub->public_key);
  if (stub->mishap == STUB_NO_CERTIFICATE)
    g_ptr_array_add ((*info)->chain, g_bytes_ref (none));
  else if (stub->certificate != NULL)
    g_ptr_array_add ((*info)->chain, g_bytes_ref (stub->certificate));
  return stub;
}

/* Until the test lets it go on: a condition, no sleep. */
static void
dawdle (Stub *stub)
{
  g_mutex_lock (&stub->mutex);
  stub->at_it = TRUE;
  g_cond_broadcast (&stub->cond);
  while (!stub->released)
    g_cond_wait (&stub->cond, &stub->mutex);
  g_mutex_unlock (&stub->mutex);
}

static gboolean
authorise (gpointer token, const FzSecret *pin, GError **error)
{
  Stub *stub = token;

  if (stub->mishap == STUB_SLOW_PIN)
    dawdle (stub);
  if (stub->mishap == STUB_PIN_LOCKED)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, "locked");
  else if (stub->mishap == STUB_REMOVED_AT_PIN)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, "removed");
  else
    return TRUE;
  return FALSE;
}

static GBytes *
sign_with (EVP_PKEY *key, FzAlgorithm algorithm, const void *text, gsize n)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *of_key = EVP_PKEY_CTX_new (key, NULL);
  guint8 signature[256];
  gsize n_signature = sizeof signature;

  EVP_MD_CTX_set_pkey_ctx (context, of_key);
  if (algorithm == FZ_ALGORITHM_SM2_SM3)
    EVP_PKEY_CTX_set1_id (of_key, FZ_SM2_IDENTITY, (int) strlen (FZ_SM2_IDENTITY));
  g_assert_cmpint (EVP_DigestSignInit (context, NULL, algorithm == FZ_ALGORITHM_SM2_SM3 ? EVP_sm3 () : NULL, NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &n_signature, text, n), ==, 1);
  EVP_MD_CTX_free (context);
  EVP_PKEY_CTX_free (of_key);
  return g_bytes_new (signature, n_signature);
}

static GBytes *
spoilt (const Stub *stub, GBytes *good)
{
  guint8 bytes[4096] = { 0 };
  gsize n = g_bytes_get_size (good);

  memcpy (bytes, g_bytes_get_data (good, NULL), n);
  if (stub->mishap == STUB_ZEROES)
    memset (bytes, 0, n);
  if (stub->mishap == STUB_WRONG_SIGNATURE)
    bytes[n - 1] ^= 1;
  return g_bytes_new (bytes, stub->mishap == STUB_EMPTY   ? 0
                             : stub->mishap == STUB_SHORT ? n - 1
                             : stub->mishap == STUB_LONG  ? n + 1
                             : stub->mishap == STUB_HUGE  ? sizeof bytes
                                                          : n);
}

static GBytes *
sign (gpointer token, const void *text, gsize n, GError **error)
{
  Stub *stub = token;
  g_autofree guint8 *copy = g_memdup2 (text, n);
  g_autoptr (GBytes) good = NULL;

  if (stub->mishap == STUB_SLOW_SIGN)
    dawdle (stub);
  if (stub->mishap == STUB_REMOVED_AT_SIGN) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, "removed");
    return NULL;
  }
  if (stub->mishap == STUB_OTHER_BYTES)
    copy[0] ^= 1;
  good = sign_with (stub->mishap == STUB_OTHER_KEY ? stub->other : stub->key, stub->algorithm, copy, n);
  return spoilt (stub, good);
}

static void
forget (gpointer token)
{
  ((Stub *) token)->forgotten++;
}

static FzSignerStatus
status (gpointer token)
{
  const Stub *stub = token;

  return stub->mishap == STUB_PIN_LOCKED_STATUS ? FZ_SIGNER_PIN_LOCKED : stub->mishap == STUB_GONE_AFTER_PIN ? FZ_SIGNER_REMOVED : FZ_SIGNER_READY;
}

static void
close_stub (gpointer token)
{
  Stub *stub = token;

  g_mutex_lock (&stub->mutex);
  stub->closed++;
  g_cond_broadcast (&stub->cond);
  g_mutex_unlock (&stub->mutex);
}

const FzSignerProvider stub_provider = { "stub", enumerate, open_stub, authorise, sign, forget, status, close_stub, NULL, NULL };
