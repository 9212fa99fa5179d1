/* The published prescriptions: one case a line, what is given and what must be found or must not. Each is judged as `fuzhen check --draft`
 * judges it, by the knowledge that ships. README.md has the format. */
#include <locale.h>
#include <string.h>

#include "app/draft_check.h"
#include "core/json.h"

#define MAX_LINE (256 * 1024)
#define LEAST_CASES 1300

static FzDesk *desk;
static guint n_cases;

typedef struct {
  const char *place; /* file:line and id, for messages */
  const FzJson *expect;
  GPtrArray *findings;
} Answer;

static const char *
word (const FzJson *object, const char *key)
{
  g_autoptr (GError) error = NULL;
  const char *value = fz_json_get_string (object, key, &error);

  g_assert_no_error (error);
  return value;
}

/* The draft stands inside the case: from its brace to the one that closes it, strings left out. */
static char *
dup_given (const char *line)
{
  const char *start = strstr (line, "\"given\"");
  guint depth = 0;
  gboolean quoted = FALSE;

  g_assert_nonnull (start);
  start = strchr (start, '{');
  g_assert_nonnull (start);
  for (const char *at = start; *at != '\0'; at++) {
    if (quoted && *at == '\\' && at[1] != '\0')
      at++;
    else if (*at == '"')
      quoted = !quoted;
    else if (!quoted && *at == '{')
      depth++;
    else if (!quoted && *at == '}' && --depth == 0)
      return g_strndup (start, (gsize) (at - start) + 1);
  }
  g_error ("given is never closed: %s", line);
}

static gboolean
is_about (const FzFinding *finding, const FzJson *wanted)
{
  const FzJson *about = fz_json_find (wanted, "about");

  if (about == NULL)
    return TRUE;
  if (fz_json_get_type (about) == FZ_JSON_STRING)
    return g_strv_contains (finding->about, word (wanted, "about"));
  for (guint i = 0; i < fz_json_count (about); i++)
    if (!g_strv_contains (finding->about, word (fz_json_get_item (about, i), NULL)))
      return FALSE;
  return TRUE;
}

static gboolean
is_found (const Answer *answer, const FzJson *wanted)
{
  const char *rule = word (wanted, "rule"), *severity = word (wanted, "severity");

  for (guint i = 0; i < answer->findings->len; i++) {
    const FzFinding *finding = answer->findings->pdata[i];

    if (g_str_equal (finding->rule, rule) && g_str_equal (fz_severity_to_word (finding->severity), severity) && is_about (finding, wanted))
      return TRUE;
  }
  return FALSE;
}

static void
show (const Answer *answer)
{
  for (guint i = 0; i < answer->findings->len; i++) {
    const FzFinding *finding = answer->findings->pdata[i];

    g_test_message ("%s: %s %s %s", answer->place, fz_severity_to_word (finding->severity), finding->rule, finding->message);
  }
}

/* All that is wanted is there, nothing unwanted is; `not` may name "stop" or "reason" for any finding of that weight. */
static gboolean
judge (const Answer *answer)
{
  const FzJson *has = fz_json_find (answer->expect, "has"), *not = fz_json_find (answer->expect, "not");
  gboolean good = TRUE;

  for (guint i = 0; has != NULL && i < fz_json_count (has); i++)
    if (!is_found (answer, fz_json_get_item (has, i))) {
      g_test_message ("%s: not found: %s %s", answer->place, word (fz_json_get_item (has, i), "severity"), word (fz_json_get_item (has, i), "rule"));
      good = FALSE;
    }
  for (guint i = 0; not != NULL && i < fz_json_count (not); i++) {
    const char *unwanted = word (fz_json_get_item (not, i), NULL);

    for (guint k = 0; k < answer->findings->len; k++) {
      const FzFinding *finding = answer->findings->pdata[k];

      if (!g_str_equal (finding->rule, unwanted) && !g_str_equal (fz_severity_to_word (finding->severity), unwanted))
        continue;
      g_test_message ("%s: must not be found: %s", answer->place, unwanted);
      good = FALSE;
    }
  }
  if (!good)
    show (answer);
  return good;
}

/* A case proves something only when it expects something; and everybody can look up why. */
static void
check_shape (const FzJson *root, const char *place)
{
  static const char *const keys[] = { "id", "rule", "source", "note", "given", "expect", NULL }, *const expected[] = { "has", "not", NULL };
  static const char *const must[] = { "id", "rule", "source" };
  g_autoptr (GError) error = NULL;
  const FzJson *expect = fz_json_get_object (root, "expect", &error);

  g_assert_no_error (error);
  fz_json_check_keys (root, keys, &error);
  g_assert_no_error (error);
  fz_json_check_keys (expect, expected, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (must); i++)
    if (*word (root, must[i]) == '\0')
      g_error ("%s: %s is empty", place, must[i]);
  if (fz_json_find (expect, "has") == NULL && fz_json_find (expect, "not") == NULL)
    g_error ("%s expects nothing", place);
}

static gboolean
run_line (const char *file, guint number, const char *line, GHashTable *ids)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzJson) root = fz_json_parse_file (file, line, strlen (line), MAX_LINE, &error);
  g_autofree char *given = NULL, *place = NULL;
  g_autoptr (GPtrArray) drafts = NULL, findings = NULL;
  const FzDraftCase *draft;
  Answer answer = { 0 };

  g_assert_no_error (error);
  place = g_strdup_printf ("%s:%u %s", file, number, word (root, "id"));
  check_shape (root, place);
  if (!g_hash_table_add (ids, g_strdup (word (root, "id"))))
    g_error ("%s: the id is taken", place);
  given = dup_given (line);
  drafts = fz_draft_cases_parse (desk->knowledge, given, strlen (given), &error);
  if (error != NULL)
    g_error ("%s: %s", place, error->message);
  draft = drafts->pdata[0];
  findings = fz_draft_case_check (desk, draft, draft->at_us, &error);
  if (error != NULL)
    g_error ("%s: %s", place, error->message);
  answer = (Answer){ place, fz_json_find (root, "expect"), findings };
  return judge (&answer);
}

static GHashTable *
ids_seen (void)
{
  static GHashTable *ids;

  if (ids == NULL)
    ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return ids;
}

static void
test_file (gconstpointer data)
{
  const char *path = data;
  g_autofree char *text = NULL, *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint wrong = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0') {
      n_cases++;
      wrong += !run_line (name, i + 1, lines[i], ids_seen ());
    }
  if (wrong > 0)
    g_test_message ("%s: %u wrong", name, wrong);
  g_assert_cmpuint (wrong, ==, 0);
}

static void
test_count (void)
{
  g_test_message ("%u cases", n_cases);
  g_assert_cmpuint (n_cases, >=, LEAST_CASES);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  desk = fz_desk_of_knowledge (&error);
  g_assert_no_error (error);
  for (int i = 1; i < argc; i++) {
    g_autofree char *name = g_path_get_basename (argv[i]), *path = g_strconcat ("/prescriptions/", name, NULL);

    g_test_add_data_func (path, argv[i], test_file);
  }
  g_test_add_func ("/prescriptions/count", test_count);
  result = g_test_run ();
  g_hash_table_unref (ids_seen ());
  fz_desk_close (desk);
  return result;
}
