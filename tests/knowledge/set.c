/* One edition of drug knowledge is judged as a whole: what is missing, damaged or expired is said by file, line and column, and nothing of it
 * is used. */
#include <string.h>

#include "shelf.h"

#define MAX_FILES 32

typedef struct {
  FzKnowledgeFile files[MAX_FILES];
  guint n;
} Set;

static void
set_clear (Set *self)
{
  for (guint i = 0; i < self->n; i++)
    g_bytes_unref (self->files[i].bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Set, set_clear)

static Set
shipped (void)
{
  Set self = { 0 };
  const char *const *names = fz_knowledge_set_files ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_strconcat ("drugs/", names[i], NULL);

    self.files[self.n++] = (FzKnowledgeFile){ names[i], shelf_read (path) };
  }
  return self;
}

static FzKnowledgeFile *
file_of (Set *self, const char *name)
{
  for (guint i = 0; i < self->n; i++)
    if (g_str_equal (self->files[i].name, name))
      return &self->files[i];
  g_error ("no file %s", name);
}

/* Puts `to` for the first `from` in the file, which must hold it. */
static void
edit (Set *self, const char *name, const char *from, const char *to)
{
  FzKnowledgeFile *file = file_of (self, name);
  gsize n = g_bytes_get_size (file->bytes);
  g_autofree char *text = g_strndup (g_bytes_get_data (file->bytes, NULL), n);
  char *at = strstr (text, from);
  g_autofree char *fresh = NULL;

  g_assert_nonnull (at);
  *at = '\0';
  fresh = g_strconcat (text, to, at + strlen (from), NULL);
  g_bytes_unref (file->bytes);
  file->bytes = g_bytes_new (fresh, strlen (fresh));
}

static void
append (Set *self, const char *name, const char *line)
{
  FzKnowledgeFile *file = file_of (self, name);
  g_autofree char *text = g_strndup (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));
  g_autofree char *fresh = g_strconcat (text, line, NULL);

  g_bytes_unref (file->bytes);
  file->bytes = g_bytes_new (fresh, strlen (fresh));
}

static void
expect_refused (Set *set, const char *const *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzKnowledgeSet) read = fz_knowledge_set_parse (set->files, set->n, shelf_get ()->routes, NULL, &error);

  g_assert_null (read);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (error->message, words[i]) == NULL)
      g_error ("“%s” does not say “%s”", error->message, words[i]);
}

static void
missing (void)
{
  for (guint i = 0; fz_knowledge_set_files ()[i] != NULL; i++) {
    g_auto (Set) set = shipped ();

    g_bytes_unref (set.files[i].bytes);
    memmove (&set.files[i], &set.files[i + 1], (set.n - i - 1) * sizeof *set.files);
    set.n--;
    expect_refused (&set, (const char *const[]){ "缺少文件", fz_knowledge_set_files ()[i], NULL });
  }
}

static void
strange (void)
{
  g_auto (Set) set = shipped ();

  set.files[set.n] = (FzKnowledgeFile){ "limits.csv", g_bytes_ref (set.files[0].bytes) };
  set.n++;
  expect_refused (&set, (const char *const[]){ "limits.csv", "两次", NULL });
  set.files[set.n - 1].name = "extra.csv";
  expect_refused (&set, (const char *const[]){ "extra.csv", "不认识", NULL });
}

/* A byte that is no text any more, in each file in turn, wherever it falls. */
static void
damaged (void)
{
  for (guint i = 0; fz_knowledge_set_files ()[i] != NULL; i++) {
    g_auto (Set) set = shipped ();
    gsize n = g_bytes_get_size (set.files[i].bytes);
    guint8 *bytes = g_memdup2 (g_bytes_get_data (set.files[i].bytes, NULL), n);

    bytes[g_test_rand_int_range (0, (gint32) n)] = 0xff;
    g_bytes_unref (set.files[i].bytes);
    set.files[i].bytes = g_bytes_new_take (bytes, n);
    expect_refused (&set, (const char *const[]){ set.files[i].name, NULL });
  }
}

static const struct {
  const char *title, *file, *from, *to;
  const char *words[4];
} bad[] = {
  { "no-edition", "knowledge.json", "\"edition\"", "\"edition_x\"", { "knowledge.json:", "edition_x", NULL } },
  { "no-day", "knowledge.json", "2027-12-31", "2027-02-30", { "knowledge.json:", "until", NULL } },
  { "ends-before-it-begins", "knowledge.json", "2027-12-31", "2025-12-31", { "knowledge.json:", "until", "早于", NULL } },
  { "another-format", "knowledge.json", "fuzhen.knowledge/v1", "fuzhen.knowledge/v2", { "knowledge.json:", "format", NULL } },
  { "no-childbearing-age", "knowledge.json", "\"12y\"", "\"12 years\"", { "knowledge.json:", "childbearing_from", NULL } },
};

static void
bad_manifest (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (Set) set = shipped ();

  edit (&set, bad[i].file, bad[i].from, bad[i].to);
  expect_refused (&set, bad[i].words);
}

/* One bad row in each table: named with its line. A table's last column is its confidence or close to it, so an empty row but for the subject
 * lacks what every row must have. */
static void
bad_rows (void)
{
  for (guint i = 1; fz_knowledge_set_files ()[i] != NULL; i++) {
    const char *name = fz_knowledge_set_files ()[i];
    g_auto (Set) set = shipped ();
    GBytes *bytes = file_of (&set, name)->bytes;
    g_autoptr (FzCsv) csv = fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, NULL);
    g_autoptr (GString) row = g_string_new ("@nowhere");
    g_autofree char *line = NULL;

    for (guint c = 1; c < fz_csv_get_n_columns (csv); c++)
      g_string_append_c (row, ',');
    g_string_append_c (row, '\n');
    line = g_strdup_printf ("第 %u 行", fz_csv_get_line (csv, fz_csv_get_n_rows (csv) - 1) + 1);
    append (&set, name, row->str);
    expect_refused (&set, (const char *const[]){ name, line, NULL });
  }
}

/* All faults of all files are told at once, and no edition is made. */
static void
all_faults (void)
{
  g_auto (Set) set = shipped ();
  g_autoptr (GPtrArray) issues = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzKnowledgeSet) read = NULL;
  guint limits = 0, indications = 0;

  append (&set, "limits.csv", "@nowhere,,,,,,,,,,,\n@nowhere2,,,,,,,,,,,\n");
  append (&set, "indications.csv", "@nowhere,,,\n");
  read = fz_knowledge_set_parse (set.files, set.n, shelf_get ()->routes, issues, &error);
  g_assert_null (read);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  for (guint i = 0; i < issues->len; i++) {
    limits += strstr (issues->pdata[i], "limits.csv") != NULL;
    indications += strstr (issues->pdata[i], "indications.csv") != NULL;
  }
  g_assert_cmpuint (limits, >=, 1);
  g_assert_cmpuint (indications, >=, 1);
  g_assert_cmpuint (limits + indications, ==, issues->len);
}

/* Judges until its last day, and says since when not. */
static void
expired (void)
{
  const FzKnowledgeSet *set = shelf_get ()->set;
  FzDate until = fz_knowledge_set_get_until (set);
  g_autofree char *day = fz_date_format (until);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_knowledge_set_check_usable (set, until, &error));
  g_assert_no_error (error);
  g_assert_false (fz_knowledge_set_check_usable (set, fz_date_add_days (until, 1), &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, day));
  g_assert_nonnull (strstr (error->message, fz_knowledge_set_get_edition (set)));
  g_assert_nonnull (strstr (error->message, "请药学部门导入有效的版本"));
  g_clear_error (&error);
  g_assert_false (fz_knowledge_set_check_usable (NULL, until, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
}

/* Any byte that changes changes the name by which documents call the edition. */
static void
named_by_bytes (void)
{
  g_auto (Set) set = shipped ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FzKnowledgeSet) read = NULL;

  edit (&set, "knowledge.json", "2027-12-31", "2027-12-30");
  read = fz_knowledge_set_parse (set.files, set.n, shelf_get ()->routes, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_knowledge_set_get_sha256 (read), !=, fz_knowledge_set_get_sha256 (shelf_get ()->set));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/knowledge/set/missing", missing);
  g_test_add_func ("/knowledge/set/strange", strange);
  g_test_add_func ("/knowledge/set/damaged", damaged);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *path = g_strconcat ("/knowledge/set/manifest/", bad[i].title, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), bad_manifest);
  }
  g_test_add_func ("/knowledge/set/bad-rows", bad_rows);
  g_test_add_func ("/knowledge/set/all-faults", all_faults);
  g_test_add_func ("/knowledge/set/expired", expired);
  g_test_add_func ("/knowledge/set/named-by-bytes", named_by_bytes);
  return g_test_run ();
}
