/* The published format and the loader say the same: every predicate with its parameters, every key; and the samples can be used. */
#include "core/json.h"
#include "core/predicate.h"
#include "tests/rules/fixture.h"

#include <string.h>

static FzJson *
read_json (const char *path)
{
  g_autofree char *text = read_source (path);
  g_autoptr (GError) error = NULL;
  FzJson *json = fz_json_parse_file (path, text, strlen (text), 1024 * 1024, &error);

  g_assert_no_error (error);
  return json;
}

static const FzJson *
below (const FzJson *json, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    json = fz_json_find (json, names[i]);
    if (json == NULL)
      g_error ("the schema has no %s", path);
  }
  return json;
}

/* `required` lists exactly the properties, and these are the names given. */
static void
check_object (const FzJson *schema, const char *const *names)
{
  const FzJson *properties = below (schema, "properties"), *required = below (schema, "required");

  g_assert_cmpuint (fz_json_count (properties), ==, g_strv_length ((char **) (gpointer) names));
  g_assert_cmpuint (fz_json_count (required), ==, fz_json_count (properties));
  for (guint i = 0; names[i] != NULL; i++)
    if (fz_json_find (properties, names[i]) == NULL)
      g_error ("the schema has no property %s", names[i]);
}

static void
predicates_are_published (void)
{
  g_autoptr (FzJson) schema = read_json ("assets/schema/rulebook.json");
  const FzJson *asks = below (schema, "$defs/ask/oneOf");
  g_autofree const char **words = fz_predicate_list ();

  g_assert_cmpuint (fz_json_count (asks), ==, g_strv_length ((char **) (gpointer) words));
  for (guint i = 0; i < fz_json_count (asks); i++) {
    const FzJson *ask = fz_json_get_item (asks, i);
    const char *word = fz_json_get_string (below (ask, "properties/is"), "const", NULL);
    g_autoptr (GPtrArray) names = g_ptr_array_new ();

    g_assert_nonnull (fz_predicate_find (word));
    g_ptr_array_add (names, (gpointer) "is");
    for (guint j = 0; fz_predicate_get_params (word)[j] != NULL; j++)
      g_ptr_array_add (names, (gpointer) fz_predicate_get_params (word)[j]);
    g_ptr_array_add (names, NULL);
    check_object (ask, (const char *const *) names->pdata);
  }
}

/* The loader takes a file with exactly these keys and refuses one more or one less: so these are all. */
static void
check_keys_of (const FzJson *schema, const FzJson *sample)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < fz_json_count (sample); i++)
    g_ptr_array_add (names, (gpointer) fz_json_get_name (fz_json_get_item (sample, i)));
  g_ptr_array_add (names, NULL);
  check_object (schema, (const char *const *) names->pdata);
}

static void
keys_are_published (void)
{
  g_autoptr (FzJson) schema = read_json ("assets/schema/rulebook.json");
  g_autoptr (FzJson) local = read_json ("assets/schema/samples/rulebook-3.json"), own = read_json ("assets/schema/samples/rulebook-2.json");
  const FzJson *parameter = fz_json_get_item (below (local, "parameters"), 0);

  check_keys_of (schema, local);
  check_keys_of (below (schema, "$defs/clause"), fz_json_get_item (below (local, "clauses"), 0));
  check_keys_of (below (schema, "$defs/parameter"), parameter);
  check_keys_of (below (schema, "$defs/parameter/properties/values/items"), fz_json_get_item (below (parameter, "values"), 0));
  check_keys_of (below (schema, "$defs/termination"), fz_json_get_item (below (own, "terminations"), 0));
}

static void
samples_can_be_used (void)
{
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *path = g_strdup_printf ("assets/schema/samples/rulebook-%u.json", i), *text = read_source (path);
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRuleLayer) layer = fz_rule_layer_parse (path, text, strlen (text), &error);
    g_autoptr (FzRulebook) book = layer != NULL ? stack_on_shipped (layer, &error) : NULL;
    const char *regulation = layer != NULL ? fz_rule_layer_get_regulation (layer) : NULL;
    g_autofree char *wording_path = regulation != NULL ? g_strdup_printf ("assets/regulations/%s.txt", regulation) : NULL;
    g_autofree char *wording = wording_path != NULL ? read_source (wording_path) : NULL;

    g_assert_no_error (error);
    g_assert_nonnull (book);
    g_assert_true (wording == NULL || fz_rule_layer_check_articles (layer, wording, &error));
    g_assert_no_error (error);
  }
}

/* --- the author's guide --- */

/* A clause by itself, in a hospital layer of 2026. */
static void
check_clause (const char *file, const char *clause)
{
  g_autofree char *json = g_strdup_printf ("{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"own\",\"layer\":\"hospital\",\"short\":\"HO\",\"title\":\"t\",\"title_en\":\"t\","
                                           "\"over\":\"tianjin-2025\",\"regulation\":null,\"source\":\"s\",\"since\":\"2026-03-01\",\"until\":null,\"until_basis\":null,"
                                           "\"successor\":null,\"parameters\":[],\"terminations\":[],\"consent\":null,\"clauses\":[%s]}", clause);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRuleLayer) layer = fz_rule_layer_parse (file, json, strlen (json), &error);

  g_assert_no_error (error);
  g_assert_nonnull (layer);
}

/* What stands between two marks; *at is moved behind it. NULL: no more. */
static char *
next_between (const char **at, const char *before, const char *after)
{
  const char *begin = strstr (*at, before), *end = begin != NULL ? strstr (begin + strlen (before), after) : NULL;

  if (end == NULL)
    return NULL;
  *at = end + strlen (after);
  return g_strndup (begin + strlen (before), (gsize) (end - begin) - strlen (before));
}

static void
guide_can_be_followed (gconstpointer data)
{
  g_autofree char *guide = read_source (data), *example = NULL, *word = NULL;
  const char *at = guide;
  guint n = 0;

  example = next_between (&at, "```json", "```");
  g_assert_nonnull (example);
  check_clause (data, example);
  while ((word = next_between (&at, "| `", "` |")) != NULL) {
    g_autofree char *clause = g_strdup_printf ("{\"id\":\"H_A\",\"row\":null,\"text\":\"t\",\"article\":\"1\",\"article_sha256\":null,\"zh\":\"z\",\"en\":\"e\",\"severity\":\"note\","
                                               "\"kind\":\"rule\",\"from\":\"2026-03-01\",\"until\":null,\"field\":null,\"moments\":[\"take\"],\"when\":[],\"require\":%s,\"message\":\"m\"}", word);

    check_clause (data, clause);
    g_clear_pointer (&word, g_free);
    at -= strlen ("` |");
    n++;
  }
  g_assert_cmpuint (n, ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/schema/predicates", predicates_are_published);
  g_test_add_func ("/rules/schema/keys", keys_are_published);
  g_test_add_func ("/rules/schema/samples", samples_can_be_used);
  g_test_add_data_func ("/rules/schema/guide-zh", "assets/help/zh/rules.md", guide_can_be_followed);
  g_test_add_data_func ("/rules/schema/guide-en", "assets/help/en/rules.md", guide_can_be_followed);
  return g_test_run ();
}
