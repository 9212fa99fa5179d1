#include "tests/desk/watch.h"

#include "app/desk_private.h"
#include "db/audit.h"

/* What leaves no entry of its own, and why it need not. A name that is not here leaves one each time. */
static const char *const silent[] = {
  /* one entry a session, the first time; no more for drawing the same page again */
  "list", "list_deadlines", "list_told", "list_monitors", "list_access", "list_alarms", "list_reactions", "list_front",
  /* of a visit whose opening has an entry in this session; what comes of it is signed, or gone */
  "check_taking", "check_draft", "get_draft", "talk_state", "list_talk", "see_talk", "save_draft", "search_drugs", "release_review",
  /* a draft of what the house will sign: the signature is the act */
  "check_reason", "check_rules", "check_catalogue_change", "get_rules_draft", "save_rules_draft", "import_rules",
  /* a printout that is put together: adding a prescription and printing have entries */
  "printout_new",
  /* what the house publishes or arranges: no patient in it */
  "codes", "usual_line", "search_herbs", "search_tcm", "search_diagnoses", "consent_text", "compute_draft", "list_hand", "list_phrases", "list_agreements",
  "list_registers", "read_register", "list_reports", "list_report_filters", "list_duty", "list_grant_kinds", "list_grants", "find_grant", "list_comment_plans", "list_catalogue_changes",
  "list_catalogue_lines", "list_staged", "read_catalogue", "read_institution", "list_admissions", "rules_versions", "read_rules", "read_rules_consent",
  "knowledge_versions", "read_knowledge", "outside",
  /* numbers only */
  "overview", "status", "read_front", "list_drafts",
  /* each bundle taken in, and each printed prescription, has its entry: of none there is none */
  "intake", "print_failed",
  /* the clock's and the outbox's own entries are those of what they do */
  "tick", "write_handouts", "make_scheduled_reports", "check_indicators", "upload_start", "upload_once", "connect_front",
};

static gboolean
is_silent (const char *name)
{
  if (g_str_has_prefix (name, "prepare_")) /* a text to be signed, of what was opened before: the signature is the act */
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    if (g_str_equal (silent[i], name))
      return TRUE;
  return FALSE;
}

static gboolean
read_size (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_head (txn, data, NULL, NULL, error);
}

guint64
watch_before (FzSession *session)
{
  guint64 size = 0;

  if (session->desk->store != NULL)
    fz_store_run (session->desk->store, FZ_TXN_READ, read_size, &size, NULL);
  return size;
}

/* The log may be another one after a store was put back: then there is nothing to compare. */
void
watch_after (FzSession *session, const char *name, guint64 before, gboolean gave)
{
  if (fz_session_is_read_only (session, NULL)) /* there the journal has it: tests/desk/reading.c */
    return;
  if (gave && !is_silent (name) && session->desk->store != NULL && watch_before (session) == before)
    g_error ("fz_desk_%s by %s gave something and left no entry in the audit log", name, session->number);
}
