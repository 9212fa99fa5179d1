#include "db/catalogue.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- rows of a change --- */

static const char has_rows[] = "SELECT number FROM catalogue_rows WHERE sha256 = $1";
static const char keep_rows[] = "INSERT INTO catalogue_rows (number, sha256, body, kept_at) "
                                "VALUES ((SELECT COALESCE(MAX(number), -1) + 1 FROM catalogue_rows), $1, $2, $3)";
static const char get_rows[] = "SELECT body FROM catalogue_rows WHERE sha256 = $1";

gboolean
fz_catalogue_rows_keep (FzTxn *txn, GBytes *body, char **out_sha256, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  FzStmt *stmt = fz_txn_query (txn, error, has_rows, "t", sha256);
  g_autoptr (GError) why = NULL;
  gboolean there;

  if (stmt == NULL)
    return FALSE;
  there = fz_stmt_next (stmt, &why);
  fz_stmt_end (stmt);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (!there && !fz_txn_run (txn, error, keep_rows, "tBi", sha256, body, fz_txn_now_us (txn)))
    return FALSE;
  if (out_sha256 != NULL)
    *out_sha256 = g_steal_pointer (&sha256);
  return TRUE;
}

static gpointer
read_bytes (FzStmt *stmt, GError **error)
{
  GBytes *bytes = fz_stmt_dup_bytes (stmt, 0);

  if (bytes == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中的一行内容为空。"));
  return bytes;
}

GBytes *
fz_catalogue_rows_get (FzTxn *txn, const char *sha256, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("库中没有保存摘要为 %.12s… 的目录变更内容。"), sha256);
  g_autoptr (GBytes) body = fz_rows_first (fz_txn_query (txn, error, get_rows, "t", sha256), read_bytes, missing, error);
  g_autofree char *found = body != NULL ? fz_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : NULL;

  if (body == NULL || g_str_equal (found, sha256))
    return g_steal_pointer (&body);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("库中保存的目录变更与其摘要不符（%.12s…），可能已被改动，不能据此变更目录。请联系系统管理员从备份恢复。"),
               sha256);
  return NULL;
}

/* --- read, checked, not signed for --- */

static const char stage[] = "INSERT INTO catalogue_staged (id, facts, body, staged_at) VALUES ($1, $2, $3, $4)";
static const char get_staged[] = "SELECT facts FROM catalogue_staged WHERE id = $1";
static const char get_staged_body[] = "SELECT body FROM catalogue_staged WHERE id = $1";
static const char list_staged[] = "SELECT facts FROM catalogue_staged ORDER BY staged_at DESC, id DESC";
static const char drop_staged[] = "DELETE FROM catalogue_staged WHERE id = $1";

gboolean
fz_catalogue_stage (FzTxn *txn, const char *id, const FzFields *facts, GBytes *body, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);

  return text != NULL && fz_txn_run (txn, error, stage, "ttBi", id, text, body, fz_txn_now_us (txn));
}

gboolean
fz_catalogue_staged_get (FzTxn *txn, const char *id, FzFields **out_facts, GBytes **out_body, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有待提交的导入“%s”，可能已经提交或放弃。"), id);
  g_autoptr (FzFields) facts = fz_row_of_facts (fz_txn_query (txn, error, get_staged, "t", id), missing, error);
  g_autoptr (GBytes) body = facts != NULL ? fz_rows_first (fz_txn_query (txn, error, get_staged_body, "t", id), read_bytes, missing, error) : NULL;

  if (body == NULL)
    return FALSE;
  if (out_facts != NULL)
    *out_facts = g_steal_pointer (&facts);
  if (out_body != NULL)
    *out_body = g_steal_pointer (&body);
  return TRUE;
}

GPtrArray *
fz_catalogue_staged_list (FzTxn *txn, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_staged, ""), error);
}

gboolean
fz_catalogue_staged_drop (FzTxn *txn, const char *id, GError **error)
{
  gint64 dropped = 0;

  if (!fz_txn_run_counted (txn, &dropped, error, drop_staged, "t", id))
    return FALSE;
  if (dropped == 1)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有待提交的导入“%s”，可能已经提交或放弃。"), id);
  return FALSE;
}

/* --- changes --- */

static const char put_change[] =
  "INSERT INTO catalogue_change (id, kind, state, waits, opened_at, facts) VALUES ($1, $2, $3, $4, $5, $6) "
  "ON CONFLICT (id) DO UPDATE SET state = excluded.state, waits = excluded.waits, facts = excluded.facts";
static const char get_change[] = "SELECT facts FROM catalogue_change WHERE id = $1";
static const char list_changes[] =
  "SELECT facts FROM catalogue_change WHERE (opened_at, id) < ($1, $2) ORDER BY opened_at DESC, id DESC LIMIT $3";
static const char list_waiting[] =
  "SELECT facts FROM catalogue_change WHERE waits = 1 AND (opened_at, id) < ($1, $2) ORDER BY opened_at DESC, id DESC LIMIT $3";
static const char list_removals[] = "SELECT facts FROM catalogue_change WHERE kind = 'removal' AND state <> 'lifted' ORDER BY id";

gboolean
fz_catalogue_change_put (FzTxn *txn, const FzFields *facts, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 opened_us = 0;

  fz_fields_get_time (facts, "change.opened_at", &opened_us);
  return text != NULL && fz_txn_run (txn, error, put_change, "tttiit", fz_fields_get (facts, "change.id"), fz_fields_get (facts, "change.kind"),
                                     fz_fields_get (facts, "change.state"), (gint64) fz_fields_is_yes (facts, "change.open"), opened_us, text);
}

FzFields *
fz_catalogue_change_get (FzTxn *txn, const char *id, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有编号为“%s”的目录变更。"), id);

  return fz_row_of_facts (fz_txn_query (txn, error, get_change, "t", id), missing, error);
}

GPtrArray *
fz_catalogue_change_list (FzTxn *txn, gboolean waiting, gint64 before_us, const char *before_id, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, waiting ? list_waiting : list_changes, "iti", before_us, before_id, (gint64) limit), error);
}

GPtrArray *
fz_catalogue_removals (FzTxn *txn, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_removals, ""), error);
}

static const char put_line[] = "INSERT INTO catalogue_line (code, change, act, text) VALUES ($1, $2, $3, $4) "
                               "ON CONFLICT (code, change) DO UPDATE SET act = excluded.act, text = excluded.text";
static const char history_of[] =
  "SELECT c.facts, l.act, l.text FROM catalogue_line l JOIN catalogue_change c ON c.id = l.change WHERE l.code = $1 "
  "ORDER BY c.opened_at DESC, c.id DESC LIMIT $2";
static const char lines_of[] = "SELECT code, act, text FROM catalogue_line WHERE change = $1 AND code > $2 ORDER BY code LIMIT $3";

gboolean
fz_catalogue_line_put (FzTxn *txn, const char *code, const char *change, const char *act, const char *text, GError **error)
{
  return fz_txn_run (txn, error, put_line, "tttt", code, change, act, text);
}

static gpointer
read_history (FzStmt *stmt, GError **error)
{
  g_autoptr (FzFields) kept = fz_row_facts (stmt, error);
  FzFields *facts = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;

  if (facts == NULL)
    return NULL;
  fz_fields_set (facts, "line.act", fz_stmt_text (stmt, 1));
  fz_fields_set (facts, "line.text", fz_stmt_text (stmt, 2));
  return fz_fields_freeze (facts);
}

GPtrArray *
fz_catalogue_history (FzTxn *txn, const char *code, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, history_of, "ti", code, (gint64) limit), read_history, (GDestroyNotify) fz_fields_unref, error);
}

static gpointer
read_line (FzStmt *stmt, GError **error)
{
  FzFields *row = fz_fields_new ("fuzhen.catalogue_line/v1");

  fz_fields_set (row, "code", fz_stmt_text (stmt, 0));
  fz_fields_set (row, "act", fz_stmt_text (stmt, 1));
  fz_fields_set (row, "text", fz_stmt_text (stmt, 2));
  return fz_fields_freeze (row);
}

GPtrArray *
fz_catalogue_lines (FzTxn *txn, const char *change, const char *after, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, lines_of, "tti", change, after, (gint64) limit), read_line, (GDestroyNotify) fz_fields_unref,
                          error);
}
