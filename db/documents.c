#include "db/documents.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static const char next_number[] = "SELECT COALESCE(MAX(number), 0) + 1 FROM document";
static const char insert_document[] =
  "INSERT INTO document (number, id, kind, visit, body, body_sha256, note_sha256, role, person, signed_at) "
  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
static const char insert_signature[] =
  "INSERT INTO signature (document, position, line) "
  "VALUES ($1, (SELECT COUNT(*) FROM signature WHERE document = $1), $2)";

gboolean
fz_documents_add (FzTxn *txn, FzDocument *document, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, next_number, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  document->number = (guint64) fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return fz_txn_run (txn, error, insert_document, "itttBtttti", (gint64) document->number, document->id,
                     fz_fields_get_kind (document->body), fz_fields_get (document->body, "visit"), document->text,
                     document->text_sha256, document->note_sha256, fz_role_to_word (document->actor.role),
                     document->actor.person, document->signed_at_us) &&
         fz_txn_run (txn, error, insert_signature, "it", (gint64) document->number, document->lines->pdata[0]);
}

static const char number_of[] = "SELECT number FROM document WHERE id = $1";

gboolean
fz_documents_countersign (FzTxn *txn, const char *id, const char *line, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, number_of, "t", id);
  g_autoptr (GError) why = NULL;
  gint64 number;

  if (stmt == NULL)
    return FALSE;
  if (!fz_stmt_next (stmt, &why)) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    else
      g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的文书。"), id);
    return FALSE;
  }
  number = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return fz_txn_run (txn, error, insert_signature, "it", number, line);
}

static const char lines_of[] = "SELECT line FROM signature WHERE document = $1 ORDER BY position";

static gboolean
read_lines (FzTxn *txn, guint64 number, GPtrArray *lines, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, lines_of, "i", (gint64) number);
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return FALSE;
  while (fz_stmt_next (stmt, &why))
    g_ptr_array_add (lines, fz_stmt_dup_text (stmt, 0));
  g_ptr_array_add (lines, NULL);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return TRUE;
}

/* The columns of one row, before its lines are read by a second statement. */
typedef struct {
  guint64 number;
  GBytes *body;
  char *sha256;
  FzRole role;
  char *person;
  gint64 at_us;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_bytes_unref (row->body);
  g_free (row->sha256);
  g_free (row->person);
  g_free (row);
}

static Row *
read_row (FzStmt *stmt, GError **error)
{
  Row *row = g_new0 (Row, 1);

  row->number = (guint64) fz_stmt_int (stmt, 0);
  row->body = fz_stmt_dup_bytes (stmt, 1);
  row->sha256 = fz_stmt_dup_text (stmt, 2);
  row->person = fz_stmt_dup_text (stmt, 4);
  row->at_us = fz_stmt_int (stmt, 5);
  if (fz_role_from_word (fz_stmt_text (stmt, 3), &row->role))
    return row;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("第 %" PRIu64 " 号文书的签名角色不可识别。"), row->number);
  row_free (row);
  return NULL;
}

static FzDocument *
finish_row (FzTxn *txn, Row *row, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  FzDocument *document;

  if (!read_lines (txn, row->number, lines, error))
    return NULL;
  document = fz_document_from_bytes (row->number, row->body, (const char *const *) lines->pdata, row->role, row->person,
                                     row->at_us, error);
  if (document != NULL && g_strcmp0 (document->text_sha256, row->sha256) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("第 %" PRIu64 " 号文书的内容与其摘要不符。"), row->number);
    g_clear_pointer (&document, fz_document_free);
  }
  return document;
}

static const char select_one[] = "SELECT number, body, body_sha256, role, person, signed_at FROM document WHERE id = $1";

FzDocument *
fz_documents_get (FzTxn *txn, const char *id, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, select_one, "t", id);
  g_autoptr (GError) why = NULL;
  FzDocument *document;
  Row *row;

  if (stmt == NULL)
    return NULL;
  if (!fz_stmt_next (stmt, &why)) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    else
      g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的文书。"), id);
    return NULL;
  }
  row = read_row (stmt, error);
  fz_stmt_end (stmt);
  if (row == NULL)
    return NULL;
  document = finish_row (txn, row, error);
  row_free (row);
  return document;
}

static const char select_visit[] =
  "SELECT number, body, body_sha256, role, person, signed_at FROM document WHERE visit = $1 ORDER BY number";

GPtrArray *
fz_documents_of_visit (FzTxn *txn, const char *visit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  FzStmt *stmt = fz_txn_query (txn, error, select_visit, "t", visit);
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return NULL;
  while (fz_stmt_next (stmt, &why)) {
    Row *row = read_row (stmt, error);

    if (row == NULL) {
      fz_stmt_end (stmt);
      return NULL;
    }
    g_ptr_array_add (rows, row);
  }
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  for (guint i = 0; i < rows->len; i++) {
    FzDocument *document = finish_row (txn, rows->pdata[i], error);

    if (document == NULL)
      return NULL;
    g_ptr_array_add (documents, document);
  }
  return g_steal_pointer (&documents);
}

static const char select_visits[] = "SELECT DISTINCT visit FROM document WHERE visit > $1 ORDER BY visit LIMIT $2";

GPtrArray *
fz_documents_visits (FzTxn *txn, const char *after, guint limit, GError **error)
{
  g_autoptr (GPtrArray) visits = g_ptr_array_new_with_free_func (g_free);
  FzStmt *stmt = fz_txn_query (txn, error, select_visits, "ti", after, (gint64) limit);
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return NULL;
  while (fz_stmt_next (stmt, &why))
    g_ptr_array_add (visits, fz_stmt_dup_text (stmt, 0));
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  return g_steal_pointer (&visits);
}
