/* A token by PKCS#11 (签名介质): the vendor's module, dlopened. Ed25519, ECDSA P-256, or SM2 where the vendor has a mechanism for it. The key
 * never leaves the token; the PIN goes from locked memory to the module and nowhere else. */
#include "app/signer/pkcs11_private.h"

#include "app/signer/certificate.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SLOTS 32
#define MAX_VALUE (16 * 1024)

/* DER of the curves' names, as CKA_EC_PARAMS holds them. */
static const guint8 p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const guint8 sm2[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };

/* --- modules: loaded once, for the life of the program, as PKCS#11 asks --- */

static CK_FUNCTION_LIST *
load (const char *path, GError **error)
{
  void *library = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get;
  CK_FUNCTION_LIST *calls = NULL;
  CK_C_INITIALIZE_ARGS how = { .flags = CKF_OS_LOCKING_OK };
  CK_RV said;

  if (library == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("签名介质的驱动“%s”不能加载：%s。\n请系统管理员安装介质厂商的驱动并核对路径。"), path, dlerror ());
    return NULL;
  }
  *(void **) &get = dlsym (library, "C_GetFunctionList");
  said = get != NULL && get (&calls) == CKR_OK && calls != NULL ? calls->C_Initialize (&how) : CKR_FUNCTION_NOT_SUPPORTED;
  if (said == CKR_OK || said == CKR_CRYPTOKI_ALREADY_INITIALIZED)
    return calls;
  dlclose (library);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("“%s”不是可用的 PKCS#11 驱动（0x%lx）。\n请系统管理员安装介质厂商的驱动并核对路径。"), path, said);
  return NULL;
}

static CK_FUNCTION_LIST *
calls_of (const FzSignerPlace *place, GError **error)
{
  static GMutex mutex;
  static GHashTable *loaded; /* path -> CK_FUNCTION_LIST */
  CK_FUNCTION_LIST *calls;

  if (place->module == NULL || !g_path_is_absolute (place->module)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("没有设置签名介质的驱动。\n请安全管理员用 fuzhen signer module 设置驱动的完整路径。"));
    return NULL;
  }
  g_mutex_lock (&mutex);
  if (loaded == NULL)
    loaded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  calls = g_hash_table_lookup (loaded, place->module);
  if (calls == NULL) {
    calls = load (place->module, error);
    if (calls != NULL)
      g_hash_table_insert (loaded, g_strdup (place->module), calls);
  }
  g_mutex_unlock (&mutex);
  return calls;
}

gboolean
fz_pkcs11_failed (CK_RV said, GError **error)
{
  switch (said) {
  case CKR_OK:
    return FALSE;
  case CKR_PIN_INCORRECT:
  case CKR_PIN_INVALID:
  case CKR_PIN_LEN_RANGE:
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("签名介质的 PIN 码不正确。"));
    break;
  case CKR_PIN_LOCKED:
  case CKR_PIN_EXPIRED:
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("签名介质的 PIN 码已经锁死，请联系发证机构解锁。"));
    break;
  case CKR_DEVICE_REMOVED:
  case CKR_TOKEN_NOT_PRESENT:
  case CKR_TOKEN_NOT_RECOGNIZED:
  case CKR_SESSION_HANDLE_INVALID:
  case CKR_SESSION_CLOSED:
  case CKR_SLOT_ID_INVALID:
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("签名介质已经拔出，没有签名。请插好后重新签名。"));
    break;
  default:
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("签名介质报告错误 0x%lx，没有签名。请重新插入后再试。"), said);
  }
  return TRUE;
}

/* --- what is on a token --- */

/* Fixed fields are filled up with spaces. */
static char *
trimmed (const unsigned char *text, gsize n)
{
  g_autofree char *raw = g_strndup ((const char *) text, n);

  return g_utf8_make_valid (g_strchomp (raw), -1);
}

guint
fz_pkcs11_find (CK_FUNCTION_LIST *calls, CK_SESSION_HANDLE session, CK_ATTRIBUTE *want, gulong n_want, CK_OBJECT_HANDLE out[MAX_OBJECTS])
{
  CK_ULONG n = 0;

  if (calls->C_FindObjectsInit (session, want, n_want) != CKR_OK)
    return 0;
  if (calls->C_FindObjects (session, out, MAX_OBJECTS, &n) != CKR_OK)
    n = 0;
  calls->C_FindObjectsFinal (session);
  return (guint) n;
}

static guint
find_class (CK_FUNCTION_LIST *calls, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, const guint8 *id, gsize n_id,
            CK_OBJECT_HANDLE out[MAX_OBJECTS])
{
  CK_ATTRIBUTE want[] = { { CKA_CLASS, &class, sizeof class }, { CKA_ID, (void *) id, n_id } };

  return fz_pkcs11_find (calls, session, want, id != NULL ? 2 : 1, out);
}

GBytes *
fz_pkcs11_attribute (CK_FUNCTION_LIST *calls, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
  CK_ATTRIBUTE ask = { type, NULL, 0 };
  g_autofree guint8 *value = NULL;

  if (calls->C_GetAttributeValue (session, object, &ask, 1) != CKR_OK || ask.ulValueLen == 0 || ask.ulValueLen > MAX_VALUE)
    return NULL;
  value = g_malloc (ask.ulValueLen);
  ask.pValue = value;
  return calls->C_GetAttributeValue (session, object, &ask, 1) == CKR_OK ? g_bytes_new (value, ask.ulValueLen) : NULL;
}

static char *
hex (const guint8 *bytes, gsize n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

/* A slot of ours is a key of a token: `serial/id`; certificates and public keys are seen without a PIN. */
static void
add_keys (CK_FUNCTION_LIST *calls, CK_SESSION_HANDLE session, const CK_TOKEN_INFO *token, GPtrArray *slots)
{
  static const CK_OBJECT_CLASS classes[] = { CKO_CERTIFICATE, CKO_PUBLIC_KEY };
  g_autofree char *serial = trimmed (token->serialNumber, sizeof token->serialNumber);
  g_autofree char *label = trimmed (token->label, sizeof token->label);

  for (guint c = 0; c < G_N_ELEMENTS (classes); c++) {
    CK_OBJECT_HANDLE objects[MAX_OBJECTS];
    guint n = find_class (calls, session, classes[c], NULL, 0, objects);

    for (guint i = 0; i < n; i++) {
      g_autoptr (GBytes) id = fz_pkcs11_attribute (calls, session, objects[i], CKA_ID);
      g_autofree char *id_hex = id != NULL && g_bytes_get_size (id) <= MAX_ID ? hex (g_bytes_get_data (id, NULL), g_bytes_get_size (id)) : NULL;
      g_autofree char *name = id_hex != NULL ? g_strdup_printf ("%s/%s", serial, id_hex) : NULL;
      gboolean known = name == NULL;
      FzSignerSlot *slot;

      for (guint k = 0; k < slots->len; k++)
        known = known || g_strcmp0 (((FzSignerSlot *) slots->pdata[k])->id, name) == 0;
      if (known)
        continue;
      slot = g_new0 (FzSignerSlot, 1);
      slot->id = g_steal_pointer (&name);
      slot->label = g_strdup (label);
      g_ptr_array_add (slots, slot);
    }
  }
}

static GPtrArray *
enumerate (const FzSignerPlace *place, GError **error)
{
  CK_FUNCTION_LIST *calls = calls_of (place, error);
  CK_SLOT_ID ids[MAX_SLOTS];
  CK_ULONG n = MAX_SLOTS;
  GPtrArray *slots;

  if (calls == NULL || fz_pkcs11_failed (calls->C_GetSlotList (CK_TRUE, ids, &n), error))
    return NULL;
  slots = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_signer_slot_free);
  for (CK_ULONG i = 0; i < n; i++) {
    CK_TOKEN_INFO token;
    CK_SESSION_HANDLE session = 0;

    if (calls->C_GetTokenInfo (ids[i], &token) != CKR_OK || (token.flags & CKF_TOKEN_INITIALIZED) == 0 ||
        calls->C_OpenSession (ids[i], CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
      continue;
    add_keys (calls, session, &token, slots);
    calls->C_CloseSession (session);
  }
  return slots;
}

/* --- opening --- */

/* To be written to where the token allows it. */
static gboolean
open_session (Token *self, CK_SLOT_ID slot)
{
  return self->calls->C_OpenSession (slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &self->session) == CKR_OK ||
         self->calls->C_OpenSession (slot, CKF_SERIAL_SESSION, NULL, NULL, &self->session) == CKR_OK;
}

static gboolean
find_token (Token *self, const char *serial)
{
  CK_SLOT_ID ids[MAX_SLOTS];
  CK_ULONG n = MAX_SLOTS;

  if (self->calls->C_GetSlotList (CK_TRUE, ids, &n) != CKR_OK)
    return FALSE;
  for (CK_ULONG i = 0; i < n; i++) {
    g_autofree char *found = NULL;

    if (self->calls->C_GetTokenInfo (ids[i], &self->token) != CKR_OK)
      continue;
    found = trimmed (self->token.serialNumber, sizeof self->token.serialNumber);
    self->slot = ids[i];
    if (g_str_equal (found, serial))
      return open_session (self, ids[i]);
  }
  return FALSE;
}

static gboolean
read_id (Token *self, const char *text)
{
  gsize n = strlen (text);

  if (n == 0 || n % 2 != 0 || n / 2 > MAX_ID)
    return FALSE;
  for (gsize i = 0; i < n / 2; i++) {
    if (!g_ascii_isxdigit (text[2 * i]) || !g_ascii_isxdigit (text[2 * i + 1]))
      return FALSE;
    self->id[i] = (guint8) (g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  }
  self->n_id = n / 2;
  return TRUE;
}

/* The point stands in an OCTET STRING; some modules leave that out. */
static GBytes *
unwrapped (GBytes *value)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (value, &n);

  if (n > 2 && bytes[0] == 0x04 && bytes[1] == n - 2)
    return g_bytes_new (bytes + 2, n - 2);
  return g_bytes_ref (value);
}

static GBytes *
public_key_of (Token *self)
{
  CK_OBJECT_HANDLE objects[MAX_OBJECTS];
  g_autoptr (GBytes) params = NULL, type = NULL, point = NULL;
  CK_KEY_TYPE kind = 0;

  if (find_class (self->calls, self->session, CKO_PUBLIC_KEY, self->id, self->n_id, objects) == 0)
    return NULL;
  type = fz_pkcs11_attribute (self->calls, self->session, objects[0], CKA_KEY_TYPE);
  params = fz_pkcs11_attribute (self->calls, self->session, objects[0], CKA_EC_PARAMS);
  point = fz_pkcs11_attribute (self->calls, self->session, objects[0], CKA_EC_POINT);
  if (type == NULL || params == NULL || point == NULL || g_bytes_get_size (type) != sizeof kind)
    return NULL;
  memcpy (&kind, g_bytes_get_data (type, NULL), sizeof kind);
  if (kind == CKK_EC_EDWARDS)
    self->algorithm = FZ_ALGORITHM_ED25519;
  else if (g_bytes_get_size (params) == sizeof p256 && memcmp (g_bytes_get_data (params, NULL), p256, sizeof p256) == 0)
    self->algorithm = FZ_ALGORITHM_ECDSA_P256;
  else if (g_bytes_get_size (params) == sizeof sm2 && memcmp (g_bytes_get_data (params, NULL), sm2, sizeof sm2) == 0)
    self->algorithm = FZ_ALGORITHM_SM2_SM3;
  else
    return NULL;
  return unwrapped (point);
}

/* The certificate of this key first, then the others of the token. */
static void
add_certificates (Token *self, const guint8 *id, FzChain *chain)
{
  CK_OBJECT_HANDLE objects[MAX_OBJECTS];
  guint n = find_class (self->calls, self->session, CKO_CERTIFICATE, id, self->n_id, objects);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GBytes) der = fz_pkcs11_attribute (self->calls, self->session, objects[i], CKA_VALUE);

    if (der != NULL)
      fz_chain_add_der (chain, der);
  }
}

static FzSignerInfo *
info_of (Token *self)
{
  g_autoptr (FzChain) own = fz_chain_new ();
  g_autoptr (GBytes) public_key = NULL;
  g_autofree char *label = trimmed (self->token.label, sizeof self->token.label);
  g_autofree char *serial = trimmed (self->token.serialNumber, sizeof self->token.serialNumber);
  FzSignerInfo *info;

  add_certificates (self, self->id, own);
  if (own->certificates->len == 0)
    public_key = public_key_of (self);
  else if (!fz_certificate_get_key (own->certificates->pdata[0], &self->algorithm, &public_key))
    return NULL;
  if (public_key == NULL)
    return NULL;
  if (own->certificates->len > 0)
    add_certificates (self, NULL, own);
  info = fz_signer_info_new (self->algorithm, *label != '\0' ? label : serial, serial, public_key);
  info->hardware = (self->token.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0 || strstr ((const char *) self->token.manufacturerID, "SoftHSM") == NULL;
  info->pins_left = (self->token.flags & CKF_USER_PIN_LOCKED) != 0 ? 0 : (self->token.flags & CKF_USER_PIN_FINAL_TRY) != 0 ? 1 : -1;
  for (guint i = 0; i < own->certificates->len; i++)
    g_ptr_array_add (info->chain, g_bytes_ref (fz_certificate_get_der (own->certificates->pdata[i])));
  return info;
}

static void
close_token (gpointer data)
{
  Token *self = data;

  if (self->session != 0)
    self->calls->C_CloseSession (self->session);
  g_free (self);
}

static gpointer
open_token (const FzSignerPlace *place, const char *slot, FzSignerInfo **info, GError **error)
{
  CK_FUNCTION_LIST *calls = calls_of (place, error);
  const char *slash = slot != NULL ? strrchr (slot, '/') : NULL;
  g_autofree char *serial = slash != NULL ? g_strndup (slot, (gsize) (slash - slot)) : NULL;
  Token *self;

  if (calls == NULL)
    return NULL;
  self = g_new0 (Token, 1);
  self->calls = calls;
  self->sm2_mechanism = place->sm2_mechanism;
  if (slash != NULL && read_id (self, slash + 1) && find_token (self, serial)) {
    *info = info_of (self);
    if (*info != NULL)
      return self;
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("签名介质中没有编号为 %s 的可用密钥（SM2、ECDSA P-256 或 Ed25519）。"), slash + 1);
  } else
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有找到登记在您名下的签名介质。请插入后再试。"));
  close_token (self);
  return NULL;
}

/* --- PIN and signature --- */

static void
forget (gpointer data)
{
  Token *self = data;

  if (self->key != 0)
    self->calls->C_Logout (self->session);
  self->key = 0;
}

static gboolean
authorise (gpointer data, const FzSecret *pin, GError **error)
{
  Token *self = data;
  CK_OBJECT_HANDLE objects[MAX_OBJECTS];
  CK_UTF8CHAR *typed = (CK_UTF8CHAR *) fz_secret_get (pin);
  CK_RV said;

  forget (self);
  said = self->calls->C_Login (self->session, CKU_USER, typed, fz_secret_size (pin));
  if (said == CKR_USER_ALREADY_LOGGED_IN) { /* by whom does not matter: this PIN is judged */
    self->calls->C_Logout (self->session);
    said = self->calls->C_Login (self->session, CKU_USER, typed, fz_secret_size (pin));
  }
  if (fz_pkcs11_failed (said, error))
    return FALSE;
  if (find_class (self->calls, self->session, CKO_PRIVATE_KEY, self->id, self->n_id, objects) == 1) {
    self->key = objects[0];
    return TRUE;
  }
  self->calls->C_Logout (self->session);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("签名介质中没有与证书配对的私钥，请联系发证机构。"));
  return FALSE;
}

/* What the token is given: the text, or its digest. */
static GBytes *
prepare (const Token *self, const void *text, gsize n, GBytes *public_key)
{
  guint8 digest[32];
  gsize n_digest = sizeof digest;
  g_autoptr (GChecksum) sum = NULL;

  if (self->algorithm == FZ_ALGORITHM_ED25519)
    return g_bytes_new (text, n);
  if (self->algorithm == FZ_ALGORITHM_SM2_SM3)
    return fz_sm2_digest (public_key, text, n, digest) ? g_bytes_new (digest, sizeof digest) : NULL;
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, text, (gssize) n);
  g_checksum_get_digest (sum, digest, &n_digest);
  return g_bytes_new (digest, n_digest);
}

static GBytes *
key_for_digest (Token *self)
{
  g_autoptr (FzChain) own = fz_chain_new ();
  GBytes *key = NULL;

  add_certificates (self, self->id, own);
  if (own->certificates->len == 0)
    return public_key_of (self);
  fz_certificate_get_key (own->certificates->pdata[0], NULL, &key);
  return key;
}

static GBytes *
sign (gpointer data, const void *text, gsize n, GError **error)
{
  Token *self = data;
  g_autoptr (GBytes) public_key = self->algorithm == FZ_ALGORITHM_SM2_SM3 ? key_for_digest (self) : NULL;
  g_autoptr (GBytes) given = self->algorithm != FZ_ALGORITHM_SM2_SM3 || public_key != NULL ? prepare (self, text, n, public_key) : NULL;
  CK_MECHANISM how = { self->algorithm == FZ_ALGORITHM_ED25519   ? CKM_EDDSA
                       : self->algorithm == FZ_ALGORITHM_SM2_SM3 ? (CK_MECHANISM_TYPE) self->sm2_mechanism
                                                                 : CKM_ECDSA,
                       NULL, 0 };
  guint8 signature[256];
  CK_ULONG n_signature = sizeof signature;

  if (given == NULL || (self->algorithm == FZ_ALGORITHM_SM2_SM3 && self->sm2_mechanism == 0)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("没有设置该介质 SM2 签名的机制编号，请按介质厂商的说明设置。"));
    return NULL;
  }
  if (fz_pkcs11_failed (self->calls->C_SignInit (self->session, &how, self->key), error) ||
      fz_pkcs11_failed (self->calls->C_Sign (self->session, (CK_BYTE *) g_bytes_get_data (given, NULL), g_bytes_get_size (given), signature, &n_signature),
              error))
    return NULL;
  if (self->algorithm != FZ_ALGORITHM_ED25519 && n_signature == 64)
    return fz_signature_from_halves (signature);
  return g_bytes_new (signature, n_signature);
}

static FzSignerStatus
status (gpointer data)
{
  Token *self = data;
  CK_TOKEN_INFO now;
  CK_SESSION_INFO session;

  if (self->calls->C_GetTokenInfo (self->slot, &now) != CKR_OK || self->calls->C_GetSessionInfo (self->session, &session) != CKR_OK ||
      memcmp (now.serialNumber, self->token.serialNumber, sizeof now.serialNumber) != 0)
    return FZ_SIGNER_REMOVED;
  return (now.flags & CKF_USER_PIN_LOCKED) != 0 ? FZ_SIGNER_PIN_LOCKED : FZ_SIGNER_READY;
}

const FzSignerProvider fz_signer_pkcs11 = { "pkcs11", enumerate, open_token, authorise, sign, forget, status, close_token,
                                             fz_pkcs11_recall, fz_pkcs11_keep };
