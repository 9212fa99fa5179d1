/* One structure, three files: the same figures in each, real types, nothing that a spreadsheet would run. */
#include "app/paper/report_tally.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/stat.h>
#include <glib/gstdio.h>

#include "core/date.h"
#include "tests/paper/sample.h"

static FzReportFrame
frame_of (const char *from, const char *to)
{
  FzReportFrame frame = { .institution = "合成市互联网医院", .made_by = "3001 钱务实", .documents = 812, .audit_size = 4096, .demo = TRUE };

  g_assert_true (fz_time_parse (from, &frame.from_us));
  g_assert_true (fz_time_parse (to, &frame.to_us));
  g_assert_true (fz_time_parse ("2026-01-06T01:00:00Z", &frame.made_us));
  return frame;
}

/* The Beijing day 2026-01-05. */
static FzReportFrame
day_frame (void)
{
  return frame_of ("2026-01-04T16:00:00Z", "2026-01-05T16:00:00Z");
}

static void
add_visit (GPtrArray *list, const char *stage, const char *applied, const char *taken, const char *reason)
{
  FzFields *visit = sample_visit ("V", stage);

  fz_fields_set (visit, "visit.applied_at", applied);
  fz_fields_set (visit, "visit.taken_at", taken);
  fz_fields_set (visit, "end.reason", reason != NULL ? "X1" : NULL);
  fz_fields_set (visit, "end.reason_label", reason);
  g_ptr_array_add (list, visit);
}

static void
add_rx (GPtrArray *list, const char *stage, const char *signed_at, const char *reviewed_at, const char *verdict)
{
  FzFields *rx = sample_rx (stage, 1);

  fz_fields_set (rx, "rx.signed_at", signed_at);
  fz_fields_set (rx, "rx.reviewed_at", reviewed_at);
  fz_fields_set (rx, "rx.verdict", verdict);
  g_ptr_array_add (list, rx);
}

static FzReport *
daily_new (GPtrArray *visits, GPtrArray *rx, const FzFields *uploads, const FzReportFrame *frame)
{
  FzReport *report = fz_report_new ("互联网诊疗就诊与处方报表", frame);
  FzReportTally tally = { 0 };

  fz_report_tally_begin (&tally, frame);
  for (guint i = 0; i < visits->len; i++)
    fz_report_tally_visit (&tally, visits->pdata[i]);
  for (guint i = 0; i < rx->len; i++)
    fz_report_tally_rx (&tally, rx->pdata[i]);
  fz_report_tally_add_daily (report, &tally);
  if (uploads != NULL)
    fz_report_add_uploads (report, uploads);
  fz_report_tally_end (&tally);
  return report;
}

static FzReport *
make_report (void)
{
  g_autoptr (GPtrArray) visits = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GPtrArray) rx = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (FzFields) uploads = fz_fields_new ("fuzhen.counts/v1");
  FzReportFrame frame = day_frame ();

  add_visit (visits, "finished", "2026-01-05T00:00:00Z", "2026-01-05T00:10:00Z", NULL);
  add_visit (visits, "finished", "2026-01-05T00:30:00Z", "2026-01-05T00:50:00Z", NULL);
  add_visit (visits, "terminated", "2026-01-05T01:00:00Z", "2026-01-05T01:30:00Z", "需要线下检查");
  add_visit (visits, "refused", "2026-01-05T02:00:00Z", NULL, "资料不足以判断");
  add_visit (visits, "refused", "2026-01-05T15:59:59Z", NULL, "资料不足以判断");
  add_visit (visits, "waiting", "2026-01-05T03:00:00Z", "2026-01-05T03:40:00Z", NULL);
  /* Outside, by a second on either side. */
  add_visit (visits, "finished", "2026-01-04T15:59:59Z", "2026-01-04T17:00:00Z", NULL);
  add_visit (visits, "finished", "2026-01-05T16:00:00Z", "2026-01-05T17:00:00Z", NULL);
  add_rx (rx, "effective", "2026-01-05T00:20:00Z", "2026-01-05T00:22:00Z", "approved");
  add_rx (rx, "dispensed", "2026-01-05T00:55:00Z", "2026-01-05T00:56:00Z", "approved");
  add_rx (rx, "voided", "2026-01-05T01:05:00Z", "2026-01-05T01:15:00Z", "approved");
  add_rx (rx, "returned", "2026-01-05T02:05:00Z", "2026-01-05T02:10:00Z", "returned");
  add_rx (rx, "signed", "2026-01-05T03:00:00Z", NULL, NULL);
  add_rx (rx, "effective", "2026-01-06T03:00:00Z", "2026-01-06T03:10:00Z", "approved");
  fz_fields_set_int (uploads, "upload.accepted", 17);
  fz_fields_set_int (uploads, "upload.unknown", 1);
  return daily_new (visits, rx, uploads, &frame);
}

static const FzReportFigure *
figure (const FzReport *report, const char *label)
{
  for (guint i = 0; i < report->figures->len; i++)
    if (strcmp (((FzReportFigure *) report->figures->pdata[i])->label, label) == 0)
      return report->figures->pdata[i];
  g_error ("no figure %s", label);
}

static const FzReportTable *
table (const FzReport *report, const char *title)
{
  for (guint i = 0; i < report->tables->len; i++)
    if (strcmp (((FzReportTable *) report->tables->pdata[i])->title, title) == 0)
      return report->tables->pdata[i];
  g_error ("no table %s", title);
}

static void
expect_figure (const FzReport *report, const char *label, const char *text)
{
  const FzReportFigure *found = figure (report, label);
  g_autofree char *have = fz_report_cell_text (&found->cell, found->type);

  g_assert_cmpstr (have, ==, text);
}

static void
expect_cell (const FzReport *report, const char *title, guint row, guint column, const char *text)
{
  const FzReportTable *found = table (report, title);
  const FzReportCell *cells = found->rows->pdata[row];
  g_autofree char *have = fz_report_cell_text (&cells[column], ((FzReportColumn *) found->columns->pdata[column])->type);

  g_assert_cmpstr (have, ==, text);
}

static void
test_daily (void)
{
  g_autoptr (FzReport) report = make_report ();

  expect_figure (report, "就诊申请", "6");
  expect_figure (report, "已完成", "2");
  expect_figure (report, "拒诊", "2");
  expect_figure (report, "终止诊疗", "1");
  expect_figure (report, "开具处方", "5");
  expect_figure (report, "已审核", "4");
  expect_figure (report, "审核通过率", "75.0%");
  expect_figure (report, "退回率", "25.0%");
  expect_figure (report, "审核不通过率", "0.0%");
  /* Waits 10, 20, 30, 40 min; reviews 1, 2, 5, 10 min. */
  expect_figure (report, "候诊中位时间", "0:25:00");
  expect_figure (report, "审方中位时间", "0:03:30");
  expect_cell (report, "等候与审方时间", 0, 1, "4");
  expect_cell (report, "等候与审方时间", 0, 3, "0:40:00");
  expect_cell (report, "等候与审方时间", 1, 4, "0:10:00");
  expect_cell (report, "拒诊、终止与撤销的理由", 0, 1, "资料不足以判断");
  expect_cell (report, "拒诊、终止与撤销的理由", 0, 2, "2");
  expect_cell (report, "拒诊、终止与撤销的理由", 1, 1, "需要线下检查");
  expect_cell (report, "审方退回与不通过的理由", 0, 0, "用法用量不适宜");
  expect_cell (report, "按时段（北京时间）", 8, 1, "2");
  expect_cell (report, "按时段（北京时间）", 23, 1, "1");
  expect_cell (report, "按科室", 0, 0, "心血管内科专业");
  expect_cell (report, "按科室", 0, 1, "6");
  expect_cell (report, "按科室", 0, 3, "3");
  expect_cell (report, "监管平台上报", 0, 0, "平台已接收");
  g_assert_cmpstr (report->basis, ==, "数据截至第 812 号文书、审计日志 4096 条");
  g_assert_cmpstr (report->period, ==, "2026-01-05");
}

/* A rate of nothing is not zero and not a hundred. */
static void
test_empty (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  FzReportFrame frame = frame_of ("2026-01-01T16:00:00Z", "2026-01-31T16:00:00Z");
  g_autoptr (FzReport) report = daily_new (none, none, NULL, &frame);
  char *dir = sample_dir_new ();
  static const char *const formats[] = { "xlsx", "csv", "pdf" };

  expect_figure (report, "就诊申请", "0");
  expect_figure (report, "审核通过率", "—");
  expect_figure (report, "候诊中位时间", "—");
  g_assert_cmpuint (table (report, "按日")->rows->len, ==, 30);
  expect_cell (report, "按日", 0, 0, "2026-01-02");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *path = g_build_filename (dir, formats[i], NULL);
    g_autoptr (GError) error = NULL;

    fz_report_write (report, formats[i], path, &error);
    g_assert_no_error (error);
    sample_show (path, i == 2 ? "month.pdf" : formats[i]);
  }
  sample_dir_remove (dir);
}

/* 防统方: neither a drug nor a doctor nor a patient in any of it. */
static void
check_nobody (const char *text)
{
  static const char *const never[] = { "氨氯地平", "林知远", "郑慎之", "王秀兰", "119900", "合成制药" };

  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_null (strstr (text, never[i]));
}

static void
append_fact (const char *key, const char *value, gpointer data)
{
  g_string_append_printf (data, "%s %s\n", key, value);
}

static void
test_preview (void)
{
  g_autoptr (FzReport) report = make_report ();
  g_autoptr (FzFields) fields = fz_report_to_fields (report);
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) printed = fz_fields_print (fields, &error);

  g_assert_no_error (error);
  g_assert_nonnull (printed);
  fz_fields_foreach (fields, append_fact, text);
  check_nobody (text->str);
  g_assert_cmpstr (fz_fields_get (fields, "figure.06.text"), ==, "75.0%");
  g_assert_cmpstr (fz_fields_get (fields, "table.01.column.02.type"), ==, "percent");
  g_assert_cmpstr (fz_fields_get (fields, "table.01.row.00.cell.01"), ==, "1");
  g_string_free (text, TRUE);
}

/* One part of the zip. */
static char *
read_part (const char *path, const char *part)
{
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  GString *text = NULL;

  archive_read_support_format_zip (archive);
  g_assert_cmpint (archive_read_open_filename (archive, path, 65536), ==, ARCHIVE_OK);
  while (text == NULL && archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    if (strcmp (archive_entry_pathname (entry), part) == 0) {
      char chunk[4096];
      la_ssize_t n;

      text = g_string_new (NULL);
      while ((n = archive_read_data (archive, chunk, sizeof chunk)) > 0)
        g_string_append_len (text, chunk, n);
    }
  archive_read_free (archive);
  if (text == NULL)
    g_error ("no %s in %s", part, path);
  return g_string_free (text, FALSE);
}

static void
test_xlsx (void)
{
  g_autoptr (FzReport) report = make_report ();
  char *dir = sample_dir_new ();
  g_autofree char *path = g_build_filename (dir, "r.xlsx", NULL), *again = g_build_filename (dir, "again.xlsx", NULL);
  g_autofree char *summary = NULL, *spans = NULL, *book = NULL, *strings = NULL, *styles = NULL, *chart = NULL, *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_first = 0, n_second = 0;
  FzReportTable *evil = fz_report_add_table (report, "=坏/表[名]:*?\\很长很长很长很长很长很长很长很长很长很长", FZ_CHART_NONE, "文本", FZ_VALUE_TEXT, "日", FZ_VALUE_DATE, NULL);
  FzReportCell *row = fz_report_add_row (evil);

  fz_report_cell_set_text (&row[0], "=HYPERLINK(\"http://x\",\"y\")");
  fz_report_cell_set (&row[1], 20458);
  fz_report_write_xlsx (report, path, &error);
  g_assert_no_error (error);
  sample_show (path, "r.xlsx");
  book = read_part (path, "xl/workbook.xml");
  summary = read_part (path, "xl/worksheets/sheet1.xml");
  spans = read_part (path, "xl/worksheets/sheet2.xml");
  strings = read_part (path, "xl/sharedStrings.xml");
  styles = read_part (path, "xl/styles.xml");
  g_assert_nonnull (strstr (book, "2 等候与审方时间"));
  /* Numbers are numbers: 0.75 as a rate, 25 minutes as part of a day. */
  g_assert_nonnull (strstr (summary, "<v>0.75</v>"));
  g_assert_nonnull (strstr (summary, "<v>0.0173611111111111"));
  g_assert_nonnull (strstr (spans, "<pane ySplit=\"1\""));
  g_assert_nonnull (strstr (spans, "customWidth=\"1\""));
  g_assert_nonnull (strstr (styles, "[h]:mm:ss"));
  g_assert_nonnull (strstr (styles, "yyyy-mm-dd"));
  g_assert_nonnull (strstr (summary, "3001 钱务实"));
  g_assert_nonnull (strstr (summary, "演示数据"));
  g_assert_nonnull (strstr (strings, "=HYPERLINK"));
  {
    g_autofree char *part = g_strdup_printf ("xl/worksheets/sheet%u.xml", report->tables->len + 1), *last = read_part (path, part);

    g_assert_null (strstr (last, "<f>"));
    g_assert_nonnull (strstr (last, "<v>46027</v>"));
  }
  chart = read_part (path, "xl/charts/chart1.xml");
  g_assert_nonnull (strstr (chart, "就诊申请"));
  check_nobody (strings);
  fz_report_write_xlsx (report, again, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &first, &n_first, NULL) && g_file_get_contents (again, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
  sample_dir_remove (dir);
}

static void
test_csv (void)
{
  static const struct {
    const char *text, *cell;
  } cases[] = { { "=1+1", "\"'=1+1\"" }, { "+1", "\"'+1\"" }, { "-1", "\"'-1\"" }, { "@SUM(A1)", "\"'@SUM(A1)\"" }, { "\t=1", "\"'\t=1\"" },
                { "\r=1", "\"'\r=1\"" }, { "＝1", "\"'＝1\"" }, { "a,b", "\"a,b\"" }, { "说\"是\"", "\"说\"\"是\"\"\"" }, { "两\n行", "\"两\n行\"" },
                { "甲=乙", "甲=乙" }, { "阿依古丽·ئۇيغۇرچە", "阿依古丽·ئۇيغۇرچە" }, { "<b>Nguyễn</b> 👨‍👩‍👧", "<b>Nguyễn</b> 👨‍👩‍👧" }, { "=cmd|' /C calc'!A0,\"", "\"'=cmd|' /C calc'!A0,\"\"\"" } };
  g_autoptr (FzReport) report = make_report ();
  FzReportTable *evil = fz_report_add_table (report, "试验", FZ_CHART_NONE, "文本", FZ_VALUE_TEXT, "数", FZ_VALUE_INTEGER, NULL);
  char *dir = sample_dir_new ();
  g_autofree char *path = g_build_filename (dir, "r.csv", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    FzReportCell *row = fz_report_add_row (evil);

    fz_report_cell_set_text (&row[0], cases[i].text);
    fz_report_cell_set (&row[1], -(gint64) i - 1);
  }
  fz_report_write_csv (report, path, &error);
  g_assert_no_error (error);
  sample_show (path, "r.csv");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf报表,互联网诊疗就诊与处方报表\r\n"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = g_strdup_printf ("\r\n%s,-%u\r\n", cases[i].cell, i + 1);

    if (strstr (text, line) == NULL)
      g_error ("no line %s in\n%s", line, text);
  }
  g_assert_nonnull (strstr (text, "审核通过率,75.0%\r\n"));
  g_assert_nonnull (strstr (text, "演示数据"));
  check_nobody (text);
  sample_dir_remove (dir);
}

static void
test_pdf (void)
{
  g_autoptr (FzReport) report = make_report ();
  char *dir = sample_dir_new ();
  g_autofree char *path = g_build_filename (dir, "r.pdf", NULL), *again = g_build_filename (dir, "again.pdf", NULL), *text = NULL, *last = NULL;
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_first = 0, n_second = 0;

  fz_report_write_pdf (report, path, &error);
  g_assert_no_error (error);
  sample_show (path, "report.pdf");
  text = sample_pdf_text (path);
  last = g_strdup_printf ("第 %u 页 共 %u 页", sample_pdf_pages (path), sample_pdf_pages (path));
  g_assert_nonnull (strstr (text, last));
  g_assert_nonnull (strstr (text, "75.0%"));
  g_assert_nonnull (strstr (text, "数据截至第 812 号文书、审计日志 4096 条"));
  g_assert_nonnull (strstr (text, "3001 钱务实"));
  g_assert_nonnull (strstr (text, "资料不足以判断"));
  check_nobody (text);
  fz_report_write_pdf (report, again, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &first, &n_first, NULL) && g_file_get_contents (again, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
  sample_dir_remove (dir);
}

static void
test_no_disk (void)
{
  g_autoptr (FzReport) report = make_report ();
  static const char *const formats[] = { "xlsx", "csv", "pdf" };
  g_autoptr (GError) odd = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_report_write (report, formats[i], "/proc/nowhere/r", &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
    g_test_message ("%s", error->message);
  }
  g_assert_false (fz_report_write (report, "doc", "/tmp/r", &odd));
  g_assert_error (odd, FZ_ERROR, FZ_ERROR_INVALID);
}

/* What is no file is not replaced by one: as root a device would be gone. */
static void
test_no_file (void)
{
  g_autoptr (FzReport) report = make_report ();
  g_autofree char *folder = g_dir_make_tmp ("fuzhen-report-XXXXXX", NULL), *pipe = g_build_filename (folder, "pipe", NULL);
  static const char *const formats[] = { "xlsx", "csv", "pdf" };
  GStatBuf there;

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_report_write (report, formats[i], pipe, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_false (fz_report_write (report, formats[i], folder, NULL));
    g_assert_true (g_stat (pipe, &there) == 0 && S_ISFIFO (there.st_mode));
  }
  g_unlink (pipe);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/daily", test_daily);
  g_test_add_func ("/report/empty", test_empty);
  g_test_add_func ("/report/preview", test_preview);
  g_test_add_func ("/report/xlsx", test_xlsx);
  g_test_add_func ("/report/csv", test_csv);
  g_test_add_func ("/report/pdf", test_pdf);
  g_test_add_func ("/report/no-disk", test_no_disk);
  g_test_add_func ("/report/no-file", test_no_file);
  return g_test_run ();
}
