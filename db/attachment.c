#include "db/attachment.h"

#include "core/fields.h"
#include "db/durable.h"
#include "db/key_derive.h"
#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#define CHUNK_BYTES 65536
#define EXTRA_BYTES crypto_secretstream_xchacha20poly1305_ABYTES
#define HEADER_BYTES crypto_secretstream_xchacha20poly1305_HEADERBYTES

typedef struct {
  char *file_name;
  FzSecret *key;
  char *media_type;
  gsize size;
} Row;

static void
row_clear (Row *self)
{
  g_free (self->file_name);
  g_free (self->media_type);
  fz_secret_free (self->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

static char *
path_of (FzTxn *txn, const char *file_name)
{
  return g_build_filename (txn->store->dir, "evidence", file_name, NULL);
}

/* --- the sealed stream --- */

static GByteArray *
seal (const FzSecret *key, const guint8 *bytes, gsize n, const char *sha256)
{
  GByteArray *out = g_byte_array_sized_new ((guint) (n + HEADER_BYTES + (n / CHUNK_BYTES + 1) * EXTRA_BYTES));
  crypto_secretstream_xchacha20poly1305_state state;
  gsize at = 0;

  g_byte_array_set_size (out, HEADER_BYTES);
  crypto_secretstream_xchacha20poly1305_init_push (&state, out->data, fz_secret_get (key));
  do {
    gsize part = MIN (n - at, CHUNK_BYTES);
    guint before = out->len;
    guint8 tag = at + part == n ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;

    g_byte_array_set_size (out, before + (guint) (part + EXTRA_BYTES));
    crypto_secretstream_xchacha20poly1305_push (&state, out->data + before, NULL, bytes + at, part,
                                                (const guint8 *) sha256, strlen (sha256), tag);
    at += part;
  } while (at < n);
  fz_secret_wipe (&state, sizeof state);
  return out;
}

/* NULL unless every chunk opens and the last one is the last. */
static GBytes *
unseal (const FzSecret *key, const guint8 *sealed, gsize n, gsize size, const char *sha256)
{
  g_autofree guint8 *out = g_malloc (size + 1);
  crypto_secretstream_xchacha20poly1305_state state;
  gsize at = HEADER_BYTES;
  gsize done = 0;
  guint8 tag = 0;

  if (n < HEADER_BYTES + EXTRA_BYTES ||
      crypto_secretstream_xchacha20poly1305_init_pull (&state, sealed, fz_secret_get (key)) != 0)
    return NULL;
  while (at < n && tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
    gsize part = MIN (n - at, CHUNK_BYTES + EXTRA_BYTES);

    if (part < EXTRA_BYTES || done + part - EXTRA_BYTES > size ||
        crypto_secretstream_xchacha20poly1305_pull (&state, out + done, NULL, &tag, sealed + at, part,
                                                    (const guint8 *) sha256, strlen (sha256)) != 0)
      return NULL;
    at += part;
    done += part - EXTRA_BYTES;
  }
  fz_secret_wipe (&state, sizeof state);
  if (at != n || done != size || tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&out), size);
}

/* --- rows --- */

/* TRUE with out->file_name NULL when there is none. */
static gboolean
find (FzTxn *txn, const char *sha256, Row *out, GError **error)
{
  static const char sql[] = "SELECT file_name, file_key, size_bytes, media_type FROM attachment WHERE sha256 = $1";
  g_autoptr (GError) cause = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "t", sha256);

  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &cause)) {
    out->file_name = fz_stmt_dup_text (stmt, 0);
    out->key = fz_secret_new_from (sqlite3_column_blob (stmt->raw, 1), FZ_KEY_BYTES); /* the CHECK holds the length */
    out->size = (gsize) fz_stmt_int (stmt, 2);
    out->media_type = fz_stmt_dup_text (stmt, 3);
  }
  fz_stmt_end (stmt);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
insert (FzTxn *txn, const char *sha256, const Row *row, GError **error)
{
  static const char sql[] = "INSERT INTO attachment (number, sha256, file_name, file_key, size_bytes, media_type, added_at) "
                            "SELECT coalesce(max(number), -1) + 1, $1, $2, $3, $4, $5, $6 FROM attachment";
  FzMask before = fz_txn_swap_mask (txn, txn->mode == FZ_TXN_READ ? FZ_MASK_READ : FZ_MASK_AUDIT);
  gboolean good = fz_txn_run (txn, error, sql, "ttbiti", sha256, row->file_name, fz_secret_get (row->key),
                              (gsize) FZ_KEY_BYTES, (gint64) row->size, row->media_type, txn->now_us);

  fz_txn_swap_mask (txn, before);
  return good;
}

/* --- put and get --- */

/* A keyed hash: whoever holds a copy of a public file cannot look whether it is here. */
static char *
name_of (FzTxn *txn, const char *sha256)
{
  g_autoptr (FzSecret) key = fz_key_for (txn->store->key, "fuzhen.attachment.name/v1");
  guint8 digest[32];
  char hex[2 * sizeof digest + 1];

  crypto_generichash (digest, sizeof digest, (const guint8 *) sha256, strlen (sha256), fz_secret_get (key), FZ_KEY_BYTES);
  return g_strdup (sodium_bin2hex (hex, sizeof hex, digest, sizeof digest));
}

static gboolean
write_file (FzTxn *txn, const Row *row, const guint8 *bytes, const char *sha256, GError **error)
{
  g_autofree char *folder = g_build_filename (txn->store->dir, "evidence", NULL);
  g_autofree char *path = path_of (txn, row->file_name);
  g_autoptr (GByteArray) sealed = seal (row->key, bytes, row->size, sha256);

  return fz_durable_folder (folder, error) && fz_durable_sync_folder (txn->store->dir, error) &&
         fz_durable_write (path, sealed->data, sealed->len, 0600, error);
}

static gboolean
add (FzTxn *txn, const guint8 *bytes, gsize n, const char *media_type, const char *sha256, GError **error)
{
  g_auto (Row) row = { 0 };

  row.file_name = name_of (txn, sha256);
  row.key = fz_secret_random (FZ_KEY_BYTES);
  row.media_type = g_strdup (media_type);
  row.size = n;
  /* The file first: a row without its file would be a lie, a file without its row is nothing. */
  return write_file (txn, &row, bytes, sha256, error) && insert (txn, sha256, &row, error);
}

gboolean
fz_attachment_put (FzTxn *txn, GBytes *bytes, const char *media_type, char **out_sha256, GError **error)
{
  g_auto (Row) row = { 0 };
  gsize n = 0;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  g_autofree char *sha256 = fz_sha256_hex (data, n);

  if (n > FZ_ATTACHMENT_MAX_BYTES) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("附件超过 %d MiB，未保存。\n请压缩或拆分后重试。"),
                 FZ_ATTACHMENT_MAX_BYTES / 1024 / 1024);
    return FALSE;
  }
  if (!find (txn, sha256, &row, error) || (row.file_name == NULL && !add (txn, data, n, media_type, sha256, error)))
    return FALSE;
  *out_sha256 = g_steal_pointer (&sha256);
  return TRUE;
}

static GBytes *
open_file (FzTxn *txn, const Row *row, const char *sha256, GError **error)
{
  g_autofree char *path = path_of (txn, row->file_name);
  gsize most = row->size + HEADER_BYTES + (row->size / CHUNK_BYTES + 1) * EXTRA_BYTES;
  g_autoptr (GBytes) sealed = fz_durable_read (path, most, NULL);
  g_autoptr (GBytes) plain = NULL;
  gsize n = 0;
  const guint8 *bytes = sealed != NULL ? g_bytes_get_data (sealed, &n) : NULL;

  plain = bytes != NULL ? unseal (row->key, bytes, n, row->size, sha256) : NULL;
  if (plain != NULL)
    return g_steal_pointer (&plain);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("附件文件 %s 缺失或已损坏。\n请系统管理员从备份取回。"), path);
  return NULL;
}

GBytes *
fz_attachment_get (FzTxn *txn, const char *sha256, char **out_media_type, GError **error)
{
  g_auto (Row) row = { 0 };
  GBytes *plain;

  if (!find (txn, sha256, &row, error))
    return NULL;
  if (row.file_name == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("没有这个附件（%s）。"), sha256);
    return NULL;
  }
  plain = open_file (txn, &row, sha256, error);
  if (plain != NULL && out_media_type != NULL)
    *out_media_type = g_steal_pointer (&row.media_type);
  return plain;
}
