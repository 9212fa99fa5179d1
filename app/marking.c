#include "app/marking.h"

#include "app/knowledge.h"
#include "app/reach.h"
#include "app/sheet.h"
#include "app/veil.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define MAX_WORDS 500

gboolean
fz_marking_is_on (const FzFields *facts)
{
  return fz_fields_has (facts, "visit.sensitive") || fz_fields_is_yes (facts, "rx.sensitive");
}

void
fz_marking_veil (FzFields *row)
{
  fz_fields_set (row, "visit.sensitive", NULL);
  fz_fields_set (row, "visit.sensitive_label", NULL);
}

/* --- the mark --- */

typedef struct {
  FzSession *session;
  const char *visit, *act;
  FzFields *facts;
  gboolean denied;
} Look;

static gboolean
look_job (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;

  look->facts = fz_visits_get (txn, look->visit, error);
  return look->facts != NULL && fz_reach_visit (look->session, txn, look->act, look->facts, &look->denied, error);
}

static gboolean
check_words (const char *words, const FzFields *facts, GError **error)
{
  if (words != NULL && *words != '\0' && g_utf8_strlen (words, -1) <= MAX_WORDS)
    return fz_veil_check_words (words, facts, error);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请用一句话写明理由（不超过500字）。"));
  return FALSE;
}

/* The label that is signed; of a mark that is taken away, the one that stands. */
static const char *
label_of (FzSession *session, const FzFields *facts, gboolean marked, const char *reason, GError **error)
{
  const char *label = marked ? fz_desk_label (session->desk, "sensitive-reasons", reason) : fz_fields_get (facts, "visit.sensitive_label");

  if (label != NULL && (!marked || g_strcmp0 (fz_fields_get (facts, "visit.sensitive"), reason) != 0))
    return label;
  if (marked && label == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择特别敏感的类别。"));
  else
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, marked ? _ ("这次就诊已经是此类特别敏感。") : _ ("这次就诊没有特别敏感标记。"));
  return NULL;
}

FzSheet *
fz_desk_prepare_marking (FzSession *session, const char *visit, gboolean marked, const char *reason, const char *words, GError **error)
{
  Look look = { session, visit, marked ? "visit.mark" : "visit.unmark", NULL, FALSE };
  g_autoptr (FzFields) facts = NULL, body = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autofree char *id = NULL;
  const char *label;

  if (!fz_session_may (session, look.act, "visit", visit, error))
    return NULL;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, look_job, &look, error)) {
    g_clear_pointer (&look.facts, fz_fields_unref);
    return NULL;
  }
  facts = look.facts;
  if (look.denied) {
    fz_reach_refuse_visit (session, look.act, visit, error);
    return NULL;
  }
  label = label_of (session, facts, marked, reason, error);
  if (label == NULL || !check_words (words, facts, error))
    return NULL;
  sheet = fz_sheet_new (session, visit);
  id = fz_document_id (session->desk, visit, "marking");
  body = fz_body_new (session->desk, FZ_DOC_MARKING, visit, id, sheet->prepared_us);
  fz_session_put_signer (session, body, "marker");
  fz_fields_set_bool (body, "marked", marked);
  fz_fields_set (body, "reason", marked ? reason : fz_fields_get (facts, "visit.sensitive"));
  fz_fields_set (body, "reason_label", label);
  fz_fields_set (body, "words", words);
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- what for --- */

typedef struct {
  Look look;
  const char *purpose, *words;
  FzFields *payload;
} Statement;

static gboolean
state_job (FzTxn *txn, gpointer data, GError **error)
{
  Statement *statement = data;
  Look *look = &statement->look;

  if (!look_job (txn, look, error))
    return FALSE;
  if (look->denied)
    return TRUE;
  if (!fz_marking_is_on (look->facts)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这次就诊没有特别敏感标记，可以直接打开。"));
    return FALSE;
  }
  return check_words (statement->words, look->facts, error) &&
         fz_session_audit (look->session, txn, "case.purpose", "visit", look->visit, "done", statement->purpose, statement->payload, error);
}

gboolean
fz_desk_state_purpose (FzSession *session, const char *visit, const char *purpose, const char *words, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.purpose/v1");
  Statement statement = { { session, visit, "case.purpose", NULL, FALSE }, purpose, words, payload };
  const char *label;
  gboolean good;

  if (!fz_session_may (session, "case.purpose", "visit", visit, error))
    return FALSE;
  label = purpose != NULL ? fz_desk_label (session->desk, "opening-purposes", purpose) : NULL;
  if (label == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择打开这次就诊的用途。"));
    return FALSE;
  }
  fz_fields_set (payload, "purpose_label", label);
  fz_fields_set (payload, "words", words);
  good = fz_store_run (session->desk->store, FZ_TXN_RECORD, state_job, &statement, error);
  g_clear_pointer (&statement.look.facts, fz_fields_unref);
  if (!good)
    return FALSE;
  if (statement.look.denied)
    return fz_reach_refuse_visit (session, "case.purpose", visit, error);
  fz_session_state_purpose (session, visit);
  return TRUE;
}
