/* What another rulebook would have said of what was signed (试算): each document of a period judged again at its own moments and on its own
 * day. Nothing is written but the audit entry. */
#include "app/rules_draft.h"
#include "db/documents.h"
#include "db/rules.h"

#include <glib/gi18n-lib.h>

#define PAGE 20 /* documents a job */
#define MAX_ROWS 2000
/* A sheet is signed at most a minute after it was made, and its documents say when it was made. */
#define SLACK_US (2 * 60 * FZ_US_PER_SECOND)

typedef struct {
  FzSession *session;
  gint64 from_us, to_us;
  FzRulebook *book;
  guint64 first, position, last; /* document numbers: before the first, read up to, the newest when it began */
  GPtrArray *page;
  GPtrArray *rows;
  GHashTable *seen; /* visit, rule, then, now: the documents of one sheet share their verdicts */
  gint64 documents, judged, not_kept, changed, cannot_tell;
} Try;

/* --- the rulebook that is tried --- */

static gboolean
read_pending (FzTxn *txn, gpointer data, GError **error)
{
  FzFields **draft = data;
  g_autoptr (FzVersions) fold = fz_rules_fold (txn, error);
  const FzVersion *version = fold != NULL ? fz_versions_get_pending (fold) : NULL;
  g_autoptr (FzRulebook) book = NULL;

  if (fold != NULL && version == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有等待批准的规则集版本。"));
  book = version != NULL ? fz_rules_load (txn, fz_fields_get (version->facts, "rulebook.sha256"), error) : NULL;
  if (book == NULL)
    return FALSE;
  *draft = fz_rules_draft_of (book, fz_fields_get (version->facts, "rules.jurisdiction"), version->since);
  return TRUE;
}

static FzRulebook *
tried_book (FzSession *session, const FzFields *draft, FzDate from, GError **error)
{
  g_autoptr (FzFields) pending = NULL;

  if (draft == NULL && !fz_store_run (session->desk->store, FZ_TXN_READ, read_pending, &pending, error))
    return NULL;
  return fz_rules_draft_build_since (session->desk, draft != NULL ? draft : pending, from, error);
}

/* --- one document --- */

static gboolean
is_new (Try *try, const FzDocument *document, const char *rule, const char *then, const char *now)
{
  g_autofree char *key = g_strdup_printf ("%s %s %s %s", fz_fields_get (document->body, "visit"), rule, then, now);

  return g_hash_table_add (try->seen, g_steal_pointer (&key));
}

static void
add_row (Try *try, const FzDocument *document, const char *rule, const char *then, const char *now, const GPtrArray *findings)
{
  const FzFinding *finding = fz_findings_find (findings, rule);
  FzDocKind kind = FZ_N_DOCS;
  FzFields *row;

  if (try->rows->len == MAX_ROWS)
    return;
  row = fz_fields_new ("fuzhen.try/v1");
  fz_fields_set (row, "document", document->id);
  if (fz_doc_kind_from_text (fz_fields_get_kind (document->body), &kind))
    fz_fields_set (row, "kind_label", fz_doc_kind_label (kind));
  fz_fields_set (row, "visit", fz_fields_get (document->body, "visit"));
  fz_fields_set_time (row, "signed_at", document->signed_at_us);
  fz_fields_set (row, "rule", rule);
  fz_fields_set (row, "then", then);
  fz_fields_set (row, "now", now);
  fz_fields_set (row, "message", finding != NULL ? finding->message : NULL);
  fz_fields_set (row, "clause", finding != NULL ? finding->clause : NULL);
  g_ptr_array_add (try->rows, fz_fields_freeze (row));
}

static gboolean
is_quiet (const char *verdict)
{
  return g_str_equal (verdict, "pass") || g_str_equal (verdict, "not_applicable") || g_str_equal (verdict, "-");
}

/* What is newly unknown may only be a fact nobody asked for then, and so did not keep: that is counted, not claimed. */
static void
compare (Try *try, const FzDocument *document, const char *rule, const char *then, const char *now, const GPtrArray *findings)
{
  if (g_str_equal (then, now) || (is_quiet (then) && is_quiet (now)) || !is_new (try, document, rule, then, now))
    return;
  if (g_str_equal (now, "unknown")) {
    try->cannot_tell++;
    return;
  }
  try->changed++;
  add_row (try, document, rule, then, now, findings);
}

static void
compare_all (Try *try, const FzDocument *document, const FzFields *now, const GPtrArray *findings)
{
  const FzFields *then = document->body;

  for (guint i = 0; i < fz_fields_count (now, "rule"); i++) {
    const char *rule = fz_fields_get_at (now, "rule", i, "id"), *before = fz_rules_find_verdict (then, rule);

    compare (try, document, rule, before != NULL ? before : "-", fz_fields_get_at (now, "rule", i, "verdict"), findings);
  }
  for (guint i = 0; i < fz_fields_count (then, "rule"); i++) {
    const char *rule = fz_fields_get_at (then, "rule", i, "id");

    if (fz_rules_find_verdict (now, rule) == NULL)
      compare (try, document, rule, fz_fields_get_at (then, "rule", i, "verdict"), "-", findings);
  }
}

static gboolean
judge (Try *try, const FzDocument *document, GError **error)
{
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) now = NULL;
  g_autoptr (GError) why = NULL;

  if (document->signed_at_us < try->from_us || document->signed_at_us >= try->to_us || fz_fields_count (document->body, "rule") == 0)
    return TRUE;
  try->documents++;
  if (!fz_fields_has (document->body, "rulebook.on")) {
    try->not_kept++;
    return TRUE;
  }
  now = fz_rules_judge_again (try->book, document->body, FALSE, findings, &why);
  if (now == NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_UNSUPPORTED)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  /* On a day on which none of its texts was in force the tried rulebook says nothing. */
  if (now == NULL) {
    try->cannot_tell++;
    return TRUE;
  }
  try->judged++;
  compare_all (try, document, now, findings);
  return TRUE;
}

/* --- page by page --- */

static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;

  return fz_documents_before (txn, try->from_us - SLACK_US, &try->first, error) &&
         fz_documents_before (txn, try->to_us + SLACK_US, &try->last, error);
}

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;

  try->page = fz_documents_after (txn, try->position, PAGE, error);
  return try->page != NULL;
}

static gboolean
judge_page (Try *try, GError **error)
{
  g_autoptr (GPtrArray) page = g_steal_pointer (&try->page);

  for (guint i = 0; i < page->len; i++) {
    const FzDocument *document = page->pdata[i];

    try->position = document->number;
    if (document->number <= try->last && !judge (try, document, error))
      return FALSE;
  }
  if (page->len == 0)
    try->position = try->last;
  return TRUE;
}

static gboolean
audit_try (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_try/v1");

  fz_fields_set (payload, "rulebook.sha256", fz_rulebook_get_sha256 (try->book));
  fz_fields_set_time (payload, "from", try->from_us);
  fz_fields_set_time (payload, "to", try->to_us);
  return fz_session_audit (try->session, txn, "rules.try", "rules", NULL, "done", NULL, payload, error);
}

static FzFields *
sum_of (const Try *try)
{
  FzFields *sum = fz_fields_new ("fuzhen.try_sum/v1");

  fz_fields_set_int (sum, "documents", try->documents);
  fz_fields_set_int (sum, "judged", try->judged);
  fz_fields_set_int (sum, "not_kept", try->not_kept);
  fz_fields_set_int (sum, "changed", try->changed);
  fz_fields_set_int (sum, "cannot_tell", try->cannot_tell);
  return fz_fields_freeze (sum);
}

typedef void (*Progress) (guint64 done, guint64 total, gpointer data);

static gboolean
walk (Try *try, GCancellable *cancellable, Progress progress, gpointer data, GError **error)
{
  FzStore *store = try->session->desk->store;

  for (try->position = try->first; try->position < try->last;) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !fz_store_run (store, FZ_TXN_READ, read_page, try, error) ||
        !judge_page (try, error))
      return FALSE;
    if (progress != NULL)
      progress (MIN (try->position, try->last) - try->first, try->last - try->first, data);
  }
  return TRUE;
}

GPtrArray *
fz_desk_try_rules (FzSession *session, const FzFields *draft, gint64 from_us, gint64 to_us, GCancellable *cancellable, Progress progress,
                   gpointer data, FzFields **out_sum, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (FzRulebook) book = NULL;
  Try try = { .session = session, .from_us = from_us, .to_us = to_us, .rows = rows, .seen = seen };

  if (!fz_session_may (session, "rules.try", "rules", NULL, error))
    return NULL;
  book = try.book = tried_book (session, draft, fz_date_in_beijing (from_us), error);
  if (book == NULL || !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_try, &try, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, begin, &try, error) || !walk (&try, cancellable, progress, data, error))
    return NULL;
  if (out_sum != NULL)
    *out_sum = sum_of (&try);
  return g_steal_pointer (&rows);
}
