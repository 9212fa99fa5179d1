/* core/report_plan.h: one report of medical affairs (报表) as data: its name, what stands in it and by which articles. What each part counts is the
 * program's; which register, which day, which fields, how long something may take is the plan's. Unknown keys refuse to load. Pure. */
#pragma once

#include "core/register.h"

/* From one day of an entry to another: how long it took, and whether that was within the term. */
typedef struct {
  const char *label, *label_en, *from, *to; /* fields of kind day */
  gboolean workdays;
  gint64 within; /* days; -1: no term */
} FzReportSpan;

/* The sum of one number field over the sum of another: records with defects of those that were looked at. */
typedef struct {
  const char *label, *label_en, *part, *whole;
} FzReportShare;

typedef struct {
  const char *what;      /* a word of app/report_parts.c */
  const char *reg, *day; /* of the part `register`: which, and the day that an entry counts on (NULL: when it was opened) */
  const char *of;        /* its field of kind staff or visit that says whose the entry is; NULL: it does not say */
  const char *const *by; /* its fields of kind choice or yesno that are counted */
  GArray *spans;         /* FzReportSpan */
  GArray *shares;        /* FzReportShare */
} FzReportPart;

typedef struct _FzReportPlan FzReportPlan;

/* What a report can be asked for alone. */
typedef enum { FZ_REPORT_OF_DEPARTMENT, FZ_REPORT_OF_PERSON, FZ_REPORT_N_FILTERS } FzReportFilter;

/* Whether it may, and by which article: numbers of prescriptions are counted by nobody's name (Fujian 2024 art. 38). */
typedef struct {
  gboolean allowed;
  gint64 least; /* doctors that a department must have to be looked at alone; 0: any */
  const char *why, *why_en;
} FzReportFilterRule;

/* INVALID "<file>: path: reason". */
FzReportPlan *fz_report_plan_parse (const char *file, const void *json, gsize n, GError **error);
void fz_report_plan_free (FzReportPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzReportPlan, fz_report_plan_free)

const char *fz_report_plan_get_name (const FzReportPlan *self);
const char *fz_report_plan_get_title (const FzReportPlan *self);
const char *fz_report_plan_get_title_en (const FzReportPlan *self);
const char *fz_report_plan_get_words (const FzReportPlan *self); /* what it tells, one line */
const char *fz_report_plan_get_words_en (const FzReportPlan *self);
/* What it is usually asked over: month, year; NULL: any day. */
const char *fz_report_plan_get_period (const FzReportPlan *self);
/* Rows of the clause table that it serves, NULL-terminated. */
const char *const *fz_report_plan_get_rows (const FzReportPlan *self);
const FzReportFilterRule *fz_report_plan_get_filter (const FzReportPlan *self, FzReportFilter filter);
/* The word of a filter in plans and facts: department, person. */
const char *fz_report_filter_word (FzReportFilter filter);
guint fz_report_plan_get_n_parts (const FzReportPlan *self);
const FzReportPart *fz_report_plan_get_part (const FzReportPlan *self, guint i);
/* Every field it names is in the register and of the kind that is counted; INVALID names the one that is not. */
gboolean fz_report_part_check (const FzReportPart *part, const FzRegister *reg, GError **error);
