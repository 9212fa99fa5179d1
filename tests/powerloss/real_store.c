/* tests/powerloss/real_store.c: the product's own store on the lab disk. */
#include "tests/powerloss/real_store.h"

#include <string.h>

#include "db/audit.h"
#include "db/setting.h"
#include "tests/store/fixture.h"

#define SLOTS 5
#define ACTS_PER_CHECKPOINT 4

struct _RealStore {
  Fixture fixture;
  char *template; /* folders as they were with the image */
  guint64 first_entries;
  gint64 acknowledged;
  gint64 sealed; /* acts under the newest signed checkpoint */
  gboolean attempted;
  guint noticed, unnoticed;
};

static void
put_on_disk (RealStore *self, LabDisk *disk)
{
  g_autofree char *path = file_in (self->fixture.dir, "store.fz");
  g_autofree char *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_autoptr (GBytes) content = g_bytes_new (bytes, n);
  lab_disk_put_file (disk, path, content);
}

/* Head files and all, there or back again. */
static void
copy_template (RealStore *self, gboolean keep)
{
  const char *folders[] = { self->fixture.dir, self->fixture.state_dir };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *name = g_path_get_basename (folders[i]);
    g_autofree char *kept = file_in (self->template, name);
    if (!keep)
      remove_folder (folders[i]);
    copy_folder (keep ? folders[i] : kept, keep ? kept : folders[i]);
  }
}

static gboolean
read_size (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_head (txn, data, NULL, NULL, error);
}

RealStore *
real_store_new (LabDisk *disk, const char *base_vfs)
{
  g_autoptr (GError) error = NULL;
  RealStore *self = g_new0 (RealStore, 1);

  fixture_set_up_store (&self->fixture, NULL);
  g_assert_true (fz_store_run (self->fixture.store, FZ_TXN_READ, read_size, &self->first_entries, &error));
  fixture_close (&self->fixture);
  put_on_disk (self, disk);
  self->template = file_in (self->fixture.root, "template");
  copy_template (self, TRUE);
  self->fixture.options.base_vfs = base_vfs;
  return self;
}

guint
real_store_count_noticed (const RealStore *self)
{
  return self->noticed;
}

guint
real_store_count_unnoticed (const RealStore *self)
{
  return self->unnoticed;
}

void
real_store_free (RealStore *self)
{
  fixture_tear_down (&self->fixture, NULL);
  g_free (self->template);
  g_free (self);
}

/* The text of slot `slot` once `acts` acts are done; NULL: never written. (transfer full) */
static char *
slot_text (gint64 acts, gint64 slot)
{
  gint64 last = acts - (acts - slot + SLOTS * 1000) % SLOTS;

  return last < 1 ? NULL : g_strdup_printf ("%" G_GINT64_FORMAT " %.*d", last, (int) (last * 137 % 900), (int) slot);
}

static gboolean
write_act (FzTxn *txn, gpointer data, GError **error)
{
  gint64 act = *(const gint64 *) data;
  g_autofree char *name = g_strdup_printf ("lab.slot%d", (int) (act % SLOTS));
  g_autofree char *text = slot_text (act, act % SLOTS);
  g_autofree char *count = g_strdup_printf ("%" G_GINT64_FORMAT, act);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.test.lab/v1");
  FzAuditEntry entry = { .actor = "system", .action = "store.create", .subject_kind = "store", .subject = count,
                         .outcome = "done", .payload = payload };

  fz_fields_set (payload, "text", text);
  return fz_setting_set (txn, name, text, error) && fz_setting_set (txn, "lab.acts", count, error)
         && fz_audit_append (txn, &entry, NULL, error) && (act % ACTS_PER_CHECKPOINT != 0 || fz_audit_checkpoint (txn, error));
}

static gboolean
real_store_act (gpointer data, GRand *dice)
{
  RealStore *self = data;
  gint64 act = self->acknowledged + 1;

  self->attempted = TRUE;
  if (!fz_store_run (self->fixture.store, FZ_TXN_RECORD, write_act, &act, NULL))
    return FALSE;
  self->acknowledged = act;
  self->sealed = act - act % ACTS_PER_CHECKPOINT;
  self->attempted = FALSE;
  return TRUE;
}

typedef struct {
  gint64 acts;
  guint64 entries;
  gboolean slots_fit;
} Found;

static gboolean
look (FzTxn *txn, gpointer data, GError **error)
{
  Found *found = data;
  g_autofree char *acts = NULL;

  if (!fz_setting_read (txn, "lab.acts", &acts, error))
    return FALSE;
  found->acts = acts != NULL ? g_ascii_strtoll (acts, NULL, 10) : 0;
  found->slots_fit = TRUE;
  for (gint64 slot = 0; slot < SLOTS; slot++) {
    g_autofree char *name = g_strdup_printf ("lab.slot%d", (int) slot);
    g_autofree char *expected = slot_text (found->acts, slot);
    g_autofree char *text = NULL;

    if (!fz_setting_read (txn, name, &text, error))
      return FALSE;
    found->slots_fit = found->slots_fit && g_strcmp0 (text, expected) == 0;
  }
  return fz_audit_head (txn, &found->entries, NULL, NULL, error);
}

static char *
compare (RealStore *self, const Found *found)
{
  if (!found->slots_fit || found->entries != self->first_entries + (guint64) found->acts)
    return g_strdup_printf ("an act is there in part: %" G_GINT64_FORMAT " acts, %" G_GUINT64_FORMAT " entries", found->acts,
                            found->entries);
  self->unnoticed += found->acts < self->sealed;
  if (found->acts < self->acknowledged)
    return g_strdup_printf ("lost: %" G_GINT64_FORMAT " acts of %" G_GINT64_FORMAT, found->acts, self->acknowledged);
  if (found->acts > self->acknowledged + (self->attempted ? 1 : 0))
    return g_strdup_printf ("%" G_GINT64_FORMAT " acts, but %" G_GINT64_FORMAT " were begun", found->acts, self->acknowledged);
  self->acknowledged = found->acts;
  self->attempted = FALSE;
  return NULL;
}

static char *
real_store_check (gpointer data)
{
  RealStore *self = data;
  FzStore *store = self->fixture.store;
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  Found found = { 0 };

  if (fz_store_is_read_only (store, &why)) {
    self->noticed++;
    return g_steal_pointer (&why);
  }
  if (!fz_store_run (store, FZ_TXN_READ, look, &found, &error) || !verify_log (store, &error))
    return g_strdup (error->message);
  return compare (self, &found);
}

static gboolean
real_store_open (gpointer data, GRand *dice)
{
  RealStore *self = data;

  self->fixture.store = fz_store_open (&self->fixture.options, NULL);
  return self->fixture.store != NULL;
}

static void
real_store_close (gpointer data)
{
  RealStore *self = data;

  fixture_close (&self->fixture);
}

static void
real_store_reset (gpointer data)
{
  RealStore *self = data;

  copy_template (self, FALSE);
  self->acknowledged = 0;
  self->sealed = 0;
  self->attempted = FALSE;
}

const LabWorkload real_store_workload = { real_store_open, real_store_check, real_store_act, real_store_close,
                                          real_store_reset, 40 };
