#include "app/differences.h"

#include "app/data.h"
#include "core/csv.h"

#include <glib/gi18n-lib.h>

#define TABLE "regulations/differences.csv"

static void
fields_unref (gpointer data)
{
  fz_fields_unref (data);
}

static void
add_place (FzFields *row, const FzCsv *csv, guint i)
{
  static const char *const keys[] = { "code", "articles", "words", "words_en", "carried" };
  guint at = fz_fields_count (row, "place");

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
    const char *value = fz_csv_get (csv, i, keys[k]);

    fz_fields_set_at (row, "place", at, keys[k], *value != '\0' ? value : NULL);
  }
}

GPtrArray *
fz_differences_load (GError **error)
{
  static const char *const columns[] = { "row", "topic", "topic_en", "code", "articles", "words", "words_en", "carried", NULL };
  g_autoptr (GBytes) bytes = fz_data_load (TABLE, error);
  gsize n = 0;
  const guint8 *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  g_autoptr (FzCsv) csv = text != NULL ? fz_csv_parse (text, n, TABLE, error) : NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (fields_unref);
  FzFields *row = NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++) {
    const char *id = fz_csv_get (csv, i, "row");

    if (*id == '\0' || *fz_csv_get (csv, i, "code") == '\0') {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s:%u: 缺少行号或文件代号。"), TABLE, fz_csv_get_line (csv, i));
      return NULL;
    }
    if (row == NULL || g_strcmp0 (fz_fields_get (row, "row"), id) != 0) {
      row = fz_fields_new ("fuzhen.difference/v1");
      fz_fields_set (row, "row", id);
      fz_fields_set (row, "topic", fz_csv_get (csv, i, "topic"));
      fz_fields_set (row, "topic_en", fz_csv_get (csv, i, "topic_en"));
      g_ptr_array_add (rows, row);
    }
    add_place (row, csv, i);
  }
  for (guint i = 0; i < rows->len; i++)
    fz_fields_freeze (rows->pdata[i]);
  return g_steal_pointer (&rows);
}
