/* Comment on prescriptions through the desk: a sample anybody can draw again, two readers, the doctor's word, the announcement; and who is
 * told what. */
#include "app/comment.h"
#include "app/trust.h"
#include "core/comment_draw.h"
#include "db/attachment.h"
#include "db/documents.h"
#include "tests/desk/figures.h"

#include <string.h>

#define N 4

/* Four prescriptions, reviewed by the pharmacists in turn. Ids in `rx`. */
static void
play_day (World *w, char **rx)
{
  for (guint i = 0; i < N; i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);

    rx[i] = world_prescribe (w, i, visit);
    world_review (w, i % 2 == 0 ? "P2001" : "P2002", rx[i], "approved");
    world_pass (w, 60);
  }
}

static void
free_day (char **rx)
{
  for (guint i = 0; i < N; i++)
    g_free (rx[i]);
}

static FzFields *
asked (const char *kind)
{
  FzFields *facts = fz_fields_new ("fuzhen.comment_ask/v1");

  fz_fields_set (facts, "kind", kind);
  fz_fields_set (facts, "from", "2026-03-01");
  fz_fields_set (facts, "to", TESTED_DAY);
  return facts;
}

static char *
draw (World *w)
{
  g_autoptr (FzFields) facts = asked ("random");
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, "A3001");
  sheet = fz_desk_prepare_comment_plan (w->session, facts, &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static char *
sign_comment (World *w, const char *number, const char *plan, const char *rx, const char *code, const char *words)
{
  const char *const codes[] = { code, NULL };
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_comment (w->session, plan, rx, codes, words, &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static void
confirm_comment (World *w, const char *number, const char *plan, const char *rx, const char *code, const char *words)
{
  const char *const codes[] = { code, NULL };
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_comment_confirmation (w->session, plan, rx, codes, words, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static FzFields *
read_comment (World *w, const char *number, const char *plan, const char *rx)
{
  g_autoptr (GError) error = NULL;
  FzFields *facts;

  world_sign_in (w, number);
  facts = fz_desk_read_comment (w->session, plan, rx, &error);
  g_assert_no_error (error);
  return facts;
}

static gboolean
read_plan (FzTxn *txn, gpointer data, GError **error)
{
  FzDocument **out = data;

  *out = fz_documents_get (txn, "DP-202603-01", error);
  return *out != NULL;
}

/* From what the signed document says and the ids of the day, somebody else draws the same sample. */
static void
drawn_again (World *w)
{
  char *rx[N] = { NULL };
  g_autofree char *plan = NULL, *seed = NULL, *sha256 = NULL;
  g_autoptr (FzDocument) document = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new (), again = NULL, sample = NULL;
  FzDocument *kept = NULL;
  gint64 size = 0;

  play_day (w, rx);
  plan = draw (w);
  g_assert_cmpstr (plan, ==, "DP-202603-01");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_plan, &kept, NULL));
  document = kept;
  for (guint i = N; i > 0; i--)
    g_ptr_array_add (ids, rx[i - 1]);
  sha256 = fz_comment_population_sha256 (ids);
  g_assert_cmpstr (sha256, ==, fz_fields_get (document->body, "population.sha256"));
  g_assert_true (fz_fields_get_int (document->body, "draw.audit_size", &size));
  seed = fz_comment_seed (fz_fields_get (document->body, "draw.random"), (guint64) size, fz_fields_get (document->body, "draw.audit_root"));
  g_assert_cmpstr (seed, ==, fz_fields_get (document->body, "draw.seed"));
  again = fz_comment_draw (ids, seed, 100);
  sample = fz_comment_plan_sample (document->body);
  g_assert_cmpuint (sample->len, ==, N); /* fewer than a hundred: all */
  for (guint i = 0; i < N; i++)
    g_assert_cmpstr (again->pdata[i], ==, sample->pdata[i]);
  free_day (rx);
}

/* Preparing again gives the same chance; the same days are not drawn twice; nothing to draw from is refused. */
static void
once (World *w)
{
  char *rx[N] = { NULL };
  g_autoptr (FzFields) facts = asked ("random"), empty = asked ("random");
  g_autoptr (FzSheet) one = NULL, two = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = NULL;
  g_autofree char *plan = NULL;
  guint64 from;
  const char *a, *b;

  play_day (w, rx);
  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  one = fz_desk_prepare_comment_plan (w->session, facts, &error);
  g_assert_no_error (error);
  world_pass (w, 5);
  two = fz_desk_prepare_comment_plan (w->session, facts, &error);
  g_assert_no_error (error);
  a = strstr (fz_sheet_get_text (one, 0), "种子");
  b = strstr (fz_sheet_get_text (two, 0), "种子");
  g_assert_true (a != NULL && b != NULL && strncmp (a, b, 80) == 0);
  g_assert_cmpuint (world_audit_count (w, from, "comment.draw", "done"), ==, 1);
  plan = world_sign (w, g_steal_pointer (&one));
  pin = fz_demo_pin ("A3001");
  expect_error (!fz_desk_sign_sheet (w->session, two, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "已经抽取");
  expect_error (fz_desk_prepare_comment_plan (w->session, facts, &error) == NULL, &error, FZ_ERROR_CONFLICT, "只抽一次");
  fz_fields_set (empty, "kind", "targeted");
  fz_fields_set (empty, "target.kind", "sheet");
  fz_fields_set (empty, "target.value", "western");
  fz_fields_set (empty, "purpose", "只是试试");
  fz_fields_set (empty, "to", "2026-03-01");
  expect_error (fz_desk_prepare_comment_plan (w->session, empty, &error) == NULL, &error, FZ_ERROR_REFUSED, "没有可点评");
  fz_fields_set (empty, "from", "2026-02-28");
  expect_error (fz_desk_prepare_comment_plan (w->session, empty, &error) == NULL, &error, FZ_ERROR_INVALID, "同一个月");
  fz_fields_set (empty, "to", "2026-03-03");
  expect_error (fz_desk_prepare_comment_plan (w->session, empty, &error) == NULL, &error, FZ_ERROR_INVALID, "晚于今天");
  free_day (rx);
}

/* The whole way: two readers, an appeal that is followed, one that nobody answers in time, the announcement. */
static void
story (World *w)
{
  char *rx[N] = { NULL };
  g_autofree char *plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, own = NULL;
  const char *const nothing[] = { NULL }, *const odd[] = { "9-9", NULL };
  const char *doctor = fz_demo_world_doctor (w->world, 1);

  play_day (w, rx);
  plan = draw (w);
  /* P2001 reviewed the first: not theirs to comment on. */
  world_sign_in (w, "P2001");
  expect_error (fz_desk_prepare_comment (w->session, plan, rx[0], nothing, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "本人审核");
  expect_error (fz_desk_prepare_comment (w->session, plan, rx[1], odd, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "9-9");
  expect_error (fz_desk_prepare_comment (w->session, plan, "CFX", nothing, NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "CFX");
  rows = fz_desk_list_comments (w->session, plan, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, N);
  for (guint i = 0; i < N; i++) {
    gboolean mine = g_strcmp0 (fz_fields_get (rows->pdata[i], "comment.prescription"), rx[0]) == 0 ||
                    g_strcmp0 (fz_fields_get (rows->pdata[i], "comment.prescription"), rx[2]) == 0;

    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "comment.act"), ==, mine ? NULL : "write");
    g_assert_true (fz_fields_has (rows->pdata[i], "comment.why_not") == mine);
  }
  g_free (sign_comment (w, "P2001", plan, rx[1], "2-5", "每日总量超过说明书推荐"));
  g_free (sign_comment (w, "P2001", plan, rx[3], "2-1", NULL));
  g_free (sign_comment (w, "P2002", plan, rx[0], NULL, NULL));
  g_free (sign_comment (w, "P2002", plan, rx[2], NULL, NULL));
  /* Nobody is told before the second reading. */
  world_sign_in (w, doctor);
  own = fz_desk_list_comments (w->session, NULL, &error);
  g_assert_cmpuint (own->len, ==, 0);
  expect_error (fz_desk_read_comment (w->session, plan, rx[1], &error) == NULL, &error, FZ_ERROR_REFUSED, "不能查看");
  world_sign_in (w, "P2001");
  expect_error (fz_desk_prepare_comment_confirmation (w->session, plan, rx[1], nothing, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人复核");
  confirm_comment (w, "A3001", plan, rx[0], NULL, NULL);
  confirm_comment (w, "A3001", plan, rx[1], "2-5", NULL);
  confirm_comment (w, "A3001", plan, rx[2], NULL, NULL);
  expect_error (fz_desk_prepare_comment_confirmation (w->session, plan, rx[3], nothing, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "写明理由");
  confirm_comment (w, "A3001", plan, rx[3], "2-1", NULL);
  expect_error (fz_desk_prepare_comment_announcement (w->session, plan, "加强核对", &error) == NULL, &error, FZ_ERROR_REFUSED, "期限未到");
  world_sign_in (w, doctor);
  g_ptr_array_unref (g_steal_pointer (&own));
  own = fz_desk_list_comments (w->session, NULL, &error);
  g_assert_cmpuint (own->len, >=, 1);
  g_free (world_sign (w, fz_desk_prepare_comment_reply (w->session, plan, rx[1], "appealed", "患者既往耐受此剂量，病历已载明", &error)));
  g_assert_no_error (error);
  world_sign_in (w, "P2001");
  expect_error (fz_desk_prepare_comment_answer (w->session, plan, rx[1], nothing, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人复核");
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_comment_answer (w->session, plan, rx[1], nothing, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  g_free (world_sign (w, fz_desk_prepare_comment_answer (w->session, plan, rx[1], nothing, "病历载明，理由成立", &error)));
  g_assert_no_error (error);
  world_pass (w, 8 * 86400); /* nobody replied to the other one */
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_comment_announcement (w->session, plan, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "改进措施");
  {
    g_autoptr (FzSheet) sheet = fz_desk_prepare_comment_announcement (w->session, plan, "加强用量与适应证核对。", &error);

    g_assert_no_error (error);
    g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "点评　　4 张　合理 3 张　不规范 0 张　用药不适宜 1 张　超常 0 张"));
    g_assert_null (strstr (fz_sheet_get_text (sheet, 0), "科")); /* every department is a small cell */
    g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "2-1"));
    g_assert_null (strstr (fz_sheet_get_text (sheet, 0), "2-5")); /* the answer took it back */
    g_free (world_sign (w, g_steal_pointer (&sheet)));
  }
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM comment_plan WHERE state = 'announced'"), ==, 1);
  free_day (rx);
  figures_check (w, "comment", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

typedef struct {
  const char *forbidden[8];
} Secret;

static void
match_secret (const char *key, const char *value, gpointer data)
{
  const Secret *secret = data;

  for (guint i = 0; secret->forbidden[i] != NULL; i++)
    if (strstr (value, secret->forbidden[i]) != NULL)
      g_error ("%s tells “%s”", key, secret->forbidden[i]);
}

/* Readers judge what is written, not who wrote it, nor who the patient is. */
static void
blind (World *w)
{
  char *rx[N] = { NULL };
  g_autofree char *plan = NULL;
  g_autoptr (FzFields) seen = NULL, whole = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  Secret names = { { NULL } };

  play_day (w, rx);
  plan = draw (w);
  world_sign_in (w, "P2001");
  whole = fz_desk_read_prescription (w->session, rx[1], &error);
  g_assert_no_error (error);
  names.forbidden[0] = fz_fields_get (whole, "patient.name");
  names.forbidden[1] = fz_fields_get (whole, "patient.id_number");
  names.forbidden[2] = fz_fields_get (whole, "patient.mobile");
  names.forbidden[3] = fz_fields_get (whole, "rx.doctor_name");
  names.forbidden[4] = fz_fields_get (whole, "rx.doctor_number");
  names.forbidden[5] = fz_fields_get (whole, "doctor.person");
  names.forbidden[6] = fz_fields_get (whole, "doctor.licence");
  for (guint i = 0; i < 7; i++)
    g_assert_nonnull (names.forbidden[i]);
  seen = read_comment (w, "P2001", plan, rx[1]);
  fz_fields_foreach (seen, match_secret, &names);
  g_assert_true (fz_fields_has (seen, "rx.item.00.generic"));
  g_assert_true (fz_fields_has (seen, "record.chief_complaint"));
  g_assert_cmpstr (fz_fields_get (seen, "comment.act"), ==, "write");
  g_assert_cmpstr (fz_fields_get (seen, "signature.00.valid"), ==, "yes");
  g_free (sign_comment (w, "P2001", plan, rx[1], "2-5", NULL));
  g_clear_pointer (&seen, fz_fields_unref);
  seen = read_comment (w, "A3001", plan, rx[1]);
  fz_fields_foreach (seen, match_secret, &names);
  rows = fz_desk_list_comments (w->session, plan, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    fz_fields_foreach (rows->pdata[i], match_secret, &names);
  free_day (rx);
}

/* Aimed at a doctor or a medicine it waits for a second person; at a department it does not. */
static void
targeted (World *w)
{
  char *rx[N] = { NULL };
  g_autoptr (FzFields) facts = asked ("targeted");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) plans = NULL;
  g_autofree char *plan = NULL, *other = NULL;

  play_day (w, rx);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_comment_plan (w->session, facts, &error) == NULL, &error, FZ_ERROR_INVALID, "对象");
  fz_fields_set (facts, "target.kind", "doctor");
  fz_fields_set (facts, "target.value", fz_demo_world_doctor (w->world, 0));
  expect_error (fz_desk_prepare_comment_plan (w->session, facts, &error) == NULL, &error, FZ_ERROR_INVALID, "目的");
  fz_fields_set (facts, "purpose", "投诉后复查");
  fz_fields_set (facts, "target.value", "D9999");
  expect_error (fz_desk_prepare_comment_plan (w->session, facts, &error) == NULL, &error, FZ_ERROR_INVALID, "没有这个点评对象");
  fz_fields_set (facts, "target.value", fz_demo_world_doctor (w->world, 0));
  plan = world_sign (w, fz_desk_prepare_comment_plan (w->session, facts, &error));
  g_assert_no_error (error);
  expect_error (fz_desk_prepare_comment_approval (w->session, plan, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人批准");
  world_sign_in (w, "P2002");
  expect_error (fz_desk_prepare_comment (w->session, plan, rx[0], NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "没有获得批准");
  world_sign_in (w, "S4001");
  plans = fz_desk_list_comment_plans (w->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (plans->len, ==, 1);
  g_assert_true (fz_fields_is_yes (plans->pdata[0], "plan.may_approve"));
  g_free (world_sign (w, fz_desk_prepare_comment_approval (w->session, plan, "approved", NULL, &error)));
  g_assert_no_error (error);
  g_free (sign_comment (w, "P2002", plan, rx[0], NULL, NULL));
  world_sign_in (w, "A3001");
  fz_fields_set (facts, "target.kind", "department");
  fz_fields_set (facts, "target.value", "03.04");
  fz_fields_set_int (facts, "size", 1);
  other = world_sign (w, fz_desk_prepare_comment_plan (w->session, facts, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (other, ==, "DP-202603-02");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM comment_item WHERE plan = 'DP-202603-02'"), ==, 1);
  free_day (rx);
}

static gboolean
has_task (World *w, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);
  gboolean found = FALSE;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    found = found || (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "comment") == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), what) == 0 &&
                      g_strcmp0 (fz_fields_get (rows->pdata[i], "subject"), "D1001") == 0);
  return found;
}

/* One more prescription of D1001 (case 0), found extraordinary by two readers, and the days for a reply over. */
static void
add_extraordinary (World *w, guint n)
{
  g_autofree char *visit = g_strdup_printf ("X%u", n), *rx = world_prescribe (w, 0, visit), *plan = NULL;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.comment_ask/v1");
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_desk_now_us (w->desk)));
  g_autoptr (GError) error = NULL;

  world_review (w, "P2001", rx, "approved");
  world_pass (w, 60);
  world_sign_in (w, "A3001");
  fz_fields_set (facts, "kind", "random");
  fz_fields_set (facts, "from", day);
  fz_fields_set (facts, "to", day);
  plan = world_sign (w, fz_desk_prepare_comment_plan (w->session, facts, &error));
  g_assert_no_error (error);
  g_free (sign_comment (w, "P2002", plan, rx, "3-1", "无相应诊断"));
  confirm_comment (w, "A3001", plan, rx, "3-1", NULL);
  world_pass (w, 8 * 86400);
  world_sign_in (w, "A3001");
}

static void
move_right (World *w, char **entry, const char *move, const char *const (*values)[2], guint n)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;
  FzSheet *sheet;

  for (guint i = 0; i < n; i++)
    fz_fields_set (facts, values[i][0], values[i][1]);
  sheet = fz_desk_prepare_entry (w->session, "prescribing-right", *entry, move, facts, NULL, NULL, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  g_free (*entry);
  *entry = g_strndup (document, strlen ("CFQ-000001"));
}

/* Three extraordinary prescriptions ask for a warning; answered, two more in a row ask for more; revoked, nothing is asked. */
static void
consequences (World *w)
{
  static const char *const restrict_values[][2] = { { "field.doctor", "D1001" },       { "field.counted", "3" },        { "field.content", "见点评样本" },
                                                    { "field.decided_on", "2026-03-26" }, { "field.scope", "全部" }, { "field.review_on", "2026-06-30" },
                                                    { "field.limit", "herbal" } };
  static const char *const revoke_values[][2] = { { "field.finding", "限制后仍连续超常" }, { "field.ended_on", "2026-04-15" } };
  g_autofree char *entry = NULL;

  for (guint i = 0; i < 2; i++)
    add_extraordinary (w, i);
  g_assert_false (has_task (w, "warn"));
  add_extraordinary (w, 2);
  g_assert_true (has_task (w, "warn"));
  g_assert_false (has_task (w, "fail"));
  move_right (w, &entry, "restrict", restrict_values, G_N_ELEMENTS (restrict_values));
  g_assert_false (has_task (w, "warn"));
  add_extraordinary (w, 3);
  g_assert_false (has_task (w, "revoke"));
  add_extraordinary (w, 4);
  g_assert_true (has_task (w, "revoke"));
  g_assert_true (has_task (w, "fail")); /* five not reasonable in one cycle */
  move_right (w, &entry, "revoke", revoke_values, G_N_ELEMENTS (revoke_values));
  g_assert_false (has_task (w, "revoke"));
}

/* The report counts what was confirmed; a department with few stands under no name. */
static void
reported (World *w)
{
  char *rx[N] = { NULL };
  g_autofree char *plan = NULL;
  g_autoptr (FzFields) report = NULL;
  g_autoptr (GError) error = NULL;
  FzDate day;

  play_day (w, rx);
  plan = draw (w);
  g_free (sign_comment (w, "P2001", plan, rx[1], "2-5", NULL));
  g_free (sign_comment (w, "P2002", plan, rx[0], NULL, NULL));
  confirm_comment (w, "A3001", plan, rx[1], "2-5", NULL);
  confirm_comment (w, "A3001", plan, rx[0], NULL, NULL);
  g_assert_true (fz_date_parse (TESTED_DAY, &day, NULL));
  report = fz_desk_report (w->session, &(FzReportWanted) { .name = "comment", .from_us = fz_date_beijing_start_us (day), .to_us = fz_date_beijing_start_us (fz_date_add_days (day, 1)) }, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (report, "figure.01.text"), ==, "2");
  g_assert_cmpstr (fz_fields_get (report, "figure.02.text"), ==, "50.0%");
  g_assert_cmpstr (fz_fields_get (report, "table.01.row.00.cell.00"), ==, "2-5");
  g_assert_cmpstr (fz_fields_get (report, "table.02.n_rows"), ==, "0");
  g_assert_cmpstr (fz_fields_get (report, "table.03.row.00.cell.00"), ==, plan);
  g_clear_pointer (&report, fz_fields_unref);
  report = fz_desk_report (w->session, &(FzReportWanted) { .name = "comment", .to_us = fz_date_beijing_start_us (day) }, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (report, "figure.02.text"), ==, "—");
  free_day (rx);
}

/* The comment group is of intermediate grade or above. */
static void
group (World *w)
{
  char *rx[N] = { NULL };
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *plan = NULL;

  play_day (w, rx);
  plan = draw (w);
  fz_fields_set (changes, "title", "244");
  g_assert_true (fz_desk_amend_staff (w->session, "P2001", changes, &error));
  world_sign_in (w, "P2001");
  expect_error (fz_desk_prepare_comment (w->session, plan, rx[1], NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "中级以上");
  free_day (rx);
}

/* --- records --- */

static char *
draw_records (World *w, const char *place, const char *list)
{
  g_autoptr (FzFields) facts = asked ("random");
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  fz_fields_set (facts, "place", place);
  fz_fields_set (facts, "list", list);
  world_sign_in (w, "A3001");
  sheet = fz_desk_prepare_comment_plan (w->session, facts, &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static void
sign_good (World *w, FzSheet *sheet, GError *error)
{
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static char *
state_of (World *w, const char *plan, const char *record, const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_comment (w->session, plan, record, &error);

  g_assert_no_error (error);
  return g_strdup (fz_fields_get (facts, key));
}

#define assert_fact(w, plan, record, key, value)                                                                                                     \
  do {                                                                                                                                               \
    g_autofree char *is = state_of (w, plan, record, key);                                                                                           \
    g_assert_cmpstr (is, ==, value);                                                                                                                 \
  } while (0)

static char *
due_on (World *w, const char *what, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "record") == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), what) == 0 &&
        g_strcmp0 (fz_fields_get (rows->pdata[i], "name"), name) == 0)
      return g_strdup (fz_fields_get (rows->pdata[i], "on"));
  return NULL;
}

static char *
record_of (World *w, const char *visit)
{
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, fz_demo_world_doctor (w->world, 1));
  facts = fz_desk_read_visit (w->session, visit, &error);
  g_assert_no_error (error);
  return g_strdup (fz_fields_get (facts, "record.number"));
}

static void
assert_figure (const FzFields *report, const char *label, const char *text)
{
  for (guint i = 0; i < fz_fields_count (report, "figure"); i++)
    if (g_strcmp0 (fz_fields_get_at (report, "figure", i, "label"), label) == 0) {
      g_assert_cmpstr (fz_fields_get_at (report, "figure", i, "text"), ==, text);
      return;
    }
  g_error ("no figure “%s”", label);
}

/* Grade A with one defect: the doctor appeals, and who scored it is not the one to answer (an answer: tests/comment/fold.c). */
static void
record_appeal (World *w)
{
  g_autofree char *plan = NULL, *record = NULL;
  const char *const found[] = { "R1-4", NULL }, *const nothing[] = { NULL };
  g_autoptr (GError) error = NULL;

  g_free (world_prescribe (w, 1, "V1"));
  record = record_of (w, "V1");
  world_pass (w, 60);
  plan = draw_records (w, "online", NULL);
  sign_good (w, fz_desk_prepare_comment (w->session, plan, record, found, NULL, &error), error);
  assert_fact (w, plan, record, "comment.result", "grade_a");
  world_sign_in (w, fz_demo_world_doctor (w->world, 1));
  expect_error (fz_desk_prepare_record_rectification (w->session, plan, record, "已改", &error) == NULL, &error, FZ_ERROR_REFUSED, "甲级");
  sign_good (w, fz_desk_prepare_comment_reply (w->session, plan, record, "appealed", "既往史已在现病史中写明", &error), error);
  world_sign_in (w, "A3001");
  assert_fact (w, plan, record, "comment.act", NULL);
  expect_error (fz_desk_prepare_comment_answer (w->session, plan, record, nothing, "成立", &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  figures_check (w, "quality", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

/* Grade C, and its author goes: what nobody will put right is ended by medical affairs with words, and no sooner. */
static void
record_of_who_left (World *w)
{
  g_autofree char *plan = NULL, *record = NULL;
  const char *const found[] = { "R2-3", "R1-5", "R2-4", NULL };
  const char *doctor = fz_demo_world_doctor (w->world, 1);
  g_autoptr (GError) error = NULL;

  g_free (world_prescribe (w, 1, "V1"));
  record = record_of (w, "V1");
  world_pass (w, 60);
  plan = draw_records (w, "online", NULL);
  sign_good (w, fz_desk_prepare_comment (w->session, plan, record, found, NULL, &error), error);
  assert_fact (w, plan, record, "comment.act", NULL);
  expect_error (fz_desk_prepare_record_evaluation (w->session, plan, record, "left", "由科主任接办", &error) == NULL, &error, FZ_ERROR_REFUSED, "仍在岗");
  expect_error (fz_desk_prepare_record_evaluation (w->session, plan, record, "good", "由科主任接办", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  world_sign_in (w, "S4001");
  g_assert_true (fz_desk_end_staff (w->session, doctor, &error));
  world_sign_in (w, "A3001");
  assert_fact (w, plan, record, "comment.act", "left");
  expect_error (fz_desk_prepare_comment_announcement (w->session, plan, "通报", &error) == NULL, &error, FZ_ERROR_REFUSED, "不能通报");
  expect_error (fz_desk_prepare_record_evaluation (w->session, plan, record, "left", NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "由谁接办");
  sign_good (w, fz_desk_prepare_record_evaluation (w->session, plan, record, "left", "由科主任接办，已告知离任医师", &error), error);
  assert_fact (w, plan, record, "comment.state", "closed");
  assert_fact (w, plan, record, "evaluation.author_left", TESTED_DAY);
  sign_good (w, fz_desk_prepare_comment_announcement (w->session, plan, "加强交接。", &error), error);
}

/* A record of a visit: scored by who did not write it, put right by a day, found good at the second try, told of in the end. */
static void
records (World *w)
{
  char *rx[N] = { NULL };
  g_autofree char *plan = NULL, *record = NULL, *on = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (FzFields) seen = NULL, report = NULL;
  const char *const nothing[] = { NULL }, *const found[] = { "R2-3", "R1-5", "R2-4", NULL }, *const odd[] = { "2-5", NULL };
  const char *doctor = fz_demo_world_doctor (w->world, 1);
  FzReportWanted wanted = { .name = "comment" };
  FzDate day;

  play_day (w, rx);
  record = record_of (w, "V1");
  plan = draw_records (w, "online", NULL);
  g_assert_cmpstr (plan, ==, "BL-202603-01");
  rows = fz_desk_list_comments (w->session, plan, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, N); /* fewer than thirty: all */
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "comment.state_label"), ==, "待评分");
  seen = read_comment (w, "A3001", plan, record);
  g_assert_true (fz_fields_has (seen, "record.chief_complaint") && fz_fields_has (seen, "rx.item.00.generic"));
  g_assert_false (fz_fields_has (seen, "doctor.person") || fz_fields_has (seen, "patient.id_number"));
  g_assert_cmpstr (fz_fields_get (seen, "comment.act"), ==, "write");
  /* Pharmacists have no part in it, and a pharmacist's codes none either. */
  world_sign_in (w, "P2001");
  expect_error (fz_desk_list_comments (w->session, plan, &error) == NULL, &error, FZ_ERROR_REFUSED, "药师不查看");
  expect_error (fz_desk_read_comment (w->session, plan, record, &error) == NULL, &error, FZ_ERROR_REFUSED, "不能查看");
  expect_error (fz_desk_prepare_comment (w->session, plan, record, nothing, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "医务管理人员评分");
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_comment (w->session, plan, record, odd, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "2-5");
  expect_error (fz_desk_prepare_comment_confirmation (w->session, plan, record, nothing, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "没有这一步");
  for (guint i = 0; i < rows->len; i++) {
    const char *id = fz_fields_get (rows->pdata[i], "comment.prescription");
    gboolean bad = g_strcmp0 (id, record) == 0;

    sign_good (w, fz_desk_prepare_comment (w->session, plan, id, bad ? found : nothing, bad ? "见评分表" : NULL, &error), error);
  }
  assert_fact (w, plan, record, "comment.score", "70"); /* 100 - 10 - 15 - 5 */
  assert_fact (w, plan, record, "comment.result_label", "丙级");
  expect_error (fz_desk_prepare_comment_announcement (w->session, plan, "通报", &error) == NULL, &error, FZ_ERROR_REFUSED, "不能通报");
  world_sign_in (w, doctor);
  on = due_on (w, "record-reply", record);
  g_assert_cmpstr (on, ==, "2026-03-09");
  g_clear_pointer (&on, g_free);
  on = due_on (w, "record-rectify", record);
  g_assert_cmpstr (on, ==, "2026-03-16");
  assert_fact (w, plan, record, "comment.act", "reply");
  sign_good (w, fz_desk_prepare_comment_reply (w->session, plan, record, "accepted", NULL, &error), error);
  world_sign_in (w, doctor);
  assert_fact (w, plan, record, "comment.act", "rectify");
  expect_error (fz_desk_prepare_record_rectification (w->session, plan, record, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "写明");
  sign_good (w, fz_desk_prepare_record_rectification (w->session, plan, record, "已补记随访", &error), error);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_record_evaluation (w->session, plan, record, "again", NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "还要改什么");
  world_pass (w, 2 * 86400);
  world_sign_in (w, "A3001");
  sign_good (w, fz_desk_prepare_record_evaluation (w->session, plan, record, "again", "复诊依据仍未补记", &error), error);
  g_clear_pointer (&on, g_free);
  on = due_on (w, "record-rectify", record);
  g_assert_cmpstr (on, ==, "2026-03-18");
  world_sign_in (w, doctor);
  sign_good (w, fz_desk_prepare_record_rectification (w->session, plan, record, "已补记复诊依据", &error), error);
  world_sign_in (w, "A3001");
  sign_good (w, fz_desk_prepare_record_evaluation (w->session, plan, record, "good", NULL, &error), error);
  assert_fact (w, plan, record, "comment.state", "closed");
  g_clear_pointer (&on, g_free);
  on = due_on (w, "record-rectify", record);
  g_assert_null (on);
  sign_good (w, fz_desk_prepare_comment_announcement (w->session, plan, "加强复诊依据的记录。", &error), error);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM comment_plan WHERE id = 'BL-202603-01' AND state = 'announced'"), ==, 1);
  g_assert_true (fz_date_parse (TESTED_DAY, &day, NULL));
  wanted.from_us = fz_date_beijing_start_us (day);
  wanted.to_us = fz_date_beijing_start_us (fz_date_add_days (day, 1));
  report = fz_desk_report (w->session, &wanted, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (report, "figure.00.text"), ==, "0"); /* prescriptions are counted apart */
  g_clear_pointer (&report, fz_fields_unref);
  wanted.name = "quality";
  report = fz_desk_report (w->session, &wanted, &error);
  g_assert_no_error (error);
  assert_figure (report, "病历质控", "4");
  assert_figure (report, "甲级率", "75.0%");
  assert_figure (report, "应整改", "1");
  assert_figure (report, "整改办结", "1");
  {
    g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);

    g_assert_true (fz_comments_compare (w->desk, differences, &error));
    g_assert_cmpuint (differences->len, ==, 0);
  }
  free_day (rx);
  figures_check (w, "quality comment", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

typedef struct {
  const char *id;
  FzDocument *sample;
  GBytes *list;
} Redraw;

static gboolean
read_list (FzTxn *txn, gpointer data, GError **error)
{
  Redraw *redraw = data;

  redraw->sample = fz_documents_get (txn, redraw->id, error);
  redraw->list = redraw->sample != NULL ? fz_attachment_get (txn, fz_fields_get_at (redraw->sample->body, "attachment", 0, "sha256"), NULL, error) : NULL;
  return redraw->list != NULL;
}

/* By the sample and the list that it names alone, as whoever inspects does it. */
static void
draw_again (World *w, const char *plan, const char *list)
{
  Redraw redraw = { plan, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free), drawn = NULL;
  g_autofree char *text = NULL, *sha256 = NULL, *seed = NULL;
  g_auto (GStrv) lines = NULL;
  gint64 size = 0;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_list, &redraw, &error));
  text = g_strndup (g_bytes_get_data (redraw.list, NULL), g_bytes_get_size (redraw.list));
  g_assert_cmpstr (text, ==, list);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (ids, g_strndup (lines[i], strcspn (lines[i], " \t")));
  sha256 = fz_comment_population_sha256 (ids);
  g_assert_cmpstr (sha256, ==, fz_fields_get (redraw.sample->body, "population.sha256"));
  g_assert_true (fz_fields_get_int (redraw.sample->body, "draw.audit_size", &size));
  seed = fz_comment_seed (fz_fields_get (redraw.sample->body, "draw.random"), (guint64) size, fz_fields_get (redraw.sample->body, "draw.audit_root"));
  drawn = fz_comment_draw (ids, seed, fz_fields_count (redraw.sample->body, "record"));
  for (guint i = 0; i < drawn->len; i++)
    g_assert_cmpstr (drawn->pdata[i], ==, fz_fields_get_at (redraw.sample->body, "record", i, "number"));
  g_bytes_unref (redraw.list);
  fz_document_free (redraw.sample);
}

/* Records on paper are drawn by their numbers; who wrote each is written in the sample, and gets the result. */
static void
paper_records (World *w)
{
  g_autoptr (FzFields) office = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GPtrArray) told = NULL;
  gboolean heard = FALSE;
  static const char list[] = "MZ0001\tD1001\t03\t2026-03-01\nMZ0002 D1004 03 2026-03-02\n\n";
  g_autoptr (FzFields) facts = asked ("random");
  g_autoptr (GError) error = NULL;
  g_autofree char *plan = NULL, *on = NULL;
  const char *const found[] = { "R3-1", NULL }, *const online[] = { "R3-3", NULL };
  static const char *const bad[][2] = { { "MZ1 D1001 03", "四项" },
                                        { "MZ1 D9999 03 2026-03-01", "工号" },
                                        { "MZ1 D1001 99 2026-03-01", "科室" },
                                        { "MZ1 D1001 03 2026-02-01", "期间" },
                                        { "病历1 D1001 03 2026-03-01", "病历号" },
                                        { "MZ1 D1001 03 2026-03-01\nMZ1 D1001 03 2026-03-02", "已经列过" },
                                        { "", "逐行列出" } };

  world_sign_in (w, "A3001");
  fz_fields_set (facts, "place", "offline");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    fz_fields_set (facts, "list", bad[i][0]);
    expect_error (fz_desk_prepare_comment_plan (w->session, facts, &error) == NULL, &error, FZ_ERROR_INVALID, bad[i][1]);
  }
  plan = draw_records (w, "offline", list);
  draw_again (w, plan, list);
  expect_error (fz_desk_prepare_comment (w->session, plan, "MZ0001", online, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "R3-3");
  sign_good (w, fz_desk_prepare_comment (w->session, plan, "MZ0001", found, "无签名", &error), error);
  assert_fact (w, plan, "MZ0001", "comment.result", "grade_c"); /* 70 points would be C anyway; one fatal defect is */
  world_sign_in (w, "D1004"); /* not theirs */
  expect_error (fz_desk_read_comment (w->session, plan, "MZ0001", &error) == NULL, &error, FZ_ERROR_REFUSED, "不能查看");
  world_sign_in (w, "D1001");
  assert_fact (w, plan, "MZ0001", "comment.act", "reply");
  /* Online and on paper are drawn apart; the same days on paper once. */
  fz_fields_set (facts, "list", list);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_comment_plan (w->session, facts, &error) == NULL, &error, FZ_ERROR_CONFLICT, "只抽一次");
  /* Nobody is reminded of a reply that is not taken any more; what has to be put right stays. */
  world_sign_in (w, "D1001");
  on = due_on (w, "record-reply", "MZ0001");
  g_assert_nonnull (on);
  world_pass (w, 8 * 86400);
  world_sign_in (w, "D1001");
  g_clear_pointer (&on, g_free);
  on = due_on (w, "record-reply", "MZ0001");
  g_assert_null (on);
  on = due_on (w, "record-rectify", "MZ0001");
  g_assert_nonnull (on);
  /* Who is head of medical affairs is told of another doctor's, whatever their own role. */
  world_sign_in (w, "A3001");
  fz_fields_set (office, "office", "medical");
  fz_fields_set (office, "holder", "D1002");
  g_assert_true (fz_desk_amend_institution (w->session, office, &error));
  world_pass (w, 30 * 86400);
  world_sign_in (w, "D1002");
  told = fz_desk_list_told (w->session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < told->len; i++)
    heard = heard || g_strcmp0 (fz_fields_get (told->pdata[i], "what"), "record-rectify") == 0;
  g_assert_true (heard);
  figures_check (w, "quality", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

static char *
seed_of (World *w, const char *list)
{
  g_autoptr (FzFields) facts = asked ("random");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  const char *seed;

  fz_fields_set (facts, "place", "offline");
  fz_fields_set (facts, "list", list);
  sheet = fz_desk_prepare_comment_plan (w->session, facts, &error);
  g_assert_no_error (error);
  seed = strstr (fz_sheet_get_text (sheet, 0), "种子");
  g_assert_nonnull (seed);
  return g_strndup (seed, 80);
}

/* The list is what somebody wrote: the same one in any order draws the same, another one draws anew, and each chance stands in the log. */
static void
paper_seeds (World *w)
{
  g_autofree char *first = NULL, *same = NULL, *other = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  first = seed_of (w, "MZ0001 D1001 03 2026-03-01\nMZ0002 D1004 03 2026-03-02");
  same = seed_of (w, "MZ0002 D1004 03 2026-03-02\nMZ0001 D1001 03 2026-03-01");
  g_assert_cmpstr (same, ==, first);
  g_assert_cmpuint (world_audit_count (w, from, "comment.draw", "done"), ==, 1);
  other = seed_of (w, "MZ0001 D1001 03 2026-03-01\nMZ0003 D1004 03 2026-03-02");
  g_assert_cmpstr (other, !=, first);
  g_assert_cmpuint (world_audit_count (w, from, "comment.draw", "done"), ==, 2);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/comment/drawn-again", drawn_again);
  world_add_test ("/desk/comment/once", once);
  world_add_test ("/desk/comment/story", story);
  world_add_test ("/desk/comment/blind", blind);
  world_add_test ("/desk/comment/targeted", targeted);
  world_add_test ("/desk/comment/group", group);
  world_add_test ("/desk/comment/consequences", consequences);
  world_add_test ("/desk/comment/reported", reported);
  world_add_test ("/desk/comment/records", records);
  world_add_test ("/desk/comment/record-appeal", record_appeal);
  world_add_test ("/desk/comment/record-of-who-left", record_of_who_left);
  world_add_test ("/desk/comment/paper-records", paper_records);
  world_add_test ("/desk/comment/paper-seeds", paper_seeds);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
