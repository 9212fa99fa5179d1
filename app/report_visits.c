/* Visits and prescriptions in figures, read once for all parts of a report, a page at a time (就诊与处方的各部分). */
#include "app/report_parts.h"

#include "app/affairs.h"
#include "app/institution.h"
#include "db/outbox.h"

#include <glib/gi18n-lib.h>

void
fz_report_counts_free (FzReportCounts *self)
{
  if (self == NULL)
    return;
  fz_report_tally_end (&self->tally);
  g_free (self);
}

/* --- counting --- */

typedef struct {
  FzReportAsk *ask;
  FzReportCounts *counts[1 + FZ_REPORT_PERIODS];
  guint n;
} Counting;

/* By whoever holds the visit, or ended it before it was taken. */
gboolean
fz_report_wants_visit (const FzReportAsk *ask, const FzFields *visit)
{
  const FzReportWanted *wanted = ask->wanted;

  if (wanted->department != NULL)
    return fz_department_covers (wanted->department, fz_fields_get (visit, "visit.department"));
  return wanted->person == NULL || g_strcmp0 (wanted->person, fz_fields_get (visit, "visit.holder_number")) == 0 ||
         g_strcmp0 (wanted->person, fz_fields_get (visit, "end.doctor_number")) == 0;
}

static gboolean
is_within (const FzReportCounts *counts, gint64 us)
{
  return us >= counts->tally.frame->from_us && us < counts->tally.frame->to_us;
}

static void
count_visit (const FzFields *visit, gpointer data)
{
  Counting *self = data;
  const char *verdict = fz_fields_get (visit, "eligibility.verdict");
  gint64 us = 0;

  if (!fz_report_wants_visit (self->ask, visit) || !fz_fields_get_time (visit, "visit.applied_at", &us))
    return;
  for (guint i = 0; i < self->n; i++) {
    FzReportCounts *counts = self->counts[i];

    if (!is_within (counts, us))
      continue;
    fz_report_tally_visit (&counts->tally, visit);
    counts->judged += verdict != NULL;
    counts->follow_up += g_strcmp0 (verdict, "eligible") == 0;
  }
}

static void
count_rx (const FzFields *rx, gpointer data)
{
  Counting *self = data;
  const char *department = self->ask->wanted->department, *verdict = fz_fields_get (rx, "rx.verdict");
  gboolean back = g_strcmp0 (verdict, "returned") == 0 || g_strcmp0 (verdict, "refused") == 0;
  gint64 us = 0;

  if (self->ask->wanted->person != NULL || (department != NULL && !fz_department_covers (department, fz_fields_get (rx, "subject.code"))) || !fz_fields_get_time (rx, "rx.signed_at", &us))
    return; /* prescriptions are counted by nobody's name */
  for (guint i = 0; i < self->n; i++) {
    FzReportCounts *counts = self->counts[i];

    if (!is_within (counts, us))
      continue;
    fz_report_tally_rx (&counts->tally, rx);
    counts->overridden += fz_fields_count (rx, "override") > 0;
    counts->replaced += back && fz_fields_has (rx, "rx.replaced_by");
    counts->confirmed += fz_fields_has (rx, "rx.confirmed_at") && fz_fields_has (rx, "rx.confirm_words");
    counts->dropped += back && !fz_fields_has (rx, "rx.replaced_by");
  }
}

static gboolean
on_page (double fraction, gpointer data, GError **error)
{
  return fz_report_step (((Counting *) data)->ask, fraction, error);
}

static FzReportCounts *
counts_new (Counting *self, const FzReportFrame *frame)
{
  FzReportCounts *counts = g_new0 (FzReportCounts, 1);

  fz_report_tally_begin (&counts->tally, frame);
  self->counts[self->n++] = counts;
  return counts;
}

gboolean
fz_report_count (FzReportAsk *ask, GError **error)
{
  Counting self = { .ask = ask };
  FzAffairsWalk walk = { ask->frame->from_us, ask->frame->to_us, count_visit, count_rx, on_page, &self };
  gboolean good;

  if (ask->counts != NULL)
    return TRUE;
  ask->counts = counts_new (&self, ask->frame);
  for (guint i = 0; i < ask->n_periods; i++) {
    ask->periods[i].counts = counts_new (&self, &ask->periods[i].frame);
    walk.from_us = MIN (walk.from_us, ask->periods[i].frame.from_us);
    walk.to_us = MAX (walk.to_us, ask->periods[i].frame.to_us);
  }
  ask->share = (double) FZ_REPORT_READING * MAX (ask->n_periods, 1);
  good = fz_affairs_walk (ask->session->desk, &walk, error);
  ask->done += ask->share;
  ask->share = 0;
  return good;
}

/* --- tables --- */

static void
add_number (FzReport *report, const char *label, gint64 n, const char *unit)
{
  fz_report_add_figure (report, label, FZ_VALUE_INTEGER, TRUE, n, unit);
}

static void
add_visits (FzReport *report, FzReportCounts *counts)
{
  add_number (report, C_ ("报表", "就诊申请"), counts->tally.n_visits, C_ ("单位", "次"));
  add_number (report, C_ ("报表", "已完成"), counts->tally.visits[FZ_STAGE_FINISHED], C_ ("单位", "次"));
  fz_report_tally_add_stages (report, &counts->tally);
  fz_report_tally_add_days (report, &counts->tally);
  fz_report_tally_add_departments (report, &counts->tally);
}

static void
add_departments (FzReport *report, FzReportCounts *counts)
{
  fz_report_tally_add_departments (report, &counts->tally);
}

static void
add_eligibility (FzReport *report, FzReportCounts *counts)
{
  const FzReportTally *tally = &counts->tally;

  add_number (report, _ ("作出复诊判断"), counts->judged, C_ ("单位", "次"));
  fz_report_add_rate (report, _ ("符合复诊条件"), counts->follow_up, counts->judged);
  fz_report_add_rate (report, _ ("拒诊率"), tally->visits[FZ_STAGE_REFUSED], tally->n_visits);
  fz_report_add_rate (report, _ ("终止率"), tally->visits[FZ_STAGE_TERMINATED], tally->n_visits);
  fz_report_add_rate (report, _ ("患者撤销率"), tally->visits[FZ_STAGE_WITHDRAWN], tally->n_visits);
  fz_report_tally_add_ends (report, tally);
}

/* What became of what was sent back or refused, and of what was signed in spite of a finding. */
static void
add_interventions (FzReport *report, const FzReportCounts *counts)
{
  FzReportTable *table = fz_report_add_table (report, _ ("干预及效果"), FZ_CHART_NONE, _ ("项目"), FZ_VALUE_TEXT, _ ("处方数"), FZ_VALUE_INTEGER, _ ("占开具处方"),
                                              FZ_VALUE_PERCENT, NULL);
  static const char *const labels[] = { N_ ("有提示、写明理由后签署"), N_ ("退回后改写为新处方"), N_ ("退回后由医师再次签名确认"), N_ ("退回或不通过，未再开具") };
  gint64 n[] = { counts->overridden, counts->replaced, counts->confirmed, counts->dropped };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++) {
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], _ (labels[i]));
    fz_report_cell_set (&row[1], n[i]);
    fz_report_cell_set_share (&row[2], n[i], counts->tally.n_rx);
  }
}

static void
add_review (FzReport *report, FzReportCounts *counts)
{
  const FzReportTally *tally = &counts->tally;
  gint64 reviewed = tally->approved + tally->returned + tally->refused;

  add_number (report, C_ ("报表", "开具处方"), tally->n_rx, C_ ("单位", "张"));
  add_number (report, C_ ("报表", "已审核"), reviewed, C_ ("单位", "张"));
  fz_report_add_rate (report, _ ("审核通过率"), tally->approved, reviewed);
  fz_report_add_rate (report, _ ("退回率"), tally->returned, reviewed);
  fz_report_add_rate (report, _ ("审核不通过率"), tally->refused, reviewed);
  fz_report_tally_add_review_reasons (report, tally);
  add_interventions (report, counts);
}

static void
add_waiting (FzReport *report, FzReportCounts *counts)
{
  fz_report_tally_add_spans (report, &counts->tally);
  fz_report_tally_add_hours (report, &counts->tally);
}

static void
add_daily (FzReport *report, FzReportCounts *counts)
{
  fz_report_tally_add_daily (report, &counts->tally);
}

static const struct {
  const char *word;
  void (*add) (FzReport *report, FzReportCounts *counts);
} counted[] = { { "visits", add_visits }, { "departments", add_departments }, { "eligibility", add_eligibility },
                { "review", add_review }, { "waiting", add_waiting },         { "daily", add_daily } };

gboolean
fz_report_add_counted (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  if (!fz_report_count (ask, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (counted); i++)
    if (g_str_equal (counted[i].word, part->what))
      counted[i].add (report, ask->counts);
  return TRUE;
}

static gboolean
read_outbox (FzTxn *txn, gpointer data, GError **error)
{
  *(FzFields **) data = fz_outbox_counts (txn, error);
  return *(FzFields **) data != NULL;
}

/* The outbox as it is now, of the whole hospital: beside one department it would say something else. */
gboolean
fz_report_add_outbox (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  g_autoptr (FzFields) uploads = NULL;

  if (ask->wanted->department != NULL)
    return TRUE;
  if (!fz_store_run (ask->session->desk->store, FZ_TXN_READ, read_outbox, &uploads, error))
    return FALSE;
  fz_report_add_uploads (report, uploads);
  return TRUE;
}
