/* What another edition of drug knowledge would have found in what was signed (药品知识库的试算): each prescription of a period judged again by
 * the edition of its day and by this one. Nothing is written but the audit entry. */
#include "app/knowledge_choice.h"
#include "app/knowledge_kept.h"
#include "core/finding_pair.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>

#define PAGE 20 /* documents a job */
#define MAX_ROWS 2000
/* Names the edition itself, on every sheet; what it does not cover stands beside it where it is proposed. */
#define OF_THE_EDITION "KNOWLEDGE_LIMITS"
/* A sheet is signed at most a minute after it was made, and its documents say when it was made. */
#define SLACK_US (2 * 60 * FZ_US_PER_SECOND)

typedef struct {
  FzSession *session;
  gint64 from_us, to_us;
  FzKnowledgeFiles *files; /* of the edition that is tried, alone */
  FzKnowledgeShelf *shelf;
  GHashTable *tried;              /* FzKnowledge of a day -> the same with the tried edition */
  guint64 first, position, last;  /* document numbers: before the first, read up to, the newest when it began */
  GPtrArray *page;
  const FzDocument *document;     /* the one looked at, and what it was judged by */
  const FzKnowledge *edition;
  GPtrArray *catalogue;
  gboolean differs, stops;
  GPtrArray *rows;
  gint64 documents, judged, not_kept, prescriptions, stopped, changed, reworded;
} Try;

/* --- one prescription --- */

static char *
join_about (const FzFinding *finding)
{
  return finding->about[0] != NULL ? g_strjoinv ("、", (char **) finding->about) : NULL;
}

static void
add_row (const Try *try, const FzFinding *then, const FzFinding *now)
{
  const FzFinding *told = now != NULL ? now : then;
  FzFields *row = fz_fields_new ("fuzhen.try/v1");
  g_autofree char *about = join_about (told);

  fz_fields_set (row, "document", try->document->id);
  fz_fields_set (row, "visit", fz_fields_get (try->document->body, "visit"));
  fz_fields_set_time (row, "signed_at", try->document->signed_at_us);
  fz_fields_set (row, "rule", told->rule);
  fz_fields_set (row, "field", told->field);
  fz_fields_set (row, "then", then != NULL ? fz_severity_to_word (then->severity) : "-");
  fz_fields_set (row, "now", now != NULL ? fz_severity_to_word (now->severity) : "-");
  fz_fields_set (row, "message", told->message);
  fz_fields_set (row, "about", about);
  g_ptr_array_add (try->rows, fz_fields_freeze (row));
}

static void
differs (const FzFinding *then, const FzFinding *now, gpointer data)
{
  Try *try = data;

  if (then != NULL && now != NULL && then->severity == now->severity) {
    try->reworded += !g_str_equal (now->rule, OF_THE_EDITION);
    return;
  }
  try->differs = TRUE;
  try->stops = try->stops || (now != NULL && now->severity == FZ_SEVERITY_STOP);
  try->changed++;
  if (try->rows->len < MAX_ROWS)
    add_row (try, then, now);
}

/* The files beside the edition stay those of the day: what the program brought since is not this edition's doing. */
static const FzKnowledge *
tried_over (Try *try, GError **error)
{
  FzKnowledge *tried = g_hash_table_lookup (try->tried, try->edition);
  g_autoptr (FzKnowledgeFiles) all = tried == NULL ? fz_knowledge_files_over (try->edition->files, try->files) : NULL;

  if (tried != NULL)
    return tried;
  tried = fz_knowledge_with_files (try->edition, all, error);
  if (tried != NULL)
    g_hash_table_insert (try->tried, (gpointer) try->edition, tried);
  return tried;
}

static gboolean
read_kept (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;

  try->edition = fz_knowledge_shelf_find (try->shelf, txn, try->document->body, error);
  try->catalogue = try->edition != NULL ? fz_knowledge_rows_of (txn, try->document->body, error) : NULL;
  return try->catalogue != NULL;
}

static gboolean
compare (Try *try, GError **error)
{
  const FzKnowledge *tried = tried_over (try, error);
  g_autoptr (GPtrArray) catalogue = g_steal_pointer (&try->catalogue), then = fz_findings_new (), now = fz_findings_new ();
  const FzFields *body = try->document->body;

  if (tried == NULL || !fz_knowledge_judge_by (try->edition, catalogue, body, then, error) ||
      !fz_knowledge_judge_by (tried, catalogue, body, now, error))
    return FALSE;
  try->differs = try->stops = FALSE;
  try->judged++;
  fz_findings_pair (then, now, differs, try);
  try->prescriptions += try->differs;
  try->stopped += try->stops;
  return TRUE;
}

static gboolean
judge (Try *try, const FzDocument *document, GError **error)
{
  FzDocKind kind = FZ_N_DOCS;

  if (document->signed_at_us < try->from_us || document->signed_at_us >= try->to_us ||
      !fz_doc_kind_from_text (fz_fields_get_kind (document->body), &kind) || kind != FZ_DOC_PRESCRIPTION)
    return TRUE;
  try->documents++;
  if (!fz_knowledge_can_judge_again (document->body)) {
    try->not_kept++;
    return TRUE;
  }
  try->document = document;
  return fz_store_run (try->session->desk->store, FZ_TXN_READ, read_kept, try, error) && compare (try, error);
}

/* --- page by page --- */

static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;

  if (!fz_documents_before (txn, try->from_us - SLACK_US, &try->first, error))
    return FALSE;
  try->position = try->first;
  return fz_documents_before (txn, try->to_us + SLACK_US, &try->last, error);
}

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;

  try->page = fz_documents_after (txn, try->position, PAGE, error);
  return try->page != NULL;
}

static gboolean
judge_page (Try *try, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) page = g_steal_pointer (&try->page);

  for (guint i = 0; i < page->len; i++) {
    const FzDocument *document = page->pdata[i];

    try->position = document->number;
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || (document->number <= try->last && !judge (try, document, error)))
      return FALSE;
  }
  if (page->len == 0)
    try->position = try->last;
  return TRUE;
}

typedef void (*Progress) (guint64 done, guint64 total, gpointer data);

static gboolean
walk (Try *try, GCancellable *cancellable, Progress progress, gpointer data, GError **error)
{
  FzStore *store = try->session->desk->store;

  while (try->position < try->last) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !fz_store_run (store, FZ_TXN_READ, read_page, try, error) ||
        !judge_page (try, cancellable, error))
      return FALSE;
    if (progress != NULL)
      progress (MIN (try->position, try->last) - try->first, try->last - try->first, data);
  }
  return TRUE;
}

/* --- the whole --- */

static gboolean
audit_try (FzTxn *txn, gpointer data, GError **error)
{
  Try *try = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_try/v1");

  fz_fields_set (payload, "set.manifest", fz_knowledge_files_get_sha256 (try->files));
  fz_fields_set_time (payload, "from", try->from_us);
  fz_fields_set_time (payload, "to", try->to_us);
  return fz_session_audit (try->session, txn, "knowledge.try", "knowledge", NULL, "done", NULL, payload, error);
}

static FzFields *
sum_of (const Try *try)
{
  FzFields *sum = fz_fields_new ("fuzhen.try_sum/v1");

  fz_fields_set_int (sum, "documents", try->documents);
  fz_fields_set_int (sum, "judged", try->judged);
  fz_fields_set_int (sum, "not_kept", try->not_kept);
  fz_fields_set_int (sum, "prescriptions", try->prescriptions);
  fz_fields_set_int (sum, "stopped", try->stopped);
  fz_fields_set_int (sum, "changed", try->changed);
  fz_fields_set_int (sum, "reworded", try->reworded);
  return fz_fields_freeze (sum);
}

static void
unref_knowledge (gpointer data)
{
  fz_knowledge_unref (data);
}

GPtrArray *
fz_desk_try_knowledge (FzSession *session, const char *id, gint64 from_us, gint64 to_us, GCancellable *cancellable, Progress progress, gpointer data,
                       FzFields **out_sum, GError **error)
{
  FzStore *store = session->desk->store;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GHashTable) tried = g_hash_table_new_full (NULL, NULL, NULL, unref_knowledge);
  g_autoptr (FzKnowledgeShelf) shelf = fz_knowledge_shelf_new (session->desk);
  g_autoptr (FzKnowledgeFiles) files = NULL;
  Try try = { .session = session, .from_us = from_us, .to_us = to_us, .rows = rows, .tried = tried, .shelf = shelf };

  if (!fz_session_may (session, "knowledge.try", "knowledge", id, error))
    return NULL;
  files = try.files = fz_knowledge_files_of (session, id, error);
  if (files == NULL || !fz_store_run (store, FZ_TXN_RECORD, audit_try, &try, error) || !fz_store_run (store, FZ_TXN_READ, begin, &try, error) ||
      !walk (&try, cancellable, progress, data, error))
    return NULL;
  if (out_sum != NULL)
    *out_sum = sum_of (&try);
  return g_steal_pointer (&rows);
}
