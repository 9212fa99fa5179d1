#include "app/purge.h"

#include "app/grant.h"
#include "app/knowledge.h"
#include "app/proposal.h"
#include "app/purge_plan.h"
#include "app/submit.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/front.h"
#include "db/talks.h"
#include "db/tombstone.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define NEWER_PAGE 50

/* --- as it stands --- */

FzFields *
fz_purge_of_grant (FzTxn *txn, const char *grant, GError **error)
{
  g_autofree char *id = fz_purge_id_of_grant (grant), *subject = id != NULL ? g_strconcat ("@", id, NULL) : NULL;
  g_autoptr (GPtrArray) documents = subject != NULL ? fz_documents_of_visit (txn, subject, error) : NULL;

  return documents != NULL ? fz_proposal_of_documents (documents, fz_purge_fold, error) : NULL;
}

static gboolean
sweep (FzTxn *txn, gpointer data, GError **error)
{
  return fz_purge_sweep (txn, error);
}

gboolean
fz_purge_tidy (FzDesk *desk, GError **error)
{
  return fz_store_is_read_only (desk->store, NULL) || fz_store_run (desk->store, FZ_TXN_LOCAL, sweep, NULL, error);
}

/* --- one run --- */

typedef struct {
  FzSession *session;
  FzDesk *desk;
  const char *grant_id;
  FzFields *grant, *scope, *facts; /* facts: NULL until the first batch */
  GPtrArray *items;
  FzRetentionClass class;
  char *to;
  gint64 years;
  int row;
  FzHolds *holds;
  guint64 newest;    /* documents up to here were looked at */
  gint64 asked_us;   /* when the list was signed */
  GHashTable *again; /* SHA-256 of pictures that came with requests and entries after the list was made */
  gint64 passed;
} Run;

static void
run_clear (Run *self)
{
  g_clear_pointer (&self->grant, fz_fields_unref);
  g_clear_pointer (&self->scope, fz_fields_unref);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->holds, fz_holds_free);
  g_clear_pointer (&self->again, g_hash_table_unref);
  g_clear_pointer (&self->to, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* --- before the first batch --- */

static gboolean
other_list (GError **error)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("清除清单与批准的不是同一份，没有清除任何内容。\n请系统管理员从备份取回，或重新申请。"));
  return FALSE;
}

static gboolean
read_list (FzTxn *txn, Run *self, GError **error)
{
  const char *sha256 = fz_fields_get (self->scope, "subject");
  g_autoptr (GBytes) list = sha256 != NULL ? fz_attachment_get (txn, sha256, NULL, error) : NULL;
  g_autofree char *found = NULL;
  gsize n = 0;
  const void *bytes;

  if (list == NULL)
    return sha256 == NULL ? other_list (error) : FALSE;
  bytes = g_bytes_get_data (list, &n);
  found = fz_sha256_hex (bytes, n);
  self->items = g_str_equal (found, sha256) ? fz_purge_list_parse (list, &self->class, &self->to, error) : NULL;
  if (self->items == NULL)
    return g_str_equal (found, sha256) ? FALSE : other_list (error);
  return g_strcmp0 (self->to, fz_fields_get (self->scope, "to")) == 0 &&
                 g_strcmp0 (fz_retention_class_to_word (self->class), fz_fields_get (self->scope, "class")) == 0
           ? TRUE
           : other_list (error);
}

static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  Run *self = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzDocument) asked = NULL;

  self->grant = fz_grant_read (txn, self->grant_id, error);
  if (self->grant == NULL)
    return FALSE;
  if (g_strcmp0 (fz_fields_get (self->grant, "grant.kind"), fz_grant_kind_to_word (FZ_GRANT_PURGE)) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 不是到期清除的授权。"), self->grant_id);
    return FALSE;
  }
  self->scope = fz_fields_dup_below (self->grant, "scope", "fuzhen.grant_scope/v1");
  self->facts = fz_purge_of_grant (txn, self->grant_id, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  asked = fz_documents_get (txn, fz_fields_get (self->grant, "grant.document"), error);
  self->newest = asked != NULL ? asked->number : 0;
  self->asked_us = asked != NULL ? asked->signed_at_us : 0;
  return asked != NULL && read_list (txn, self, error);
}

/* --- what stays after all --- */

/* So may a message. */
static gboolean
read_said_since (FzTxn *txn, Run *self, GError **error)
{
  g_autoptr (GPtrArray) pictures = fz_talks_pictures_since (txn, self->asked_us, error);

  for (guint i = 0; pictures != NULL && i < pictures->len; i++)
    g_hash_table_add (self->again, g_strdup (pictures->pdata[i]));
  return pictures != NULL;
}

/* A request or an entry of after the list may have brought the same bytes. */
static gboolean
read_newer (FzTxn *txn, Run *self, GError **error)
{
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GPtrArray) documents = fz_documents_after (txn, self->newest, NEWER_PAGE, error);
    static const char *const lists[] = { "evidence", "attachment" };

    if (documents == NULL)
      return FALSE;
    for (guint i = 0; i < documents->len; i++) {
      const FzDocument *document = documents->pdata[i];

      self->newest = document->number;
      for (guint l = 0; l < G_N_ELEMENTS (lists); l++)
        for (guint k = 0; k < fz_fields_count (document->body, lists[l]); k++)
          g_hash_table_add (self->again, g_strdup (fz_fields_get_at (document->body, lists[l], k, "sha256")));
    }
    more = documents->len == NEWER_PAGE;
  }
  return read_said_since (txn, self, error);
}

static gboolean
is_there (FzTxn *txn, const Run *self, const FzPurgeItem *item, gboolean *out, GError **error)
{
  if (self->class == FZ_RETENTION_IMAGE)
    return fz_attachment_is_there (txn, item->sha256, out, error);
  return fz_audit_has_details (txn, g_ascii_strtoull (item->key, NULL, 10), out, error);
}

/* NULL in *out_stays: it goes. */
static gboolean
judge (FzTxn *txn, const Run *self, const FzPurgeItem *item, const char **out_stays, GError **error)
{
  gboolean ended = FALSE, there = FALSE;
  FzDate since, listed;

  *out_stays = NULL;
  if (!fz_purge_since (txn, item->visit, &since, &ended, error) || !is_there (txn, self, item, &there, error))
    return FALSE;
  if (fz_date_parse (item->since_on, &listed, NULL) && fz_date_compare (since, listed) < 0)
    since = listed;
  if (!ended || !fz_retention_is_over (since, self->years, fz_date_in_beijing (fz_txn_now_us (txn))))
    *out_stays = "early";
  else if (fz_holds_find (self->holds, item->visit, since) != NULL)
    *out_stays = "held";
  else if (g_hash_table_contains (self->again, item->sha256))
    *out_stays = "again";
  else if (!there)
    *out_stays = "gone";
  return TRUE;
}

/* The same picture of several visits goes for all of them or for none. */
static guint
end_of_group (const Run *self, guint from)
{
  const FzPurgeItem *first = self->items->pdata[from];
  guint end = from + 1;

  while (end < self->items->len && g_str_equal (((const FzPurgeItem *) self->items->pdata[end])->sha256, first->sha256))
    end++;
  return end;
}

static guint
end_of_batch (const Run *self, guint from)
{
  guint end = from;

  while (end < self->items->len) {
    guint next = end_of_group (self, end);

    if (next - from > FZ_PURGE_BATCH && end > from)
      return end;
    end = next;
  }
  return end;
}

/* --- the tombstone --- */

static void
put_person (FzFields *body, const char *key, const FzFields *grant, const char *name, const char *number)
{
  g_autofree char *who = g_strdup_printf ("%s（工号 %s）", fz_fields_get (grant, name), fz_fields_get (grant, number));

  fz_fields_set (body, key, who);
}

static FzFields *
body_new (Run *self, FzTxn *txn, guint from)
{
  const FzCodes *table = fz_knowledge_codes (self->desk->knowledge, "retention");
  FzFields *body = fz_fields_new (FZ_PURGE_KIND);
  g_autofree char *id = fz_purge_id_of_grant (self->grant_id), *subject = g_strconcat ("@", id, NULL), *document = fz_document_id (self->desk, id, "purge");
  gint64 batches = 0;

  if (self->facts != NULL)
    fz_fields_get_int (self->facts, "purge.batches", &batches);
  fz_fields_set (body, "id", document);
  fz_fields_set (body, "visit", subject);
  fz_fields_set_time (body, "signed_at", fz_txn_now_us (txn));
  fz_fields_set (body, "institution.code", fz_fields_get (self->desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (self->desk->institution, "organ.name"));
  fz_fields_set (body, "proposal", id);
  fz_fields_set (body, "grant", self->grant_id);
  fz_fields_set (body, "grant_note_sha256", fz_fields_get (self->grant, "grant.note_sha256"));
  fz_fields_set (body, "decision", fz_fields_get (self->grant, "grant.decision"));
  fz_fields_set (body, "class", fz_retention_class_to_word (self->class));
  fz_fields_set (body, "class_label", fz_codes_get (table, (guint) self->row, "label"));
  fz_fields_set_int (body, "years", self->years);
  fz_fields_set (body, "basis", fz_codes_get (table, (guint) self->row, "source"));
  fz_fields_set (body, "to", self->to);
  fz_fields_set (body, "list_sha256", fz_fields_get (self->scope, "subject"));
  fz_fields_set_int (body, "total", self->items->len);
  fz_fields_set_int (body, "batch", batches + 1);
  fz_fields_set_int (body, "before", from);
  put_person (body, "asker", self->grant, "grant.by", "grant.by_number");
  put_person (body, "approver", self->grant, "grant.decided_by", "grant.decided_by_number");
  fz_fields_set (body, "approved_at", fz_fields_get (self->grant, "grant.decided_at"));
  return body;
}

static void
put_item (const Run *self, FzFields *body, guint i, const FzPurgeItem *item, const char *stays)
{
  fz_fields_set_at (body, "item", i, "visit", item->visit);
  fz_fields_set_at (body, "item", i, "entry", self->class != FZ_RETENTION_IMAGE ? item->key : NULL);
  fz_fields_set_at (body, "item", i, "sha256", item->sha256);
  fz_fields_set_at (body, "item", i, "since_on", item->since_on);
  fz_fields_set_at (body, "item", i, "last_on", item->last_on);
  fz_fields_set_at (body, "item", i, "stays", stays);
}

static gboolean
put_items (FzTxn *txn, Run *self, FzFields *body, guint from, guint end, GError **error)
{
  for (guint i = from, next; i < end; i = next) {
    const char *stays = NULL, *one = NULL;

    next = end_of_group (self, i);
    for (guint k = i; k < next; k++) {
      if (!judge (txn, self, self->items->pdata[k], &one, error))
        return FALSE;
      stays = stays != NULL ? stays : one;
    }
    for (guint k = i; k < next; k++)
      put_item (self, body, k - from, self->items->pdata[k], stays);
  }
  return TRUE;
}

/* --- one batch --- */

static gboolean
take_away (FzTxn *txn, Run *self, const FzDocument *document, guint from, guint end, GError **error)
{
  FzTombstoneKind what = self->class == FZ_RETENTION_IMAGE ? FZ_TOMBSTONE_IMAGE : FZ_TOMBSTONE_DETAIL;

  for (guint i = from; i < end; i++) {
    const FzPurgeItem *item = self->items->pdata[i];
    gboolean last = i + 1 == end || end_of_group (self, i) == i + 1;

    if (fz_fields_get_at (document->body, "item", i - from, "stays") != NULL)
      continue;
    if (!fz_tombstone_add (txn, what, item->key, item->visit, document->number, error))
      return FALSE;
    if (self->class != FZ_RETENTION_IMAGE ? !fz_audit_forget (txn, g_ascii_strtoull (item->key, NULL, 10), error)
                                          : last && !fz_attachment_forget (txn, item->sha256, error))
      return FALSE;
    /* What was sent also lies in the queue to the front, word for word. */
    if (self->class == FZ_RETENTION_TALK && !fz_front_out_forget (txn, g_ascii_strtoull (item->key, NULL, 10), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
keep_tombstone (FzTxn *txn, Run *self, FzFields *body, guint from, guint end, GError **error)
{
  g_autoptr (FzDocument) document = fz_submit_desk_document (self->desk, txn, body, error);
  g_autoptr (FzFields) after = document != NULL ? fz_purge_fold (self->facts, document, error) : NULL;
  g_autofree char *id = fz_purge_id_of_grant (self->grant_id);

  if (after == NULL || !fz_submit_check_clock (txn, error) || !fz_submit_keep_document (NULL, txn, document, error) ||
      !take_away (txn, self, document, from, end, error) ||
      !fz_session_audit (self->session, txn, "purge.run", "purge", id, "done", NULL, NULL, error) || !fz_audit_checkpoint (txn, error))
    return FALSE;
  g_clear_pointer (&self->facts, fz_fields_unref);
  self->facts = g_steal_pointer (&after);
  self->passed = end;
  return TRUE;
}

/* The grant is used up by the first batch; what it began is finished under it unless somebody took it back. */
static gboolean
use_grant (FzTxn *txn, Run *self, GError **error)
{
  g_autoptr (FzFields) grant = NULL;
  g_autofree char *used = NULL;

  if (self->facts == NULL) {
    if (!fz_grant_use (self->session, txn, fz_grant_kind_to_word (FZ_GRANT_PURGE), self->scope, &used, error))
      return FALSE;
    return g_strcmp0 (used, self->grant_id) == 0 || fz_refuse (error, _ ("这份清单另有一份授权先到期，请先用那一份。"));
  }
  grant = fz_grant_read (txn, self->grant_id, error);
  if (grant == NULL)
    return FALSE;
  return g_strcmp0 (fz_fields_get (grant, "grant.state"), "granted") == 0 || fz_refuse (error, _ ("这一授权已撤回或收回，清除到此为止。"));
}

static gboolean
carry_out (FzTxn *txn, gpointer data, GError **error)
{
  Run *self = data;
  guint from = (guint) self->passed, end = end_of_batch (self, from);
  g_autoptr (FzFields) body = NULL;

  g_clear_pointer (&self->holds, fz_holds_free);
  self->holds = fz_holds_read (self->desk, txn, error);
  if (self->holds == NULL || !read_newer (txn, self, error) || !use_grant (txn, self, error))
    return FALSE;
  body = body_new (self, txn, from);
  return put_items (txn, self, body, from, end, error) && keep_tombstone (txn, self, body, from, end, error);
}

/* --- the run --- */

static gboolean
run_batches (Run *self, GCancellable *cancellable, void (*progress) (guint64, guint64, gpointer), gpointer data, GError **error)
{
  FzStore *store = self->desk->store;

  while (self->passed < self->items->len) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !fz_store_run (store, FZ_TXN_RECORD, carry_out, self, error) ||
        !fz_store_run (store, FZ_TXN_LOCAL, sweep, NULL, error))
      return FALSE;
    if (progress != NULL)
      progress ((guint64) self->passed, self->items->len, data);
  }
  return TRUE;
}

static gboolean
may_run (Run *self, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (self->desk->knowledge, "retention");
  const char *place = fz_fields_get (self->desk->institution, "jurisdiction");

  self->row = fz_retention_find (table, fz_retention_class_to_word (self->class), place != NULL ? place : "tianjin");
  self->years = fz_retention_years (table, self->row);
  if (self->years == 0)
    return fz_refuse (error, _ ("没有这类资料的保存期限，不能清除。"));
  if (self->facts == NULL)
    return fz_grant_check (self->session, FZ_GRANT_PURGE, self->scope, error);
  return fz_fields_get_int (self->facts, "purge.passed", &self->passed);
}

FzFields *
fz_desk_run_purge (FzSession *session, const char *grant, GCancellable *cancellable,
                   void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  g_auto (Run) self = { .session = session, .desk = session->desk, .grant_id = grant };
  gint64 before;
  gboolean good;

  self.again = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!fz_session_may (session, "purge.run", "purge", grant, error) || !fz_store_run (self.desk->store, FZ_TXN_READ, begin, &self, error) ||
      !may_run (&self, error) || !fz_store_has_room (self.desk->store, error))
    return NULL;
  before = self.passed;
  good = run_batches (&self, cancellable, progress, data, error);
  /* Also what was cut short leaves no pages of what it took away; a list that is done only asks for this once more. */
  if ((self.passed > before || good) && !fz_purge_scrub (self.desk->store, good ? error : NULL))
    good = FALSE;
  return good ? fz_fields_ref (self.facts) : NULL;
}
