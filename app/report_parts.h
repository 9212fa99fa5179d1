/* app/report_parts.h: what a report of medical affairs is put together of (报表的各部分). Which parts make which report is data: assets/reports. Counts only: no
 * medicine stands in any, and no patient. */
#pragma once

#include "app/desk_private.h"
#include "app/paper/report_tally.h"
#include "core/report_plan.h"

/* Reads every plan; once, when a desk is made and its registers are there. INVALID names what does not fit. */
gboolean fz_report_plans_load (FzDesk *desk, GError **error);
/* NULL: no plan of that name. */
const FzReportPlan *fz_report_plan_find (FzDesk *desk, const char *name);
/* May this be asked: the plan allows the filter, the department or person is there, and a department is large enough. REFUSED with the plan's reason; INVALID.
 * *out_words: how the filter is told on every copy; NULL without one. (transfer full) */
gboolean fz_report_filter_check (FzDesk *desk, const FzReportPlan *plan, const FzReportWanted *wanted, char **out_words, GError **error);
FzReport *fz_report_plan_make (FzSession *session, const FzReportPlan *plan, const FzReportWanted *wanted, const FzReportFrame *frame, GError **error);

/* Running entries of the register report-schedule whose report could not be made when it was tried last, with the last day of its period. */
gboolean fz_report_schedules_failing (FzSession *session, FzTxn *txn, void (*add) (const FzFields *entry, const char *last, gpointer data), gpointer data,
                                      GError **error);

/* --- the parts; each adds figures and tables --- */

#define FZ_REPORT_READING 10 /* what reading all rows of a period takes, beside 1 of a part */
#define FZ_REPORT_PERIODS 7  /* the one before the frame, and six months: each reads about as much as the frame */

/* What visits and prescriptions of one period come to. */
typedef struct {
  FzReportTally tally;
  gint64 judged, follow_up;                        /* visits with a verdict; those that were follow-ups */
  gint64 overridden, replaced, confirmed, dropped; /* prescriptions: signed in spite of a finding; sent back and written anew, signed again, or neither */
} FzReportCounts;

/* Another time than the frame's, read together with it. */
typedef struct {
  FzReportFrame frame;
  FzReportCounts *counts;
} FzReportPeriod;

/* What of the rows is counted is counted when first asked for, in one reading for all parts and all periods. */
typedef struct {
  FzSession *session;
  const FzReportWanted *wanted;
  const FzReportFrame *frame;
  FzReportCounts *counts;
  FzReportPeriod *periods; /* with the frame; NULL: none */
  guint n_periods;
  GHashTable *departments; /* of staff by number, for entries that name a person */
  guint n_registers;       /* parts that are registers */
  FzReportTable *summary;  /* of many registers: one line each instead of figures; NULL until the first */
  double done, share, all; /* weight of the parts that are done, of this reading, and of all */
} FzReportAsk;

typedef gboolean (*FzReportAdd) (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);

/* How far this reading is; the next step begins at `done` plus `share`. CANCELLED when nobody wants it any more. */
gboolean fz_report_step (FzReportAsk *ask, double fraction, GError **error);
/* Does what is of this visit, or of this person, stand in the report? */
gboolean fz_report_wants_visit (const FzReportAsk *ask, const FzFields *visit);
gboolean fz_report_wants_person (FzReportAsk *ask, const char *number);

/* Of one register: how many, open and over, by state and by the fields of the plan, by month, how long it took. (app/report_register.c) */
gboolean fz_report_add_register (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
/* app/report_visits.c: visits, departments, eligibility, review, waiting, daily; the states of the outbox. */
gboolean fz_report_add_counted (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_outbox (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
/* Reads what the frame and the other periods come to; nothing when it was read before. */
gboolean fz_report_count (FzReportAsk *ask, GError **error);
/* app/indicators.c: against the period before, and by month; which periods these are. */
void fz_report_plan_periods (FzReportAsk *ask);
gboolean fz_report_add_indicators (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
void fz_report_counts_free (FzReportCounts *self);
/* app/report_state.c */
gboolean fz_report_add_upload (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_staff (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_institution (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
gboolean fz_report_add_retention (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
/* Of each frame, in one reading: rows of the ledger made in it that the platform has or should have by now, and those it had by the end of the day after. */
gboolean fz_report_count_upload (FzReportAsk *ask, const FzReportFrame *const *frames, guint n, gint64 *out_judged, gint64 *out_in_time, GError **error);
/* The label in the reader's language. */
const char *fz_report_say (const char *chinese, const char *english);
/* Records that were sampled and scored in the frame: how many of which grade, which defects, what was put right. (app/comment_report.c) */
gboolean fz_report_add_records (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error);
