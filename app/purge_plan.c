#include "app/purge_plan.h"

#include "app/knowledge.h"
#include "db/documents.h"
#include "db/registers.h"
#include "db/talks.h"
#include "db/tombstone.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define VISITS 20
#define DETAILS 200
#define HOLDS_SAID 20

void
fz_purge_plan_free (FzPurgePlan *self)
{
  if (self == NULL)
    return;
  g_free (self->to);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->list, g_bytes_unref);
  g_clear_pointer (&self->holds, g_ptr_array_unref);
  g_free (self->sha256);
  g_free (self);
}

typedef struct {
  FzDesk *desk;
  FzPurgePlan *plan;
  FzHolds *holds;
  FzDate to, today;
  GHashTable *stays;   /* SHA-256 of pictures that something else still needs */
  GHashTable *said;    /* visits that are held */
  char *after;         /* visits: the last one looked at */
  guint64 entry;       /* details: the last one looked at */
  guint64 seen, total; /* documents or entries, for the progress */
  gboolean more;
  GCancellable *cancellable;
  void (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer data;
} Search;

static void
search_clear (Search *self)
{
  g_clear_pointer (&self->holds, fz_holds_free);
  g_clear_pointer (&self->stays, g_hash_table_unref);
  g_clear_pointer (&self->said, g_hash_table_unref);
  g_free (self->after);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

/* --- terms --- */

gboolean
fz_purge_since (FzTxn *txn, const char *visit, FzDate *out_since, gboolean *out_ended, GError **error)
{
  g_autoptr (FzFields) facts = fz_visits_get (txn, visit, error);
  g_autoptr (GPtrArray) documents = facts != NULL ? fz_documents_of_visit (txn, visit, error) : NULL;
  gint64 newest_us = 0, said_us = 0;

  if (documents == NULL)
    return FALSE;
  if (!fz_talks_newest_us (txn, visit, &said_us, error))
    return FALSE;
  *out_ended = fz_fields_get_time (facts, "visit.ended_at", &newest_us);
  newest_us = MAX (newest_us, said_us);
  for (guint i = 0; i < documents->len; i++)
    newest_us = MAX (newest_us, ((const FzDocument *) documents->pdata[i])->signed_at_us);
  *out_since = fz_date_in_beijing (newest_us);
  return TRUE;
}

static gboolean
is_over (const Search *self, FzDate since)
{
  return fz_date_compare (since, self->to) <= 0 && fz_retention_is_over (since, self->plan->years, self->today);
}

static gboolean
is_held (Search *self, const char *visit, FzDate since)
{
  const char *why = fz_holds_find (self->holds, visit, since);

  if (why == NULL)
    return FALSE;
  if (g_hash_table_add (self->said, g_strdup (visit)) && self->plan->holds->len < HOLDS_SAID)
    g_ptr_array_add (self->plan->holds, g_strdup_printf (_ ("就诊 %s：%s"), visit, why));
  return TRUE;
}

static void
add_item (Search *self, const char *visit, const char *key, const char *sha256, FzDate since)
{
  FzPurgeItem *item = g_new0 (FzPurgeItem, 1);

  item->visit = g_strdup (visit);
  item->key = g_strdup (key);
  item->sha256 = g_strdup (sha256);
  item->since_on = fz_date_format (since);
  item->last_on = fz_date_format (fz_retention_last_day (since, self->plan->years));
  g_ptr_array_add (self->plan->items, item);
}

/* --- pictures --- */

/* What the doctor named as the ground of the judgement is part of the record; a name that fits no picture may mean any of them. */
static gboolean
is_ground (GPtrArray *documents, const FzFields *visit, guint at)
{
  const char *sha256 = fz_fields_get_at (visit, "evidence", at, "sha256"), *file = fz_fields_get_at (visit, "evidence", at, "file");

  for (guint d = 0; d < documents->len; d++) {
    const FzFields *body = ((const FzDocument *) documents->pdata[d])->body;

    for (guint i = 0; i < fz_fields_count (body, "eligibility.basis"); i++) {
      const char *basis = fz_fields_get_at (body, "eligibility.basis", i, NULL);
      gboolean known = FALSE;

      if (g_strcmp0 (basis, sha256) == 0 || g_strcmp0 (basis, file) == 0)
        return TRUE;
      for (guint e = 0; e < fz_fields_count (visit, "evidence"); e++)
        known |= g_strcmp0 (basis, fz_fields_get_at (visit, "evidence", e, "sha256")) == 0 ||
                 g_strcmp0 (basis, fz_fields_get_at (visit, "evidence", e, "file")) == 0;
      if (!known)
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
add_picture (Search *self, FzTxn *txn, const char *visit, const char *sha256, FzDate since, GError **error)
{
  guint64 gone = 0;
  gboolean there = FALSE;

  if (!fz_tombstone_find (txn, FZ_TOMBSTONE_IMAGE, sha256, visit, &gone, error) || !fz_attachment_is_there (txn, sha256, &there, error))
    return FALSE;
  if (gone == 0 && there)
    add_item (self, visit, sha256, sha256, since);
  return TRUE;
}

static gboolean
look_at_pictures (Search *self, FzTxn *txn, const char *id, const FzFields *visit, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, id, error);
  gboolean ended = FALSE, stay;
  FzDate since;

  if (documents == NULL || !fz_purge_since (txn, id, &since, &ended, error))
    return FALSE;
  stay = !ended || !is_over (self, since) || is_held (self, id, since);
  for (guint i = 0; i < fz_fields_count (visit, "evidence"); i++) {
    const char *sha256 = fz_fields_get_at (visit, "evidence", i, "sha256");
    gboolean again = FALSE;

    for (guint k = 0; k < i; k++)
      again |= g_strcmp0 (sha256, fz_fields_get_at (visit, "evidence", k, "sha256")) == 0;
    if (sha256 == NULL || again)
      continue;
    if (stay || is_ground (documents, visit, i))
      g_hash_table_add (self->stays, g_strdup (sha256));
    else if (!add_picture (self, txn, id, sha256, since, error))
      return FALSE;
  }
  return TRUE;
}

/* Of the conversation: no judgement rests on them unless one names them. */
static gboolean
look_at_said (Search *self, FzTxn *txn, const char *id, GError **error)
{
  g_autoptr (GPtrArray) pictures = fz_talks_pictures (txn, id, error), documents = pictures != NULL ? fz_documents_of_visit (txn, id, error) : NULL;
  gboolean ended = FALSE, stay;
  FzDate since;

  if (documents == NULL || pictures->len == 0)
    return documents != NULL;
  if (!fz_purge_since (txn, id, &since, &ended, error))
    return FALSE;
  stay = !ended || !is_over (self, since) || is_held (self, id, since);
  for (guint i = 0; i < pictures->len; i++) {
    gboolean named = FALSE;

    for (guint d = 0; d < documents->len; d++)
      for (guint k = 0; k < fz_fields_count (((const FzDocument *) documents->pdata[d])->body, "eligibility.basis"); k++)
        named |= g_strcmp0 (fz_fields_get_at (((const FzDocument *) documents->pdata[d])->body, "eligibility.basis", k, NULL), pictures->pdata[i]) == 0;
    if (stay || named)
      g_hash_table_add (self->stays, g_strdup (pictures->pdata[i]));
    else if (!add_picture (self, txn, id, pictures->pdata[i], since, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
visits_page (FzTxn *txn, gpointer data, GError **error)
{
  Search *self = data;
  g_autoptr (GPtrArray) ids = fz_documents_visits (txn, self->after, VISITS, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autoptr (FzFields) visit = fz_visits_get (txn, ids->pdata[i], error);

    if (visit == NULL || (fz_fields_count (visit, "evidence") > 0 && !look_at_pictures (self, txn, ids->pdata[i], visit, error)) ||
        !look_at_said (self, txn, ids->pdata[i], error))
      return FALSE;
  }
  self->more = ids != NULL && ids->len == VISITS;
  if (ids != NULL && ids->len > 0) {
    self->seen += ids->len;
    g_free (self->after);
    self->after = g_strdup (ids->pdata[ids->len - 1]);
  }
  return ids != NULL;
}

/* A picture that was put to a register entry as well belongs to that entry. */
static gboolean
keep_attachments (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Search *self = data;

  for (guint k = 0; k < fz_fields_count (entry, "attachment"); k++)
    g_hash_table_add (self->stays, g_strdup (fz_fields_get_at (entry, "attachment", k, "sha256")));
  return TRUE;
}

static gboolean
read_entries (FzTxn *txn, gpointer data, GError **error)
{
  Search *self = data;

  for (guint r = 0; r < self->desk->registers->len; r++)
    if (!fz_entries_each (txn, fz_register_get_name (self->desk->registers->pdata[r]), FALSE, keep_attachments, self, error))
      return FALSE;
  return TRUE;
}

/* --- details of acts --- */

static char *
visit_of (FzTxn *txn, const FzFields *detail, GError **error)
{
  const char *kind = fz_fields_get (detail, "subject_kind"), *subject = fz_fields_get (detail, "subject");
  g_autoptr (FzFields) rx = NULL;

  if (g_strcmp0 (kind, "visit") == 0 && subject != NULL)
    return g_strdup (subject);
  if (g_strcmp0 (kind, "prescription") != 0 || subject == NULL)
    return NULL;
  rx = fz_rx_get (txn, subject, error);
  return rx != NULL ? g_strdup (fz_fields_get (rx, "rx.visit")) : NULL;
}

static gboolean
look_at_detail (Search *self, FzTxn *txn, const FzFields *detail, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (self->desk->knowledge, "retention");
  g_autoptr (GError) why = NULL;
  g_autofree char *visit = NULL;
  gint64 at_us = 0;
  gboolean ended = FALSE;
  FzDate since, on;

  if (!fz_codes_field_has (table, (guint) self->plan->row, "acts", fz_fields_get (detail, "action")))
    return TRUE;
  visit = visit_of (txn, detail, &why);
  if (why != NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  g_clear_error (&why);
  if (visit == NULL) /* an attempt on something that does not exist: nobody's, and it stays */
    return TRUE;
  if (!fz_purge_since (txn, visit, &since, &ended, &why)) {
    if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  fz_fields_get_time (detail, "at", &at_us);
  on = fz_date_in_beijing (at_us);
  if (fz_date_compare (since, on) < 0)
    since = on;
  if (ended && is_over (self, since) && !is_held (self, visit, since))
    add_item (self, visit, fz_fields_get (detail, "number"), fz_fields_get (detail, "payload_sha256"), since);
  return TRUE;
}

static gboolean
details_page (FzTxn *txn, gpointer data, GError **error)
{
  Search *self = data;
  gint64 until_us = fz_date_beijing_start_us (fz_date_add_days (self->to, 1));
  g_autoptr (GPtrArray) details = fz_audit_details (txn, self->entry, until_us, DETAILS, error);
  gint64 number = 0;

  for (guint i = 0; details != NULL && i < details->len; i++)
    if (!look_at_detail (self, txn, details->pdata[i], error))
      return FALSE;
  self->more = details != NULL && details->len == DETAILS;
  if (details != NULL && details->len > 0 && fz_fields_get_int (details->pdata[details->len - 1], "number", &number))
    self->entry = (guint64) number;
  self->seen += details != NULL ? details->len : 0;
  return details != NULL;
}

/* --- the list --- */

/* Drops what something else still needs, and pictures of more visits than one batch takes: those go together or not at all. */
static void
settle_items (Search *self)
{
  GPtrArray *found = self->plan->items, *kept = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_purge_item_free);

  g_ptr_array_sort (found, fz_purge_item_compare);
  for (guint i = 0, end; i < found->len; i = end) {
    const FzPurgeItem *first = found->pdata[i];
    gboolean go = !g_hash_table_contains (self->stays, first->sha256);

    for (end = i + 1; end < found->len && g_str_equal (((FzPurgeItem *) found->pdata[end])->sha256, first->sha256); end++)
      ;
    go = go && end - i <= FZ_PURGE_BATCH;
    for (guint k = i; k < end && go; k++)
      g_ptr_array_add (kept, g_steal_pointer (&found->pdata[k]));
  }
  g_ptr_array_unref (found);
  self->plan->items = kept;
}

static void
count_visits (FzPurgePlan *plan)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < plan->items->len; i++)
    g_hash_table_add (seen, ((FzPurgeItem *) plan->items->pdata[i])->visit);
  plan->visits = g_hash_table_size (seen);
}

static gboolean
finish_plan (Search *self, GError **error)
{
  FzPurgePlan *plan = self->plan;
  gsize n = 0;
  const void *bytes;

  settle_items (self);
  if (plan->items->len > FZ_PURGE_MOST) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("到期的共%u项，一次最多%u项。请选择更早的日期，分几次清除。"), plan->items->len, FZ_PURGE_MOST);
    return FALSE;
  }
  count_visits (plan);
  plan->held = g_hash_table_size (self->said);
  plan->list = fz_purge_list_print (plan->class, plan->to, plan->items);
  bytes = g_bytes_get_data (plan->list, &n);
  plan->sha256 = fz_sha256_hex (bytes, n);
  return TRUE;
}

/* --- looking --- */

static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  Search *self = data;

  self->holds = fz_holds_read (self->desk, txn, error);
  return self->holds != NULL && fz_documents_newest (txn, &self->total, error);
}

static gboolean
search (Search *self, FzJob page, GError **error)
{
  FzStore *store = self->desk->store;

  if (!fz_store_run (store, FZ_TXN_READ, begin, self, error) || !fz_store_run (store, FZ_TXN_READ, read_entries, self, error))
    return FALSE;
  for (self->more = TRUE; self->more;) {
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error) || !fz_store_run (store, FZ_TXN_READ, page, self, error))
      return FALSE;
    if (self->progress != NULL)
      self->progress (MIN (self->seen, self->total), self->total, self->data);
  }
  return finish_plan (self, error);
}

static gboolean
read_ask (Search *self, const char *class, const char *to, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (self->desk->knowledge, "retention");
  const char *place = fz_fields_get (self->desk->institution, "jurisdiction");
  FzPurgePlan *plan = self->plan;

  if (!fz_retention_class_from_word (class, &plan->class)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择要清除的内容。其余资料本程序不清除。"));
    return FALSE;
  }
  plan->row = fz_retention_find (table, class, place != NULL ? place : "tianjin");
  plan->years = fz_retention_years (table, plan->row);
  if (plan->years == 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("没有这类资料的保存期限，不能清除。"));
    return FALSE;
  }
  if (to == NULL || !fz_date_parse (to, &self->to, NULL)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请填写清除到哪一天为止的就诊，例如 2023-03-31。"));
    return FALSE;
  }
  if (!fz_retention_is_over (self->to, plan->years, self->today)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 的就诊资料须保存%" PRId64 "年，尚未期满。请选择更早的日期。"), to, plan->years);
    return FALSE;
  }
  plan->to = g_strdup (to);
  return TRUE;
}

FzPurgePlan *
fz_purge_plan_make (FzDesk *desk, const char *class, const char *to, GCancellable *cancellable,
                    void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  g_autoptr (FzPurgePlan) plan = g_new0 (FzPurgePlan, 1);
  g_auto (Search) self = { .desk = desk, .plan = plan, .cancellable = cancellable, .progress = progress, .data = data };

  self.today = fz_date_in_beijing (fz_desk_now_us (desk));
  if (!read_ask (&self, class, to, error))
    return NULL;
  plan->items = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_purge_item_free);
  plan->holds = g_ptr_array_new_with_free_func (g_free);
  self.after = g_strdup ("");
  self.stays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return search (&self, plan->class == FZ_RETENTION_IMAGE ? visits_page : details_page, error) ? g_steal_pointer (&plan) : NULL;
}
