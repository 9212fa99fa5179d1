#include "app/indicators.h"

#include "app/knowledge.h"
#include "app/registers.h"
#include "core/date.h"
#include "db/registers.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define REGISTER "intervention"
#define MONTHS 6             /* of the series */
#define CHECKED "indicators.month" /* the last month that was looked at whole */
#define FAILED "indicators.failed" /* the last day of the month that could not be looked at */
#define BY "本系统"          /* signed words are always Chinese */

/* --- one period --- */

typedef struct {
  gboolean known;
  gint64 value;
} Indicator;

static Indicator
share_of (gint64 part, gint64 whole)
{
  FzReportCell cell = { 0 };

  fz_report_cell_set_share (&cell, part, whole);
  return (Indicator) { cell.known, cell.number };
}

static int
by_number (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static Indicator
middle_of (GArray *spans)
{
  g_array_sort (spans, by_number);
  return (Indicator) { spans->len > 0, spans->len > 0 ? fz_report_median (spans) : 0 };
}

/* All of one period, in the order of the table. */
static void
measure (FzReportCounts *counts, gint64 due, gint64 in_time, const FzCodes *table, Indicator *out)
{
  const FzReportTally *tally = &counts->tally;
  gint64 reviewed = tally->approved + tally->returned + tally->refused;

  for (guint i = 0; i < fz_codes_get_n (table); i++) {
    const char *code = fz_codes_get (table, i, "code");

    if (g_str_equal (code, "review_pass"))
      out[i] = share_of (tally->approved, reviewed);
    else if (g_str_equal (code, "review_return"))
      out[i] = share_of (tally->returned, reviewed);
    else if (g_str_equal (code, "visit_ended"))
      out[i] = share_of (tally->visits[FZ_STAGE_REFUSED] + tally->visits[FZ_STAGE_TERMINATED], tally->n_visits);
    else if (g_str_equal (code, "wait_median"))
      out[i] = middle_of (tally->waits);
    else if (g_str_equal (code, "review_median"))
      out[i] = middle_of (tally->reviews);
    else if (g_str_equal (code, "upload_in_time"))
      out[i] = share_of (in_time, due);
    else
      out[i] = (Indicator) { 0 };
  }
}

/* The frame and after it the other periods, each read once: as many indicators a period as the table has. */
static gboolean
measure_all (FzReportAsk *ask, const FzCodes *table, Indicator *out, GError **error)
{
  const FzReportFrame *frames[1 + FZ_REPORT_PERIODS] = { ask->frame };
  gint64 due[1 + FZ_REPORT_PERIODS] = { 0 }, in_time[1 + FZ_REPORT_PERIODS] = { 0 };

  for (guint i = 0; i < ask->n_periods; i++)
    frames[1 + i] = &ask->periods[i].frame;
  if (!fz_report_count (ask, error) || !fz_report_count_upload (ask, frames, 1 + ask->n_periods, due, in_time, error))
    return FALSE;
  for (guint i = 0; i <= ask->n_periods; i++)
    measure (i == 0 ? ask->counts : ask->periods[i - 1].counts, due[i], in_time[i], table, &out[i * fz_codes_get_n (table)]);
  return TRUE;
}

static FzValueType
type_of (const FzCodes *table, guint row)
{
  return g_str_equal (fz_codes_get (table, row, "unit"), "percent") ? FZ_VALUE_PERCENT : FZ_VALUE_DURATION;
}

static char *
text_of (const FzCodes *table, guint row, const Indicator *value)
{
  FzReportCell cell = { .known = value->known, .number = value->value };

  return fz_report_cell_text (&cell, type_of (table, row));
}

static Indicator
limit_of (const FzCodes *table, guint row)
{
  return (Indicator) { TRUE, g_ascii_strtoll (fz_codes_get (table, row, "limit"), NULL, 10) };
}

static void
set_indicator (FzReportCell *cell, const FzCodes *table, guint row, const Indicator *value)
{
  g_autofree char *text = text_of (table, row, value);

  fz_report_cell_set_text (cell, text);
}

/* Worse than the limit; nothing is said of what is not known. */
static gboolean
is_bad (const FzCodes *table, guint row, const Indicator *now)
{
  gint64 limit = limit_of (table, row).value;

  return now->known && (g_str_equal (fz_codes_get (table, row, "bad"), "below") ? now->value < limit : now->value > limit);
}

static const char *
standing_of (const FzCodes *table, guint row, const Indicator *now)
{
  return !now->known ? "—" : is_bad (table, row, now) ? _ ("预警") : _ ("正常");
}

static gboolean
add_indicator (FzReportTable *to, const FzCodes *table, guint i, const Indicator *before, const Indicator *now)
{
  Indicator limit = limit_of (table, i);
  FzReportCell *row = fz_report_add_row (to);
  const char *trend = !before->known || !now->known ? "—" : now->value == before->value ? _ ("持平") : now->value > before->value ? _ ("上升") : _ ("下降");
  g_autofree char *value = text_of (table, i, &limit);
  g_autofree char *words = g_strdup_printf (g_str_equal (fz_codes_get (table, i, "bad"), "below") ? _ ("低于 %s") : _ ("高于 %s"), value);

  fz_report_cell_set_text (&row[0], fz_report_say (fz_codes_get (table, i, "label"), fz_codes_get (table, i, "label_en")));
  set_indicator (&row[1], table, i, before);
  set_indicator (&row[2], table, i, now);
  fz_report_cell_set_text (&row[3], trend);
  fz_report_cell_set_text (&row[4], words);
  fz_report_cell_set_text (&row[5], standing_of (table, i, now));
  return is_bad (table, i, now);
}

/* --- of a report --- */

static FzDate
first_of (FzDate day)
{
  day.day = 1;
  return day;
}

static FzDate
month_before (FzDate first)
{
  return first_of (fz_date_add_days (first, -1));
}

/* Days from `first` to before `end`, whoever asks. */
static gboolean
measure_days (const FzReportAsk *of, FzDate first, FzDate end, const FzCodes *table, Indicator *out, GError **error)
{
  FzReportFrame frame = *of->frame;
  FzReportAsk ask = *of;
  gboolean good;

  frame.from_us = fz_date_beijing_start_us (first);
  frame.to_us = fz_date_beijing_start_us (end);
  ask.frame = &frame;
  good = measure_all (&ask, table, out, error);
  fz_report_counts_free (ask.counts);
  return good;
}

/* The one before, as long as the frame; then whole months, the last of them the one in which the frame ends. */
void
fz_report_plan_periods (FzReportAsk *ask)
{
  const FzReportFrame *frame = ask->frame;
  FzDate first = first_of (fz_date_in_beijing (frame->to_us - 1));

  ask->n_periods = 1 + MONTHS;
  ask->periods = g_new0 (FzReportPeriod, ask->n_periods);
  for (guint i = 0; i < ask->n_periods; i++)
    ask->periods[i].frame = *frame;
  ask->periods[0].frame.to_us = frame->from_us;
  ask->periods[0].frame.from_us = frame->from_us - (frame->to_us - frame->from_us);
  for (guint m = MONTHS; m > 0; m--, first = month_before (first)) {
    ask->periods[m].frame.from_us = fz_date_beijing_start_us (first);
    ask->periods[m].frame.to_us = fz_date_beijing_start_us (fz_date_add_days (first, fz_date_days_in_month (first.year, first.month)));
  }
}

static void
add_series (FzReport *report, const FzReportAsk *ask, const FzCodes *table, guint i, const Indicator *values)
{
  g_autofree char *title = g_strdup_printf (_ ("%s：近%d个月"), fz_report_say (fz_codes_get (table, i, "label"), fz_codes_get (table, i, "label_en")), MONTHS);
  FzReportTable *to = fz_report_add_table (report, title, FZ_CHART_LINES, _ ("月份"), FZ_VALUE_TEXT, _ ("数值"), type_of (table, i), _ ("状态"), FZ_VALUE_TEXT, NULL);

  for (guint m = 1; m <= MONTHS; m++) {
    const Indicator *value = &values[(1 + m) * fz_codes_get_n (table) + i];
    FzDate first = fz_date_in_beijing (ask->periods[m].frame.from_us);
    FzReportCell *row = fz_report_add_row (to);
    g_autofree char *month = g_strdup_printf ("%04d-%02d", first.year, first.month);

    fz_report_cell_set_text (&row[0], month);
    if (value->known)
      fz_report_cell_set (&row[1], value->value);
    fz_report_cell_set_text (&row[2], standing_of (table, i, value));
  }
}

gboolean
fz_report_add_indicators (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (ask->session->desk->knowledge, "indicators");
  guint n = fz_codes_get_n (table), n_bad = 0;
  g_autofree Indicator *values = g_new0 (Indicator, (gsize) (1 + ask->n_periods) * n);
  FzReportTable *to;

  if (!measure_all (ask, table, values, error))
    return FALSE;
  to = fz_report_add_table (report, _ ("质量指标（与同样长的上一期相比）"), FZ_CHART_NONE, _ ("指标"), FZ_VALUE_TEXT, _ ("上一期"), FZ_VALUE_TEXT, _ ("本期"), FZ_VALUE_TEXT,
                            _ ("趋势"), FZ_VALUE_TEXT, _ ("警戒"), FZ_VALUE_TEXT, _ ("状态"), FZ_VALUE_TEXT, NULL);
  for (guint i = 0; i < n; i++)
    n_bad += add_indicator (to, table, i, &values[n + i], &values[i]);
  fz_report_add_figure (report, _ ("预警指标"), FZ_VALUE_INTEGER, TRUE, n_bad, _ ("项"));
  for (guint i = 0; i < n; i++)
    add_series (report, ask, table, i, values);
  return TRUE;
}

/* --- what is done about one --- */

typedef struct {
  FzSession *session;
  const FzCodes *table;
  FzDate first, end; /* the month that is over, and the day after it */
  Indicator *values;
  char *checked;     /* the month looked at last; NULL: none */
} Check;

static void
check_clear (Check *self)
{
  g_free (self->values);
  g_free (self->checked);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

static gboolean
measure_for (FzSession *session, FzDate first, FzDate end, const FzCodes *table, Indicator *out, GError **error)
{
  const FzReportWanted wanted = { 0 };
  const FzReportFrame frame = { .made_us = fz_session_now_us (session) }; /* what was never accepted is judged by it */
  const FzReportAsk ask = { .session = session, .wanted = &wanted, .frame = &frame };

  return measure_days (&ask, first, end, table, out, error);
}

static char *
words_of (const FzCodes *table, guint row, FzDate first, FzDate end, const Indicator *value)
{
  g_autofree char *from = fz_date_format (first), *to = fz_date_format (fz_date_add_days (end, -1)), *text = text_of (table, row, value);

  return g_strdup_printf ("%s 至 %s：%s", from, to, value->known ? text : "没有数据");
}

static int
row_of (const FzCodes *table, const char *code)
{
  for (guint i = 0; code != NULL && i < fz_codes_get_n (table); i++)
    if (g_str_equal (fz_codes_get (table, i, "code"), code))
      return (int) i;
  return -1;
}

static char *
month_of (FzDate first)
{
  return g_strdup_printf ("%04d-%02d", first.year, first.month);
}

static gboolean
read_checked (FzTxn *txn, gpointer data, GError **error)
{
  return fz_setting_read (txn, CHECKED, &((Check *) data)->checked, error);
}

/* An entry that answers for it already, or the one that was made for this month. */
static gboolean
is_answered (GPtrArray *entries, const char *code, const char *month)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_strcmp0 (fz_fields_get (entries->pdata[i], "field.indicator"), code) == 0 &&
        (!fz_fields_is_yes (entries->pdata[i], "entry.ended") || g_strcmp0 (fz_fields_get (entries->pdata[i], "field.month"), month) == 0))
      return TRUE;
  return FALSE;
}

static gboolean
warn_of (const Check *self, FzTxn *txn, guint row, const char *month, GError **error)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  Indicator limit = limit_of (self->table, row);
  g_autofree char *before = words_of (self->table, row, self->first, self->end, &self->values[row]), *edge = text_of (self->table, row, &limit), *id = NULL;
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_txn_now_us (txn)));
  g_autofree char *subject = g_strdup_printf ("%s预警：%s%s", fz_codes_get (self->table, row, "label"),
                                              g_str_equal (fz_codes_get (self->table, row, "bad"), "below") ? "低于 " : "高于 ", edge);

  fz_fields_set (values, "field.indicator", fz_codes_get (self->table, row, "code"));
  fz_fields_set (values, "field.subject", subject);
  fz_fields_set (values, "field.month", month);
  fz_fields_set (values, "field.before", before);
  fz_fields_set (values, "field.warned_on", today);
  id = fz_entry_receive (self->session->desk, txn, REGISTER, NULL, "warn", BY, values, error);
  return id != NULL;
}

/* Nobody had begun anything, and it is within its limit again. */
static gboolean
recover (const Check *self, FzTxn *txn, const FzFields *entry, const char *month, GError **error)
{
  int row = row_of (self->table, fz_fields_get (entry, "field.indicator"));
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *after = NULL, *id = NULL;

  if (row < 0 || g_strcmp0 (fz_fields_get (entry, "entry.state"), "warned") != 0 || g_strcmp0 (fz_fields_get (entry, "field.month"), month) >= 0 ||
      !self->values[row].known || is_bad (self->table, (guint) row, &self->values[row]))
    return TRUE;
  after = words_of (self->table, (guint) row, self->first, self->end, &self->values[row]);
  fz_fields_set (values, "field.after", after);
  id = fz_entry_receive (self->session->desk, txn, REGISTER, fz_fields_get (entry, "entry.id"), "recover", BY, values, error);
  return id != NULL;
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  const Check *self = data;
  g_autoptr (GPtrArray) entries = fz_entries_all (txn, REGISTER, FALSE, error);
  g_autofree char *month = month_of (self->first);

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!recover (self, txn, entries->pdata[i], month, error))
      return FALSE;
  for (guint i = 0; i < fz_codes_get_n (self->table); i++)
    if (is_bad (self->table, i, &self->values[i]) && !is_answered (entries, fz_codes_get (self->table, i, "code"), month) && !warn_of (self, txn, i, month, error))
      return FALSE;
  return fz_setting_set (txn, CHECKED, month, error) && fz_setting_set (txn, FAILED, NULL, error) && fz_session_audit (self->session, txn, "indicator.check", "indicator", month, "done", NULL, NULL, error);
}

gboolean
fz_indicators_failing (FzTxn *txn, char **out_last, GError **error)
{
  return fz_setting_read (txn, FAILED, out_last, error);
}

typedef struct {
  const Check *check;
  const char *month, *words;
} Failure;

/* Once for each month: it is tried again all the time. */
static gboolean
keep_failure (FzTxn *txn, gpointer data, GError **error)
{
  const Failure *self = data;
  g_autofree char *last = fz_date_format (fz_date_add_days (self->check->end, -1)), *known = NULL;

  return fz_setting_read (txn, FAILED, &known, error) &&
         (g_strcmp0 (known, last) == 0 || (fz_setting_set (txn, FAILED, last, error) &&
                                           fz_session_audit (self->check->session, txn, "indicator.check", "indicator", self->month, "failed", self->words, NULL, error)));
}

gboolean
fz_desk_check_indicators (FzSession *session, GError **error)
{
  g_auto (Check) self = { .session = session };
  g_autoptr (GError) why = NULL;
  g_autofree char *month = NULL;
  Failure failure = { .check = &self };

  if (!fz_session_may (session, "report", "report", NULL, error))
    return FALSE;
  if (fz_session_is_read_only (session, NULL))
    return TRUE;
  self.end = first_of (fz_date_in_beijing (fz_session_now_us (session)));
  self.first = month_before (self.end);
  month = month_of (self.first);
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_checked, &self, error))
    return FALSE;
  if (g_strcmp0 (self.checked, month) >= 0)
    return TRUE;
  self.table = fz_knowledge_codes (session->desk->knowledge, "indicators");
  self.values = g_new0 (Indicator, fz_codes_get_n (self.table));
  if (measure_for (session, self.first, self.end, self.table, self.values, &why) && fz_store_run (session->desk->store, FZ_TXN_RECORD, keep, &self, &why))
    return TRUE;
  failure.month = month;
  failure.words = why->message;
  if (!g_error_matches (why, FZ_ERROR, FZ_ERROR_LOCKED)) /* who was there went: it is due still */
    fz_store_run (session->desk->store, FZ_TXN_RECORD, keep_failure, &failure, NULL);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- what an entry says of it --- */

static FzFields *
refuse (const FzRegister *reg, const char *key, const char *why, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "%s：%s", fz_register_find_field (reg, key)->label, why);
  return NULL;
}

static const char *
said (const FzFields *values, const FzFields *entry, const char *key)
{
  const char *value = values != NULL ? fz_fields_get (values, key) : NULL;

  return value != NULL || entry == NULL ? value : fz_fields_get (entry, key);
}

/* The month that is over; of what began in it or since: the days since then. */
static gboolean
put_computed (FzSession *session, const FzCodes *table, guint row, const char *key, const char *since, FzFields *values, GError **error)
{
  g_autofree Indicator *now = g_new0 (Indicator, fz_codes_get_n (table));
  g_autofree char *words = NULL;
  FzDate today = fz_date_in_beijing (fz_session_now_us (session)), end = first_of (today), first = month_before (end), begun;

  if (since != NULL && fz_date_parse (since, &begun, NULL) && fz_date_compare (begun, first) > 0) {
    first = begun;
    end = fz_date_compare (begun, today) < 0 ? today : fz_date_add_days (begun, 1);
  }
  if (!measure_for (session, first, end, table, now, error))
    return FALSE;
  words = words_of (table, row, first, end, &now[row]);
  fz_fields_set (values, key, words);
  return TRUE;
}

FzFields *
fz_indicators_fill (FzSession *session, const FzRegister *reg, const FzFields *entry, const char *move, const FzFields *values, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (session->desk->knowledge, "indicators");
  g_autoptr (FzFields) out = fz_fields_dup (values, NULL);
  gboolean begins = g_str_equal (move, "begin") || g_str_equal (move, "answer"), ends = g_str_equal (move, "evaluate");
  const char *key = begins ? "field.before" : "field.after", *indicator;
  int row;

  if (!g_str_equal (fz_register_get_name (reg), REGISTER))
    return g_steal_pointer (&out);
  indicator = said (values, entry, "field.indicator");
  if (indicator == NULL)
    return g_steal_pointer (&out); /* which is said to be missing */
  row = row_of (table, indicator);
  if (row >= 0 && fz_fields_has (values, "field.before"))
    return refuse (reg, "before", _ ("这项指标由程序计算，请留空。"), error);
  if (row >= 0 && fz_fields_has (values, "field.after"))
    return refuse (reg, "after", _ ("这项指标由程序计算，请留空。"), error);
  if (row < 0 && (begins || ends) && said (values, entry, key) == NULL)
    return refuse (reg, begins ? "before" : "after", _ ("这项指标程序不能计算，必须填写。"), error);
  if (row < 0 || (!begins && !ends && !g_str_equal (move, "go_on")) || (begins && entry != NULL))
    return g_steal_pointer (&out); /* a warning says before what it was */
  if (!put_computed (session, table, (guint) row, key, begins ? NULL : said (values, entry, "field.begun_on"), out, error))
    return NULL;
  return g_steal_pointer (&out);
}
