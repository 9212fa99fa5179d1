#include "db/archive.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

void
fz_archived_free (FzArchived *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->sha256);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static gboolean
check (const char *kind, gsize n, GError **error)
{
  gsize length = kind != NULL ? strlen (kind) : 0;

  if (length > 0 && length <= 32 && strspn (kind, "abcdefghijklmnopqrstuvwxyz_") == length && n > 0 && n <= FZ_ARCHIVE_MAX_BYTES)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("验证材料“%s”不能存档：种类有误，或内容为空、超过 %d 字节。"), kind != NULL ? kind : "", FZ_ARCHIVE_MAX_BYTES);
  return FALSE;
}

static const char find_bytes[] = "SELECT number FROM validation WHERE sha256 = $1";
static const char next_number[] = "SELECT coalesce(max(number), -1) + 1 FROM validation";
static const char insert[] = "INSERT INTO validation (number, sha256, kind, body, kept_at) VALUES ($1, $2, $3, $4, $5)";

gboolean
fz_archive_put (FzTxn *txn, const char *kind, const void *bytes, gsize n, gint64 *out_number, GError **error)
{
  g_autofree char *sha256 = NULL;
  gint64 number = -1;

  if (!check (kind, n, error))
    return FALSE;
  sha256 = fz_sha256_hex (bytes, n);
  if (!fz_row_number (fz_txn_query (txn, error, find_bytes, "t", sha256), &number, error))
    return FALSE;
  if (number < 0 && (!fz_row_number (fz_txn_query (txn, error, next_number, ""), &number, error) ||
                     !fz_txn_run (txn, error, insert, "ittbi", number, sha256, kind, bytes, n, fz_txn_now_us (txn))))
    return FALSE;
  if (out_number != NULL)
    *out_number = number;
  return TRUE;
}

static const char find_link[] = "SELECT number FROM validation_of WHERE document = $1 AND validation = $2";
static const char next_link[] = "SELECT coalesce(max(number), -1) + 1 FROM validation_of";
static const char insert_link[] = "INSERT INTO validation_of (number, document, validation) VALUES ($1, $2, $3)";

gboolean
fz_archive_link (FzTxn *txn, const char *document, gint64 number, GError **error)
{
  gint64 link = -1;

  if (!fz_row_number (fz_txn_query (txn, error, find_link, "ti", document, number), &link, error))
    return FALSE;
  return link >= 0 || (fz_row_number (fz_txn_query (txn, error, next_link, ""), &link, error) &&
                       fz_txn_run (txn, error, insert_link, "iti", link, document, number));
}

gboolean
fz_archive_put_for (FzTxn *txn, const char *document, const char *kind, const void *bytes, gsize n, GError **error)
{
  gint64 number = -1;

  return fz_archive_put (txn, kind, bytes, n, &number, error) && fz_archive_link (txn, document, number, error);
}

static gpointer
archived_row (FzStmt *stmt, GError **error)
{
  g_autoptr (FzArchived) row = g_new0 (FzArchived, 1);
  g_autofree char *sha256 = NULL;

  row->number = fz_stmt_int (stmt, 0);
  row->kind = fz_stmt_dup_text (stmt, 1);
  row->sha256 = fz_stmt_dup_text (stmt, 2);
  row->body = fz_stmt_dup_bytes (stmt, 3);
  row->kept_at_us = fz_stmt_int (stmt, 4);
  sha256 = fz_sha256_hex (g_bytes_get_data (row->body, NULL), g_bytes_get_size (row->body));
  if (g_str_equal (sha256, row->sha256))
    return g_steal_pointer (&row);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("验证材料第 %" PRId64 " 项已被改动。\n请系统管理员用备份恢复（fuzhen restore）。"), row->number);
  return NULL;
}

static const char get[] = "SELECT number, kind, sha256, body, kept_at FROM validation WHERE number = $1";
static const char list[] = "SELECT validation.number, kind, sha256, body, kept_at FROM validation_of "
                           "JOIN validation ON validation.number = validation_of.validation WHERE document = $1 ORDER BY validation.number";

FzArchived *
fz_archive_get (FzTxn *txn, gint64 number, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有验证材料第 %" PRId64 " 项。"), number);

  return fz_rows_first (fz_txn_query (txn, error, get, "i", number), archived_row, missing, error);
}

GPtrArray *
fz_archive_list (FzTxn *txn, const char *document, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, list, "t", document), archived_row, (GDestroyNotify) fz_archived_free, error);
}
