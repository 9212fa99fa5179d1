/* What a lawful purge takes away and how it goes for good (清除). The order: tombstone and row in one transaction, then the file, then the pages. */
#include "db/tombstone.h"

#include "db/durable.h"
#include "db/room.h"
#include "db/rows.h"
#include "db/store_private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <unistd.h>

/* --- rows --- */

static gboolean
forget (FzTxn *txn, const char *sql, const char *types, const char *sha256, gint64 number, const char *missing, GError **error)
{
  FzMask before = fz_txn_swap_mask (txn, txn->mode == FZ_TXN_READ ? FZ_MASK_READ : FZ_MASK_PURGE);
  gint64 changed = 0;
  gboolean good = *types == 't' ? fz_txn_run_counted (txn, &changed, error, sql, "t", sha256) : fz_txn_run_counted (txn, &changed, error, sql, "i", number);

  fz_txn_swap_mask (txn, before);
  if (good && changed == 0)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, missing);
  return good && changed > 0;
}

static const char note_waste[] =
  "INSERT INTO sealed_waste (file_name) SELECT file_name FROM attachment WHERE sha256 = $1 "
  "ON CONFLICT (file_name) DO NOTHING";
static const char forget_attachment[] = "DELETE FROM attachment WHERE sha256 = $1";

gboolean
fz_attachment_forget (FzTxn *txn, const char *sha256, GError **error)
{
  return fz_txn_run (txn, error, note_waste, "t", sha256) &&
         forget (txn, forget_attachment, "t", sha256, 0, _ ("没有这个附件，可能已经清除。"), error);
}

static const char forget_payload[] = "DELETE FROM audit_payload WHERE number = $1";

gboolean
fz_audit_forget (FzTxn *txn, guint64 number, GError **error)
{
  return forget (txn, forget_payload, "i", NULL, (gint64) number, _ ("审计日志的这一条没有详情，可能已经清除。"), error);
}

/* --- files --- */

/* Bytes that came again after a purge stand under the same name, with a row: those stay. */
static const char list_waste[] =
  "SELECT w.file_name FROM sealed_waste w WHERE NOT EXISTS (SELECT 1 FROM attachment a WHERE a.file_name = w.file_name)";
static const char drop_waste[] = "DELETE FROM sealed_waste WHERE file_name = $1";
static const char drop_taken[] = "DELETE FROM sealed_waste WHERE EXISTS (SELECT 1 FROM attachment a WHERE a.file_name = sealed_waste.file_name)";

static gboolean
unlink_one (FzTxn *txn, const char *name)
{
  g_autofree char *path = g_build_filename (txn->store->dir, "evidence", name, NULL);

  return unlink (path) == 0 || errno == ENOENT;
}

gboolean
fz_purge_sweep (FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) names = fz_rows_of_text (fz_txn_query (txn, error, list_waste, ""), error);
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  g_autofree char *folder = g_build_filename (txn->store->dir, "evidence", NULL);

  if (names == NULL || !fz_txn_run (txn, error, drop_taken, ""))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (unlink_one (txn, names->pdata[i]))
      g_ptr_array_add (gone, names->pdata[i]);
  /* The name is struck off only when the folder without it is on the disk. */
  if (gone->len > 0 && g_file_test (folder, G_FILE_TEST_IS_DIR) && !fz_durable_sync_folder (folder, error))
    return FALSE;
  for (guint i = 0; i < gone->len; i++)
    if (!fz_txn_run (txn, error, drop_waste, "t", gone->pdata[i]))
      return FALSE;
  return TRUE;
}

static const char size_of[] = "SELECT file_name, size_bytes FROM attachment WHERE sha256 = $1";

gboolean
fz_attachment_is_there (FzTxn *txn, const char *sha256, gboolean *out_there, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *name = NULL, *path = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, size_of, "t", sha256);
  GStatBuf info;
  gint64 size = 0;

  *out_there = FALSE;
  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &why)) {
    name = fz_stmt_dup_text (stmt, 0);
    size = fz_stmt_int (stmt, 1);
  }
  fz_stmt_end (stmt);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  path = name != NULL ? g_build_filename (txn->store->dir, "evidence", name, NULL) : NULL;
  *out_there = path != NULL && g_stat (path, &info) == 0 && info.st_size >= size; /* sealed, it is a little longer */
  return TRUE;
}

/* --- pages --- */

/* Deleted rows are overwritten where they lay; what a page kept of a row that had moved before is only gone with the page. */
/* An emptied WAL keeps its length and the sealed frames behind its wiped header (db/seal_stream.c); these held the rows. The connection is opened anew
 * over none. */
static gboolean
drop_log (FzStore *store, GError **error)
{
  g_autofree char *wal = g_strconcat (store->path, "-wal", NULL);
  gboolean good;

  g_clear_pointer (&store->connection, fz_connection_free);
  good = truncate (wal, 0) == 0 || errno == ENOENT;
  if (!good)
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能清空文件 %s：%s。\n请检查文件夹权限后重试。"), wal, g_strerror (errno));
  return fz_store_reopen (store, good ? error : NULL) && good && (access (wal, F_OK) != 0 || fz_durable_sync_file (wal, error));
}

gboolean
fz_purge_scrub (FzStore *store, GError **error)
{
  GStatBuf info;
  guint64 size = g_stat (store->path, &info) == 0 ? (guint64) info.st_size : 0;
  gboolean good;

  if (!fz_room_check (store->dir, 2 * size + store->room_bytes, error))
    return FALSE;
  fz_job_pause_thread (store);
  good = store->connection != NULL || fz_store_reopen (store, error);
  good = good && fz_connection_exec (store->connection, FZ_MASK_SETUP, "VACUUM;", error) &&
         fz_connection_checkpoint (store->connection, TRUE, error) && drop_log (store, error);
  fz_job_start_thread (store);
  return good;
}

/* --- what has details --- */

static gpointer
read_detail (FzStmt *stmt, GError **error)
{
  g_autoptr (GBytes) bytes = fz_stmt_dup_bytes (stmt, 1);
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  g_autoptr (FzFields) leaf = fz_fields_parse (text, n, error);
  static const char *const copied[] = { "number", "action", "subject_kind", "subject", "at", "payload_sha256" };
  FzFields *row;

  if (leaf == NULL)
    return NULL;
  row = fz_fields_new ("fuzhen.audit_detail/v1");
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (row, copied[i], fz_fields_get (leaf, copied[i]));
  return fz_fields_freeze (row);
}

static const char list_details[] =
  "SELECT p.number, a.leaf FROM audit_payload p JOIN audit a ON a.number = p.number "
  "WHERE p.number > $1 AND a.entry_at < $2 ORDER BY p.number LIMIT $3";

GPtrArray *
fz_audit_details (FzTxn *txn, guint64 after, gint64 until_us, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, list_details, "iii", (gint64) after, until_us, (gint64) limit), read_detail,
                          (GDestroyNotify) fz_fields_unref, error);
}

static const char has_details[] = "SELECT COUNT(*) FROM audit_payload WHERE number = $1";

gboolean
fz_audit_has_details (FzTxn *txn, guint64 number, gboolean *out_there, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, has_details, "i", (gint64) number);

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out_there = fz_stmt_int (stmt, 0) > 0;
  fz_stmt_end (stmt);
  return TRUE;
}
