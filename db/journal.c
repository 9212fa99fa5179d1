#include "db/journal.h"

#include "db/durable.h"
#include "db/journal_private.h"
#include "db/key_derive.h"
#include "db/setting.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define KIND "fuzhen.journal/v1"
#define TAKEN "journal.taken"
#define LENGTH_BYTES 4
#define MAX_BYTES (64 * 1024 * 1024)

struct _FzJournal {
  char *path;
  FzSecret *key;
  GPtrArray *entries; /* FzFields, frozen */
  gsize size;         /* bytes of whole records */
  char *last;         /* hex SHA-256 of the last record; "" before the first */
};

static void
journal_free (FzJournal *self)
{
  g_ptr_array_unref (self->entries);
  fz_secret_free (self->key);
  g_free (self->path);
  g_free (self->last);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzJournal, journal_free)

void
fz_journal_free (FzJournal *self)
{
  if (self != NULL)
    journal_free (self);
}

static char *
identity_of (const FzStore *store)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (text, "%02x", store->identity[i]);
  return g_string_free (text, FALSE);
}

static FzJournal *
journal_new (FzStore *store)
{
  g_autofree char *identity = identity_of (store), *name = g_strconcat ("journal-", identity, NULL);
  FzJournal *self = g_new0 (FzJournal, 1);

  self->path = g_build_filename (store->state_dir, name, NULL);
  self->key = fz_key_for (store->word_key, "journal");
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->last = g_strdup ("");
  return self;
}

/* What a record is bound to: the store, its place, and the one before it. */
static char *
about (const FzJournal *self, const FzStore *store)
{
  g_autofree char *identity = identity_of (store);

  return g_strdup_printf ("%s\n%s\n%u\n%s\n", KIND, identity, self->entries->len, self->last);
}

/* --- reading --- */

static guint32
length_at (const guint8 *at)
{
  return (guint32) at[0] | (guint32) at[1] << 8 | (guint32) at[2] << 16 | (guint32) at[3] << 24;
}

static gboolean
take_record (FzJournal *self, const FzStore *store, const guint8 *bytes, gsize n)
{
  g_autoptr (GBytes) sealed = g_bytes_new (bytes + LENGTH_BYTES, n - LENGTH_BYTES);
  g_autofree char *bound = about (self, store);
  g_autoptr (FzSecret) plain = fz_key_unseal (self->key, sealed, bound);
  FzFields *entry = plain != NULL ? fz_fields_parse (fz_secret_get (plain), fz_secret_size (plain), NULL) : NULL;

  if (entry == NULL)
    return FALSE;
  g_ptr_array_add (self->entries, entry);
  self->size += n;
  g_free (self->last);
  self->last = fz_sha256_hex (bytes, n);
  return TRUE;
}

/* A torn last record was never answered for: what asked for it got an error. It is cut off, so that the next one stands whole. */
static gboolean
drop_tail (const FzJournal *self, GError **error)
{
  if (truncate (self->path, (off_t) self->size) == 0)
    return fz_durable_sync_file (self->path, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("查阅簿 %s 不能写入：%s。"), self->path, g_strerror (errno));
  return FALSE;
}

static gboolean
set_aside (const FzJournal *self, GError **error)
{
  g_autofree char *now = fz_time_format (g_get_real_time ()), *aside = g_strdup_printf ("%s.damaged-%s", self->path, now);

  if (!fz_durable_rename (self->path, aside, error))
    return FALSE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("查阅簿被改动或损坏，已另存为 %s。\n请再试一次，并把这个文件交给审计管理员核查。"), aside);
  return FALSE;
}

static gboolean
load (FzJournal *self, const FzStore *store, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (self->path, MAX_BYTES, &why);
  gsize n = 0, at = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  while (n - at >= LENGTH_BYTES) {
    gsize size = LENGTH_BYTES + (gsize) length_at (data + at);

    if (size > n - at)
      break;
    if (!take_record (self, store, data + at, size))
      return set_aside (self, error);
    at += size;
  }
  return at == n || drop_tail (self, error);
}

/* --- entering --- */

static int
append (const char *path, const guint8 *bytes, gsize n)
{
  int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), code;

  if (fd < 0)
    return errno;
  code = fz_durable_write_all (fd, bytes, n);
  if (code == 0 && fsync (fd) != 0)
    code = errno;
  close (fd);
  return code;
}

static gboolean
keep (FzJournal *self, const FzStore *store, FzFields *entry, GError **error)
{
  g_autoptr (GBytes) text = fz_fields_print (entry, error), sealed = NULL;
  g_autoptr (FzSecret) plain = text != NULL ? fz_secret_new_from (g_bytes_get_data (text, NULL), g_bytes_get_size (text)) : NULL;
  g_autofree char *bound = about (self, store), *folder = g_path_get_dirname (self->path);
  g_autoptr (GByteArray) record = g_byte_array_new ();
  guint8 length[LENGTH_BYTES];
  gsize n;
  int code;

  if (plain == NULL)
    return FALSE;
  sealed = fz_key_seal (self->key, plain, bound, NULL, NULL); /* never of a demo's seeded numbers: the key stays the same */
  n = g_bytes_get_size (sealed);
  for (guint i = 0; i < LENGTH_BYTES; i++)
    length[i] = (guint8) (n >> (8 * i));
  g_byte_array_append (record, length, LENGTH_BYTES);
  g_byte_array_append (record, g_bytes_get_data (sealed, NULL), (guint) n);
  code = append (self->path, record->data, record->len);
  if (code != 0) {
    drop_tail (self, NULL);
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("查阅簿 %s 不能写入：%s。没有记录的查阅不提供。\n请检查磁盘后重试。"), self->path, g_strerror (code));
    return FALSE;
  }
  self->size += record->len;
  g_ptr_array_add (self->entries, fz_fields_ref (fz_fields_freeze (entry)));
  g_free (self->last);
  self->last = fz_sha256_hex (record->data, record->len);
  return self->entries->len > 1 || fz_durable_sync_folder (folder, error);
}

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
  fz_fields_set_int (kept, "number", (gint64) (self->entries->len + txn->noted->len));
  fz_fields_set (kept, "outcome", entry->outcome);
  fz_fields_set (kept, "reason", entry->reason);
  fz_fields_set (kept, "role", entry->role);
  fz_fields_set (kept, "session", entry->session);
  fz_fields_set (kept, "subject", entry->subject);
  fz_fields_set (kept, "subject_kind", entry->subject_kind);
  fz_fields_set (kept, "time_trust", g_atomic_pointer_get (&store->time_trust));
  if (self->entries->len + txn->noted->len == 0)
    fz_fields_set (kept, "why", g_atomic_pointer_get (&store->read_only_why));
  if (entry->payload != NULL)
    fz_fields_merge (kept, "payload", entry->payload);
  g_ptr_array_add (txn->noted, kept);
}

gboolean
fz_journal_settle (FzTxn *txn, GError **error)
{
  FzJournal *self = g_atomic_pointer_get (&txn->store->journal);

  for (guint i = 0; txn->noted != NULL && i < txn->noted->len; i++)
    if (!keep (self, txn->store, txn->noted->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* --- what others ask --- */

gboolean
fz_journal_open (FzStore *store, GError **error)
{
  g_autoptr (FzJournal) self = NULL;

  if (!fz_store_is_read_only (store, NULL) || g_atomic_pointer_get (&store->journal) != NULL)
    return TRUE;
  self = journal_new (store);
  if (!fz_durable_folder (store->state_dir, error) || !load (self, store, error))
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

  return self != NULL ? count_in (self->entries, action, subject) + count_in (txn->noted, action, subject) : 0;
}

static gboolean
visit_all (const FzJournal *self, FzJournalVisit visit, gpointer data, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (!visit (self->entries->pdata[i], data, error))
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

  return access (self->path, F_OK) == 0;
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
  g_autoptr (GError) why = NULL;
  g_autofree char *taken = NULL;

  *out_n = 0;
  if (!load (self, txn->store, error))
    return FALSE;
  taken = fz_setting_dup (txn, TAKEN, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  fz_txn_after_commit (txn, remove_file, g_strdup (self->path), g_free);
  if (self->entries->len == 0 || g_strcmp0 (taken, self->last) == 0)
    return TRUE;
  *out_n = self->entries->len;
  return visit_all (self, visit, data, error) && fz_setting_set (txn, TAKEN, self->last, error);
}
