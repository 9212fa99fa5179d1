/* Tables that people hand over as Excel files: what is typed comes out as typed, what may mean something else is refused by its cell, and no damaged or
 * hostile file does more than be refused. */
#include "app/table_file.h"
#include "app/xlsx_read.h"
#include "core/csv.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>
#include <xlsxwriter.h>

typedef struct {
  char *dir, *path;
  lxw_workbook *book;
  lxw_worksheet *sheet;
  lxw_format *day, *percent, *padded, *stamp;
} Table;

static lxw_format *
format_new (lxw_workbook *book, const char *code)
{
  lxw_format *format = workbook_add_format (book);

  format_set_num_format (format, code);
  return format;
}

static void
begin (Table *table, gboolean inline_strings)
{
  lxw_workbook_options options = { .constant_memory = inline_strings };

  table->dir = g_dir_make_tmp ("fuzhen-xlsx-XXXXXX", NULL);
  table->path = g_build_filename (table->dir, "t.xlsx", NULL);
  table->book = workbook_new_opt (table->path, &options);
  table->sheet = workbook_add_worksheet (table->book, NULL);
  table->day = format_new (table->book, "yyyy\"年\"m\"月\"d\"日\"");
  table->percent = format_new (table->book, "0.0%");
  table->padded = format_new (table->book, "00000");
  table->stamp = format_new (table->book, "yyyy-mm-dd hh:mm");
  worksheet_write_string (table->sheet, 0, 0, "code", NULL);
  worksheet_write_string (table->sheet, 0, 1, "value", NULL);
}

static GBytes *
save (Table *table)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  g_assert_cmpint (workbook_close (table->book), ==, LXW_NO_ERROR);
  g_file_get_contents (table->path, &bytes, &n, &error);
  g_assert_no_error (error);
  g_unlink (table->path);
  g_rmdir (table->dir);
  g_free (table->path);
  g_free (table->dir);
  return g_bytes_new_take (g_steal_pointer (&bytes), n);
}

static FzCsv *
read_csv (GBytes *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = fz_xlsx_read (file, "t.xlsx", &error);
  FzCsv *csv;

  g_assert_no_error (error);
  csv = fz_csv_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), "t.xlsx", &error);
  g_assert_no_error (error);
  return csv;
}

static void
expect_refused (GBytes *file, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = fz_xlsx_read (file, "t.xlsx", &error);

  g_assert_null (text);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

/* --- what is typed --- */

static void
values (gconstpointer data)
{
  static const struct {
    double number;
    const char *text;
  } numbers[] = { { 1.1, "1.1" }, { 0.1, "0.1" }, { 12, "12" }, { -3, "-3" }, { 1234567890.25, "1234567890.25" }, { 0.000001, "0.000001" }, { 0, "0" } };
  Table table;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (FzCsv) csv = NULL;
  guint row = 1;

  begin (&table, GPOINTER_TO_INT (data));
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++, row++) {
    worksheet_write_string (table.sheet, row, 0, "n", NULL);
    worksheet_write_number (table.sheet, row, 1, numbers[i].number, NULL);
  }
  worksheet_write_string (table.sheet, row, 0, "00012", NULL);
  worksheet_write_string (table.sheet, row++, 1, "  a, \"b\" <c> & 复诊_x", NULL);
  worksheet_write_string (table.sheet, row, 0, "d", NULL);
  worksheet_write_number (table.sheet, row++, 1, 46082, table.day);
  worksheet_write_string (table.sheet, row, 0, "blank", NULL);
  worksheet_write_blank (table.sheet, row, 1, table.day);
  worksheet_write_blank (table.sheet, row + 4, 1, table.day); /* a format below the table is no row of it */
  file = save (&table);
  g_assert_true (fz_xlsx_is (file));
  csv = read_csv (file);
  g_assert_cmpuint (fz_csv_get_n_rows (csv), ==, G_N_ELEMENTS (numbers) + 3);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpstr (fz_csv_get (csv, i, "value"), ==, numbers[i].text);
  row = G_N_ELEMENTS (numbers);
  g_assert_cmpstr (fz_csv_get (csv, row, "code"), ==, "00012");
  g_assert_cmpstr (fz_csv_get (csv, row, "value"), ==, "  a, \"b\" <c> & 复诊_x");
  g_assert_cmpstr (fz_csv_get (csv, row + 1, "value"), ==, "2026-03-01");
  g_assert_cmpuint (fz_csv_get_line (csv, row + 1), ==, row + 3); /* header, then rows from 2: the row of the sheet */
  g_assert_cmpstr (fz_csv_get (csv, row + 2, "value"), ==, "");
}

/* The first sheet people see. */
static void
first_sheet (void)
{
  Table table;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (FzCsv) csv = NULL;
  lxw_worksheet *second, *third;

  begin (&table, FALSE);
  second = workbook_add_worksheet (table.book, "表二");
  third = workbook_add_worksheet (table.book, "表三");
  worksheet_write_string (second, 0, 0, "second", NULL);
  worksheet_write_string (third, 0, 0, "third", NULL);
  worksheet_activate (second);
  worksheet_hide (table.sheet);
  file = save (&table);
  csv = read_csv (file);
  g_assert_cmpstr (fz_csv_get_column (csv, 0), ==, "second");
}

/* --- what is refused, by its cell --- */

static void put_formula (Table *t) { worksheet_write_formula (t->sheet, 2, 1, "=1+1", NULL); }
static void put_merged (Table *t) { worksheet_merge_range (t->sheet, 2, 0, 3, 0, "x", NULL); }
static void put_bool (Table *t) { worksheet_write_boolean (t->sheet, 2, 1, 1, NULL); }
static void put_percent (Table *t) { worksheet_write_number (t->sheet, 2, 1, 0.05, t->percent); }
static void put_padded (Table *t) { worksheet_write_number (t->sheet, 2, 1, 12, t->padded); }
static void put_stamp (Table *t) { worksheet_write_number (t->sheet, 2, 1, 46082.5, t->stamp); }
static void put_early (Table *t) { worksheet_write_number (t->sheet, 2, 1, 59, t->day); }
static void put_long (Table *t) { worksheet_write_number (t->sheet, 2, 1, 1234567890123456.0, NULL); }
static void put_break (Table *t) { worksheet_write_string (t->sheet, 2, 1, "一\n二", NULL); }
static void put_gap (Table *t) { worksheet_write_string (t->sheet, 3, 0, "y", NULL); }
static void put_beyond (Table *t) { worksheet_write_string (t->sheet, 2, 3, "x", NULL); }
static void put_far (Table *t) { worksheet_write_string (t->sheet, 2, 300, "x", NULL); }

static const struct {
  const char *name, *words;
  void (*put) (Table *table);
} refusals[] = {
  { "formula", "单元格 B3：是公式", put_formula },   { "merged", "合并的单元格 A3:A4", put_merged }, { "boolean", "单元格 B3：是逻辑值", put_bool },
  { "percent", "单元格 B3：显示的与保存", put_percent }, { "padded", "单元格 B3：显示的与保存", put_padded }, { "time", "单元格 B3：是带时刻", put_stamp },
  { "early", "单元格 B3：不是可用的日期", put_early }, { "digits", "单元格 B3：数字超过15位", put_long }, { "break", "单元格 B3：含有换行", put_break },
  { "gap", "第 3 行是空行", put_gap },             { "beyond", "单元格 D3：在列名之外", put_beyond }, { "far", "单元格 KO3：表格过大", put_far },
};

static void
refused (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Table table;
  g_autoptr (GBytes) file = NULL;

  begin (&table, FALSE);
  worksheet_write_string (table.sheet, 1, 0, "good", NULL);
  refusals[i].put (&table);
  file = save (&table);
  expect_refused (file, refusals[i].words);
}

/* --- packages made by hand --- */

#define RELS "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/></Relationships>"
#define BOOK "<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>"

static void
add_part (struct archive *archive, const char *name, const char *text, gsize n)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_size (entry, (la_int64_t) n);
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint ((int) archive_write_data (archive, text, n), ==, (int) n);
  archive_entry_free (entry);
}

/* Pairs of name and text, NULL-terminated. */
static GBytes *
pack (const char *const *parts)
{
  struct archive *archive = archive_write_new ();
  gsize n = 64 * 1024, used = 0;
  g_autofree char *bytes = g_malloc (n);

  archive_write_set_format_zip (archive);
  g_assert_cmpint (archive_write_open_memory (archive, bytes, n, &used), ==, ARCHIVE_OK);
  for (guint i = 0; parts[i] != NULL; i += 2)
    add_part (archive, parts[i], parts[i + 1], strlen (parts[i + 1]));
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  return g_bytes_new (bytes, used);
}

static void
expect_sheet (const char *sheet, const char *words)
{
  g_autoptr (GBytes) file = pack ((const char *const[]){ "xl/workbook.xml", BOOK, "xl/_rels/workbook.xml.rels", RELS, "xl/s.xml", sheet, NULL });

  expect_refused (file, words);
}

#define SHEET(cells) "<worksheet><sheetData>" cells "</sheetData></worksheet>"

static void
hand_made (void)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("PK\003\004", 4), good = NULL, twice = NULL, no_rels = NULL, no_book = NULL, no_sheet = NULL;
  g_autoptr (FzCsv) csv = NULL;

  good = pack ((const char *const[]){ "xl/workbook.xml", BOOK, "xl/_rels/workbook.xml.rels", RELS, "xl/s.xml",
                                      SHEET ("<x:row><x:c t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c></x:row><row><c t=\"inlineStr\"><is><r><t>1</t></r><r><t>2_x005F_x0041_</t></r>"
                                             "<rPh><t>no</t></rPh></is></c></row>"),
                                      NULL });
  csv = read_csv (good);
  g_assert_cmpstr (fz_csv_get (csv, 0, "a"), ==, "12_x0041_");
  twice = pack ((const char *const[]){ "xl/workbook.xml", BOOK, "xl/workbook.xml", BOOK, NULL });
  no_rels = pack ((const char *const[]){ "xl/workbook.xml", BOOK, NULL });
  no_sheet = pack ((const char *const[]){ "xl/workbook.xml", BOOK, "xl/_rels/workbook.xml.rels", RELS, NULL });
  no_book = pack ((const char *const[]){ "visit.json", "{}", NULL });
  expect_refused (nothing, "t.xlsx");
  expect_refused (twice, "重复");
  expect_refused (no_rels, "xl/_rels/workbook.xml.rels");
  expect_refused (no_book, "不是 Excel 工作簿");
  expect_refused (no_sheet, "xl/s.xml");
  expect_sheet ("<worksheet><sheetData><row>", "xl/s.xml 已损坏");
  expect_sheet (SHEET ("<row><c t=\"s\"><v>7</v></c></row>"), "单元格 A1：的文字");
  expect_sheet (SHEET ("<row><c t=\"e\"><v>#N/A</v></c></row>"), "单元格 A1：是错误值");
  expect_sheet (SHEET ("<row><c><v>1x</v></c></row>"), "单元格 A1：不是数字");
  expect_sheet (SHEET ("<row><c><v>nan</v></c></row>"), "单元格 A1：不是数字");
  expect_sheet (SHEET ("<row r=\"2\"><c/></row><row r=\"1\"><c/></row>"), "行号错乱");
  expect_sheet (SHEET ("<row><c r=\"B1\"/><c r=\"A1\"/></row>"), "次序错乱");
  expect_sheet (SHEET ("<row r=\"4000000\"></row>"), "超过 200000 行");
  expect_sheet (SHEET ("<row r=\"2\"><c><v>1</v></c></row>"), "第 1 行是空行");
}

/* Small in the mail, large on the desk. */
static void
bomb (void)
{
  struct archive *archive = archive_write_new ();
  gsize n = 4 * 1024 * 1024, used = 0, large = 20 * 1024 * 1024;
  g_autofree char *bytes = g_malloc (n), *spaces = g_malloc (large);
  g_autoptr (GBytes) file = NULL;

  memset (spaces, ' ', large);
  archive_write_set_format_zip (archive);
  g_assert_cmpint (archive_write_open_memory (archive, bytes, n, &used), ==, ARCHIVE_OK);
  add_part (archive, "xl/workbook.xml", spaces, large);
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  file = g_bytes_new (bytes, used);
  g_assert_cmpuint (used, <, large / 200);
  expect_refused (file, "过大");
}

/* --- damage --- */

static void
survives (const guint8 *bytes, gsize n)
{
  g_autoptr (GBytes) file = g_bytes_new (bytes, n), text = NULL;
  g_autoptr (GError) error = NULL;

  text = fz_xlsx_read (file, "t.xlsx", &error);
  g_assert_true ((text == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
damaged (void)
{
  Table table;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  const guint8 *bytes;
  gsize n = 0;

  begin (&table, FALSE);
  for (guint i = 1; i < 40; i++) {
    worksheet_write_string (table.sheet, i, 0, "复诊", NULL);
    worksheet_write_number (table.sheet, i, 1, 46082 + i, i % 2 == 0 ? table.day : NULL);
  }
  file = save (&table);
  bytes = g_bytes_get_data (file, &n);
  for (guint i = 0; i < 150; i++) {
    g_autofree guint8 *cut = g_memdup2 (bytes, n);
    gsize at = n * i / 150;
    g_autoptr (GBytes) part = g_bytes_new (cut, at);
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_xlsx_read (part, "t.xlsx", &error)); /* never half a table */
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
  for (guint i = 0; i < 400; i++) {
    g_autofree guint8 *other = g_memdup2 (bytes, n);

    for (guint k = 0; k <= i % 4; k++)
      other[g_rand_int_range (rand, 0, (gint32) n)] = (guint8) g_rand_int_range (rand, 0, 256);
    survives (other, n);
  }
}

/* --- whatever it was saved as --- */

static void
by_content (void)
{
  g_autofree char *dir = g_dir_make_tmp ("fuzhen-table-XXXXXX", NULL), *path = g_build_filename (dir, "t.csv", NULL), *chinese = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) utf8 = NULL, gb = NULL;
  gsize n = 0;

  chinese = g_convert ("code,label\nI10,高血压\n", -1, "GB18030", "UTF-8", NULL, &n, NULL);
  g_file_set_contents (path, "code,label\nI10,高血压\n", -1, NULL);
  utf8 = fz_table_file_read (path, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, chinese, (gssize) n, NULL);
  gb = fz_table_file_read (path, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (utf8, gb));
  g_file_set_contents (path, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", -1, NULL);
  g_assert_null (fz_table_file_read (path, &error));
  g_assert_nonnull (strstr (error->message, "旧格式 .xls"));
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (fz_table_file_read (path, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_rmdir (dir);
}

/* Characters that XML cannot hold come as an escape of the format's own. */
static void
control (void)
{
  g_autoptr (GBytes) made = pack ((const char *const[]){ "xl/workbook.xml", BOOK, "xl/_rels/workbook.xml.rels", RELS, "xl/s.xml",
                                                         SHEET ("<row><c t=\"inlineStr\"><is><t>a_x0007_</t></is></c></row>"), NULL });

  expect_refused (made, "单元格 A1：含有控制字符");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/xlsx/values", GINT_TO_POINTER (FALSE), values);
  g_test_add_data_func ("/xlsx/values-inline", GINT_TO_POINTER (TRUE), values);
  g_test_add_func ("/xlsx/first-sheet", first_sheet);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strconcat ("/xlsx/refused-", refusals[i].name, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), refused);
  }
  g_test_add_func ("/xlsx/control", control);
  g_test_add_func ("/xlsx/hand-made", hand_made);
  g_test_add_func ("/xlsx/bomb", bomb);
  g_test_add_func ("/xlsx/damaged", damaged);
  g_test_add_func ("/xlsx/by-content", by_content);
  return g_test_run ();
}
