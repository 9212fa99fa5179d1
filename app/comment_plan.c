/* Drawing a sample of prescriptions to comment on, random by the norm or targeted, and its approval (处方点评的抽样). */
#include "app/comment.h"

#include "app/institution.h"
#include "app/knowledge.h"
#include "app/sheet.h"
#include "app/trust.h"
#include "app/watch.h"
#include "core/comment_draw.h"
#include "db/attachment.h"
#include "db/comments.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/setting.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 500
#define PLAN_TITLE N_ ("处方点评样本")
#define RECORDS_TITLE N_ ("病历质控样本")
#define APPROVAL_TITLE N_ ("专项点评的批准")
#define MAX_WORDS 2000

typedef struct {
  FzSession *session;
  const FzFields *facts; /* as asked */
  FzDate from, to;
  gint64 from_us, to_us, as_of_us;
  gboolean random;
  const char *kind, *value; /* of the target */
  const char *place;        /* of records; NULL: prescriptions */
  GPtrArray *lines;         /* FzFields: records elsewhere, as asked */
  FzCursor cursor;
  char *cursor_id;
  gboolean more;
  GPtrArray *ids;    /* of the population */
  GPtrArray *sample; /* borrowed */
  char *month, *draw, *random_hex, *audit_root, *label;
  guint64 audit_size;
  guint number;
} Plan;

static void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->sample, g_ptr_array_unref);
  g_clear_pointer (&plan->ids, g_ptr_array_unref);
  g_clear_pointer (&plan->lines, g_ptr_array_unref);
  g_free (plan->cursor_id);
  g_free (plan->month);
  g_free (plan->draw);
  g_free (plan->random_hex);
  g_free (plan->audit_root);
  g_free (plan->label);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* --- what it is aimed at --- */

static gboolean
any_item (const FzFields *rx, const char *key, const char *value)
{
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "rx.item", i, key), value) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
any_class (const Plan *plan, const FzFields *rx)
{
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++) {
    const char *code = fz_fields_get_at (rx, "rx.item", i, "drug");
    const FzDrug *drug = code != NULL ? fz_catalogue_find_code (plan->session->desk->knowledge->catalogue, code) : NULL;

    if (drug != NULL && drug->drug_class != NULL && g_str_has_prefix (drug->drug_class, plan->value))
      return TRUE;
  }
  return FALSE;
}

static gboolean
any_beginning (const FzFields *rx, const char *list, const char *key, const char *beginning)
{
  for (guint i = 0; i < fz_fields_count (rx, list); i++) {
    const char *value = fz_fields_get_at (rx, list, i, key);

    if (value != NULL && g_str_has_prefix (value, beginning))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_aimed_at (const Plan *plan, const FzFields *rx)
{
  const char *department = fz_fields_get (rx, "subject.code");

  if (plan->random)
    return TRUE;
  if (g_str_equal (plan->kind, "department"))
    return department != NULL && fz_department_covers (plan->value, department);
  if (g_str_equal (plan->kind, "diagnosis"))
    return any_beginning (rx, "diagnosis", "code", plan->value);
  if (g_str_equal (plan->kind, "override"))
    return any_beginning (rx, "override", "rule", plan->value);
  if (g_str_equal (plan->kind, "sheet"))
    return g_strcmp0 (fz_fields_get (rx, "rx.kind"), plan->value) == 0;
  if (g_str_equal (plan->kind, "class"))
    return any_class (plan, rx);
  if (g_str_equal (plan->kind, "drug"))
    return any_item (rx, "generic", plan->value);
  return g_strcmp0 (fz_fields_get (rx, "rx.doctor_number"), plan->value) == 0;
}

/* Aimed at a person or at one medicine, a sample could be used to profile: a second person has to agree (防统方). */
static gboolean
wants_approval (const Plan *plan)
{
  return !plan->random && (g_str_equal (plan->kind, "drug") || g_str_equal (plan->kind, "doctor"));
}

typedef struct {
  const char *number;
  char *name;
} Doctor;

static gboolean
read_doctor (FzTxn *txn, gpointer data, GError **error)
{
  Doctor *doctor = data;
  g_autoptr (FzFields) facts = fz_staff_get (txn, doctor->number, error);

  doctor->name = facts != NULL && g_strcmp0 (fz_fields_get (facts, "role"), "doctor") == 0 ? g_strdup (fz_fields_get (facts, "name")) : NULL;
  return facts != NULL;
}

/* The target in words, or NULL when there is no such one. */
static char *
target_label (Plan *plan)
{
  FzDesk *desk = plan->session->desk;
  static const char *const tables[][2] = { { "department", "departments" }, { "class", "drug-classes" } };
  static const char *const sheets[][2] = { { "western", "西药处方" }, { "patent", "中成药处方" }, { "herbal", "中药饮片处方" } };
  Doctor doctor = { plan->value, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_str_equal (plan->kind, tables[i][0]))
      return g_strdup (fz_desk_label (desk, tables[i][1], plan->value));
  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
    if (g_str_equal (plan->kind, "sheet") && g_str_equal (plan->value, sheets[i][0]))
      return g_strdup (sheets[i][1]);
  if (g_str_equal (plan->kind, "diagnosis"))
    return g_strdup_printf ("诊断编码 %s", plan->value);
  if (g_str_equal (plan->kind, "override"))
    return fz_review_norm_knows (desk->knowledge->norm, plan->value) ? g_strdup_printf ("对检查提示 %s 说明理由后开具", plan->value) : NULL;
  if (g_str_equal (plan->kind, "drug"))
    return g_strdup_printf ("药品 %s", plan->value);
  if (g_str_equal (plan->kind, "doctor") && fz_store_run (desk->store, FZ_TXN_READ, read_doctor, &doctor, NULL) && doctor.name != NULL) {
    g_autofree char *name = doctor.name;

    return g_strdup_printf ("医师 %s（工号 %s）", name, plan->value);
  }
  return NULL;
}

/* --- what is asked --- */

static gboolean
read_days (Plan *plan, GError **error)
{
  const char *from = fz_fields_get (plan->facts, "from"), *to = fz_fields_get (plan->facts, "to");
  FzDate today = fz_date_in_beijing (plan->as_of_us);

  if (from == NULL || to == NULL || !fz_date_parse (from, &plan->from, NULL) || !fz_date_parse (to, &plan->to, NULL))
    return invalid (error, _ ("请写明点评期间的首日和末日，如 2026-11-01。"));
  if (fz_date_compare (plan->from, plan->to) > 0 || fz_date_compare (plan->to, today) > 0)
    return invalid (error, _ ("点评期间的末日不能早于首日，也不能晚于今天。"));
  if (strncmp (from, to, 7) != 0)
    return invalid (error, _ ("点评按月抽样，期间须在同一个月之内。"));
  plan->month = g_strndup (from, 7);
  plan->from_us = fz_date_beijing_start_us (plan->from);
  plan->to_us = fz_date_beijing_start_us (fz_date_add_days (plan->to, 1));
  return TRUE;
}

static gboolean
read_target (Plan *plan, GError **error)
{
  static const char *const kinds[] = { "department", "diagnosis", "override", "sheet", "class", "drug", "doctor", NULL };
  const char *purpose = fz_fields_get (plan->facts, "purpose");

  plan->random = g_strcmp0 (fz_fields_get (plan->facts, "kind"), "random") == 0;
  plan->place = fz_fields_get (plan->facts, "place");
  if (plan->place != NULL && (!plan->random || (!g_str_equal (plan->place, "online") && !g_str_equal (plan->place, "offline"))))
    return invalid (error, _ ("病历质控按线上或线下随机抽样。"));
  if (plan->random)
    return TRUE;
  plan->kind = fz_fields_get (plan->facts, "target.kind");
  plan->value = fz_fields_get (plan->facts, "target.value");
  if (g_strcmp0 (fz_fields_get (plan->facts, "kind"), "targeted") != 0 || plan->kind == NULL || plan->value == NULL || !g_strv_contains (kinds, plan->kind))
    return invalid (error, _ ("请选择随机抽样，或写明专项点评的对象。"));
  if (purpose == NULL || g_utf8_strlen (purpose, -1) > MAX_WORDS)
    return invalid (error, _ ("专项点评须写明目的，不超过2000字。"));
  plan->label = target_label (plan);
  return plan->label != NULL || invalid (error, _ ("没有这个点评对象，请检查代码或工号。"));
}

/* --- the population --- */

/* Approved by a pharmacist before this moment; what became of it since takes it out of nothing, so that anybody can gather it again. */
static gboolean
belongs (const Plan *plan, const FzFields *rx)
{
  gint64 reviewed_us = 0;

  return g_strcmp0 (fz_fields_get (rx, "rx.verdict"), "approved") == 0 && fz_fields_get_time (rx, "rx.reviewed_at", &reviewed_us) &&
         reviewed_us < plan->as_of_us && is_aimed_at (plan, rx);
}

static gboolean
gather_page (FzTxn *txn, gpointer data, GError **error)
{
  Plan *plan = data;
  g_autoptr (GPtrArray) page = fz_rx_list (txn, FZ_RX_BY_TIME, plan->cursor, PAGE, error);

  if (page == NULL)
    return FALSE;
  plan->more = page->len == PAGE;
  for (guint i = 0; i < page->len && plan->cursor.us < plan->to_us; i++) {
    fz_fields_get_time (page->pdata[i], "rx.signed_at", &plan->cursor.us);
    g_free (plan->cursor_id);
    plan->cursor_id = g_strdup (fz_fields_get (page->pdata[i], "rx.id"));
    if (plan->cursor.us < plan->to_us && belongs (plan, page->pdata[i]))
      g_ptr_array_add (plan->ids, g_strdup (plan->cursor_id));
  }
  plan->more = plan->more && plan->cursor.us < plan->to_us;
  plan->cursor.id = plan->cursor_id;
  return TRUE;
}

/* How many prescriptions a medicine, a class of them or a doctor has can be read off a sample aimed at it: so many a day, each audited (防统方). */
static gboolean
spend_aim (FzTxn *txn, gpointer data, GError **error)
{
  Plan *plan = data;
  g_autofree char *aim = g_strdup_printf ("%s %s %s %s", plan->kind, plan->value, fz_fields_get (plan->facts, "from"), fz_fields_get (plan->facts, "to"));

  return fz_watch_spend (plan->session, txn, "aim", aim, error) &&
         fz_session_audit (plan->session, txn, "profiling.aim", "comment", plan->value, "done", plan->kind, NULL, error);
}

static gboolean
may_aim (Plan *plan, GError **error)
{
  return plan->random || !(wants_approval (plan) || g_str_equal (plan->kind, "class")) ||
         fz_store_run (plan->session->desk->store, FZ_TXN_RECORD, spend_aim, plan, error);
}

static gboolean
gather_records (Plan *plan, GError **error)
{
  if (g_str_equal (plan->place, "online")) {
    plan->ids = fz_record_gather (plan->session, plan->from_us, plan->to_us, plan->as_of_us, error);
  } else {
    plan->lines = fz_record_read_list (plan->session, fz_fields_get (plan->facts, "list"), plan->from, plan->to, error);
    plan->ids = plan->lines != NULL ? g_ptr_array_new_with_free_func (g_free) : NULL;
    for (guint i = 0; plan->lines != NULL && i < plan->lines->len; i++)
      g_ptr_array_add (plan->ids, g_strdup (fz_fields_get (plan->lines->pdata[i], "number")));
  }
  if (plan->ids == NULL || plan->ids->len > 0)
    return plan->ids != NULL;
  if (plan->lines != NULL)
    return invalid (error, _ ("请逐行列出线下病历。"));
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("所选期间没有已签名的病历，没有可质控的。"));
  return FALSE;
}

static gboolean
gather (Plan *plan, GError **error)
{
  if (plan->place != NULL)
    return gather_records (plan, error);
  if (!may_aim (plan, error))
    return FALSE;
  plan->ids = g_ptr_array_new_with_free_func (g_free);
  plan->cursor.us = plan->from_us;
  plan->cursor.id = "";
  for (plan->more = TRUE; plan->more;)
    if (!fz_store_run (plan->session->desk->store, FZ_TXN_READ, gather_page, plan, error))
      return FALSE;
  if (plan->ids->len > 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("所选期间和对象没有审核通过的处方，没有可点评的。"));
  return FALSE;
}

/* --- chance --- */

/* "RANDOM SIZE ROOT", and of a list that somebody wrote what it was. */
static void
take_draw (Plan *plan, const char *kept)
{
  g_auto (GStrv) parts = g_strsplit (kept, " ", -1);

  if (g_strv_length (parts) != (plan->lines != NULL ? 4 : 3))
    return;
  g_free (plan->random_hex);
  g_free (plan->audit_root);
  plan->random_hex = g_strdup (parts[0]);
  plan->audit_size = g_ascii_strtoull (parts[1], NULL, 10);
  plan->audit_root = g_strdup (parts[2]);
}

static gboolean
is_of_list (const Plan *plan, const char *kept)
{
  g_autofree char *sha256 = fz_comment_population_sha256 (plan->ids);

  return g_str_has_suffix (kept, sha256);
}

/* Drawn once a month, kept before anybody sees what comes of it, and used until a sample of that month was signed: preparing again and
 * again gives the same sample, and each new chance stands in the log. A list that somebody wrote is kept with it: with another list it is
 * drawn anew, else what comes of it could be picked by what is listed. */
static gboolean
keep_draw (FzTxn *txn, gpointer data, GError **error)
{
  Plan *plan = data;
  g_autofree char *name = g_strdup_printf ("comment.%s.%s", plan->place != NULL ? plan->place : plan->random ? "draw" : "aimed", plan->month);
  g_autofree char *kept = NULL;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.comment_draw/v1");

  if (!fz_setting_read (txn, name, &kept, error))
    return FALSE;
  if (kept != NULL && (plan->lines == NULL || is_of_list (plan, kept))) {
    take_draw (plan, kept);
    return TRUE;
  }
  fz_fields_set (payload, "month", plan->month);
  fz_fields_set (payload, "draw", plan->draw);
  take_draw (plan, plan->draw);
  return fz_setting_set (txn, name, plan->draw, error) &&
         fz_session_audit (plan->session, txn, "comment.draw", "comment", plan->month, "done", NULL, payload, error);
}

static gboolean
cast (Plan *plan, GError **error)
{
  guint8 random[32];
  g_autoptr (GString) hex = g_string_new (NULL);
  g_autofree char *root = NULL, *sha256 = plan->lines != NULL ? fz_comment_population_sha256 (plan->ids) : NULL;
  guint64 size = 0;

  if (!fz_audit_head_of (plan->session->desk, &size, &root, error))
    return FALSE;
  fz_desk_random (plan->session->desk, random, sizeof random);
  for (guint i = 0; i < sizeof random; i++)
    g_string_append_printf (hex, "%02x", random[i]);
  plan->draw = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %s%s%s", hex->str, size, root, sha256 != NULL ? " " : "", sha256 != NULL ? sha256 : "");
  if (!fz_store_run (plan->session->desk->store, FZ_TXN_RECORD, keep_draw, plan, error))
    return FALSE;
  if (plan->random_hex != NULL)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("库中保存的抽样随机数已损坏，不能抽样。请联系系统管理员。"));
  return FALSE;
}

/* --- the sheet --- */

static FzCommentNumber
per_mille_of (const Plan *plan)
{
  return plan->place != NULL ? FZ_RECORD_PER_MILLE : FZ_COMMENT_PER_MILLE;
}

static gboolean
sample_size (const Plan *plan, guint *out, GError **error)
{
  FzDesk *desk = plan->session->desk;
  gint64 asked = fz_comment_number (desk, plan->place != NULL ? FZ_RECORD_AT_LEAST : FZ_COMMENT_AT_LEAST);
  guint most = fz_comment_number (desk, FZ_COMMENT_AT_MOST);

  if (plan->random)
    *out = fz_comment_sample_size (plan->ids->len, fz_comment_number (desk, per_mille_of (plan)), (guint) asked);
  else {
    if (fz_fields_has (plan->facts, "size") && (!fz_fields_get_int (plan->facts, "size", &asked) || asked < 1))
      return invalid (error, _ ("专项点评的张数应为正整数。"));
    *out = (guint) MIN (asked, plan->ids->len);
  }
  if (*out <= most)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("样本 %u 张，超过一份样本的上限 %u 张；请缩短期间，分几份抽取。"), *out, most);
  return FALSE;
}

static void
put_population (const Plan *plan, const char *seed, FzFields *body)
{
  g_autofree char *sha256 = fz_comment_population_sha256 (plan->ids);

  fz_fields_set_int (body, "population.n", plan->ids->len);
  fz_fields_set (body, "population.sha256", sha256);
  fz_fields_set (body, "draw.seed", seed);
  fz_fields_set (body, "draw.random", plan->random_hex);
  fz_fields_set_int (body, "draw.audit_size", (gint64) plan->audit_size);
  fz_fields_set (body, "draw.audit_root", plan->audit_root);
  fz_fields_set_int (body, "sample_n", plan->sample->len);
  fz_comment_plan_put_sample (body, plan->sample);
}

static const FzFields *
line_of (const Plan *plan, const char *number)
{
  for (guint i = 0; i < plan->lines->len; i++)
    if (g_strcmp0 (fz_fields_get (plan->lines->pdata[i], "number"), number) == 0)
      return plan->lines->pdata[i];
  return NULL;
}

/* The limits a score is judged by; and who wrote each record that this store does not hold. */
static void
put_records (const Plan *plan, FzFields *body)
{
  static const char *const keys[] = { "number", "doctor", "department", "department_name", "written_on" };
  FzDesk *desk = plan->session->desk;

  fz_fields_set (body, "place", plan->place);
  fz_fields_set_int (body, "rectify_days", fz_comment_number (desk, FZ_RECORD_RECTIFY_DAYS));
  fz_fields_set_int (body, "policy.grade_a", fz_comment_number (desk, FZ_RECORD_GRADE_A));
  fz_fields_set_int (body, "policy.grade_b", fz_comment_number (desk, FZ_RECORD_GRADE_B));
  for (guint i = 0; plan->lines != NULL && i < plan->sample->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (body, "record", i, keys[k], fz_fields_get (line_of (plan, plan->sample->pdata[i]), keys[k]));
}

static void
put_frame (const Plan *plan, FzFields *body)
{
  FzDesk *desk = plan->session->desk;

  fz_fields_set (body, "kind", plan->random ? "random" : "targeted");
  fz_fields_set (body, "from", fz_fields_get (plan->facts, "from"));
  fz_fields_set (body, "to", fz_fields_get (plan->facts, "to"));
  fz_fields_set_time (body, "as_of", plan->as_of_us);
  fz_fields_set_int (body, "appeal_days", fz_comment_number (desk, FZ_COMMENT_APPEAL_DAYS));
  if (plan->place != NULL)
    put_records (plan, body);
  else
    fz_fields_set_bool (body, "approval_needed", wants_approval (plan));
  if (plan->random) {
    fz_fields_set_int (body, "policy.per_mille", fz_comment_number (desk, per_mille_of (plan)));
    fz_fields_set_int (body, "policy.at_least", fz_comment_number (desk, plan->place != NULL ? FZ_RECORD_AT_LEAST : FZ_COMMENT_AT_LEAST));
    return;
  }
  fz_fields_set (body, "target.kind", plan->kind);
  fz_fields_set (body, "target.value", plan->value);
  fz_fields_set (body, "target.label", plan->label);
  fz_fields_set (body, "purpose", fz_fields_get (plan->facts, "purpose"));
}

static gboolean
next_number (FzTxn *txn, gpointer data, GError **error)
{
  Plan *plan = data;
  g_autoptr (GPtrArray) plans = fz_comment_plans_of_month (txn, plan->month, error);

  plan->number = plans != NULL ? plans->len + 1 : 0;
  return plans != NULL && fz_comment_check_days (txn, plan->facts, error);
}

typedef struct {
  GBytes *bytes;
  FzFields *body;
} List;

static gboolean
put_list (FzTxn *txn, gpointer data, GError **error)
{
  List *list = data;
  g_autofree char *sha256 = NULL;

  if (!fz_attachment_put (txn, list->bytes, "text/plain", &sha256, error))
    return FALSE;
  fz_fields_set_at (list->body, "attachment", 0, "sha256", sha256);
  return TRUE;
}

/* What somebody wrote stands nowhere else: kept as it was given, so that whoever inspects draws from it again. */
static gboolean
attach_list (const Plan *plan, FzFields *body, GError **error)
{
  const char *text = fz_fields_get (plan->facts, "list");
  g_autofree char *name = g_strdup_printf ("线下病历名单-%s至%s.txt", fz_fields_get (plan->facts, "from"), fz_fields_get (plan->facts, "to")); /* signed words */
  g_autoptr (GBytes) bytes = plan->lines != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  List list = { bytes, body };

  if (bytes == NULL)
    return TRUE;
  fz_fields_set_at (body, "attachment", 0, "name", name);
  return fz_store_run (plan->session->desk->store, FZ_TXN_LOCAL, put_list, &list, error);
}

static FzSheet *
seal (Plan *plan, GError **error)
{
  FzSession *session = plan->session;
  g_autofree char *id = g_strdup_printf ("%s-%.4s%.2s-%02u", plan->place != NULL ? "BL" : "DP", plan->month, plan->month + 5, plan->number);
  g_autofree char *subject = fz_comment_subject (id), *seed = fz_comment_seed (plan->random_hex, plan->audit_size, plan->audit_root);
  g_autoptr (FzSheet) sheet = fz_sheet_new (session, subject);
  g_autoptr (FzFields) body = NULL;
  guint n = 0;

  if (!sample_size (plan, &n, error))
    return NULL;
  plan->sample = fz_comment_draw (plan->ids, seed, n);
  sheet->keep = fz_comment_submit;
  sheet->title = plan->place != NULL ? _ (RECORDS_TITLE) : _ (PLAN_TITLE);
  body = fz_comment_body_new (session, plan->place != NULL ? FZ_RECORD_SAMPLE_KIND : FZ_COMMENT_PLAN_KIND, id, NULL, sheet->prepared_us, "planner");
  put_frame (plan, body);
  put_population (plan, seed, body);
  return attach_list (plan, body, error) && fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

FzSheet *
fz_desk_prepare_comment_plan (FzSession *session, const FzFields *facts, GError **error)
{
  g_auto (Plan) plan = { .session = session, .facts = facts };

  if (!fz_session_may (session, "comment.plan", "comment", NULL, error))
    return NULL;
  plan.as_of_us = fz_session_now_us (session) / FZ_US_PER_SECOND * FZ_US_PER_SECOND; /* as the document says it */
  if (!read_days (&plan, error) || !read_target (&plan, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, next_number, &plan, error) ||
      !gather (&plan, error) || !cast (&plan, error))
    return NULL;
  return seal (&plan, error);
}

/* --- the second person --- */

typedef struct {
  const char *id;
  FzCommentFold *fold;
  FzDocument *document;
} Asked;

static gboolean
read_asked (FzTxn *txn, gpointer data, GError **error)
{
  Asked *asked = data;

  asked->fold = fz_comment_fold_of (txn, asked->id, error);
  asked->document = asked->fold != NULL ? fz_documents_get (txn, asked->id, error) : NULL;
  return asked->document != NULL;
}

FzSheet *
fz_desk_prepare_comment_approval (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  Asked asked = { .id = id };
  g_autofree char *subject = fz_comment_subject (id);
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  g_autoptr (FzCommentFold) fold = NULL;
  g_autoptr (FzDocument) document = NULL, trial = NULL;
  gboolean approved = g_strcmp0 (verdict, "approved") == 0;

  if (!fz_session_may (session, "comment.approve", "comment", id, error))
    return NULL;
  if (!approved && (g_strcmp0 (verdict, "declined") != 0 || words == NULL || *words == '\0')) {
    invalid (error, _ ("不批准时，请写明理由。"));
    return NULL;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_asked, &asked, error)) {
    g_clear_pointer (&asked.fold, fz_comment_fold_free);
    return NULL;
  }
  fold = asked.fold;
  document = asked.document;
  sheet = fz_sheet_new (session, subject);
  sheet->keep = fz_comment_submit;
  sheet->title = _ (APPROVAL_TITLE);
  body = fz_comment_body_new (session, FZ_COMMENT_APPROVAL_KIND, id, "approval", sheet->prepared_us, "approver");
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "note_sha256", document->note_sha256);
  fz_fields_set (body, "target.label", fz_fields_get (document->body, "target.label"));
  fz_fields_set (body, "purpose", fz_fields_get (document->body, "purpose"));
  trial = fz_document_new (body, "—\n", session->role, fz_fields_get (session->person, "person"), sheet->prepared_us, error);
  if (trial == NULL || !fz_comment_fold_add (fold, trial, error) || !fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  return g_steal_pointer (&sheet);
}
