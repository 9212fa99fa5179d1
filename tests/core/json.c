/* The strict JSON reader: what two parsers could read differently is refused, one case each. */
#include "core/json.h"

#include <string.h>

#define CAP 100000

static FzJson *
parse (const char *text, GError **error)
{
  return fz_json_parse (text, strlen (text), CAP, error);
}

static FzJson *
must (const char *text)
{
  g_autoptr (GError) error = NULL;
  FzJson *json = parse (text, &error);

  g_assert_no_error (error);
  return json;
}

typedef struct {
  const char *why, *text;
} Bad;

static const Bad bad_texts[] = {
  { "nothing", "" },
  { "spaces only", " \n" },
  { "trailing bytes", "{} x" },
  { "two values", "1 2" },
  { "trailing comma in object", "{\"a\":1,}" },
  { "trailing comma in array", "[1,]" },
  { "comma only", "[,]" },
  { "leading comma", "[,1]" },
  { "missing comma", "[1 2]" },
  { "missing colon", "{\"a\" 1}" },
  { "missing value", "{\"a\":}" },
  { "unquoted key", "{a:1}" },
  { "number as key", "{1:1}" },
  { "single quotes", "{'a':1}" },
  { "unclosed object", "{\"a\":1" },
  { "unclosed array", "[1" },
  { "wrong bracket", "[1}" },
  { "unclosed string", "\"a" },
  { "unclosed after backslash", "\"a\\" },
  { "line comment", "1 // x" },
  { "block comment", "/* x */ 1" },
  { "duplicate key", "{\"a\":1,\"b\":2,\"a\":3}" },
  { "duplicate key by escape", "{\"a\":1,\"\\u0061\":2}" },
  { "duplicate key deep inside", "[{\"x\":{\"a\":1,\"a\":1}}]" },
  { "escaped zero", "\"a\\u0000b\"" },
  { "escaped zero in a key", "{\"a\\u0000\":1}" },
  { "raw control", "\"a\tb\"" },
  { "raw line feed", "\"a\nb\"" },
  { "unknown escape", "\"\\x41\"" },
  { "escaped quote of another kind", "\"\\'\"" },
  { "short unicode escape", "\"\\u12\"" },
  { "bad unicode escape", "\"\\u12g4\"" },
  { "capital U", "\"\\U0041\"" },
  { "high surrogate alone", "\"\\ud800\"" },
  { "high surrogate before text", "\"\\ud800abcdef\"" },
  { "low surrogate alone", "\"\\udc00\"" },
  { "surrogates swapped", "\"\\udc00\\ud800\"" },
  { "two high surrogates", "\"\\ud800\\ud800\"" },
  { "bad UTF-8", "\"\377\"" },
  { "overlong UTF-8", "\"\300\257\"" },
  { "surrogate in UTF-8", "\"\355\240\200\"" },
  { "bad UTF-8 in a key", "{\"\377\":1}" },
  { "byte order mark", "\357\273\2771" },
  { "leading zero", "01" },
  { "leading zero after minus", "-01" },
  { "plus sign", "+1" },
  { "minus only", "-" },
  { "point first", ".5" },
  { "point last", "1." },
  { "exponent empty", "1e" },
  { "exponent sign only", "1e+" },
  { "hexadecimal", "0x10" },
  { "infinity", "Infinity" },
  { "minus infinity", "-Infinity" },
  { "not a number", "NaN" },
  { "16 digits", "1000000000000000" },
  { "16 digits negative", "-1000000000000000" },
  { "16 digits before the point", "1000000000000000.5" },
  { "endless fraction", "0.12345678901234567890123456789012345678901" },
  { "capital true", "True" },
  { "cut word", "tru" },
  { "word with a tail", "nullx" },
  { "form feed as space", "[1,\f2]" },
  { "no-break space", "[1,\302\2402]" },
};

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzJson) json = parse (bad->text, &error);

  g_assert_null (json);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_zero_byte (void)
{
  static const char text[] = "{\"a\":1}\0{\"a\":2}";
  g_autoptr (GError) error = NULL;

  g_assert_null (fz_json_parse (text, sizeof text - 1, CAP, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

/* Nothing behind the last byte is read: the text has no terminator and its end is the end of the block. */
static void
test_no_terminator (void)
{
  static const char *const texts[] = { "12", "true", "\"a\"", "[1]", "1e5", "{\"a\":-1}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize n = 1; n <= strlen (texts[i]); n++)
      {
        g_autofree char *exact = g_memdup2 (texts[i], n);
        g_autoptr (FzJson) json = fz_json_parse (exact, n, CAP, NULL);

        g_assert_true (json != NULL || n < strlen (texts[i]));
      }
}

static char *
nested (guint depth)
{
  g_autofree char *open = g_strnfill (depth, '['), *close = g_strnfill (depth, ']');

  return g_strconcat (open, close, NULL);
}

static void
test_limits (void)
{
  g_autofree char *deep = nested (FZ_JSON_MAX_DEPTH), *deeper = nested (FZ_JSON_MAX_DEPTH + 1), *deepest = nested (40000);
  g_autoptr (FzJson) fits = must (deep), exact = NULL;
  g_autoptr (GString) many = g_string_new ("[0");

  g_assert_nonnull (fits);
  g_assert_null (parse (deeper, NULL));
  g_assert_null (parse (deepest, NULL));
  exact = fz_json_parse ("[12]", 4, 4, NULL);
  g_assert_nonnull (exact);
  g_assert_null (fz_json_parse ("[12]", 4, 3, NULL));
  for (guint i = 2; i < FZ_JSON_MAX_TOKENS; i++)
    g_string_append (many, ",0");
  for (guint over = 0; over <= 1; over++)
    {
      g_autofree char *text = g_strconcat (many->str, over == 0 ? "]" : ",0]", NULL);
      g_autoptr (FzJson) json = fz_json_parse (text, strlen (text), G_MAXSIZE, NULL);

      g_assert_cmpint (json != NULL, ==, over == 0);
    }
}

static void
test_values (void)
{
  g_autoptr (FzJson) json = must (" {\"s\":\"\\u5f20\\ud83d\\ude00\\n\\\"/\\/\",\"i\":-42,\"big\":999999999999999,\"d\":12.50,\"t\":true,"
                                  "\"f\":false,\"n\":null,\"a\":[1,[2],{\"x\":3}],\"o\":{\"A\":1,\"a\":2},\"\":0} \r\n\t");
  g_autoptr (GError) error = NULL;
  const FzJson *array, *object;
  gint64 value = 0;
  gboolean truth = FALSE;

  g_assert_cmpint (fz_json_get_type (json), ==, FZ_JSON_OBJECT);
  g_assert_cmpuint (fz_json_count (json), ==, 10);
  g_assert_cmpstr (fz_json_get_string (json, "s", &error), ==, "张😀\n\"//");
  g_assert_true (fz_json_get_int (json, "i", &value, &error) && value == -42);
  g_assert_true (fz_json_get_int (json, "big", &value, &error) && value == FZ_JSON_MAX_INT);
  g_assert_cmpstr (fz_json_get_decimal (json, "d", &error), ==, "12.50");
  g_assert_cmpstr (fz_json_get_decimal (json, "i", &error), ==, "-42");
  g_assert_true (fz_json_get_bool (json, "t", &truth, &error) && truth);
  g_assert_true (fz_json_get_bool (json, "f", &truth, &error) && !truth);
  array = fz_json_get_array (json, "a", &error);
  g_assert_cmpuint (fz_json_count (array), ==, 3);
  g_assert_true (fz_json_get_int (fz_json_get_item (array, 0), NULL, &value, &error) && value == 1);
  g_assert_null (fz_json_get_name (fz_json_get_item (array, 0)));
  /* cJSON's own look-up would give A for a. */
  object = fz_json_get_object (json, "o", &error);
  g_assert_true (fz_json_get_int (object, "a", &value, &error) && value == 2);
  g_assert_true (fz_json_get_int (object, "A", &value, &error) && value == 1);
  g_assert_null (fz_json_find (json, "S"));
  g_assert_cmpint (fz_json_get_type (fz_json_find (json, "n")), ==, FZ_JSON_NULL);
  g_assert_cmpstr (fz_json_get_name (fz_json_get_item (json, 9)), ==, "");
  g_assert_no_error (error);
}

static void
assert_path (GError *error, const char *path)
{
  g_autofree char *start = g_strconcat (path, "：", NULL);

  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, start));
}

static void
test_wrong_types (void)
{
  g_autoptr (FzJson) json = must ("{\"a\":[{\"b\":\"x\",\"n\":null,\"i\":1.0,\"e\":1e3,\"z\":-0}]}");
  const FzJson *inner = fz_json_get_item (fz_json_find (json, "a"), 0);
  gint64 value = 5;
  gboolean truth = TRUE;
  const char *text = "kept";
  const FzJson *any = json;
  g_autoptr (GError) e1 = NULL, e2 = NULL, e3 = NULL, e4 = NULL, e5 = NULL, e6 = NULL, e7 = NULL, e8 = NULL, e9 = NULL;

  g_assert_false (fz_json_get_int (inner, "b", &value, &e1));
  assert_path (e1, "$.a[0].b");
  g_assert_null (fz_json_get_string (inner, "missing", &e2));
  assert_path (e2, "$.a[0].missing");
  g_assert_null (fz_json_get_string (inner, "n", &e3));
  assert_path (e3, "$.a[0].n");
  g_assert_false (fz_json_get_int (inner, "i", &value, &e4));
  assert_path (e4, "$.a[0].i");
  g_assert_false (fz_json_get_int (inner, "e", &value, &e5));
  g_assert_false (fz_json_get_int (inner, "z", &value, NULL));
  g_assert_null (fz_json_get_decimal (inner, "e", &e6));
  assert_path (e6, "$.a[0].e");
  g_assert_null (fz_json_get_array (json, NULL, &e7));
  assert_path (e7, "$");
  g_assert_null (fz_json_get_string (fz_json_find (json, "a"), "k", &e8));
  assert_path (e8, "$.a");
  g_assert_false (fz_json_opt_string (inner, "i", &text, &e9));
  assert_path (e9, "$.a[0].i");
  g_assert_false (fz_json_opt_int (inner, "b", &value, NULL));
  g_assert_false (fz_json_opt_bool (inner, "b", &truth, NULL));
  g_assert_false (fz_json_opt_decimal (inner, "b", &text, NULL));
  g_assert_false (fz_json_opt_object (inner, "b", &any, NULL));
  g_assert_false (fz_json_opt_array (inner, "b", &any, NULL));
  g_assert_cmpint (value, ==, 5);
  g_assert_true (truth);
  g_assert_cmpstr (text, ==, "kept");
  g_assert_true (any == json);
}

static void
test_optional (void)
{
  g_autoptr (FzJson) json = must ("{\"n\":null,\"s\":\"x\",\"i\":3,\"b\":true,\"d\":0.5,\"o\":{},\"a\":[]}");
  const char *text = "kept", *decimal = NULL;
  gint64 value = 5;
  gboolean truth = FALSE;
  const FzJson *object = NULL, *array = NULL;

  g_assert_true (fz_json_opt_string (json, "n", &text, NULL) && fz_json_opt_string (json, "none", &text, NULL));
  g_assert_cmpstr (text, ==, "kept");
  g_assert_true (fz_json_opt_int (json, "n", &value, NULL) && value == 5);
  g_assert_true (fz_json_opt_string (json, "s", &text, NULL));
  g_assert_cmpstr (text, ==, "x");
  g_assert_true (fz_json_opt_int (json, "i", &value, NULL) && value == 3);
  g_assert_true (fz_json_opt_bool (json, "b", &truth, NULL) && truth);
  g_assert_true (fz_json_opt_decimal (json, "d", &decimal, NULL));
  g_assert_cmpstr (decimal, ==, "0.5");
  g_assert_true (fz_json_opt_object (json, "o", &object, NULL) && fz_json_count (object) == 0);
  g_assert_true (fz_json_opt_array (json, "a", &array, NULL) && fz_json_get_type (array) == FZ_JSON_ARRAY);
}

static void
test_check_keys (void)
{
  static const char *const allowed[] = { "a", "b", NULL };
  g_autoptr (FzJson) good = must ("{\"b\":1}"), bad = must ("{\"a\":1,\"B\":2}"), array = must ("[]");
  g_autoptr (GError) error = NULL, type_error = NULL;

  g_assert_true (fz_json_check_keys (good, allowed, NULL));
  g_assert_false (fz_json_check_keys (bad, allowed, &error));
  assert_path (error, "$.B");
  g_assert_false (fz_json_check_keys (array, allowed, &type_error));
  assert_path (type_error, "$");
}

static void
test_where (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse ("{\n \"a\": 1,\n \"b\": x\n}", &error));
  g_assert_nonnull (strstr (error->message, "3"));
  g_assert_nonnull (strstr (error->message, "7"));
}

/* Damaged texts are refused or read, never more: the sanitizers watch. */
static void
test_damage (void)
{
  static const char text[] = "{\"a\":[1,-2.5,1e9,\"\\ud83d\\ude00x\\n\"],\"张\":{\"t\":true,\"f\":false,\"n\":null}}";
  guint accepted = 0;

  for (guint i = 0; i < 30000; i++)
    {
      gsize n = sizeof text - 1;
      g_autofree char *copy = g_memdup2 (text, n);
      g_autoptr (FzJson) json = NULL;
      g_autoptr (GError) error = NULL;

      for (gint32 k = g_test_rand_int_range (1, 4); k > 0; k--)
        copy[g_test_rand_int_range (0, (gint32) n)] ^= (char) (1 << g_test_rand_int_range (0, 7));
      json = fz_json_parse (copy, n, CAP, &error);
      accepted += json != NULL ? 1 : 0;
      g_assert_true ((json == NULL) == (error != NULL));
      g_assert_true (error == NULL || error->code == FZ_ERROR_INVALID);
    }
  g_assert_cmpuint (accepted, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad_texts); i++)
    {
      g_autofree char *path = g_strdelimit (g_strdup_printf ("/json/bad/%s", bad_texts[i].why), " ", '-');

      g_test_add_data_func (path, &bad_texts[i], test_bad);
    }
  g_test_add_func ("/json/bad/zero-byte", test_zero_byte);
  g_test_add_func ("/json/no-terminator", test_no_terminator);
  g_test_add_func ("/json/limits", test_limits);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/wrong-types", test_wrong_types);
  g_test_add_func ("/json/optional", test_optional);
  g_test_add_func ("/json/check-keys", test_check_keys);
  g_test_add_func ("/json/where", test_where);
  g_test_add_func ("/json/damage", test_damage);
  return g_test_run ();
}
