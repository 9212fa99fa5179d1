#include "app/demo_play.h"

#include "core/csv.h"

static FzSheet *
propose (FzDemoPlay *play, const FzCsv *csv, guint row, GError **error)
{
  g_autoptr (FzFields) edit = fz_fields_new ("fuzhen.catalogue_edit/v1");

  fz_fields_set_at (edit, "row", 0, "code", fz_csv_get (csv, row, "code"));
  fz_fields_set_at (edit, "row", 0, fz_csv_get (csv, row, "column"), fz_csv_get (csv, row, "value"));
  return fz_desk_prepare_catalogue_change (play->session, edit, fz_csv_get (csv, row, "words"), error);
}

static FzSheet *
sheet_of (FzDemoPlay *play, const FzCsv *csv, guint row, GHashTable *ids, GError **error)
{
  const char *act = fz_csv_get (csv, row, "act"), *words = fz_csv_get (csv, row, "words");

  if (g_str_equal (act, "propose"))
    return propose (play, csv, row, error);
  if (g_str_equal (act, "remove"))
    return fz_desk_prepare_removal (play->session, fz_csv_get (csv, row, "code"), fz_csv_get (csv, row, "value"), words, error);
  return fz_desk_prepare_catalogue_decision (play->session, g_hash_table_lookup (ids, fz_csv_get (csv, row, "change")), act, words, error);
}

static gboolean
play_row (FzDemoPlay *play, const FzCsv *csv, guint row, GHashTable *ids, GError **error)
{
  const char *change = fz_csv_get (csv, row, "change");
  g_autofree char *document = NULL, *word = g_strconcat ("catalogue.", fz_csv_get (csv, row, "act"), NULL);

  fz_demo_play_pass (play, 180);
  if (!fz_demo_play_seat (play, fz_csv_get (csv, row, "staff"), error) ||
      !fz_demo_play_sign (play, sheet_of (play, csv, row, ids, error), &document, error))
    return FALSE;
  g_hash_table_replace (ids, g_strdup (change), fz_demo_play_proposal_of (document));
  fz_demo_play_tell (play, word, NULL, g_hash_table_lookup (ids, change));
  return TRUE;
}

gboolean
fz_demo_play_catalogue (FzDemoPlay *play, GError **error)
{
  static const char file[] = "demo/catalogue.csv";
  g_autoptr (GBytes) bytes = fz_data_load (file, error);
  g_autoptr (FzCsv) csv = bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), file, error) : NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint row = 0; csv != NULL && row < fz_csv_get_n_rows (csv); row++)
    if (!play_row (play, csv, row, ids, error))
      return FALSE;
  return csv != NULL;
}
