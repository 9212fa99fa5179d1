#include "core/codes.h"

#include <glib/gi18n-lib.h>

#include "core/text.h"

struct _FzCodes {
  FzCsv *csv;
  GHashTable *by_code; /* code, borrowed from csv -> row + 1 */
  GHashTable *by_word; /* key -> row + 1 */
};

static void
codes_clear (gpointer data)
{
  FzCodes *self = data;

  g_clear_pointer (&self->by_word, g_hash_table_unref);
  g_clear_pointer (&self->by_code, g_hash_table_unref);
  g_clear_pointer (&self->csv, fz_csv_unref);
}

FzCodes *
fz_codes_ref (FzCodes *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_codes_unref (FzCodes *self)
{
  g_atomic_rc_box_release_full (self, codes_clear);
}

static gboolean
add_word (FzCodes *self, guint row, const char *column, const char *word, gboolean shared, GError **error)
{
  g_autofree char *key = fz_text_key (word);
  guint other = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_word, key));

  if (*key == '\0' || other == row + 1 || (shared && other != 0))
    return TRUE;
  if (other != 0) {
    g_autofree char *reason = g_strdup_printf (_("“%s”已属于代码 %s"), word, fz_csv_get (self->csv, other - 1, "code"));

    fz_csv_set_error (self->csv, row, column, error, reason);
    return FALSE;
  }
  g_hash_table_insert (self->by_word, g_steal_pointer (&key), GUINT_TO_POINTER (row + 1));
  return TRUE;
}

static gboolean
add_row (FzCodes *self, guint row, gboolean repeated_codes, GError **error)
{
  const char *code = fz_csv_get (self->csv, row, "code");
  const char *label = fz_csv_get (self->csv, row, "label");
  g_auto (GStrv) aliases = g_strsplit (fz_csv_get (self->csv, row, "aliases"), "|", -1);

  if (*code == '\0' || *label == '\0') {
    fz_csv_set_error (self->csv, row, "code", error, _("代码和名称都不能为空"));
    return FALSE;
  }
  if (!g_hash_table_contains (self->by_code, code)) {
    g_hash_table_insert (self->by_code, (gpointer) (gsize) code, GUINT_TO_POINTER (row + 1));
  } else if (!repeated_codes) {
    fz_csv_set_error (self->csv, row, "code", error, _("代码重复"));
    return FALSE;
  }
  if (!add_word (self, row, "label", label, TRUE, error))
    return FALSE;
  for (guint i = 0; aliases[i] != NULL; i++)
    if (!add_word (self, row, "aliases", aliases[i], repeated_codes, error))
      return FALSE;
  return TRUE;
}

FzCodes *
fz_codes_parse (const guint8 *bytes, gsize n, const char *name, gboolean repeated_codes, GError **error)
{
  static const char *const columns[] = { "code", "label", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzCodes) self = NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzCodes);
  self->csv = g_steal_pointer (&csv);
  self->by_code = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_word = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint row = 0; row < fz_csv_get_n_rows (self->csv); row++)
    if (!add_row (self, row, repeated_codes, error))
      return NULL;
  return g_steal_pointer (&self);
}

guint
fz_codes_get_n (const FzCodes *self)
{
  return fz_csv_get_n_rows (self->csv);
}

int
fz_codes_find_code (const FzCodes *self, const char *code)
{
  return code != NULL ? GPOINTER_TO_INT (g_hash_table_lookup (self->by_code, code)) - 1 : -1;
}

int
fz_codes_find (const FzCodes *self, const char *word)
{
  g_autofree char *key = NULL;
  int row = fz_codes_find_code (self, word);

  if (row >= 0 || word == NULL)
    return row;
  key = fz_text_key (word);
  return GPOINTER_TO_INT (g_hash_table_lookup (self->by_word, key)) - 1;
}

const char *
fz_codes_get (const FzCodes *self, guint row, const char *column)
{
  return fz_csv_get (self->csv, row, column);
}

const char *
fz_codes_get_label (const FzCodes *self, const char *code)
{
  int row = fz_codes_find_code (self, code);

  return row < 0 ? NULL : fz_csv_get (self->csv, (guint) row, "label");
}

gboolean
fz_codes_field_has (const FzCodes *self, guint row, const char *column, const char *value)
{
  g_auto (GStrv) words = g_strsplit (fz_csv_get (self->csv, row, column), "|", -1);

  return g_strv_contains ((const char *const *) words, value);
}
