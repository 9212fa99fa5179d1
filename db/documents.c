#include "db/documents.h"

#include "db/rows.h"
#include "db/stamps.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static const char next_number[] = "SELECT COALESCE(MAX(number), 0) + 1 FROM document";
static const char insert_document[] =
  "INSERT INTO document (number, id, kind, visit, body, body_sha256, note_sha256, role, person, signed_at) "
  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
static const char insert_signature[] =
  "INSERT INTO signature (document, position, line) "
  "VALUES ($1, (SELECT COUNT(*) FROM signature WHERE document = $1), $2)";

static gboolean
add_lines (FzTxn *txn, guint64 number, const char *const *lines, GError **error)
{
  for (guint i = 0; lines[i] != NULL; i++)
    if (!fz_txn_run (txn, error, insert_signature, "it", (gint64) number, lines[i]))
      return FALSE;
  return fz_stamps_mark (txn, number, error);
}

gboolean
fz_documents_add (FzTxn *txn, FzDocument *document, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, next_number, "");
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  g_ptr_array_extend (lines, document->lines, NULL, NULL);
  g_ptr_array_add (lines, NULL);
  document->number = (guint64) fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return fz_txn_run (txn, error, insert_document, "itttBtttti", (gint64) document->number, document->id,
                     fz_fields_get_kind (document->body), fz_fields_get (document->body, "visit"), document->text,
                     document->text_sha256, document->note_sha256, fz_role_to_word (document->actor.role),
                     document->actor.person, document->signed_at_us) &&
         add_lines (txn, document->number, (const char *const *) lines->pdata, error);
}

static const char number_of[] = "SELECT number FROM document WHERE id = $1";

static gpointer
read_number (FzStmt *stmt, GError **error)
{
  gint64 *number = g_new (gint64, 1);

  *number = fz_stmt_int (stmt, 0);
  return number;
}

gboolean
fz_documents_countersign (FzTxn *txn, const char *id, const char *lines, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有编号为“%s”的文书。"), id);
  g_autofree gint64 *number = fz_rows_first (fz_txn_query (txn, error, number_of, "t", id), read_number, missing, error);

  g_auto (GStrv) split = fz_note_split_lines (lines);

  return number != NULL && add_lines (txn, (guint64) *number, (const char *const *) split, error);
}

static const char lines_of[] = "SELECT line FROM signature WHERE document = $1 ORDER BY position";

/* The columns of one row, before its lines are read by a second statement. */
typedef struct {
  guint64 number;
  GBytes *body;
  char *sha256;
  FzRole role;
  char *person;
  gint64 at_us;
  char *visit, *kind, *id; /* as the columns say */
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_bytes_unref (row->body);
  g_free (row->sha256);
  g_free (row->person);
  g_free (row->visit);
  g_free (row->kind);
  g_free (row->id);
  g_free (row);
}

static gpointer
read_row (FzStmt *stmt, GError **error)
{
  Row *row = g_new0 (Row, 1);

  row->number = (guint64) fz_stmt_int (stmt, 0);
  row->body = fz_stmt_dup_bytes (stmt, 1);
  row->sha256 = fz_stmt_dup_text (stmt, 2);
  row->person = fz_stmt_dup_text (stmt, 4);
  row->at_us = fz_stmt_int (stmt, 5);
  row->visit = fz_stmt_dup_text (stmt, 6);
  row->kind = fz_stmt_dup_text (stmt, 7);
  row->id = fz_stmt_dup_text (stmt, 8);
  if (fz_role_from_word (fz_stmt_text (stmt, 3), &row->role))
    return row;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("第 %" PRIu64 " 号文书的签名角色不可识别。"), row->number);
  row_free (row);
  return NULL;
}

static FzDocument *
damaged (const Row *row, const char *why, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("第 %" PRIu64 " 号文书已损坏：%s"), row->number, why);
  return NULL;
}

/* Rows are found by these columns: one that says otherwise than its text would hide it, or show it in another visit. */
static gboolean
columns_fit (const Row *row, const FzDocument *document)
{
  return g_strcmp0 (row->visit, fz_fields_get (document->body, "visit")) == 0 &&
         g_strcmp0 (row->kind, fz_fields_get_kind (document->body)) == 0 && g_strcmp0 (row->id, document->id) == 0;
}

static FzDocument *
finish_row (FzTxn *txn, const Row *row, GError **error)
{
  g_autoptr (GPtrArray) lines = fz_rows_of_text (fz_txn_query (txn, error, lines_of, "i", (gint64) row->number), error);
  g_autoptr (FzDocument) document = NULL;
  g_autoptr (GError) why = NULL;

  if (lines == NULL)
    return NULL;
  g_ptr_array_add (lines, NULL);
  document = fz_document_from_bytes (row->number, row->body, (const char *const *) lines->pdata, row->role, row->person,
                                     row->at_us, &why);
  if (document == NULL && why->code == FZ_ERROR_CORRUPT) { /* it says so already */
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (document == NULL)
    return damaged (row, why->message, error);
  if (g_strcmp0 (document->text_sha256, row->sha256) != 0)
    return damaged (row, _ ("内容与其摘要不符"), error);
  if (!columns_fit (row, document))
    return damaged (row, _ ("检索列与内容不同"), error);
  return g_steal_pointer (&document);
}

static const char select_one[] = "SELECT number, body, body_sha256, role, person, signed_at, visit, kind, id FROM document WHERE id = $1";

FzDocument *
fz_documents_get (FzTxn *txn, const char *id, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有编号为“%s”的文书。"), id);
  Row *row = fz_rows_first (fz_txn_query (txn, error, select_one, "t", id), read_row, missing, error);
  FzDocument *document = row != NULL ? finish_row (txn, row, error) : NULL;

  g_clear_pointer (&row, row_free);
  return document;
}

static const char select_visit[] =
  "SELECT number, body, body_sha256, role, person, signed_at, visit, kind, id FROM document WHERE visit = $1 ORDER BY number";

/* Takes the rows; NULL when there was an error. */
static GPtrArray *
finish_rows (FzTxn *txn, GPtrArray *take_rows, GError **error)
{
  g_autoptr (GPtrArray) rows = take_rows;
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    FzDocument *document = finish_row (txn, rows->pdata[i], error);

    if (document == NULL)
      return NULL;
    g_ptr_array_add (documents, document);
  }
  return rows != NULL ? g_steal_pointer (&documents) : NULL;
}

GPtrArray *
fz_documents_of_visit (FzTxn *txn, const char *visit, GError **error)
{
  return finish_rows (txn, fz_rows_collect (fz_txn_query (txn, error, select_visit, "t", visit), read_row, row_free, error), error);
}

static const char select_after[] =
  "SELECT number, body, body_sha256, role, person, signed_at, visit, kind, id FROM document WHERE number > $1 ORDER BY number LIMIT $2";

GPtrArray *
fz_documents_after (FzTxn *txn, guint64 after, guint limit, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, select_after, "ii", (gint64) after, (gint64) limit);

  return finish_rows (txn, fz_rows_collect (stmt, read_row, row_free, error), error);
}

/* Names beginning with @ are the institution's own documents (its rules), no visits. */
static const char select_visits[] =
  "SELECT DISTINCT visit FROM document WHERE visit > $1 AND substr(visit, 1, 1) <> '@' ORDER BY visit LIMIT $2";

GPtrArray *
fz_documents_visits (FzTxn *txn, const char *after, guint limit, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, select_visits, "ti", after, (gint64) limit), error);
}

static const char select_subjects[] =
  "SELECT DISTINCT visit FROM document WHERE visit > $1 AND visit < 'A' AND kind = $2 ORDER BY visit LIMIT $3";

GPtrArray *
fz_documents_subjects (FzTxn *txn, const char *kind, const char *after, guint limit, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, select_subjects, "tti", after, kind, (gint64) limit), error);
}

static const char newest[] = "SELECT COALESCE(MAX(number), 0) FROM document";

gboolean
fz_documents_newest (FzTxn *txn, guint64 *out_number, GError **error)
{
  g_autofree gint64 *number = fz_rows_first (fz_txn_query (txn, error, newest, ""), read_number, NULL, error);

  if (number != NULL)
    *out_number = (guint64) *number;
  return number != NULL;
}

static const char newest_of_visit[] = "SELECT COALESCE(MAX(number), 0) FROM document WHERE visit = $1";

gboolean
fz_documents_newest_of_visit (FzTxn *txn, const char *visit, guint64 *out_number, GError **error)
{
  g_autofree gint64 *number = fz_rows_first (fz_txn_query (txn, error, newest_of_visit, "t", visit), read_number, NULL, error);

  if (number != NULL)
    *out_number = (guint64) *number;
  return number != NULL;
}

static const char signed_at[] = "SELECT signed_at FROM document WHERE number = $1";

gboolean
fz_documents_before (FzTxn *txn, gint64 us, guint64 *out_number, GError **error)
{
  guint64 low = 0, high = 0; /* everything up to low is earlier, nothing after high is */

  if (!fz_documents_newest (txn, &high, error))
    return FALSE;
  while (low < high) {
    guint64 middle = low + (high - low + 1) / 2;
    g_autofree gint64 *at = fz_rows_first (fz_txn_query (txn, error, signed_at, "i", (gint64) middle), read_number, NULL, error);

    if (at == NULL)
      return FALSE;
    if (*at < us)
      low = middle;
    else
      high = middle - 1;
  }
  *out_number = low;
  return TRUE;
}
