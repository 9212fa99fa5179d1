#include "app/report_parts.h"

#include "app/affairs.h"
#include "app/knowledge.h"
#include "app/paper/report_tally.h"
#include "app/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
ask_clear (FzReportAsk *ask)
{
  g_clear_pointer (&ask->visits, g_ptr_array_unref);
  g_clear_pointer (&ask->rx, g_ptr_array_unref);
  g_clear_pointer (&ask->visits_before, g_ptr_array_unref);
  g_clear_pointer (&ask->rx_before, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzReportAsk, ask_clear)

const char *
fz_report_say (const char *chinese, const char *english)
{
  return g_str_equal (_ ("中文"), "中文") ? chinese : english;
}

/* --- visits and prescriptions --- */

static gboolean
gather (FzReportAsk *ask, GError **error)
{
  g_autoptr (FzFields) uploads = NULL;

  return ask->visits != NULL || fz_affairs_gather (ask->session, ask->frame->from_us, ask->frame->to_us, &ask->visits, &ask->rx, &uploads, error);
}

static void
tally (FzReportTally *self, const FzReportFrame *frame, GPtrArray *visits, GPtrArray *rx)
{
  fz_report_tally_begin (self, frame);
  for (guint i = 0; i < visits->len; i++)
    fz_report_tally_visit (self, visits->pdata[i]);
  for (guint i = 0; i < rx->len; i++)
    fz_report_tally_rx (self, rx->pdata[i]);
}

static void
add_number (FzReport *report, const char *label, gint64 n, const char *unit)
{
  fz_report_add_figure (report, label, FZ_VALUE_INTEGER, TRUE, n, unit);
}

static void
add_visits (FzReport *report, FzReportTally *counted)
{
  add_number (report, _ ("就诊申请"), counted->n_visits, _ ("次"));
  add_number (report, _ ("已完成"), counted->visits[FZ_STAGE_FINISHED], _ ("次"));
  fz_report_tally_add_stages (report, counted);
  fz_report_tally_add_days (report, counted);
  fz_report_tally_add_departments (report, counted);
}

static void
add_eligibility (FzReport *report, FzReportTally *counted, GPtrArray *visits)
{
  gint64 judged = 0, follow_up = 0, us = 0;

  for (guint i = 0; i < visits->len; i++) {
    const char *verdict = fz_fields_get_time (visits->pdata[i], "visit.applied_at", &us) && us >= counted->frame->from_us && us < counted->frame->to_us
                              ? fz_fields_get (visits->pdata[i], "eligibility.verdict")
                              : NULL;

    judged += verdict != NULL;
    follow_up += g_strcmp0 (verdict, "eligible") == 0;
  }
  add_number (report, _ ("作出复诊判断"), judged, _ ("次"));
  fz_report_add_rate (report, _ ("符合复诊条件"), follow_up, judged);
  fz_report_add_rate (report, _ ("拒诊率"), counted->visits[FZ_STAGE_REFUSED], counted->n_visits);
  fz_report_add_rate (report, _ ("终止率"), counted->visits[FZ_STAGE_TERMINATED], counted->n_visits);
  fz_report_add_rate (report, _ ("患者撤销率"), counted->visits[FZ_STAGE_WITHDRAWN], counted->n_visits);
  fz_report_tally_add_ends (report, counted);
}

/* What became of what was sent back or refused, and of what was signed in spite of a finding. */
static void
add_interventions (FzReport *report, const FzReportTally *counted, GPtrArray *rx)
{
  FzReportTable *table = fz_report_add_table (report, _ ("干预及效果"), FZ_CHART_NONE, _ ("项目"), FZ_VALUE_TEXT, _ ("处方数"), FZ_VALUE_INTEGER, _ ("占开具处方"),
                                              FZ_VALUE_PERCENT, NULL);
  static const char *const labels[] = { N_ ("有提示、写明理由后签署"), N_ ("退回后改写为新处方"), N_ ("退回后由医师再次签名确认"), N_ ("退回或不通过，未再开具") };
  gint64 n[G_N_ELEMENTS (labels)] = { 0 }, us = 0;

  for (guint i = 0; i < rx->len; i++) {
    const FzFields *one = rx->pdata[i];
    gboolean back = g_strcmp0 (fz_fields_get (one, "rx.verdict"), "returned") == 0 || g_strcmp0 (fz_fields_get (one, "rx.verdict"), "refused") == 0;

    if (!fz_fields_get_time (one, "rx.signed_at", &us) || us < counted->frame->from_us || us >= counted->frame->to_us)
      continue;
    n[0] += fz_fields_count (one, "override") > 0;
    n[1] += back && fz_fields_has (one, "rx.replaced_by");
    n[2] += fz_fields_has (one, "rx.confirmed_at") && fz_fields_has (one, "rx.confirm_words");
    n[3] += back && !fz_fields_has (one, "rx.replaced_by");
  }
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++) {
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], _ (labels[i]));
    fz_report_cell_set (&row[1], n[i]);
    fz_report_cell_set_share (&row[2], n[i], counted->n_rx);
  }
}

static void
add_review (FzReport *report, FzReportTally *counted, GPtrArray *rx)
{
  gint64 reviewed = counted->approved + counted->returned + counted->refused;

  add_number (report, _ ("开具处方"), counted->n_rx, _ ("张"));
  add_number (report, _ ("已审核"), reviewed, _ ("张"));
  fz_report_add_rate (report, _ ("审核通过率"), counted->approved, reviewed);
  fz_report_add_rate (report, _ ("退回率"), counted->returned, reviewed);
  fz_report_add_rate (report, _ ("审核不通过率"), counted->refused, reviewed);
  fz_report_tally_add_review_reasons (report, counted);
  add_interventions (report, counted, rx);
}

static void
add_waiting (FzReport *report, FzReportTally *counted)
{
  fz_report_tally_add_spans (report, counted);
  fz_report_tally_add_hours (report, counted);
}

static gboolean
add_counted (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  FzReportTally counted = { 0 };

  if (!gather (ask, error))
    return FALSE;
  tally (&counted, ask->frame, ask->visits, ask->rx);
  if (g_str_equal (part->what, "visits"))
    add_visits (report, &counted);
  else if (g_str_equal (part->what, "departments"))
    fz_report_tally_add_departments (report, &counted);
  else if (g_str_equal (part->what, "eligibility"))
    add_eligibility (report, &counted, ask->visits);
  else if (g_str_equal (part->what, "review"))
    add_review (report, &counted, ask->rx);
  else
    add_waiting (report, &counted);
  fz_report_tally_end (&counted);
  return TRUE;
}

/* --- indicators against the period before, each with its limit (Sichuan 2020 art. 20) --- */

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

static gboolean
measure (FzReportAsk *ask, const FzReportFrame *frame, GPtrArray *visits, GPtrArray *rx, const FzCodes *table, Indicator *out, GError **error)
{
  FzReportTally counted = { 0 };
  gint64 due = 0, in_time = 0, reviewed;

  if (!fz_report_count_upload (ask, frame->from_us, frame->to_us, &due, &in_time, error))
    return FALSE;
  tally (&counted, frame, visits, rx);
  reviewed = counted.approved + counted.returned + counted.refused;
  for (guint i = 0; i < fz_codes_get_n (table); i++) {
    const char *code = fz_codes_get (table, i, "code");

    if (g_str_equal (code, "review_pass"))
      out[i] = share_of (counted.approved, reviewed);
    else if (g_str_equal (code, "review_return"))
      out[i] = share_of (counted.returned, reviewed);
    else if (g_str_equal (code, "visit_ended"))
      out[i] = share_of (counted.visits[FZ_STAGE_REFUSED] + counted.visits[FZ_STAGE_TERMINATED], counted.n_visits);
    else if (g_str_equal (code, "wait_median"))
      out[i] = middle_of (counted.waits);
    else if (g_str_equal (code, "review_median"))
      out[i] = middle_of (counted.reviews);
    else if (g_str_equal (code, "upload_in_time"))
      out[i] = share_of (in_time, due);
    else
      out[i] = (Indicator) { 0 };
  }
  fz_report_tally_end (&counted);
  return TRUE;
}

static void
set_indicator (FzReportCell *cell, gboolean known, gint64 value, FzValueType type)
{
  FzReportCell one = { .known = known, .number = value };
  g_autofree char *text = fz_report_cell_text (&one, type);

  fz_report_cell_set_text (cell, text);
}

/* Worse than the limit; nothing is said of what is not known. */
static gboolean
is_bad (const FzCodes *table, guint row, const Indicator *now, gint64 limit)
{
  return now->known && (g_str_equal (fz_codes_get (table, row, "bad"), "below") ? now->value < limit : now->value > limit);
}

static guint
add_indicator (FzReportTable *to, const FzCodes *table, guint i, const Indicator *before, const Indicator *now)
{
  FzValueType type = g_str_equal (fz_codes_get (table, i, "unit"), "percent") ? FZ_VALUE_PERCENT : FZ_VALUE_DURATION;
  gint64 limit = g_ascii_strtoll (fz_codes_get (table, i, "limit"), NULL, 10);
  gboolean below = g_str_equal (fz_codes_get (table, i, "bad"), "below"), bad = is_bad (table, i, now, limit);
  FzReportCell *row = fz_report_add_row (to);
  const char *trend = !before->known || !now->known ? "—" : now->value == before->value ? _ ("持平") : now->value > before->value ? _ ("上升") : _ ("下降");
  FzReportCell edge = { .known = TRUE, .number = limit };
  g_autofree char *value = fz_report_cell_text (&edge, type), *words = g_strdup_printf (below ? _ ("低于 %s") : _ ("高于 %s"), value);

  fz_report_cell_set_text (&row[0], fz_report_say (fz_codes_get (table, i, "label"), fz_codes_get (table, i, "label_en")));
  set_indicator (&row[1], before->known, before->value, type);
  set_indicator (&row[2], now->known, now->value, type);
  fz_report_cell_set_text (&row[3], trend);
  fz_report_cell_set_text (&row[4], words);
  fz_report_cell_set_text (&row[5], !now->known ? "—" : bad ? _ ("预警") : _ ("正常"));
  return bad;
}

static gboolean
add_indicators (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (ask->session->desk->knowledge, "indicators");
  FzReportFrame past = *ask->frame;
  g_autoptr (FzFields) uploads = NULL;
  g_autofree Indicator *before = g_new0 (Indicator, fz_codes_get_n (table)), *now = g_new0 (Indicator, fz_codes_get_n (table));
  FzReportTable *to;
  guint n_bad = 0;

  past.to_us = ask->frame->from_us;
  past.from_us = past.to_us - (ask->frame->to_us - ask->frame->from_us);
  if (!gather (ask, error) ||
      (ask->visits_before == NULL &&
       !fz_affairs_gather (ask->session, past.from_us, past.to_us, &ask->visits_before, &ask->rx_before, &uploads, error)) ||
      !measure (ask, &past, ask->visits_before, ask->rx_before, table, before, error) || !measure (ask, ask->frame, ask->visits, ask->rx, table, now, error))
    return FALSE;
  to = fz_report_add_table (report, _ ("质量指标（与同样长的上一期相比）"), FZ_CHART_NONE, _ ("指标"), FZ_VALUE_TEXT, _ ("上一期"), FZ_VALUE_TEXT, _ ("本期"), FZ_VALUE_TEXT,
                            _ ("趋势"), FZ_VALUE_TEXT, _ ("警戒"), FZ_VALUE_TEXT, _ ("状态"), FZ_VALUE_TEXT, NULL);
  for (guint i = 0; i < fz_codes_get_n (table); i++)
    n_bad += add_indicator (to, table, i, &before[i], &now[i]);
  add_number (report, _ ("预警指标"), n_bad, _ ("项"));
  return TRUE;
}

/* --- plans --- */

static const struct {
  const char *word;
  FzReportAdd add;
} parts[] = { { "visits", add_counted },
              { "departments", add_counted },
              { "eligibility", add_counted },
              { "review", add_counted },
              { "waiting", add_counted },
              { "indicators", add_indicators },
              { "register", fz_report_add_register },
              { "upload", fz_report_add_upload },
              { "staff", fz_report_add_staff },
              { "institution", fz_report_add_institution },
              { "retention", fz_report_add_retention } };

static FzReportAdd
find_part (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].word, word))
      return parts[i].add;
  return NULL;
}

static gboolean
check_plan (FzDesk *desk, const FzReportPlan *plan, GError **error)
{
  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++) {
    const FzReportPart *part = fz_report_plan_get_part (plan, i);
    const FzRegister *reg = part->reg != NULL ? fz_register_find (desk, part->reg, error) : NULL;

    if (find_part (part->what) == NULL) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报表“%s”：没有“%s”这一部分。"), fz_report_plan_get_name (plan), part->what);
      return FALSE;
    }
    if (part->reg != NULL && (reg == NULL || !fz_report_part_check (part, reg, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_report_plans_load (FzDesk *desk, GError **error)
{
  g_auto (GStrv) files = fz_data_list ("reports");

  desk->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_report_plan_free);
  for (guint i = 0; files[i] != NULL; i++) {
    g_autofree char *path = g_strconcat ("reports/", files[i], NULL);
    g_autoptr (GBytes) bytes = fz_data_load (path, error);
    FzReportPlan *plan = bytes != NULL ? fz_report_plan_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;

    if (plan == NULL)
      return FALSE;
    g_ptr_array_add (desk->reports, plan);
    if (!check_plan (desk, plan, error))
      return FALSE;
  }
  return TRUE;
}

const FzReportPlan *
fz_report_plan_find (FzDesk *desk, const char *name)
{
  for (guint i = 0; i < desk->reports->len; i++)
    if (g_strcmp0 (fz_report_plan_get_name (desk->reports->pdata[i]), name) == 0)
      return desk->reports->pdata[i];
  return NULL;
}

FzReport *
fz_report_plan_make (FzSession *session, const FzReportPlan *plan, const FzReportFrame *frame, GError **error)
{
  g_auto (FzReportAsk) ask = { .session = session, .frame = frame };
  g_autoptr (FzReport) report = fz_report_new (fz_report_say (fz_report_plan_get_title (plan), fz_report_plan_get_title_en (plan)), frame);

  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++)
    ask.n_registers += fz_report_plan_get_part (plan, i)->reg != NULL;
  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++) {
    const FzReportPart *part = fz_report_plan_get_part (plan, i);

    if (!find_part (part->what) (report, &ask, part, error))
      return NULL;
  }
  return g_steal_pointer (&report);
}
