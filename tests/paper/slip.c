/* The prescription on paper, read back by pdftotext and zbarimg. */
#include "app/paper/slip.h"

#include <string.h>

#include "tests/paper/sample.h"

static FzSlipFrame plain = { .institution = "合成市互联网医院", .institution_code = "12120000TEST000001", .log_size = 4711 };

static char *
write_slip (const FzFields *rx, const FzSlipFrame *frame, const char *name, char **out_text)
{
  char *dir = sample_dir_new ();
  g_autofree char *path = g_build_filename (dir, "slip.pdf", NULL);
  GError *error = NULL;

  sample_slip (rx, frame, path, &error);
  g_assert_no_error (error);
  sample_show (path, name);
  if (out_text != NULL)
    *out_text = sample_pdf_text (path);
  return dir;
}

static void
test_content (void)
{
  static const char *const words[] = { "合成市互联网医院", "互联网诊疗处方笺", "V1-prescription-3f9a21c0", "王秀兰", "65岁", "心血管内科", "2026年1月5日",
                                       "高血压（I10.x00x002）；2型糖尿病（E11.900）", "青霉素", "119900********0028", "199****0001", "苯磺酸氨氯地平片", "5mg×28片",
                                       "× 1 盒", "每次 5mg", "每日一次（qd）", "28天", "慢性病", "以下空白", "林知远", "郑慎之", "¥ 128.80",
                                       "2026-01-05 09:10 至 2026-01-08 09:10（3天）", "9f86d081884c7d659a2feaa0c55ad015", "第 1 页/共 1 页", "普通" };
  g_autoptr (FzFields) rx = sample_rx ("effective", 2);
  g_autofree char *text = NULL;
  char *dir = write_slip (rx, &plain, "effective.pdf", &text);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (!sample_holds (text, words[i]))
      g_error ("“%s” is not on the slip:\n%s", words[i], text);
  g_assert_false (sample_holds (text, "尚未生效"));
  g_assert_false (sample_holds (text, "签名未核验"));
  g_assert_false (sample_holds (text, "演示数据"));
  g_assert_false (sample_holds (text, "119900196001310028"));
  sample_dir_remove (dir);
}

/* Herbs stand in the doctor's order with their handling, and the use right after the number of doses. */
static void
test_herbal (void)
{
  static const char *const words[] = { "中医诊断", "眩晕", "肝阳上亢证", "天麻 9g", "钩藤 12g", "（后下）", "石决明 18g", "（先煎）", "茯苓 15g",
                                       "共 7 剂", "每日1剂，水煎取400ml，", "每日两次，饭后温服" };
  static const char *const herbs[][4] = { { "天麻", "9", "g", NULL }, { "钩藤", "12", "g", "后下" }, { "石决明", "18", "g", "先煎" }, { "茯苓", "15", "g", NULL } };
  static const char *const keys[] = { "generic", "dose_number", "dose_unit", "special" };
  g_autoptr (FzFields) rx = sample_rx ("effective", 1);
  g_autofree char *text = NULL;
  char *dir;

  fz_fields_set (rx, "rx.kind", "herbal");
  fz_fields_set (rx, "rx.packets", "7");
  fz_fields_set (rx, "rx.use_text", "每日1剂，水煎取400ml，每日两次，饭后温服，代煎");
  fz_fields_set (rx, "rx.tcm.disease", "眩晕");
  fz_fields_set (rx, "rx.tcm.pattern", "肝阳上亢证");
  for (guint i = 0; i < G_N_ELEMENTS (herbs); i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (rx, "rx.item", i, keys[k], herbs[i][k]);
  dir = write_slip (rx, &plain, "herbal.pdf", &text);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (!sample_holds (text, words[i]))
      g_error ("“%s” is not on the slip:\n%s", words[i], text);
  g_assert_true (strstr (text, "天麻") < strstr (text, "石决明"));
  g_assert_false (sample_holds (text, "Sig."));
  sample_dir_remove (dir);
}

static void
test_words_across (void)
{
  static const struct {
    const char *stage, *words;
  } cases[] = { { "signed", "尚未生效" }, { "returned", "已退回" }, { "refused", "审核不通过" }, { "expired", "已过期" }, { "voided", "已作废" }, { "odd", "尚未生效" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) rx = sample_rx (cases[i].stage, 1);
    g_autofree char *text = NULL, *name = g_strconcat (cases[i].stage, ".pdf", NULL);
    char *dir = write_slip (rx, &plain, name, &text);

    if (!sample_holds (text, cases[i].words))
      g_error ("%s: “%s” is not across the slip:\n%s", cases[i].stage, cases[i].words, text);
    sample_dir_remove (dir);
  }
}

/* A mark stands only beside what verified, and a slip with an unverified signature cannot pass for a good one. */
static void
test_signature_marks (void)
{
  g_autoptr (FzFields) good = sample_rx ("effective", 1), bad = sample_rx ("effective", 1), unsaid = sample_rx ("effective", 1);
  g_autofree char *good_text = NULL, *bad_text = NULL, *unsaid_text = NULL;
  char *dir = write_slip (good, &plain, "marks.pdf", &good_text);

  sample_dir_remove (dir);
  fz_fields_set_at (bad, "signature", 1, "valid", "no");
  dir = write_slip (bad, &plain, "bad-signature.pdf", &bad_text);
  sample_dir_remove (dir);
  for (guint i = 0; i < 2; i++) {
    fz_fields_set_at (unsaid, "signature", i, "name", NULL);
    fz_fields_set_at (unsaid, "signature", i, "role", NULL);
    fz_fields_set_at (unsaid, "signature", i, "valid", NULL);
  }
  dir = write_slip (unsaid, &plain, "unsaid.pdf", &unsaid_text);
  sample_dir_remove (dir);
  g_assert_true (sample_holds (good_text, "院内签名已核验"));
  g_assert_true (sample_holds (bad_text, "核验未通过"));
  g_assert_true (sample_holds (bad_text, "签名未核验"));
  g_assert_false (sample_holds (unsaid_text, "院内签名已核验"));
  g_assert_true (sample_holds (unsaid_text, "签名未核验"));
}

static void
test_same_bytes (void)
{
  g_autoptr (FzFields) rx = sample_rx ("dispensed", 5);
  FzSlipFrame frame = plain;
  GError *error = NULL;
  g_autoptr (GBytes) first = fz_slip_render (rx, &frame, &error), second = fz_slip_render (rx, &frame, &error), other = NULL;

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, second));
  fz_fields_set (rx, "rx.total_fen", "12881");
  other = fz_slip_render (rx, &frame, &error);
  g_assert_no_error (error);
  g_assert_false (g_bytes_equal (first, other));
}

/* Five usual lines fit on one sheet. */
static void
test_five_lines (void)
{
  g_autoptr (FzFields) rx = sample_rx ("dispensed", 5);
  g_autofree char *text = NULL, *path = NULL;
  char *dir;

  fz_fields_set (rx, "rx.item.04.generic", "孟鲁司特钠片");
  fz_fields_set (rx, "rx.item.04.manufacturer", "演示药业股份有限公司");
  dir = write_slip (rx, &plain, "five.pdf", &text);
  path = g_build_filename (dir, "slip.pdf", NULL);
  g_assert_cmpuint (sample_pdf_pages (path), ==, 1);
  g_assert_true (sample_holds (text, "调配药师 何守正 01-05 09:50"));
  g_assert_true (sample_holds (text, "核对药师 郑慎之 01-05 10:01"));
  g_assert_true (sample_holds (text, "发药药师 郑慎之 01-05 10:02"));
  sample_dir_remove (dir);
}

static void
test_refuses (void)
{
  static const char *const needed[] = { "rx.id", "rx.note_sha256", "patient.name", "diagnosis.00.name", "rx.item.00.generic", "rx.signed_at" };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autoptr (FzFields) rx = sample_rx ("effective", 1);
    g_autoptr (GError) error = NULL;

    fz_fields_set (rx, needed[i], NULL);
    g_assert_null (fz_slip_render (rx, &plain, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, needed[i]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  plain.marks = sample_marks ();
  g_test_add_func ("/slip/content", test_content);
  g_test_add_func ("/paper/slip/herbal", test_herbal);
  g_test_add_func ("/slip/words-across", test_words_across);
  g_test_add_func ("/slip/signature-marks", test_signature_marks);
  g_test_add_func ("/slip/same-bytes", test_same_bytes);
  g_test_add_func ("/slip/five-lines", test_five_lines);
  g_test_add_func ("/slip/refuses", test_refuses);
  return g_test_run ();
}
