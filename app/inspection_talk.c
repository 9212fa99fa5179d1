/* The conversation of a visit in an inspection package (检查材料中的沟通记录): a table to read, and for each message the bytes that its entry of the
 * log hashed: `sha256sum` of such a file is the payload_sha256 in the entry. Of the full level only. */
#include "app/inspection.h"
#include "app/talk.h"

#include "db/talks.h"

#define PAGE 100

typedef struct {
  const char *visit;
  guint64 before;
  GPtrArray *rows, *proofs; /* proofs: GBytes or NULL */
} Said;

static void
said_clear (Said *self)
{
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->proofs, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Said, said_clear)

static void
proof_free (gpointer proof)
{
  if (proof != NULL)
    g_bytes_unref (proof);
}

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Said *said = data;
  g_autoptr (GPtrArray) kept = fz_talks_list (txn, said->visit, said->before, PAGE, error);

  said->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  said->proofs = g_ptr_array_new_with_free_func (proof_free);
  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    g_autoptr (FzFields) row = fz_talk_row (txn, kept->pdata[i], error);
    g_autoptr (GError) why = NULL;
    gint64 entry = 0;
    FzFields *whole;

    if (row == NULL)
      return FALSE;
    fz_fields_get_int (kept->pdata[i], "entry", &entry);
    whole = fz_fields_dup (row, NULL);
    fz_fields_set_int (whole, "entry", entry);
    g_ptr_array_add (said->rows, whole);
    g_ptr_array_add (said->proofs, fz_talks_dup_proof (txn, (guint64) entry, &why));
    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  }
  return kept != NULL;
}

static char *
content_of (const FzFields *row)
{
  const char *text = fz_fields_get (row, "text"), *file = fz_fields_get (row, "file"), *gone = fz_fields_get (row, "gone");

  if (gone != NULL || text != NULL)
    return g_strdup (gone != NULL ? gone : text);
  if (file != NULL)
    return g_strdup_printf ("%s，%s 至 %s，由%s保存，SHA-256 %s", file, fz_fields_get (row, "started_at"), fz_fields_get (row, "ended_at"),
                            fz_fields_get (row, "custodian"), fz_fields_get (row, "sha256"));
  return g_strdup_printf ("图片 SHA-256 %s", fz_fields_get (row, "sha256"));
}

static gboolean
write_row (FzInspection *self, GString *table, const FzFields *row, GBytes *proof, GError **error)
{
  gboolean patient = g_strcmp0 (fz_fields_get (row, "side"), "patient") == 0;
  const char *name = fz_fields_get (row, "by_name"), *reason = fz_fields_get (row, "reason"), *at = fz_fields_get (row, "at");
  g_autofree char *content = content_of (row), *path = g_strdup_printf ("conversations/entries/%s.bin", fz_fields_get (row, "entry"));
  const char *const cells[] = { fz_fields_get (row, "entry"), at != NULL ? at : "", fz_fields_get (row, "kept_at"),
                                patient ? "患者" : name != NULL ? name : "医师", fz_fields_get (row, "kind"), content,
                                fz_fields_get (row, "state"), reason != NULL ? reason : "", proof != NULL ? path : "", NULL };

  fz_inspection_table_add (table, cells);
  return proof == NULL || fz_package_add (self->package, path, g_bytes_get_data (proof, NULL), g_bytes_get_size (proof), 0600, error);
}

gboolean
fz_inspection_write_talk (FzInspection *self, const FzInspectionVisit *visit, guint number, GError **error)
{
  static const char *const columns[] = { "日志条目", "发出时间", "收到时间", "谁", "种类", "内容", "状态", "原因", "日志所哈希的原文", NULL };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);
  g_autofree char *path = g_strdup_printf ("conversations/%04u.csv", number);
  guint64 before = 0;
  guint n = PAGE, all = 0;

  while (n == PAGE) {
    g_auto (Said) said = { .visit = visit->id, .before = before };
    gint64 first = 0;

    if (!fz_store_run (self->desk->store, FZ_TXN_READ, read_page, &said, error))
      return FALSE;
    for (guint i = 0; i < said.rows->len; i++) {
      if (g_strcmp0 (fz_fields_get (said.rows->pdata[i], "kind"), "image") == 0 && fz_fields_has (said.rows->pdata[i], "sha256"))
        g_hash_table_add (self->evidence, g_strdup (fz_fields_get (said.rows->pdata[i], "sha256")));
      if (!write_row (self, table, said.rows->pdata[i], said.proofs->pdata[i], error))
        return FALSE;
    }
    n = said.rows->len;
    all += n;
    if (n > 0 && fz_fields_get_int (said.rows->pdata[0], "number", &first))
      before = (guint64) first;
  }
  return all == 0 || fz_package_add_text (self->package, path, table->str, error);
}
