#include "core/purge.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define LIST_KIND "fuzhen.purge_list/v1"

void
fz_purge_item_free (FzPurgeItem *self)
{
  if (self == NULL)
    return;
  g_free (self->visit);
  g_free (self->key);
  g_free (self->sha256);
  g_free (self->since_on);
  g_free (self->last_on);
  g_free (self);
}

int
fz_purge_item_compare (gconstpointer a, gconstpointer b)
{
  const FzPurgeItem *left = *(FzPurgeItem *const *) a, *right = *(FzPurgeItem *const *) b;
  int by = strcmp (left->sha256, right->sha256);

  by = by != 0 ? by : strcmp (left->visit, right->visit);
  return by != 0 ? by : strcmp (left->key, right->key);
}

/* --- the list --- */

GBytes *
fz_purge_list_print (FzRetentionClass class, const char *to, GPtrArray *items)
{
  GString *text = g_string_new (LIST_KIND "\n");

  g_string_append_printf (text, "class %s\nto %s\n", fz_retention_class_to_word (class), to);
  for (guint i = 0; i < items->len; i++) {
    const FzPurgeItem *item = items->pdata[i];

    g_string_append_printf (text, "%s %s %s %s %s\n", item->visit, item->key, item->sha256, item->since_on, item->last_on);
  }
  return g_string_free_to_bytes (text);
}

static FzPurgeItem *
read_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  FzPurgeItem *item;

  if (g_strv_length (words) != 5)
    return NULL;
  for (guint i = 0; i < 5; i++)
    if (*words[i] == '\0')
      return NULL;
  item = g_new0 (FzPurgeItem, 1);
  item->visit = g_strdup (words[0]);
  item->key = g_strdup (words[1]);
  item->sha256 = g_strdup (words[2]);
  item->since_on = g_strdup (words[3]);
  item->last_on = g_strdup (words[4]);
  return item;
}

static GPtrArray *
bad_line (guint number, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("清除清单的第%u行不可识别。"), number + 1);
  return NULL;
}

GPtrArray *
fz_purge_list_parse (GBytes *list, FzRetentionClass *out_class, char **out_to, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_purge_item_free);
  g_autofree char *text = g_strndup (g_bytes_get_data (list, NULL), g_bytes_get_size (list));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  if (n < 4 || *lines[n - 1] != '\0' || !g_str_equal (lines[0], LIST_KIND))
    return bad_line (0, error);
  if (!g_str_has_prefix (lines[1], "class ") || !fz_retention_class_from_word (lines[1] + strlen ("class "), out_class))
    return bad_line (1, error);
  if (!g_str_has_prefix (lines[2], "to "))
    return bad_line (2, error);
  for (guint i = 3; i + 1 < n; i++) {
    FzPurgeItem *item = read_line (lines[i]);

    if (item == NULL)
      return bad_line (i, error);
    g_ptr_array_add (items, item);
  }
  *out_to = g_strdup (lines[2] + strlen ("to "));
  return g_steal_pointer (&items);
}

/* --- the documents --- */

char *
fz_purge_id_of_grant (const char *grant)
{
  return grant != NULL && g_str_has_prefix (grant, "GNT-") ? g_strconcat ("PRG-", grant + strlen ("GNT-"), NULL) : NULL;
}

typedef struct {
  gint64 batch, before, total;
  guint removed, kept;
} Batch;

static gboolean
read_batch (const FzFields *body, Batch *out)
{
  guint n = fz_fields_count (body, "item");

  for (guint i = 0; i < n; i++)
    if (fz_fields_get_at (body, "item", i, "stays") != NULL)
      out->kept++;
    else
      out->removed++;
  return n > 0 && fz_fields_get_int (body, "batch", &out->batch) && fz_fields_get_int (body, "before", &out->before) &&
         fz_fields_get_int (body, "total", &out->total);
}

static const char *const same[] = { "grant", "class", "class_label", "to", "list_sha256", "total", "asker", "approver", "approved_at" };

/* Batches of one list follow each other without a gap. */
static gboolean
follows (const FzFields *before, const FzFields *body, const Batch *batch)
{
  gint64 passed = 0, batches = 0;

  if (before != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
      g_autofree char *key = g_strconcat ("purge.", same[i], NULL);

      if (g_strcmp0 (fz_fields_get (before, key), fz_fields_get (body, same[i])) != 0)
        return FALSE;
    }
  if (before != NULL && (!fz_fields_get_int (before, "purge.passed", &passed) || !fz_fields_get_int (before, "purge.batches", &batches)))
    return FALSE;
  return batch->batch == batches + 1 && batch->before == passed && passed + batch->removed + batch->kept <= batch->total;
}

static gint64
number_of (const FzFields *facts, const char *key)
{
  gint64 number = 0;

  return facts != NULL && fz_fields_get_int (facts, key, &number) ? number : 0;
}

static FzFields *
add_batch (const FzFields *before, const FzDocument *document, const Batch *batch)
{
  FzFields *facts = before != NULL ? fz_fields_dup (before, NULL) : fz_fields_new ("fuzhen.purge_facts/v1");
  gint64 passed = batch->before + batch->removed + batch->kept;

  if (before == NULL) {
    fz_fields_set (facts, "purge.id", fz_fields_get (document->body, "proposal"));
    fz_fields_set_time (facts, "purge.begun_at", document->signed_at_us);
    for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
      g_autofree char *key = g_strconcat ("purge.", same[i], NULL);

      fz_fields_set (facts, key, fz_fields_get (document->body, same[i]));
    }
  }
  fz_fields_set_time (facts, "purge.changed_at", document->signed_at_us);
  fz_fields_set_int (facts, "purge.passed", passed);
  fz_fields_set_int (facts, "purge.batches", batch->batch);
  fz_fields_set_int (facts, "purge.removed", number_of (before, "purge.removed") + batch->removed);
  fz_fields_set_int (facts, "purge.kept", number_of (before, "purge.kept") + batch->kept);
  fz_fields_set_bool (facts, "purge.running", passed < batch->total);
  return fz_fields_freeze (facts);
}

FzFields *
fz_purge_fold (const FzFields *before, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "grant", "grant_note_sha256", "class", "class_label", "to", "list_sha256",
                                      "total", "batch", "before", "asker", "approver", "approved_at", NULL };
  const FzFields *body = document->body;
  g_autofree char *id = fz_purge_id_of_grant (fz_fields_get (body, "grant"));
  Batch batch = { 0 };

  if (!g_str_equal (fz_fields_get_kind (body), FZ_PURGE_KIND)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), fz_fields_get_kind (body));
    return NULL;
  }
  if (!fz_document_need (body, keys, error))
    return NULL;
  if (document->actor.role != FZ_ROLE_DESK || g_strcmp0 (id, fz_fields_get (body, "proposal")) != 0 || !read_batch (body, &batch) ||
      !follows (before, body, &batch)) {
    fz_refuse (error, _ ("这份清除记录不是该清单的下一批。"));
    return NULL;
  }
  return add_batch (before, document, &batch);
}

gboolean
fz_purge_names (const FzFields *body, FzRetentionClass class, const char *key, const char *visit, const char *sha256)
{
  if (!g_str_equal (fz_fields_get_kind (body), FZ_PURGE_KIND) ||
      g_strcmp0 (fz_fields_get (body, "class"), fz_retention_class_to_word (class)) != 0)
    return FALSE;
  for (guint i = 0; i < fz_fields_count (body, "item"); i++) {
    const char *number = fz_fields_get_at (body, "item", i, "entry"), *hash = fz_fields_get_at (body, "item", i, "sha256");

    if (g_strcmp0 (number != NULL ? number : hash, key) == 0 && fz_fields_get_at (body, "item", i, "stays") == NULL &&
        (visit == NULL || g_strcmp0 (fz_fields_get_at (body, "item", i, "visit"), visit) == 0) && (sha256 == NULL || g_strcmp0 (hash, sha256) == 0))
      return TRUE;
  }
  return FALSE;
}
