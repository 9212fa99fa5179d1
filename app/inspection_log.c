/* The part of the audit log that an inspection package shows, with proofs that it is in the log (审计日志切片). */
#include "app/inspection.h"

#include "app/log_slice.h"
#include "db/audit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 400

typedef struct {
  FzInspection *self;
  guint64 at;
  GArray *numbers;
} Scan;

/* Acts on what is in scope at any time, and those of the days: all of them, or the doctor's. */
static gboolean
concerns (const FzInspection *self, const FzFields *entry)
{
  const char *subject = fz_fields_get (entry, "subject"), *hash = fz_fields_get (entry, "document_sha256");
  gint64 at = 0;
  gboolean in_days = fz_fields_get_time (entry, "at", &at) && at >= self->from_us && at < self->to_us;

  if ((subject != NULL && g_hash_table_contains (self->in_scope, subject)) || (hash != NULL && g_hash_table_contains (self->hashes, hash)))
    return TRUE;
  if (self->patient != NULL || self->complaint != NULL || !in_days)
    return FALSE;
  return self->doctor == NULL || g_strcmp0 (fz_fields_get (entry, "actor"), self->doctor) == 0;
}

/* What somebody typed may name a patient, and a leaf cannot be shown without it. */
static gboolean
is_free_text (const FzFields *entry)
{
  return fz_fields_has (entry, "reason") && g_strcmp0 (fz_fields_get (entry, "actor"), "system") != 0;
}

static gboolean
look (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  Scan *scan = data;
  FzInspection *self = scan->self;
  g_autofree char *action = NULL;

  if (!concerns (self, entry))
    return TRUE;
  action = g_strconcat ("act.", fz_fields_get (entry, "action"), NULL);
  fz_inspection_count (self, action);
  if (self->level == FZ_INSPECTION_STATISTICS)
    return TRUE;
  if (self->level != FZ_INSPECTION_FULL && is_free_text (entry)) {
    self->withheld++;
    return TRUE;
  }
  g_array_append_val (scan->numbers, number);
  g_ptr_array_add (self->entries, fz_fields_dup (entry, NULL));
  return TRUE;
}

static gboolean
scan_page (FzTxn *txn, gpointer data, GError **error)
{
  Scan *scan = data;
  guint64 n = MIN (PAGE, scan->self->size - scan->at);

  scan->at += n;
  return fz_audit_foreach (txn, scan->at - n, n, look, scan, error);
}

/* --- one slice --- */

typedef struct {
  const FzInspection *self;
  const guint64 *numbers;
  guint n;
  GBytes *bundle;
  char *proof;
} Slice;

static gboolean
make_slice (FzTxn *txn, gpointer data, GError **error)
{
  Slice *slice = data;

  return fz_log_slice_make (txn, slice->numbers, slice->n, slice->self->since, slice->self->size, slice->self->checkpoint, &slice->bundle, &slice->proof,
                            error);
}

static gboolean
write_slice (FzInspection *self, guint number, const guint64 *numbers, guint n, GError **error)
{
  g_autofree char *stem = g_strdup_printf ("log/slice-%04u", number), *entry = g_strconcat (stem, ".entry", NULL), *path = g_strconcat (stem, ".proof", NULL);
  Slice slice = { self, numbers, n, NULL, NULL };
  g_autoptr (GBytes) bundle = NULL;
  g_autofree char *proof = NULL;

  if (!fz_inspection_step (self, error) || !fz_store_run (self->desk->store, FZ_TXN_READ, make_slice, &slice, error))
    return FALSE;
  bundle = slice.bundle;
  proof = slice.proof;
  return fz_package_add (self->package, entry, g_bytes_get_data (bundle, NULL), g_bytes_get_size (bundle), 0600, error) &&
         fz_package_add_text (self->package, path, proof, error);
}

/* --- as a table --- */

static gboolean
write_table (FzInspection *self, GError **error)
{
  static const char *const columns[] = { "编号", "时间", "人员", "角色", "做了什么", "对象类别", "对象", "结果", "说明", NULL };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);

  for (guint i = 0; i < self->entries->len; i++) {
    static const char *const keys[] = { "number", "at", "actor", "role", "action", "subject_kind", "subject", "outcome", "reason" };
    const char *cells[G_N_ELEMENTS (keys) + 1] = { NULL };
    const FzFields *entry = self->entries->pdata[i];
    g_autofree char *action = g_strconcat ("act.", fz_fields_get (entry, "action"), NULL), *outcome = g_strconcat ("outcome.", fz_fields_get (entry, "outcome"), NULL);
    g_autofree char *at = NULL;
    gint64 us = 0;

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      cells[k] = fz_fields_get (entry, keys[k]) != NULL ? fz_fields_get (entry, keys[k]) : "";
    fz_fields_get_time (entry, "at", &us);
    cells[1] = at = fz_beijing_time_format (us);
    cells[4] = fz_inspection_say (self, action);
    cells[7] = fz_inspection_say (self, outcome);
    fz_inspection_table_add (table, cells);
  }
  return fz_package_add_text (self->package, "log/entries.csv", table->str, error);
}

gboolean
fz_inspection_write_log (FzInspection *self, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint64));
  Scan scan = { self, 0, numbers };
  guint slices = 0;

  self->total += (self->size + PAGE - 1) / PAGE + 1;
  while (scan.at < self->size)
    if (!fz_inspection_step (self, error) || !fz_store_run (self->desk->store, FZ_TXN_READ, scan_page, &scan, error))
      return FALSE;
  if (!fz_package_add_text (self->package, "checkpoint", self->checkpoint, error))
    return FALSE;
  /* One without entries still says how this log goes on from the checkpoint that was given. */
  for (guint at = 0; at < numbers->len || (at == 0 && slices == 0 && self->since > 0); at += FZ_LOG_SLICE_MAX)
    if (!write_slice (self, ++slices, (const guint64 *) (gpointer) numbers->data + at, MIN (FZ_LOG_SLICE_MAX, numbers->len - at), error))
      return FALSE;
  return self->level == FZ_INSPECTION_STATISTICS || write_table (self, error);
}
