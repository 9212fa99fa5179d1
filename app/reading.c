#include "app/reading.h"

#include "app/watch.h"
#include "db/audit.h"
#include "db/grants.h"
#include "db/journal.h"
#include "db/prints.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static const char *const reading[] = {
  "list.waiting", "list.mine", "list.done", "list.review", "list.reviewed", "list.dispense", "list.sent", "list.dispensed", "list.visits",
  "list.rx", "list.outbox", "list.staff", "list.audit", "list.deadlines", "deadlines.export", "deadlines.told", "front.read", "front.list", "case.read", "case.read_masked", "case.purpose", "evidence.read", "patient.reveal",
  "draft.read", "hand.read", "monitor.list", "talk.read", "talk.complaint", "record.export", "record.preview", "record.print", "portal.read", "upload.preflight", "opening.read",
  "access.list", "prescription.read", "prescription.export", "prescription.preview", "prescription.print", "search", "overview", "catalogue.read",
  "register.read", "register.export", "report", "report.print", "inspection.export", "inspection.seal", "comment.plans", "comment.list", "comment.read", "audit.verify", "rebuild",
  "keys.list", "rules.read", "knowledge.read", "grant.list", "alarm.list", "idle.read", "admission.list", "institution.read", "duty.list", NULL
};

gboolean
fz_reading_is (const char *act)
{
  return g_strv_contains (reading, act);
}

gboolean
fz_reading_check_writes (FzDesk *desk, GError **error)
{
  g_autofree char *why = NULL;

  if (desk->store == NULL || !fz_store_is_read_only (desk->store, &why))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, why);
  return FALSE;
}

gboolean
fz_session_is_read_only (FzSession *session, char **out_why)
{
  return session->desk->store != NULL && fz_store_is_read_only (session->desk->store, out_why);
}

/* --- into the log --- */

static gboolean
is_done (const FzFields *entry, const char *action)
{
  return g_strcmp0 (fz_fields_get (entry, "action"), action) == 0 && g_strcmp0 (fz_fields_get (entry, "outcome"), "done") == 0;
}

/* What a reading would have counted, had it been able to. A grant that is not there, or ended since, was used all the same: its entry stands in the log,
 * its count has no place. */
static gboolean
count (FzDesk *desk, FzTxn *txn, const FzFields *entry, GError **error)
{
  const char *subject = fz_fields_get (entry, "subject"), *actor = fz_fields_get (entry, "actor");
  guint times = 0;

  if (is_done (entry, "prescription.print") && !fz_prints_add (txn, subject, &times, error))
    return FALSE;
  if (is_done (entry, "grant.use") || is_done (entry, "profiling.use")) {
    g_autoptr (FzFields) payload = fz_fields_dup_below (entry, "payload", "fuzhen.grant_use/v1");
    g_autoptr (FzFields) scope = fz_fields_dup_below (payload, "scope", "fuzhen.grant_scope/v1"), grant = fz_grants_get (txn, subject, NULL);
    g_autoptr (GError) gone = NULL;
    gint64 position = 0;

    if (grant != NULL && !fz_grants_add_use (txn, subject, actor, scope, &position, &gone))
      g_warning ("use of %s not counted: %s", subject, gone->message);
  }
  return fz_watch_note_of (desk, txn, entry, error);
}

typedef struct {
  FzDesk *desk;
  FzTxn *txn;
  guint n;
  char *why, *damage;
} Taking;

/* Under its own action and person; when it happened stands in the payload, since the entry's own time is that of the log. */
static gboolean
enter (const FzFields *entry, gpointer data, GError **error)
{
  Taking *taking = data;
  static const char *const kept[] = { "at", "boot", "log_size", "mono_ms", "number", "time_trust" };
  g_autoptr (FzFields) was = fz_fields_dup_below (entry, "payload", "fuzhen.journal_payload/v1"), payload = fz_fields_new ("fuzhen.audit_journal/v1");
  FzAuditEntry audit = { .actor = fz_fields_get (entry, "actor"),
                         .role = fz_fields_get (entry, "role"),
                         .session = fz_fields_get (entry, "session"),
                         .action = fz_fields_get (entry, "action"),
                         .subject_kind = fz_fields_get (entry, "subject_kind"),
                         .subject = fz_fields_get (entry, "subject"),
                         .outcome = fz_fields_get (entry, "outcome"),
                         .reason = fz_fields_get (entry, "reason"),
                         .payload = payload };

  fz_fields_merge (payload, NULL, was);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    g_autofree char *key = g_strconcat ("journal.", kept[i], NULL);

    fz_fields_set (payload, key, fz_fields_get (entry, kept[i]));
  }
  if (taking->why == NULL)
    taking->why = g_strdup (fz_fields_get (entry, "why"));
  return fz_audit_append (taking->txn, &audit, NULL, error) && count (taking->desk, taking->txn, entry, error);
}

static gboolean
note (FzTxn *txn, const char *outcome, const char *reason, guint n, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_journal_taken/v1");
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "store.journal", .subject_kind = "store", .outcome = outcome, .reason = reason,
                         .payload = payload };

  fz_fields_set_int (payload, "entries", n);
  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
take_job (FzTxn *txn, gpointer data, GError **error)
{
  Taking *taking = data;

  taking->txn = txn;
  return fz_journal_take (txn, enter, taking, &taking->n, error) &&
         (taking->n == 0 || (note (txn, "done", taking->why, taking->n, error) && fz_audit_checkpoint (txn, error)));
}

static gboolean
damage_job (FzTxn *txn, gpointer data, GError **error)
{
  const Taking *taking = data;

  return note (txn, "failed", taking->damage, 0, error);
}

/* A journal that was tampered with keeps nobody from working: it was set aside, and the log says so for good. */
static gboolean
tell_damage (FzDesk *desk, const GError *why, GError **error)
{
  Taking taking = { .desk = desk, .damage = why->message };

  return fz_store_run (desk->store, FZ_TXN_RECORD, damage_job, &taking, error);
}

static gboolean
take_in (FzDesk *desk, GError **error)
{
  Taking taking = { .desk = desk };
  g_autoptr (GError) why = NULL;
  gboolean good = !fz_journal_is_there (desk->store) || fz_store_run (desk->store, FZ_TXN_RECORD, take_job, &taking, &why);

  g_free (taking.why);
  if (good)
    return TRUE;
  if (why->code == FZ_ERROR_CORRUPT && !fz_journal_is_there (desk->store))
    return tell_damage (desk, why, error);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_reading_begin (FzDesk *desk, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (!fz_store_is_read_only (desk->store, NULL))
    return take_in (desk, error);
  if (fz_journal_open (desk->store, &why))
    return TRUE;
  if (why->code == FZ_ERROR_CORRUPT && fz_journal_open (desk->store, error))
    return tell_damage (desk, why, error);
  if (error == NULL || *error == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}
