/* Records leave the store (病历导出): one visit, one patient or a period, as a folder with each record as JSON and as XML, signed documents with the
 * institution's keys when it is whole, and the hash of every file. */
#include "app/exchange.h"

#include "app/grant.h"
#include "app/marking.h"
#include "app/package.h"
#include "app/paper/record_copy.h"
#include "app/reach.h"
#include "app/submit.h"
#include "app/trust.h"
#include "app/veil.h"
#include "core/date.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define PAGE 100
#define NAME_THEM N_ ("这次就诊标为特别敏感。导出须在申请授权时写明“特别敏感的就诊：一并导出”，由另一人批准。")

typedef struct {
  FzSession *session;
  const FzFields *ask;
  const char *visit, *patient; /* one of them, or the period */
  gint64 from_us, to_us;
  gboolean full, sensitive;
  char *word, *grant;
  FzExchangeMap *map;
  FzQuality *quality;
  FzPackage *package;
  GPtrArray *visits; /* ids */
  GString *index;
  guint n_documents, n_defects, n_left_out; /* left out: specially sensitive visits */
} Export;

static void
export_clear (Export *self)
{
  g_clear_pointer (&self->quality, fz_quality_free);
  g_clear_pointer (&self->map, fz_exchange_map_free);
  g_clear_pointer (&self->package, fz_package_free);
  g_clear_pointer (&self->visits, g_ptr_array_unref);
  g_free (self->word);
  g_free (self->grant);
  if (self->index != NULL)
    g_string_free (self->index, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

/* --- what is asked --- */

static gboolean
invalid (GError **error, const char *words)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, words);
  return FALSE;
}

static gboolean
read_ask (Export *self, GError **error)
{
  const char *from = fz_fields_get (self->ask, "from"), *to = fz_fields_get (self->ask, "to");
  FzDate first, last;
  guint n;

  self->visit = fz_fields_get (self->ask, "visit");
  self->patient = fz_fields_get (self->ask, "patient");
  self->full = fz_fields_is_yes (self->ask, "full");
  self->sensitive = fz_fields_is_yes (self->ask, "sensitive");
  n = (self->visit != NULL) + (self->patient != NULL) + (from != NULL || to != NULL);
  if (n != 1)
    return invalid (error, _ ("请指定一次就诊、一位患者（以其一次就诊的编号指定）或一段日期，三者取一。"));
  if (self->visit != NULL || self->patient != NULL)
    return TRUE;
  if (from == NULL || to == NULL || !fz_date_parse (from, &first, NULL) || !fz_date_parse (to, &last, NULL) || fz_date_compare (first, last) > 0)
    return invalid (error, _ ("请给出起止日期，按 2026-01-05 填写，结束日期不早于开始日期。"));
  self->from_us = fz_date_beijing_start_us (first);
  self->to_us = fz_date_beijing_start_us (fz_date_add_days (last, 1));
  return TRUE;
}

static FzFields *
scope_of (const Export *self)
{
  FzFields *scope = fz_fields_new ("fuzhen.scope/v1");

  fz_fields_set (scope, "report", "record");
  fz_fields_set (scope, "by", self->patient != NULL ? "patient" : NULL);
  fz_fields_set (scope, "subject", self->patient != NULL ? self->patient : self->visit);
  fz_fields_set (scope, "from", fz_fields_get (self->ask, "from"));
  fz_fields_set (scope, "to", fz_fields_get (self->ask, "to"));
  fz_fields_set (scope, "format", self->full ? "full" : "masked");
  fz_fields_set (scope, "sensitive", self->sensitive ? "yes" : NULL);
  return scope;
}

/* A doctor hands over what is their own, without who it is; anything else needs another person. */
static gboolean
needs_grant (const Export *self)
{
  return self->full || self->sensitive || self->session->role != FZ_ROLE_DOCTOR;
}

/* --- begin --- */

static FzFields *
payload_of (const Export *self)
{
  FzFields *payload = fz_fields_new ("fuzhen.audit_record_export/v1");

  fz_fields_set (payload, "patient", self->patient);
  fz_fields_set (payload, "from", fz_fields_get (self->ask, "from"));
  fz_fields_set (payload, "to", fz_fields_get (self->ask, "to"));
  fz_fields_set_bool (payload, "masked", !self->full);
  fz_fields_set (payload, "sensitive", self->sensitive ? "yes" : NULL);
  fz_fields_set (payload, "grant", self->grant);
  fz_fields_set (payload, "entry", fz_fields_get (self->ask, "entry"));
  return payload;
}

/* The leave of the second person is used up at the beginning: who stops halfway has seen the data all the same. */
static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  Export *self = data;
  g_autoptr (FzFields) scope = scope_of (self), payload = NULL;
  g_autoptr (FzFields) patient = self->patient != NULL ? fz_visits_get (txn, self->patient, error) : NULL;

  if (self->patient != NULL) {
    self->word = patient != NULL ? fz_patient_word (patient) : NULL;
    if (patient != NULL && self->word == NULL)
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("就诊 %s 没有患者的证件号码，不能按患者查找。"), self->patient);
    if (self->word == NULL)
      return FALSE;
  }
  if (needs_grant (self) && !fz_grant_use (self->session, txn, "export", scope, &self->grant, error))
    return FALSE;
  payload = payload_of (self);
  return fz_session_audit (self->session, txn, "record.begin", "visit", self->visit != NULL ? self->visit : self->patient, "done", NULL, payload, error);
}

typedef struct {
  Export *self;
  gint64 us;
  char *id;
  gboolean more;
} Page;

static gboolean
is_wanted (const Export *self, const FzFields *visit)
{
  g_autofree char *word = self->word != NULL ? fz_patient_word (visit) : NULL;
  gint64 applied_us = 0;

  if (self->word != NULL)
    return g_strcmp0 (word, self->word) == 0;
  return fz_fields_get_time (visit, "visit.applied_at", &applied_us) && applied_us >= self->from_us && applied_us < self->to_us;
}

static void
take_or_leave (Export *self, const FzFields *visit)
{
  if (fz_marking_is_on (visit) && !self->sensitive)
    self->n_left_out++;
  else
    g_ptr_array_add (self->visits, g_strdup (fz_fields_get (visit, "visit.id")));
}

static gboolean
list_page (FzTxn *txn, gpointer data, GError **error)
{
  Page *page = data;
  FzCursor after = { page->us, page->id };
  g_autoptr (GPtrArray) rows = fz_visits_list (txn, FZ_VISITS_APPLIED, after, PAGE, error);

  if (rows == NULL)
    return FALSE;
  page->more = rows->len == PAGE;
  for (guint i = 0; i < rows->len; i++) {
    if (is_wanted (page->self, rows->pdata[i]))
      take_or_leave (page->self, rows->pdata[i]);
    fz_fields_get_time (rows->pdata[i], "visit.applied_at", &page->us);
    g_free (page->id);
    page->id = g_strdup (fz_fields_get (rows->pdata[i], "visit.id"));
  }
  page->more = page->more && (page->self->word != NULL || page->us < page->self->to_us);
  return TRUE;
}

static gboolean
list_visits (Export *self, GError **error)
{
  Page page = { self, self->word != NULL ? 0 : self->from_us, g_strdup (""), TRUE };
  gboolean good = TRUE;

  if (self->visit != NULL)
    g_ptr_array_add (self->visits, g_strdup (self->visit));
  while (self->visit == NULL && page.more && good)
    good = fz_store_run (self->session->desk->store, FZ_TXN_READ, list_page, &page, error);
  g_free (page.id);
  if (good && self->visits->len == 0 && self->n_left_out > 0)
    return fz_refuse (error, _ (NAME_THEM));
  if (good && self->visits->len == 0)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("这段日期没有就诊。"));
  return good && self->visits->len > 0;
}

/* --- one visit --- */

typedef struct {
  Export *self;
  const char *id;
  char *json, *xml;
  GPtrArray *documents, *defects;
  gboolean denied;
} One;

static void
one_clear (One *one)
{
  g_free (one->json);
  g_free (one->xml);
  g_clear_pointer (&one->documents, g_ptr_array_unref);
  g_clear_pointer (&one->defects, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (One, one_clear)

/* Who makes a package has seen what is in it, whether or not it is kept. */
static gboolean
audit_one (const One *one, FzTxn *txn, GError **error)
{
  g_autoptr (FzFields) payload = payload_of (one->self);
  g_autofree char *sha256 = fz_sha256_hex (one->json, strlen (one->json)), *xml = fz_sha256_hex (one->xml, strlen (one->xml));

  fz_fields_set (payload, "json_sha256", sha256);
  fz_fields_set (payload, "xml_sha256", xml);
  return fz_session_audit (one->self->session, txn, "record.read", "visit", one->id, "done", NULL, payload, error);
}

typedef struct {
  const FzFields *visit;
  FzFields *veiled;
} Veil;

static void
veil_one (const char *key, const char *value, gpointer data)
{
  Veil *veil = data;
  g_autofree char *words = g_str_has_prefix (key, "patient.") || g_str_has_prefix (key, "guardian.") ? NULL : fz_veil_text (value, veil->visit, "");

  if (words != NULL)
    fz_fields_set (veil->veiled, key, words);
}

/* A name or a telephone that somebody wrote into the history says who it is as well. */
static FzFields *
veil_words (const FzFields *visit)
{
  Veil veil = { visit, fz_fields_dup (visit, NULL) };

  fz_fields_foreach (visit, veil_one, &veil);
  return veil.veiled;
}

static gboolean
make_one (FzTxn *txn, gpointer data, GError **error)
{
  One *one = data;
  FzSession *session = one->self->session;
  g_autoptr (FzFields) visit = fz_visits_get (txn, one->id, error), shown = NULL, source = NULL, record = NULL;
  g_autoptr (GPtrArray) rx = NULL;

  if (visit == NULL || !fz_reach_visit (session, txn, "record.export", visit, &one->denied, error))
    return FALSE;
  if (one->denied)
    return TRUE;
  if (fz_marking_is_on (visit) && !one->self->sensitive)
    return fz_refuse (error, _ (NAME_THEM));
  rx = fz_rx_of_visit (txn, one->id, error);
  one->documents = rx != NULL ? fz_documents_of_visit (txn, one->id, error) : NULL;
  shown = one->self->full ? fz_fields_ref (visit) : veil_words (visit);
  source = one->documents != NULL ? fz_exchange_source (session->desk, shown, rx, one->documents, fz_txn_now_us (txn), error) : NULL;
  record = source != NULL ? fz_exchange_record (one->self->map, source, !one->self->full, error) : NULL;
  one->json = record != NULL ? fz_exchange_to_json (one->self->map, record, error) : NULL;
  if (one->json == NULL)
    return FALSE;
  one->xml = fz_exchange_to_xml (one->self->map, record);
  one->defects = fz_quality_check (one->self->quality, record, fz_txn_now_us (txn));
  return audit_one (one, txn, error);
}

static gboolean
write_documents (One *one, GError **error)
{
  for (guint i = 0; i < one->documents->len; i++) {
    const FzDocument *document = one->documents->pdata[i];
    const char *kind = strchr (fz_fields_get_kind (document->body), '.') + 1;
    g_autofree char *path = g_strdup_printf ("documents/%08" G_GUINT64_FORMAT "-%.*s.fzd", document->number, (int) strcspn (kind, "/"), kind);
    g_autoptr (GBytes) note = fz_document_dup_note (document);

    if (!fz_package_add (one->self->package, path, g_bytes_get_data (note, NULL), g_bytes_get_size (note), 0600, error))
      return FALSE;
    g_string_append_printf (one->self->index, "  %s  %s  %s\n", path, document->text_sha256, document->id);
    one->self->n_documents++;
  }
  return TRUE;
}

/* Who receives it is told what their own check would find. */
static void
tell_defects (One *one)
{
  for (guint i = 0; i < one->defects->len; i++) {
    const FzFields *defect = one->defects->pdata[i];

    g_string_append_printf (one->self->index, "  质量检查 %s  %s  %s\n", fz_fields_get (defect, "code"), fz_fields_get (defect, "field"), fz_fields_get (defect, "words"));
  }
  one->self->n_defects += one->defects->len;
}

void
fz_exchange_copy_texts (FzDesk *desk, GPtrArray *documents, const char *kind, GPtrArray *titles, GPtrArray *texts)
{
  g_autofree char *prefix = kind != NULL ? g_strdup_printf ("fuzhen.%s/", kind) : NULL;

  for (guint i = 0; i < documents->len; i++) {
    const FzDocument *document = documents->pdata[i];
    FzTemplate *template = g_hash_table_lookup (desk->knowledge->templates, fz_fields_get_kind (document->body));
    g_autofree char *at = fz_beijing_time_format (document->signed_at_us);
    char *read = template != NULL && fz_template_check (template, document->body, NULL) ? fz_template_render (template, document->body, NULL) : NULL;
    gsize n = 0, people = 0;
    const char *text = g_bytes_get_data (document->text, &n);

    if (read != NULL) {
      fz_rendered_find_machine (read, &people);
      read[people] = '\0'; /* what machines check with stands in the signed document */
    }
    if (prefix != NULL && !g_str_has_prefix (fz_fields_get_kind (document->body), prefix)) {
      g_free (read);
      continue;
    }
    g_ptr_array_add (titles, g_strdup_printf ("文书第 %" G_GUINT64_FORMAT " 号　%s", document->number, at));
    g_ptr_array_add (texts, read != NULL ? read : g_strndup (text, n));
  }
}

static gboolean
write_copy (One *one, GError **error)
{
  FzSession *session = one->self->session;
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free), texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_strdup_printf ("records/%s.pdf", one->id), *made_by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name")), *about = g_strdup_printf ("就诊 %s", one->id);
  FzRecordCopy copy = { "病历副本", "本副本由签名文书排印，便于阅读；以 documents 中的原件为准。", fz_fields_get (session->desk->institution, "organ.name"), about, made_by,
                        fz_session_now_us (session), session->desk->demo ? "演示" : NULL, titles, texts };
  g_autoptr (GBytes) pdf = NULL;

  fz_exchange_copy_texts (session->desk, one->documents, NULL, titles, texts);
  pdf = fz_record_copy_pdf (&copy, error);
  g_string_append_printf (one->self->index, "  %s\n", path);
  return pdf != NULL && fz_package_add (one->self->package, path, g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), 0600, error);
}

static gboolean
export_one (Export *self, const char *id, GError **error)
{
  g_auto (One) one = { .self = self, .id = id };
  g_autofree char *json = g_strdup_printf ("records/%s.json", id), *xml = g_strdup_printf ("records/%s.xml", id);

  if (!fz_store_run (self->session->desk->store, FZ_TXN_RECORD, make_one, &one, error))
    return FALSE;
  if (one.denied)
    return fz_reach_refuse_visit (self->session, "record.export", id, error);
  g_string_append_printf (self->index, "%s\n  %s\n  %s\n", id, json, xml);
  tell_defects (&one);
  return fz_package_add_text (self->package, json, one.json, error) && fz_package_add_text (self->package, xml, one.xml, error) &&
         (!self->full || (write_copy (&one, error) && write_documents (&one, error)));
}

/* --- the end --- */

typedef struct {
  Export *self;
  char *text;
} Keys;

static gboolean
read_keys (FzTxn *txn, gpointer data, GError **error)
{
  Keys *keys = data;

  keys->text = fz_keys_signed_list (keys->self->session->desk, txn, error);
  return keys->text != NULL;
}

/* So that the signed documents can be judged by who received them. */
static gboolean
write_keys (Export *self, GError **error)
{
  Keys keys = { self, NULL };
  gboolean good = !self->full || (fz_store_run (self->session->desk->store, FZ_TXN_READ, read_keys, &keys, error) &&
                                  fz_package_add_text (self->package, "keys.txt", keys.text, error));

  g_free (keys.text);
  return good;
}

static void
begin_index (Export *self)
{
  g_autofree char *at = fz_beijing_time_format (fz_session_now_us (self->session));

  g_string_append_printf (self->index, "病历导出　%s　%s %s　%s\n", fz_fields_get (self->session->desk->institution, "organ.name"), self->session->number,
                          fz_fields_get (self->session->person, "name"), at);
  g_string_append (self->index, self->full ? "内容：完整，含患者身份" : "内容：患者身份已脱敏，不附签名文书原件");
  if (self->grant != NULL)
    g_string_append_printf (self->index, "　授权 %s", self->grant);
  if (fz_fields_has (self->ask, "entry"))
    g_string_append_printf (self->index, "　申请 %s", fz_fields_get (self->ask, "entry"));
  if (self->n_left_out > 0)
    g_string_append_printf (self->index, "\n未导出：%u 次就诊标为特别敏感，授权没有写明一并导出", self->n_left_out);
  g_string_append (self->index, "\n格式：fuzhen.record/v1（records 下的 JSON 与 XML 内容相同）；栏目对照见帮助“病历交换”；完整导出另有 PDF 副本，可交给患者\n");
  if (self->full)
    g_string_append (self->index, "核对文书：fuzhen-verify --keys keys.txt documents/*.fzd\n");
  g_string_append (self->index, "核对文件：sha256sum -c files.sha256\n\n");
}

static gboolean
run (Export *self, GCancellable *cancellable, void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  if (!list_visits (self, error))
    return FALSE;
  begin_index (self);
  for (guint i = 0; i < self->visits->len; i++) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !export_one (self, self->visits->pdata[i], error))
      return FALSE;
    if (progress != NULL)
      progress (i + 1, self->visits->len, data);
  }
  return write_keys (self, error) && fz_package_add_text (self->package, "index.txt", self->index->str, error);
}

static gboolean
may_begin (Export *self, const char *folder, GError **error)
{
  g_autoptr (FzFields) scope = NULL;

  if (!fz_session_may (self->session, "record.export", "visit", fz_fields_get (self->ask, "visit"), error) || !read_ask (self, error))
    return FALSE;
  if (self->session->role == FZ_ROLE_DOCTOR && self->visit == NULL)
    return invalid (error, _ ("医师一次导出本人接诊的一次就诊；按患者或日期导出由医务管理人员办理。"));
  scope = scope_of (self);
  if (needs_grant (self) && !fz_grant_check (self->session, FZ_GRANT_EXPORT, scope, error))
    return FALSE;
  self->map = fz_exchange_load_map (self->session->desk->knowledge, error);
  self->quality = self->map != NULL ? fz_exchange_load_quality (self->map, error) : NULL;
  self->package = self->quality != NULL ? fz_package_begin (folder, error) : NULL;
  return self->package != NULL && fz_store_run (self->session->desk->store, FZ_TXN_RECORD, begin, self, error);
}

/* What came of it, once the list of files is closed. */
static FzFields *
answer (const Export *self, const char *list)
{
  FzFields *out = fz_fields_new ("fuzhen.record_export/v1");

  fz_fields_set_int (out, "n_visits", self->visits->len);
  fz_fields_set_int (out, "n_left_out", self->n_left_out);
  fz_fields_set_int (out, "n_documents", self->n_documents);
  fz_fields_set_int (out, "n_files", fz_package_get_n (self->package));
  fz_fields_set_int (out, "n_defects", self->n_defects);
  fz_fields_set (out, "files_sha256", list);
  fz_fields_set_bool (out, "masked", !self->full);
  fz_fields_set (out, "grant", self->grant);
  return fz_fields_freeze (out);
}

FzPackage *
fz_exchange_pack (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                  void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, FzFields **out, GError **error)
{
  g_auto (Export) self = { .session = session, .ask = ask, .visits = g_ptr_array_new_with_free_func (g_free), .index = g_string_new (NULL) };
  g_autofree char *list = NULL;

  if (!may_begin (&self, folder, error) || !run (&self, cancellable, progress, data, error))
    return NULL;
  list = fz_package_close_list (self.package, error);
  if (list == NULL)
    return NULL;
  *out = answer (&self, list);
  return g_steal_pointer (&self.package);
}

typedef struct {
  FzSession *session;
  const FzFields *ask, *made;
  const char *outcome, *reason;
} Told;

static gboolean
tell (FzTxn *txn, gpointer data, GError **error)
{
  static const char *const asked[] = { "patient", "from", "to", "sensitive", "entry" }, *const said[] = { "n_visits", "n_documents", "files_sha256", "masked", "grant" };
  const Told *told = data;
  const char *visit = fz_fields_get (told->ask, "visit");
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_record_export/v1");

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    fz_fields_set (payload, asked[i], fz_fields_get (told->ask, asked[i]));
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    fz_fields_set (payload, said[i], fz_fields_get (told->made, said[i]));
  return fz_session_audit (told->session, txn, "record.export", "visit", visit != NULL ? visit : fz_fields_get (told->ask, "patient"), told->outcome, told->reason, payload, error);
}

/* The first entry stands whatever becomes of this one: then the log says too much, never too little. */
static void
tell_failed (FzSession *session, const FzFields *ask, const FzFields *made, const char *reason)
{
  Told told = { session, ask, made, "failed", reason };
  g_autoptr (GError) why = NULL;

  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, tell, &told, &why))
    g_warning ("record.export: %s", why->message);
}

gboolean
fz_exchange_release (FzSession *session, FzPackage *package, const FzFields *ask, const FzFields *made, GError **error)
{
  Told told = { session, ask, made, "done", NULL };

  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, tell, &told, error))
    return FALSE;
  if (fz_package_keep (package, error))
    return TRUE;
  tell_failed (session, ask, made, "not kept");
  return FALSE;
}

void
fz_exchange_recall (FzSession *session, FzPackage *package, const FzFields *ask, const FzFields *made)
{
  tell_failed (session, ask, made, fz_package_take_back (package) ? "not kept" : "not taken back");
}

FzFields *
fz_desk_export_records (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                        void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  g_autoptr (FzFields) out = NULL;
  g_autoptr (FzPackage) package = fz_exchange_pack (session, ask, folder, cancellable, progress, data, &out, error);

  return package != NULL && fz_exchange_release (session, package, ask, out, error) ? g_steal_pointer (&out) : NULL;
}
