/* Reports: read once, fixed at a document and a log size, shown and written from one structure (报表). Those that count medicines need a grant. */
#include "app/affairs.h"
#include "app/comment_report.h"
#include "app/desk_private.h"
#include "app/grant.h"
#include "app/paper/report.h"
#include "app/profile.h"
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
  if (!profile && !daily && g_strcmp0 (name, "comment") != 0) {
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
