#include "app/demo_play.h"

#include "app/out_file.h"
#include "core/csv.h"
#include "core/date.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* {day}, {day-8}, {day+5}. */
static void
replace_days (GString *value, FzDate today)
{
  char *at;

  while ((at = strstr (value->str, "{day")) != NULL) {
    char *end = strchr (at, '}');
    g_autofree char *day = fz_date_format (fz_date_add_days (today, (int) g_ascii_strtoll (at + strlen ("{day"), NULL, 10)));
    gssize start = at - value->str;

    g_string_erase (value, start, end + 1 - at);
    g_string_insert (value, start, day);
  }
}

/* "field.a=…|field.b=…" with days and {visit}. */
static FzFields *
values_of (FzDemoPlay *play, const char *text, const char *visit)
{
  FzDate today = fz_date_in_beijing (fz_desk_now_us (play->desk));
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);
  FzFields *values = fz_fields_new ("fuzhen.values/v1");

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *equals = strchr (pairs[i], '=');
    g_autoptr (GString) value = equals != NULL ? g_string_new (equals + 1) : NULL;

    if (equals == NULL)
      continue;
    *equals = '\0';
    replace_days (value, today);
    if (visit != NULL)
      g_string_replace (value, "{visit}", visit, 0);
    fz_fields_set (values, pairs[i], value->str);
  }
  return values;
}

/* A file with these words, to be attached; NULL without an error: none. (transfer full) */
static char *
write_receipt (const char *words, GError **error)
{
  g_autofree char *path = NULL;
  int fd = *words != '\0' ? g_file_open_tmp ("fuzhen-receipt-XXXXXX.txt", &path, error) : -1;

  if (fd < 0)
    return NULL;
  close (fd);
  return fz_out_file_save_text (words, path, error) ? g_steal_pointer (&path) : NULL;
}

gboolean
fz_demo_play_entry (FzDemoPlay *play, const FzCsv *csv, guint row, const char *key, const char *visit, GHashTable *ids, GError **error)
{
  const char *name = fz_csv_get (csv, row, "register"), *move = fz_csv_get (csv, row, "move");
  g_autoptr (FzFields) values = values_of (play, fz_csv_get (csv, row, "facts"), visit);
  const char *receipt_words = fz_csv_get (csv, row, "receipt"), *end;
  g_autofree char *document = NULL, *word = g_strdup_printf ("%s.%s", name, move), *receipt = write_receipt (receipt_words, error);
  const char *files[] = { receipt, NULL };
  gboolean good;

  fz_demo_play_pass (play, 120);
  good = (receipt != NULL || *receipt_words == '\0') && fz_demo_play_seat (play, fz_csv_get (csv, row, "staff"), error) &&
         fz_demo_play_sign (play, fz_desk_prepare_entry (play->session, name, g_hash_table_lookup (ids, key), move, values, fz_csv_get (csv, row, "words"),
                                                         receipt != NULL ? files : NULL, error), &document, error);
  if (receipt != NULL)
    g_unlink (receipt);
  if (!good)
    return FALSE;
  end = g_strrstr (document, "-entry-");
  g_hash_table_replace (ids, g_strdup (key), g_strndup (document, (gsize) (end - document)));
  fz_demo_play_tell (play, word, NULL, g_hash_table_lookup (ids, key));
  fz_demo_play_count (play, "entries");
  return TRUE;
}

gboolean
fz_demo_play_entries (FzDemoPlay *play, const char *file, const char *visit, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (file, error);
  g_autoptr (FzCsv) csv = bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), file, error) : NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint row = 0; csv != NULL && row < fz_csv_get_n_rows (csv); row++)
    if (!fz_demo_play_entry (play, csv, row, fz_csv_get (csv, row, "entry"), visit, ids, error))
      return FALSE;
  return csv != NULL;
}
