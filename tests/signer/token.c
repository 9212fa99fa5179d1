/* A PKCS#11 module for the tests: SoftHSM with mishaps. FUZHEN_TEST_SOFTHSM names the module below; the test sets token_mishap. It also signs SM2
 * digests by the vendor's mechanism 0x80000106 with the key that token_sm2_key() was given: SoftHSM knows no SM2. */
#include "tests/signer/token.h"

#include <dlfcn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>

static CK_FUNCTION_LIST *below, calls;
static TokenMishap mishap;
static EVP_PKEY *sm2_key;
static int sm2_asked;

/* SoftHSM 2.6 loses the parameters of a curve it read: the leak checker, where there is one, does not count what is allocated in those two calls. */
void __lsan_disable (void) __attribute__ ((weak));
void __lsan_enable (void) __attribute__ ((weak));

static void
look_away (CK_BBOOL away)
{
  if (away && __lsan_disable != NULL)
    __lsan_disable ();
  if (!away && __lsan_enable != NULL)
    __lsan_enable ();
}

void
token_set_mishap (TokenMishap now)
{
  mishap = now;
}

void
token_set_sm2_key (EVP_PKEY *key)
{
  EVP_PKEY_free (sm2_key);
  if (key != NULL)
    EVP_PKEY_up_ref (key);
  sm2_key = key;
}

static CK_RV
get_token_info (CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
  CK_RV said = mishap == TOKEN_REMOVED ? CKR_TOKEN_NOT_PRESENT : below->C_GetTokenInfo (slot, info);

  if (said == CKR_OK && mishap == TOKEN_PIN_LOCKED)
    info->flags |= CKF_USER_PIN_LOCKED;
  return said;
}

static CK_RV
get_slot_list (CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *n)
{
  CK_RV said = below->C_GetSlotList (present, slots, n);

  if (said == CKR_OK && mishap == TOKEN_REMOVED)
    *n = 0;
  return said;
}

static CK_RV
login (CK_SESSION_HANDLE session, CK_USER_TYPE who, CK_UTF8CHAR *pin, CK_ULONG n)
{
  if (mishap == TOKEN_PIN_LOCKED_AT_LOGIN)
    return CKR_PIN_LOCKED;
  return mishap == TOKEN_REMOVED_AT_LOGIN ? CKR_DEVICE_REMOVED : below->C_Login (session, who, pin, n);
}

static CK_RV
sign_init (CK_SESSION_HANDLE session, CK_MECHANISM *how, CK_OBJECT_HANDLE key)
{
  CK_RV said = CKR_OK;

  sm2_asked = how->mechanism == TOKEN_SM2_MECHANISM;
  if (sm2_asked)
    return CKR_OK;
  look_away (CK_TRUE);
  said = below->C_SignInit (session, how, key);
  look_away (CK_FALSE);
  return said;
}

static CK_RV
generate_key_pair (CK_SESSION_HANDLE session, CK_MECHANISM *how, CK_ATTRIBUTE *open, CK_ULONG n_open, CK_ATTRIBUTE *closed, CK_ULONG n_closed,
                   CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
  CK_RV said;

  look_away (CK_TRUE);
  said = below->C_GenerateKeyPair (session, how, open, n_open, closed, n_closed, public_key, private_key);
  look_away (CK_FALSE);
  return said;
}

static CK_RV
sign_sm2 (const CK_BYTE *digest, CK_ULONG n, CK_BYTE *out, CK_ULONG *n_out)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (sm2_key, NULL);
  unsigned char der[128];
  const unsigned char *at = der;
  size_t n_der = sizeof der;
  ECDSA_SIG *halves = NULL;
  CK_RV said = CKR_FUNCTION_FAILED;

  if (context != NULL && EVP_PKEY_sign_init (context) == 1 && EVP_PKEY_sign (context, der, &n_der, digest, n) == 1)
    halves = d2i_ECDSA_SIG (NULL, &at, (long) n_der);
  if (halves != NULL && BN_bn2binpad (ECDSA_SIG_get0_r (halves), out, 32) == 32 && BN_bn2binpad (ECDSA_SIG_get0_s (halves), out + 32, 32) == 32)
    said = CKR_OK;
  *n_out = 64;
  ECDSA_SIG_free (halves);
  EVP_PKEY_CTX_free (context);
  return said;
}

static CK_RV
sign (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *signature, CK_ULONG *n_signature)
{
  CK_RV said;

  if (mishap == TOKEN_REMOVED_AT_SIGN)
    return CKR_DEVICE_REMOVED;
  if (mishap == TOKEN_OTHER_BYTES && n > 0)
    data[n - 1] ^= 1;
  said = sm2_asked ? sign_sm2 (data, n, signature, n_signature) : below->C_Sign (session, data, n, signature, n_signature);
  if (mishap == TOKEN_OTHER_BYTES && n > 0)
    data[n - 1] ^= 1;
  if (said == CKR_OK && mishap == TOKEN_WRONG_SIGNATURE)
    signature[0] ^= 1;
  if (said == CKR_OK && mishap == TOKEN_SHORT_SIGNATURE)
    *n_signature -= 1;
  return said;
}

CK_RV
C_GetFunctionList (CK_FUNCTION_LIST **out)
{
  void *library = below == NULL ? dlopen (getenv ("FUZHEN_TEST_SOFTHSM"), RTLD_NOW | RTLD_LOCAL) : NULL;
  CK_C_GetFunctionList get = NULL;

  if (library != NULL)
    *(void **) &get = dlsym (library, "C_GetFunctionList");
  if (below == NULL && (get == NULL || get (&below) != CKR_OK))
    return CKR_GENERAL_ERROR;
  calls = *below;
  calls.C_GetTokenInfo = get_token_info;
  calls.C_GetSlotList = get_slot_list;
  calls.C_Login = login;
  calls.C_GenerateKeyPair = generate_key_pair;
  calls.C_SignInit = sign_init;
  calls.C_Sign = sign;
  *out = &calls;
  return CKR_OK;
}
