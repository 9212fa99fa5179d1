/* What a sheet's cells refer to: which sheet is the first, the shared strings, and which styles are days (工作簿). */
#include "app/xlsx_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WORKBOOK "xl/workbook.xml"
#define MAX_STRINGS 1000000
#define MAX_STYLES 65536

void
fz_xlsx_book_clear (FzXlsxBook *self)
{
  g_clear_pointer (&self->sheet, g_free);
  g_clear_pointer (&self->strings_part, g_free);
  g_clear_pointer (&self->styles_part, g_free);
  g_clear_pointer (&self->strings, g_ptr_array_unref);
  g_clear_pointer (&self->formats, g_array_unref);
}

static gboolean
is_true (const char *value)
{
  return value != NULL && (g_str_equal (value, "1") || g_str_equal (value, "true"));
}

/* --- the workbook and its relations --- */

typedef struct {
  FzXlsxBook *book;
  char *sheet_id; /* relation of the first sheet that is not hidden */
  GHashTable *targets; /* relation -> path in the zip */
} Reading;

static void
reading_clear (Reading *reading)
{
  g_clear_pointer (&reading->sheet_id, g_free);
  g_clear_pointer (&reading->targets, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static void
start_workbook (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data, GError **error)
{
  Reading *reading = data;
  const char *local = fz_xlsx_local (element), *state = fz_xlsx_attribute (names, values, "state");

  if (g_str_equal (local, "workbookPr"))
    reading->book->since_1904 = is_true (fz_xlsx_attribute (names, values, "date1904"));
  if (g_str_equal (local, "sheet") && reading->sheet_id == NULL && (state == NULL || g_str_equal (state, "visible")))
    reading->sheet_id = g_strdup (fz_xlsx_attribute (names, values, "id"));
}

/* From xl/, or from the top when it begins with a slash. */
static char *
resolve (const char *target)
{
  return *target == '/' ? g_strdup (target + 1) : g_strconcat ("xl/", target, NULL);
}

static void
start_relation (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data, GError **error)
{
  Reading *reading = data;
  const char *id = fz_xlsx_attribute (names, values, "Id"), *type = fz_xlsx_attribute (names, values, "Type"),
             *target = fz_xlsx_attribute (names, values, "Target");

  if (!g_str_equal (fz_xlsx_local (element), "Relationship") || id == NULL || type == NULL || target == NULL)
    return;
  if (g_str_has_suffix (type, "/worksheet"))
    g_hash_table_insert (reading->targets, g_strdup (id), resolve (target));
  else if (g_str_has_suffix (type, "/sharedStrings") && reading->book->strings_part == NULL)
    reading->book->strings_part = resolve (target);
  else if (g_str_has_suffix (type, "/styles") && reading->book->styles_part == NULL)
    reading->book->styles_part = resolve (target);
}

static GBytes *
need (GBytes *file, const char *name, const char *part, GError **error)
{
  g_autoptr (GError) why = NULL;
  GBytes *bytes = fz_xlsx_package_read (file, name, part, &why);

  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else if (bytes == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中没有 %s，不是 Excel 工作簿（.xlsx）。"), name, part);
  return bytes;
}

static gboolean
parse_part (GBytes *file, const char *name, const char *part, const GMarkupParser *parser, gpointer data, GError **error)
{
  g_autoptr (GBytes) xml = need (file, name, part, error);

  return xml != NULL && fz_xlsx_parse_xml (name, part, xml, parser, data, error);
}

static gboolean
find_sheet (FzXlsxBook *self, GBytes *file, const char *name, GError **error)
{
  static const GMarkupParser workbook = { .start_element = start_workbook }, relations = { .start_element = start_relation };
  g_auto (Reading) reading = { .book = self, .targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };

  if (!parse_part (file, name, WORKBOOK, &workbook, &reading, error) ||
      !parse_part (file, name, "xl/_rels/workbook.xml.rels", &relations, &reading, error))
    return FALSE;
  self->sheet = reading.sheet_id != NULL ? g_strdup (g_hash_table_lookup (reading.targets, reading.sheet_id)) : NULL;
  if (self->sheet != NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中没有可以导入的工作表。"), name);
  return FALSE;
}

/* --- shared strings --- */

typedef struct {
  FzXlsxBook *book;
  const char *name;
  GString *text;
  gboolean in_text;
  guint phonetic; /* depth: readings of the characters are no part of the text */
} Strings;

static void
start_string (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data, GError **error)
{
  Strings *strings = data;
  const char *local = fz_xlsx_local (element);

  if (g_str_equal (local, "si"))
    g_string_truncate (strings->text, 0);
  strings->phonetic += g_str_equal (local, "rPh");
  strings->in_text = g_str_equal (local, "t") && strings->phonetic == 0;
}

static void
string_text (GMarkupParseContext *context, const char *text, gsize n, gpointer data, GError **error)
{
  Strings *strings = data;

  if (strings->in_text)
    g_string_append_len (strings->text, text, (gssize) n);
}

static void
end_string (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Strings *strings = data;
  const char *local = fz_xlsx_local (element);

  strings->in_text = FALSE;
  strings->phonetic -= g_str_equal (local, "rPh") && strings->phonetic > 0;
  if (!g_str_equal (local, "si"))
    return;
  if (strings->book->strings->len >= MAX_STRINGS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中的文字过多，请分成几个文件导入。"), strings->name);
    return;
  }
  g_ptr_array_add (strings->book->strings, g_strndup (strings->text->str, strings->text->len));
}

static gboolean
read_strings (FzXlsxBook *self, GBytes *file, const char *name, GError **error)
{
  static const GMarkupParser parser = { .start_element = start_string, .end_element = end_string, .text = string_text };
  g_autoptr (GString) text = g_string_new (NULL);
  Strings strings = { .book = self, .name = name, .text = text };

  return self->strings_part == NULL || parse_part (file, name, self->strings_part, &parser, &strings, error);
}

/* --- styles --- */

typedef struct {
  FzXlsxBook *book;
  GHashTable *own; /* number of a format -> FzXlsxFormat + 1 */
  gboolean in_cells;
} Styles;

/* What a format code shows: letters of a date outside of quotes and brackets, a percentage, digits it adds by itself. */
static FzXlsxFormat
judge_code (const char *code)
{
  gboolean quoted = FALSE, bracket = FALSE, day = FALSE, odd = FALSE, decimal = FALSE;
  guint zeros = 0;

  for (const char *p = code; *p != '\0' && *p != ';'; p++) {
    if (*p == '"')
      quoted = !quoted;
    else if (quoted)
      continue; /* words beside the number change nothing of it */
    else if (strchr ("\\_*", *p) != NULL && p[1] != '\0')
      p++;
    else if (*p == '[' || *p == ']')
      bracket = *p == '[';
    else if (!bracket && strchr ("yYdD", *p) != NULL)
      day = TRUE;
    else if (!bracket && strchr ("hHsSmM%/", *p) != NULL)
      odd = TRUE;
    else if (*p == '.')
      decimal = TRUE;
    else if (*p == '0' && !decimal)
      zeros++;
  }
  return day ? FZ_XLSX_DAY : odd || zeros > 1 ? FZ_XLSX_DISGUISED : FZ_XLSX_PLAIN;
}

/* The numbers the format gives to its own; in Chinese 27 to 36 and 50 to 58 are days too. */
static FzXlsxFormat
judge_builtin (gint64 id)
{
  if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
    return FZ_XLSX_DAY;
  return (id >= 9 && id <= 13) || (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 48) || id == 55 || id == 56 ? FZ_XLSX_DISGUISED
                                                                                                                             : FZ_XLSX_PLAIN;
}

static void
start_style (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data, GError **error)
{
  Styles *styles = data;
  const char *local = fz_xlsx_local (element), *id = fz_xlsx_attribute (names, values, "numFmtId");
  gint64 number = id != NULL ? g_ascii_strtoll (id, NULL, 10) : 0;
  FzXlsxFormat format;
  gpointer own;

  if (g_str_equal (local, "cellXfs"))
    styles->in_cells = TRUE;
  if (g_str_equal (local, "numFmt") && fz_xlsx_attribute (names, values, "formatCode") != NULL)
    g_hash_table_insert (styles->own, GINT_TO_POINTER ((int) number), GUINT_TO_POINTER (judge_code (fz_xlsx_attribute (names, values, "formatCode")) + 1u));
  if (!styles->in_cells || !g_str_equal (local, "xf") || styles->book->formats->len >= MAX_STYLES)
    return;
  own = g_hash_table_lookup (styles->own, GINT_TO_POINTER ((int) number));
  format = own != NULL ? (FzXlsxFormat) (GPOINTER_TO_UINT (own) - 1) : judge_builtin (number);
  g_array_append_val (styles->book->formats, format);
}

static void
end_style (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Styles *styles = data;

  if (g_str_equal (fz_xlsx_local (element), "cellXfs"))
    styles->in_cells = FALSE;
}

static gboolean
read_styles (FzXlsxBook *self, GBytes *file, const char *name, GError **error)
{
  static const GMarkupParser parser = { .start_element = start_style, .end_element = end_style };
  g_autoptr (GHashTable) own = g_hash_table_new (NULL, NULL);
  Styles styles = { .book = self, .own = own };

  return self->styles_part == NULL || parse_part (file, name, self->styles_part, &parser, &styles, error);
}

gboolean
fz_xlsx_book_read (FzXlsxBook *self, GBytes *file, const char *name, GError **error)
{
  self->strings = g_ptr_array_new_with_free_func (g_free);
  self->formats = g_array_new (FALSE, FALSE, sizeof (FzXlsxFormat));
  return find_sheet (self, file, name, error) && read_strings (self, file, name, error) && read_styles (self, file, name, error);
}
