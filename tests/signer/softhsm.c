#include "tests/signer/softhsm.h"

#include "core/fields.h"
#include "tests/signer/authority.h"
#include "tests/signer/bench.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <openssl/core_names.h>
#include <p11-kit/pkcs11.h>
#include <string.h>

static const guint8 ed25519[] = { 0x13, 0x0c, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9' };
static const guint8 p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static guint8 key_id[] = { 0x42 };

static char *folder;
static CK_FUNCTION_LIST *calls;
static void *library;

const char *
softhsm_get_module (void)
{
  return g_getenv ("FUZHEN_TEST_TOKEN");
}

void
softhsm_set_mishap (TokenMishap mishap)
{
  void (*set) (TokenMishap);

  *(void **) &set = dlsym (library, "token_set_mishap");
  set (mishap);
}

static void
give_sm2_key (EVP_PKEY *key)
{
  void (*give) (EVP_PKEY *);

  *(void **) &give = dlsym (library, "token_set_sm2_key");
  give (key);
}

void
softhsm_set_up (void)
{
  g_autofree char *conf = NULL, *text = NULL;
  CK_C_GetFunctionList get;
  CK_C_INITIALIZE_ARGS how = { .flags = CKF_OS_LOCKING_OK };

  folder = g_dir_make_tmp ("fuzhen-tokens-XXXXXX", NULL);
  conf = g_build_filename (folder, "conf", NULL);
  text = g_strdup_printf ("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", folder);
  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
  g_setenv ("SOFTHSM2_CONF", conf, TRUE);
  library = dlopen (softhsm_get_module (), RTLD_NOW | RTLD_LOCAL);
  g_assert_nonnull (library);
  *(void **) &get = dlsym (library, "C_GetFunctionList");
  g_assert_cmpuint (get (&calls), ==, CKR_OK);
  g_assert_cmpuint (calls->C_Initialize (&how), ==, CKR_OK);
}

static void
remove_below (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_below (child);
    g_remove (child);
  }
}

void
softhsm_remove (void)
{
  calls->C_Finalize (NULL);
  remove_below (folder);
  g_rmdir (folder);
  give_sm2_key (NULL);
  g_free (folder);
}

static CK_SLOT_ID
init_token (const char *label, const char *pin)
{
  CK_SLOT_ID slots[16];
  CK_ULONG n = G_N_ELEMENTS (slots);
  CK_SESSION_HANDLE session = 0;
  guint8 padded[32];

  memset (padded, ' ', sizeof padded);
  memcpy (padded, label, strlen (label));
  g_assert_cmpuint (calls->C_GetSlotList (CK_FALSE, slots, &n), ==, CKR_OK);
  g_assert_cmpuint (calls->C_InitToken (slots[n - 1], (CK_UTF8CHAR *) "99999999", 8, padded), ==, CKR_OK); /* the last one is always free */
  g_assert_cmpuint (calls->C_OpenSession (slots[n - 1], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), ==, CKR_OK);
  g_assert_cmpuint (calls->C_Login (session, CKU_SO, (CK_UTF8CHAR *) "99999999", 8), ==, CKR_OK);
  g_assert_cmpuint (calls->C_InitPIN (session, (CK_UTF8CHAR *) pin, strlen (pin)), ==, CKR_OK);
  calls->C_CloseSession (session);
  return slots[n - 1];
}

static GBytes *
make_key (CK_SESSION_HANDLE session, gboolean edwards)
{
  CK_MECHANISM how = { edwards ? CKM_EC_EDWARDS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN, NULL, 0 };
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ATTRIBUTE open[] = { { CKA_EC_PARAMS, (void *) (edwards ? ed25519 : p256), edwards ? sizeof ed25519 : sizeof p256 },
                          { CKA_TOKEN, &yes, sizeof yes }, { CKA_PRIVATE, &no, sizeof no }, { CKA_VERIFY, &yes, sizeof yes }, { CKA_ID, key_id, sizeof key_id } };
  CK_ATTRIBUTE closed[] = { { CKA_TOKEN, &yes, sizeof yes }, { CKA_PRIVATE, &yes, sizeof yes }, { CKA_SENSITIVE, &yes, sizeof yes },
                            { CKA_SIGN, &yes, sizeof yes }, { CKA_ID, key_id, sizeof key_id } };
  CK_OBJECT_HANDLE public_key = 0, private_key = 0;
  guint8 point[128];
  CK_ATTRIBUTE ask = { CKA_EC_POINT, point, sizeof point };

  g_assert_cmpuint (calls->C_GenerateKeyPair (session, &how, open, G_N_ELEMENTS (open), closed, G_N_ELEMENTS (closed), &public_key, &private_key), ==,
                    CKR_OK);
  g_assert_cmpuint (calls->C_GetAttributeValue (session, public_key, &ask, 1), ==, CKR_OK);
  return g_bytes_new (point + 2, ask.ulValueLen - 2);
}

static void
put_certificate (CK_SESSION_HANDLE session, GBytes *der)
{
  CK_OBJECT_CLASS class = CKO_CERTIFICATE;
  CK_CERTIFICATE_TYPE type = CKC_X_509;
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_ATTRIBUTE about[] = { { CKA_CLASS, &class, sizeof class }, { CKA_CERTIFICATE_TYPE, &type, sizeof type }, { CKA_TOKEN, &yes, sizeof yes },
                           { CKA_PRIVATE, &no, sizeof no }, { CKA_ID, key_id, sizeof key_id }, { CKA_SUBJECT, (void *) "x", 1 },
                           { CKA_VALUE, (void *) g_bytes_get_data (der, NULL), g_bytes_get_size (der) } };
  CK_OBJECT_HANDLE object = 0;

  g_assert_cmpuint (calls->C_CreateObject (session, about, G_N_ELEMENTS (about), &object), ==, CKR_OK);
}

static EVP_PKEY *
key_of_point (GBytes *point)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *) "P-256", 0),
                          OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY, (void *) g_bytes_get_data (point, NULL), g_bytes_get_size (point)),
                          OSSL_PARAM_construct_end () };
  EVP_PKEY *key = NULL;

  g_assert_cmpint (EVP_PKEY_fromdata_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params), ==, 1);
  EVP_PKEY_CTX_free (context);
  return key;
}

static char *
certify (CK_SESSION_HANDLE session, GBytes *point, FzAlgorithm algorithm, Authority *by, gint64 from_us, gint64 until_us)
{
  gboolean sm2 = algorithm == FZ_ALGORITHM_SM2_SM3;
  g_autoptr (Authority) own = by == NULL ? authority_new (sm2 ? "SM2" : "P-256", BENCH_NOW_US) : NULL;
  AuthorityLeaf leaf = { "林若溪", from_us, until_us, NULL, 100 };
  EVP_PKEY *key = sm2 ? authority_key_new ("SM2") : key_of_point (point);
  g_autoptr (GBytes) der = authority_issue (by != NULL ? by : own, key, &leaf);

  if (sm2)
    give_sm2_key (key);
  put_certificate (session, der);
  EVP_PKEY_free (key);
  return fz_sha256_hex (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

char *
softhsm_make_token (const char *label, const char *pin, FzAlgorithm algorithm, Authority *by, gint64 from_us, gint64 until_us, char **sha256)
{
  CK_SLOT_ID slot = init_token (label, pin);
  CK_SESSION_HANDLE session = 0;
  CK_TOKEN_INFO info;
  g_autoptr (GBytes) point = NULL;
  g_autofree char *serial = NULL;

  g_assert_cmpuint (calls->C_OpenSession (slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), ==, CKR_OK);
  g_assert_cmpuint (calls->C_Login (session, CKU_USER, (CK_UTF8CHAR *) pin, strlen (pin)), ==, CKR_OK);
  point = make_key (session, algorithm == FZ_ALGORITHM_ED25519);
  *sha256 = from_us != 0 ? certify (session, point, algorithm, by, from_us, until_us) : NULL;
  calls->C_Logout (session);
  calls->C_CloseSession (session);
  g_assert_cmpuint (calls->C_GetTokenInfo (slot, &info), ==, CKR_OK);
  serial = g_strndup ((const char *) info.serialNumber, sizeof info.serialNumber);
  g_strchomp (serial);
  return g_strdup_printf ("%s/42", serial);
}
