/* Every bad input names its field and says what is wrong. */
#include "tests/intake/fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void add_bad_tests (void);

typedef struct {
  const char *name;
  guint sample;
  const char *from, *to, *field, *words;
} Bad;

#define SHA "\"sha256\": \""
static const Bad bads[] = {
  { "check-digit", 1, "\"id_number\": \"119900196001310028\"", "\"id_number\": \"119900196001310023\"", "patient.id_number", "校验码不符" },
  { "check-digit-typo", 1, "\"id_number\": \"119900196001310028\"", "\"id_number\": \"119900196001310122\"", "patient.id_number", "校验码不符" },
  { "fifteen", 1, "\"id_number\": \"119900196001310028\"", "\"id_number\": \"119900600131002\"", "patient.id_number", "18 位" },
  { "area", 1, "\"id_number\": \"119900196001310028\"", "\"id_number\": \"009900196001310022\"", "patient.id_number", "前两位" },
  { "birth-other", 1, "\"birth_date\": \"1960-01-31\"", "\"birth_date\": \"1960-01-30\"", "patient.birth_date", "不一致" },
  { "birth-future", 1, "\"birth_date\": \"1960-01-31\"", "\"birth_date\": \"2026-01-06\"", "patient.birth_date", "晚于今天" },
  { "birth-unreal", 1, "\"birth_date\": \"1960-01-31\"", "\"birth_date\": \"1960-02-30\"", "patient.birth_date", "存在的日期" },
  { "birth-shape", 1, "\"birth_date\": \"1960-01-31\"", "\"birth_date\": \"19600131\"", "patient.birth_date", "存在的日期" },
  { "sex-other", 1, "\"sex\": \"F\"", "\"sex\": \"M\"", "patient.sex", "不一致" },
  { "sex-word", 1, "\"sex\": \"F\"", "\"sex\": \"女\"", "patient.sex", "F（女）" },
  { "sex-unknown", 1, "\"sex\": \"F\"", "\"sex\": \"unknown\"", "patient.sex", "F（女）" },
  { "mobile", 1, "19900000001", "1990000001", "patient.mobile", "手机" },
  { "name-empty", 1, "\"name\": \"王秀兰\"", "\"name\": \"\"", "patient.name", "没有填写" },
  { "name-blank", 1, "\"name\": \"王秀兰\"", "\"name\": \"　\"", "patient.name", "没有填写" },
  { "name-null", 1, "\"name\": \"王秀兰\"", "\"name\": null", "patient.name", "没有填写" },
  { "name-number", 1, "\"name\": \"王秀兰\"", "\"name\": 7", "patient.name", "$.patient.name" },
  { "name-control", 1, "\"name\": \"王秀兰\"", "\"name\": \"王\\u0007秀兰\"", "patient.name", "控制字符" },
  { "name-direction", 1, "\"name\": \"王秀兰\"", "\"name\": \"王\\u202e秀兰\"", "patient.name", "显示顺序" },
  { "complaint-stack", 1, "\"complaint\": \"高血压复诊续方\"", "\"complaint\": \"高\\u0301\\u0301\\u0301\\u0301\\u0301血压\"", "visit.complaint", "叠" },
  { "kind", 1, "\"id_kind\": \"01\"", "\"id_kind\": \"1\"", "patient.id_kind", "代码表" },
  { "passport-short", 1, "\"id_kind\": \"01\",\n    \"id_number\": \"119900196001310028\"", "\"id_kind\": \"03\",\n    \"id_number\": \"E1\"", "patient.id_number", "证件类型" },
  { "no-patient", 1, "\"patient\": {", "\"patients\": {", "", "patients" },
  { "visit-path", 1, "\"visit\": \"S20260105-1\"", "\"visit\": \"../S1\"", "visit.id", "字母" },
  { "visit-missing", 1, "\"visit\": \"S20260105-1\"", "\"visit\": null", "visit.id", "没有填写" },
  { "format", 1, "fuzhen.visit/v1", "fuzhen.visit/v2", "format", "fuzhen.visit/v1" },
  { "applied-zone", 1, "2026-01-05T08:00:00+08:00", "2026-01-05T08:00:00", "visit.applied_at", "时区" },
  { "applied-unreal", 1, "2026-01-05T08:00:00+08:00", "2026-02-30T08:00:00+08:00", "visit.applied_at", "时区" },
  { "applied-future", 1, "2026-01-05T08:00:00+08:00", "2026-01-05T10:00:00+08:00", "visit.applied_at", "晚于现在" },
  { "mode", 1, "\"mode\": \"text\"", "\"mode\": \"fax\"", "visit.mode", "代码表" },
  { "department", 1, "\"department\": \"03.04\"", "\"department\": \"99.99\"", "visit.department", "代码表" },
  { "sensitive", 1, "\"mode\": \"text\"", "\"mode\": \"text\", \"sensitive\": \"HIV\"", "visit.sensitive", "代码表" },
  { "price-negative", 1, "\"price_fen\": 1500", "\"price_fen\": -1", "visit.price_fen", "整数" },
  { "price-decimal", 1, "\"price_fen\": 1500", "\"price_fen\": 15.00", "visit.price_fen", "price_fen" },
  { "price-text", 1, "\"price_fen\": 1500", "\"price_fen\": \"1500\"", "visit.price_fen", "price_fen" },
  { "complaint", 1, "\"complaint\": \"高血压复诊续方\"", "\"complaint\": \"\"", "visit.complaint", "没有填写" },
  { "unknown-key", 1, "\"mode\": \"text\"", "\"mode\": \"text\", \"vip\": true", "", "vip" },
  { "unknown-inner-key", 1, "\"sex\": \"F\"", "\"sex\": \"F\", \"blood\": \"A\"", "patient", "blood" },
  { "repeated-key", 1, "\"mode\": \"text\"", "\"mode\": \"text\", \"mode\": \"video\"", "", "mode" },
  { "not-json", 1, "\"mode\": \"text\",", "\"mode\": 'text',", "", "读不懂" },
  { "nul", 1, "\"complaint\": \"高血压复诊续方\"", "\"complaint\": \"高\\u0000血压\"", "", "读不懂" },
  { "allergy-none", 1, "\"青霉素\"", "\"无\"", "allergy.00", "过敏" },
  { "allergy-empty", 1, "\"青霉素\"", "\"\"", "allergy.00", "空" },
  { "allergy-type", 1, "\"青霉素\"", "{\"name\": \"青霉素\"}", "allergy.00", "allergies" },
  { "prior-future", 1, "\"date\": \"2025-11-02\"", "\"date\": \"2026-01-06\"", "prior.00.date", "第 1 项" },
  { "prior-code", 1, "\"code\": \"I10.x00x002\"", "\"code\": \"\"", "prior.00.code", "没有填写" },
  { "prior-second", 2, "\"code\": \"E78.500\"", "\"code\": null", "prior.01.code", "第 2 项" },
  { "consent-relation", 1, "\"relation\": \"self\"", "\"relation\": \"friend\"", "consent.relation", "代码表" },
  { "consent-no-guardian", 1, "\"relation\": \"self\"", "\"relation\": \"spouse\"", "consent.relation", "监护人" },
  { "consent-other-name", 1, "\"signer\": \"王秀兰\"", "\"signer\": \"王秀\"", "consent.signer", "患者姓名" },
  { "consent-not-guardian", 3, "\"signer\": \"陈婉清\"", "\"signer\": \"陈小禾\"", "consent.signer", "监护人姓名" },
  { "consent-other-relation", 3, "\"signer\": \"陈婉清\",\n    \"relation\": \"mother\"", "\"signer\": \"陈婉清\",\n    \"relation\": \"father\"", "consent.relation", "不一致" },
  { "consent-hash", 1, "\"text_sha256\": \"", "\"text_sha256\": \"A", "consent.text_sha256", "超过" },
  { "consent-future", 1, "2026-01-05T07:56:10+08:00", "2026-01-06T07:56:10+08:00", "consent.at", "晚于现在" },
  { "consent-method", 1, "\"method\": \"app_confirm\"", "\"method\": \"oral\"", "consent.method", "代码表" },
  { "guardian-number", 3, "119900199203090266", "119900199203090267", "guardian.id_number", "校验码不符" },
  { "guardian-is-patient", 3, "119900199203090266", "119900202006180283", "guardian.id_number", "另一人" },
  { "guardian-mobile", 3, "\"id_number\": \"119900199203090266\",\n    \"mobile\": \"19900000003\"", "\"id_number\": \"119900199203090266\"", "guardian.mobile", "没有填写" },
  { "guardian-self", 3, "\"name\": \"陈婉清\",\n    \"relation\": \"mother\"", "\"name\": \"陈婉清\",\n    \"relation\": \"self\"", "guardian.relation", "本人" },
  { "specialist", 3, "\"licence\": \"110119900000017\"", "\"licence\": \"\"", "specialist.licence", "没有填写" },
  { "card-width", 3, "119900A00000003", "１１９９００", "patient.insurance_card", "半角" },
  { "card-long", 3, "HC-1199-0003", "HC-1199-0003-0123456789-0123456789-0123456789-0123456789-0123456789", "patient.health_card", "超过" },
  { "card-number", 3, "\"health_record\": \"11990012000003\"", "\"health_record\": 11990012000003", "patient.health_record", "health_record" },
  { "address-lines", 3, "合成市示范区样例路 3 号", "合成市\\n样例路", "patient.address", "换行" },
  { "occupation-blank", 3, "学龄前儿童", "　", "patient.occupation", "没有填写" },
  { "express-word", 3, "\"cannot_express\": true", "\"cannot_express\": \"yes\"", "patient.cannot_express", "cannot_express" },
  { "present-number", 3, "\"present\": true", "\"present\": 1", "guardian.present", "present" },
  { "requested-empty", 3, "\"吸入用布地奈德混悬液\"", "\"\"", "request.drug.00.generic", "空" },
  { "requested-type", 3, "\"吸入用布地奈德混悬液\"", "7", "request.drug.00.generic", "requested_drugs" },
  { "requested-no-list", 3, "\"requested_drugs\": [\n    \"吸入用布地奈德混悬液\"\n  ]", "\"requested_drugs\": \"吸入用布地奈德混悬液\"", "request.drug", "requested_drugs" },
  { "purchased-empty", 3, "\"硫酸沙丁胺醇吸入气雾剂\"", "\"\"", "request.purchased.00.generic", "空" },
  { "purchased-type", 3, "\"硫酸沙丁胺醇吸入气雾剂\"", "[]", "request.purchased.00.generic", "purchased_drugs" },
  { "capacity-word", 3, "\"capacity\": \"none\"", "\"capacity\": \"some\"", "patient.capacity", "无民事行为能力" },
  { "capacity-type", 3, "\"capacity\": \"none\"", "\"capacity\": false", "patient.capacity", "capacity" },
  { "evidence-path", 2, "\"file\": \"e1.jpg\"", "\"file\": \"../e1.jpg\"", "evidence.00.file", "路径" },
  { "evidence-backslash", 2, "\"file\": \"e1.jpg\"", "\"file\": \"a\\\\e1.jpg\"", "evidence.00.file", "路径" },
  { "evidence-missing", 2, "\"file\": \"e1.jpg\"", "\"file\": \"e9.jpg\"", "evidence.00.file", "不在申请包里" },
  { "evidence-unlisted", 2, "\"file\": \"e1.jpg\"", "\"file\": \"e9.jpg\"", "e1.jpg", "没有列在" },
  { "evidence-json", 2, "\"file\": \"e1.jpg\"", "\"file\": \"visit.json\"", "evidence.00.file", "visit.json" },
  { "evidence-kind", 2, "discharge_summary", "selfie", "evidence.00.kind", "代码表" },
};

static void
test_bad (Fixture *self, gconstpointer data)
{
  const Bad *bad = data;
  g_autofree char *folder = fixture_copy_sample (self, bad->sample, "v");

  fixture_change (folder, bad->from, bad->to);
  fixture_expect (self, folder, bad->field, bad->words);
}

/* Sets a member of the whole text by pattern: arrays are easier cut than edited. */
static void
replace_array (const char *folder, const char *key, const char *json)
{
  g_autofree char *path = g_build_filename (folder, "visit.json", NULL), *text = fixture_read (path);
  g_autofree char *pattern = g_strdup_printf ("(?s)\"%s\": \\[.*?\\n  \\]", key), *value = g_strdup_printf ("\"%s\": %s", key, json);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autofree char *changed = g_regex_replace_literal (regex, text, -1, 0, value, G_REGEX_MATCH_DEFAULT, NULL);

  g_assert_cmpstr (changed, !=, text);
  fixture_write (path, changed, -1);
}

static void
test_no_diagnosis (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "v");

  replace_array (folder, "prior", "[]");
  fixture_expect (self, folder, "prior", "既往明确诊断");
  g_free (folder);
  folder = fixture_copy_sample (self, 1, "w");
  replace_array (folder, "prior", "null");
  fixture_expect (self, folder, "prior", "既往明确诊断");
}

static void
test_too_much_evidence (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "v");
  GString *many = g_string_new ("[");

  for (guint i = 0; i < FZ_BUNDLE_MAX_EVIDENCE + 1; i++)
    g_string_append_printf (many, "%s{}", i > 0 ? "," : "");
  g_string_append_c (many, ']');
  replace_array (folder, "evidence", many->str);
  fixture_expect (self, folder, "evidence", "最多 20 项");
  g_string_free (many, TRUE);
}

static void
test_twice_the_same_file (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "v"), *second = g_build_filename (folder, "e2.png", NULL);

  fixture_change (folder, "\"file\": \"e2.png\"", "\"file\": \"e1.jpg\"");
  g_assert_cmpint (g_remove (second), ==, 0);
  fixture_expect (self, folder, "evidence.01.file", "重名");
}

static void
test_changed_file (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "v"), *file = g_build_filename (folder, "e1.jpg", NULL);

  fixture_write (file, "another picture", -1);
  fixture_expect (self, folder, "evidence.00.file", "SHA-256 摘要不符");
  fixture_write (file, "", 0);
  fixture_expect (self, folder, "evidence.00.file", "空文件");
}

static void
expect_refused (Fixture *self, const char *path, FzErrorCode code, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundles = fz_bundle_load_path (path, &self->check, &error);

  g_assert_null (bundles);
  g_assert_error (error, FZ_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
test_paths (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "v"), *link = g_build_filename (folder, "e3.jpg", NULL);
  g_autofree char *nowhere = g_build_filename (self->dir, "nowhere", NULL), *text = g_build_filename (self->dir, "a.zip", NULL);
  g_autofree char *inner = g_build_filename (folder, "inner", NULL), *pipe = g_build_filename (folder, "pipe", NULL);

  expect_refused (self, nowhere, FZ_ERROR_NOT_FOUND, "找不到");
  fixture_write (text, "this is no archive", -1);
  expect_refused (self, text, FZ_ERROR_INVALID, "zip");
  g_assert_cmpint (symlink ("/etc/hostname", link), ==, 0);
  expect_refused (self, folder, FZ_ERROR_INVALID, "链接");
  g_assert_cmpint (g_remove (link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  expect_refused (self, folder, FZ_ERROR_INVALID, "普通文件");
  g_assert_cmpint (g_remove (pipe), ==, 0);
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_free (nowhere);
  nowhere = g_build_filename (self->dir, "v", "inner", NULL);
  expect_refused (self, nowhere, FZ_ERROR_INVALID, "没有 visit.json");
}

static void
test_big_file (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = fixture_copy_sample (self, 1, "v"), *file = g_build_filename (folder, "e1.jpg", NULL);

  /* Sparse: nothing of it is read, the size alone refuses. */
  g_assert_cmpint (truncate (file, FZ_BUNDLE_MAX_FILE + 1), ==, 0);
  expect_refused (self, folder, FZ_ERROR_INVALID, "20 MB");
}

void
add_bad_tests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bads); i++) {
    g_autofree char *path = g_strconcat ("/intake/bad/", bads[i].name, NULL);

    g_test_add (path, Fixture, &bads[i], fixture_set_up, test_bad, fixture_tear_down);
  }
  g_test_add ("/intake/bad/no-diagnosis", Fixture, NULL, fixture_set_up, test_no_diagnosis, fixture_tear_down);
  g_test_add ("/intake/bad/too-much-evidence", Fixture, NULL, fixture_set_up, test_too_much_evidence, fixture_tear_down);
  g_test_add ("/intake/bad/twice-the-same-file", Fixture, NULL, fixture_set_up, test_twice_the_same_file, fixture_tear_down);
  g_test_add ("/intake/bad/changed-file", Fixture, NULL, fixture_set_up, test_changed_file, fixture_tear_down);
  g_test_add ("/intake/bad/paths", Fixture, NULL, fixture_set_up, test_paths, fixture_tear_down);
  g_test_add ("/intake/bad/big-file", Fixture, NULL, fixture_set_up, test_big_file, fixture_tear_down);
}
