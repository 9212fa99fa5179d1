#include "app/reach.h"

#include "app/access.h"
#include "app/department.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

/* --- act x role x whose --- */

#define D (1u << FZ_ROLE_DOCTOR)
#define P (1u << FZ_ROLE_PHARMACIST)
#define A (1u << FZ_ROLE_AFFAIRS)
#define SEC (1u << FZ_ROLE_SECURITY)

static const struct {
  const char *act;
  guint roles[FZ_N_REACHES]; /* free, own, colleague's, other */
} reaches[] = {
  { "case.read", { D | P, D | P, 0, 0 } },
  { "case.purpose", { D | P, D | P, 0, 0 } },
  { "evidence.read", { D | P, D | P, 0, 0 } },
  { "patient.reveal", { D | P | A, D | P, A, A } }, /* one field, with a purpose */
  { "record.import", { D | A, D, A, A } },
  { "record.export", { A, D | A, A, A } }, /* and a grant, where app/exchange_export.c asks one */
  { "visit.take", { D, D, 0, 0 } },
  { "visit.write", { D, D, 0, 0 } }, /* free: what was looked for before taking is kept in the draft */
  { "draft.read", { D, D, 0, 0 } },
  { "talk.read", { D, D, 0, 0 } },
  { "talk.write", { 0, D, 0, 0 } },
  { "talk.complaint", { A, A, A, A } }, /* affairs owns no visit; which complaint: app/talk_complaint.c */
  { "visit.consent", { D | A, D, A, A } }, /* affairs owns no visit and may help with any */
  { "visit.withdraw", { D | A, D, A, A } },
  { "visit.mark", { A, D, A, A } },
  { "visit.unmark", { A, 0, A, A } },
  { "prescription.read", { P, D | P, 0, 0 } },
  { "prescription.review", { P, P, 0, 0 } },
  { "prescription.confirm", { 0, D, 0, 0 } },
  { "prescription.monitor", { 0, D, 0, 0 } },
  { "prescription.prepare", { P, P, 0, 0 } },
  { "prescription.check", { P, P, 0, 0 } },
  { "prescription.dispense", { P, P, 0, 0 } },
  { "prescription.deliver", { P, P, 0, 0 } },
  { "prescription.void", { P, D | P, 0, 0 } },
  { "prescription.export", { P, D | P, 0, P } }, /* the pharmacy keeps the prescriptions (处方管理办法 art. 50); the record and its evidence are not in them */
  { "prescription.preview", { P, D | P, 0, P } },
  { "prescription.print", { P, D | P, 0, P } },
  { "register.read", { 0, D | P | A, A, A } },
  { "register.write", { 0, D | P | A, A, A } },
  { "duty.put", { 0, P | A, A, A } },
  { "staff.manage", { 0, 0, SEC, SEC } }, /* nobody keeps their own account */
};

#undef D
#undef P
#undef A
#undef SEC

gboolean
fz_reach_allows (FzRole role, const char *act, FzReach reach)
{
  for (guint i = 0; i < G_N_ELEMENTS (reaches); i++)
    if (g_str_equal (reaches[i].act, act))
      return (reaches[i].roles[reach] & (1u << role)) != 0;
  return FALSE;
}

/* --- whose it is --- */

static gboolean
is_me (const FzSession *session, const FzFields *facts, const char *key)
{
  const char *person = fz_fields_get (facts, key);

  return person != NULL && g_strcmp0 (person, fz_fields_get (session->person, "person")) == 0;
}

static gboolean
is_open (const FzFields *visit)
{
  FzStage stage = FZ_STAGE_NONE;

  fz_stage_from_word (fz_fields_get (visit, "visit.stage"), &stage);
  return stage == FZ_STAGE_WAITING || stage == FZ_STAGE_TAKEN || stage == FZ_STAGE_RECORDED;
}

static gboolean
is_today (const FzSession *session, const FzFields *facts, const char *key)
{
  gint64 us = 0;
  FzDate today = fz_date_in_beijing (fz_desk_now_us (session->desk));

  return fz_fields_get_time (facts, key, &us) && us >= fz_date_beijing_start_us (today);
}

static FzReach
somebody_elses (const FzSession *session, const FzFields *visit)
{
  const char *department = fz_fields_get (visit, "visit.department");
  gboolean same = department != NULL && fz_department_is_own (fz_fields_get (session->person, "department"), department);

  return session->role == FZ_ROLE_DOCTOR && same ? FZ_REACH_COLLEAGUE : FZ_REACH_OTHER;
}

static FzReach
of_visit (const FzSession *session, const FzFields *visit)
{
  if (session->role == FZ_ROLE_DOCTOR && is_me (session, visit, "visit.holder"))
    return FZ_REACH_OWN;
  if (!fz_fields_has (visit, "visit.holder") && (is_open (visit) || is_today (session, visit, "visit.ended_at")))
    return FZ_REACH_FREE;
  return somebody_elses (session, visit);
}

static gboolean
is_in_work (const FzSession *session, const FzFields *rx)
{
  FzRxStage stage = FZ_RX_NONE;

  fz_rx_stage_from_word (fz_fields_get (rx, "rx.stage"), &stage);
  return stage == FZ_RX_SIGNED || stage == FZ_RX_EFFECTIVE || fz_fields_has (rx, "rx.sent_at") || is_today (session, rx, "rx.reviewed_at") ||
         is_today (session, rx, "rx.dispensed_at");
}

static FzReach
of_rx (const FzSession *session, const FzFields *visit, const FzFields *rx)
{
  if (session->role == FZ_ROLE_PHARMACIST)
    return is_in_work (session, rx) ? FZ_REACH_FREE : is_me (session, rx, "pharmacist.person") ? FZ_REACH_OWN : FZ_REACH_OTHER;
  if (session->role == FZ_ROLE_DOCTOR && (is_me (session, visit, "visit.holder") || is_me (session, rx, "doctor.person")))
    return FZ_REACH_OWN;
  return somebody_elses (session, visit);
}

/* A pharmacist has to do with a visit through its prescriptions, the nearest of them. */
static gboolean
of_visit_by_rx (FzSession *session, FzTxn *txn, const FzFields *visit, FzReach *out, GError **error)
{
  g_autoptr (GPtrArray) rx = fz_rx_of_visit (txn, fz_fields_get (visit, "visit.id"), error);

  *out = FZ_REACH_OTHER;
  for (guint i = 0; rx != NULL && i < rx->len; i++)
    *out = MIN (*out, of_rx (session, visit, rx->pdata[i]));
  return rx != NULL;
}

/* --- may this session --- */

/* What an opening in need lets somebody do with a case that is not theirs: look (app/access.h). */
static gboolean
is_look (const char *act)
{
  return g_str_equal (act, "case.read") || g_str_equal (act, "case.purpose") || g_str_equal (act, "evidence.read") || g_str_equal (act, "prescription.read") ||
         g_str_equal (act, "talk.read");
}

/* A specially sensitive case stays shut to everybody at work but its doctor until they said what they open it for. Medical affairs reads no case. */
static gboolean
check_purpose (FzSession *session, const char *act, const FzFields *visit, FzReach reach, GError **error)
{
  gboolean opens = g_str_equal (act, "case.read") || g_str_equal (act, "prescription.read");
  gboolean stated = fz_session_has_purpose (session, fz_fields_get (visit, "visit.id"), opens);

  if (stated || !fz_fields_has (visit, "visit.sensitive") || g_str_equal (act, "case.purpose") || session->role == FZ_ROLE_AFFAIRS ||
      (session->role == FZ_ROLE_DOCTOR && reach == FZ_REACH_OWN))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_PURPOSE, _ ("这次就诊标为特别敏感。请先写明打开它的用途；用途、时间和您的姓名都会记入审计。"));
  return FALSE;
}

static gboolean
judge (FzSession *session, FzTxn *txn, const char *act, const FzFields *visit, FzReach reach, gboolean *out_denied, GError **error)
{
  gboolean open = FALSE;

  *out_denied = !fz_reach_allows (session->role, act, reach);
  if (!*out_denied)
    return check_purpose (session, act, visit, reach, error);
  if (!is_look (act) || !fz_reach_allows (session->role, act, FZ_REACH_OWN))
    return TRUE;
  if (!fz_access_is_open (session, txn, fz_fields_get (visit, "visit.id"), &open, error))
    return FALSE;
  *out_denied = !open;
  return *out_denied || check_purpose (session, act, visit, reach, error);
}

gboolean
fz_reach_visit (FzSession *session, FzTxn *txn, const char *act, const FzFields *visit, gboolean *out_denied, GError **error)
{
  FzReach reach = of_visit (session, visit);

  if (session->role == FZ_ROLE_PHARMACIST && !of_visit_by_rx (session, txn, visit, &reach, error))
    return FALSE;
  return judge (session, txn, act, visit, reach, out_denied, error);
}

gboolean
fz_reach_rx (FzSession *session, FzTxn *txn, const char *act, const FzFields *visit, const FzFields *rx, gboolean *out_denied, GError **error)
{
  return judge (session, txn, act, visit, of_rx (session, visit, rx), out_denied, error);
}

gboolean
fz_reach_person (const FzSession *session, const char *act, const char *person)
{
  gboolean own = g_strcmp0 (person, fz_fields_get (session->person, "person")) == 0;

  return fz_reach_allows (session->role, act, own ? FZ_REACH_OWN : FZ_REACH_OTHER);
}

gboolean
fz_reach_refuse_visit (FzSession *session, const char *act, const char *visit, GError **error)
{
  return fz_session_deny (session, act, "visit", visit,
                          session->role == FZ_ROLE_DOCTOR ? _ ("这次就诊由其他医师接诊，您不能查看。") : _ ("这次就诊没有您正在经办的处方，您不能查看。"), error);
}

gboolean
fz_reach_refuse_rx (FzSession *session, const char *act, const char *rx, GError **error)
{
  return fz_session_deny (session, act, "prescription", rx,
                          session->role == FZ_ROLE_DOCTOR ? _ ("这张处方由其他医师开具，您不能查看。") : _ ("这张处方已经办结，审核药师也不是您，您不能查看。"),
                          error);
}
