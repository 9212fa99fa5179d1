/* Public keys with a name: half of core/note.h. */
#include "core/note_format.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

struct _FzVerifier {
  gatomicrefcount refs;
  char *name;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  guint32 key_id;
};

gboolean
fz_note_name_valid (const char *name)
{
  if (*name == '\0' || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '+' || g_unichar_isspace (c) || g_unichar_iscntrl (c))
        return FALSE;
    }
  return TRUE;
}

/* The first four bytes of SHA-256 (name, LF, algorithm, public key). */
static guint32
key_id (const char *name, const void *algorithm, gsize n_algorithm, const guint8 *public_key, gsize n)
{
  guint8 hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) name, strlen (name));
  crypto_hash_sha256_update (&state, (const guint8 *) "\n", 1);
  crypto_hash_sha256_update (&state, algorithm, n_algorithm);
  crypto_hash_sha256_update (&state, public_key, n);
  crypto_hash_sha256_final (&state, hash);
  return (guint32) hash[0] << 24 | (guint32) hash[1] << 16 | (guint32) hash[2] << 8 | hash[3];
}

guint32
fz_note_key_id_of (const char *name, const char *tag, const guint8 *public_key, gsize n)
{
  g_autofree char *algorithm = g_strconcat ("\xff", tag, NULL);

  return key_id (name, algorithm, strlen (algorithm), public_key, n);
}

FzVerifier *
fz_verifier_new (const char *name, const guint8 public_key[FZ_ED25519_PUBLIC_BYTES], GError **error)
{
  const guint8 algorithm = FZ_NOTE_ALGORITHM_ED25519;
  FzVerifier *self;

  if (!fz_note_name_valid (name))
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名密钥的名称“%s”为空，或含有空格、加号或控制字符"), name);
      return NULL;
    }
  /* One call refuses what is not canonical, not on the curve, of small order, or outside the main subgroup: such a key
   * would let one signature fit many texts. */
  if (crypto_core_ed25519_is_valid_point (public_key) != 1)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("“%s”的公钥不是可用的 Ed25519 公钥"), name);
      return NULL;
    }
  self = g_new0 (FzVerifier, 1);
  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (name);
  memcpy (self->public_key, public_key, FZ_ED25519_PUBLIC_BYTES);
  self->key_id = key_id (name, &algorithm, sizeof algorithm, public_key, FZ_ED25519_PUBLIC_BYTES);
  return self;
}

/* Exactly 8 lower-case hex digits. */
static gboolean
read_key_id (const char *text, gsize n, guint32 *out)
{
  *out = 0;
  if (n != 8)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
      *out = *out << 4 | (guint32) g_ascii_xdigit_value (text[i]);
    }
  return TRUE;
}

FzVerifier *
fz_verifier_parse (const char *vkey, GError **error)
{
  const char *plus = strchr (vkey, '+');
  const char *second = plus != NULL ? strchr (plus + 1, '+') : NULL;
  guint8 key[1 + FZ_ED25519_PUBLIC_BYTES];
  g_autofree char *name = NULL;
  g_autoptr (FzVerifier) self = NULL;
  guint32 id;
  gsize n = 0;

  if (second == NULL || !read_key_id (plus + 1, (gsize) (second - plus - 1), &id)
      || !fz_note_base64_decode (second + 1, strlen (second + 1), key, sizeof key, &n) || n != sizeof key
      || key[0] != FZ_NOTE_ALGORITHM_ED25519)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("公钥文字“%s”的写法不对，应为 名称+8位校验码+公钥"), vkey);
      return NULL;
    }
  name = g_strndup (vkey, (gsize) (plus - vkey));
  self = fz_verifier_new (name, key + 1, error);
  if (self == NULL)
    return NULL;
  if (self->key_id != id)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("公钥文字“%s”的校验码不符，可能抄录有误，请重新取得"), vkey);
      return NULL;
    }
  return g_steal_pointer (&self);
}

FzVerifier *
fz_verifier_ref (FzVerifier *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
fz_verifier_unref (FzVerifier *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->name);
  g_free (self);
}

const char *
fz_verifier_get_name (const FzVerifier *self)
{
  return self->name;
}

const guint8 *
fz_verifier_get_public_key (const FzVerifier *self)
{
  return self->public_key;
}

guint32
fz_verifier_get_key_id (const FzVerifier *self)
{
  return self->key_id;
}

char *
fz_verifier_dup_vkey (const FzVerifier *self)
{
  guint8 key[1 + FZ_ED25519_PUBLIC_BYTES] = { FZ_NOTE_ALGORITHM_ED25519 };
  g_autofree char *base64 = NULL;

  memcpy (key + 1, self->public_key, FZ_ED25519_PUBLIC_BYTES);
  base64 = g_base64_encode (key, sizeof key);
  return g_strdup_printf ("%s+%08x+%s", self->name, self->key_id, base64);
}

gboolean
fz_verifier_check (const FzVerifier *self, const void *text, gsize n, const guint8 signature[64])
{
  return crypto_sign_verify_detached (signature, text, n, self->public_key) == 0;
}
