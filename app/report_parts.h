/* app/report_parts.h: what a report of medical affairs is put together of (报表的各部分). Which parts make which report is data: assets/reports. Counts only: no
 * medicine stands in any, and no patient. */
#pragma once

#include "app/desk_private.h"
#include "app/paper/report.h"
#include "core/report_plan.h"

/* Reads every plan; once, when a desk is made and its registers are there. INVALID names what does not fit. */
gboolean fz_report_plans_load (FzDesk *desk, GError **error);
/* NULL: no plan of that name. */
const FzReportPlan *fz_report_plan_find (FzDesk *desk, const char *name);
FzReport *fz_report_plan_make (FzSession *session, const FzReportPlan *plan, const FzReportFrame *frame, GError **error);

/* --- the parts; each adds figures and tables --- */

/* Visits and prescriptions of the frame and of the one of the same length before it, read when first asked for. */
typedef struct {
  FzSession *session;
  const FzReportFrame *frame;
  GPtrArray *visits, *rx, *visits_before, *rx_before;
  guint n_registers;      /* parts that are registers */
  FzReportTable *summary; /* of many registers: one line each instead of figures; NULL until the first */
} FzReportAsk;

typedef gboolean (*FzReportAdd) (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);

/* Of one register: how many, open and over, by state and by the fields of the plan, by month, how long it took. (app/report_register.c) */
gboolean fz_report_add_register (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
/* app/report_state.c */
gboolean fz_report_add_upload (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_staff (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_institution (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_retention (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
/* Rows of the ledger made from `from_us` to before `to_us` that the platform has or should have by now, and those it had by the end of the day after. */
gboolean fz_report_count_upload (FzReportAsk *ask, gint64 from_us, gint64 to_us, gint64 *out_judged, gint64 *out_in_time, GError **error);
/* The label in the reader's language. */
const char *fz_report_say (const char *chinese, const char *english);
