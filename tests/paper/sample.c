#include "tests/paper/sample.h"

#include "app/out_file.h"
#include "app/paper/page.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  const char *generic, *strength, *form, *maker, *dose, *unit, *freq, *label, *route, *days, *quantity, *pack, *note;
} Line;

static const Line lines[] = {
  { "苯磺酸氨氯地平片", "5mg×28片", "片剂", "合成制药（演示）有限公司", "5", "mg", "qd", "每日一次", "口服", "28", "1", "盒", NULL },
  { "缬沙坦胶囊", "80mg×28粒", "胶囊剂", "合成制药（演示）有限公司", "80", "mg", "qd", "每日一次", "口服", "28", "1", "盒", "早餐后服" },
  { "盐酸二甲双胍缓释片", "0.5g×60片", "缓释片", "演示药业股份有限公司", "0.5", "g", "bid", "每日两次", "口服", "28", "1", "盒", "随餐服用，整片吞服，不得掰开" },
  { "阿托伐他汀钙片", "20mg×28片", "片剂", "合成制药（演示）有限公司", "20", "mg", "qn", "每晚一次", "口服", "28", "1", "盒", NULL },
  { "沙美特罗替卡松吸入粉雾剂（每吸含沙美特罗50微克与丙酸氟替卡松250微克）", "50μg/250μg×60吸", "吸入粉雾剂",
    "名称特别长的合成吸入制剂（演示）制药集团有限责任公司天津分公司第二生产基地", "1", "吸", "bid", "每日两次", "吸入", "28", "1", "盒", "吸后漱口" },
};

static void
add_line (FzFields *rx, guint i)
{
  const Line *line = &lines[i % G_N_ELEMENTS (lines)];
  const char *const pairs[][2] = { { "generic", line->generic }, { "strength", line->strength }, { "form_label", line->form },
                                   { "manufacturer", line->maker }, { "dose_number", line->dose }, { "dose_unit", line->unit },
                                   { "freq", line->freq }, { "freq_label", line->label }, { "route_label", line->route },
                                   { "days", line->days }, { "quantity", line->quantity }, { "unit", line->pack }, { "note", line->note } };

  for (guint k = 0; k < G_N_ELEMENTS (pairs); k++)
    fz_fields_set_at (rx, "rx.item", i, pairs[k][0], pairs[k][1]);
}

static void
sign (FzFields *rx, guint i, const char *name, const char *role)
{
  fz_fields_set_at (rx, "signature", i, "name", name);
  fz_fields_set_at (rx, "signature", i, "role", role);
  fz_fields_set_at (rx, "signature", i, "label", "院内签名");
  fz_fields_set_at (rx, "signature", i, "valid", "yes");
}

static void
add_review (FzFields *rx, const char *stage)
{
  gboolean returned = strcmp (stage, "returned") == 0, refused = strcmp (stage, "refused") == 0;

  fz_fields_set (rx, "rx.pharmacist_name", "郑慎之");
  fz_fields_set (rx, "rx.reviewed_at", "2026-01-05T01:21:40Z");
  fz_fields_set (rx, "rx.verdict", returned ? "returned" : refused ? "refused" : "approved");
  fz_fields_set (rx, "pharmacist.licence", "YS2019000017");
  if (returned || refused)
    fz_fields_set_at (rx, "reason", 0, "label", "用法用量不适宜");
  if (returned || refused)
    fz_fields_set_at (rx, "reason", 0, "code", "2-5");
  else
    sign (rx, 1, "郑慎之", "pharmacist");
}

/* Over the counter, by three hands. */
static void
add_part (FzFields *rx)
{
  static const char *const pairs[][2] = { { "state", "handed" }, { "way", "counter" }, { "preparer_name", "何守正" }, { "prepared_at", "2026-01-05T01:50:00Z" },
                                          { "checker_name", "郑慎之" }, { "checked_at", "2026-01-05T02:01:00Z" }, { "handler_name", "郑慎之" },
                                          { "handed_at", "2026-01-05T02:02:00Z" } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set_at (rx, "rx.part", 0, pairs[i][0], pairs[i][1]);
  fz_fields_set (rx, "rx.dispenser_name", "郑慎之");
  fz_fields_set (rx, "rx.preparer_name", "何守正");
  fz_fields_set (rx, "rx.checker_name", "郑慎之");
  fz_fields_set (rx, "rx.dispensed_at", "2026-01-05T02:02:00Z");
}

FzFields *
sample_rx (const char *stage, guint n)
{
  static const char *const pairs[][2] = {
    { "rx.id", "V1-prescription-3f9a21c0" }, { "rx.visit", "S20260105-1" }, { "rx.public_id", "12A0000012026010500000001" },
    { "rx.kind", "western" }, { "rx.cost", "self" }, { "rx.total_fen", "12880" }, { "rx.valid_days", "3" },
    { "rx.signed_at", "2026-01-05T01:10:05Z" }, { "rx.valid_from", "2026-01-05T01:10:05Z" }, { "rx.valid_until", "2026-01-08T01:10:05Z" },
    { "rx.note_sha256", SAMPLE_HASH }, { "rx.doctor_name", "林知远" }, { "doctor.title_label", "主治医师" }, { "doctor.licence", "110120000012345" },
    { "dept.name", "心血管内科" }, { "patient.name", "王秀兰" }, { "patient.sex", "F" }, { "patient.age_text", "65岁" },
    { "patient.age_years", "65" }, { "patient.id_kind", "01" }, { "patient.id_number", "119900196001310028" }, { "patient.mobile", "19900000001" },
    { "allergy.00", "青霉素" }, { "diagnosis.00.code", "I10.x00x002" }, { "diagnosis.00.name", "高血压" },
    { "diagnosis.01.code", "E11.900" }, { "diagnosis.01.name", "2型糖尿病" }, { "override.00.message", "用量 28 天，超过 7 天" },
    { "override.00.reason_label", "慢性病" }, { "rx.note", "用药期间自测血压，每周记录两次。" },
  };
  FzFields *rx = fz_fields_new ("fuzhen.rx_facts/v1");

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set (rx, pairs[i][0], pairs[i][1]);
  fz_fields_set (rx, "rx.stage", stage);
  for (guint i = 0; i < n; i++)
    add_line (rx, i);
  sign (rx, 0, "林知远", "doctor");
  if (strcmp (stage, "signed") != 0)
    add_review (rx, stage);
  if (strcmp (stage, "dispensed") == 0)
    add_part (rx);
  return rx;
}

FzFields *
sample_visit (const char *id, const char *stage)
{
  FzFields *visit = fz_fields_new ("fuzhen.visit_facts/v1");

  fz_fields_set (visit, "visit.id", id);
  fz_fields_set (visit, "visit.stage", stage);
  fz_fields_set (visit, "visit.department", "03.04");
  fz_fields_set (visit, "visit.department_name", "心血管内科专业");
  fz_fields_set (visit, "visit.applied_at", "2026-01-05T00:00:00Z");
  fz_fields_set (visit, "visit.taken_at", "2026-01-05T01:02:00Z");
  fz_fields_set (visit, "visit.ended_at", "2026-01-05T01:15:00Z");
  fz_fields_set (visit, "visit.holder_name", "林知远");
  fz_fields_set (visit, "patient.name", "王秀兰");
  fz_fields_set (visit, "patient.sex", "F");
  fz_fields_set (visit, "patient.age_text", "65岁");
  fz_fields_set (visit, "diagnosis.00.code", "I10.x00x002");
  fz_fields_set (visit, "diagnosis.00.name", "高血压");
  return visit;
}

FzCodes *
sample_marks (void)
{
  static FzCodes *marks;
  g_autofree char *path = NULL, *bytes = NULL;
  GError *error = NULL;
  gsize n = 0;

  if (marks != NULL)
    return marks;
  path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/codes/slip-marks.csv", NULL);
  g_file_get_contents (path, &bytes, &n, &error);
  g_assert_no_error (error);
  marks = fz_codes_parse ((const guint8 *) bytes, n, "slip-marks", FALSE, &error);
  g_assert_no_error (error);
  return marks;
}

gboolean
sample_slip (const FzFields *rx, const FzSlipFrame *frame, const char *path, GError **error)
{
  g_autoptr (GBytes) pdf = fz_slip_render (rx, frame, error);

  return pdf != NULL && fz_out_file_save (pdf, path, error);
}

gboolean
sample_holds (const char *text, const char *words)
{
  g_autoptr (GString) want = g_string_new (words), have = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (strchr (" \n\f", *p) == NULL)
      g_string_append_c (have, *p);
  g_string_replace (want, " ", "", 0);
  return strstr (have->str, want->str) != NULL;
}

char *
sample_dir_new (void)
{
  GError *error = NULL;
  char *dir = g_dir_make_tmp ("fuzhen-paper-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
sample_dir_remove (char *dir)
{
  remove_tree (dir);
  g_free (dir);
}

char *
sample_run (const char *const *argv)
{
  GError *error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  char *out = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("%s failed", argv[0]);
  return out;
}

char *
sample_pdf_text (const char *path)
{
  const char *const argv[] = { "pdftotext", "-raw", path, "-", NULL };

  return sample_run (argv);
}

guint
sample_pdf_pages (const char *path)
{
  const char *const argv[] = { "pdfinfo", path, NULL };
  g_autofree char *out = sample_run (argv);
  const char *at = strstr (out, "Pages:");

  g_assert_nonnull (at);
  return (guint) g_ascii_strtoull (at + strlen ("Pages:"), NULL, 10);
}

void
sample_show (const char *path, const char *name)
{
  const char *dir = g_getenv ("FUZHEN_PAPER_SHOW");
  g_autofree char *to = dir != NULL ? g_build_filename (dir, name, NULL) : NULL;
  g_autofree char *bytes = NULL;
  gsize n = 0;

  if (to != NULL && g_file_get_contents (path, &bytes, &n, NULL))
    g_file_set_contents (to, bytes, (gssize) n, NULL);
}
