/* The rows of a change: what a file or a form says against the catalogue in force, and the bytes a document names (目录变更的逐行内容). */
#include "app/catalogue.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>

static void
row_free (gpointer data)
{
  FzCatalogueRow *row = data;

  g_clear_pointer (&row->drug, fz_drug_unref);
  g_free (row->before);
  g_free (row->text);
  g_free (row);
}

char *
fz_catalogue_row_hash (const FzKnowledge *know, const char *code)
{
  FzDrug *drug = fz_catalogue_find_code (know->catalogue, code);
  g_autoptr (FzFields) frozen = drug != NULL ? fz_drug_to_fields (drug) : NULL, row = NULL;
  const FzFields *removal = fz_catalogue_find_removal (know, code);
  g_autoptr (GBytes) text = NULL;

  if (frozen == NULL)
    return g_strdup ("");
  row = fz_fields_dup (frozen, NULL);
  if (removal != NULL)
    fz_fields_set (row, "removal", fz_fields_get (removal, "change.id"));
  text = fz_fields_print (row, NULL);
  return fz_sha256_hex (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

GPtrArray *
fz_catalogue_diff (const FzKnowledge *know, const FzCatalogue *fresh)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (row_free);
  FzDrugCodes codes = fz_knowledge_drug_codes (know);

  for (guint i = 0; i < fz_catalogue_get_n (fresh); i++) {
    FzDrug *drug = fz_catalogue_get (fresh, i), *old = fz_catalogue_find_code (know->catalogue, drug->code);
    FzDrugAct act = fz_drug_compare (old, drug);
    FzCatalogueRow *row;

    if (act == FZ_DRUG_SAME)
      continue;
    row = g_new0 (FzCatalogueRow, 1);
    row->act = act;
    row->drug = fz_drug_ref (drug);
    row->before = fz_catalogue_row_hash (know, drug->code);
    row->text = fz_drug_change_text (old, drug, &codes);
    g_ptr_array_add (rows, row);
  }
  return rows;
}

/* --- bytes --- */

#define FURTHER ",before,act,text\n"

GBytes *
fz_catalogue_rows_print (GPtrArray *rows)
{
  const char *const *columns = fz_drug_columns ();
  GString *csv = g_string_new (NULL);
  g_autofree char *header = g_strjoinv (",", (GStrv) (gsize) columns);

  g_string_append_printf (csv, "%s%s", header, FURTHER);
  for (guint r = 0; r < rows->len; r++) {
    const FzCatalogueRow *row = rows->pdata[r];
    const char *const further[] = { row->before, fz_drug_act_to_word (row->act), row->text };

    for (guint i = 0; columns[i] != NULL; i++) {
      g_autofree char *value = fz_drug_dup_column (row->drug, columns[i]);

      fz_csv_append_field (csv, value);
      g_string_append_c (csv, ',');
    }
    for (guint i = 0; i < G_N_ELEMENTS (further); i++) {
      fz_csv_append_field (csv, further[i]);
      g_string_append_c (csv, i + 1 < G_N_ELEMENTS (further) ? ',' : '\n');
    }
  }
  return g_string_free_to_bytes (csv);
}

static gboolean
corrupt (GError **error, const char *why)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("目录变更的逐行内容不能读取：%s"), why);
  return FALSE;
}

static gboolean
add_row (const FzCatalogue *catalogue, const FzCsv *csv, guint r, GPtrArray *rows)
{
  FzCatalogueRow *row = g_new0 (FzCatalogueRow, 1);

  g_ptr_array_add (rows, row);
  row->drug = fz_drug_ref (fz_catalogue_get (catalogue, r));
  row->before = g_strdup (fz_csv_get (csv, r, "before"));
  row->text = g_strdup (fz_csv_get (csv, r, "text"));
  return fz_drug_act_from_word (fz_csv_get (csv, r, "act"), &row->act);
}

GPtrArray *
fz_catalogue_rows_read (const FzKnowledge *know, GBytes *bytes, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  const guint8 *text = g_bytes_get_data (bytes, NULL);
  gsize n = g_bytes_get_size (bytes);
  FzDrugCodes codes = fz_knowledge_drug_codes (know);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzCatalogue) catalogue = fz_catalogue_parse (text, n, "rows", &codes, NULL, &why);
  g_autoptr (FzCsv) csv = catalogue != NULL ? fz_csv_parse (text, n, "rows", &why) : NULL;

  if (csv == NULL) {
    corrupt (error, why->message);
    return NULL;
  }
  for (guint r = 0; r < fz_csv_get_n_rows (csv); r++)
    if (!add_row (catalogue, csv, r, rows)) {
      corrupt (error, fz_csv_get (csv, r, "act"));
      return NULL;
    }
  return g_steal_pointer (&rows);
}
