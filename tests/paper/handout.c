/* What is delivered to the patient: complete, in one step, by the schema. */
#include "app/paper/handout.h"
#include "app/paper/record_copy.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/json.h"
#include "tests/paper/sample.h"

static FzHandoutFrame frame = { "合成市互联网医院", NULL, TRUE, "12120000TEST000001", 4711 };

static char *
read_file (const char *dir, const char *visit, const char *name)
{
  g_autofree char *path = g_build_filename (dir, visit, name, NULL);
  GError *error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static gboolean
has_file (const char *dir, const char *visit, const char *name)
{
  g_autofree char *path = g_build_filename (dir, visit, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static GPtrArray *
list_of (FzFields *first, FzFields *second)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  if (first != NULL)
    g_ptr_array_add (list, first);
  if (second != NULL)
    g_ptr_array_add (list, second);
  return list;
}

static guint
count_entries (const char *dir)
{
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (open) != NULL)
    n++;
  return n;
}

static void
write_it (const FzFields *visit, GPtrArray *rx, const char *dir)
{
  GError *error = NULL;

  fz_handout_write (visit, rx, &frame, dir, &error);
  g_assert_no_error (error);
}

/* The keys of an object are those of the schema, no more and no fewer. */
static void
check_keys (const FzJson *object, const FzJson *schema)
{
  const FzJson *properties = fz_json_find (schema, "properties"), *required = fz_json_find (schema, "required");

  for (guint i = 0; i < fz_json_count (object); i++)
    g_assert_nonnull (fz_json_find (properties, fz_json_get_name (fz_json_get_item (object, i))));
  for (guint i = 0; i < fz_json_count (required); i++)
    g_assert_nonnull (fz_json_find (object, fz_json_get_string (fz_json_get_item (required, i), NULL, NULL)));
}

static void
check_schema (const FzJson *root)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/handout.json", NULL), *text = NULL;
  g_autoptr (FzJson) schema = NULL;
  const FzJson *list, *item;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  schema = fz_json_parse (text, n, 1 << 20, NULL);
  g_assert_nonnull (schema);
  check_keys (root, schema);
  list = fz_json_find (root, "prescriptions");
  item = fz_json_find (fz_json_find (fz_json_find (schema, "properties"), "prescriptions"), "items");
  for (guint i = 0; i < fz_json_count (list); i++)
    check_keys (fz_json_get_item (list, i), item);
}

static void
test_finished (void)
{
  char *dir = sample_dir_new ();
  g_autofree char *out = g_build_filename (dir, "deep", "out", NULL), *json = NULL, *text = NULL, *pdf = NULL, *pdf_text = NULL;
  g_autoptr (FzFields) visit = sample_visit ("S20260105-1", "finished");
  g_autoptr (GPtrArray) rx = list_of (sample_rx ("effective", 2), sample_rx ("signed", 1));
  g_autoptr (FzJson) root = NULL;
  const FzJson *list;
  struct stat info;

  fz_fields_set (rx->pdata[1], "rx.id", "V1-prescription-2");
  fz_fields_set (visit, "end.guidance", "继续规律服药，四周后复诊，\n带上家庭血压记录。");
  write_it (visit, rx, out);
  json = read_file (out, "S20260105-1", "state.json");
  root = fz_json_parse (json, strlen (json), 1 << 20, NULL);
  g_assert_nonnull (root);
  check_schema (root);
  g_assert_cmpstr (fz_json_get_string (root, "format", NULL), ==, "fuzhen.handout/v1");
  g_assert_cmpstr (fz_json_get_string (root, "ended_at", NULL), ==, "2026-01-05T09:15:00+08:00");
  g_assert_cmpstr (fz_json_get_string (root, "patient", NULL), ==, "王秀兰");
  g_assert_cmpint (fz_json_get_type (fz_json_find (root, "reason")), ==, FZ_JSON_NULL);
  list = fz_json_find (root, "prescriptions");
  g_assert_cmpuint (fz_json_count (list), ==, 2);
  g_assert_cmpstr (fz_json_get_string (fz_json_get_item (list, 0), "slip", NULL), ==, "slip-V1-prescription-3f9a21c0.pdf");
  g_assert_cmpint (fz_json_get_type (fz_json_find (fz_json_get_item (list, 1), "slip")), ==, FZ_JSON_NULL);
  g_assert_true (has_file (out, "S20260105-1", "slip-V1-prescription-3f9a21c0.pdf"));
  g_assert_false (has_file (out, "S20260105-1", "slip-V1-prescription-2.pdf"));
  text = read_file (out, "S20260105-1", "guidance.txt");
  g_assert_nonnull (strstr (text, "本次复诊已完成"));
  g_assert_nonnull (strstr (text, "带上家庭血压记录"));
  g_assert_nonnull (strstr (text, "等待药师审核"));
  g_assert_nonnull (strstr (text, "演示数据"));
  pdf = g_build_filename (out, "S20260105-1", "guidance.pdf", NULL);
  sample_show (pdf, "guidance.pdf");
  pdf_text = sample_pdf_text (pdf);
  g_assert_nonnull (strstr (pdf_text, "继续规律服药"));
  g_assert_nonnull (strstr (pdf_text, "2026-01-08 09:10"));
  g_assert_cmpint (stat (pdf, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 077, ==, 0);
  sample_dir_remove (dir);
}

static void
test_ends (void)
{
  static const struct {
    const char *stage, *by, *words;
  } cases[] = { { "terminated", "doctor", "不再开具处方" }, { "refused", "doctor", "未接受本次复诊申请" }, { "refused", "timeout", "未能在约定时间内" }, { "withdrawn", NULL, "撤销" } };
  char *dir = sample_dir_new ();
  g_autoptr (GPtrArray) none = list_of (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) visit = sample_visit ("V9", cases[i].stage);
    g_autofree char *text = NULL, *json = NULL;

    fz_fields_set (visit, "end.reason", "T2");
    fz_fields_set (visit, "end.reason_label", "病情发生变化，需要线下检查");
    fz_fields_set (visit, "end.by", cases[i].by);
    fz_fields_set (visit, "end.guidance", "请今天到心血管内科门诊就诊。");
    write_it (visit, none, dir);
    text = read_file (dir, "V9", "guidance.txt");
    json = read_file (dir, "V9", "state.json");
    g_assert_nonnull (strstr (text, cases[i].words));
    g_assert_nonnull (strstr (text, "120"));
    g_assert_nonnull (strstr (text, "请今天到心血管内科门诊就诊"));
    g_assert_nonnull (strstr (json, "\"code\":\"T2\",\"label\":\"病情发生变化，需要线下检查\""));
  }
  sample_dir_remove (dir);
}

/* Written again after the pharmacist's word: the old files are gone, nothing else is left behind. */
static void
test_again (void)
{
  char *dir = sample_dir_new ();
  g_autoptr (FzFields) visit = sample_visit ("V1", "finished");
  g_autoptr (GPtrArray) before = list_of (sample_rx ("effective", 1), NULL), after = list_of (sample_rx ("voided", 1), NULL);
  g_autofree char *stale = g_build_filename (dir, ".V1.abcdef", NULL), *other = g_build_filename (dir, ".V10.abcdef", NULL);

  g_assert_cmpint (g_mkdir (stale, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  write_it (visit, before, dir);
  g_assert_true (has_file (dir, "V1", "slip-V1-prescription-3f9a21c0.pdf"));
  write_it (visit, after, dir);
  g_assert_false (has_file (dir, "V1", "slip-V1-prescription-3f9a21c0.pdf"));
  g_assert_true (has_file (dir, "V1", "state.json"));
  /* V1 and the beginning of another visit's, which is not ours to remove. */
  g_assert_cmpuint (count_entries (dir), ==, 2);
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_DIR));
  sample_dir_remove (dir);
}

static void
test_long_guidance (void)
{
  char *dir = sample_dir_new ();
  g_autoptr (FzFields) visit = sample_visit ("V1", "finished");
  g_autoptr (GPtrArray) none = list_of (NULL, NULL);
  GString *long_text = g_string_new (NULL);
  g_autofree char *pdf = g_build_filename (dir, "V1", "guidance.pdf", NULL), *text = NULL;

  for (guint i = 0; i < 400; i++)
    g_string_append_printf (long_text, "第%u条：请遵医嘱。", i);
  fz_fields_set (visit, "end.guidance", long_text->str);
  write_it (visit, none, dir);
  text = sample_pdf_text (pdf);
  g_assert_cmpuint (sample_pdf_pages (pdf), >=, 2);
  g_assert_nonnull (strstr (text, "第399条"));
  g_assert_nonnull (strstr (text, "意见与查询"));
  g_string_free (long_text, TRUE);
  sample_dir_remove (dir);
}

static void
test_refuses (void)
{
  char *dir = sample_dir_new ();
  g_autofree char *file = g_build_filename (dir, "file", NULL);
  g_autoptr (GPtrArray) none = list_of (NULL, NULL);
  static const struct {
    const char *key, *value;
  } cases[] = { { "visit.stage", "taken" }, { "visit.stage", NULL }, { "visit.id", "../V1" }, { "visit.id", NULL }, { "patient.name", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) visit = sample_visit ("V1", "finished");
    g_autoptr (GError) error = NULL;

    fz_fields_set (visit, cases[i].key, cases[i].value);
    g_assert_false (fz_handout_write (visit, none, &frame, dir, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
  g_assert_cmpuint (count_entries (dir), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  {
    g_autoptr (FzFields) visit = sample_visit ("V1", "finished");
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_handout_write (visit, none, &frame, file, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  }
  sample_dir_remove (dir);
}

/* Two documents over several pages: every line stands once, and no page holds what belongs to another. */
static void
test_record_copy (void)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free), texts = g_ptr_array_new_with_free_func (g_free);
  FzRecordCopy copy = { "病历副本", "以原件为准。", "津示范互联网医院", "D1", "A3001 陶静怡", 0, FALSE, titles, texts };
  g_autofree char *path = NULL, *dir = g_dir_make_tmp ("fuzhen-copy-XXXXXX", NULL), *read = NULL, *last = NULL;
  g_autoptr (FzPages) pages = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GError) error = NULL;
  const char *page;

  for (guint i = 0; i < 2; i++) {
    GString *text = g_string_new (NULL);

    for (guint k = 0; k < 90; k++)
      g_string_append_printf (text, "row%u.%02u\n", i, k);
    g_ptr_array_add (titles, g_strdup_printf ("document %u", i));
    g_ptr_array_add (texts, g_string_free (text, FALSE));
  }
  pages = fz_record_copy_pages (&copy, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fz_pages_get_n (pages), >=, 3);
  pdf = fz_pages_to_pdf (pages, 0, "D1", &error);
  g_assert_no_error (error);
  path = g_build_filename (dir, "copy.pdf", NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize) g_bytes_get_size (pdf), NULL));
  read = sample_pdf_text (path);
  for (guint i = 0; i < 180; i++) {
    g_autofree char *row = g_strdup_printf ("row%u.%02u", i / 90, i % 90);
    const char *at = strstr (read, row);

    g_assert_nonnull (at);
    g_assert_null (strstr (at + 1, row));
  }
  page = strchr (read, '\f');
  g_assert_true (strstr (read, "row1.00") > page);
  last = g_strdup_printf ("第 %u 页 共 %u 页", fz_pages_get_n (pages), fz_pages_get_n (pages));
  g_assert_nonnull (strstr (read, last));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  frame.marks = sample_marks ();
  g_test_add_func ("/handout/finished", test_finished);
  g_test_add_func ("/handout/ends", test_ends);
  g_test_add_func ("/handout/again", test_again);
  g_test_add_func ("/handout/long-guidance", test_long_guidance);
  g_test_add_func ("/handout/record-copy", test_record_copy);
  g_test_add_func ("/handout/refuses", test_refuses);
  return g_test_run ();
}
