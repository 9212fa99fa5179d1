/* The tables of visits and prescriptions of a period. Counts only; no drug stands in them, and no person. */
#include "app/paper/report_tally.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static int
by_number (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

gint64
fz_report_median (const GArray *sorted)
{
  guint n = sorted->len;

  if (n % 2 == 1)
    return g_array_index (sorted, gint64, n / 2);
  return (g_array_index (sorted, gint64, n / 2 - 1) + g_array_index (sorted, gint64, n / 2)) / 2;
}

static gint64
nearest_rank (const GArray *sorted, guint percent)
{
  guint rank = (sorted->len * percent + 99) / 100;

  return g_array_index (sorted, gint64, MAX (rank, 1) - 1);
}

/* --- tables --- */

static void
add_stage_row (FzReportTable *table, const char *label, gint64 n, gint64 all)
{
  FzReportCell *row = fz_report_add_row (table);

  fz_report_cell_set_text (&row[0], label);
  fz_report_cell_set (&row[1], n);
  fz_report_cell_set_share (&row[2], n, all);
}

void
fz_report_tally_add_stages (FzReport *report, const FzReportTally *self)
{
  FzReportTable *visits = fz_report_add_table (report, _ ("就诊按状态"), FZ_CHART_NONE, _ ("状态"), FZ_VALUE_TEXT, _ ("就诊数"), FZ_VALUE_INTEGER,
                                               _ ("占比"), FZ_VALUE_PERCENT, NULL);
  FzReportTable *rx = fz_report_add_table (report, _ ("处方按状态"), FZ_CHART_NONE, _ ("状态"), FZ_VALUE_TEXT, _ ("处方数"), FZ_VALUE_INTEGER,
                                           _ ("占比"), FZ_VALUE_PERCENT, NULL);

  for (guint i = FZ_STAGE_WAITING; i < FZ_N_STAGES; i++)
    add_stage_row (visits, fz_stage_label ((FzStage) i), self->visits[i], self->n_visits);
  for (guint i = FZ_RX_SIGNED; i < FZ_N_RX_STAGES; i++)
    add_stage_row (rx, fz_rx_stage_label ((FzRxStage) i), self->rx[i], self->n_rx);
}

static void
add_span_row (FzReportTable *table, const char *label, GArray *spans)
{
  FzReportCell *row = fz_report_add_row (table);

  g_array_sort (spans, by_number);
  fz_report_cell_set_text (&row[0], label);
  fz_report_cell_set (&row[1], spans->len);
  if (spans->len == 0)
    return;
  fz_report_cell_set (&row[2], fz_report_median (spans));
  fz_report_cell_set (&row[3], nearest_rank (spans, 90));
  fz_report_cell_set (&row[4], g_array_index (spans, gint64, spans->len - 1));
}

void
fz_report_tally_add_spans (FzReport *report, FzReportTally *self)
{
  FzReportTable *table = fz_report_add_table (report, _ ("等候与审方时间"), FZ_CHART_NONE, _ ("项目"), FZ_VALUE_TEXT, _ ("例数"), FZ_VALUE_INTEGER,
                                              _ ("中位数"), FZ_VALUE_DURATION, _ ("90 百分位"), FZ_VALUE_DURATION, _ ("最长"), FZ_VALUE_DURATION, NULL);

  add_span_row (table, _ ("候诊（申请至接诊）"), self->waits);
  add_span_row (table, _ ("审方（签名至审核）"), self->reviews);
}

typedef struct {
  const char *key;
  gint64 n;
} Counted;

/* Most first, then by name: the same facts give the same table. */
static int
by_count (gconstpointer a, gconstpointer b)
{
  const Counted *x = a, *y = b;

  return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcmp (x->key, y->key);
}

/* `table` maps names to something that begins with its count. */
static GArray *
sorted_counts (GHashTable *table)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Counted));
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    Counted counted = { key, *(const gint64 *) value };

    g_array_append_val (list, counted);
  }
  g_array_sort (list, by_count);
  return list;
}

void
fz_report_tally_add_ends (FzReport *report, const FzReportTally *self)
{
  FzReportTable *table = fz_report_add_table (report, _ ("拒诊、终止与撤销的理由"), FZ_CHART_NONE, _ ("结果"), FZ_VALUE_TEXT, _ ("理由"), FZ_VALUE_TEXT,
                                              _ ("就诊数"), FZ_VALUE_INTEGER, NULL);
  g_autoptr (GArray) ends = sorted_counts (self->reasons);

  for (guint i = 0; i < ends->len; i++) {
    const Counted *counted = &g_array_index (ends, Counted, i);
    g_auto (GStrv) parts = g_strsplit (counted->key, "\x1f", 2);
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], parts[0]);
    fz_report_cell_set_text (&row[1], parts[1]);
    fz_report_cell_set (&row[2], counted->n);
  }
}

void
fz_report_tally_add_review_reasons (FzReport *report, const FzReportTally *self)
{
  FzReportTable *table = fz_report_add_table (report, _ ("审方退回与不通过的理由"), FZ_CHART_NONE, _ ("理由"), FZ_VALUE_TEXT, _ ("次数"), FZ_VALUE_INTEGER, NULL);
  g_autoptr (GArray) words = sorted_counts (self->review_reasons);

  for (guint i = 0; i < words->len; i++) {
    const Counted *counted = &g_array_index (words, Counted, i);
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], counted->key);
    fz_report_cell_set (&row[1], counted->n);
  }
}

void
fz_report_tally_add_days (FzReport *report, const FzReportTally *self)
{
  FzReportTable *table;

  if (self->n_days < 2)
    return;
  table = fz_report_add_table (report, _ ("按日"), FZ_CHART_LINES, _ ("日期"), FZ_VALUE_DATE, _ ("就诊申请"), FZ_VALUE_INTEGER, _ ("开具处方"), FZ_VALUE_INTEGER, NULL);
  for (gint64 i = 0; i < self->n_days; i++) {
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set (&row[0], self->first_day + i);
    fz_report_cell_set (&row[1], self->day_visits[i]);
    fz_report_cell_set (&row[2], self->day_rx[i]);
  }
}

void
fz_report_tally_add_hours (FzReport *report, const FzReportTally *self)
{
  FzReportTable *table = fz_report_add_table (report, _ ("按时段（北京时间）"), FZ_CHART_BARS, _ ("时段"), FZ_VALUE_TEXT, _ ("就诊申请"), FZ_VALUE_INTEGER,
                                              _ ("开具处方"), FZ_VALUE_INTEGER, NULL);

  for (guint i = 0; i < FZ_REPORT_HOURS; i++) {
    FzReportCell *row = fz_report_add_row (table);
    g_autofree char *label = g_strdup_printf ("%02u:00", i);

    fz_report_cell_set_text (&row[0], label);
    fz_report_cell_set (&row[1], self->hour_visits[i]);
    fz_report_cell_set (&row[2], self->hour_rx[i]);
  }
}

void
fz_report_tally_add_departments (FzReport *report, const FzReportTally *self)
{
  FzReportTable *table = fz_report_add_table (report, _ ("按科室"), FZ_CHART_NONE, _ ("科室"), FZ_VALUE_TEXT, _ ("就诊申请"), FZ_VALUE_INTEGER,
                                              _ ("已完成"), FZ_VALUE_INTEGER, _ ("拒诊与终止"), FZ_VALUE_INTEGER, NULL);
  g_autoptr (GArray) names = sorted_counts (self->departments);

  for (guint i = 0; i < names->len; i++) {
    const Counted *counted = &g_array_index (names, Counted, i);
    const FzReportDepartment *department = g_hash_table_lookup (self->departments, counted->key);
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], counted->key);
    fz_report_cell_set (&row[1], department->all);
    fz_report_cell_set (&row[2], department->finished);
    fz_report_cell_set (&row[3], department->not_taken);
  }
}

static const char *
upload_label (const char *state)
{
  static const struct {
    const char *word, *label;
  } labels[] = { { "queued", N_ ("等待发送") },  { "blocked", N_ ("缺少必填项或待人工处理，未发送") }, { "sending", N_ ("正在发送") },
                 { "accepted", N_ ("平台已接收") }, { "refused", N_ ("平台已拒收") },        { "unknown", N_ ("结果未知，待人工处理") },
                 { "alarm", N_ ("平台告警") },     { "settled_sent", N_ ("人工确认已送达") }, { "settled_not_sent", N_ ("人工裁定不报送") } };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (strcmp (labels[i].word, state) == 0)
      return _ (labels[i].label);
  return state;
}

static void
add_upload (const char *key, const char *value, gpointer data)
{
  FzReportCell *row = fz_report_add_row (data);
  const char *word = strrchr (key, '.');

  fz_report_cell_set_text (&row[0], upload_label (word != NULL ? word + 1 : key));
  fz_report_cell_set (&row[1], g_ascii_strtoll (value, NULL, 10));
}

void
fz_report_add_uploads (FzReport *report, const FzFields *uploads)
{
  fz_fields_foreach (uploads, add_upload,
                     fz_report_add_table (report, _ ("监管平台上报"), FZ_CHART_NONE, _ ("状态"), FZ_VALUE_TEXT, _ ("记录数"), FZ_VALUE_INTEGER, NULL));
}

void
fz_report_add_rate (FzReport *report, const char *label, gint64 part, gint64 whole)
{
  FzReportCell cell = { 0 };

  fz_report_cell_set_share (&cell, part, whole);
  fz_report_add_figure (report, label, FZ_VALUE_PERCENT, cell.known, cell.number, NULL);
}

static void
add_figures (FzReport *report, const FzReportTally *self)
{
  gint64 reviewed = self->approved + self->returned + self->refused;

  fz_report_add_figure (report, C_ ("报表", "就诊申请"), FZ_VALUE_INTEGER, TRUE, self->n_visits, C_ ("单位", "次"));
  fz_report_add_figure (report, C_ ("报表", "已完成"), FZ_VALUE_INTEGER, TRUE, self->visits[FZ_STAGE_FINISHED], C_ ("单位", "次"));
  fz_report_add_figure (report, C_ ("报表", "拒诊"), FZ_VALUE_INTEGER, TRUE, self->visits[FZ_STAGE_REFUSED], C_ ("单位", "次"));
  fz_report_add_figure (report, C_ ("报表", "终止诊疗"), FZ_VALUE_INTEGER, TRUE, self->visits[FZ_STAGE_TERMINATED], C_ ("单位", "次"));
  fz_report_add_figure (report, C_ ("报表", "开具处方"), FZ_VALUE_INTEGER, TRUE, self->n_rx, C_ ("单位", "张"));
  fz_report_add_figure (report, C_ ("报表", "已审核"), FZ_VALUE_INTEGER, TRUE, reviewed, C_ ("单位", "张"));
  fz_report_add_rate (report, _ ("审核通过率"), self->approved, reviewed);
  fz_report_add_rate (report, _ ("退回率"), self->returned, reviewed);
  fz_report_add_rate (report, _ ("审核不通过率"), self->refused, reviewed);
  fz_report_add_figure (report, _ ("候诊中位时间"), FZ_VALUE_DURATION, self->waits->len > 0, self->waits->len > 0 ? fz_report_median (self->waits) : 0, NULL);
  fz_report_add_figure (report, _ ("审方中位时间"), FZ_VALUE_DURATION, self->reviews->len > 0, self->reviews->len > 0 ? fz_report_median (self->reviews) : 0, NULL);
  fz_report_add_figure (report, _ ("审方最长时间"), FZ_VALUE_DURATION, self->reviews->len > 0,
                        self->reviews->len > 0 ? nearest_rank (self->reviews, 100) : 0, NULL);
}

void
fz_report_tally_add_daily (FzReport *report, FzReportTally *self)
{
  fz_report_tally_add_spans (report, self); /* sorts what the figures read */
  add_figures (report, self);
  fz_report_tally_add_stages (report, self);
  fz_report_tally_add_ends (report, self);
  fz_report_tally_add_review_reasons (report, self);
  fz_report_tally_add_days (report, self);
  fz_report_tally_add_hours (report, self);
  fz_report_tally_add_departments (report, self);
}
