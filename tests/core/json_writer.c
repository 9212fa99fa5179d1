/* The JSON writer: exact bytes, what it refuses, and that the reader gives back what was written. */
#include "core/json.h"

#include <string.h>

static FzJson *
must (const char *text)
{
  g_autoptr (GError) error = NULL;
  FzJson *json = fz_json_parse (text, strlen (text), 100000, &error);

  g_assert_no_error (error);
  return json;
}

static void
test_writer (void)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *second = NULL;
  g_autoptr (FzJson) back = NULL;

  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "名", "张三\"\\\n\t\001/\177");
  fz_json_writer_int (writer, "i", -FZ_JSON_MAX_INT);
  fz_json_writer_raw_decimal (writer, "d", "-0.50");
  fz_json_writer_begin_array (writer, "a");
  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_end_object (writer);
  fz_json_writer_begin_array (writer, NULL);
  fz_json_writer_end_array (writer);
  fz_json_writer_bool (writer, NULL, TRUE);
  fz_json_writer_bool (writer, NULL, FALSE);
  fz_json_writer_null (writer, NULL);
  fz_json_writer_end_array (writer);
  fz_json_writer_string (writer, "n", NULL);
  fz_json_writer_end_object (writer);
  text = fz_json_writer_finish (writer, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "{\"名\":\"张三\\\"\\\\\\n\\t\\u0001/\177\",\"i\":-999999999999999,\"d\":-0.50,\"a\":[{},[],true,false,null],\"n\":null}");
  back = must (text);
  g_assert_cmpstr (fz_json_get_string (back, "名", NULL), ==, "张三\"\\\n\t\001/\177");
  /* The writer starts afresh. */
  fz_json_writer_int (writer, NULL, 7);
  second = fz_json_writer_finish (writer, &error);
  g_assert_cmpstr (second, ==, "7");
}

static void
test_writer_refuses (void)
{
  static const char *const decimals[] = { "", "-", "1.", ".5", "01", "1e3", "1,5", "NaN", "+1", " 1", "1000000000000000" };
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

  for (guint i = 0; i < G_N_ELEMENTS (decimals) + 3; i++)
    {
      g_autoptr (GError) error = NULL;

      fz_json_writer_begin_object (writer, NULL);
      fz_json_writer_string (writer, "fine", "x");
      if (i < G_N_ELEMENTS (decimals))
        fz_json_writer_raw_decimal (writer, "wrong", decimals[i]);
      else if (i == G_N_ELEMENTS (decimals))
        fz_json_writer_string (writer, "wrong", "a\377");
      else
        fz_json_writer_int (writer, "wrong", (i % 2 == 0 ? 1 : -1) * (FZ_JSON_MAX_INT + 1));
      fz_json_writer_end_object (writer);
      g_assert_null (fz_json_writer_finish (writer, &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "wrong"));
    }
}

static void
test_writer_duplicate (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

      fz_json_writer_begin_object (writer, NULL);
      fz_json_writer_int (writer, "a", 1);
      fz_json_writer_int (writer, "a", 2);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

/* Writes a parsed value again. */
static void
write_value (FzJsonWriter *writer, const FzJson *json)
{
  const char *name = fz_json_get_name (json);
  gboolean truth = FALSE;

  switch (fz_json_get_type (json))
    {
    case FZ_JSON_OBJECT:
      fz_json_writer_begin_object (writer, name);
      break;
    case FZ_JSON_ARRAY:
      fz_json_writer_begin_array (writer, name);
      break;
    case FZ_JSON_STRING:
      fz_json_writer_string (writer, name, fz_json_get_string (json, NULL, NULL));
      break;
    case FZ_JSON_NUMBER:
      fz_json_writer_raw_decimal (writer, name, fz_json_get_decimal (json, NULL, NULL));
      break;
    case FZ_JSON_BOOL:
      g_assert_true (fz_json_get_bool (json, NULL, &truth, NULL));
      fz_json_writer_bool (writer, name, truth);
      break;
    case FZ_JSON_NULL:
    default:
      fz_json_writer_null (writer, name);
    }
  for (guint i = 0; i < fz_json_count (json); i++)
    write_value (writer, fz_json_get_item (json, i));
  if (fz_json_get_type (json) == FZ_JSON_OBJECT)
    fz_json_writer_end_object (writer);
  else if (fz_json_get_type (json) == FZ_JSON_ARRAY)
    fz_json_writer_end_array (writer);
}

static void
write_random (FzJsonWriter *writer, const char *key, guint depth)
{
  gint32 pick = g_test_rand_int_range (0, depth < 5 ? 7 : 5);
  g_autofree char *text = g_strdup_printf ("%d.%05d", g_test_rand_int_range (-99999, 99999), g_test_rand_int_range (0, 99999));
  char letters[7] = "";

  if (pick >= 5)
    {
      (pick == 5 ? fz_json_writer_begin_array : fz_json_writer_begin_object) (writer, key);
      for (gint32 i = g_test_rand_int_range (0, 5); i > 0; i--)
        {
          g_autofree char *name = g_strdup_printf ("k%d\"\n", i);

          write_random (writer, pick == 5 ? NULL : name, depth + 1);
        }
      (pick == 5 ? fz_json_writer_end_array : fz_json_writer_end_object) (writer);
      return;
    }
  letters[g_unichar_to_utf8 ((gunichar) g_test_rand_int_range (1, 0xd800), letters)] = '\0';
  if (pick == 0)
    fz_json_writer_string (writer, key, letters);
  else if (pick == 1)
    fz_json_writer_raw_decimal (writer, key, text);
  else if (pick == 2)
    fz_json_writer_int (writer, key, g_test_rand_int ());
  else if (pick == 3)
    fz_json_writer_bool (writer, key, g_test_rand_bit ());
  else
    fz_json_writer_null (writer, key);
}

static void
test_round_trip (void)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL, *again = NULL;
      g_autoptr (FzJson) json = NULL;

      write_random (writer, NULL, 0);
      text = fz_json_writer_finish (writer, &error);
      g_assert_no_error (error);
      json = must (text);
      write_value (writer, json);
      again = fz_json_writer_finish (writer, &error);
      g_assert_cmpstr (again, ==, text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/bytes", test_writer);
  g_test_add_func ("/json-writer/refuses", test_writer_refuses);
  g_test_add_func ("/json-writer/duplicate", test_writer_duplicate);
  g_test_add_func ("/json-writer/round-trip", test_round_trip);
  return g_test_run ();
}
