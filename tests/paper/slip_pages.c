/* The slip's paper: size, colour and mark, the code's size in dots, and what happens when much stands on it. */
#include "app/paper/slip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/paper/sample.h"

#define LONGEST_CODE "12120000TEST000001"
#define LONGEST_ID "20261231235959-99999-prescription-3f9a21c0"

static FzSlipFrame plain = { .institution = "合成市互联网医院", .institution_code = LONGEST_CODE, .log_size = G_MAXUINT64 };

static const struct {
  FzSlipSize size;
  const char *word;
  double width_mm, height_mm;
  guint code_ends; /* dots at 300 an inch: past the code, before the name beside and the line below it */
} papers[] = { { FZ_SLIP_A5, "a5", 148, 210, 376 }, { FZ_SLIP_A4, "a4", 210, 297, 390 } };

/* The file; its text too if asked. The folder is to be removed. */
static char *
write_slip (const FzFields *rx, const FzSlipFrame *frame, const char *name, char **out_path, char **out_text)
{
  char *dir = sample_dir_new ();
  GError *error = NULL;

  *out_path = g_build_filename (dir, "slip.pdf", NULL);
  sample_slip (rx, frame, *out_path, &error);
  g_assert_no_error (error);
  sample_show (*out_path, name);
  if (out_text != NULL)
    *out_text = sample_pdf_text (*out_path);
  return dir;
}

/* --- a page as dots --- */

typedef struct {
  guint8 *dots; /* red, green, blue */
  guint width, height;
} Dots;

/* The upper left corner of the page, where the code stands: 34 mm each way. */
static char *
draw (const char *pdf, const char *dir)
{
  g_autofree char *root = g_build_filename (dir, "page", NULL), *drawn = NULL;
  const char *const argv[] = { "pdftoppm", "-r", "300", "-x", "0", "-y", "0", "-W", "402", "-H", "402", "-singlefile", pdf, root, NULL };

  drawn = sample_run (argv);
  return g_strconcat (root, ".ppm", NULL);
}

static Dots
read_dots (const char *path)
{
  Dots dots = { 0 };
  GError *error = NULL;
  g_autofree char *bytes = NULL;
  gsize n = 0;
  int at = 0;

  g_file_get_contents (path, &bytes, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sscanf (bytes, "P6 %u %u 255%n", &dots.width, &dots.height, &at), ==, 2);
  g_assert_cmpuint (n - (gsize) at - 1, ==, (gsize) 3 * dots.width * dots.height);
  dots.dots = g_memdup2 (bytes + at + 1, n - (gsize) at - 1);
  return dots;
}

static gboolean
is_dark (const Dots *dots, guint x, guint y)
{
  return dots->dots[3 * (y * dots->width + x)] < 128;
}

/* The code's finder at the upper left is a dark corner of at least seven modules: from the first dark dot of the page's corner to the last dark
 * dot of the code's right and lower finders along the first line and column. */
static void
measure_code (const Dots *dots, guint limit, guint *out_width, guint *out_height)
{
  guint x0 = limit, y0 = limit, x1 = 0, y1 = 0;

  for (guint y = 0; y < limit; y++)
    for (guint x = 0; x < limit; x++)
      if (is_dark (dots, x, y)) {
        x0 = MIN (x0, x);
        y0 = MIN (y0, y);
        x1 = MAX (x1, x);
        y1 = MAX (y1, y);
      }
  *out_width = x1 - x0 + 1;
  *out_height = y1 - y0 + 1;
}

/* The correction level stands in the first two modules of the ninth row, under the mask 10: M is 00, so a dark one and a light one (ISO/IEC 18004). */
static gboolean
is_level_m (const Dots *dots, guint limit)
{
  guint x0 = limit, y0 = limit, run = 0;
  double module;

  for (guint y = 0; y < limit && y0 == limit; y++)
    for (guint x = 0; x < limit && y0 == limit; x++)
      if (is_dark (dots, x, y)) {
        x0 = x;
        y0 = y;
      }
  while (is_dark (dots, x0 + run, y0))
    run++;
  module = run / 7.0; /* the finder's upper edge */
  return is_dark (dots, x0 + (guint) (module / 2), y0 + (guint) (8.5 * module)) &&
         !is_dark (dots, x0 + (guint) (1.5 * module), y0 + (guint) (8.5 * module));
}

/* 25 mm at 300 dots an inch are 295 dots, on either paper; the longest institution and number still fit into 200 bytes. */
static void
test_code (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (papers); i++) {
    g_autoptr (FzFields) rx = sample_rx ("effective", 3);
    FzSlipFrame frame = plain;
    g_autofree char *path = NULL, *dots_path = NULL, *read = NULL, *expected = NULL;
    char *dir;
    Dots dots;
    guint width = 0, height = 0;

    frame.size = papers[i].size;
    fz_fields_set (rx, "rx.id", LONGEST_ID);
    dir = write_slip (rx, &frame, i == 0 ? "code-a5.pdf" : "code-a4.pdf", &path, NULL);
    dots_path = draw (path, dir);
    dots = read_dots (dots_path);
    measure_code (&dots, papers[i].code_ends, &width, &height);
    g_assert_cmpfloat (fabs (width - 25 / 25.4 * 300), <=, 1.0);
    g_assert_cmpfloat (fabs (height - 25 / 25.4 * 300), <=, 1.0);
    g_assert_true (is_level_m (&dots, papers[i].code_ends));
    {
      const char *const scan[] = { "zbarimg", "-q", "--raw", dots_path, NULL };

      read = g_strchomp (sample_run (scan));
    }
    expected = g_strdup_printf ("FZ1 %s %s %s %" G_GUINT64_FORMAT, LONGEST_CODE, LONGEST_ID, SAMPLE_HASH, plain.log_size);
    g_assert_cmpstr (read, ==, expected);
    g_assert_cmpuint (strlen (read), <=, 200);
    g_assert_null (strstr (read, fz_fields_get (rx, "patient.name")));
    g_free (dots.dots);
    sample_dir_remove (dir);
  }
}

/* A number that makes the code longer than 200 bytes is refused, not cut. */
static void
test_code_too_long (void)
{
  g_autoptr (FzFields) rx = sample_rx ("effective", 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = g_strnfill (100, '7');

  fz_fields_set (rx, "rx.id", id);
  g_assert_null (fz_slip_new (rx, &plain, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
test_size (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (papers); i++) {
    g_autoptr (FzFields) rx = sample_rx ("dispensed", 5);
    FzSlipFrame frame = plain;
    g_autofree char *path = NULL, *out = NULL;
    const char *at;
    char *dir;
    double width = 0, height = 0;
    FzSlipSize size;

    g_assert_true (fz_slip_size_from_word (papers[i].word, &size));
    frame.size = size;
    dir = write_slip (rx, &frame, papers[i].word, &path, NULL);
    {
      const char *const argv[] = { "pdfinfo", path, NULL };

      out = sample_run (argv);
    }
    at = strstr (out, "Page size:");
    g_assert_nonnull (at);
    g_assert_cmpint (sscanf (at, "Page size: %lf x %lf pts", &width, &height), ==, 2);
    g_assert_cmpfloat (fabs (width * 25.4 / 72 - papers[i].width_mm), <, 0.1);
    g_assert_cmpfloat (fabs (height * 25.4 / 72 - papers[i].height_mm), <, 0.1);
    sample_dir_remove (dir);
  }
}

/* The annex: white, pale yellow 急诊, pale green 儿科; by what was signed, else by department and age. */
static void
test_marks (void)
{
  static const struct {
    const char *mark, *department, *age, *words;
    guint8 colour[3];
  } cases[] = { { NULL, "03", "65", "普通", { 0xff, 0xff, 0xff } },           { NULL, "03", "14", "普通", { 0xff, 0xff, 0xff } },
                { NULL, "03", "13", "儿科", { 0xe6, 0xf6, 0xe6 } },           { NULL, "07", "15", "儿科", { 0xe6, 0xf6, 0xe6 } },
                { "emergency", "07", "3", "急诊", { 0xff, 0xf7, 0xcf } },     { "ordinary", "07", "3", "普通", { 0xff, 0xff, 0xff } } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) rx = sample_rx ("effective", 1);
    g_autofree char *path = NULL, *text = NULL, *dots_path = NULL, *name = g_strdup_printf ("mark-%u.pdf", i);
    char *dir;
    Dots dots;

    fz_fields_set (rx, "rx.mark", cases[i].mark);
    fz_fields_set (rx, "dept.id", cases[i].department);
    fz_fields_set (rx, "patient.age_years", cases[i].age);
    dir = write_slip (rx, &plain, name, &path, &text);
    g_assert_true (sample_holds (text, cases[i].words));
    g_assert_true (g_str_equal (cases[i].words, "儿科") == sample_holds (text, "体重")); /* a child's is asked for */
    dots_path = draw (path, dir);
    dots = read_dots (dots_path);
    for (guint k = 0; k < 3; k++)
      g_assert_cmpint (dots.dots[3 * (5 * dots.width + 5) + k], ==, cases[i].colour[k]);
    g_free (dots.dots);
    sample_dir_remove (dir);
  }
}

static void
test_unknown_mark (void)
{
  g_autoptr (FzFields) rx = sample_rx ("effective", 1);
  g_autoptr (GError) error = NULL;

  fz_fields_set (rx, "rx.mark", "narcotic");
  g_assert_null (fz_slip_new (rx, &plain, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "narcotic"));
}

/* --- much on a sheet --- */

/* Everything on every page within the paper's margins, by pdftotext's own boxes. */
static void
assert_within (const char *path, const char *dir, double width_mm, double height_mm)
{
  g_autofree char *boxes = g_build_filename (dir, "boxes.html", NULL), *said = NULL, *html = NULL;
  const char *const argv[] = { "pdftotext", "-bbox", path, boxes, NULL };
  double edge = 3 * 72 / 25.4;
  guint n = 0;

  said = sample_run (argv);
  g_assert_true (g_file_get_contents (boxes, &html, NULL, NULL));
  for (const char *at = strstr (html, "<word "); at != NULL; at = strstr (at + 1, "<word ")) {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;

    g_assert_cmpint (sscanf (at, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &x0, &y0, &x1, &y1), ==, 4);
    g_assert_cmpfloat (x0, >=, edge);
    g_assert_cmpfloat (y0, >=, edge);
    g_assert_cmpfloat (x1, <=, width_mm * 72 / 25.4 - edge);
    g_assert_cmpfloat (y1, <=, height_mm * 72 / 25.4 - edge);
    n++;
  }
  g_assert_cmpuint (n, >, 50);
}

/* On each page: the patient, the number, which page of how many. */
static void
assert_pages (const char *text, const FzFields *rx, guint n)
{
  g_auto (GStrv) pages = g_strsplit (text, "\f", -1);

  g_assert_cmpuint (g_strv_length (pages), ==, n + 1);
  for (guint i = 1; i <= n; i++) {
    g_autofree char *words = g_strdup_printf ("第 %u 页/共 %u 页", i, n);

    g_assert_true (sample_holds (pages[i - 1], words));
    g_assert_true (sample_holds (pages[i - 1], fz_fields_get (rx, "patient.name")));
    g_assert_true (sample_holds (pages[i - 1], fz_fields_get (rx, "rx.id")));
    g_assert_true (sample_holds (pages[i - 1], i < n ? "接下页" : "以下空白"));
  }
}

/* So many characters, the last ones telling which text it is. */
static char *
long_text (const char *of, guint n, const char *end)
{
  GString *text = g_string_new (NULL);

  while (g_utf8_strlen (text->str, -1) + g_utf8_strlen (end, -1) + g_utf8_strlen (of, -1) <= (glong) n)
    g_string_append (text, of);
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

/* As long as the platform's message takes each: name 60, strength 30, maker 60, remark 100 characters; reasons and remark likewise. */
static FzFields *
fullest_rx (void)
{
  static const struct {
    const char *list, *key, *of;
    guint n;
  } texts[] = { { "rx.item", "generic", "合成药品通用名", 60 }, { "rx.item", "strength", "5mg×28片/", 30 }, { "rx.item", "manufacturer", "合成制药集团", 60 },
                { "rx.item", "note", "随餐服用，整片吞服", 100 }, { "override", "message", "本品与同方另一药物存在相互作用", 100 },
                { "override", "reason_label", "病情需要", 30 }, { "override", "words", "已权衡获益与风险", 100 } };
  FzFields *rx = sample_rx ("dispensed", 5);
  g_autofree char *remark = long_text ("用药期间自测血压；", 200, "备注末"), *allergies = long_text ("青霉素、", 100, "过敏末");

  for (guint i = 0; i < 5; i++)
    for (guint k = 0; k < G_N_ELEMENTS (texts); k++) {
      g_autofree char *end = g_strdup_printf ("末%u%u", k, i), *text = long_text (texts[k].of, texts[k].n, end);

      fz_fields_set_at (rx, texts[k].list, i, texts[k].key, text);
    }
  fz_fields_set (rx, "rx.note", remark);
  fz_fields_set (rx, "allergy.00", allergies);
  fz_fields_set (rx, "patient.name", "阿卜杜热合曼·买买提伊明·吐尔逊江·合成样例姓名");
  fz_fields_set (rx, "guardian.name", "古丽合成");
  fz_fields_set (rx, "guardian.mobile", "19900000003");
  return rx;
}

static void
test_longest (void)
{
  for (guint p = 0; p < G_N_ELEMENTS (papers); p++) {
    g_autoptr (FzFields) rx = fullest_rx ();
    FzSlipFrame frame = plain;
    g_autofree char *path = NULL, *text = NULL;
    char *dir;
    guint n;

    frame.size = papers[p].size;
    dir = write_slip (rx, &frame, p == 0 ? "longest-a5.pdf" : "longest-a4.pdf", &path, &text);
    n = sample_pdf_pages (path);
    g_assert_cmpuint (n, >=, 2);
    assert_pages (text, rx, n);
    assert_within (path, dir, papers[p].width_mm, papers[p].height_mm);
    for (guint k = 0; k < 7; k++)
      for (guint i = 0; i < 5; i++) {
        g_autofree char *end = g_strdup_printf ("末%u%u", k, i);

        if (!sample_holds (text, end))
          g_error ("“%s” is not on the slip:\n%s", end, text);
      }
    g_assert_true (sample_holds (text, "备注末"));
    g_assert_true (sample_holds (text, "过敏末"));
    sample_dir_remove (dir);
  }
}

static void
test_thirty_herbs (void)
{
  static const char *const special[] = { NULL, "先煎", "后下", "包煎", "另煎兑服" };

  for (guint p = 0; p < G_N_ELEMENTS (papers); p++) {
    g_autoptr (FzFields) rx = sample_rx ("effective", 1);
    FzSlipFrame frame = plain;
    g_autofree char *path = NULL, *text = NULL;
    char *dir;
    guint n;

    frame.size = papers[p].size;
    fz_fields_set (rx, "rx.kind", "herbal");
    fz_fields_set (rx, "rx.packets", "14");
    fz_fields_set (rx, "rx.use_text", "每日1剂，水煎取400ml，每日两次，饭后温服，代煎");
    fz_fields_set (rx, "rx.tcm.disease", "眩晕");
    fz_fields_set (rx, "rx.tcm.pattern", "肝阳上亢证");
    for (guint i = 0; i < 30; i++) {
      g_autofree char *name = g_strdup_printf ("%s第%02u味", i % 4 == 3 ? "炙合成甘草片" : "合成药", i);

      fz_fields_set_at (rx, "rx.item", i, "generic", name);
      fz_fields_set_at (rx, "rx.item", i, "dose_number", i % 3 == 0 ? "12.5" : "9");
      fz_fields_set_at (rx, "rx.item", i, "dose_unit", "g");
      fz_fields_set_at (rx, "rx.item", i, "special", special[i % G_N_ELEMENTS (special)]);
    }
    dir = write_slip (rx, &frame, p == 0 ? "herbs-a5.pdf" : "herbs-a4.pdf", &path, &text);
    n = sample_pdf_pages (path);
    g_assert_cmpuint (n, <=, 2);
    assert_pages (text, rx, n);
    assert_within (path, dir, papers[p].width_mm, papers[p].height_mm);
    for (guint i = 0; i < 30; i++) {
      g_autofree char *name = g_strdup_printf ("第%02u味", i);

      g_assert_true (sample_holds (text, name));
    }
    g_assert_true (sample_holds (text, "共 14 剂"));
    sample_dir_remove (dir);
  }
}

/* The second print says so, the first does not. */
static void
test_reprint (void)
{
  for (guint i = 0; i <= 3; i++) {
    g_autoptr (FzFields) rx = sample_rx ("effective", 1);
    FzSlipFrame frame = plain;
    g_autofree char *path = NULL, *text = NULL, *words = g_strdup_printf ("第 %u 次打印", i);
    char *dir;

    frame.number = i;
    dir = write_slip (rx, &frame, "reprint.pdf", &path, &text);
    g_assert_true (sample_holds (text, "补打") == (i > 1));
    g_assert_true (sample_holds (text, words) == (i > 1));
    sample_dir_remove (dir);
  }
}

/* Several slips, each with its own pages, in one file. */
static void
test_together (void)
{
  g_autoptr (GPtrArray) slips = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_slip_free);
  g_autoptr (FzFields) one = sample_rx ("effective", 1), long_one = fullest_rx ();
  GError *error = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *path = NULL, *dir = sample_dir_new ();
  const FzFields *both[] = { one, long_one };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    g_ptr_array_add (slips, fz_slip_new (both[i], &plain, &error));
    g_assert_no_error (error);
    n += fz_slip_get_n_pages (slips->pdata[i]);
  }
  pdf = fz_slips_to_pdf (slips, "处方笺", &error);
  g_assert_no_error (error);
  path = g_build_filename (dir, "slips.pdf", NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize) g_bytes_get_size (pdf), NULL));
  g_assert_cmpuint (sample_pdf_pages (path), ==, n);
  sample_dir_remove (g_steal_pointer (&dir));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  plain.marks = sample_marks ();
  g_test_add_func ("/slip-pages/code", test_code);
  g_test_add_func ("/slip-pages/code-too-long", test_code_too_long);
  g_test_add_func ("/slip-pages/size", test_size);
  g_test_add_func ("/slip-pages/marks", test_marks);
  g_test_add_func ("/slip-pages/unknown-mark", test_unknown_mark);
  g_test_add_func ("/slip-pages/longest", test_longest);
  g_test_add_func ("/slip-pages/thirty-herbs", test_thirty_herbs);
  g_test_add_func ("/slip-pages/reprint", test_reprint);
  g_test_add_func ("/slip-pages/together", test_together);
  return g_test_run ();
}
