#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static FzFields *
parse_column (FzStmt *stmt, GError **error)
{
  const char *text = fz_stmt_text (stmt, 0);
  g_autoptr (GError) why = NULL;
  FzFields *facts = text != NULL ? fz_fields_parse ((const guint8 *) text, strlen (text), &why) : NULL;

  if (facts == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中的一行内容已损坏：%s"), why != NULL ? why->message : _ ("内容为空"));
  return facts;
}

GPtrArray *
fz_rows_of_facts (FzStmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return NULL;
  while (fz_stmt_next (stmt, &why)) {
    FzFields *facts = parse_column (stmt, error);

    if (facts == NULL) {
      fz_stmt_end (stmt);
      return NULL;
    }
    g_ptr_array_add (rows, facts);
  }
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  return g_steal_pointer (&rows);
}

FzFields *
fz_row_of_facts (FzStmt *stmt, const char *missing, GError **error)
{
  g_autoptr (GError) why = NULL;
  FzFields *facts;

  if (stmt == NULL)
    return NULL;
  if (!fz_stmt_next (stmt, &why)) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    else if (missing != NULL)
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, missing);
    return NULL;
  }
  facts = parse_column (stmt, error);
  fz_stmt_end (stmt);
  return facts;
}

char *
fz_facts_to_text (const FzFields *facts, GError **error)
{
  g_autoptr (GBytes) bytes = fz_fields_print (facts, error);
  gsize n = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return text != NULL ? g_strndup (text, n) : NULL;
}
