/* app/paper/report_tally.h: what the daily report counts, in one pass over the facts of a period. */
#pragma once

#include "app/paper/report.h"
#include "core/case.h"

#define FZ_REPORT_HOURS 24

/* Everything the tables are made from, counted in one pass. */
typedef struct {
  const FzReportFrame *frame;
  gint64 visits[FZ_N_STAGES], n_visits;
  gint64 rx[FZ_N_RX_STAGES], n_rx;
  gint64 approved, returned, refused;
  GArray *waits, *reviews; /* gint64 seconds */
  gint64 hour_visits[FZ_REPORT_HOURS], hour_rx[FZ_REPORT_HOURS];
  GHashTable *reasons;        /* "kind\x1flabel" -> gint64 * */
  GHashTable *review_reasons; /* label -> gint64 * */
  GHashTable *departments;    /* name -> FzReportDepartment */
  gint64 first_day, n_days;
  gint64 *day_visits, *day_rx;
} FzReportTally;

typedef struct {
  gint64 all, finished, not_taken;
} FzReportDepartment;

void fz_report_tally_begin (FzReportTally *self, const FzReportFrame *frame);
void fz_report_tally_visit (FzReportTally *self, const FzFields *visit);
void fz_report_tally_rx (FzReportTally *self, const FzFields *rx);
void fz_report_tally_end (FzReportTally *self);
