#include "db/journal.h"

#include "db/durable.h"
#include "db/journal_private.h"
#include "db/key_derive.h"
#include "db/record_file.h"
#include "db/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define KIND "fuzhen.journal/v1"
#define TAKEN "journal.taken"

struct _FzJournal {
  FzRecordFile *file;
};

static void
journal_free (FzJournal *self)
{
  fz_record_file_free (self->file);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzJournal, journal_free)

void
fz_journal_free (FzJournal *self)
{
  if (self != NULL)
    journal_free (self);
}

static const GPtrArray *
entries_of (const FzJournal *self)
{
  return fz_record_file_get_records (self->file);
}

static FzJournal *
journal_new (FzStore *store)
{
  FzJournal *self = g_new0 (FzJournal, 1);
  g_autoptr (FzSecret) key = fz_key_for (store->word_key, "journal");
  g_autoptr (GString) identity = g_string_new (NULL);
  g_autofree char *name = NULL, *path = NULL;

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (identity, "%02x", store->identity[i]);
  name = g_strconcat ("journal-", identity->str, NULL);
  path = g_build_filename (store->state_dir, name, NULL);
  self->file = fz_record_file_new (path, key, KIND, identity->str);
  return self;
}

/* --- reading --- */

static gboolean
set_aside (const char *path, GError **error)
{
  g_autofree char *now = fz_time_format (g_get_real_time ()), *aside = g_strdup_printf ("%s.damaged-%s", path, now);

  if (!fz_durable_rename (path, aside, error))
    return FALSE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("查阅簿被改动或损坏，已另存为 %s。\n请再试一次，并把这个文件交给审计管理员核查。"), aside);
  return FALSE;
}

static gboolean
load (FzJournal *self, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (fz_record_file_load (self->file, &why))
    return TRUE;
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT))
    return set_aside (fz_record_file_get_path (self->file), error);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- entering --- */

void
fz_journal_note (FzTxn *txn, const FzAuditEntry *entry)
{
  FzStore *store = txn->store;
  FzJournal *self = g_atomic_pointer_get (&store->journal);
  FzFields *kept = fz_fields_new (KIND);

  if (txn->noted == NULL)
    txn->noted = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  fz_fields_set (kept, "action", entry->action);
  fz_fields_set (kept, "actor", entry->actor);
  fz_fields_set_time (kept, "at", txn->now_us);
  fz_fields_set (kept, "boot", fz_store_get_boot (store));
  fz_fields_set_int (kept, "log_size", (gint64) store->frontier.size);
  fz_fields_set_int (kept, "mono_ms", fz_store_mono_ms (store));
  fz_fields_set_int (kept, "number", (gint64) (entries_of (self)->len + txn->noted->len));
  fz_fields_set (kept, "outcome", entry->outcome);
  fz_fields_set (kept, "reason", entry->reason);
  fz_fields_set (kept, "role", entry->role);
  fz_fields_set (kept, "session", entry->session);
  fz_fields_set (kept, "subject", entry->subject);
  fz_fields_set (kept, "subject_kind", entry->subject_kind);
  fz_fields_set (kept, "time_trust", g_atomic_pointer_get (&store->time_trust));
  if (entries_of (self)->len + txn->noted->len == 0)
    fz_fields_set (kept, "why", g_atomic_pointer_get (&store->read_only_why));
  if (entry->payload != NULL)
    fz_fields_merge (kept, "payload", entry->payload);
  g_ptr_array_add (txn->noted, kept);
}

gboolean
fz_journal_settle (FzTxn *txn, GError **error)
{
  FzJournal *self = g_atomic_pointer_get (&txn->store->journal);
  g_autoptr (GError) why = NULL;

  if (txn->noted == NULL || txn->noted->len == 0 || fz_record_file_add (self->file, (FzFields **) txn->noted->pdata, txn->noted->len, &why))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("查阅不能记入查阅簿，没有记录的查阅不提供。%s"), why->message);
  return FALSE;
}

/* --- what others ask --- */

gboolean
fz_journal_open (FzStore *store, GError **error)
{
  g_autoptr (FzJournal) self = NULL;

  if (!fz_store_is_read_only (store, NULL) || g_atomic_pointer_get (&store->journal) != NULL)
    return TRUE;
  self = journal_new (store);
  if (!fz_durable_folder (store->state_dir, error) || !load (self, error))
    return FALSE;
  if (g_atomic_pointer_compare_and_exchange (&store->journal, NULL, self))
    g_steal_pointer (&self);
  return TRUE;
}

static guint
count_in (const GPtrArray *entries, const char *action, const char *subject)
{
  guint n = 0;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (g_strcmp0 (fz_fields_get (entries->pdata[i], "action"), action) == 0 && g_strcmp0 (fz_fields_get (entries->pdata[i], "subject"), subject) == 0 &&
        g_strcmp0 (fz_fields_get (entries->pdata[i], "outcome"), "done") == 0)
      n++;
  return n;
}

guint
fz_journal_count (FzTxn *txn, const char *action, const char *subject)
{
  FzJournal *self = g_atomic_pointer_get (&txn->store->journal);

  return self != NULL ? count_in (entries_of (self), action, subject) + count_in (txn->noted, action, subject) : 0;
}

static gboolean
visit_all (const FzJournal *self, FzJournalVisit visit, gpointer data, GError **error)
{
  for (guint i = 0; i < entries_of (self)->len; i++)
    if (!visit (entries_of (self)->pdata[i], data, error))
      return FALSE;
  return TRUE;
}

gboolean
fz_journal_foreach (FzTxn *txn, FzJournalVisit visit, gpointer data, GError **error)
{
  FzJournal *self = g_atomic_pointer_get (&txn->store->journal);

  return self == NULL || visit_all (self, visit, data, error);
}

/* --- into the log --- */

gboolean
fz_journal_is_there (FzStore *store)
{
  g_autoptr (FzJournal) self = journal_new (store);

  return access (fz_record_file_get_path (self->file), F_OK) == 0;
}

static void
remove_file (FzStore *store, gpointer data)
{
  const char *path = data;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  if (unlink (path) != 0 || !fz_durable_sync_folder (folder, &error))
    g_warning ("journal not removed: %s", path); /* known by its last record the next time */
}

gboolean
fz_journal_take (FzTxn *txn, FzJournalVisit visit, gpointer data, guint *out_n, GError **error)
{
  g_autoptr (FzJournal) self = journal_new (txn->store);
  g_autofree char *taken = NULL;

  *out_n = 0;
  if (!load (self, error) || !fz_setting_read (txn, TAKEN, &taken, error))
    return FALSE;
  fz_txn_after_commit (txn, remove_file, g_strdup (fz_record_file_get_path (self->file)), g_free);
  if (entries_of (self)->len == 0 || g_strcmp0 (taken, fz_record_file_get_last (self->file)) == 0)
    return TRUE;
  *out_n = entries_of (self)->len;
  return visit_all (self, visit, data, error) && fz_setting_set (txn, TAKEN, fz_record_file_get_last (self->file), error);
}
