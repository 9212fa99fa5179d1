#include "app/desk_private.h"

#include "app/purge_plan.h"
#include "app/reading.h"
#include "app/signing.h"
#include "app/time_trust.h"
#include "app/watch.h"
#include "db/audit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PRESENCE_US (G_GINT64_CONSTANT (30) * 60 * FZ_US_PER_SECOND)

FzSession *
fz_session_ref (FzSession *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_session_unref (FzSession *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_clear_pointer (&self->person, fz_fields_unref);
  g_clear_pointer (&self->person_key, fz_secret_free);
  g_clear_pointer (&self->verifier, fz_verifier_unref);
  g_hash_table_unref (self->present);
  g_hash_table_unref (self->looked);
  g_hash_table_unref (self->patients);
  fz_purge_plan_free (self->plan);
  g_mutex_clear (&self->mutex);
  g_free (self->stated_for);
  g_free (self->id);
  g_free (self->number);
  g_free (self);
}

FzDesk *
fz_session_get_desk (FzSession *self)
{
  return self->desk;
}

FzRole
fz_session_get_role (FzSession *self)
{
  return self->role;
}

const FzFields *
fz_session_get_person (FzSession *self)
{
  return self->person;
}

gint64
fz_session_now_us (FzSession *self)
{
  return fz_desk_now_us (self->desk);
}

gboolean
fz_session_is_locked (FzSession *self)
{
  gboolean locked;

  g_mutex_lock (&self->mutex);
  locked = self->person_key == NULL;
  g_mutex_unlock (&self->mutex);
  return locked;
}

void
fz_session_put_second (FzSession *self, FzFields *status)
{
  gint64 second_us;

  g_mutex_lock (&self->mutex);
  second_us = self->second_us;
  g_mutex_unlock (&self->mutex);
  if (second_us > 0)
    fz_fields_set_time (status, "session.second_at", second_us);
}

gint64
fz_session_idle_minutes (FzSession *self)
{
  return self->idle_minutes;
}

FzSecret *
fz_session_dup_key (FzSession *self)
{
  FzSecret *copy;

  g_mutex_lock (&self->mutex);
  copy = self->person_key != NULL ? fz_secret_copy (self->person_key) : NULL;
  g_mutex_unlock (&self->mutex);
  return copy;
}

gboolean
fz_session_check_there (FzSession *self, GError **error)
{
  if (self->desk->current != self || self->desk->store == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("您已退出登录，请重新登录。"));
    return FALSE;
  }
  if (!fz_session_is_locked (self))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("屏幕已锁定，请输入口令解锁。"));
  return FALSE;
}

gboolean
fz_session_check_open (FzSession *self, GError **error)
{
  if (!fz_session_check_there (self, error))
    return FALSE;
  if (fz_session_password_days (self) > 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("您的登录口令已到期。请先在窗口中更换口令，再进行其他操作。"));
  return FALSE;
}

/* --- rights: role x act, default deny --- */

#define D (1u << FZ_ROLE_DOCTOR)
#define P (1u << FZ_ROLE_PHARMACIST)
#define A (1u << FZ_ROLE_AFFAIRS)
#define SEC (1u << FZ_ROLE_SECURITY)
#define SYS (1u << FZ_ROLE_SYSTEM)
#define AUD (1u << FZ_ROLE_AUDIT)

static const struct {
  const char *act;
  guint roles;
} rights[] = {
  { "list.waiting", D },
  { "list.mine", D },
  { "list.done", D },
  { "list.review", P },
  { "list.reviewed", P },
  { "list.dispense", P },
  { "list.sent", P },
  { "list.dispensed", P },
  { "list.visits", A },
  { "list.rx", A },
  { "list.outbox", A | SYS },
  { "list.staff", A | SEC },
  { "list.audit", AUD },
  { "list.deadlines", D | P | A | SYS | SEC },
  { "case.read", D | P },
  { "case.read_masked", A },
  { "case.purpose", D | P },
  { "access.open", D | P },
  { "access.list", D | P | A | AUD },
  { "access.review", A | AUD }, /* another natural person than who opened: core/access.c */
  { "evidence.read", D | P },
  { "patient.reveal", D | P | A },
  { "visit.intake", D | A },
  { "visit.consent", D | A },
  { "visit.withdraw", D | A },
  { "visit.mark", D | A },
  { "visit.unmark", A }, /* core/case.c */
  { "queue.limit", A },
  { "queue.payment", A },
  { "record.import", D | A },
  { "record.print", D | A }, /* what record.export and a grant let see: app/record_print.c */
  { "record.export", D | A }, /* a doctor their own without who it is; all else by a grant of another natural person: app/exchange_export.c */
  { "visit.take", D },
  { "visit.write", D },
  { "draft.read", D },
  { "talk.read", D },
  { "talk.write", D },
  { "video.set", SYS },
  { "talk.complaint", A }, /* of a complaint in hand that names the visit */
  { "hand.read", D },
  { "hand.keep", D },
  { "prescription.read", D | P },
  { "prescription.review", P },
  { "prescription.confirm", D },
  { "monitor.list", D },
  { "prescription.monitor", D },
  { "prescription.prepare", P },
  { "prescription.check", P },
  { "prescription.dispense", P },
  { "prescription.deliver", P },
  { "prescription.void", D | P },
  { "prescription.export", D | P },
  { "prescription.preview", D | P },
  { "prescription.print", D | P },
  { "search", D | P },
  { "overview", A },
  { "upload.decide", A },
  { "front.read", A | SYS }, /* how it stands, with numbers of visits */
  { "front.list", A },
  { "front.configure", SYS },
  { "front.decide", A },
  { "upload.configure", SYS },
  { "upload.preflight", A | SYS },
  { "opening.read", A | SYS | SEC }, /* what is still to do, by number of people and of medicines */
  { "upload.run", D | P | A | SYS | SEC | AUD }, /* the engine ships what is sealed; it shows nobody anything */
  { "import", A },
  { "catalogue.read", P | A },
  { "catalogue.propose", P | A },
  { "catalogue.decide", P | A }, /* another natural person than who proposed: core/catalogue_change.c */
  { "catalogue.remove", P | A },
  { "register.read", D | P | A },  /* which register, and whose entries: the register's own definition */
  { "register.write", D | P | A },
  { "portal.read", A },
  { "portal.export", A },
  { "register.import", A },
  { "record.copy", A }, /* by a grant of another natural person: app/exchange_export.c */
  { "recall.trace", A }, /* by a grant of another natural person: app/recall.c */
  { "downtime.sheet", D | P | A },
  { "register.export", A }, /* everybody's entries at once */
  { "publication.export", A },
  { "report", A },
  { "report.print", A },
  { "inspection.seal", A },
  { "deadlines.export", A },
  { "deadlines.told", D | P | A | SEC | SYS | AUD }, /* only what the office that this person holds is told */
  { "inspection.export", A }, /* by a grant of another natural person: core/grant.c */
  { "report.profile", P | A }, /* and a grant: app/profile.c */
  { "comment.plans", P | A | SEC },
  { "comment.list", D | P | A }, /* a doctor: what was said on their own prescriptions */
  { "comment.read", D | P | A },
  { "comment.plan", A },
  { "comment.approve", A | SEC }, /* another natural person than who drew it: core/comment.c */
  { "comment.write", P | A }, /* a prescription the one, a record the other: core/comment.c */
  { "comment.confirm", P | A },
  { "comment.reply", D },
  { "comment.answer", P | A },
  { "comment.rectify", D },
  { "comment.evaluate", A },
  { "comment.announce", A },
  { "audit.verify", AUD },
  { "audit.outside", AUD },
  { "rebuild", AUD },
  { "keys.list", AUD | SEC },
  { "keys.revoke", SEC },
  { "keys.renew", SEC },
  { "keys.rotate", SEC },
  { "signer.configure", SEC },
  { "rules.read", D | P | A | SEC | SYS | AUD }, /* everybody may read what they work by */
  { "rules.propose", A },
  { "rules.decide", A | SEC }, /* another natural person than who proposed: core/rules_version.c */
  { "rules.try", A },
  { "knowledge.read", D | P | A | SEC | SYS | AUD },
  { "knowledge.propose", A },
  { "knowledge.try", P | A | SEC },
  { "knowledge.decide", P | A | SEC }, /* another natural person than who proposed: core/knowledge_version.c */
  { "purge.plan", A | SYS },
  { "purge.run", A | SYS }, /* by a grant of another natural person: core/grant.c */
  { "grant.list", D | P | A | SEC | SYS | AUD }, /* whose: app/grant_ask.c */
  { "grant.ask", D | P | A | SEC | SYS | AUD },  /* for what: by kind, core/grant.c */
  { "grant.decide", A | SEC },                   /* another natural person than who asked: core/grant.c */
  { "alarm.list", SEC | AUD },
  { "alarm.settle", SEC },
  { "staff.manage", SEC },
  { "idle.read", D | P | A | SEC | SYS | AUD },
  { "idle.set", SEC },
  { "admission.list", A | SEC | SYS },
  { "admission.decide", A | SEC | SYS }, /* another natural person than who handed out the code, and than whose account it is: core/admission.c */
  { "staff.amend", A | SEC },
  { "institution.read", A | SEC },
  { "institution.amend", A },
  { "duty.list", D | P | A | SEC },
  { "duty.put", P | A }, /* a pharmacist for themselves only */
  { "backup", SYS },
};

#undef D
#undef P
#undef A
#undef SEC
#undef SYS
#undef AUD

static gboolean
role_may (FzRole role, const char *act)
{
  for (guint i = 0; i < G_N_ELEMENTS (rights); i++)
    if (g_str_equal (rights[i].act, act))
      return (rights[i].roles & (1u << role)) != 0;
  return FALSE; /* an act nobody wrote into the table is nobody's */
}

typedef struct {
  FzSession *session;
  const char *act, *subject_kind, *subject;
} Denial;

static gboolean
audit_denial (FzTxn *txn, gpointer data, GError **error)
{
  Denial *denial = data;

  return fz_session_audit (denial->session, txn, denial->act, denial->subject_kind, denial->subject, "denied", NULL, NULL, error);
}

gboolean
fz_session_may (FzSession *session, const char *act, const char *subject_kind, const char *subject, GError **error)
{
  g_autofree char *sentence = NULL;

  if (!fz_session_check_open (session, error))
    return FALSE;
  if (role_may (session->role, act))
    return fz_reading_is (act) || fz_reading_check_writes (session->desk, error);
  sentence = g_strdup_printf (_ ("您以“%s”身份登录，没有进行此项操作的权限。此次尝试已记入审计。"), fz_role_label (session->role));
  return fz_session_deny (session, act, subject_kind, subject, sentence, error);
}

gboolean
fz_session_deny (FzSession *session, const char *act, const char *subject_kind, const char *subject, const char *sentence, GError **error)
{
  Denial denial = { session, act, subject_kind, subject };

  if (fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_denial, &denial, error))
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, sentence);
  return FALSE;
}

gboolean
fz_session_audit (FzSession *session, FzTxn *txn, const char *action, const char *subject_kind, const char *subject,
                  const char *outcome, const char *reason, const FzFields *payload, GError **error)
{
  FzAuditEntry entry = { .actor = session->number,
                         .role = fz_role_to_word (session->role),
                         .session = session->id,
                         .action = action,
                         .subject_kind = subject_kind,
                         .subject = subject,
                         .outcome = outcome,
                         .reason = reason,
                         .payload = payload };

  return fz_audit_append (txn, &entry, NULL, error) && fz_watch_note (session, txn, action, subject, outcome, error);
}

typedef struct {
  FzSession *session;
  const char *action, *subject_kind, *subject, *reason;
} Fail;

static gboolean
audit_fail (FzTxn *txn, gpointer data, GError **error)
{
  Fail *fail = data;

  return fz_session_audit (fail->session, txn, fail->action, fail->subject_kind, fail->subject, "failed", fail->reason, NULL, error);
}

gboolean
fz_session_fail (FzSession *session, const char *action, const char *subject_kind, const char *subject, GError *take_why, GError **error)
{
  Fail fail = { session, action, subject_kind, subject, take_why->message };

  fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_fail, &fail, NULL);
  g_propagate_error (error, take_why);
  return FALSE;
}

typedef struct {
  FzSession *session;
  const char *action, *subject_kind, *subject;
} Look;

static gboolean
audit_look (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;

  return fz_session_audit (look->session, txn, look->action, look->subject_kind, look->subject, "done", NULL, NULL, error);
}

gboolean
fz_session_look (FzSession *session, const char *action, const char *subject_kind, const char *subject, GError **error)
{
  Look look = { session, action, subject_kind, subject };
  g_autofree char *what = g_strconcat (action, "\n", subject, NULL);
  gboolean known;

  g_mutex_lock (&session->mutex);
  known = g_hash_table_contains (session->looked, what);
  g_mutex_unlock (&session->mutex);
  if (known)
    return TRUE;
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_look, &look, error))
    return FALSE;
  g_mutex_lock (&session->mutex);
  g_hash_table_add (session->looked, g_steal_pointer (&what));
  g_mutex_unlock (&session->mutex);
  return TRUE;
}

/* --- the person in documents --- */

/* Signed with the document, so in one language. */
#define UNCONFIRMED "%s（签名时间未经核对）"

void
fz_session_put_signer (FzSession *session, FzFields *body, const char *prefix)
{
  static const char *const keys[] = { "name", "person", "licence", "title", "title_label" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *key = g_strdup_printf ("%s.%s", prefix, keys[i]);

    fz_fields_set (body, key, fz_fields_get (session->person, keys[i]));
  }
  {
    g_autofree char *number = g_strconcat (prefix, ".staff_number", NULL), *key = g_strconcat (prefix, ".key", NULL);
    g_autofree char *signature = g_strconcat (prefix, ".signature", NULL), *certificate = g_strconcat (prefix, ".certificate_sha256", NULL);
    g_autofree char *how = NULL;
    gint64 off_us;

    /* In the words that are signed and shown, not only in the log. */
    how = g_strcmp0 (fz_time_trust (session->desk, &off_us), "none") == 0 ? g_strdup_printf (UNCONFIRMED, fz_signing_words (session->person))
                                                                          : g_strdup (fz_signing_words (session->person));
    fz_fields_set (body, number, session->number);
    fz_fields_set (body, key, fz_verifier_get_name (session->verifier));
    fz_fields_set (body, signature, how);
    fz_fields_set (body, certificate, fz_fields_get (session->person, "signer.certificate"));
  }
}

/* --- being there --- */

void
fz_session_touch (FzSession *session, const char *visit)
{
  gint64 *at = g_new (gint64, 1);

  *at = fz_session_now_us (session);
  g_mutex_lock (&session->mutex);
  g_hash_table_replace (session->present, g_strdup (visit), at);
  g_mutex_unlock (&session->mutex);
}

gboolean
fz_session_is_present (FzSession *session, const char *visit)
{
  gint64 *at;
  gboolean present;

  g_mutex_lock (&session->mutex);
  at = g_hash_table_lookup (session->present, visit);
  present = at != NULL && fz_session_now_us (session) - *at < PRESENCE_US;
  g_mutex_unlock (&session->mutex);
  return present;
}

/* --- what a specially sensitive case is opened for --- */

void
fz_session_state_purpose (FzSession *session, const char *visit)
{
  g_mutex_lock (&session->mutex);
  g_free (session->stated_for);
  session->stated_for = g_strdup (visit);
  session->stated_us = fz_session_now_us (session);
  g_mutex_unlock (&session->mutex);
}

gboolean
fz_session_has_purpose (FzSession *session, const char *visit, gboolean opens)
{
  gboolean stated;

  g_mutex_lock (&session->mutex);
  if (opens && g_strcmp0 (session->stated_for, visit) != 0)
    g_clear_pointer (&session->stated_for, g_free);
  stated = g_strcmp0 (session->stated_for, visit) == 0 && visit != NULL && fz_session_now_us (session) - session->stated_us < PRESENCE_US;
  g_mutex_unlock (&session->mutex);
  return stated;
}

/* --- what was opened --- */

void
fz_session_remember (FzSession *session, const char *visit, const FzFields *facts, const FzFields *taken)
{
  FzFields *kept = fz_fields_dup (taken, "fuzhen.patient/v1");

  for (guint i = 0; i < fz_fields_count (facts, "allergy"); i++)
    fz_fields_set_at (kept, "allergy", i, NULL, fz_fields_get_at (facts, "allergy", i, NULL));
  g_mutex_lock (&session->mutex);
  g_hash_table_replace (session->patients, g_strdup (visit), fz_fields_freeze (kept));
  g_mutex_unlock (&session->mutex);
}

FzFields *
fz_session_dup_patient (FzSession *session, const char *visit)
{
  FzFields *kept;

  g_mutex_lock (&session->mutex);
  kept = g_hash_table_lookup (session->patients, visit);
  if (kept != NULL)
    fz_fields_ref (kept);
  g_mutex_unlock (&session->mutex);
  return kept;
}

/* --- off the main thread --- */

static gint running; /* calls that have not come back */

typedef struct {
  FzSession *session;
  FzCall call;
  gpointer data;
  GDestroyNotify free_data, free_result;
  GAsyncReadyCallback callback;
  gpointer user_data;
} Call;

/* Whatever the call holds goes here and not with the task, whose last reference the worker may drop. */
static void
on_back (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;

  g_atomic_int_add (&running, -1);
  call->callback (source, result, call->user_data);
  if (call->free_data != NULL)
    call->free_data (call->data);
  if (call->session != NULL)
    fz_session_unref (call->session);
  g_free (call);
}

static void
run_call (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Call *call = task_data;
  GError *error = NULL;
  gpointer result = call->call (call->session, call->data, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->free_result);
}

void
fz_call_async (FzSession *session, FzCall function, gpointer data, GDestroyNotify free_data, GDestroyNotify free_result,
               GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call = g_new0 (Call, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_back, call);

  call->session = session != NULL ? fz_session_ref (session) : NULL;
  call->call = function;
  call->data = data;
  call->free_data = free_data;
  call->free_result = free_result;
  call->callback = callback;
  call->user_data = user_data;
  g_task_set_task_data (task, call, NULL);
  g_atomic_int_inc (&running);
  g_task_run_in_thread (task, run_call);
}

guint
fz_calls_running (void)
{
  return (guint) g_atomic_int_get (&running);
}

gpointer
fz_call_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
