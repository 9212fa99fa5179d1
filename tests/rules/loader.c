/* What does not load: a rulebook is refused whole for one slip, and the message names it. */
#include "tests/rules/fixture.h"

#include <string.h>

static const char good_clause[] =
  "{\"id\":\"A\",\"text\":\"T\",\"article\":\"1\",\"zh\":\"z\",\"en\":\"e\",\"severity\":\"stop\",\"kind\":\"rule\",\"from\":\"2026-01-01\","
  "\"until\":null,\"moments\":[\"take\"],\"field\":\"f\",\"when\":{\"is\":\"no\",\"key\":\"k\"},"
  "\"require\":{\"is\":\"years_since\",\"key\":\"k\",\"years\":3},\"message\":\"m\"}";

static char *
book_of (const char *clauses)
{
  return g_strdup_printf ("{\"format\":\"fuzhen.rulebook/v1\",\"name\":\"n\",\"title\":\"t\",\"source\":\"s\",\"since\":\"2026-01-01\","
                          "\"until\":\"2028-12-31\",\"clauses\":[%s]}", clauses);
}

static FzRulebook *
parse (const char *text, GError **error)
{
  return fz_rulebook_parse (text, strlen (text), error);
}

static void
the_least_loads (void)
{
  g_autofree char *book = book_of (good_clause);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) rulebook = parse (book, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fz_rulebook_get_n_clauses (rulebook), ==, 1);
  g_assert_cmpstr (fz_rulebook_get_name (rulebook), ==, "n");
}

/* One replacement in a book that loads. */
static const struct {
  const char *from, *to;
} slips[] = {
  /* the book */
  { "fuzhen.rulebook/v1", "fuzhen.rulebook/v2" },
  { "\"name\":\"n\",", "" },
  { "\"name\":\"n\",", "\"name\":\"n\",\"colour\":\"red\"," },
  { "\"since\":\"2026-01-01\"", "\"since\":\"2026-02-30\"" },
  { "\"until\":\"2028-12-31\",", "" },
  { "\"until\":\"2028-12-31\"", "\"until\":\"2025-12-31\"" },
  { "\"until\":\"2028-12-31\"", "\"until\":\"later\"" },
  { "\"source\":\"s\",", "" },
  /* the clause */
  { "\"zh\":\"z\"", "\"zh\":\"\"" },
  { "\"zh\":\"z\"", "\"zh\":\"z\",\"note\":\"x\"" },
  { "\"severity\":\"stop\"", "\"severity\":\"fatal\"" },
  { "\"kind\":\"rule\"", "\"kind\":\"rules\"" },
  { "\"from\":\"2026-01-01\"", "\"from\":\"2026-13-01\"" },
  { "\"from\":\"2026-01-01\"", "\"from\":\"01.01.2026\"" },
  { "\"until\":null,", "" },
  { "\"until\":null", "\"until\":\"2025-01-01\"" },
  { "\"until\":null", "\"until\":20260101" },
  { "[\"take\"]", "[\"sometimes\"]" },
  { "[\"take\"]", "[]" },
  { "[\"take\"]", "\"take\"" },
  { "\"message\":\"m\"", "\"message\":\"\"" },
  { ",\"message\":\"m\"", "" },
  { "\"article\":\"1\",", "" },
  { ",\"require\":{\"is\":\"years_since\",\"key\":\"k\",\"years\":3}", "" },
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
    g_autoptr (FzRulebook) rulebook = NULL;

    if (at == NULL)
      g_error ("“%s” is not there", slips[i].from);
    g_string_replace (changed, slips[i].from, slips[i].to, 1);
    rulebook = parse (changed->str, &error);
    if (rulebook != NULL)
      g_error ("taken: %s -> %s", slips[i].from, slips[i].to);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
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
    g_autoptr (FzRulebook) rulebook = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append_printf (list, "%s\"v%u\"", i > 0 ? "," : "", i);
    replaced = g_strdup_printf ("\"is\":\"one_of\",\"key\":\"k\",\"value\":[%s]", list->str);
    changed = g_string_new (book);
    g_string_replace (changed, "\"is\":\"years_since\",\"key\":\"k\",\"years\":3", replaced, 1);
    rulebook = parse (changed->str, &error);
    g_assert_true ((rulebook != NULL) == (n == 100));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/loader/least", the_least_loads);
  g_test_add_func ("/rules/loader/one-slip", one_slip_refuses);
  g_test_add_func ("/rules/loader/repeated", repeated_and_none);
  g_test_add_func ("/rules/loader/long-list", long_list_refuses);
  return g_test_run ();
}
