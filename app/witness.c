#include "app/witness.h"

#include "app/post.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#define ANSWER_MAX_BYTES (64 * 1024)
#define TIMEOUT_S 10

gboolean
fz_witness_check_url (const char *url, GError **error)
{
  if (fz_post_is_allowed (url))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("见证地址“%s”必须以 https:// 开头。"), url);
  return FALSE;
}

static GBytes *
body_of (guint64 old_size, GArray *proof, GBytes *note)
{
  GString *body = g_string_new (NULL);
  gsize n = 0;
  const char *text = g_bytes_get_data (note, &n);

  g_string_append_printf (body, "old %" G_GUINT64_FORMAT "\n", old_size);
  for (guint i = 0; i < proof->len; i++) {
    g_autofree char *line = g_base64_encode (g_array_index (proof, FzHash, i).bytes, FZ_HASH_BYTES);

    g_string_append_printf (body, "%s\n", line);
  }
  g_string_append_c (body, '\n');
  g_string_append_len (body, text, (gssize) n);
  return g_string_free_to_bytes (body);
}

static gboolean
take_signature (const FzWitnessKey *who, GBytes *note, GBytes *answer, GBytes **out_note, GError **error)
{
  GByteArray *joined = g_byte_array_new ();
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (FzNote) parsed = NULL;
  gint64 at_s = 0;

  g_byte_array_append (joined, g_bytes_get_data (note, NULL), (guint) g_bytes_get_size (note));
  g_byte_array_append (joined, g_bytes_get_data (answer, NULL), (guint) g_bytes_get_size (answer));
  whole = g_byte_array_free_to_bytes (joined);
  parsed = fz_note_parse (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), NULL);
  if (parsed != NULL && fz_cosignature_check (parsed, who, &at_s, NULL)) {
    *out_note = g_steal_pointer (&whole);
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("见证方 %s 的签名不成立。请核对见证地址和公钥。"), fz_witness_key_get_name (who));
  return FALSE;
}

static gboolean
take_size (GBytes *answer, guint64 *out_size)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));

  g_strchomp (text);
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, out_size, NULL);
}

static gboolean
judge (guint status, const FzWitnessKey *who, GBytes *note, GBytes *answer, FzWitnessAnswer *out_answer, GBytes **out_note, guint64 *out_size,
       GError **error)
{
  if (status == SOUP_STATUS_OK) {
    *out_answer = FZ_WITNESS_SIGNED;
    return take_signature (who, note, answer, out_note, error);
  }
  if (status == SOUP_STATUS_CONFLICT && take_size (answer, out_size)) {
    *out_answer = FZ_WITNESS_KNOWS;
    return TRUE;
  }
  if (status == SOUP_STATUS_UNPROCESSABLE_ENTITY) {
    *out_answer = FZ_WITNESS_REFUSED;
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("见证方回答 HTTP %u。请与见证方核对本日志是否已登记。"), status);
  return FALSE;
}

gboolean
fz_witness_add (const char *url, const FzWitnessKey *who, guint64 old_size, GArray *proof, GBytes *note, FzWitnessAnswer *out_answer,
                GBytes **out_note, guint64 *out_size, GError **error)
{
  g_autofree char *path = g_str_has_suffix (url, "/") ? g_strconcat (url, "add-checkpoint", NULL) : g_strconcat (url, "/add-checkpoint", NULL);
  FzPost post = { .url = path, .type = "text/plain; charset=utf-8", .most = ANSWER_MAX_BYTES, .seconds = TIMEOUT_S };
  g_autoptr (GBytes) body = body_of (old_size, proof, note), answer = NULL;
  guint status = 0;

  if (!fz_witness_check_url (url, error))
    return FALSE;
  if (fz_post (&post, body, &status, &answer, error))
    return judge (status, who, note, answer, out_answer, out_note, out_size, error);
  g_prefix_error (error, "%s", _ ("见证方没有回答："));
  return FALSE;
}
