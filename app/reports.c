/* Reports: read once, fixed at a document and a log size, shown and written from one structure (报表). Those that count medicines need a grant. */
#include "app/comment_report.h"
#include "app/desk_private.h"
#include "app/grant.h"
#include "app/printout.h"
#include "app/profile.h"
#include "app/report_parts.h"
#include "app/watch.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

typedef struct {
  FzSession *session;
  const FzReportWanted *wanted;
  const char *format;
  guint64 documents, audit_size;
  FzFields *scope; /* of what needs a grant; NULL: it needs none */
  char *grant, *filter;
} Basis;

static void
basis_clear (Basis *basis)
{
  g_clear_pointer (&basis->scope, fz_fields_unref);
  g_clear_pointer (&basis->grant, g_free);
  g_clear_pointer (&basis->filter, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Basis, basis_clear)

#define DAILY "daily" /* first in the list: the one that is asked for most */

/* Those that no plan makes. */
static const struct {
  const char *name, *title, *words;
  gboolean grant;
} own[] = { { "comment", N_ ("处方点评统计"), N_ ("张数、合理率、代码、科室和样本，按样本的末日"), FALSE },
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

static void
put_filter (FzFields *row, const FzReportPlan *plan, FzReportFilter filter)
{
  const FzReportFilterRule *rule = fz_report_plan_get_filter (plan, filter);
  g_autofree char *allowed = g_strconcat (fz_report_filter_word (filter), ".allowed", NULL), *why = g_strconcat (fz_report_filter_word (filter), ".why", NULL);

  fz_fields_set_bool (row, allowed, rule->allowed);
  fz_fields_set (row, why, fz_report_say (rule->why, rule->why_en));
}

static FzFields *
row_of (const FzReportPlan *plan)
{
  FzFields *row = fz_fields_new ("fuzhen.report_name/v1");

  fz_fields_set (row, "name", fz_report_plan_get_name (plan));
  fz_fields_set (row, "title", fz_report_say (fz_report_plan_get_title (plan), fz_report_plan_get_title_en (plan)));
  fz_fields_set (row, "words", fz_report_say (fz_report_plan_get_words (plan), fz_report_plan_get_words_en (plan)));
  fz_fields_set (row, "period", fz_report_plan_get_period (plan));
  fz_fields_set_bool (row, "grant", FALSE);
  for (guint k = 0; fz_report_plan_get_rows (plan)[k] != NULL; k++)
    fz_fields_set_at (row, "row", k, NULL, fz_report_plan_get_rows (plan)[k]);
  for (guint k = 0; k < FZ_REPORT_N_FILTERS; k++)
    put_filter (row, plan, (FzReportFilter) k);
  return fz_fields_freeze (row);
}

GPtrArray *
fz_desk_list_reports (FzSession *session, GError **error)
{
  GPtrArray *rows;

  if (!fz_session_may (session, "report", "report", NULL, error))
    return NULL;
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_ptr_array_add (rows, row_of (fz_report_plan_find (session->desk, DAILY)));
  add_own (rows, FALSE);
  for (guint i = 0; i < session->desk->reports->len; i++)
    if (!g_str_equal (fz_report_plan_get_name (session->desk->reports->pdata[i]), DAILY))
      g_ptr_array_add (rows, row_of (session->desk->reports->pdata[i]));
  add_own (rows, TRUE);
  return rows;
}

static gboolean
read_staff (FzTxn *txn, gpointer data, GError **error)
{
  *(GPtrArray **) data = fz_staff_list (txn, error);
  return *(GPtrArray **) data != NULL;
}

static void
add_choice (GPtrArray *rows, const char *by, const char *code, const char *label)
{
  FzFields *row = fz_fields_new ("fuzhen.report_filter/v1");

  fz_fields_set (row, "by", by);
  fz_fields_set (row, "code", code);
  fz_fields_set (row, "label", label);
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

GPtrArray *
fz_desk_list_report_filters (FzSession *session, GError **error)
{
  const FzFields *institution = session->desk->institution;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), staff = NULL;

  if (!fz_session_may (session, "report", "report", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, read_staff, &staff, error))
    return NULL;
  for (guint i = 0; i < fz_fields_count (institution, "department"); i++)
    add_choice (rows, "department", fz_fields_get_at (institution, "department", i, "code"), fz_fields_get_at (institution, "department", i, "name"));
  for (guint i = 0; i < staff->len; i++) {
    const char *role = fz_fields_get (staff->pdata[i], "role"), *number = fz_fields_get (staff->pdata[i], "number");
    g_autofree char *label = g_strdup_printf ("%s %s", number, fz_fields_get (staff->pdata[i], "name"));

    if (!fz_fields_has (staff->pdata[i], "left_at") && (g_strcmp0 (role, "doctor") == 0 || g_strcmp0 (role, "pharmacist") == 0))
      add_choice (rows, "person", number, label);
  }
  return g_steal_pointer (&rows);
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
  g_autofree char *at = g_strdup_printf ("%s %" PRIu64, basis->wanted->name, basis->audit_size);

  return fz_watch_spend (basis->session, txn, "report", at, error);
}

/* The format, and of whom alone or for which entry of the register, stand in the log. */
static gboolean
audit_report (FzTxn *txn, gpointer data, GError **error)
{
  Basis *basis = data;
  const FzReportWanted *wanted = basis->wanted;
  g_autofree char *reason = g_strjoin (" ", basis->format != NULL ? basis->format : "", wanted->schedule != NULL ? wanted->schedule : wanted->person != NULL ? wanted->person : wanted->department, NULL);

  if (basis->scope != NULL && !spend (basis, txn, error))
    return FALSE;
  if (basis->scope != NULL && !fz_grant_use (basis->session, txn, "profiling", basis->scope, &basis->grant, error))
    return FALSE;
  g_strstrip (reason);
  return fz_session_audit (basis->session, txn, basis->format != NULL ? "report.export" : "report.read", "report", wanted->name, "done",
                           *reason != '\0' ? reason : NULL, NULL, error);
}

static FzReport *
build (FzSession *session, const Basis *basis, const FzReportPlan *plan, const FzReportFrame *frame, GError **error)
{
  if (basis->scope != NULL)
    return fz_profile_report (session, basis->wanted->name, basis->grant, frame, error);
  return plan != NULL ? fz_report_plan_make (session, plan, basis->wanted, frame, error) : fz_comment_report (session, frame, error);
}

static gboolean
check_wanted (FzSession *session, const FzReportWanted *wanted, const FzReportPlan *plan, gboolean profile, char **out_filter, GError **error)
{
  if (!profile && plan == NULL && g_strcmp0 (wanted->name, "comment") != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有报表“%s”；运行 fuzhen report list 查看全部报表。"), wanted->name);
    return FALSE;
  }
  if (wanted->to_us <= wanted->from_us) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报表的结束日期应晚于开始日期。"));
    return FALSE;
  }
  return fz_report_filter_check (session->desk, plan, wanted, out_filter, error);
}

static FzReport *
make (FzSession *session, const FzReportWanted *wanted, const char *format, GError **error)
{
  g_auto (Basis) basis = { .session = session, .wanted = wanted, .format = format };
  g_autofree char *made_by = NULL;
  FzReportFrame frame = { 0 };
  gboolean profile = fz_profile_is_report (wanted->name);
  const FzReportPlan *plan = fz_report_plan_find (session->desk, wanted->name);

  if (!fz_session_may (session, profile ? "report.profile" : "report", "report", wanted->name, error) ||
      !check_wanted (session, wanted, plan, profile, &basis.filter, error))
    return NULL;
  basis.scope = profile ? fz_profile_scope (wanted->name, wanted->from_us, wanted->to_us) : NULL;
  if (profile && !fz_grant_check (session, FZ_GRANT_PROFILING, basis.scope, error))
    return NULL;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_basis, &basis, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_report, &basis, error))
    return NULL;
  made_by = wanted->schedule != NULL ? g_strdup_printf (_ ("定时（台账 %s）"), wanted->schedule) : g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  frame.institution = fz_fields_get (session->desk->institution, "organ.name");
  frame.made_by = made_by;
  frame.filter = basis.filter;
  frame.from_us = wanted->from_us;
  frame.to_us = wanted->to_us;
  frame.made_us = fz_session_now_us (session);
  frame.documents = basis.documents;
  frame.audit_size = basis.audit_size;
  frame.demo = session->desk->demo;
  return build (session, &basis, plan, &frame, error);
}

FzFields *
fz_desk_report (FzSession *session, const FzReportWanted *wanted, GError **error)
{
  g_autoptr (FzReport) report = make (session, wanted, NULL, error);

  return report != NULL ? fz_report_to_fields (report) : NULL;
}

gboolean
fz_desk_report_save (FzSession *session, const FzReportWanted *wanted, const char *format, const char *path, GError **error)
{
  g_autoptr (FzReport) report = make (session, wanted, format, error);

  return report != NULL && fz_report_write (report, format, path, error);
}

FzPrintout *
fz_desk_printout_report (FzSession *session, const FzReportWanted *wanted, GError **error)
{
  g_autoptr (FzReport) report = make (session, wanted, "print", error);
  g_autoptr (FzPages) pages = report != NULL ? fz_report_to_pages (report, error) : NULL;
  FzPrintoutPaper paper = { "report.print", "report", report != NULL ? report->title : NULL, (char *) wanted->name, report != NULL ? report->period : NULL, report != NULL ? report->made_us : 0 };
  FzPrintout *self;

  if (pages == NULL)
    return NULL;
  self = fz_printout_new_paper (session->desk, &paper);
  fz_printout_add_part (self, report->title, g_steal_pointer (&pages));
  return self;
}
