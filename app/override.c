#include "app/override.h"

#include "app/knowledge.h"
#include "core/date.h"
#include "core/finding_answer.h"

#include <glib/gi18n-lib.h>

/* Why so much is written has a list of its own. */
static const FzCodes *
list_for (const FzDesk *desk, const FzFinding *finding)
{
  return fz_knowledge_codes (desk->knowledge, g_str_has_prefix (finding->rule, "QTY_") ? "long-reasons" : "override-reasons");
}

static gint64
days_within (const FzCodes *codes, int row)
{
  return row >= 0 ? g_ascii_strtoll (fz_codes_get (codes, (guint) row, "within_days"), NULL, 10) : 0;
}

gboolean
fz_override_asks_day (const FzDesk *desk, const char *code)
{
  const FzCodes *codes = fz_knowledge_codes (desk->knowledge, "override-reasons");

  return code != NULL && days_within (codes, fz_codes_find_code (codes, code)) > 0;
}

static gboolean
lacks (const FzFinding *finding, const char *what, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s（针对：%s）"), what, finding->message);
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  g_autofree char *bare = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  return bare == NULL || *bare == '\0';
}

static gboolean
check_day (FzSession *session, const FzFinding *finding, const char *text, gint64 within, GError **error)
{
  FzDate today = fz_date_in_beijing (fz_session_now_us (session)), day = { 0 }, last = fz_date_add_days (today, (int) within);
  g_autofree char *until = fz_date_format (last), *what = NULL;

  if (text != NULL && fz_date_parse (text, &day, NULL) && fz_date_compare (today, day) < 0 && fz_date_compare (day, last) <= 0)
    return TRUE;
  what = g_strdup_printf (_ ("请写明最迟哪天复查，写作 2026-03-16，须在明天至 %s 之间"), until);
  return lacks (finding, what, error);
}

gboolean
fz_desk_check_reason (FzSession *session, const FzFinding *finding, const FzFields *draft, GError **error)
{
  const FzCodes *codes = list_for (session->desk, finding);
  int at = fz_finding_find_answer (finding, draft), row;
  const char *code = at >= 0 ? fz_fields_get_at (draft, "override", (guint) at, "reason") : NULL;

  row = code != NULL ? fz_codes_find_code (codes, code) : -1;
  if (row < 0)
    return lacks (finding, _ ("请从列表中选择理由"), error);
  if (g_str_equal (fz_codes_get (codes, (guint) row, "text_required"), "yes") && is_blank (fz_fields_get_at (draft, "override", (guint) at, "words")))
    return lacks (finding, days_within (codes, row) > 0 ? _ ("请写明监测什么") : _ ("这一理由须写明具体情况"), error);
  return days_within (codes, row) == 0 ||
         check_day (session, finding, fz_fields_get_at (draft, "override", (guint) at, "monitor_by"), days_within (codes, row), error);
}

gboolean
fz_overrides_check (FzSession *session, GPtrArray *findings, const FzFields *draft, GError **error)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity == FZ_SEVERITY_REASON && !fz_desk_check_reason (session, finding, draft, error))
      return FALSE;
  }
  return TRUE;
}
