/* The contract as files: the published schemas hold for the samples, for what the product sends, and the product takes the samples. A reader of
 * the part of JSON Schema that our files use; a word it does not know fails the test. */
#include "app/front.h"
#include "core/json.h"

#include <string.h>

static FzJson *
read_json (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema", name, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  FzJson *json;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  json = fz_json_parse_file (name, text, n, 1 << 20, &error);
  g_assert_no_error (error);
  return json;
}

static gboolean fits (const FzJson *root, const FzJson *schema, const FzJson *value);

static gboolean
same (const FzJson *a, const FzJson *b)
{
  g_autoptr (FzJsonWriter) one = fz_json_writer_new (), other = fz_json_writer_new ();
  g_autofree char *first = NULL, *second = NULL;

  fz_json_writer_value (one, NULL, a);
  fz_json_writer_value (other, NULL, b);
  first = fz_json_writer_finish (one, NULL);
  second = fz_json_writer_finish (other, NULL);
  return g_strcmp0 (first, second) == 0;
}

static gboolean
is_type (const char *word, const FzJson *value)
{
  static const char *const words[] = { "null", "boolean", "integer", "string", "array", "object" };
  static const FzJsonType types[] = { FZ_JSON_NULL, FZ_JSON_BOOL, FZ_JSON_NUMBER, FZ_JSON_STRING, FZ_JSON_ARRAY, FZ_JSON_OBJECT };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word))
      return fz_json_get_type (value) == types[i];
  g_error ("unknown type %s", word);
}

static gboolean
any_type (const FzJson *types, const FzJson *value)
{
  gboolean good = fz_json_get_type (types) == FZ_JSON_STRING && is_type (fz_json_get_string (types, NULL, NULL), value);

  for (guint i = 0; i < fz_json_count (types); i++)
    good = good || is_type (fz_json_get_string (fz_json_get_item (types, i), NULL, NULL), value);
  return good;
}

static gboolean
in_list (const FzJson *list, const FzJson *value)
{
  for (guint i = 0; i < fz_json_count (list); i++)
    if (same (fz_json_get_item (list, i), value))
      return TRUE;
  return FALSE;
}

static guint
how_many (const FzJson *root, const FzJson *list, const FzJson *value)
{
  guint n = 0;

  for (guint i = 0; i < fz_json_count (list); i++)
    n += fits (root, fz_json_get_item (list, i), value) ? 1 : 0;
  return n;
}

static gboolean
has_all (const FzJson *names, const FzJson *object)
{
  for (guint i = 0; i < fz_json_count (names); i++)
    if (fz_json_find (object, fz_json_get_string (fz_json_get_item (names, i), NULL, NULL)) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
properties_fit (const FzJson *root, const FzJson *properties, const FzJson *object)
{
  for (guint i = 0; i < fz_json_count (properties); i++) {
    const FzJson *property = fz_json_get_item (properties, i), *value = fz_json_find (object, fz_json_get_name (property));

    if (value != NULL && !fits (root, property, value))
      return FALSE;
  }
  return TRUE;
}

static gboolean
nothing_else (const FzJson *schema, const FzJson *object)
{
  for (guint i = 0; i < fz_json_count (object); i++)
    if (fz_json_find (fz_json_find (schema, "properties"), fz_json_get_name (fz_json_get_item (object, i))) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
items_fit (const FzJson *root, const FzJson *schema, const FzJson *array)
{
  for (guint i = 0; i < fz_json_count (array); i++)
    if (!fits (root, schema, fz_json_get_item (array, i)))
      return FALSE;
  return TRUE;
}

static gint64
whole (const FzJson *json)
{
  gint64 number = 0;

  g_assert_true (fz_json_get_int (json, NULL, &number, NULL));
  return number;
}

static const FzJson *
find_definition (const FzJson *root, const char *reference)
{
  g_assert_true (g_str_has_prefix (reference, "#/$defs/"));
  return fz_json_find (fz_json_find (root, "$defs"), reference + strlen ("#/$defs/"));
}

/* One word of a schema against a value. */
static gboolean
word_fits (const FzJson *root, const FzJson *schema, const char *word, const FzJson *rule, const FzJson *value)
{
  static const char *const silent[] = { "$schema", "$id", "$defs", "title", "description", "format", NULL };
  FzJsonType type = fz_json_get_type (value);
  const char *text = type == FZ_JSON_STRING ? fz_json_get_string (value, NULL, NULL) : NULL;

  if (g_strv_contains (silent, word))
    return TRUE;
  if (g_str_equal (word, "type"))
    return any_type (rule, value);
  if (g_str_equal (word, "const"))
    return same (rule, value);
  if (g_str_equal (word, "enum"))
    return in_list (rule, value);
  if (g_str_equal (word, "pattern"))
    return text == NULL || g_regex_match_simple (fz_json_get_string (rule, NULL, NULL), text, G_REGEX_DOLLAR_ENDONLY, G_REGEX_MATCH_DEFAULT);
  if (g_str_equal (word, "maxLength"))
    return text == NULL || g_utf8_strlen (text, -1) <= whole (rule);
  if (g_str_equal (word, "minimum"))
    return type != FZ_JSON_NUMBER || whole (value) >= whole (rule);
  if (g_str_equal (word, "maximum"))
    return type != FZ_JSON_NUMBER || whole (value) <= whole (rule);
  if (g_str_equal (word, "maxItems"))
    return type != FZ_JSON_ARRAY || fz_json_count (value) <= whole (rule);
  if (g_str_equal (word, "minItems"))
    return type != FZ_JSON_ARRAY || fz_json_count (value) >= whole (rule);
  if (g_str_equal (word, "items"))
    return type != FZ_JSON_ARRAY || items_fit (root, rule, value);
  if (g_str_equal (word, "properties"))
    return type != FZ_JSON_OBJECT || properties_fit (root, rule, value);
  if (g_str_equal (word, "required"))
    return type != FZ_JSON_OBJECT || has_all (rule, value);
  if (g_str_equal (word, "additionalProperties"))
    return type != FZ_JSON_OBJECT || nothing_else (schema, value);
  if (g_str_equal (word, "oneOf"))
    return how_many (root, rule, value) == 1;
  if (g_str_equal (word, "$ref"))
    return fits (root, find_definition (root, fz_json_get_string (rule, NULL, NULL)), value);
  g_error ("this reader does not know “%s”", word);
}

static gboolean
fits (const FzJson *root, const FzJson *schema, const FzJson *value)
{
  for (guint i = 0; i < fz_json_count (schema); i++) {
    const FzJson *rule = fz_json_get_item (schema, i);

    if (!word_fits (root, schema, fz_json_get_name (rule), rule, value))
      return FALSE;
  }
  return TRUE;
}

static void
samples_fit (const char *schema_name, const char *samples_name)
{
  g_autoptr (FzJson) schema = read_json (schema_name), samples = read_json (samples_name);

  g_assert_cmpuint (fz_json_count (samples), >, 0);
  for (guint i = 0; i < fz_json_count (samples); i++)
    if (!fits (schema, schema, fz_json_get_item (samples, i)))
      g_error ("%s: sample %u does not fit %s", samples_name, i, schema_name);
}

static void
test_samples (void)
{
  samples_fit ("front-in.json", "samples/front/in.json");
  samples_fit ("front-out.json", "samples/front/out.json");
  samples_fit ("front-page.json", "samples/front/page.json");
}

/* A reader that takes everything would take these too. */
static void
test_misfits (void)
{
  static const char *const bad[] = {
    "{}", "{\"id\":\"E\",\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"gossip\",\"visit\":\"V1\",\"body\":{}}",
    "{\"id\":\"E\",\"at\":\"yesterday\",\"kind\":\"taken\",\"visit\":\"V1\",\"body\":{}}",
    "{\"id\":\"E\",\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"cancel\",\"visit\":\"V1\",\"body\":{\"reson\":\"x\"}}",
    "{\"id\":\"E\",\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"taken\",\"visit\":null,\"body\":{}}",
    "{\"id\":\"E\",\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"refund\",\"visit\":\"V1\",\"body\":{\"amount_fen\":0}}",
  };
  g_autoptr (FzJson) schema = read_json ("front-in.json");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (FzJson) json = fz_json_parse (bad[i], strlen (bad[i]), 10000, NULL);

    if (fits (schema, schema, json))
      g_error ("fits: %s", bad[i]);
  }
}

static void
copy_member (const FzJson *member, FzFields *facts)
{
  const char *name = fz_json_get_name (member);
  gint64 number = 0;

  if (fz_json_get_type (member) == FZ_JSON_STRING)
    fz_fields_set (facts, name, fz_json_get_string (member, NULL, NULL));
  else if (fz_json_get_type (member) == FZ_JSON_NUMBER && fz_json_get_int (member, NULL, &number, NULL))
    fz_fields_set_int (facts, name, number);
  for (guint i = 0; g_str_equal (name, "lines") && i < fz_json_count (member); i++)
    for (guint k = 0; k < fz_json_count (fz_json_get_item (member, i)); k++) {
      const FzJson *cell = fz_json_get_item (fz_json_get_item (member, i), k);

      fz_fields_set_at (facts, "line", i, fz_json_get_name (cell), fz_json_get_string (cell, NULL, NULL));
    }
}

/* The product's own words for each sample's facts: the same message, and it fits. */
static void
test_product_writes (void)
{
  g_autoptr (FzJson) schema = read_json ("front-out.json"), samples = read_json ("samples/front/out.json");

  for (guint i = 0; i < fz_json_count (samples); i++) {
    const FzJson *sample = fz_json_get_item (samples, i), *body = fz_json_find (sample, "body");
    FzFrontHead head = { fz_json_get_string (sample, "kind", NULL), fz_json_get_string (sample, "visit", NULL), fz_json_get_string (sample, "key", NULL), 0, 0 };
    g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.test/v1");
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    g_autoptr (FzJson) made = NULL;

    g_assert_true (fz_json_get_int (sample, "turn", &head.turn, NULL) && fz_time_parse (fz_json_get_string (sample, "at", NULL), &head.at_us));
    for (guint k = 0; k < fz_json_count (body); k++)
      copy_member (fz_json_get_item (body, k), facts);
    text = fz_front_body (&head, facts, &error);
    g_assert_no_error (error);
    made = fz_json_parse (text, strlen (text), 100000, &error);
    g_assert_no_error (error);
    if (!fits (schema, schema, made))
      g_error ("does not fit: %s", text);
    g_assert_cmpuint (fz_json_count (fz_json_find (made, "body")), ==, fz_json_count (body));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/front/schema/samples", test_samples);
  g_test_add_func ("/front/schema/misfits", test_misfits);
  g_test_add_func ("/front/schema/product-writes", test_product_writes);
  return g_test_run ();
}
