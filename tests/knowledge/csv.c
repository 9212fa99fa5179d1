/* The strict table reader: what it takes, and that it names the line of what it refuses. */
#include <string.h>

#include "core/csv.h"

static FzCsv *
parse (const char *text, GError **error)
{
  return fz_csv_parse ((const guint8 *) text, strlen (text), "t.csv", error);
}

static void
test_fields (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCsv) csv = parse ("\xef\xbb\xbf"
                                 "a,b,c\r\n1,\"x,\"\"y\"\"\",\r\n\"two\nlines\",2,3\n,,\n\xe7\x89\x87,5,6",
                                 &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fz_csv_get_n_rows (csv), ==, 4);
  g_assert_cmpuint (fz_csv_get_n_columns (csv), ==, 3);
  g_assert_cmpstr (fz_csv_get (csv, 0, "a"), ==, "1");
  g_assert_cmpstr (fz_csv_get (csv, 0, "b"), ==, "x,\"y\"");
  g_assert_cmpstr (fz_csv_get (csv, 0, "c"), ==, "");
  g_assert_cmpstr (fz_csv_get (csv, 1, "a"), ==, "two\nlines");
  g_assert_cmpstr (fz_csv_get (csv, 3, "a"), ==, "片");
  g_assert_cmpstr (fz_csv_get (csv, 3, "none"), ==, "");
  g_assert_cmpuint (fz_csv_get_line (csv, 0), ==, 2);
  g_assert_cmpuint (fz_csv_get_line (csv, 1), ==, 3);
  g_assert_cmpuint (fz_csv_get_line (csv, 2), ==, 5);
  g_assert_cmpint (fz_csv_find_column (csv, "c"), ==, 2);
  g_assert_cmpint (fz_csv_find_column (csv, "d"), ==, -1);
}

static void
test_require (void)
{
  static const char *const wanted[] = { "a", "z", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCsv) csv = parse ("a,b\n1,2\n", NULL);

  g_assert_false (fz_csv_require (csv, wanted, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "z"));
}

static void
test_row_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCsv) csv = parse ("a,b\n1,2\n\"x\ny\",4\n5,6\n", NULL);

  fz_csv_set_error (csv, 2, "b", &error, "r");
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "t.csv 第 5 行，列 b"));
}

static void
refuse (gconstpointer data)
{
  const struct {
    const char *text;
    gsize n;
    const char *line;
  } *c = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCsv) csv = fz_csv_parse ((const guint8 *) c->text, c->n != 0 ? c->n : strlen (c->text), "t.csv", &error);

  g_assert_null (csv);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, c->line));
}

static const struct {
  const char *text;
  gsize n;
  const char *line;
} refused[] = {
  { "", 0, "第 1 行" },
  { "\n", 0, "第 1 行" },
  { "a,a\n", 0, "第 1 行" },
  { "a,\n", 0, "第 1 行" },
  { "a,b\n1\n", 0, "第 2 行" },
  { "a,b\n1,2,3\n", 0, "第 2 行" },
  { "a,b\n1,2\n\n3,4\n", 0, "第 3 行" },
  { "a,b\n1,2\n\n", 0, "第 3 行" },
  { "a,b\n1,x\"y\n", 0, "第 2 行" },
  { "a,b\n\"x\"y,2\n", 0, "第 2 行" },
  { "a,b\n1,2\n\"open\n,3\n", 0, "第 3 行" },
  { "a,b\n1,\x01\n", 0, "第 2 行" },
  { "a,b\n1,\"\x1f\"\n", 0, "第 2 行" },
  { "a,b\n1,2\r3,4\n", 0, "第 2 行" },
  { "a,b\n1,2\n\xb0\xb2,4\n", 0, "第 3 行" }, /* GB18030 */
  { "a,b\n1,\0\n", 9, "第 2 行" },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/fields", test_fields);
  g_test_add_func ("/csv/require", test_require);
  g_test_add_func ("/csv/row-error", test_row_error);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strdup_printf ("/csv/refused/%u", i);

    g_test_add_data_func (path, &refused[i], refuse);
  }
  return g_test_run ();
}
