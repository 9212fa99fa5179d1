#include "core/note_format.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#define MAX_NOTE_BYTES 1000000
#define MAX_LINES 100
#define MAX_SIGNATURE_BYTES 1024 /* other algorithms' lines are carried along, not judged */
#define KEY_ID_BYTES 4
#define DASH "\342\200\224 " /* U+2014 and a space */

typedef struct {
  char *line; /* with its LF */
  char *signer;
  guint32 key_id;
  guint8 *signature;
  gsize n_signature;
} SignatureLine;

struct _FzNote {
  gatomicrefcount refs;
  GBytes *text;
  GPtrArray *lines; /* of SignatureLine */
};

static void
signature_line_free (SignatureLine *self)
{
  g_free (self->line);
  g_free (self->signer);
  g_free (self->signature);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignatureLine, signature_line_free)

gboolean
fz_note_base64_decode (const char *text, gsize n, guint8 *out, gsize max, gsize *out_n)
{
  for (gsize i = 0; i < n; i++)
    if ((guint8) text[i] >= 0x80) /* libsodium 1.0.18 reads some of these as a slash */
      return FALSE;
  return sodium_base642bin (out, max, text, n, NULL, out_n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

void
fz_seed_public_key (const FzSecret *seed, guint8 out_public[FZ_ED25519_PUBLIC_BYTES])
{
  g_autoptr (FzSecret) private_key = fz_secret_new (crypto_sign_SECRETKEYBYTES);

  g_assert (fz_secret_size (seed) == FZ_ED25519_SEED_BYTES);
  crypto_sign_seed_keypair (out_public, fz_secret_get_writable (private_key), fz_secret_get (seed));
}

/* FALSE unless text is UTF-8 without controls but LF, and ends in LF. */
static gboolean
check_text (const char *text, gsize n, GError **error)
{
  if (n == 0 || text[n - 1] != '\n')
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本必须以换行结尾"));
      return FALSE;
    }
  for (gsize i = 0; i < n; i++)
    if ((guint8) text[i] < 0x20 && text[i] != '\n')
      {
        g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本第 %zu 字节是控制字符"), i + 1);
        return FALSE;
      }
  if (g_utf8_validate_len (text, n, NULL))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本不是有效的 UTF-8 文字"));
  return FALSE;
}

char *
fz_note_format_line (const char *name, guint32 key_id, const guint8 *signature, gsize n)
{
  guint8 blob[KEY_ID_BYTES + MAX_SIGNATURE_BYTES];
  guint32 id = GUINT32_TO_BE (key_id);
  g_autofree char *base64 = NULL;

  g_return_val_if_fail (n > 0 && n <= MAX_SIGNATURE_BYTES, NULL);
  memcpy (blob, &id, KEY_ID_BYTES);
  memcpy (blob + KEY_ID_BYTES, signature, n);
  base64 = g_base64_encode (blob, KEY_ID_BYTES + n);
  return g_strconcat (DASH, name, " ", base64, "\n", NULL);
}

/* A wrong signature is not told from a wrong key by itself: only then is the public key derived anew. */
static char *
refuse_signature (const FzVerifier *who, const FzSecret *seed, GError **error)
{
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  fz_seed_public_key (seed, public_key);
  if (memcmp (public_key, fz_verifier_get_public_key (who), sizeof public_key) != 0)
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _("私钥与“%s”的公钥不是一对，没有签名"), fz_verifier_get_name (who));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _("签名自检失败，没有签名，请检修本机"));
  return NULL;
}

gboolean
fz_note_check_text (const void *text, gsize n, GError **error)
{
  if (!check_text (text, n, error))
    return FALSE;
  if (*(const char *) text != '\n' && memmem (text, n, "\n\n", 2) == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本中不能有空行"));
  return FALSE;
}

void
fz_seed_sign (const FzSecret *seed, const guint8 public_key[FZ_ED25519_PUBLIC_BYTES], const void *text, gsize n,
              guint8 out_signature[FZ_ED25519_SIGNATURE_BYTES])
{
  guint8 private_key[crypto_sign_SECRETKEYBYTES];

  g_assert (fz_secret_size (seed) == FZ_ED25519_SEED_BYTES);
  /* libsodium's private key is seed and public key; it stands here no longer than what libsodium derives from it on its own stack. */
  memcpy (private_key, fz_secret_get (seed), FZ_ED25519_SEED_BYTES);
  memcpy (private_key + FZ_ED25519_SEED_BYTES, public_key, FZ_ED25519_PUBLIC_BYTES);
  crypto_sign_detached (out_signature, NULL, text, n, private_key);
  fz_secret_wipe (private_key, sizeof private_key);
}

char *
fz_note_sign_line (const FzVerifier *who, const FzSecret *seed, const void *text, gsize n, GError **error)
{
  guint8 signature[FZ_ED25519_SIGNATURE_BYTES];

  if (!fz_note_check_text (text, n, error))
    return NULL;
  fz_seed_sign (seed, fz_verifier_get_public_key (who), text, n, signature);
  /* Checked before it leaves: a fault while signing or a key of somebody else must not reach the record, and a wrong signature can
   * betray the key. */
  return fz_verifier_check (who, text, n, signature)
           ? fz_note_format_line (fz_verifier_get_name (who), fz_verifier_get_key_id (who), signature, sizeof signature)
           : refuse_signature (who, seed, error);
}

/* `line` is n bytes without the LF. */
static SignatureLine *
parse_line (const char *line, gsize n)
{
  g_autoptr (SignatureLine) self = g_new0 (SignatureLine, 1);
  guint8 blob[KEY_ID_BYTES + MAX_SIGNATURE_BYTES];
  gsize n_dash = strlen (DASH), n_blob = 0;
  const char *name = line + n_dash, *space;

  if (n <= n_dash || memcmp (line, DASH, n_dash) != 0)
    return NULL;
  space = memchr (name, ' ', n - n_dash);
  if (space == NULL)
    return NULL;
  self->signer = g_strndup (name, (gsize) (space - name));
  if (!fz_note_name_valid (self->signer)
      || !fz_note_base64_decode (space + 1, n - (gsize) (space + 1 - line), blob, sizeof blob, &n_blob) || n_blob <= KEY_ID_BYTES)
    return NULL;
  self->line = g_strdup_printf ("%.*s\n", (int) n, line);
  self->key_id = (guint32) blob[0] << 24 | (guint32) blob[1] << 16 | (guint32) blob[2] << 8 | blob[3];
  self->n_signature = n_blob - KEY_ID_BYTES;
  self->signature = g_memdup2 (blob + KEY_ID_BYTES, self->n_signature);
  return g_steal_pointer (&self);
}

/* `lines` is what follows the empty line; NULL when it is not one signature line after another. */
static GPtrArray *
parse_lines (const char *lines, gsize n, GError **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) signature_line_free);
  const char *end = lines + n;

  for (const char *line = lines; line < end;)
    {
      const char *lf = memchr (line, '\n', (gsize) (end - line));
      SignatureLine *parsed = lf != NULL && out->len < MAX_LINES ? parse_line (line, (gsize) (lf - line)) : NULL;

      if (parsed == NULL)
        {
          g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本的第 %u 个签名行有误"), out->len + 1);
          return NULL;
        }
      g_ptr_array_add (out, parsed);
      line = lf + 1;
    }
  if (out->len > 0)
    return g_steal_pointer (&out);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本没有签名行"));
  return NULL;
}

/* The last empty line parts text and signatures, as the format says. */
static const char *
find_separator (const char *text, gsize n)
{
  for (gsize i = n; i >= 2; i--)
    if (text[i - 2] == '\n' && text[i - 1] == '\n')
      return text + i - 2;
  return NULL;
}

FzNote *
fz_note_parse (const guint8 *bytes, gsize n, GError **error)
{
  const char *all = (const char *) bytes, *separator;
  g_autoptr (GPtrArray) lines = NULL;
  FzNote *self;
  gsize n_text;

  if (n > MAX_NOTE_BYTES)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本过长，超过 %d 字节"), MAX_NOTE_BYTES);
      return NULL;
    }
  if (!check_text (all, n, error))
    return NULL;
  separator = find_separator (all, n);
  if (separator == NULL)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("签名文本中没有分隔签名的空行"));
      return NULL;
    }
  n_text = (gsize) (separator - all) + 1;
  lines = parse_lines (separator + 2, n - n_text - 1, error);
  if (lines == NULL)
    return NULL;
  self = g_new0 (FzNote, 1);
  g_atomic_ref_count_init (&self->refs);
  self->text = g_bytes_new (all, n_text);
  self->lines = g_steal_pointer (&lines);
  return self;
}

FzNote *
fz_note_ref (FzNote *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
fz_note_unref (FzNote *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_bytes_unref (self->text);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

GBytes *
fz_note_get_text (const FzNote *self)
{
  return self->text;
}

guint
fz_note_get_n_lines (const FzNote *self)
{
  return self->lines->len;
}

const char *
fz_note_get_line (const FzNote *self, guint i)
{
  g_return_val_if_fail (i < self->lines->len, NULL);
  return ((const SignatureLine *) g_ptr_array_index (self->lines, i))->line;
}

const char *
fz_note_get_signer (const FzNote *self, guint i)
{
  g_return_val_if_fail (i < self->lines->len, NULL);
  return ((const SignatureLine *) g_ptr_array_index (self->lines, i))->signer;
}

guint32
fz_note_get_key_id (const FzNote *self, guint i)
{
  g_return_val_if_fail (i < self->lines->len, 0);
  return ((const SignatureLine *) g_ptr_array_index (self->lines, i))->key_id;
}

const guint8 *
fz_note_get_signature (const FzNote *self, guint i, gsize *out_n)
{
  const SignatureLine *line;

  g_return_val_if_fail (i < self->lines->len, NULL);
  line = g_ptr_array_index (self->lines, i);
  *out_n = line->n_signature;
  return line->signature;
}

gboolean
fz_note_check (const FzNote *self, const FzVerifier *who, GError **error)
{
  gsize n;
  const void *text = g_bytes_get_data (self->text, &n);
  gboolean found = FALSE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const SignatureLine *line = g_ptr_array_index (self->lines, i);

      if (line->key_id != fz_verifier_get_key_id (who) || strcmp (line->signer, fz_verifier_get_name (who)) != 0)
        continue;
      if (line->n_signature != FZ_ED25519_SIGNATURE_BYTES || !fz_verifier_check (who, text, n, line->signature))
        {
          g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _("“%s”的签名与内容不符，内容或签名已被改动"), line->signer);
          return FALSE;
        }
      found = TRUE;
    }
  if (!found)
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _("没有“%s”的签名"), fz_verifier_get_name (who));
  return found;
}

GBytes *
fz_note_join (GBytes *text, const char *const *lines)
{
  gsize n;
  const char *data = g_bytes_get_data (text, &n);
  GString *out = g_string_new_len (data, (gssize) n);

  g_string_append_c (out, '\n');
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    g_string_append (out, lines[i]);
  return g_string_free_to_bytes (out);
}

char **
fz_note_split_lines (const char *lines)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new ();

  for (const char *lf; (lf = strchr (lines, '\n')) != NULL; lines = lf + 1)
    g_ptr_array_add (out, g_strndup (lines, (gsize) (lf + 1 - lines)));
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&out), FALSE);
}
