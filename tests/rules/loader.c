/* What does not load: a rulebook is refused whole for one slip, and the message names it. */
#include "tests/rules/fixture.h"

#include <string.h>

static const char good_clause[] =
  "{\"id\":\"A\",\"row\":\"TT-13\",\"text\":\"T\",\"article\":\"第一条\",\n"
  "\"article_sha256\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"zh\":\"z\",\"en\":\"e\",\"severity\":\"stop\",\"kind\":\"rule\",\n"
  "\"from\":\"2026-02-01\",\"until\":\"2028-11-30\",\"moments\":[\"take\"],\"field\":\"f\",\n"
  "\"when\":[{\"is\":\"no\",\"key\":\"k\"}],\n"
  "\"require\":{\"is\":\"years_since\",\"key\":\"k\",\"years\":3},\n\"message\":\"m\"}";

static const char good_parameter[] =
  "{\"name\":\"years\",\"zh\":\"z\",\"en\":\"e\",\"question\":null,\"stricter\":\"more\",\"values\":[\n"
  "{\"from\":\"2026-01-01\",\"until\":\"2026-12-31\",\"value\":3},\n{\"from\":\"2027-01-01\",\"until\":\"2028-12-31\",\"value\":5}]}";

static char *
book_of (const char *clauses)
{
  return g_strdup_printf ("{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"n\",\"layer\":\"local\",\"short\":\"TT\",\"title\":\"t\",\"title_en\":\"t\",\n"
                          "\"over\":\"national-2022\",\"regulation\":\"r\",\"source\":\"s\",\"since\":\"2026-01-01\",\n"
                          "\"until\":\"2028-12-31\",\"until_basis\":\"stated\",\"successor\":null,\n"
                          "\"parameters\":[%s],\n\"terminations\":[],\"consent\":null,\n\"clauses\":[%s]}", good_parameter, clauses);
}

static FzRuleLayer *
parse (const char *text, GError **error)
{
  return fz_rule_layer_parse ("n.json", text, strlen (text), error);
}

static void
the_least_loads (void)
{
  g_autofree char *book = book_of (good_clause);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRuleLayer) layer = parse (book, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fz_rule_layer_get_n_clauses (layer), ==, 1);
  g_assert_cmpuint (fz_rule_layer_get_n_parameters (layer), ==, 1);
  g_assert_cmpstr (fz_rule_layer_get_name (layer), ==, "n");
}

/* One replacement in a book that loads. */
static const struct {
  const char *from, *to;
} slips[] = {
  /* the book */
  { "fuzhen.rulebook/v2", "fuzhen.rulebook/v1" },
  { "\"name\":\"n\",", "" },
  { "\"name\":\"n\",", "\"name\":\"n\",\"colour\":\"red\"," },
  { "\"since\":\"2026-01-01\"", "\"since\":\"2026-02-30\"" },
  { "\"until\":\"2028-12-31\",\"until_basis\"", "\"until_basis\"" },
  { "\"until\":\"2028-12-31\",\"until_basis\"", "\"until\":\"2025-12-31\",\"until_basis\"" },
  { "\"until\":\"2028-12-31\",\"until_basis\"", "\"until\":\"later\",\"until_basis\"" },
  { "\"source\":\"s\",", "" },
  /* the clause */
  { "\"zh\":\"z\",\"en\":\"e\",\"severity\"", "\"zh\":\"\",\"en\":\"e\",\"severity\"" },
  { "\"zh\":\"z\"", "\"zh\":\"z\",\"note\":\"x\"" },
  { "\"severity\":\"stop\"", "\"severity\":\"fatal\"" },
  { "\"kind\":\"rule\"", "\"kind\":\"rules\"" },
  { "\"from\":\"2026-02-01\"", "\"from\":\"2026-13-01\"" },
  { "\"from\":\"2026-02-01\"", "\"from\":\"01.01.2026\"" },
  { "\"until\":\"2028-11-30\",", "" },
  { "\"until\":\"2028-11-30\"", "\"until\":\"2025-01-01\"" },
  { "\"until\":\"2028-11-30\"", "\"until\":20260101" },
  { "[\"take\"]", "[\"sometimes\"]" },
  { "[\"take\"]", "[]" },
  { "[\"take\"]", "\"take\"" },
  { "\"message\":\"m\"", "\"message\":\"\"" },
  { ",\n\"message\":\"m\"", "" },
  { "\"article\":\"第一条\",", "" },
  { "\"require\":{\"is\":\"years_since\",\"key\":\"k\",\"years\":3},", "" },
  { "\"id\":\"A\"", "\"id\":\"A\",\"id\":\"B\"" },
  /* the predicate and its parameters: a wrong type would be read as nothing, and nothing passes too easily */
  { "years_since", "years_ago" },
  { "\"is\":\"no\",", "" },
  { "\"years\":3", "\"years\":\"3\"" },
  { "\"years\":3", "\"years\":3.5" },
  { "\"years\":3", "\"years\":-3" },
  { "\"years\":3", "\"years\":true" },
  { "\"years\":3", "\"days\":3" },
  { ",\"years\":3", "" },
  { "\"years\":3", "\"years\":3,\"inclusive\":true" },
  { "\"key\":\"k\",\"years\"", "\"key\":\"\",\"years\"" },
  { "\"key\":\"k\",\"years\"", "\"key\":7,\"years\"" },
  { "\"key\":\"k\",\"years\"", "\"key\":[\"k\"],\"years\"" },
  { "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", "\"is\":\"one_of\",\"key\":\"k\",\"value\":\"a\"" },
  { "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", "\"is\":\"one_of\",\"key\":\"k\",\"value\":[]" },
  { "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", "\"is\":\"one_of\",\"key\":\"k\",\"value\":[\"a\",\"\"]" },
  { "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", "\"is\":\"one_of\",\"key\":\"k\",\"value\":[1]" },
  { "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", "\"is\":\"each_in_prior\",\"list\":\"l\",\"prior\":\"p\",\"match\":\"nearly\"" },
  { "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", "\"is\":\"age_within\",\"key\":\"k\",\"years\":6,\"inclusive\":\"yes\"" },
};

static void
one_slip_refuses (void)
{
  g_autofree char *book = book_of (good_clause);

  for (guint i = 0; i < G_N_ELEMENTS (slips); i++) {
    const char *at = strstr (book, slips[i].from);
    g_autoptr (GString) changed = g_string_new (book);
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRuleLayer) rulebook = NULL;

    if (at == NULL)
      g_error ("“%s” is not there", slips[i].from);
    g_string_replace (changed, slips[i].from, slips[i].to, 1);
    rulebook = parse (changed->str, &error);
    if (rulebook != NULL)
      g_error ("taken: %s -> %s", slips[i].from, slips[i].to);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_true (g_str_has_prefix (error->message, "n.json:"));
  }
}

static void
repeated_and_none (void)
{
  g_autofree char *twice = g_strdup_printf ("%s,%s", good_clause, good_clause), *two = book_of (twice), *none = book_of ("");
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (two, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (parse (none, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (parse ("", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

/* The list a clause compares with fits the canonical text. */
static void
long_list_refuses (void)
{
  for (guint n = 100; n <= 101; n++) {
    g_autoptr (GString) list = g_string_new (NULL), changed = NULL;
    g_autofree char *book = book_of (good_clause), *replaced = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRuleLayer) rulebook = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append_printf (list, "%s\"v%u\"", i > 0 ? "," : "", i);
    replaced = g_strdup_printf ("\"is\":\"one_of\",\"key\":\"k\",\"value\":[%s]", list->str);
    changed = g_string_new (book);
    g_string_replace (changed, "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", replaced, 1);
    rulebook = parse (changed->str, &error);
    g_assert_true ((rulebook != NULL) == (n == 100));
  }
}

/* Where a slip is said to be: file, line, path. Parameters begin in line 4, their values in 5 and 6, clauses in 8. */
static const struct {
  const char *from, *to, *place;
} places[] = {
  { "\"layer\":\"local\"", "\"layer\":\"city\"", "n.json:1: $.layer" },
  { "\"layer\":\"local\"", "\"layer\":\"upper\"", "n.json:2: $.over" },
  { "\"over\":\"national-2022\"", "\"over\":null", "n.json:2: $.over" },
  { "\"over\":\"national-2022\"", "\"over\":\"n\"", "n.json:2: $.over" },
  { "\"short\":\"TT\"", "\"short\":\"tt\"", "n.json:1: $.short" },
  { "\"name\":\"n\"", "\"name\":\"N 1\"", "n.json:1: $.name" },
  { "\"regulation\":\"r\"", "\"regulation\":null", "n.json:2: $.regulation" },
  { "\"until_basis\":\"stated\"", "\"until_basis\":null", "n.json:3: $.until_basis" },
  { "\"until_basis\":\"stated\"", "\"until_basis\":\"guessed\"", "n.json:3: $.until_basis" },
  { "\"successor\":null", "\"successors\":null", "n.json:3: $.successors" },
  { "\"consent\":null", "\"consent\":{\"version\":\"1\",\"text\":\"t\"}", "n.json:7: $.consent" },
  { "\"terminations\":[]", "\"terminations\":[{\"code\":\"H01\",\"label\":\"l\",\"emergency\":true,\"guidance\":\"g\"}]", "n.json:7: $.terminations" },
  /* parameters: overlapping, with a gap, short of the layer's dates, of two types, without end before another */
  { "\"2026-12-31\",\"value\":3", "\"2027-01-01\",\"value\":3", "n.json:6: $.parameters[0].values[1].from" },
  { "\"2026-12-31\",\"value\":3", "\"2026-12-30\",\"value\":3", "n.json:6: $.parameters[0].values[1].from" },
  { "\"2026-12-31\",\"value\":3", "\"2026-12-31\",\"value\":true", "n.json:6: $.parameters[0].values[1].value" },
  { "\"until\":\"2026-12-31\",\"value\":3", "\"until\":null,\"value\":3", "n.json:5: $.parameters[0].values[0].until" },
  { "\"until\":\"2028-12-31\",\"value\":5", "\"until\":\"2028-12-30\",\"value\":5", "n.json:6: $.parameters[0].values[1].until" },
  { "\"until\":\"2028-12-31\",\"value\":5", "\"until\":null,\"value\":5", "n.json:6: $.parameters[0].values[1].until" },
  { "{\"from\":\"2026-01-01\"", "{\"from\":\"2026-01-02\"", "n.json:5: $.parameters[0].values[0].from" },
  { "\"value\":5", "\"value\":-5", "n.json:6: $.parameters[0].values[1].value" },
  { "\"value\":5", "\"value\":\"5\"", "n.json:6: $.parameters[0].values[1].value" },
  { "\"value\":5", "\"value\":[]", "n.json:6: $.parameters[0].values[1].value" },
  { "\"stricter\":\"more\"", "\"stricter\":\"most\"", "n.json:4: $.parameters[0].stricter" },
  { "\"question\":null,", "", "n.json:4: $.parameters[0].question" },
  /* clauses */
  { "\"row\":\"TT-13\"", "\"row\":\"TJ-13\"", "n.json:8: $.clauses[0].row" },
  { "\"row\":\"TT-13\"", "\"row\":null", "n.json:8: $.clauses[0].row" },
  { "\"row\":\"TT-13\",", "", "n.json:8: $.clauses[0].row" },
  { "0123456789abcdef\"", "0123456789abcde\"", "n.json:9: $.clauses[0].article_sha256" },
  { "0123456789abcdef\"", "0123456789ABCDEF\"", "n.json:9: $.clauses[0].article_sha256" },
  { "\"id\":\"A\"", "\"id\":\"H_A\"", "n.json:8: $.clauses[0].id" },
  { "\"id\":\"A\"", "\"id\":\"a\"", "n.json:8: $.clauses[0].id" },
  { "\"from\":\"2026-02-01\"", "\"from\":\"2025-12-31\"", "n.json:10: $.clauses[0].from" },
  { "\"until\":\"2028-11-30\"", "\"until\":null", "n.json:10: $.clauses[0].from" },
  { "\"until\":\"2028-11-30\"", "\"until\":\"2029-01-01\"", "n.json:10: $.clauses[0].from" },
  { "[\"take\"]", "[\"take\",\"take\"]", "n.json:10: $.clauses[0].moments[1]" },
  { "[\"take\"]", "[\"take\",\"never\"]", "n.json:10: $.clauses[0].moments[1]" },
  { "\"is\":\"no\"", "\"is\":\"maybe\"", "n.json:11: $.clauses[0].when[0].is" },
  { "\"years\":3}", "\"years\":{\"parameter\":\"\"}}", "n.json:12: $.clauses[0].require.years.parameter" },
  { "\"years\":3}", "\"years\":{\"param\":\"years\"}}", "n.json:12: $.clauses[0].require.years.param" },
  { "\"key\":\"k\",\"years\"", "\"key\":{\"parameter\":\"years\"},\"years\"", "n.json:12: $.clauses[0].require.key" },
  { "\"years\":3}", "\"years\":3,\"yaers\":4}", "n.json:12: $.clauses[0].require.yaers" },
  /* not even JSON */
  { "\"when\":[", "\"when\":[,", "n.json:11: " },
  { "\"message\":\"m\"", "\"message\":\"m", "n.json:13: " },
};

static void
says_where (void)
{
  g_autofree char *book = book_of (good_clause);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (GString) changed = g_string_new (book);
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRuleLayer) layer = NULL;

    g_assert_cmpuint (g_string_replace (changed, places[i].from, places[i].to, 1), ==, 1);
    layer = parse (changed->str, &error);
    if (layer != NULL)
      g_error ("taken: %s -> %s", places[i].from, places[i].to);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    if (!g_str_has_prefix (error->message, places[i].place))
      g_error ("%s: %s", places[i].place, error->message);
  }
}

/* The law may change under one id: then the dates of the two do not meet. */
static void
dated_twice (void)
{
  static const char *const cases[][2] = { { "2026-12-31", "2027-01-01" }, { "2026-12-31", "2026-12-31" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) first = g_string_new (good_clause), second = g_string_new (good_clause);
    g_autofree char *both = NULL, *book = NULL;
    g_autoptr (FzRuleLayer) layer = NULL;
    g_autoptr (GError) error = NULL;

    g_string_replace (first, "2028-11-30", cases[i][0], 1);
    g_string_replace (second, "2026-02-01", cases[i][1], 1);
    both = g_strconcat (first->str, ",", second->str, NULL);
    book = book_of (both);
    layer = parse (book, &error);
    g_assert_true ((layer != NULL) == (i == 0));
  }
}

/* Whatever a disk or an editor does to a file: it is taken or refused, and a refusal says where. */
static void
spoilt_bytes (void)
{
  g_autofree char *good = read_source ("assets/rules/national-2022.json");
  int n = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 20000 : 150, refused = 0;
  gsize size = strlen (good);

  for (int i = 0; i < n; i++) {
    g_autofree char *text = g_memdup2 (good, size);
    gsize kept = g_test_rand_int_range (0, 4) == 0 ? (gsize) g_test_rand_int_range (0, (int) size) : size;
    g_autoptr (FzRuleLayer) layer = NULL;
    g_autoptr (GError) error = NULL;

    for (int j = g_test_rand_int_range (1, 6); j > 0; j--)
      text[g_test_rand_int_range (0, (int) size)] = (char) g_test_rand_int_range (0, 256);
    layer = fz_rule_layer_parse ("spoilt.json", text, kept, &error);
    g_assert_true ((layer == NULL) == (error != NULL));
    if (layer != NULL)
      continue;
    refused++;
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_true (g_str_has_prefix (error->message, "spoilt.json:"));
  }
  g_assert_cmpint (refused, >, n / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/loader/least", the_least_loads);
  g_test_add_func ("/rules/loader/one-slip", one_slip_refuses);
  g_test_add_func ("/rules/loader/says-where", says_where);
  g_test_add_func ("/rules/loader/dated-twice", dated_twice);
  g_test_add_func ("/rules/loader/repeated", repeated_and_none);
  g_test_add_func ("/rules/loader/spoilt", spoilt_bytes);
  g_test_add_func ("/rules/loader/long-list", long_list_refuses);
  return g_test_run ();
}
