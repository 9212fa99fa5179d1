/* Reports: read once, fixed at a document and a log size, shown and written from one structure (报表). Those that count medicines need a grant. */
#include "app/affairs.h"
#include "app/comment_report.h"
#include "app/desk_private.h"
#include "app/grant.h"
#include "app/paper/report.h"
#include "app/profile.h"
#include "app/report_parts.h"
#include "app/watch.h"
#include "db/audit.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

typedef struct {
  FzSession *session;
  const char *name, *format;
  guint64 documents, audit_size;
  FzFields *scope; /* of what needs a grant; NULL: it needs none */
  char *grant;
} Basis;

static void
basis_clear (Basis *basis)
{
  g_clear_pointer (&basis->scope, fz_fields_unref);
  g_clear_pointer (&basis->grant, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Basis, basis_clear)

/* Those that no plan makes. */
static const struct {
  const char *name, *title, *words;
  gboolean grant;
} own[] = { { "daily", N_ ("就诊与处方日报"), N_ ("就诊、处方、审核、等待和终止原因"), FALSE },
            { "comment", N_ ("处方点评统计"), N_ ("张数、合理率、代码、科室和样本，按样本的末日"), FALSE },
            { "drug-use", N_ ("药品使用情况（按药品）"), N_ ("按药品的处方数和数量，须经授权"), TRUE },
            { "drug-department", N_ ("药品使用情况（按药品和科室）"), N_ ("按药品和科室，须经授权"), TRUE },
            { "drug-doctor", N_ ("药品使用情况（按药品和医师）"), N_ ("按药品和医师，须经授权"), TRUE },
            { "antibacterial", N_ ("抗菌药物处方比例"), N_ ("全院和各科室，须经授权"), TRUE } };

static void
add_own (GPtrArray *rows, gboolean grant)
{
  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    FzFields *row = own[i].grant == grant ? fz_fields_new ("fuzhen.report_name/v1") : NULL;

    if (row == NULL)
      continue;
    fz_fields_set (row, "name", own[i].name);
    fz_fields_set (row, "title", _ (own[i].title));
    fz_fields_set (row, "words", _ (own[i].words));
    fz_fields_set_bool (row, "grant", grant);
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
}

GPtrArray *
fz_desk_list_reports (FzSession *session, GError **error)
{
  GPtrArray *rows;

  if (!fz_session_may (session, "report", "report", NULL, error))
    return NULL;
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  add_own (rows, FALSE);
  for (guint i = 0; i < session->desk->reports->len; i++) {
    const FzReportPlan *plan = session->desk->reports->pdata[i];
    FzFields *row = fz_fields_new ("fuzhen.report_name/v1");

    fz_fields_set (row, "name", fz_report_plan_get_name (plan));
    fz_fields_set (row, "title", fz_report_say (fz_report_plan_get_title (plan), fz_report_plan_get_title_en (plan)));
    fz_fields_set (row, "words", fz_report_say (fz_report_plan_get_words (plan), fz_report_plan_get_words_en (plan)));
    fz_fields_set (row, "period", fz_report_plan_get_period (plan));
    fz_fields_set_bool (row, "grant", FALSE);
    for (guint k = 0; fz_report_plan_get_rows (plan)[k] != NULL; k++)
      fz_fields_set_at (row, "row", k, NULL, fz_report_plan_get_rows (plan)[k]);
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
  add_own (rows, TRUE);
  return rows;
}

static gboolean
read_basis (FzTxn *txn, gpointer data, GError **error)
{
  Basis *basis = data;
  FzHash root;

  return fz_documents_newest (txn, &basis->documents, error) && fz_audit_head (txn, &basis->audit_size, &root, NULL, error);
}

/* Each report counts, also the same again. */
static gboolean
spend (const Basis *basis, FzTxn *txn, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%s %" PRIu64, basis->name, basis->audit_size);

  return fz_watch_spend (basis->session, txn, "report", at, error);
}

static gboolean
audit_report (FzTxn *txn, gpointer data, GError **error)
{
  Basis *basis = data;

  if (basis->scope != NULL && !spend (basis, txn, error))
    return FALSE;
  if (basis->scope != NULL && !fz_grant_use (basis->session, txn, "profiling", basis->scope, &basis->grant, error))
    return FALSE;
  return fz_session_audit (basis->session, txn, basis->format != NULL ? "report.export" : "report.read", "report", basis->name, "done",
                           basis->format, NULL, error);
}

static FzReport *
build (FzSession *session, const Basis *basis, GPtrArray *visits, GPtrArray *rx, const FzFields *uploads, const FzReportFrame *frame, GError **error)
{
  if (basis->scope != NULL)
    return fz_profile_report (session, basis->name, basis->grant, frame, error);
  if (fz_report_plan_find (session->desk, basis->name) != NULL)
    return fz_report_plan_make (session, fz_report_plan_find (session->desk, basis->name), frame, error);
  return g_str_equal (basis->name, "comment") ? fz_comment_report (session, frame, error) : fz_report_daily_new (visits, rx, uploads, frame);
}

static FzReport *
make (FzSession *session, const char *name, gint64 from_us, gint64 to_us, const char *format, GError **error)
{
  g_auto (Basis) basis = { session, name, format, 0, 0, NULL, NULL };
  g_autoptr (GPtrArray) visits = NULL, rx = NULL;
  g_autoptr (FzFields) uploads = NULL;
  g_autofree char *made_by = NULL;
  FzReportFrame frame = { 0 };
  gboolean profile = fz_profile_is_report (name), daily = g_strcmp0 (name, "daily") == 0;

  if (!fz_session_may (session, profile ? "report.profile" : "report", "report", name, error))
    return NULL;
  if (!profile && !daily && g_strcmp0 (name, "comment") != 0 && fz_report_plan_find (session->desk, name) == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有报表“%s”；运行 fuzhen report list 查看全部报表。"), name);
    return NULL;
  }
  if (to_us <= from_us) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报表的结束日期应晚于开始日期。"));
    return NULL;
  }
  basis.scope = profile ? fz_profile_scope (name, from_us, to_us) : NULL;
  if (profile && !fz_grant_check (session, FZ_GRANT_PROFILING, basis.scope, error))
    return NULL;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_basis, &basis, error) ||
      (daily && !fz_affairs_gather (session, from_us, to_us, &visits, &rx, &uploads, error)) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_report, &basis, error))
    return NULL;
  made_by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  frame.institution = fz_fields_get (session->desk->institution, "organ.name");
  frame.made_by = made_by;
  frame.from_us = from_us;
  frame.to_us = to_us;
  frame.made_us = fz_session_now_us (session);
  frame.documents = basis.documents;
  frame.audit_size = basis.audit_size;
  frame.demo = session->desk->demo;
  return build (session, &basis, visits, rx, uploads, &frame, error);
}

FzFields *
fz_desk_report (FzSession *session, const char *name, gint64 from_us, gint64 to_us, GError **error)
{
  g_autoptr (FzReport) report = make (session, name, from_us, to_us, NULL, error);

  return report != NULL ? fz_report_to_fields (report) : NULL;
}

gboolean
fz_desk_report_save (FzSession *session, const char *name, gint64 from_us, gint64 to_us, const char *format, const char *path,
                     GError **error)
{
  g_autoptr (FzReport) report = make (session, name, from_us, to_us, format, error);

  return report != NULL && fz_report_write (report, format, path, error);
}
