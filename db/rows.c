#include "db/rows.h"

#include "core/fields_part.h"

#include <glib/gi18n-lib.h>
#include <string.h>

GPtrArray *
fz_rows_collect (FzStmt *stmt, FzRowReader reader, GDestroyNotify free_row, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_row);
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return NULL;
  while (fz_stmt_next (stmt, &why)) {
    gpointer row = reader (stmt, error);

    if (row == NULL) {
      fz_stmt_end (stmt);
      return NULL;
    }
    g_ptr_array_add (rows, row);
  }
  if (why == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

gpointer
fz_rows_first (FzStmt *stmt, FzRowReader reader, const char *missing, GError **error)
{
  g_autoptr (GError) why = NULL;
  gpointer row;

  if (stmt == NULL)
    return NULL;
  if (fz_stmt_next (stmt, &why)) {
    row = reader (stmt, error);
    fz_stmt_end (stmt);
    return row;
  }
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else if (missing != NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, missing);
  return NULL;
}

gboolean
fz_row_exists (FzStmt *stmt, gboolean *out, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return FALSE;
  *out = fz_stmt_next (stmt, &why);
  fz_stmt_end (stmt);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_row_number (FzStmt *stmt, gint64 *io_number, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &why))
    *io_number = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static FzFields *
judge (FzFields *facts, const GError *why, GError **error)
{
  if (facts == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中的一行内容已损坏：%s"), why != NULL ? why->message : _ ("内容为空"));
  return facts;
}

FzFields *
fz_row_facts_at (FzStmt *stmt, int column, GError **error)
{
  const char *text = fz_stmt_text (stmt, column);
  g_autoptr (GError) why = NULL;
  FzFields *facts = text != NULL ? fz_fields_parse ((const guint8 *) text, strlen (text), &why) : NULL;

  return judge (facts, why, error);
}

FzFields *
fz_row_facts_part (FzStmt *stmt, const char *const *keys, GError **error)
{
  const char *text = fz_stmt_text (stmt, 0);
  g_autoptr (GError) why = NULL;
  FzFields *facts = text != NULL ? fz_fields_parse_part ((const guint8 *) text, strlen (text), keys, &why) : NULL;

  return judge (facts, why, error);
}

gpointer
fz_row_facts (FzStmt *stmt, GError **error)
{
  return fz_row_facts_at (stmt, 0, error);
}

gpointer
fz_row_text (FzStmt *stmt, GError **error)
{
  char *text = fz_stmt_dup_text (stmt, 0);

  if (text == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中的一行内容为空。"));
  return text;
}

GPtrArray *
fz_rows_of_facts (FzStmt *stmt, GError **error)
{
  return fz_rows_collect (stmt, fz_row_facts, (GDestroyNotify) fz_fields_unref, error);
}

FzFields *
fz_row_of_facts (FzStmt *stmt, const char *missing, GError **error)
{
  return fz_rows_first (stmt, fz_row_facts, missing, error);
}

GPtrArray *
fz_rows_of_text (FzStmt *stmt, GError **error)
{
  return fz_rows_collect (stmt, fz_row_text, g_free, error);
}

char *
fz_facts_to_text (const FzFields *facts, GError **error)
{
  g_autoptr (GBytes) bytes = fz_fields_print (facts, error);
  gsize n = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return text != NULL ? g_strndup (text, n) : NULL;
}
