#include "core/cosignature.h"

#include "core/date.h"
#include "core/note_format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KIND 0x04
#define TIME_BYTES 8

struct _FzWitnessKey {
  FzVerifier *key; /* its name and point; the id of a cosignature key is another */
  guint32 id;
};

static guint32
read_id (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

/* SHA-256 (name, LF, 0x04, public key), its first four bytes. */
static guint32
id_of (const char *name, const guint8 *point)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  static const guint8 between[] = { '\n', KIND };
  guint8 digest[32];
  gsize n = sizeof digest;

  g_checksum_update (sum, (const guchar *) name, -1);
  g_checksum_update (sum, between, sizeof between);
  g_checksum_update (sum, point, FZ_ED25519_PUBLIC_BYTES);
  g_checksum_get_digest (sum, digest, &n);
  return read_id (digest);
}

FzWitnessKey *
fz_witness_key_parse (const char *vkey, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (vkey, "+", 3);
  g_autoptr (FzWitnessKey) self = g_new0 (FzWitnessKey, 1);
  guint8 point[1 + FZ_ED25519_PUBLIC_BYTES];
  g_autofree char *id = NULL;
  gsize n = 0;

  if (g_strv_length (parts) == 3 && fz_note_base64_decode (parts[2], strlen (parts[2]), point, sizeof point, &n) && n == sizeof point &&
      point[0] == KIND) {
    self->id = id_of (parts[0], point + 1);
    id = g_strdup_printf ("%08x", self->id);
    if (g_str_equal (id, parts[1]))
      self->key = fz_verifier_new (parts[0], point + 1, error);
  }
  if (self->key != NULL)
    return g_steal_pointer (&self);
  g_clear_error (error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是见证方的公钥（名称+8位校验+Base64，类型04）。"), vkey);
  return NULL;
}

void
fz_witness_key_free (FzWitnessKey *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->key, fz_verifier_unref);
  g_free (self);
}

const char *
fz_witness_key_get_name (const FzWitnessKey *self)
{
  return fz_verifier_get_name (self->key);
}

static gboolean
is_good (const FzNote *note, const FzWitnessKey *who, const guint8 *signature, gint64 *out_at_s)
{
  gsize n = 0;
  const char *text = g_bytes_get_data (fz_note_get_text (note), &n);
  guint64 at_s = (guint64) read_id (signature) << 32 | read_id (signature + 4);
  g_autofree char *message = g_strdup_printf ("cosignature/v1\ntime %" G_GUINT64_FORMAT "\n%.*s", at_s, (int) n, text);

  *out_at_s = (gint64) at_s;
  return at_s <= G_MAXINT64 / FZ_US_PER_SECOND && fz_verifier_check (who->key, message, strlen (message), signature + TIME_BYTES);
}

gboolean
fz_cosignature_check (const FzNote *note, const FzWitnessKey *who, gint64 *out_at_s, GError **error)
{
  for (guint i = 0; i < fz_note_get_n_lines (note); i++) {
    gsize n = 0;
    const guint8 *signature = fz_note_get_signature (note, i, &n);

    if (g_str_equal (fz_note_get_signer (note, i), fz_witness_key_get_name (who)) && fz_note_get_key_id (note, i) == who->id &&
        n == TIME_BYTES + FZ_ED25519_SIGNATURE_BYTES && is_good (note, who, signature, out_at_s))
      return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("没有见证方 %s 的有效签名。"), fz_witness_key_get_name (who));
  return FALSE;
}
