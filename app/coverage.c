#include "app/coverage.h"

#include "app/data.h"
#include "core/csv.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TABLE "regulations/clauses.tsv"
#define COVERAGE "regulations/coverage.csv"
#define ENGLISH "regulations/coverage-en.csv"

static const struct {
  const char *prefix, *text;
} texts[] = { { "CN-", "national-2022" }, { "TJ-", "tianjin-2025" }, { "SC-", "sichuan-2020" }, { "CQ-", "chongqing-2023" }, { "FJ-", "fujian-2024" } };

static const char *
text_of (const char *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_has_prefix (row, texts[i].prefix))
      return texts[i].text;
  return NULL;
}

/* 1 to 99 as the law counts its articles. */
static char *
dup_chinese_number (guint n)
{
  static const char *const digits[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

  if (n < 10)
    return g_strdup (digits[n]);
  return g_strconcat (n < 20 ? "" : digits[n / 10], "十", digits[n % 10], NULL);
}

/* TJ-13 is 第十三条, CQ-A1-3 附录1第三部分; an appendix that is a picture has no wording to cite. */
static char *
dup_article (const char *row)
{
  const char *rest = row + 3;
  gboolean appendix = g_str_has_prefix (rest, "A1-");
  guint64 n = 0;
  g_autofree char *number = NULL;

  if (!g_ascii_string_to_unsigned (appendix ? rest + 3 : rest, 10, 1, 99, &n, NULL))
    return NULL;
  number = dup_chinese_number ((guint) n);
  return appendix ? g_strconcat ("附录1第", number, "部分", NULL) : g_strconcat ("第", number, "条", NULL);
}

static gboolean
fail (const char *file, guint line, const char *reason, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "%s:%u: %s", file, line, reason);
  return FALSE;
}

static void
fields_unref (gpointer data)
{
  fz_fields_unref (data);
}

/* row -> FzFields; the rows in their order. */
typedef struct {
  GHashTable *by_row;
  GPtrArray *rows;
} Matrix;

static gboolean
take_article (const char *line, guint number, Matrix *matrix, GError **error)
{
  g_auto (GStrv) cells = g_strsplit (line, "\t", -1);
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.article/v1");
  g_autofree char *article = NULL;

  if (g_strv_length (cells) != 4 || text_of (cells[0]) == NULL)
    return fail (TABLE, number, _ ("应为四列：条目、性质、能力、内容。"), error);
  article = dup_article (cells[0]);
  fz_fields_set (row, "row", cells[0]);
  fz_fields_set (row, "text", text_of (cells[0]));
  fz_fields_set (row, "article", article);
  fz_fields_set (row, "kind", cells[1]);
  fz_fields_set (row, "capability", g_str_equal (cells[2], "-") ? NULL : cells[2]);
  fz_fields_set (row, "duty", cells[3]);
  g_hash_table_insert (matrix->by_row, g_strdup (cells[0]), fz_fields_ref (row));
  g_ptr_array_add (matrix->rows, fz_fields_ref (row));
  return TRUE;
}

static gboolean
read_table (Matrix *matrix, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (TABLE, error);
  g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  if (lines == NULL)
    return FALSE;
  for (guint i = 1; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !take_article (lines[i], i + 1, matrix, error))
      return FALSE;
  return TRUE;
}

static void
put_words (FzFields *row, const char *list, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL && n < 100; i++)
    if (*words[i] != '\0')
      fz_fields_set_at (row, list, n++, NULL, words[i]);
}

static gboolean
take_coverage (const FzCsv *csv, guint i, Matrix *matrix, GError **error)
{
  static const char *const states[] = { "enforced", "partly", "planned", "authority", "general", NULL };
  FzFields *row = g_hash_table_lookup (matrix->by_row, fz_csv_get (csv, i, "row"));
  const char *status = fz_csv_get (csv, i, "status");

  if (row == NULL)
    return fail (COVERAGE, fz_csv_get_line (csv, i), _ ("条目表中没有这一条。"), error);
  if (fz_fields_has (row, "status"))
    return fail (COVERAGE, fz_csv_get_line (csv, i), _ ("这一条重复。"), error);
  if (!g_strv_contains (states, status))
    return fail (COVERAGE, fz_csv_get_line (csv, i), _ ("落实情况只能是 enforced、partly、planned、authority 或 general。"), error);
  fz_fields_set (row, "status", status);
  put_words (row, "clause", fz_csv_get (csv, i, "clauses"));
  put_words (row, "where", fz_csv_get (csv, i, "where"));
  put_words (row, "test", fz_csv_get (csv, i, "tests"));
  fz_fields_set (row, "note", fz_csv_get (csv, i, "note"));
  return TRUE;
}

/* By the Chinese note: one that was rewritten has no English until somebody gives it. */
static gboolean
put_english (Matrix *matrix, GError **error)
{
  static const char *const columns[] = { "note", "en", NULL };
  g_autoptr (GHashTable) english = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GBytes) bytes = fz_data_load (ENGLISH, error);
  gsize n = 0;
  const guint8 *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  g_autoptr (FzCsv) csv = text != NULL ? fz_csv_parse (text, n, ENGLISH, error) : NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return FALSE;
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++)
    g_hash_table_insert (english, (gpointer) fz_csv_get (csv, i, "note"), (gpointer) fz_csv_get (csv, i, "en"));
  for (guint i = 0; i < matrix->rows->len; i++) {
    const char *note = fz_fields_get (matrix->rows->pdata[i], "note");

    if (note != NULL)
      fz_fields_set (matrix->rows->pdata[i], "note_en", g_hash_table_lookup (english, note));
  }
  return TRUE;
}

static gboolean
read_coverage (Matrix *matrix, GError **error)
{
  static const char *const columns[] = { "row", "status", "clauses", "where", "tests", "note", NULL };
  g_autoptr (GBytes) bytes = fz_data_load (COVERAGE, error);
  gsize n = 0;
  const guint8 *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  g_autoptr (FzCsv) csv = text != NULL ? fz_csv_parse (text, n, COVERAGE, error) : NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return FALSE;
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++)
    if (!take_coverage (csv, i, matrix, error))
      return FALSE;
  for (guint i = 0; i < matrix->rows->len; i++)
    if (!fz_fields_has (matrix->rows->pdata[i], "status")) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s: 缺少条目 %s。"), COVERAGE, fz_fields_get (matrix->rows->pdata[i], "row"));
      return FALSE;
    }
  return TRUE;
}

GPtrArray *
fz_coverage_load (const char *text, GError **error)
{
  g_autoptr (GHashTable) by_row = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, fields_unref);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (fields_unref), wanted = g_ptr_array_new_with_free_func (fields_unref);
  Matrix matrix = { by_row, rows };

  if (!read_table (&matrix, error) || !read_coverage (&matrix, error) || !put_english (&matrix, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    if (text == NULL || g_strcmp0 (text, fz_fields_get (rows->pdata[i], "text")) == 0)
      g_ptr_array_add (wanted, fz_fields_ref (fz_fields_freeze (rows->pdata[i])));
  return g_steal_pointer (&wanted);
}
