/* The rows of the first sheet, as CSV (工作表). */
#include "app/xlsx_read.h"

#include "app/xlsx_private.h"
#include "core/csv.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_ROWS 200000
#define MAX_COLUMNS 200
#define MAX_CELLS 5000000
#define EXACT 1e15 /* digits beyond are not what was typed: the file keeps fifteen */

typedef enum { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL, CELL_DAY, CELL_ERROR } CellType;

typedef struct {
  const FzXlsxBook *book;
  const char *name;
  GString *csv;
  guint row, column;    /* of the cell that is read, from 1 */
  guint written, width; /* rows so far, columns of the header */
  guint64 n_cells;
  CellType type;
  guint style;
  GString *text;
  gboolean in_cell, in_text;
  guint phonetic;
  GPtrArray *cells; /* char *, of the row; NULL where nothing stands */
} Sheet;

/* --- naming cells --- */

static char *
dup_cell_name (guint row, guint column)
{
  char letters[8];
  guint n = sizeof letters;

  letters[--n] = '\0';
  for (guint rest = column; rest > 0 && n > 0; rest = (rest - 1) / 26)
    letters[--n] = (char) ('A' + (rest - 1) % 26);
  return g_strdup_printf ("%s%u", letters + n, row);
}

static void
refuse (const Sheet *sheet, const char *why, GError **error)
{
  g_autofree char *cell = dup_cell_name (sheet->row, sheet->column);

  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 单元格 %s：%s"), sheet->name, cell, why);
}

/* B12 -> 2 and 12. */
static gboolean
read_cell_name (const char *text, guint *out_row, guint *out_column)
{
  guint column = 0;
  guint64 row = 0;

  for (; *text >= 'A' && *text <= 'Z' && column < 1000000; text++)
    column = column * 26 + (guint) (*text - 'A') + 1;
  if (column == 0 || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &row, NULL))
    return FALSE;
  *out_row = (guint) row;
  *out_column = column;
  return TRUE;
}

/* --- values --- */

/* The shortest digits that are this number at the fifteen places Excel keeps: 1.1 is in the file as 1.1000000000000001. */
static char *
dup_number (double value)
{
  char text[64], *end;

  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (strchr (text, 'e') == NULL)
    return g_strdup (text);
  g_ascii_formatd (text, sizeof text, "%.20f", value);
  end = text + strlen (text);
  while (end > text && end[-1] == '0')
    end--;
  return g_strndup (text, (gsize) (end - text - (end > text && end[-1] == '.')));
}

/* Days are counted from the end of 1899; before March 1900 the count is off by the day that Excel believes in. */
static char *
dup_day (const Sheet *sheet, double value, GError **error)
{
  gint64 serial = (gint64) value + (sheet->book->since_1904 ? 1462 : 0);

  if (value != floor (value)) {
    refuse (sheet, _ ("是带时刻的日期，这里只能是日期，请改为 2026-12-01 这样的日期或文字。"), error);
    return NULL;
  }
  if (serial < 61 || serial > 2900000) {
    refuse (sheet, _ ("不是可用的日期，请改为 2026-12-01 这样的文字。"), error);
    return NULL;
  }
  return fz_date_format (fz_date_add_days ((FzDate) { 1899, 12, 30 }, serial));
}

static char *
dup_numeric (const Sheet *sheet, GError **error)
{
  FzXlsxFormat format = sheet->style < sheet->book->formats->len ? g_array_index (sheet->book->formats, FzXlsxFormat, sheet->style) : FZ_XLSX_PLAIN;
  char *end = NULL;
  double value = g_ascii_strtod (sheet->text->str, &end);

  if (end == sheet->text->str || *end != '\0' || !isfinite (value)) {
    refuse (sheet, _ ("不是数字，请改正。"), error);
    return NULL;
  }
  if (format == FZ_XLSX_DAY)
    return dup_day (sheet, value, error);
  if (format == FZ_XLSX_DISGUISED) {
    refuse (sheet, _ ("显示的与保存的数字不同（百分数、时刻或补零），请把这一列设为文本后重新填写。"), error);
    return NULL;
  }
  if (fabs (value) >= EXACT) {
    refuse (sheet, _ ("数字超过15位，Excel 已丢失末尾的数字，请把这一列设为文本后重新填写。"), error);
    return NULL;
  }
  return dup_number (value);
}

/* The format writes characters that XML cannot hold as _x000D_. */
static char *
dup_unescaped (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++) {
    guint code = 0;

    if (g_str_has_prefix (p, "_x") && strlen (p) >= 7 && p[6] == '_' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]) &&
        g_ascii_isxdigit (p[4]) && g_ascii_isxdigit (p[5]))
      code = (guint) g_ascii_strtoull (p + 2, NULL, 16);
    if (code > 0 && (code < 0xd800 || code > 0xdfff)) {
      g_string_append_unichar (out, code);
      p += 6;
    } else
      g_string_append_c (out, *p);
  }
  return g_string_free (out, FALSE);
}

static char *
dup_text (const Sheet *sheet, const char *raw, GError **error)
{
  g_autofree char *text = dup_unescaped (raw);
  const char *why = NULL;

  if (g_utf8_strlen (text, -1) > FZ_XLSX_MAX_TEXT)
    why = _ ("文字过长。");
  for (const char *p = text; *p != '\0' && why == NULL; p++)
    if (*p == '\n' || *p == '\r')
      why = _ ("含有换行，请改为一行。");
    else if (((guchar) *p < 0x20 && *p != '\t') || *p == 0x7f)
      why = _ ("含有控制字符，请删除。");
  if (why == NULL)
    return g_steal_pointer (&text);
  refuse (sheet, why, error);
  return NULL;
}

static char *
dup_shared (const Sheet *sheet, GError **error)
{
  guint64 i = 0;

  if (g_ascii_string_to_unsigned (sheet->text->str, 10, 0, G_MAXUINT32, &i, NULL) && i < sheet->book->strings->len)
    return dup_text (sheet, sheet->book->strings->pdata[i], error);
  refuse (sheet, _ ("的文字在文件中找不到，文件已损坏，请重新保存后再导入。"), error);
  return NULL;
}

/* "" where nothing stands. */
static char *
dup_value (const Sheet *sheet, GError **error)
{
  if (sheet->text->len == 0 && sheet->type != CELL_ERROR)
    return g_strdup ("");
  switch (sheet->type) {
  case CELL_SHARED:
    return dup_shared (sheet, error);
  case CELL_TEXT:
  case CELL_DAY: /* written as ISO text */
    return dup_text (sheet, sheet->text->str, error);
  case CELL_NUMBER:
    return dup_numeric (sheet, error);
  case CELL_BOOL:
    refuse (sheet, _ ("是逻辑值 TRUE 或 FALSE，请改为文字。"), error);
    return NULL;
  case CELL_ERROR:
  default:
    refuse (sheet, _ ("是错误值，请改正。"), error);
    return NULL;
  }
}

/* --- rows --- */

static void
append_row (Sheet *sheet, guint width)
{
  for (guint i = 0; i < width; i++) {
    fz_csv_append_field (sheet->csv, i < sheet->cells->len && sheet->cells->pdata[i] != NULL ? sheet->cells->pdata[i] : "");
    g_string_append_c (sheet->csv, i + 1 < width ? ',' : '\n');
  }
  sheet->written++;
}

/* As many as stand in the row: blank ones at its end are formats, not values. */
static guint
used_width (const Sheet *sheet)
{
  guint width = sheet->cells->len;

  while (width > 0 && (sheet->cells->pdata[width - 1] == NULL || *(const char *) sheet->cells->pdata[width - 1] == '\0'))
    width--;
  return width;
}

/* An empty row between others would move every later one away from its number, and hides what somebody deleted by half. */
static void
end_row (Sheet *sheet, GError **error)
{
  guint width = used_width (sheet);

  if (width == 0)
    return;
  if (sheet->written == 0)
    sheet->width = width;
  if (sheet->row != sheet->written + 1)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 第 %u 行是空行，请删除空行后再导入；第1行应是列名。"), sheet->name, sheet->written + 1);
  else if (width > sheet->width) {
    sheet->column = width;
    refuse (sheet, _ ("在列名之外，请给这一列写上列名或删除它。"), error);
  } else
    append_row (sheet, sheet->width);
}

static void
begin_row (Sheet *sheet, const char *number, GError **error)
{
  guint64 row = sheet->row + 1;

  g_ptr_array_set_size (sheet->cells, 0);
  if (number != NULL && !g_ascii_string_to_unsigned (number, 10, 1, G_MAXUINT32, &row, NULL))
    row = 0;
  if (row <= sheet->row)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 第 %u 行之后的行号错乱，文件已损坏，请重新保存后再导入。"), sheet->name, sheet->row);
  else if (row > MAX_ROWS)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 超过 %d 行，请分成几个文件导入。"), sheet->name, MAX_ROWS);
  sheet->row = (guint) row;
  sheet->column = 0;
}

/* --- cells --- */

static CellType
type_of (const char *word)
{
  static const struct {
    const char *word;
    CellType type;
  } types[] = { { "n", CELL_NUMBER }, { "s", CELL_SHARED }, { "inlineStr", CELL_TEXT }, { "str", CELL_TEXT }, { "b", CELL_BOOL }, { "d", CELL_DAY } };

  if (word == NULL)
    return CELL_NUMBER;
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].word, word))
      return types[i].type;
  return CELL_ERROR;
}

static void
begin_cell (Sheet *sheet, const char *at, const char *type, const char *style, GError **error)
{
  guint row = sheet->row, column = sheet->column + 1;
  gboolean named = at == NULL || read_cell_name (at, &row, &column);
  guint64 number = 0;

  sheet->type = type_of (type);
  sheet->style = style != NULL && g_ascii_string_to_unsigned (style, 10, 0, G_MAXUINT32, &number, NULL) ? (guint) number : 0;
  g_string_truncate (sheet->text, 0);
  if (!named || row != sheet->row || column <= sheet->column) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 第 %u 行的单元格次序错乱，文件已损坏，请重新保存后再导入。"), sheet->name, sheet->row);
    return;
  }
  sheet->column = column;
  sheet->in_cell = TRUE;
  if (column > MAX_COLUMNS || ++sheet->n_cells > MAX_CELLS)
    refuse (sheet, _ ("表格过大，请只保留要导入的列和行。"), error);
}

static void
end_cell (Sheet *sheet, GError **error)
{
  char *value = dup_value (sheet, error);

  sheet->in_cell = FALSE;
  if (value == NULL)
    return;
  while (sheet->cells->len + 1 < sheet->column)
    g_ptr_array_add (sheet->cells, NULL);
  g_ptr_array_add (sheet->cells, value);
}

static void
start_element (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data, GError **error)
{
  Sheet *sheet = data;
  const char *local = fz_xlsx_local (element);

  sheet->phonetic += g_str_equal (local, "rPh");
  sheet->in_text = sheet->in_cell && (g_str_equal (local, "v") || g_str_equal (local, "t")) && sheet->phonetic == 0;
  if (g_str_equal (local, "row"))
    begin_row (sheet, fz_xlsx_attribute (names, values, "r"), error);
  else if (g_str_equal (local, "c"))
    begin_cell (sheet, fz_xlsx_attribute (names, values, "r"), fz_xlsx_attribute (names, values, "t"), fz_xlsx_attribute (names, values, "s"), error);
  else if (sheet->in_cell && g_str_equal (local, "f"))
    refuse (sheet, _ ("是公式，请复制后“粘贴为值”再导入。"), error);
  else if (g_str_equal (local, "mergeCell"))
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 有合并的单元格 %s，请取消合并并逐格填写。"), sheet->name,
                 fz_xlsx_attribute (names, values, "ref") != NULL ? fz_xlsx_attribute (names, values, "ref") : "?");
}

static void
element_text (GMarkupParseContext *context, const char *text, gsize n, gpointer data, GError **error)
{
  Sheet *sheet = data;

  if (sheet->in_text)
    g_string_append_len (sheet->text, text, (gssize) n);
}

static void
end_element (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Sheet *sheet = data;
  const char *local = fz_xlsx_local (element);

  sheet->in_text = FALSE;
  sheet->phonetic -= g_str_equal (local, "rPh") && sheet->phonetic > 0;
  if (sheet->in_cell && g_str_equal (local, "c"))
    end_cell (sheet, error);
  else if (g_str_equal (local, "row"))
    end_row (sheet, error);
}

static GBytes *
read_sheet (const FzXlsxBook *book, GBytes *xml, const char *name, GError **error)
{
  static const GMarkupParser parser = { .start_element = start_element, .end_element = end_element, .text = element_text };
  g_autoptr (GString) csv = g_string_new (NULL), text = g_string_new (NULL);
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  Sheet sheet = { .book = book, .name = name, .csv = csv, .text = text, .cells = cells };

  if (!fz_xlsx_parse_xml (name, book->sheet, xml, &parser, &sheet, error))
    return NULL;
  return g_string_free_to_bytes (g_steal_pointer (&csv));
}

GBytes *
fz_xlsx_read (GBytes *file, const char *name, GError **error)
{
  g_auto (FzXlsxBook) book = { 0 };
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) xml = NULL;

  if (!fz_xlsx_book_read (&book, file, name, error))
    return NULL;
  xml = fz_xlsx_package_read (file, name, book.sheet, &why);
  if (xml != NULL)
    return read_sheet (&book, xml, name, error);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中没有 %s，不是 Excel 工作簿（.xlsx）。"), name, book.sheet);
  return NULL;
}
