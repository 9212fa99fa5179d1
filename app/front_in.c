/* Each event of the front takes effect once (来件生效): its effect and its state in one transaction. */
#include "app/front_in.h"

#include "app/consent.h"
#include "app/front_event.h"
#include "app/image_client.h"
#include "app/intake.h"
#include "app/intake_bundle_private.h"
#include "app/supplement.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/front.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_BODY (1024 * 1024)
#define MOST_TRIES 8 /* for a file; a quarter of an hour */
#define LEAST_WAIT_US (5 * G_USEC_PER_SEC)
#define MOST_WAIT_US (30 * 60 * G_USEC_PER_SEC)

static const char *const supplements[] = { "evidence", "consent", "guardian", NULL };

gint64
fz_front_wait_us (gint64 attempts, guint32 chance)
{
  gint64 cap = MIN (MOST_WAIT_US, LEAST_WAIT_US << CLAMP (attempts, 0, 10));

  return cap / 4 + (gint64) (chance % (guint32) (3 * cap / 4 + 1));
}

/* --- one step of it --- */

typedef struct {
  FzDesk *desk;
  FzFrontEvent *event; /* NULL: none now */
  GPtrArray *with;     /* FzFrontEvent: what completes a request */
  FzJson *body;
  gint64 next_us;
  gboolean fits;       /* the visit can still be completed */
  const char *words;   /* why it is held */
  GBytes *picture;     /* that a message brings */
  const char *media;
  FzFrontFiles files;  /* of evidence that completes a visit */
} Step;

static void
step_clear (Step *step)
{
  g_clear_pointer (&step->event, fz_front_event_free);
  g_clear_pointer (&step->with, g_ptr_array_unref);
  g_clear_pointer (&step->body, fz_json_free);
  g_clear_pointer (&step->picture, g_bytes_unref);
  g_clear_pointer (&step->files.part, fz_fields_unref);
  g_clear_pointer (&step->files.files, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Step, step_clear)

static gboolean
audit (FzTxn *txn, const FzFrontEvent *event, const char *outcome, const char *reason, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_front/v1");
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.take", .subject_kind = "front", .subject = event->event,
                         .outcome = outcome, .reason = reason, .payload = payload };

  fz_fields_set (payload, "kind", event->kind);
  fz_fields_set (payload, "visit", event->visit);
  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
read_next (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  g_autoptr (GError) why = NULL;

  step->event = fz_front_in_next (txn, &step->next_us, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (step->event == NULL || !g_str_equal (step->event->kind, "visit_request"))
    return TRUE;
  step->with = fz_front_in_of_visit (txn, step->event->visit, supplements, error);
  return step->with != NULL;
}

static gboolean
hold (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  return fz_front_in_hold (txn, step->event->number, step->words, error) && audit (txn, step->event, "failed", "held", error);
}

static gboolean
wait_for_file (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  return fz_front_in_wait (txn, step->event->number, TRUE, fz_txn_now_us (txn) + fz_front_wait_us (step->event->attempts, g_random_int ()), error);
}

/* --- a request --- */

static gboolean
request_is_kept (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  for (guint i = 0; i < step->with->len; i++) {
    const FzFrontEvent *event = step->with->pdata[i];

    if (!fz_front_in_done (txn, event->number, "applied", NULL, error) || !audit (txn, event, "done", NULL, error))
      return FALSE;
  }
  return fz_front_in_done (txn, step->event->number, "applied", NULL, error) && audit (txn, step->event, "done", NULL, error) &&
         fz_front_in_release (txn, step->event->visit, error);
}

/* The request with what came after it in the place of what it said: guardian, consent; evidence is added. */
static char *
merged (const Step *step, GError **error)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_json_free);

  for (guint i = 0; i < step->with->len; i++) {
    const char *text = ((FzFrontEvent *) step->with->pdata[i])->body;
    FzJson *part = fz_json_parse (text, strlen (text), MOST_BODY, error);

    if (part == NULL)
      return NULL;
    g_ptr_array_add (parts, part);
  }
  fz_front_merge_request (writer, step->body, parts);
  return fz_json_writer_finish (writer, error);
}

static FzFetchKind
fetch_files (const FzFields *facts, FzFrontFetch fetch, gpointer data, GPtrArray *files, char **out_words)
{
  for (guint i = 0; i < fz_fields_count (facts, "evidence"); i++) {
    const char *sha256 = fz_fields_get_at (facts, "evidence", i, "sha256"), *name = fz_fields_get_at (facts, "evidence", i, "file");
    GBytes *bytes = NULL;
    FzFetchKind kind = sha256 != NULL && name != NULL ? fetch (data, sha256, &bytes, out_words) : FZ_FETCH_BAD;
    FzBundleFile *file;

    if (kind != FZ_FETCH_GOOD) {
      if (*out_words == NULL)
        *out_words = g_strdup (_ ("证据资料没有写明文件名和 SHA-256。"));
      return kind;
    }
    file = g_new0 (FzBundleFile, 1);
    file->name = g_strdup (name);
    file->bytes = bytes;
    g_ptr_array_add (files, file);
  }
  return FZ_FETCH_GOOD;
}

static gboolean
give_up (const Step *step, FzFetchKind kind, const char *words, gboolean *out_later, GError **error)
{
  if (kind == FZ_FETCH_ODD && step->event->attempts < MOST_TRIES) {
    *out_later = TRUE;
    return TRUE;
  }
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, words);
  return FALSE;
}

/* TRUE: kept, or it waits for a file (*out_later). FALSE with what is wrong with it. */
static gboolean
take_request (Step *step, FzFrontFetch fetch, gpointer fetch_data, gboolean *out_later, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  g_autofree char *json = merged (step, error), *words = NULL;
  g_autoptr (FzFields) facts = json != NULL ? fz_intake_read_request (step->desk, json, error) : NULL;
  FzFetchKind kind;

  if (facts == NULL)
    return FALSE;
  if (g_strcmp0 (fz_fields_get (facts, "visit.id"), step->event->visit) != 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("申请里的就诊编号与信封上的不同。"));
    return FALSE;
  }
  kind = fetch_files (facts, fetch, fetch_data, files, &words);
  switch (kind) {
  case FZ_FETCH_LATER:
    *out_later = TRUE;
    return TRUE;
  case FZ_FETCH_ODD:
  case FZ_FETCH_BAD:
    return give_up (step, kind, words, out_later, error);
  case FZ_FETCH_GOOD:
  default:
    return fz_intake_request (step->desk, facts, files, request_is_kept, step, error);
  }
}

/* --- the other kinds --- */

static gboolean
take_other (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  g_autofree char *words = NULL, *sha256 = NULL;

  return (step->picture == NULL || fz_attachment_put (txn, step->picture, step->media, &sha256, error)) &&
         fz_front_event_take (step->desk, txn, step->event, step->body, &step->files, &words, error) &&
         fz_front_in_done (txn, step->event->number, "applied", words, error) && audit (txn, step->event, "done", NULL, error);
}

/* Looked at in the cage before it is kept: what cannot be looked at is no picture. TRUE: it is there, none is needed, or it waits (*out_later). */
static gboolean
fetch_picture (Step *step, FzFrontFetch fetch, gpointer fetch_data, gboolean *out_later, GError **error)
{
  const char *sha256 = fz_front_event_picture (step->event, step->body);
  g_autofree char *words = NULL;
  g_autoptr (FzImage) image = NULL;
  FzFetchKind kind = sha256 != NULL ? fetch (fetch_data, sha256, &step->picture, &words) : FZ_FETCH_GOOD;

  *out_later = kind == FZ_FETCH_LATER;
  if (kind != FZ_FETCH_GOOD)
    return *out_later || give_up (step, kind, words, out_later, error);
  if (sha256 == NULL)
    return TRUE;
  image = fz_image_decode (step->picture, 64, NULL, error);
  step->media = image != NULL ? g_intern_string (image->media_type) : NULL;
  return image != NULL;
}

static gboolean
read_fits (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) visit = fz_visits_get (txn, step->event->visit, &why);

  step->fits = visit != NULL && fz_supplement_fits (visit);
  if (visit != NULL || why == NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Evidence for a visit that can still take it; for any other the job says what is wrong, and nothing is fetched. */
static gboolean
fetch_evidence (Step *step, FzFrontFetch fetch, gpointer fetch_data, gboolean *out_later, GError **error)
{
  g_autofree char *words = NULL;
  FzFetchKind kind;

  if (!g_str_equal (step->event->kind, "evidence"))
    return TRUE;
  if (!fz_store_run (step->desk->store, FZ_TXN_READ, read_fits, step, error))
    return FALSE;
  if (!step->fits)
    return TRUE;
  step->files.part = fz_front_event_evidence (step->desk, step->event, step->body, error);
  if (step->files.part == NULL)
    return FALSE;
  step->files.files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  kind = fetch_files (step->files.part, fetch, fetch_data, step->files.files, &words);
  *out_later = kind == FZ_FETCH_LATER;
  if (kind != FZ_FETCH_GOOD)
    return *out_later || give_up (step, kind, words, out_later, error);
  for (guint i = 0; i < step->files.files->len; i++)
    if (!fz_intake_probe (step->files.files->pdata[i], step->files.part, i, error))
      return FALSE;
  return TRUE;
}

/* What completes a request that was held lets it be tried again, now that it may be whole. */
static gboolean
hold_for_request (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  return hold (txn, step, error) && fz_front_in_again_request (txn, step->event->visit, error);
}

/* The store itself does not work, or the desk is not ready: nobody's event is to blame. */
static gboolean
is_our_trouble (const GError *error)
{
  return error->domain != FZ_ERROR || error->code == FZ_ERROR_CORRUPT || error->code == FZ_ERROR_RETRY || error->code == FZ_ERROR_LOCKED;
}

static gboolean
take (Step *step, FzFrontFetch fetch, gpointer fetch_data, gboolean *out_later, GError **error)
{
  step->body = fz_json_parse (step->event->body, strlen (step->event->body), MOST_BODY, error);
  if (step->body == NULL)
    return FALSE;
  if (step->with != NULL)
    return take_request (step, fetch, fetch_data, out_later, error);
  if (!fetch_picture (step, fetch, fetch_data, out_later, error) || *out_later || !fetch_evidence (step, fetch, fetch_data, out_later, error) || *out_later)
    return *out_later;
  return fz_store_run (step->desk->store, FZ_TXN_RECORD, take_other, step, error);
}

gboolean
fz_front_apply_next (FzDesk *desk, FzFrontFetch fetch, gpointer fetch_data, gboolean *out_did, gint64 *out_next_us, GError **error)
{
  g_auto (Step) step = { .desk = desk };
  g_autoptr (GError) why = NULL;
  gboolean later = FALSE;

  *out_did = FALSE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_next, &step, error))
    return FALSE;
  *out_next_us = step.next_us;
  if (step.event == NULL)
    return TRUE;
  *out_did = TRUE;
  if (take (&step, fetch, fetch_data, &later, &why))
    return !later || fz_store_run (desk->store, FZ_TXN_LOCAL, wait_for_file, &step, error);
  if (is_our_trouble (why)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  step.words = why->message;
  return fz_store_run (desk->store, FZ_TXN_RECORD, g_strv_contains (supplements, step.event->kind) ? hold_for_request : hold, &step, error);
}
