/* app/paper/report_tally.h: what reports count of visits and prescriptions, in one pass over the facts of a period: those asked for
 * and signed in it, whatever became of them since. */
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

/* --- its tables, for this report and those that are put together of parts --- */

/* Of a sorted list that is not empty: the middle, or the mean of the middle two. */
gint64 fz_report_median (const GArray *sorted);
/* A figure; unknown when `whole` is 0. */
void fz_report_add_rate (FzReport *report, const char *label, gint64 part, gint64 whole);
/* Sorts waits and reviews. */
void fz_report_tally_add_spans (FzReport *report, FzReportTally *self);
void fz_report_tally_add_stages (FzReport *report, const FzReportTally *self);
void fz_report_tally_add_ends (FzReport *report, const FzReportTally *self);
void fz_report_tally_add_review_reasons (FzReport *report, const FzReportTally *self);
void fz_report_tally_add_days (FzReport *report, const FzReportTally *self); /* of more than one day */
void fz_report_tally_add_hours (FzReport *report, const FzReportTally *self);
void fz_report_tally_add_departments (FzReport *report, const FzReportTally *self);
/* All of these with the day's figures: waiting is asked for to taken, review is signed to reviewed; median is the middle (or mean of the middle two), p90 the nearest
 * rank. Sorts waits and reviews. */
void fz_report_tally_add_daily (FzReport *report, FzReportTally *self);
/* The outbox counted by state word. */
void fz_report_add_uploads (FzReport *report, const FzFields *uploads);
