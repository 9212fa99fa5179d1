#include "app/consent.h"

#include "app/intake_bundle.h"
#include "app/intake_bundle_private.h"
#include "app/knowledge.h"
#include "app/submit.h"
#include "app/reach.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const consent_keys[] = { "consent.text_version", "consent.text_sha256", "consent.signer", "consent.relation", "consent.at",
                                            "consent.method" };

FzFields *
fz_consent_body (FzDesk *desk, const char *visit, const FzFields *facts, gint64 now_us)
{
  g_autofree char *id = fz_document_id (desk, visit, "consent");
  FzFields *body = fz_body_new (desk, FZ_DOC_CONSENT, visit, id, now_us);

  for (guint i = 0; i < G_N_ELEMENTS (consent_keys); i++)
    fz_fields_set (body, consent_keys[i], fz_fields_get (facts, consent_keys[i]));
  fz_fields_set_bool (body, "agreed", TRUE);
  return body;
}

static gboolean
keep (FzDesk *desk, FzSession *session, FzTxn *txn, const char *visit, const FzFields *facts, GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  g_autoptr (FzFields) body = fz_consent_body (desk, visit, facts, fz_txn_now_us (txn));
  FzDocument *document = fz_submit_desk_document (desk, txn, body, error);
  FzSubmission submission = { .visit = visit, .documents = documents };

  if (document == NULL)
    return FALSE;
  g_ptr_array_add (documents, document);
  return fz_submit (desk, session, txn, &submission, error);
}

/* Signed later than the one that stands, or none stands. */
static gboolean
is_newer (const FzFields *kept, const FzFields *facts)
{
  gint64 before = 0, now = 0;

  return fz_fields_get_time (facts, "consent.at", &now) && (!fz_fields_get_time (kept, "consent.at", &before) || now > before);
}

/* --- a bundle once more --- */

typedef struct {
  const FzFields *other;
  const char *found; /* the first key that differs */
} Difference;

/* What follows from the rest, from the day of receipt or from the machinery is no part of the request. */
static gboolean
is_of_the_request (const char *key)
{
  static const char *const parts[] = { "visit.", "patient.", "guardian.", "specialist.", "prior.", "allergy.", "request.", "evidence." };
  static const char *const derived[] = { "patient.age_years", "patient.age_text", "patient.age_days", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_has_prefix (key, parts[i]))
      return !g_strv_contains (derived, key);
  return FALSE;
}

static void
compare (const char *key, const char *value, gpointer data)
{
  Difference *difference = data;

  if (difference->found == NULL && is_of_the_request (key) && g_strcmp0 (value, fz_fields_get (difference->other, key)) != 0)
    difference->found = key;
}

static char *
first_difference (const FzFields *kept, const FzFields *again)
{
  Difference gone = { again, NULL }, come = { kept, NULL };

  fz_fields_foreach (kept, compare, &gone);
  fz_fields_foreach (again, compare, &come);
  return g_strdup (come.found != NULL ? come.found : gone.found);
}

static const FzFields *
find_intake (GPtrArray *documents)
{
  for (guint i = 0; i < documents->len; i++) {
    const FzDocument *document = documents->pdata[i];

    if (g_strcmp0 (fz_fields_get_kind (document->body), fz_doc_kind_to_text (FZ_DOC_INTAKE)) == 0)
      return document->body;
  }
  return NULL;
}

gboolean
fz_consent_take_again (FzDesk *desk, FzSession *session, FzTxn *txn, const char *visit, const FzFields *body, const FzFields *facts,
                       GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, visit, error);
  g_autoptr (FzFields) kept = documents != NULL ? fz_visits_get (txn, visit, error) : NULL;
  const FzFields *intake = kept != NULL ? find_intake (documents) : NULL;
  g_autofree char *differs = intake != NULL ? first_difference (intake, body) : NULL;
  g_autofree char *words = differs != NULL ? fz_bundle_field_words (differs) : NULL;

  if (kept == NULL)
    return FALSE;
  if (intake == NULL || !is_newer (kept, facts)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("就诊编号“%s”已经收过，没有重复收件。"), visit);
    return FALSE;
  }
  if (words != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT,
                 _ ("就诊编号“%s”已经收过，再次提交时只能更换新签的知情同意，但“%s”也不同，没有收件。"), visit, words);
    return FALSE;
  }
  return keep (desk, session, txn, visit, facts, error);
}

/* --- at the desk --- */

typedef struct {
  FzDesk *desk;
  FzSession *session; /* NULL: it came by the front */
  const char *visit;
  const FzFields *typed;
  GPtrArray *lines;
  gboolean denied;
} Renewal;

static gboolean
is_current_text (FzTxn *txn, const FzFields *facts, gboolean *out, GError **error)
{
  g_autofree char *version = NULL, *sha256 = NULL;

  if (!fz_consent_text_newest (txn, &version, &sha256, NULL, error))
    return FALSE;
  *out = g_strcmp0 (version, fz_fields_get (facts, "consent.text_version")) == 0 &&
         g_strcmp0 (sha256, fz_fields_get (facts, "consent.text_sha256")) == 0;
  return TRUE;
}

/* The checks of a bundle's consent, against the patient and guardian that this visit has. */
static gboolean
check_typed (Renewal *renewal, FzFields *facts)
{
  FzDesk *desk = renewal->desk;
  FzBundleCheck with = { .now_us = fz_desk_now_us (desk),
                         .relations = fz_knowledge_codes (desk->knowledge, "relations"),
                         .consent_methods = fz_knowledge_codes (desk->knowledge, "consent-methods") };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free);
  FzBundleLook look = { facts, &with, fz_date_in_beijing (with.now_us), problems };

  fz_bundle_check_consent (&look);
  for (guint i = 0; i < problems->len; i++)
    g_ptr_array_add (renewal->lines, g_strdup (((FzBundleProblem *) problems->pdata[i])->message));
  return problems->len == 0;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, why);
  return FALSE;
}

/* What was typed or sent, over what the visit has. */
static gboolean
take (FzTxn *txn, Renewal *renewal, const FzFields *kept, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_dup (kept, NULL);
  gboolean current = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (consent_keys); i++)
    fz_fields_set (facts, consent_keys[i], fz_fields_get (renewal->typed, consent_keys[i]));
  if (!check_typed (renewal, facts)) {
    g_autofree char *text = NULL;

    g_ptr_array_add (renewal->lines, NULL);
    text = g_strjoinv ("\n", (char **) renewal->lines->pdata);
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, text);
    return FALSE;
  }
  if (!is_current_text (txn, facts, &current, error))
    return FALSE;
  if (!current)
    return refuse (error, _ ("所签的不是现行版本的知情同意书，请让患者签署现行版本。"));
  if (!is_newer (kept, facts))
    return refuse (error, _ ("签署时间不晚于已有的知情同意，没有更换。"));
  return keep (renewal->desk, renewal->session, txn, renewal->visit, facts, error);
}

static gboolean
renew (FzTxn *txn, gpointer data, GError **error)
{
  Renewal *renewal = data;
  FzSession *session = renewal->session;
  g_autoptr (FzFields) kept = fz_visits_get (txn, renewal->visit, error);

  if (kept == NULL || !fz_reach_visit (session, txn, "visit.consent", kept, &renewal->denied, error))
    return FALSE;
  if (renewal->denied)
    return TRUE;
  return take (txn, renewal, kept, error) && fz_session_audit (session, txn, "visit.consent", "visit", renewal->visit, "done", NULL, NULL, error);
}

gboolean
fz_consent_receive (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *consent, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  Renewal renewal = { desk, NULL, fz_fields_get (visit, "visit.id"), consent, lines, FALSE };

  return take (txn, &renewal, visit, error);
}

gboolean
fz_desk_renew_consent (FzSession *session, const char *visit, const FzFields *consent, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  Renewal renewal = { session->desk, session, visit, consent, lines, FALSE };

  if (!fz_session_may (session, "visit.consent", "visit", visit, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, renew, &renewal, error))
    return FALSE;
  return !renewal.denied || fz_reach_refuse_visit (session, "visit.consent", visit, error);
}
