#include "app/outside_private.h"

#include "app/witness.h"
#include "db/audit.h"
#include "db/durable.h"
#include "db/journal.h"
#include "db/setting.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define KIND "fuzhen.outside/v1"
#define NOTE_MAX_BYTES 65536
#define SETTING "audit.outside"
#define MINUTE_US (60 * FZ_US_PER_SECOND)

static GMutex mutex; /* over the two files: the clock's thread and a page's */

void
fz_outside_lock (void)
{
  g_mutex_lock (&mutex);
}

void
fz_outside_unlock (void)
{
  g_mutex_unlock (&mutex);
}

/* --- files --- */

FzFields *
fz_outside_new (void)
{
  return fz_fields_new (KIND);
}

static char *
path_of (FzDesk *desk, const char *word)
{
  const guint8 *identity = fz_keyfile_get_identity (desk->keys);
  g_autoptr (GString) name = g_string_new (word);

  g_string_append_c (name, '-');
  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (name, "%02x", identity[i]);
  return g_build_filename (desk->state_dir, name->str, NULL);
}

/* NULL: nothing was ever set here. */
FzFields *
fz_outside_load (FzDesk *desk)
{
  g_autofree char *path = path_of (desk, "outside");
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);
  g_autoptr (FzFields) kept = bytes != NULL ? fz_fields_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL) : NULL;

  return kept != NULL && g_strcmp0 (fz_fields_get_kind (kept), KIND) == 0 ? fz_fields_dup (kept, NULL) : NULL;
}

gboolean
fz_outside_save (FzDesk *desk, const FzFields *fields, GError **error)
{
  g_autofree char *path = path_of (desk, "outside");
  g_autoptr (GBytes) bytes = fz_fields_print (fields, error);
  gsize n = 0;
  const void *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return text != NULL && fz_durable_write (path, text, n, 0600, error);
}

/* One line of a message, as a value of canonical text. */
void
fz_outside_put_problem (FzFields *fields, const char *key, const GError *why)
{
  g_autofree char *line = why != NULL ? g_strdelimit (g_strdup (why->message), "\n\r\t", ' ') : NULL;

  fz_fields_set (fields, key, line);
}

static char *
stick_path (const FzFields *fields, const char *origin)
{
  const char *folder = fz_fields_get (fields, "stick.folder");
  g_autofree char *name = g_strconcat ("fuzhen-head-", origin, NULL);

  return folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
}

/* --- the log --- */

void
fz_outside_log_clear (FzOutsideLog *self)
{
  g_clear_pointer (&self->note, g_bytes_unref);
  g_clear_pointer (&self->proof, g_array_unref);
  g_clear_pointer (&self->origin, g_free);
}

static gboolean
judge_note (FzTxn *txn, gpointer data, GError **error)
{
  FzOutsideLog *self = data;

  return fz_audit_agrees (txn, self->note, &self->size, error);
}

static gboolean
read_newest (FzTxn *txn, gpointer data, GError **error)
{
  FzOutsideLog *self = data;
  char *note = NULL;

  self->origin = fz_audit_dup_origin (txn, error);
  if (self->origin == NULL || !fz_audit_head (txn, NULL, NULL, &note, error) || note == NULL)
    return self->origin != NULL && note == NULL && (error == NULL || *error == NULL);
  self->note = g_bytes_new_take (note, strlen (note));
  return fz_audit_agrees (txn, self->note, &self->size, error);
}

static gboolean
prove (FzTxn *txn, gpointer data, GError **error)
{
  FzOutsideLog *self = data;

  if (self->old_size == 0)
    self->proof = g_array_new (FALSE, FALSE, sizeof (FzHash)); /* from nothing to something needs none */
  else
    self->proof = fz_audit_prove_consistency (txn, self->old_size, self->size, error);
  return self->proof != NULL;
}

static void
contradict (FzDesk *desk, const char *where, const char *why)
{
  g_autofree char *words = g_strdup_printf (_ ("%s：%s。本地库只能查看，不能写入。\n请系统管理员核查；如需用备份恢复，请执行 fuzhen restore。"), where, why);

  g_warning ("%s", words);
  fz_store_contradict (desk->store, words);
  fz_journal_open (desk->store, NULL); /* what is open goes on being read; without the journal it is not */
}

gboolean
fz_outside_read_newest (FzDesk *desk, FzOutsideLog *out, GError **error)
{
  return fz_store_run (desk->store, FZ_TXN_READ, read_newest, out, error);
}

gboolean
fz_outside_judge (FzDesk *desk, const char *where, GBytes *note, guint64 *out_size, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_auto (FzOutsideLog) log = { .note = g_bytes_ref (note) };

  if (fz_store_run (desk->store, FZ_TXN_READ, judge_note, &log, &why)) {
    *out_size = log.size;
    return TRUE;
  }
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT))
    contradict (desk, where, why->message);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* TRUE: the file is not there, or agrees; *out_size is what it covers. */
static gboolean
agrees (FzDesk *desk, const char *where, const char *path, guint64 *out_size)
{
  g_autoptr (GBytes) note = fz_durable_read (path, NOTE_MAX_BYTES, NULL);

  *out_size = 0;
  return note == NULL || fz_outside_judge (desk, where, note, out_size, NULL);
}

/* --- at the start --- */

static gboolean
read_setting (FzTxn *txn, gpointer data, GError **error)
{
  FzOutsideLog *self = data;
  g_autofree char *kept = NULL;
  gboolean good = fz_setting_read (txn, SETTING, &kept, error);

  self->size = kept != NULL ? 1 : 0;
  return good;
}

gboolean
fz_outside_check (FzDesk *desk, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_autoptr (FzFields) kept = fz_outside_load (desk);
  g_auto (FzOutsideLog) log = { 0 }, asked = { 0 };
  g_autofree char *witness = path_of (desk, "witness"), *stick = NULL;
  guint64 size = 0;
  gint64 known = 0;

  if (kept == NULL) {
    g_autofree char *path = path_of (desk, "outside");

    if (fz_store_run (desk->store, FZ_TXN_READ, read_setting, &asked, error) && asked.size > 0)
      contradict (desk, path, _ ("库外留存的记录缺失或不可识别"));
    return TRUE;
  }
  if (!fz_outside_read_newest (desk, &log, error))
    return FALSE;
  stick = stick_path (kept, log.origin);
  if (!agrees (desk, _ ("见证方留存的检查点"), witness, &size) || (stick != NULL && !agrees (desk, stick, stick, &size)))
    return TRUE;
  if (fz_fields_get_int (kept, "witness.known", &known) && (guint64) known > log.size)
    contradict (desk, _ ("见证方留存的检查点"), _ ("见证方见过的日志比本地库的长，本地库可能被换成了旧副本或丢失了末尾"));
  return TRUE;
}

/* --- the stick --- */

static void
keep_on_stick (FzDesk *desk, FzFields *fields, const FzOutsideLog *newest)
{
  g_autofree char *path = stick_path (fields, newest->origin);
  const char *folder = fz_fields_get (fields, "stick.folder");
  g_autoptr (GError) why = NULL;
  guint64 there = 0;

  if (path == NULL)
    return;
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (&why, FZ_ERROR, FZ_ERROR_OFFLINE, _ ("介质不在：%s"), folder);
  } else if (!agrees (desk, path, path, &there)) {
    return; /* what contradicts stays as it is */
  } else if (there >= newest->size ||
             fz_durable_write (path, g_bytes_get_data (newest->note, NULL), g_bytes_get_size (newest->note), 0600, &why)) {
    fz_fields_set_int (fields, "stick.size", (gint64) newest->size);
    fz_fields_set_time (fields, "stick.at", fz_desk_now_us (desk));
  }
  fz_outside_put_problem (fields, "stick.problem", why);
}

/* --- the witness --- */

static gboolean
keep_witnessed (FzDesk *desk, FzFields *fields, const FzOutsideLog *newest, GBytes *note, GError **error)
{
  g_autofree char *path = path_of (desk, "witness");

  if (!fz_durable_write (path, g_bytes_get_data (note, NULL), g_bytes_get_size (note), 0600, error))
    return FALSE;
  fz_fields_set_int (fields, "witness.size", (gint64) newest->size);
  fz_fields_set_time (fields, "witness.at", fz_desk_now_us (desk));
  return TRUE;
}

/* A second try with the size the witness knows, when that lies within this log: an answer was lost before. */
static gboolean
ask_witness (FzDesk *desk, FzFields *fields, const FzWitnessKey *who, FzOutsideLog *newest, guint tries, GError **error)
{
  g_autoptr (GBytes) note = NULL;
  FzWitnessAnswer answer = FZ_WITNESS_REFUSED;
  guint64 known = 0;

  g_clear_pointer (&newest->proof, g_array_unref);
  if (!fz_store_run (desk->store, FZ_TXN_READ, prove, newest, error) ||
      !fz_witness_add (fz_fields_get (fields, "witness.url"), who, newest->old_size, newest->proof, newest->note, &answer, &note, &known, error))
    return FALSE;
  if (answer == FZ_WITNESS_SIGNED)
    return keep_witnessed (desk, fields, newest, note, error);
  if (answer == FZ_WITNESS_REFUSED) {
    contradict (desk, _ ("见证方留存的检查点"), _ ("见证方不承认本日志是它见过的那一份的延续"));
    return TRUE;
  }
  if (known > newest->size) {
    fz_fields_set_int (fields, "witness.known", (gint64) known);
    contradict (desk, _ ("见证方留存的检查点"), _ ("见证方见过的日志比本地库的长，本地库可能被换成了旧副本或丢失了末尾"));
    return TRUE;
  }
  newest->old_size = known;
  if (tries > 0)
    return ask_witness (desk, fields, who, newest, tries - 1, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("见证方的回答前后不一致。"));
  return FALSE;
}

static void
keep_at_witness (FzDesk *desk, FzFields *fields, FzOutsideLog *newest)
{
  const char *url = fz_fields_get (fields, "witness.url"), *key = fz_fields_get (fields, "witness.key");
  gint64 size = 0, tried = 0, now = fz_desk_now_us (desk);
  g_autoptr (FzWitnessKey) who = NULL;
  g_autoptr (GError) why = NULL;

  fz_fields_get_int (fields, "witness.size", &size);
  fz_fields_get_time (fields, "witness.tried_at", &tried);
  if (url == NULL || (guint64) size >= newest->size || (now >= tried && now - tried < MINUTE_US))
    return;
  fz_fields_set_time (fields, "witness.tried_at", now);
  newest->old_size = (guint64) size;
  who = fz_witness_key_parse (key, &why);
  if (who != NULL)
    ask_witness (desk, fields, who, newest, 1, &why);
  fz_outside_put_problem (fields, "witness.problem", why);
}

gboolean
fz_outside_tick (FzDesk *desk, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_autoptr (FzFields) fields = fz_outside_load (desk);
  g_auto (FzOutsideLog) newest = { 0 };

  if (fields == NULL || fz_store_is_read_only (desk->store, NULL))
    return TRUE;
  if (!fz_outside_read_newest (desk, &newest, error))
    return FALSE;
  if (newest.note == NULL)
    return TRUE;
  keep_on_stick (desk, fields, &newest);
  keep_at_witness (desk, fields, &newest);
  return fz_outside_save (desk, fields, error);
}

/* --- what is set --- */

FzFields *
fz_desk_outside (FzSession *session, GError **error)
{
  FzFields *kept;

  if (!fz_session_may (session, "audit.outside", "log", NULL, error))
    return NULL;
  g_mutex_lock (&mutex);
  kept = fz_outside_load (session->desk);
  g_mutex_unlock (&mutex);
  return fz_fields_freeze (kept != NULL ? kept : fz_outside_new ());
}

typedef struct {
  FzSession *session;
  FzFields *changes;
} Set;

static gboolean
note_set (FzTxn *txn, gpointer data, GError **error)
{
  Set *set = data;

  return fz_setting_set (txn, SETTING, "yes", error) &&
         fz_session_audit (set->session, txn, "audit.outside", "log", NULL, "done", NULL, set->changes, error) && fz_audit_checkpoint (txn, error);
}

static gboolean
check_set (const FzFields *changes, GError **error)
{
  const char *folder = fz_fields_get (changes, "stick.folder"), *url = fz_fields_get (changes, "witness.url");
  const char *key = fz_fields_get (changes, "witness.key");
  g_autoptr (FzWitnessKey) who = NULL;

  if (folder != NULL && !g_str_equal (folder, "-") && (!g_path_is_absolute (folder) || !g_file_test (folder, G_FILE_TEST_IS_DIR))) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是文件夹，请插入介质后再选择。"), folder);
    return FALSE;
  }
  if (url == NULL || g_str_equal (url, "-"))
    return TRUE;
  if (key == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请同时给出见证方的公钥。"));
    return FALSE;
  }
  who = fz_witness_check_url (url, error) ? fz_witness_key_parse (key, error) : NULL;
  return who != NULL;
}

/* Another place begins anew: what the last one had seen says nothing of it. */
static void
take_over (FzFields *kept, const FzFields *changes, const char *first, const char *const *own)
{
  const char *value = fz_fields_get (changes, first);

  for (guint i = 0; value != NULL && own[i] != NULL; i++)
    fz_fields_set (kept, own[i], NULL);
  if (value != NULL && !g_str_equal (value, "-"))
    fz_fields_set (kept, first, value);
}

static const char *const of_stick[] = { "stick.folder", "stick.size", "stick.at", "stick.problem", NULL };
static const char *const of_witness[] = { "witness.url", "witness.key", "witness.size", "witness.at", "witness.tried_at", "witness.problem",
                                          "witness.known", NULL };

/* The file first: a store that says there is one finds it. */
static gboolean
keep_set (Set *set, FzFields *now, const FzFields *before, GError **error)
{
  FzDesk *desk = set->session->desk;
  g_autofree char *path = path_of (desk, "outside"), *witness = path_of (desk, "witness");

  if (!fz_outside_save (desk, now, error))
    return FALSE;
  if (fz_store_run (desk->store, FZ_TXN_RECORD, note_set, set, error)) {
    if (fz_fields_has (set->changes, "witness.url"))
      g_unlink (witness);
    return TRUE;
  }
  if (before == NULL)
    g_unlink (path);
  else
    fz_outside_save (desk, before, NULL);
  return FALSE;
}

gboolean
fz_desk_set_outside (FzSession *session, const FzFields *changes, GError **error)
{
  static const char *const settable[] = { "stick.folder", "witness.url", "witness.key" };
  FzDesk *desk = session->desk;
  g_autoptr (FzFields) said = fz_fields_new ("fuzhen.audit_outside/v1");
  Set set = { session, said };
  gboolean good;

  if (!fz_session_may (session, "audit.outside", "log", NULL, error) || !check_set (changes, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (settable); i++)
    fz_fields_set (said, settable[i], fz_fields_get (changes, settable[i]));
  g_mutex_lock (&mutex);
  {
    g_autoptr (FzFields) before = fz_outside_load (desk), now = before != NULL ? fz_fields_dup (before, NULL) : fz_outside_new ();

    take_over (now, changes, "stick.folder", of_stick);
    take_over (now, changes, "witness.url", of_witness);
    if (fz_fields_has (now, "witness.url") && fz_fields_has (changes, "witness.url"))
      fz_fields_set (now, "witness.key", fz_fields_get (changes, "witness.key"));
    good = keep_set (&set, now, before, error);
  }
  g_mutex_unlock (&mutex);
  return good && fz_outside_tick (desk, error);
}
