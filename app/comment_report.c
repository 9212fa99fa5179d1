#include "app/comment_report.h"

#include "app/comment.h"
#include "app/report_parts.h"
#include "db/comments.h"

#include <glib/gi18n-lib.h>

#define MOST_PLANS 1000
#define MOST_ITEMS 1000

typedef struct {
  FzCommentOf of;
  char *from, *to;
  GPtrArray *plans, *items; /* FzFields; items confirmed only */
} Gather;

static void
gather_clear (Gather *gather)
{
  g_clear_pointer (&gather->plans, g_ptr_array_unref);
  g_clear_pointer (&gather->items, g_ptr_array_unref);
  g_free (gather->from);
  g_free (gather->to);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gather, gather_clear)

static gboolean
is_within (const Gather *gather, const FzFields *plan)
{
  const char *to = fz_fields_get (plan, "plan.to"), *state = fz_fields_get (plan, "plan.state");

  return fz_comment_is_record (plan) == (gather->of == FZ_COMMENT_OF_RECORDS) && g_strcmp0 (to, gather->from) >= 0 && g_strcmp0 (to, gather->to) <= 0 && g_strcmp0 (state, "asked") != 0 && g_strcmp0 (state, "declined") != 0;
}

static gboolean
add_items (FzTxn *txn, Gather *gather, const FzFields *plan, GError **error)
{
  g_autoptr (GPtrArray) items = fz_comments_list (txn, fz_fields_get (plan, "plan.id"), 0, MOST_ITEMS, error);

  for (guint i = 0; items != NULL && i < items->len; i++)
    if (fz_fields_has (items->pdata[i], "confirm.at"))
      g_ptr_array_add (gather->items, fz_fields_ref (items->pdata[i]));
  return items != NULL;
}

static gboolean
gather_all (FzTxn *txn, gpointer data, GError **error)
{
  Gather *gather = data;
  g_autoptr (GPtrArray) plans = fz_comment_plans_list (txn, MOST_PLANS, error);

  for (guint i = plans != NULL ? plans->len : 0; i > 0; i--) { /* oldest first */
    if (!is_within (gather, plans->pdata[i - 1]))
      continue;
    g_ptr_array_add (gather->plans, fz_fields_ref (plans->pdata[i - 1]));
    if (!add_items (txn, gather, plans->pdata[i - 1], error))
      return FALSE;
  }
  return plans != NULL;
}

/* --- the tables --- */

static guint
count_state (const Gather *gather, const char *key)
{
  guint n = 0;

  for (guint i = 0; i < gather->items->len; i++)
    n += fz_fields_has (gather->items->pdata[i], key);
  return n;
}

static guint
count_result (const Gather *gather, guint rank)
{
  guint n = 0;

  for (guint i = 0; i < gather->items->len; i++)
    n += fz_comment_result_rank (fz_fields_get (gather->items->pdata[i], "comment.result")) == rank;
  return n;
}

static guint
count_value (const Gather *gather, const char *key, const char *value)
{
  guint n = 0;

  for (guint i = 0; i < gather->items->len; i++)
    n += g_strcmp0 (fz_fields_get (gather->items->pdata[i], key), value) == 0;
  return n;
}

static void
add_figures (FzReport *report, const Gather *gather)
{
  guint n = gather->items->len, good = count_result (gather, 0);

  fz_report_add_figure (report, _ ("点评样本"), FZ_VALUE_INTEGER, TRUE, gather->plans->len, _ ("份"));
  fz_report_add_figure (report, _ ("点评张数"), FZ_VALUE_INTEGER, TRUE, n, C_ ("单位", "张"));
  fz_report_add_figure (report, _ ("合理率"), FZ_VALUE_PERCENT, n > 0, n > 0 ? ((gint64) good * 10000 + n / 2) / n : 0, NULL);
  fz_report_add_figure (report, _ ("不合理"), FZ_VALUE_INTEGER, TRUE, n - good, C_ ("单位", "张"));
  fz_report_add_figure (report, _ ("医师申诉"), FZ_VALUE_INTEGER, TRUE, count_value (gather, "reply.stance", "appealed"), C_ ("单位", "张"));
  fz_report_add_figure (report, _ ("申诉后更改"), FZ_VALUE_INTEGER, TRUE, count_value (gather, "answer.changed", "yes"), C_ ("单位", "张"));
  fz_report_add_figure (report, _ ("医师已答复"), FZ_VALUE_INTEGER, TRUE, count_state (gather, "reply.at"), C_ ("单位", "张"));
}

static void
add_results (FzReport *report, const Gather *gather)
{
  FzReportTable *table = fz_report_add_table (report, _ ("点评结果"), FZ_CHART_NONE, _ ("结果"), FZ_VALUE_TEXT, _ ("张数"), FZ_VALUE_INTEGER,
                                              _ ("占比"), FZ_VALUE_PERCENT, NULL);

  for (guint rank = 0; fz_comment_result_word (rank) != NULL; rank++) {
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], fz_comment_result_label (fz_comment_result_word (rank)));
    fz_report_cell_set (&row[1], count_result (gather, rank));
    fz_report_cell_set_share (&row[2], count_result (gather, rank), gather->items->len);
  }
}

static guint
count_code (const Gather *gather, const char *code)
{
  guint n = 0;

  for (guint i = 0; i < gather->items->len; i++)
    for (guint k = 0; k < fz_fields_count (gather->items->pdata[i], "comment.code"); k++)
      n += g_strcmp0 (fz_fields_get_at (gather->items->pdata[i], "comment.code", k, "code"), code) == 0;
  return n;
}

static void
add_codes (FzReport *report, FzDesk *desk, const Gather *gather)
{
  gboolean records = gather->of == FZ_COMMENT_OF_RECORDS;
  FzCodes *codes = fz_comment_codes (desk, gather->of);
  FzReportTable *table = fz_report_add_table (report, records ? _ ("病历质控：按缺陷") : _ ("按代码"), FZ_CHART_NONE, _ ("代码"), FZ_VALUE_TEXT, _ ("内容"),
                                              FZ_VALUE_TEXT, records ? _ ("份数") : _ ("张数"), FZ_VALUE_INTEGER, NULL);

  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    guint n = count_code (gather, fz_codes_get (codes, i, "code"));
    FzReportCell *row = n > 0 ? fz_report_add_row (table) : NULL;

    if (row == NULL)
      continue;
    fz_report_cell_set_text (&row[0], fz_codes_get (codes, i, "code"));
    fz_report_cell_set_text (&row[1], fz_codes_get (codes, i, "label"));
    fz_report_cell_set (&row[2], n);
  }
}

static void
add_departments (FzReport *report, FzDesk *desk, const Gather *gather)
{
  gboolean records = gather->of == FZ_COMMENT_OF_RECORDS;
  g_autoptr (GArray) cells = fz_comment_departments (desk, gather->items);
  FzReportTable *table = fz_report_add_table (report, records ? _ ("病历质控：按科室（份数少的合并）") : _ ("按科室（张数少的合并）"), FZ_CHART_NONE, _ ("科室"),
                                              FZ_VALUE_TEXT, records ? _ ("质控份数") : _ ("点评张数"), FZ_VALUE_INTEGER,
                                              records ? _ ("甲级率") : _ ("合理率"), FZ_VALUE_PERCENT, NULL);

  for (guint i = 0; i < cells->len; i++) {
    const FzCommentCell *cell = &g_array_index (cells, FzCommentCell, i);
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], cell->name);
    fz_report_cell_set (&row[1], cell->n);
    fz_report_cell_set_share (&row[2], cell->n - cell->bad, cell->n);
  }
}

static void
add_plans (FzReport *report, const Gather *gather)
{
  static const char *const keys[] = { "plan.population.n", "plan.n", "plan.count.due" };
  FzReportTable *table = fz_report_add_table (report, _ ("样本"), FZ_CHART_NONE, _ ("编号"), FZ_VALUE_TEXT, _ ("期间"), FZ_VALUE_TEXT, _ ("对象"), FZ_VALUE_TEXT,
                                              _ ("处方总数"), FZ_VALUE_INTEGER, _ ("抽取"), FZ_VALUE_INTEGER, _ ("未点评"), FZ_VALUE_INTEGER, _ ("状态"),
                                              FZ_VALUE_TEXT, NULL);

  for (guint i = 0; i < gather->plans->len; i++) {
    const FzFields *plan = gather->plans->pdata[i];
    const char *label = fz_fields_get (plan, "plan.target.label");
    g_autofree char *period = g_strdup_printf (_ ("%s 至 %s"), fz_fields_get (plan, "plan.from"), fz_fields_get (plan, "plan.to"));
    FzReportCell *row = fz_report_add_row (table);

    /* A sample aimed at a doctor or a medicine is named by its kind only. */
    fz_report_cell_set_text (&row[0], fz_fields_get (plan, "plan.id"));
    fz_report_cell_set_text (&row[1], period);
    fz_report_cell_set_text (&row[2], label == NULL ? _ ("随机抽样") : fz_fields_is_yes (plan, "plan.approval_needed") ? _ ("专项点评") : label);
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      gint64 n = 0;

      fz_fields_get_int (plan, keys[k], &n);
      fz_report_cell_set (&row[3 + k], n);
    }
    fz_report_cell_set_text (&row[6], fz_comment_plan_state_label (fz_fields_get (plan, "plan.state")));
  }
}

static gboolean
gather_frame (Gather *gather, FzSession *session, const FzReportFrame *frame, GError **error)
{
  gather->plans = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  gather->items = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  gather->from = fz_date_format (fz_date_in_beijing (frame->from_us));
  gather->to = fz_date_format (fz_date_in_beijing (frame->to_us - 1));
  return fz_store_run (session->desk->store, FZ_TXN_READ, gather_all, gather, error);
}

FzReport *
fz_comment_report (FzSession *session, const FzReportFrame *frame, GError **error)
{
  g_auto (Gather) gather = { .of = FZ_COMMENT_OF_PRESCRIPTIONS };
  FzReport *report;

  if (!gather_frame (&gather, session, frame, error))
    return NULL;
  report = fz_report_new (_ ("处方点评统计"), frame);
  add_figures (report, &gather);
  add_results (report, &gather);
  add_codes (report, session->desk, &gather);
  add_departments (report, session->desk, &gather);
  add_plans (report, &gather);
  return report;
}

/* --- records, a part of the report of quality --- */

static guint
count_grade (const Gather *gather, guint rank)
{
  return count_value (gather, "comment.result", fz_record_grade_word (rank));
}

static void
add_record_figures (FzReport *report, const Gather *gather)
{
  guint n = gather->items->len, terms = count_state (gather, "rectify.until");

  fz_report_add_figure (report, _ ("病历质控"), FZ_VALUE_INTEGER, TRUE, n, _ ("份"));
  fz_report_add_figure (report, _ ("甲级率"), FZ_VALUE_PERCENT, n > 0, n > 0 ? ((gint64) count_grade (gather, 0) * 10000 + n / 2) / n : 0, NULL);
  fz_report_add_figure (report, _ ("应整改"), FZ_VALUE_INTEGER, TRUE, terms, _ ("份"));
  fz_report_add_figure (report, _ ("整改办结"), FZ_VALUE_INTEGER, TRUE, count_value (gather, "comment.state", "closed"), _ ("份"));
  fz_report_add_figure (report, _ ("对病历质控申诉"), FZ_VALUE_INTEGER, TRUE, count_value (gather, "reply.stance", "appealed"), _ ("份"));
}

static void
add_grades (FzReport *report, const Gather *gather)
{
  FzReportTable *table = fz_report_add_table (report, _ ("病历等级"), FZ_CHART_NONE, _ ("等级"), FZ_VALUE_TEXT, _ ("线上"), FZ_VALUE_INTEGER, _ ("线下"),
                                              FZ_VALUE_INTEGER, _ ("占比"), FZ_VALUE_PERCENT, NULL);

  for (guint rank = 0; rank < FZ_N_RECORD_GRADES; rank++) {
    FzReportCell *row = fz_report_add_row (table);
    guint online = 0, n = count_grade (gather, rank);

    for (guint i = 0; i < gather->items->len; i++)
      online += g_strcmp0 (fz_fields_get (gather->items->pdata[i], "comment.result"), fz_record_grade_word (rank)) == 0 &&
                g_strcmp0 (fz_fields_get (gather->items->pdata[i], "comment.place"), "online") == 0;
    fz_report_cell_set_text (&row[0], fz_comment_result_label (fz_record_grade_word (rank)));
    fz_report_cell_set (&row[1], online);
    fz_report_cell_set (&row[2], n - online);
    fz_report_cell_set_share (&row[3], n, gather->items->len);
  }
}

gboolean
fz_report_add_records (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  g_auto (Gather) gather = { .of = FZ_COMMENT_OF_RECORDS };

  if (!gather_frame (&gather, ask->session, ask->frame, error))
    return FALSE;
  add_record_figures (report, &gather);
  add_grades (report, &gather);
  add_codes (report, ask->session->desk, &gather);
  add_departments (report, ask->session->desk, &gather);
  return TRUE;
}
