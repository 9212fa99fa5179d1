/* The hospital's rules: a new version by two persons, in force by its day without a restart, what was signed judged again as on its day,
 * kept bytes that were altered, what the law does not allow, texts that end. */
#include "app/rules.h"
#include "app/setup.h"
#include "db/connection.h"
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <string.h>

#define DAY (24 * 3600)

/* --- the parts --- */

static FzFields *
draft_of (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = NULL;

  world_sign_in (w, "A3001");
  draft = fz_desk_get_rules_draft (w->session, &error);
  g_assert_no_error (error);
  {
    FzFields *copy = fz_fields_dup (draft, NULL);

    fz_fields_set (copy, "rules.words", "院务会决定");
    return copy;
  }
}

static void
put_parameter (FzFields *draft, const char *name, const char *value)
{
  guint n = fz_fields_count (draft, "parameter");

  fz_fields_set_at (draft, "parameter", n, "name", name);
  fz_fields_set_at (draft, "parameter", n, "value", value);
}

/* Signs the draft as the person at the desk. */
static char *
propose (World *w, const FzFields *draft)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_rules (w->session, draft, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fz_sheet_get_title (sheet, 0), ==, "规则集版本");
  return world_sign (w, sheet);
}

static void
decide (World *w, const char *number, const char *id, const char *verdict)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_rules_decision (w->session, id, verdict, "依院务会决定", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static void
tick (World *w)
{
  g_autoptr (GError) error = NULL;

  fz_rules_tick (w->desk, &error);
  g_assert_no_error (error);
}

static const FzFields *
row_of (GPtrArray *rows, const char *key, const char *value)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], key), value) == 0)
      return rows->pdata[i];
  g_error ("no row with %s %s", key, value);
}

static char *
standing_of (World *w, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_rules_versions (w->session, &error);

  g_assert_no_error (error);
  return g_strdup (fz_fields_get (row_of (rows, "rules.id", id), "rules.now"));
}

static void
assert_standing (World *w, const char *id, const char *expected)
{
  g_autofree char *now = standing_of (w, id);

  g_assert_cmpstr (now, ==, expected);
}

/* A draft that asks twenty years of independent practice, approved for a day that many days from now. */
static char *
stricter_version (World *w, int days)
{
  g_autoptr (FzFields) draft = draft_of (w);
  g_autofree char *since = fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_session_now_us (w->session)), days));
  char *id;

  put_parameter (draft, "independent_years", "20");
  fz_fields_set (draft, "rules.since", since);
  id = propose (w, draft);
  decide (w, "S4001", id, "approved");
  return id;
}

/* Every verdict of the visit's documents as it was: returns how many documents were judged again. */
static guint
replay (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_rules_replay (w->desk, visit, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (!fz_fields_is_yes (rows->pdata[i], "same"))
      g_error ("%s %s: %s -> %s", fz_fields_get (rows->pdata[i], "document"), fz_fields_get (rows->pdata[i], "rule"),
               fz_fields_get (rows->pdata[i], "then"), fz_fields_get (rows->pdata[i], "now"));
  return rows->len;
}

/* --- two persons --- */

static void
two_persons (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = draft_of (w);
  g_autoptr (GPtrArray) changes = NULL, rows = NULL;
  g_autofree char *id = NULL;
  guint64 from;

  put_parameter (draft, "independent_years", "5");
  changes = fz_desk_check_rules (w->session, draft, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->len, ==, 1);
  g_assert_nonnull (strstr (changes->pdata[0], "由 3 改为 5"));
  id = propose (w, draft);
  g_assert_cmpstr (id, ==, "RULES-0002");
  assert_standing (w, id, NULL);
  expect_error (fz_desk_prepare_rules_decision (w->session, id, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  expect_error (fz_desk_prepare_rules (w->session, draft, &error) == NULL, &error, FZ_ERROR_REFUSED, "等待批准");
  world_sign_in (w, "S4001");
  rows = fz_desk_rules_versions (w->session, &error);
  g_assert_true (fz_fields_is_yes (rows->pdata[0], "rules.may_decide"));
  g_assert_false (fz_fields_has (rows->pdata[0], "rules.may_withdraw"));
  expect_error (fz_desk_prepare_rules_decision (w->session, id, "declined", "", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  expect_error (fz_desk_prepare_rules_decision (w->session, "RULES-0009", "approved", "", &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "RULES-0009");
  decide (w, "S4001", id, "approved");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM signature WHERE document = (SELECT number FROM document WHERE id = 'RULES-0002')"), ==, 2);
  assert_standing (w, id, "planned");
  tick (w);
  g_assert_cmpstr (w->desk->rules_version, ==, "RULES-0001");
  from = world_audit_size (w);
  world_pass (w, DAY); /* its day begins while the program runs */
  tick (w);
  tick (w);
  g_assert_cmpstr (w->desk->rules_version, ==, id);
  g_assert_cmpuint (world_audit_count (w, from, "rules.in_force", "done"), ==, 1);
  assert_standing (w, id, "in_force");
  assert_standing (w, "RULES-0001", "past");
  expect_error (fz_desk_prepare_rules_decision (w->session, id, "declined", "后悔", &error) == NULL, &error, FZ_ERROR_REFUSED, "已经有了决定");
}

/* The proposer takes it back; another declines; nothing of either ever holds. */
static void
taken_back (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = draft_of (w);
  g_autofree char *first = NULL, *second = NULL;

  put_parameter (draft, "independent_years", "5");
  first = propose (w, draft);
  world_sign_in (w, "S4001");
  expect_error (fz_desk_prepare_rules_decision (w->session, first, "withdrawn", "不是我的", &error) == NULL, &error, FZ_ERROR_REFUSED, "权限");
  decide (w, "A3001", first, "withdrawn");
  second = propose (w, draft);
  g_assert_cmpstr (second, ==, "RULES-0003");
  decide (w, "S4001", second, "declined");
  world_pass (w, 3 * DAY);
  tick (w);
  g_assert_cmpstr (w->desk->rules_version, ==, "RULES-0001");
  assert_standing (w, first, NULL);
}

static const FzFields *
version_of (World *w, GPtrArray **rows, const char *number, const char *id)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, number);
  g_clear_pointer (rows, g_ptr_array_unref);
  *rows = fz_desk_rules_versions (w->session, &error);
  g_assert_no_error (error);
  return row_of (*rows, "rules.id", id);
}

/* Approved for the day after tomorrow, cancelled by two persons tomorrow: its day comes and it does not hold, nor after a restart. */
static void
cancelled_before_its_day (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, differences = NULL;
  g_autofree char *id = stricter_version (w, 2), *kept = NULL;
  const FzFields *row;
  guint visits = 0;

  row = version_of (w, &rows, "A3001", id);
  g_assert_true (fz_fields_is_yes (row, "rules.may_cancel") && !fz_fields_has (row, "rules.may_agree"));
  row = version_of (w, &rows, "D1001", id);
  g_assert_false (fz_fields_has (row, "rules.may_cancel"));
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_rules_decision (w->session, id, "cancel", "", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  expect_error (fz_desk_prepare_rules_decision (w->session, id, "cancelled", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "还没有人提出");
  world_pass (w, DAY);
  decide (w, "A3001", id, "cancel");
  assert_standing (w, id, "planned"); /* one person changes nothing */
  row = version_of (w, &rows, "A3001", id);
  g_assert_true (!fz_fields_has (row, "rules.may_agree") && fz_fields_is_yes (row, "rules.may_keep"));
  expect_error (fz_desk_prepare_rules_decision (w->session, id, "cancelled", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  row = version_of (w, &rows, "S4001", id);
  g_assert_true (fz_fields_is_yes (row, "rules.may_agree"));
  decide (w, "S4001", id, "cancelled");
  row = version_of (w, &rows, "S4001", id);
  g_assert_cmpstr (fz_fields_get (row, "rules.state_label"), ==, "施行前取消");
  g_assert_null (fz_fields_get (row, "rules.now"));
  world_pass (w, DAY);
  tick (w);
  g_assert_cmpstr (w->desk->rules_version, ==, "RULES-0001");
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "S4003");
  g_assert_cmpstr (w->desk->rules_version, ==, "RULES-0001");
  g_assert_true (fz_desk_rebuild_check (w->session, &visits, &differences, NULL, NULL, NULL, &error));
  g_assert_cmpuint (differences->len, ==, 0);
  kept = stricter_version (w, 1); /* what is asked and not agreed to takes effect as approved */
  decide (w, "S4001", kept, "cancel");
  world_pass (w, DAY);
  tick (w);
  g_assert_cmpstr (w->desk->rules_version, ==, kept);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_rules_decision (w->session, kept, "cancelled", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "施行日已到");
}

static void
wrong_pin_signs_nothing (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = draft_of (w);
  g_autoptr (FzSecret) pin = secret ("000001");
  g_autoptr (FzSheet) sheet = NULL;

  put_parameter (draft, "independent_years", "5");
  sheet = fz_desk_prepare_rules (w->session, draft, &error);
  g_assert_no_error (error);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_SIGNATURE, "PIN");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM rules_version"), ==, 1);
}

/* --- judged again as on its day --- */

static void
replay_after_change (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *id = NULL;
  g_autoptr (GError) error = NULL;
  guint before;

  world_review (w, "P2001", rx, "approved");
  before = replay (w, "V1");
  g_assert_cmpuint (before, >=, 4); /* presence, verdict, record, prescription, review */
  id = stricter_version (w, 0);     /* today: takes effect with its approval */
  g_assert_cmpstr (w->desk->rules_version, ==, id);
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V2");
  expect_error (!world_try_take (w, "V2", &error), &error, FZ_ERROR_REFUSED, "年");
  g_assert_cmpuint (replay (w, "V1"), ==, before);
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "D1001");
  g_assert_cmpstr (w->desk->rules_version, ==, id);
  g_assert_cmpuint (replay (w, "V1"), ==, before);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM rulebook"), ==, 2);
}

/* The rules of a day gone by are those that held then. */
static void
in_force_by_date (World *w)
{
  g_autofree char *id = stricter_version (w, 2);
  FzDate today = fz_date_in_beijing (fz_session_now_us (w->session));

  assert_standing (w, id, "planned");
  for (int days = -3; days < 5; days++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRulebook) book = fz_rules_on (w->desk, fz_date_add_days (today, days), &error);

    g_assert_no_error (error);
    g_assert_cmpint (fz_rules_get_own (book) != NULL, ==, days >= 2);
  }
}

/* What was prepared under yesterday's rules is not signed under today's. */
static void
over_midnight (World *w)
{
  g_autofree char *id = stricter_version (w, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  gint64 documents;

  world_sign_in (w, "D1001");
  world_pass (w, 14 * 3600 + 45 * MINUTE); /* 23:45 */
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_pass (w, 14 * MINUTE + 40);
  sheet = fz_desk_prepare_handover (w->session, "V1", "交班", &error);
  g_assert_no_error (error);
  world_pass (w, 30);
  tick (w);
  g_assert_cmpstr (w->desk->rules_version, ==, id);
  documents = world_ask (w, "SELECT count(*) FROM document");
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "刚刚变更");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM document"), ==, documents);
  g_clear_pointer (&sheet, fz_sheet_free);
  sheet = fz_desk_prepare_handover (w->session, "V1", "交班", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, g_steal_pointer (&sheet)));
}

/* --- bytes that were altered --- */

static gboolean
alter (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "DROP TRIGGER rule_layer_no_update;"
                            "UPDATE rule_layer SET body = CAST(replace(CAST(body AS TEXT), '20', '02') AS BLOB) WHERE name = 'hospital';";

  return fz_connection_exec (fz_txn_get_store (txn)->connection, FZ_MASK_MIGRATE, sql, error);
}

static void
altered_layer (World *w)
{
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = NULL, parts = NULL;
  g_autoptr (FzFields) status = NULL, request = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  gint64 documents;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_arrive (w, 0, "V2");
  request = world_request (w, 0, "V3");
  documents = world_ask (w, "SELECT count(*) FROM document WHERE visit = 'V1'");
  id = stricter_version (w, 0);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, alter, NULL, &error));
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "D1001"); /* the store opens: somebody must be able to look */
  findings = fz_desk_check_taking (w->session, "V2", &error);
  expect_error (findings == NULL, &error, FZ_ERROR_CORRUPT, "不能据此判断或签名");
  expect_error (!world_try_arrive (w, request, &error), &error, FZ_ERROR_CORRUPT, "不能据此判断或签名");
  sheet = fz_desk_prepare_refusal (w->session, "V2", "J03", "请到门诊就诊。", &error); /* asks no clause, and is not signed either */
  g_assert_no_error (error);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_CORRUPT, "不能据此判断或签名");
  parts = fz_desk_read_rules (w->session, NULL, FZ_RULES_PARAMETERS, &error);
  expect_error (parts == NULL, &error, FZ_ERROR_CORRUPT, "摘要不符");
  status = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (status, "rules.state"), ==, "unusable");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM document WHERE visit = 'V1'"), ==, documents);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM document WHERE visit = 'V2'"), ==, 3);
}

/* A version without the altered layer mends it. */
static void
mended_by_a_version (World *w)
{
  g_autofree char *id = stricter_version (w, 0), *mended = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = NULL;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, alter, NULL, &error));
  world_close (w);
  world_reopen (w);
  draft = draft_of (w);
  g_assert_cmpstr (w->desk->rules_version, !=, id);
  fz_fields_set (draft, "rules.since", TESTED_DAY);
  mended = propose (w, draft);
  decide (w, "S4001", mended, "approved");
  g_assert_null (w->desk->rules_problem);
  g_assert_cmpstr (w->desk->rules_version, ==, mended);
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
}

/* --- what cannot stand --- */

static void
refused (World *w, const FzFields *draft, FzErrorCode code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = fz_desk_prepare_rules (w->session, draft, &error);

  expect_error (sheet == NULL, &error, code, words);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM rules_version"), ==, 1);
}

static void
refused_drafts (World *w)
{
  static const struct {
    const char *name, *value, *words;
  } parameters[] = {
    { "independent_years", "2", "只能从严" }, { "independent_years", "三", "取值" }, { "independent_years", "", "取值" },
    { "no_such", "3", "取值" },
  };
  g_autoptr (FzFields) draft = draft_of (w), other = NULL;

  refused (w, draft, FZ_ERROR_INVALID, "没有不同");
  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++) {
    g_autoptr (FzFields) bad = fz_fields_dup (draft, NULL);

    put_parameter (bad, parameters[i].name, parameters[i].value);
    refused (w, bad, FZ_ERROR_INVALID, parameters[i].words);
  }
  other = fz_fields_dup (draft, NULL);
  put_parameter (other, "independent_years", "5");
  fz_fields_set (other, "rules.words", NULL);
  refused (w, other, FZ_ERROR_INVALID, "理由");
  fz_fields_set (other, "rules.words", "院务会决定");
  fz_fields_set (other, "rules.since", "2026-03-01");
  refused (w, other, FZ_ERROR_REFUSED, "已经过去");
  fz_fields_set (other, "rules.since", "2026-02-30");
  refused (w, other, FZ_ERROR_INVALID, NULL);
  fz_fields_set (other, "rules.since", "2026-03-03");
  fz_fields_set (other, "rules.jurisdiction", "beijing");
  refused (w, other, FZ_ERROR_INVALID, "beijing");
  fz_fields_set (other, "rules.jurisdiction", "tianjin");
  fz_fields_set_at (other, "termination", 0, "code", "X01");
  fz_fields_set_at (other, "termination", 0, "guidance", "请到医院就诊。");
  refused (w, other, FZ_ERROR_INVALID, "terminations[0].code");
  fz_fields_set_at (other, "termination", 0, "code", "T04");
  fz_fields_set (other, "consent.version", "2026-01");
  fz_fields_set (other, "consent.text", "别的文字。");
  refused (w, other, FZ_ERROR_CONFLICT, "新的版本号");
}

/* --- files --- */

static char *
layer_file (World *w, const char *from, const char *to)
{
  static const char layer[] =
    "{\"format\": \"fuzhen.rulebook/v2\", \"name\": \"hospital\", \"layer\": \"hospital\", \"short\": \"YN\",\n"
    " \"title\": \"院内规定\", \"title_en\": \"Own rules\", \"over\": \"tianjin-2025\", \"regulation\": null, \"source\": \"院务会\",\n"
    " \"since\": \"2026-03-02\", \"until\": null, \"until_basis\": null, \"successor\": null,\n"
    " \"parameters\": [], \"terminations\": [], \"consent\": null,\n"
    " \"clauses\": [\n"
    "  {\"id\": \"H_COMPLAINT\", \"row\": null, \"text\": \"院内规定\", \"article\": \"一\", \"article_sha256\": null,\n"
    "   \"zh\": \"申请须写明主诉\", \"en\": \"A complaint is written\", \"severity\": \"stop\", \"kind\": \"rule\", \"moments\": [\"take\"],\n"
    "   \"from\": \"2026-03-02\", \"until\": null, \"field\": \"visit.complaint\", \"when\": [],\n"
    "   \"require\": {\"is\": \"present\", \"key\": \"visit.no_such_fact\"}, \"message\": \"院内规定：申请没有写明主诉。\"}]}\n";
  g_auto (GStrv) parts = g_strsplit (layer, from, 2);
  g_autofree char *text = g_strjoinv (to, parts);
  char *path = g_build_filename (w->root, "yuannei.json", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
own_clauses (World *w)
{
  static const struct {
    const char *from, *to, *words;
  } bad[] = {
    { "\"severity\": \"stop\"", "\"severity\": \"sotp\"", "yuannei.json:7:" },
    { "\"zh\": \"申", "\"zzz\": 1, \"zh\": \"申", "yuannei.json:" },
    { "H_COMPLAINT", "COMPLAINT", "yuannei.json:6:" },
    { "\"over\": \"tianjin-2025\"", "\"over\": \"fujian-2024\"", "over" },
    { "\"layer\": \"hospital\"", "\"layer\": \"local\"", "yuannei.json" },
    { "\"is\": \"present\"", "\"is\": \"presents\"", "yuannei.json:9:" },
    { "]}\n", "]\n", "yuannei.json:" },
    { "\"from\": \"2026-03-02\", ", "", "yuannei.json:6:" },
    { "\"until\": null, \"field\"", "\"until\": \"2026-02-30\", \"field\"", "yuannei.json:" },
    { "\"until\": null, \"field\"", "\"until\": \"2026-03-01\", \"field\"", "yuannei.json:" },
    { "\"row\": null", "\"row\": \"TJ-99\"", "yuannei.json:6:" },
    { "\"article_sha256\": null", "\"article_sha256\": \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"", "yuannei.json:6:" },
    { "\"parameters\": []",
      "\"parameters\": [{\"name\": \"max_items\", \"zh\": \"z\", \"en\": \"e\", \"question\": null, \"stricter\": \"less\", \"values\": ["
      "{\"from\": \"2026-03-02\", \"until\": \"2026-12-31\", \"value\": 4}, {\"from\": \"2026-12-01\", \"until\": null, \"value\": 3}]}]", "yuannei.json:4:" },
    { "申请没有写明主诉", "申请没有写明{subject}", "yuannei.json:9:" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = draft_of (w), fresh = NULL;
  g_autofree char *path = NULL, *id = NULL, *force = g_strdup (fz_rulebook_get_sha256 (w->desk->knowledge->rulebook));

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *wrong = layer_file (w, bad[i].from, bad[i].to);
    g_autoptr (FzFields) none = fz_desk_import_rules (w->session, draft, wrong, &error);

    expect_error (none == NULL, &error, FZ_ERROR_INVALID, bad[i].words);
  }
  /* Nothing of it took hold: the rules in force are the same, and judge. */
  g_assert_cmpstr (fz_rulebook_get_sha256 (w->desk->knowledge->rulebook), ==, force);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM rules_version"), ==, 1);
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V0");
  world_take (w, "V0");
  world_sign_in (w, "A3001");
  path = layer_file (w, "nothing to change", "");
  fresh = fz_desk_import_rules (w->session, draft, path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (fresh, "clauses.file"), ==, "yuannei.json");
  g_assert_true (fz_desk_save_rules_draft (w->session, fresh, &error));
  g_clear_pointer (&draft, fz_fields_unref);
  draft = draft_of (w); /* as saved */
  fz_fields_set (draft, "rules.since", TESTED_DAY);
  id = propose (w, draft);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM draft"), ==, 0);
  decide (w, "S4001", id, "approved");
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, "院内规定");
}

/* --- termination conditions and the consent text --- */

static void
words_of_the_hospital (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = draft_of (w), consent = NULL;
  g_autoptr (GPtrArray) codes = NULL;
  g_autofree char *id = NULL;
  FzSheet *sheet;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V2");
  world_sign_in (w, "A3001");
  fz_fields_set (draft, "rules.since", TESTED_DAY);
  fz_fields_set_at (draft, "termination", 0, "code", "H01");
  fz_fields_set_at (draft, "termination", 0, "label", "需要院内会诊");
  fz_fields_set_at (draft, "termination", 0, "emergency", "no");
  fz_fields_set_at (draft, "termination", 0, "guidance", "请到门诊二楼办理会诊。");
  fz_fields_set_at (draft, "termination", 1, "code", "T04");
  fz_fields_set_at (draft, "termination", 1, "guidance", "请立即拨打120。");
  fz_fields_set (draft, "consent.version", "2026-03");
  fz_fields_set (draft, "consent.text", "院内知情同意书。\n第二段。");
  id = propose (w, draft);
  decide (w, "S4001", id, "approved");
  world_sign_in (w, "D1001");
  codes = fz_desk_codes (w->session, "termination", &error);
  g_assert_cmpstr (fz_fields_get (row_of (codes, "code", "H01"), "guidance"), ==, "请到门诊二楼办理会诊。");
  g_assert_cmpstr (fz_fields_get (row_of (codes, "code", "T04"), "guidance"), ==, "请立即拨打120。");
  g_assert_nonnull (strstr (fz_fields_get (row_of (codes, "code", "T04"), "label"), "危急"));
  consent = fz_desk_consent_text (w->session, &error);
  g_assert_cmpstr (fz_fields_get (consent, "version"), ==, "2026-03");
  expect_error (!world_try_take (w, "V2", &error), &error, FZ_ERROR_REFUSED, "现行版本"); /* asked again */
  g_clear_pointer (&w->consent_version, g_free);
  g_clear_pointer (&w->consent_sha256, g_free);
  w->consent_version = g_strdup ("2026-03");
  w->consent_sha256 = g_strdup (fz_fields_get (consent, "sha256"));
  world_arrive (w, 0, "V3");
  world_take (w, "V3");
  sheet = fz_desk_prepare_termination (w->session, "V3", "H01", "请到门诊二楼办理会诊。", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

/* --- another place, a text that ended --- */

static void
another_place (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = draft_of (w), overview = NULL;
  g_autoptr (GPtrArray) changes = NULL, findings = NULL, layers = NULL;
  g_autofree char *id = NULL;

  fz_fields_set (draft, "rules.jurisdiction", "fujian");
  fz_fields_set (draft, "rules.since", TESTED_DAY);
  changes = fz_desk_check_rules (w->session, draft, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->len, ==, 3);
  g_assert_nonnull (strstr (changes->pdata[0], "由天津市改为福建省"));
  id = propose (w, draft);
  decide (w, "S4001", id, "approved");
  layers = fz_desk_read_rules (w->session, NULL, FZ_RULES_LAYERS, &error);
  g_assert_cmpstr (fz_fields_get (layers->pdata[layers->len - 1], "name"), ==, "fujian-2024");
  world_sign_in (w, "A3001");
  overview = fz_desk_overview (w->session, &error);
  g_assert_cmpstr (fz_fields_get (overview, "rules.state"), ==, "ended"); /* on 7 February 2026 */
  g_assert_nonnull (strstr (fz_fields_get (overview, "rules.words"), "请医务管理人员启用现行规则集"));
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  findings = fz_desk_check_taking (w->session, "V1", &error);
  g_assert_no_error (error);
  g_assert_nonnull (fz_findings_find (findings, "RULEBOOK_ENDED"));
}

/* The local text of Tianjin is told of ninety days before it ends, and not before. */
static void
told_before_the_end (World *w)
{
  static const struct {
    const char *day, *state;
  } days[] = { { "2028-10-01", NULL }, { "2028-10-02", "ending" }, { "2028-12-31", "ending" }, { "2029-01-01", "ended" } };

  world_sign_in (w, "A3001");
  for (guint i = 0; i < G_N_ELEMENTS (days); i++) {
    g_autoptr (FzFields) out = fz_fields_new ("fuzhen.overview/v1");
    FzDate day;

    g_assert_true (fz_date_parse (days[i].day, &day, NULL));
    world_pass (w, (fz_date_beijing_start_us (day) - fz_desk_now_us (w->desk)) / FZ_US_PER_SECOND + 60);
    fz_rules_put_end (w->desk, out);
    g_assert_cmpstr (fz_fields_get (out, "rules.state"), ==, days[i].state);
    if (days[i].state != NULL)
      g_assert_nonnull (strstr (fz_fields_get (out, "rules.words"), "没有载明接续的文件"));
    if (g_strcmp0 (days[i].state, "ended") == 0)
      g_assert_nonnull (strstr (fz_fields_get (out, "rules.words"), "现按“互联网诊疗监管细则（试行）”执行"));
  }
}

/* --- what would have changed --- */

typedef struct {
  guint64 done, total;
} Progress;

static void
on_progress (guint64 done, guint64 total, gpointer data)
{
  Progress *progress = data;

  g_assert_cmpuint (done, >, progress->done);
  progress->done = done;
  progress->total = total;
}

static gint64
number_of (const FzFields *sum, const char *key)
{
  gint64 value = -1;

  g_assert_true (fz_fields_get_int (sum, key, &value));
  return value;
}

static void
what_would_have_changed (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *id = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = NULL, sum = NULL, none = NULL, again = NULL, elsewhere = NULL;
  g_autoptr (GPtrArray) rows = NULL, quiet = NULL, pending = NULL, later = NULL, other = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  gint64 now_us = fz_session_now_us (w->session), from_us = now_us - 30 * FZ_US_PER_DAY;
  Progress progress = { 0 };
  guint64 before;

  world_review (w, "P2001", rx, "approved");
  world_pass (w, 120);
  now_us = fz_session_now_us (w->session);
  draft = draft_of (w);
  before = world_audit_size (w);
  quiet = fz_desk_try_rules (w->session, draft, from_us, now_us, NULL, NULL, NULL, &none, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (quiet->len, ==, 0);
  g_assert_cmpint (number_of (none, "judged"), >=, 5);
  g_assert_cmpint (number_of (none, "changed") + number_of (none, "cannot_tell"), ==, 0);
  g_assert_cmpuint (world_audit_count (w, before, "rules.try", "done"), ==, 1);
  put_parameter (draft, "independent_years", "20");
  rows = fz_desk_try_rules (w->session, draft, from_us, now_us, NULL, on_progress, &progress, &sum, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number_of (sum, "changed"), ==, rows->len);
  g_assert_cmpuint (rows->len, >, 0);
  for (guint i = 0; i < rows->len; i++) {
    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "then"), ==, "pass");
    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "now"), ==, "fail");
    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "visit"), ==, "V1");
    g_assert_true (fz_fields_has (rows->pdata[i], "message"));
  }
  g_assert_cmpuint (progress.done, ==, progress.total);
  later = fz_desk_try_rules (w->session, draft, now_us, now_us + FZ_US_PER_DAY, NULL, NULL, NULL, &again, &error);
  g_assert_cmpint (number_of (again, "documents"), ==, 0);
  fz_fields_set (draft, "rules.jurisdiction", "chongqing"); /* asks what nobody kept: said so, not claimed */
  other = fz_desk_try_rules (w->session, draft, from_us, now_us, NULL, NULL, NULL, &elsewhere, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number_of (elsewhere, "cannot_tell"), >, 0);
  for (guint i = 0; i < other->len; i++)
    g_assert_cmpstr (fz_fields_get (other->pdata[i], "now"), !=, "unknown");
  fz_fields_set (draft, "rules.jurisdiction", "tianjin");
  id = propose (w, draft);
  pending = fz_desk_try_rules (w->session, NULL, from_us, now_us, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pending->len, ==, rows->len);
  g_cancellable_cancel (stop);
  g_assert_null (fz_desk_try_rules (w->session, draft, from_us, now_us, stop, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- a new store --- */

static FzDesk *
new_hospital (World *w, const char *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.hospital/v1");
  g_autofree char *data = g_build_filename (w->root, place, "data", NULL), *state = g_build_filename (w->root, place, "state", NULL);
  FzSetup setup = { .data_dir = data, .state_dir = state, .demo = TRUE, .clock = fz_demo_world_clock, .clock_data = w->world };
  FzDesk *desk;

  fz_fields_set (facts, "organ.name", "某医院");
  fz_fields_set (facts, "organ.code", fz_fields_get (w->desk->institution, "organ.code"));
  fz_fields_set (facts, "jurisdiction", place);
  desk = fz_setup_create (&setup, facts, NULL, &error);
  g_assert_no_error (error);
  return desk;
}

/* Each of the five begins with a version of its own place, which its front page names. */
static void
five_places (World *w)
{
  static const char *const places[][2] = { { "tianjin", "tianjin-2025" }, { "national", "national-2022" }, { "sichuan", "sichuan-2020" },
                                           { "chongqing", "chongqing-2023" }, { "fujian", "fujian-2024" } };

  world_sign_in (w, "A3001");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (FzDesk) desk = new_hospital (w, places[i][0]);
    g_autofree char *path = g_build_filename (desk->data_dir, "front", NULL), *front = NULL;

    g_assert_cmpstr (fz_rulebook_get_name (desk->knowledge->rulebook), ==, places[i][1]);
    g_assert_cmpstr (desk->rules_version, ==, "RULES-0001");
    g_assert_true (g_file_get_contents (path, &front, NULL, NULL));
    g_assert_nonnull (strstr (front, fz_rulebook_get_title (desk->knowledge->rulebook)));
  }
}

/* --- reading --- */

static void
what_is_read (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = stricter_version (w, 0);
  const char *const versions[] = { NULL, "RULES-0001", id, "sichuan" };
  g_autoptr (GPtrArray) rows = NULL;

  world_sign_in (w, "P2001");
  rows = fz_desk_read_rules (w->session, NULL, FZ_RULES_PARAMETERS, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (row_of (rows, "name", "independent_years"), "value"), ==, "20");
  g_assert_cmpstr (fz_fields_get (row_of (rows, "name", "independent_years"), "law"), ==, "3");
  g_assert_true (fz_fields_is_yes (row_of (rows, "name", "independent_years"), "own"));
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    for (FzRulesPart part = FZ_RULES_LAYERS; part <= FZ_RULES_TERMINATIONS; part++) {
      g_autoptr (GPtrArray) some = fz_desk_read_rules (w->session, versions[i], part, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (some->len, >, 2);
    }
  expect_error (fz_desk_read_rules (w->session, "RULES-0009", FZ_RULES_LAYERS, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "RULES-0009");
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/rules/two-persons", two_persons);
  world_add_test ("/desk/rules/taken-back", taken_back);
  world_add_test ("/desk/rules/cancelled", cancelled_before_its_day);
  world_add_test ("/desk/rules/wrong-pin", wrong_pin_signs_nothing);
  world_add_test ("/desk/rules/replay", replay_after_change);
  world_add_test ("/desk/rules/in-force", in_force_by_date);
  world_add_test ("/desk/rules/over-midnight", over_midnight);
  world_add_test ("/desk/rules/altered", altered_layer);
  world_add_test ("/desk/rules/mended", mended_by_a_version);
  world_add_test ("/desk/rules/refused", refused_drafts);
  world_add_test ("/desk/rules/own-clauses", own_clauses);
  world_add_test ("/desk/rules/words", words_of_the_hospital);
  world_add_test ("/desk/rules/another-place", another_place);
  world_add_test ("/desk/rules/before-the-end", told_before_the_end);
  world_add_test ("/desk/rules/try", what_would_have_changed);
  world_add_test ("/desk/rules/five-places", five_places);
  world_add_test ("/desk/rules/read", what_is_read);
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
