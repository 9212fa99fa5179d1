/* How things stand: uploads, people's papers, the institution, what is kept and what was removed (上报、资质、机构、保存). */
#include "app/report_parts.h"

#include "app/knowledge.h"
#include "app/proposal.h"
#include "core/purge.h"
#include "core/retention.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/outbox.h"
#include "db/registers.h"
#include "db/tombstone.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 200
#define SOON_DAYS 90

/* --- uploads --- */

typedef struct {
  gint64 due, accepted, judged, in_time, blocked, refused, waiting, dropped;
} Kind;

/* Rows made in a time. */
typedef struct {
  gint64 from_us, to_us;
  GHashTable *kinds; /* visit, record … -> Kind; NULL: all together only */
  Kind all;
} Range;

typedef struct {
  Range *ranges;
  guint n;
  gint64 from_us, now_us; /* the earliest of them */
  gint64 before, made_us; /* of the last row that was read: the next page goes on there */
  gboolean more;
} Uploads;

static gboolean
is_state (const FzFields *row, const char *state)
{
  return g_strcmp0 (fz_fields_get (row, "state"), state) == 0;
}

/* The platform wants what was made on a day by the end of the day after; what still has time is not judged. */
static void
count_row (const FzFields *row, gint64 made_us, gint64 now_us, Kind *kind)
{
  gint64 changed_us = 0, last_us = fz_date_beijing_start_us (fz_date_add_days (fz_date_in_beijing (made_us), 2));
  gboolean accepted = is_state (row, "accepted") || is_state (row, "settled_sent");

  if (is_state (row, "settled_not_sent")) {
    kind->dropped++;
    return;
  }
  fz_fields_get_time (row, "changed_at", &changed_us);
  kind->due++;
  kind->accepted += accepted;
  kind->judged += accepted || now_us >= last_us;
  kind->in_time += accepted && changed_us < last_us;
  kind->blocked += is_state (row, "blocked");
  kind->refused += is_state (row, "refused");
  kind->waiting += !accepted && !is_state (row, "blocked") && !is_state (row, "refused");
}

static Kind *
kind_of (GHashTable *kinds, const char *key)
{
  g_autofree char *word = g_strndup (key, strcspn (key, ":"));
  Kind *kind = g_hash_table_lookup (kinds, word);

  if (kind == NULL) {
    kind = g_new0 (Kind, 1);
    g_hash_table_insert (kinds, g_steal_pointer (&word), kind);
  }
  return kind;
}

static void
count_in_ranges (const Uploads *self, const FzFields *row)
{
  for (guint i = 0; i < self->n; i++) {
    Range *range = &self->ranges[i];

    if (self->made_us < range->from_us || self->made_us >= range->to_us)
      continue;
    if (range->kinds != NULL)
      count_row (row, self->made_us, self->now_us, kind_of (range->kinds, fz_fields_get (row, "key")));
    count_row (row, self->made_us, self->now_us, &range->all);
  }
}

/* One page, newest first; rows of tasks for a person were never to be sent. */
static gboolean
read_uploads (FzTxn *txn, gpointer data, GError **error)
{
  Uploads *self = data;
  g_autoptr (GPtrArray) rows = fz_outbox_list (txn, NULL, self->before, PAGE, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    fz_fields_get_int (rows->pdata[i], "id", &self->before);
    fz_fields_get_time (rows->pdata[i], "made_at", &self->made_us);
    if (!fz_fields_has (rows->pdata[i], "task"))
      count_in_ranges (self, rows->pdata[i]);
  }
  self->more = rows != NULL && rows->len == PAGE && self->made_us >= self->from_us;
  return rows != NULL;
}

static gboolean
gather_uploads (FzReportAsk *ask, Range *ranges, guint n, GError **error)
{
  gint64 made_us = ask->frame->made_us;
  Uploads self = { ranges, n, G_MAXINT64, made_us, 0, made_us, TRUE };
  gboolean good = TRUE;

  for (guint i = 0; i < n; i++)
    self.from_us = MIN (self.from_us, ranges[i].from_us);
  ask->share = FZ_REPORT_READING;
  while (good && self.more)
    good = fz_report_step (ask, (double) (made_us - self.made_us) / (double) MAX (made_us - self.from_us, 1), error) &&
           fz_store_run (ask->session->desk->store, FZ_TXN_READ, read_uploads, &self, error);
  ask->done += ask->share;
  ask->share = 0;
  return good;
}

gboolean
fz_report_count_upload (FzReportAsk *ask, const FzReportFrame *const *frames, guint n, gint64 *out_judged, gint64 *out_in_time, GError **error)
{
  g_autofree Range *ranges = g_new0 (Range, n);

  for (guint i = 0; i < n; i++)
    ranges[i] = (Range) { .from_us = frames[i]->from_us, .to_us = frames[i]->to_us };
  if (!gather_uploads (ask, ranges, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    out_judged[i] = ranges[i].all.judged;
    out_in_time[i] = ranges[i].all.in_time;
  }
  return TRUE;
}

static const char *
kind_label (const char *word)
{
  static const char *const labels[][2] = { { "visit", N_ ("就诊") },       { "record", N_ ("病历") },     { "prescription", N_ ("处方") },
                                           { "delivery", N_ ("发药") },    { "drug", N_ ("药品目录") },   { "event", N_ ("不良事件") },    { "none", N_ ("每日签到") },
                                           { "evaluation", N_ ("患者评价") }, { "consultation", N_ ("在线咨询") }, { "appointment", N_ ("在线预约") },
                                           { "remote", N_ ("远程会诊") },  { "service", N_ ("远程医疗服务") }, { "nursing", N_ ("互联网护理") } };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (labels[i][0], word))
      return _ (labels[i][1]);
  return word;
}

static void
add_kind (FzReportTable *table, const char *label, const Kind *kind)
{
  gint64 numbers[] = { kind->due, kind->accepted, kind->blocked, kind->refused, kind->waiting, kind->dropped };
  FzReportCell *row = fz_report_add_row (table);

  fz_report_cell_set_text (&row[0], label);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    fz_report_cell_set (&row[1 + i], numbers[i]);
  fz_report_cell_set_share (&row[7], kind->accepted, kind->due);
  fz_report_cell_set_share (&row[8], kind->in_time, kind->judged);
}

gboolean
fz_report_add_upload (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Range uploads = { .from_us = ask->frame->from_us, .to_us = ask->frame->to_us, .kinds = kinds };
  FzReportTable *table;
  g_autoptr (GList) words = NULL;

  if (!gather_uploads (ask, &uploads, 1, error))
    return FALSE;
  words = g_list_sort (g_hash_table_get_keys (kinds), (GCompareFunc) strcmp);
  fz_report_add_figure (report, _ ("应上报"), FZ_VALUE_INTEGER, TRUE, uploads.all.due, _ ("条"));
  fz_report_add_rate (report, _ ("上报完整率"), uploads.all.accepted, uploads.all.due);
  fz_report_add_rate (report, _ ("次日内上报比例"), uploads.all.in_time, uploads.all.judged);
  table = fz_report_add_table (report, _ ("上报完整与及时"), FZ_CHART_BARS, _ ("类别"), FZ_VALUE_TEXT, _ ("应上报"), FZ_VALUE_INTEGER, _ ("已接收"), FZ_VALUE_INTEGER,
                               _ ("缺项"), FZ_VALUE_INTEGER, _ ("被拒"), FZ_VALUE_INTEGER, _ ("在途"), FZ_VALUE_INTEGER, _ ("不报"), FZ_VALUE_INTEGER, _ ("完整率"),
                               FZ_VALUE_PERCENT, _ ("次日内"), FZ_VALUE_PERCENT, NULL);
  for (GList *word = words; word != NULL; word = word->next)
    add_kind (table, kind_label (word->data), g_hash_table_lookup (kinds, word->data));
  if (words != NULL)
    add_kind (table, _ ("合计"), &uploads.all);
  return TRUE;
}

/* --- people's papers, as of the moment --- */

static gboolean
read_staff (FzTxn *txn, gpointer data, GError **error)
{
  *(GPtrArray **) data = fz_staff_list (txn, error);
  return *(GPtrArray **) data != NULL;
}

static gboolean
serves (const FzFields *person)
{
  const char *role = fz_fields_get (person, "role");

  return !fz_fields_has (person, "left_at") && (g_strcmp0 (role, "doctor") == 0 || g_strcmp0 (role, "pharmacist") == 0);
}

enum { IN_DATE, SOON, OVER, NOT_SAID, N_STANDINGS };

static guint
standing_of (const char *until, FzDate today)
{
  FzDate day;
  gint64 left;

  if (until == NULL || !fz_date_parse (until, &day, NULL))
    return NOT_SAID;
  left = fz_date_days_between (today, day);
  return left < 0 ? OVER : left <= SOON_DAYS ? SOON : IN_DATE;
}

/* Whose papers are over is for medical affairs to act on today. */
static void
add_lapsed (FzReportTable *table, const FzFields *person, const char *paper, const char *until)
{
  FzReportCell *row = fz_report_add_row (table);
  FzDate day;

  fz_report_cell_set_text (&row[0], fz_fields_get (person, "number"));
  fz_report_cell_set_text (&row[1], fz_fields_get (person, "name"));
  fz_report_cell_set_text (&row[2], paper);
  if (fz_date_parse (until, &day, NULL))
    fz_report_cell_set (&row[3], fz_date_to_days (day));
}

gboolean
fz_report_add_staff (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  /* Only of whom the third says, where it does: nobody else needs the paper. */
  static const char *const papers[][3] = { { "licence_until", N_ ("执业证书"), NULL },
                                           { "insurance_until", N_ ("医疗责任险"), NULL },
                                           { "agreement_until", N_ ("第三方药师合作协议"), "employer" },
                                           { "multi_site_until", N_ ("多机构执业备案"), "multi_site_filing" } };
  g_autoptr (GPtrArray) staff = NULL;
  FzDate today = fz_date_in_beijing (ask->frame->made_us);
  FzReportTable *table, *lapsed;
  gint64 n = 0;

  if (!fz_store_run (ask->session->desk->store, FZ_TXN_READ, read_staff, &staff, error))
    return FALSE;
  table = fz_report_add_table (report, _ ("医师、药师的证照"), FZ_CHART_NONE, _ ("证照"), FZ_VALUE_TEXT, _ ("有效"), FZ_VALUE_INTEGER, _ ("90天内到期"), FZ_VALUE_INTEGER,
                               _ ("已过期"), FZ_VALUE_INTEGER, _ ("未登记"), FZ_VALUE_INTEGER, NULL);
  lapsed = fz_report_add_table (report, _ ("已过期的证照"), FZ_CHART_NONE, _ ("工号"), FZ_VALUE_TEXT, _ ("姓名"), FZ_VALUE_TEXT, _ ("证照"), FZ_VALUE_TEXT, _ ("有效期至"),
                                FZ_VALUE_DATE, NULL);
  for (guint k = 0; k < G_N_ELEMENTS (papers); k++) {
    gint64 counts[N_STANDINGS] = { 0 };
    FzReportCell *row;

    for (guint i = 0; i < staff->len; i++) {
      const char *until = fz_fields_get (staff->pdata[i], papers[k][0]);
      guint standing = standing_of (until, today);

      if (!serves (staff->pdata[i]) || !fz_report_wants_person (ask, fz_fields_get (staff->pdata[i], "number")))
        continue;
      n += k == 0;
      if (papers[k][2] != NULL && until == NULL && !fz_fields_has (staff->pdata[i], papers[k][2]))
        continue;
      counts[standing]++;
      if (standing == OVER)
        add_lapsed (lapsed, staff->pdata[i], _ (papers[k][1]), until);
    }
    row = fz_report_add_row (table);
    fz_report_cell_set_text (&row[0], _ (papers[k][1]));
    for (guint c = 0; c < N_STANDINGS; c++)
      fz_report_cell_set (&row[1 + c], counts[c]);
  }
  fz_report_add_figure (report, _ ("在岗医师、药师"), FZ_VALUE_INTEGER, TRUE, n, _ ("人"));
  return TRUE;
}

/* --- the institution, as of the moment --- */

static gboolean
read_institution (FzTxn *txn, gpointer data, GError **error)
{
  *(FzFields **) data = fz_profile_get (txn, "institution", error);
  return *(FzFields **) data != NULL;
}

gboolean
fz_report_add_institution (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  static const char *const lines[][2] = { { "organ.name", N_ ("机构名称") },         { "organ.second_name", N_ ("第二名称") },
                                          { "organ.physical_name", N_ ("依托的实体医疗机构") }, { "organ.code", N_ ("统一社会信用代码或登记号") },
                                          { "organ.licence", N_ ("执业许可证编号") },   { "organ.licence_until", N_ ("执业许可证有效期至") },
                                          { "organ.business_from", N_ ("业务时间自") },  { "organ.business_until", N_ ("业务时间至") } };
  g_autoptr (FzFields) institution = NULL;
  FzReportTable *table;
  gint64 n, physical = 0;

  if (!fz_store_run (ask->session->desk->store, FZ_TXN_READ, read_institution, &institution, error))
    return FALSE;
  table = fz_report_add_table (report, _ ("机构"), FZ_CHART_NONE, _ ("项目"), FZ_VALUE_TEXT, _ ("内容"), FZ_VALUE_TEXT, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    const char *value = fz_fields_get (institution, lines[i][0]);
    FzReportCell *row = fz_report_add_row (table);

    fz_report_cell_set_text (&row[0], _ (lines[i][1]));
    fz_report_cell_set_text (&row[1], value != NULL ? value : _ ("未登记"));
  }
  n = fz_fields_count (institution, "department");
  for (guint i = 0; i < n; i++)
    physical += g_strcmp0 (fz_fields_get_at (institution, "department", (guint) i, "physical"), "yes") == 0;
  fz_report_add_figure (report, _ ("诊疗科目"), FZ_VALUE_INTEGER, TRUE, n, _ ("个"));
  fz_report_add_figure (report, _ ("其中实体医疗机构也有的"), FZ_VALUE_INTEGER, TRUE, physical, _ ("个"));
  return TRUE;
}

/* --- what is kept, and what was lawfully removed --- */

typedef struct {
  FzReportAsk *ask;
  FzReportTable *table;
  gint64 removed, held;
} Kept;

static gboolean
add_purge (FzTxn *txn, const char *subject, gpointer data, GError **error)
{
  static const char *const numbers[] = { "purge.removed", "purge.kept" };
  Kept *kept = data;
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzFields) purge = documents != NULL ? fz_proposal_of_documents (documents, fz_purge_fold, error) : NULL;
  FzReportCell *row;
  gint64 begun_us = 0, n;

  if (purge == NULL)
    return FALSE;
  fz_fields_get_time (purge, "purge.begun_at", &begun_us);
  if (begun_us < kept->ask->frame->from_us || begun_us >= kept->ask->frame->to_us)
    return TRUE;
  row = fz_report_add_row (kept->table);
  fz_report_cell_set_text (&row[0], fz_fields_get (purge, "purge.id"));
  fz_report_cell_set_text (&row[1], fz_fields_get (purge, "purge.class_label"));
  fz_report_cell_set (&row[2], fz_date_to_days (fz_date_in_beijing (begun_us)));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (fz_fields_get_int (purge, numbers[i], &n))
      fz_report_cell_set (&row[3 + i], n);
  return TRUE;
}

static gboolean
read_kept (FzTxn *txn, gpointer data, GError **error)
{
  Kept *kept = data;

  kept->removed = fz_tombstones_count (txn, error);
  kept->held = kept->removed >= 0 ? fz_entries_count (txn, "legal-hold", TRUE, error) : -1;
  return kept->held >= 0;
}

/* Of each class the longest term that binds this hospital. */
static void
add_terms (FzReport *report, FzDesk *desk)
{
  const FzCodes *table = fz_knowledge_codes (desk->knowledge, "retention");
  const char *place = fz_fields_get (desk->institution, "jurisdiction");
  FzReportTable *to = fz_report_add_table (report, _ ("保存期限"), FZ_CHART_NONE, _ ("类别"), FZ_VALUE_TEXT, _ ("年"), FZ_VALUE_INTEGER, _ ("依据"), FZ_VALUE_TEXT, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fz_codes_get_n (table); i++) {
    const char *class = fz_codes_get (table, i, "class");
    int found = g_hash_table_add (seen, (gpointer) class) ? fz_retention_find (table, class, place != NULL ? place : "tianjin") : -1;
    FzReportCell *row = found >= 0 ? fz_report_add_row (to) : NULL;

    if (row == NULL)
      continue;
    fz_report_cell_set_text (&row[0], fz_report_say (fz_codes_get (table, (guint) found, "label"), fz_codes_get (table, (guint) found, "label_en")));
    fz_report_cell_set (&row[1], fz_retention_years (table, found));
    fz_report_cell_set_text (&row[2], fz_codes_get (table, (guint) found, "source"));
  }
}

gboolean
fz_report_add_retention (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  FzDesk *desk = ask->session->desk;
  Kept kept = { .ask = ask };

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_kept, &kept, error))
    return FALSE;
  fz_report_add_figure (report, _ ("已清除（累计）"), FZ_VALUE_INTEGER, TRUE, kept.removed, _ ("件"));
  fz_report_add_figure (report, _ ("资料保全中"), FZ_VALUE_INTEGER, TRUE, kept.held, _ ("条"));
  add_terms (report, desk);
  kept.table = fz_report_add_table (report, _ ("本期的清除"), FZ_CHART_NONE, _ ("编号"), FZ_VALUE_TEXT, _ ("类别"), FZ_VALUE_TEXT, _ ("日期"), FZ_VALUE_DATE, _ ("清除"),
                                    FZ_VALUE_INTEGER, _ ("保留"), FZ_VALUE_INTEGER, NULL);
  return fz_proposals_walk (desk, FZ_PURGE_KIND, add_purge, &kept, error);
}
