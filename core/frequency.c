#include <glib/gi18n-lib.h>

#include "core/dose.h"
#include "core/text.h"

/* Limits of the table itself: no course needs more than hourly doses or a rhythm slower than half a year. */
#define MAX_PER 48
#define MAX_DAYS 200

typedef struct {
  FzFrequency shown;
  char *code;
  char *label;
} Entry;

struct _FzFrequencies {
  GPtrArray *entries;  /* Entry */
  GHashTable *by_word; /* key -> Entry, borrowed */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->code);
  g_free (entry->label);
  g_free (entry);
}

static void
frequencies_clear (gpointer data)
{
  FzFrequencies *self = data;

  g_clear_pointer (&self->by_word, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
}

FzFrequencies *
fz_frequencies_ref (FzFrequencies *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_frequencies_unref (FzFrequencies *self)
{
  g_atomic_rc_box_release_full (self, frequencies_clear);
}

static gboolean
read_count (const FzCsv *csv, guint row, const char *column, guint max, guint *out, GError **error)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (fz_csv_get (csv, row, column), 10, 1, max, &value, NULL)) {
    g_autofree char *reason = g_strdup_printf (_("应为 1 到 %u 的整数"), max);

    fz_csv_set_error (csv, row, column, error, reason);
    return FALSE;
  }
  *out = (guint) value;
  return TRUE;
}

static gboolean
add_word (FzFrequencies *self, const FzCsv *csv, guint row, const char *word, Entry *entry, GError **error)
{
  g_autofree char *key = fz_text_key (word);
  Entry *other = g_hash_table_lookup (self->by_word, key);

  if (*key == '\0')
    return TRUE;
  if (other != NULL && other != entry) {
    g_autofree char *reason = g_strdup_printf (_("“%s”已属于 %s"), word, other->code);

    fz_csv_set_error (csv, row, "aliases", error, reason);
    return FALSE;
  }
  g_hash_table_replace (self->by_word, g_steal_pointer (&key), entry);
  return TRUE;
}

static gboolean
read_rhythm (const FzCsv *csv, guint row, FzFrequency *out, GError **error)
{
  const char *needs_total = fz_csv_get (csv, row, "needs_total");

  if (g_str_equal (needs_total, "yes")) {
    out->needs_total = TRUE;
    return TRUE;
  }
  if (!g_str_equal (needs_total, "no")) {
    fz_csv_set_error (csv, row, "needs_total", error, _("应为 yes 或 no"));
    return FALSE;
  }
  return read_count (csv, row, "per", MAX_PER, &out->per, error) && read_count (csv, row, "days", MAX_DAYS, &out->days, error);
}

static gboolean
read_entry (FzFrequencies *self, const FzCsv *csv, guint row, GError **error)
{
  Entry *entry = g_new0 (Entry, 1);
  g_auto (GStrv) aliases = g_strsplit (fz_csv_get (csv, row, "aliases"), "|", -1);

  g_ptr_array_add (self->entries, entry);
  entry->shown.code = entry->code = g_strdup (fz_csv_get (csv, row, "code"));
  entry->shown.label = entry->label = g_strdup (fz_csv_get (csv, row, "label"));
  if (*entry->code == '\0' || *entry->label == '\0') {
    fz_csv_set_error (csv, row, "code", error, _("代码和名称都不能为空"));
    return FALSE;
  }
  if (!read_rhythm (csv, row, &entry->shown, error) || !add_word (self, csv, row, entry->code, entry, error) ||
      !add_word (self, csv, row, entry->label, entry, error))
    return FALSE;
  for (guint i = 0; aliases[i] != NULL; i++)
    if (!add_word (self, csv, row, aliases[i], entry, error))
      return FALSE;
  return TRUE;
}

FzFrequencies *
fz_frequencies_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  static const char *const columns[] = { "code", "label", "aliases", "per", "days", "needs_total", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzFrequencies) self = NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzFrequencies);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_word = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++)
    if (!read_entry (self, csv, row, error))
      return NULL;
  return g_steal_pointer (&self);
}

guint
fz_frequencies_get_n (const FzFrequencies *self)
{
  return self->entries->len;
}

const FzFrequency *
fz_frequencies_get (const FzFrequencies *self, guint index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);
  return &((Entry *) g_ptr_array_index (self->entries, index))->shown;
}

const FzFrequency *
fz_frequencies_find (const FzFrequencies *self, const char *word)
{
  g_autofree char *key = fz_text_key (word);
  Entry *entry = g_hash_table_lookup (self->by_word, key);

  return entry != NULL ? &entry->shown : NULL;
}

gboolean
fz_frequency_count (const FzFrequency *frequency, guint days, gint64 *out_count)
{
  if (frequency->needs_total || days == 0)
    return FALSE;
  *out_count = ((gint64) frequency->per * days + frequency->days - 1) / frequency->days;
  return TRUE;
}
