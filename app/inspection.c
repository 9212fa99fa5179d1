/* Handing an inspector what they may see (检查材料): one act, all or nothing. */
#include "app/inspection.h"

#include "app/grant.h"
#include "db/audit.h"
#include "db/desk_key.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

static const char *const levels[FZ_N_INSPECTION_LEVELS] = { "full", "pseudonymised", "statistics" };

const char *
fz_inspection_level_to_word (FzInspectionLevel level)
{
  g_return_val_if_fail ((guint) level < FZ_N_INSPECTION_LEVELS, NULL);
  return levels[level];
}

gboolean
fz_inspection_level_from_word (const char *word, FzInspectionLevel *out)
{
  for (guint i = 0; i < FZ_N_INSPECTION_LEVELS; i++)
    if (g_strcmp0 (word, levels[i]) == 0) {
      *out = (FzInspectionLevel) i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_inspection_say (const FzInspection *self, const char *word)
{
  const char *label = fz_codes_get_label (self->words, word), *dot = strchr (word, '.');

  if (label != NULL)
    return label;
  return g_str_has_prefix (word, "fuzhen.") || dot == NULL ? word : dot + 1;
}

gboolean
fz_inspection_step (FzInspection *self, GError **error)
{
  self->done++;
  if (self->progress != NULL)
    self->progress (MIN (self->done, self->total), self->total, self->data);
  return !g_cancellable_set_error_if_cancelled (self->stop, error);
}

void
fz_inspection_count (FzInspection *self, const char *word)
{
  g_hash_table_replace (self->counts, g_strdup (word), GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, word)) + 1));
}

/* --- what is asked --- */

static gboolean
refuse (GError **error, const char *words)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, words);
  return FALSE;
}

static gboolean
read_days (FzInspection *self, GError **error)
{
  const char *from = fz_fields_get (self->ask, "from"), *to = fz_fields_get (self->ask, "to");
  FzDate first, last;

  if (from == NULL || to == NULL || !fz_date_parse (from, &first, NULL) || !fz_date_parse (to, &last, NULL))
    return refuse (error, _ ("请给出起止日期，按 2026-01-05 填写。"));
  if (fz_date_compare (first, last) > 0)
    return refuse (error, _ ("结束日期早于开始日期。"));
  self->from_us = fz_date_beijing_start_us (first);
  self->to_us = fz_date_beijing_start_us (fz_date_add_days (last, 1));
  return TRUE;
}

static gboolean
read_ask (FzInspection *self, GError **error)
{
  const char *level = fz_fields_get (self->ask, "level");

  self->doctor = fz_fields_get (self->ask, "doctor");
  self->visit = fz_fields_get (self->ask, "patient");
  self->complaint = fz_fields_get (self->ask, "complaint");
  self->sensitive = fz_fields_is_yes (self->ask, "sensitive");
  if (!fz_inspection_level_from_word (level != NULL ? level : "full", &self->level))
    return refuse (error, _ ("内容层级应为 full、pseudonymised 或 statistics。"));
  if (!fz_fields_has (self->ask, "recipient"))
    return refuse (error, _ ("请写明材料提供给哪个机关、谁接收。"));
  if (!fz_fields_has (self->ask, "purpose"))
    return refuse (error, _ ("请写明用途，例如检查通知书的文号。"));
  if (self->level == FZ_INSPECTION_STATISTICS && (self->visit != NULL || self->complaint != NULL))
    return refuse (error, _ ("只有统计的材料不能按患者或投诉制作：一个人的数字不是统计。"));
  return read_days (self, error);
}

/* The checkpoint the inspector brought: it must be this log's own. A longer one than the log is the very thing it is kept for. */
typedef struct {
  FzInspection *self;
  FzNote *note;
  FzCheckpoint *head;
} Since;

static gboolean
compare_since (FzTxn *txn, gpointer data, GError **error)
{
  Since *since = data;
  g_autoptr (FzVerifier) log = fz_audit_dup_verifier (txn, error);
  guint64 size = 0;

  if (log == NULL || !fz_audit_head (txn, &size, NULL, NULL, error))
    return FALSE;
  if (g_strcmp0 (since->head->origin, fz_verifier_get_name (log)) != 0 || !fz_note_check (since->note, log, NULL))
    return refuse (error, _ ("给出的检查点不是本机日志的，或签名不符。"));
  if (since->head->size <= size)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("给出的检查点覆盖%" PRIu64 "条，本机日志只有%" PRIu64 "条：日志被截断或回退。请停止使用并保留现场。"),
               since->head->size, size);
  return FALSE;
}

static gboolean
read_since (FzInspection *self, GError **error)
{
  const char *path = fz_fields_get (self->ask, "since");
  g_autofree char *bytes = NULL;
  g_autoptr (FzNote) note = NULL;
  g_autoptr (FzCheckpoint) head = NULL;
  GBytes *text;
  gsize n = 0;
  Since since = { .self = self };

  if (path == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &bytes, &n, error))
    return FALSE;
  note = fz_note_parse ((const guint8 *) bytes, n, NULL);
  text = note != NULL ? fz_note_get_text (note) : NULL;
  head = text != NULL ? fz_checkpoint_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), NULL) : NULL;
  if (head == NULL)
    return refuse (error, _ ("给出的文件不是日志检查点。"));
  since.note = note;
  since.head = head;
  self->since = head->size;
  return fz_store_run (self->desk->store, FZ_TXN_READ, compare_since, &since, error);
}

/* --- begin and end --- */

static FzFields *
scope_of (const FzInspection *self)
{
  FzFields *scope = fz_fields_new ("fuzhen.scope/v1");

  fz_fields_set (scope, "report", "inspection");
  fz_fields_set (scope, "from", fz_fields_get (self->ask, "from"));
  fz_fields_set (scope, "to", fz_fields_get (self->ask, "to"));
  fz_fields_set (scope, "format", fz_inspection_level_to_word (self->level));
  fz_fields_set (scope, "person", self->doctor);
  fz_fields_set (scope, "sensitive", self->sensitive ? "yes" : NULL);
  fz_fields_set (scope, "subject", self->complaint != NULL ? self->complaint : self->visit);
  return scope;
}

static FzFields *
payload_of (const FzInspection *self)
{
  static const char *const keys[] = { "from", "to", "doctor", "patient", "complaint", "recipient", "purpose", "sensitive" };
  FzFields *payload = fz_fields_new ("fuzhen.audit_inspection/v1");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (payload, keys[i], fz_fields_get (self->ask, keys[i]));
  fz_fields_set (payload, "level", fz_inspection_level_to_word (self->level));
  fz_fields_set (payload, "grant", self->grant);
  return payload;
}

static gboolean
take_number (FzInspection *self, FzTxn *txn, GError **error)
{
  FzDate today = fz_date_in_beijing (fz_txn_now_us (txn));
  g_autofree char *counter = g_strdup_printf ("inspection-%d", today.year);
  gint64 number = 0;

  self->made_us = fz_txn_now_us (txn);
  /* Where nothing can be counted, the moment is the number: two are not begun in one second by one person at one desk. */
  if (fz_store_is_read_only (self->desk->store, NULL)) {
    g_autofree char *at = fz_time_format (self->made_us), *digits = NULL;

    digits = g_strdup_printf ("%.4s%.2s%.2s%.2s%.2s%.2s", at, at + 5, at + 8, at + 11, at + 14, at + 17);
    self->number = g_strdup_printf ("JC-%d-R%s", today.year, digits);
    return TRUE;
  }
  if (!fz_counter_next (txn, counter, &number, error))
    return FALSE;
  self->number = g_strdup_printf ("JC-%d-%04" PRId64, today.year, number);
  return TRUE;
}

/* The leave of the second person is used up here and not at the end: who stops halfway has seen the data all the same. */
static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  FzInspection *self = data;
  g_autoptr (FzFields) scope = scope_of (self), payload = NULL, grant = NULL;

  if (!fz_grant_use (self->session, txn, "inspection", scope, &self->grant, error) || !take_number (self, txn, error))
    return FALSE;
  grant = fz_grant_read (txn, self->grant, error);
  if (grant == NULL)
    return FALSE;
  self->leave = g_strdup_printf ("%s：%s申请（%s），%s批准", self->grant, fz_fields_get (grant, "grant.by"), fz_fields_get (grant, "grant.purpose_label"),
                                 fz_fields_get (grant, "grant.decided_by"));
  payload = payload_of (self);
  if (!fz_session_audit (self->session, txn, "inspection.begin", "inspection", self->number, "done", NULL, payload, error) ||
      !fz_audit_checkpoint (txn, error) || !fz_audit_head (txn, &self->size, NULL, &self->checkpoint, error))
    return FALSE;
  self->origin = fz_audit_dup_origin (txn, error);
  return self->origin != NULL;
}

static char *
mark_of (const FzInspection *self)
{
  g_autofree char *at = fz_beijing_time_format (self->made_us);

  return g_strdup_printf ("检查材料 %s　制作 %s　提供给 %s　用途 %s　%s", self->number, self->made_by, fz_fields_get (self->ask, "recipient"),
                          fz_fields_get (self->ask, "purpose"), at);
}

static FzFields *
manifest_of (const FzInspection *self, const char *list_sha256)
{
  FzFields *body = payload_of (self), *out = fz_fields_dup (body, "fuzhen.package/v1");

  fz_fields_unref (body);
  fz_fields_set (out, "number", self->number);
  fz_fields_set_time (out, "signed_at", self->made_us);
  fz_fields_set (out, "made_by", self->made_by);
  fz_fields_set (out, "institution.code", fz_fields_get (self->desk->institution, "organ.code"));
  fz_fields_set (out, "institution.name", fz_fields_get (self->desk->institution, "organ.name"));
  fz_fields_set (out, "program", FUZHEN_VERSION);
  fz_fields_set (out, "files_sha256", list_sha256);
  fz_fields_set_int (out, "n_files", fz_package_get_n (self->package));
  fz_fields_set_int (out, "n_documents", self->documents->len);
  fz_fields_set_int (out, "n_visits", self->visits->len);
  fz_fields_set_int (out, "n_entries", self->entries->len);
  fz_fields_set (out, "log.origin", self->origin);
  fz_fields_set_int (out, "log.size", (gint64) self->size);
  return out;
}

typedef struct {
  FzInspection *self;
  FzFields *body;
  GBytes *note;
  char *text_sha256;
} Manifest;

/* By the key that the list of keys calls the institution's. */
static gboolean
sign (FzTxn *txn, gpointer data, GError **error)
{
  Manifest *manifest = data;
  g_autoptr (FzVerifier) who = fz_desk_key_dup_verifier (txn, error);
  g_autoptr (GBytes) text = NULL;
  g_autofree char *line = NULL;
  const char *lines[2] = { NULL };

  if (who == NULL)
    return FALSE;
  fz_fields_set (manifest->body, "desk.key", fz_verifier_get_name (who));
  text = fz_fields_print (manifest->body, error);
  line = text != NULL ? fz_desk_key_sign_line (txn, g_bytes_get_data (text, NULL), g_bytes_get_size (text), error) : NULL;
  if (line == NULL)
    return FALSE;
  lines[0] = line;
  manifest->note = fz_note_join (text, lines);
  manifest->text_sha256 = fz_sha256_hex (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  return TRUE;
}

static gboolean
audit_end (FzTxn *txn, gpointer data, GError **error)
{
  Manifest *manifest = data;

  /* The hash stands in the leaf, so that a proof of this entry speaks of the package; it is no kept document, whose hash has a line of its own. */
  return fz_session_audit (manifest->self->session, txn, "inspection.export", "inspection", manifest->self->number, "done", manifest->text_sha256,
                           manifest->body, error) &&
         fz_audit_checkpoint (txn, error);
}

/* In the log first, then in its place: what is not in the log has not left, and of what then did not come to its place a second entry says so. */
static gboolean
finish (FzInspection *self, FzFields **out, GError **error)
{
  g_autofree char *list = fz_package_close_list (self->package, error);
  Manifest manifest = { .self = self, .body = list != NULL ? manifest_of (self, list) : NULL };
  gboolean good = list != NULL && fz_store_run (self->desk->store, FZ_TXN_READ, sign, &manifest, error) &&
                  fz_package_add (self->package, "manifest.fzd", g_bytes_get_data (manifest.note, NULL), g_bytes_get_size (manifest.note), 0600, error) &&
                  fz_store_run (self->desk->store, FZ_TXN_RECORD, audit_end, &manifest, error) && fz_package_keep (self->package, error);

  if (good) {
    *out = fz_fields_dup (manifest.body, "fuzhen.inspection/v1");
    fz_fields_set (*out, "manifest_sha256", manifest.text_sha256);
    fz_fields_set_int (*out, "bytes", (gint64) fz_package_get_size (self->package));
  }
  g_clear_pointer (&manifest.body, fz_fields_unref);
  g_clear_pointer (&manifest.note, g_bytes_unref);
  g_free (manifest.text_sha256);
  return good;
}

typedef struct {
  FzInspection *self;
  const char *why;
} Failure;

static gboolean
audit_failure (FzTxn *txn, gpointer data, GError **error)
{
  Failure *failure = data;

  return fz_session_audit (failure->self->session, txn, "inspection.export", "inspection", failure->self->number, "failed", failure->why, NULL, error);
}

/* --- the whole --- */

static void
visit_free (gpointer data)
{
  FzInspectionVisit *visit = data;

  g_clear_pointer (&visit->facts, fz_fields_unref);
  g_free (visit->id);
  g_free (visit->stage);
  g_free (visit->department);
  g_free (visit->sex);
  g_free (visit->age);
  g_free (visit->diagnosis);
  g_free (visit->page);
  g_free (visit);
}

static void
document_free (gpointer data)
{
  FzInspectionDocument *document = data;

  g_free (document->id);
  g_free (document->visit);
  g_free (document->kind);
  g_free (document->sha256);
  g_free (document->signed_at);
  g_free (document->signer);
  g_free (document->path);
  g_free (document);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
inspection_init (FzInspection *self)
{
  GHashTable **sets[] = { &self->in_scope, &self->hashes, &self->patients, &self->rulebooks, &self->knowledge, &self->rows, &self->evidence, &self->gone, &self->counts, &self->left_out };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    *sets[i] = new_set ();
  self->visits = g_ptr_array_new_with_free_func (visit_free);
  self->documents = g_ptr_array_new_with_free_func (document_free);
  self->ledger = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->cleared = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
}

static void
inspection_clear (FzInspection *self)
{
  GHashTable **sets[] = { &self->in_scope, &self->hashes, &self->patients, &self->rulebooks, &self->knowledge, &self->rows, &self->evidence, &self->gone, &self->counts, &self->left_out, &self->named };
  GPtrArray **lists[] = { &self->visits, &self->documents, &self->ledger, &self->entries, &self->cleared };
  char **texts[] = { &self->patient, &self->number, &self->grant, &self->leave, &self->made_by, &self->mark, &self->checkpoint, &self->origin };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    g_clear_pointer (sets[i], g_hash_table_unref);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (lists[i], g_ptr_array_unref);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&self->package, fz_package_free);
  g_clear_pointer (&self->words, fz_codes_unref);
}

static gboolean
make (FzInspection *self, FzFields **out, GError **error)
{
  self->mark = mark_of (self);
  return fz_inspection_gather (self, error) && fz_inspection_write_ledger (self, error) && fz_inspection_write_grounds (self, error) &&
         fz_inspection_write_log (self, error) && fz_inspection_write_tools (self, error) && fz_inspection_write_index (self, error) &&
         fz_inspection_step (self, error) && finish (self, out, error);
}

/* What was begun is removed, and the log says that it came to nothing. */
static void
give_up (FzInspection *self, const GError *why)
{
  Failure failure = { self, g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled" : "not written" };

  g_clear_pointer (&self->package, fz_package_free);
  fz_store_run (self->desk->store, FZ_TXN_RECORD, audit_failure, &failure, NULL);
}

static gboolean
may_begin (FzInspection *self, const char *folder, GError **error)
{
  g_autoptr (FzFields) scope = NULL;

  if (!fz_session_may (self->session, "inspection.export", "inspection", NULL, error) || !read_ask (self, error) || !read_since (self, error))
    return FALSE;
  scope = scope_of (self);
  if (!fz_grant_check (self->session, FZ_GRANT_INSPECTION, scope, error))
    return FALSE;
  self->words = fz_data_load_codes ("inspection-words", error);
  self->package = self->words != NULL ? fz_package_begin (folder, error) : NULL;
  return self->package != NULL && fz_store_run (self->desk->store, FZ_TXN_RECORD, begin, self, error);
}

FzFields *
fz_desk_export_inspection (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                           void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  FzInspection self = { .session = session, .desk = session->desk, .ask = ask, .stop = cancellable, .progress = progress, .data = data, .total = 1 };
  g_autoptr (GError) why = NULL;
  FzFields *out = NULL;

  inspection_init (&self);
  self.made_by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  if (may_begin (&self, folder, error) && !make (&self, &out, &why)) {
    give_up (&self, why);
    g_propagate_error (error, g_steal_pointer (&why));
  }
  inspection_clear (&self);
  return out;
}
