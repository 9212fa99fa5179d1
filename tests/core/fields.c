/* Canonical fields: golden bytes, getters, print and parse as exact inverses. */
#include "core/fields_part.h"
#include "core/text.h"

#include <string.h>

#define GOLDEN                                                                                                          \
  "fuzhen.prescription/v1\n"                                                                                            \
  "doctor.name \347\216\213\345\214\273\347\224\237\n"                                                                  \
  "item.00.dose_ug 5000000\n"                                                                                           \
  "item.00.name \351\230\277\345\217\270\345\214\271\346\236\227\n"                                                     \
  "item.01.dose_ug -5\n"                                                                                                \
  "item.10 last\n"                                                                                                      \
  "item_x yes\n"                                                                                                        \
  "note a\\nb\\\\c caf\303\251  \n"                                                                                     \
  "signed_at 2023-11-14T22:13:20Z\n"

static FzFields *
golden (void)
{
  FzFields *self = fz_fields_new ("fuzhen.prescription/v1");

  /* Out of order, decomposed, with CR LF: what comes out is one spelling. */
  fz_fields_set_time (self, "signed_at", G_GINT64_CONSTANT (1700000000999999));
  fz_fields_set (self, "note", "a\r\nb\\c cafe\314\201  ");
  fz_fields_set_bool (self, "item_x", TRUE);
  fz_fields_set_at (self, "item", 10, NULL, "last");
  fz_fields_set_int_at (self, "item", 1, "dose_ug", -5);
  fz_fields_set_at (self, "item", 0, "name", "阿司匹林");
  fz_fields_set_int_at (self, "item", 0, "dose_ug", 5000000);
  fz_fields_set (self, "doctor.name", "王医生");
  fz_fields_set (self, "gone", "x");
  fz_fields_set (self, "gone", "");
  return self;
}

static void
assert_bytes (GBytes *bytes, const char *text)
{
  gsize n;
  const char *data = g_bytes_get_data (bytes, &n);

  g_assert_cmpmem (data, n, text, strlen (text));
}

static void
test_golden (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = golden ();
  g_autoptr (GBytes) bytes = fz_fields_print (made, &error);
  g_autoptr (FzFields) read = NULL;
  g_autofree char *hash = fz_sha256_hex (GOLDEN, strlen (GOLDEN));

  g_assert_no_error (error);
  assert_bytes (bytes, GOLDEN);
  read = fz_fields_parse ((const guint8 *) GOLDEN, strlen (GOLDEN), &error);
  g_assert_no_error (error);
  g_assert_true (fz_fields_equal (made, read));
  /* By coreutils' sha256sum over the same bytes. */
  g_assert_cmpstr (hash, ==, "897d56cbb82077c86244d60fdbdc942b4e3eecbf15616126246528b15dfd64ae");
}

static void
test_getters (void)
{
  g_autoptr (FzFields) self = fz_fields_freeze (golden ());
  g_autoptr (FzFields) again = fz_fields_ref (self);
  gint64 value = 77;

  g_assert_true (again == self);
  g_assert_cmpstr (fz_fields_get_kind (self), ==, "fuzhen.prescription/v1");
  g_assert_cmpstr (fz_fields_get (self, "note"), ==, "a\nb\\c café  ");
  g_assert_cmpstr (fz_fields_get_at (self, "item", 0, "name"), ==, "阿司匹林");
  g_assert_cmpstr (fz_fields_get_at (self, "item", 10, NULL), ==, "last");
  g_assert_null (fz_fields_get (self, "gone"));
  g_assert_false (fz_fields_has (self, "item"));
  g_assert_true (fz_fields_is_yes (self, "item_x"));
  g_assert_false (fz_fields_is_yes (self, "note"));
  g_assert_false (fz_fields_get_int (self, "note", &value));
  g_assert_false (fz_fields_get_int (self, "gone", &value));
  g_assert_cmpint (value, ==, 77);
  g_assert_true (fz_fields_get_int_at (self, "item", 1, "dose_ug", &value));
  g_assert_cmpint (value, ==, -5);
  g_assert_true (fz_fields_get_time (self, "signed_at", &value));
  g_assert_cmpint (value, ==, G_GINT64_CONSTANT (1700000000000000));
  g_assert_cmpuint (fz_fields_count (self, "item"), ==, 11);
  g_assert_cmpuint (fz_fields_count (self, "ite"), ==, 0);
  g_assert_cmpuint (fz_fields_count (self, "doctor"), ==, 0);
}

static void
test_integers (void)
{
  static const char *const good[] = { "0", "7", "-1", "9223372036854775807", "-9223372036854775808" };
  static const char *const bad[] = { "00", "01", "-0", "-", "+1", "1 ", " 1", "1.0", "9223372036854775808", "-9223372036854775809", "1e3", "٣" };
  g_autoptr (FzFields) self = fz_fields_new ("a.b/v1");
  gint64 value = 0;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *back = NULL;

      fz_fields_set (self, "n", good[i]);
      g_assert_true (fz_fields_get_int (self, "n", &value));
      back = g_strdup_printf ("%" G_GINT64_FORMAT, value);
      g_assert_cmpstr (back, ==, good[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      fz_fields_set (self, "n", bad[i]);
      g_test_message ("%s", bad[i]);
      g_assert_false (fz_fields_get_int (self, "n", &value));
    }
}

static void
test_merge_and_below (void)
{
  g_autoptr (FzFields) inner = golden ();
  g_autoptr (FzFields) outer = fz_fields_new ("outer.x/v2");
  g_autoptr (FzFields) back = NULL, item = NULL, copy = NULL;

  fz_fields_set (outer, "rx_other", "stays outside");
  fz_fields_merge (outer, "rx", inner);
  g_assert_cmpstr (fz_fields_get (outer, "rx.item.00.name"), ==, "阿司匹林");
  back = fz_fields_dup_below (outer, "rx", fz_fields_get_kind (inner));
  g_assert_true (fz_fields_equal (back, inner));
  item = fz_fields_dup_below (inner, "item.00", "x.item/v1");
  g_assert_cmpstr (fz_fields_get (item, "name"), ==, "阿司匹林");
  g_assert_false (fz_fields_has (item, "item"));
  fz_fields_freeze (inner);
  copy = fz_fields_dup (inner, NULL);
  g_assert_true (fz_fields_equal (copy, inner));
  fz_fields_set (copy, "note", "other");
  g_assert_false (fz_fields_equal (copy, inner));
  fz_fields_set (copy, "note", NULL);
  g_assert_false (fz_fields_equal (copy, inner));
  g_assert_cmpstr (fz_fields_get (inner, "note"), ==, "a\nb\\c café  ");
}

static void
test_frozen (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (FzFields) self = fz_fields_freeze (golden ());

      fz_fields_set (self, "note", "changed");
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*frozen*");
}

/* A random character of the kinds that go wrong: escapes, spaces, combining marks, Hangul, CJK, beyond the BMP. */
static gunichar
random_char (void)
{
  static const gunichar picks[] = { '\\', '\n', ' ', 'n', 0x301, 0x308, 0x323, 0x1100, 0x1161, 0x11a8, 0xf900, 0x2f800, 0x1d15e, 0x200b };
  gunichar c;

  if (g_test_rand_int_range (0, 3) == 0)
    return picks[g_test_rand_int_range (0, G_N_ELEMENTS (picks))];
  do
    c = (gunichar) g_test_rand_int_range (0x20, g_test_rand_bit () ? 0x3000 : 0x110000);
  while (!g_unichar_validate (c) || g_unichar_iscntrl (c));
  return c;
}

static char *
random_text (void)
{
  GString *out = g_string_new (NULL);

  for (gint32 n = g_test_rand_int_range (1, 20); n > 0; n--)
    g_string_append_unichar (out, random_char ());
  return g_string_free (out, FALSE);
}

static char *
random_key (void)
{
  static const char *const words[] = { "a", "ab", "a_b", "item", "item0", "z9_" };
  GString *out = g_string_new (words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);

  if (g_test_rand_bit ())
    g_string_append_printf (out, ".%02d", g_test_rand_int_range (0, 100));
  if (g_test_rand_bit ())
    g_string_append_printf (out, ".%s", words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
  return g_string_free (out, FALSE);
}

static FzFields *
random_fields (void)
{
  FzFields *self = fz_fields_new ("test.random/v12");

  for (gint32 n = g_test_rand_int_range (0, 12); n > 0; n--)
    {
      g_autofree char *key = random_key (), *value = random_text ();

      fz_fields_set (self, key, value);
      if (fz_fields_has (self, key) && fz_text_is_deceptive (fz_fields_get (self, key)))
        fz_fields_set (self, key, NULL);
    }
  return self;
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 4000; i++)
    {
      g_autoptr (FzFields) made = random_fields ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = fz_fields_print (made, &error), again = NULL;
      g_autoptr (FzFields) read = NULL;

      g_assert_no_error (error);
      read = fz_fields_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      g_assert_no_error (error);
      g_assert_true (fz_fields_equal (made, read));
      again = fz_fields_print (read, &error);
      g_assert_true (g_bytes_equal (bytes, again));
    }
}

/* Whatever the parser takes, printing gives back the same bytes: there is no second spelling of anything. */
static void
test_no_second_spelling (void)
{
  guint accepted = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (FzFields) made = random_fields (), read = NULL;
      g_autoptr (GBytes) bytes = fz_fields_print (made, NULL), again = NULL;
      gsize n = g_bytes_get_size (bytes);
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), n);

      copy[g_test_rand_int_range (0, (gint32) n)] ^= (guint8) (1 << g_test_rand_int_range (0, 8));
      read = fz_fields_parse (copy, n, NULL);
      if (read == NULL)
        continue;
      accepted++;
      again = fz_fields_print (read, NULL);
      g_assert_nonnull (again);
      g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), copy, n);
      g_assert_false (fz_fields_equal (made, read));
    }
  g_assert_cmpuint (accepted, >, 100);
}

static void
test_time (void)
{
  static const struct {
    gint64 us;
    const char *text;
  } good[] = {
    { 0, "1970-01-01T00:00:00Z" },
    { -1, "1969-12-31T23:59:59Z" },
    { G_GINT64_CONSTANT (951782400000000), "2000-02-29T00:00:00Z" },
    { G_GINT64_CONSTANT (253402300799000000), "9999-12-31T23:59:59Z" },
    { G_GINT64_CONSTANT (-2208988800000000), "1900-01-01T00:00:00Z" },
  };
  static const char *const bad[] = { "", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z",
                                     "2023-01-01T00:60:00Z", "2023-01-01T00:00:60Z", "2023-01-01 00:00:00Z", "2023-01-01T00:00:00",
                                     "2023-01-01T00:00:00z", "2023-01-01T00:00:00+8", "1899-12-31T23:59:59Z", "2023-1-01T00:00:00ZZ",
                                     "2023-01-01T00:00:00.0Z", "+023-01-01T00:00:00Z", "2023-01-01T 1:00:00Z" };
  gint64 us = 0;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = fz_time_format (good[i].us);

      g_assert_cmpstr (text, ==, good[i].text);
      g_assert_true (fz_time_parse (text, &us));
      g_assert_cmpint (us / 1000000, ==, good[i].us == -1 ? -1 : good[i].us / 1000000);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_false (fz_time_parse (bad[i], &us));
    }
}

/* A list of more than a hundred: two positions in a row. */
static void
test_long_list (void)
{
  static const char text[] = "ab/v1\nkey.00.99.vkey a\nkey.01.00.vkey b\n";
  g_autoptr (FzFields) made = fz_fields_new ("ab/v1"), back = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  fz_fields_set_at (made, "key.00", 99, "vkey", "a");
  fz_fields_set_at (made, "key.01", 0, "vkey", "b");
  bytes = fz_fields_print (made, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
  back = fz_fields_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_assert_true (fz_fields_equal (made, back));
  g_assert_cmpuint (fz_fields_count (back, "key.01"), ==, 1);
}

static void
note_key (const char *key, const char *value, gpointer data)
{
  g_string_append_printf (data, "%s=%s\n", key, value);
}

/* The keys asked for and those below a dot; a key that only begins alike is another. A line that is asked for is judged as ever, the others are not looked at. */
static void
test_part (void)
{
  static const char *const keys[] = { "doctor.name", "item.", "note", "signed", NULL };
  static const char broken[] = "fuzhen.prescription/v1\nnot a line\nitem.00.name \t\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) part = fz_fields_parse_part ((const guint8 *) GOLDEN, strlen (GOLDEN), keys, &error), bad = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  fz_fields_foreach (part, note_key, text);
  g_assert_cmpstr (text->str, ==, "doctor.name=王医生\nitem.00.dose_ug=5000000\nitem.00.name=阿司匹林\nitem.01.dose_ug=-5\nitem.10=last\nnote=a\nb\\c café  \n");
  g_assert_cmpstr (fz_fields_get_kind (part), ==, "fuzhen.prescription/v1");
  bad = fz_fields_parse_part ((const guint8 *) broken, strlen (broken), keys, &error);
  g_assert_null (bad);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  bad = fz_fields_parse_part ((const guint8 *) GOLDEN, strlen (GOLDEN) - 1, keys, &error);
  g_assert_null (bad);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fields/golden", test_golden);
  g_test_add_func ("/fields/getters", test_getters);
  g_test_add_func ("/fields/integers", test_integers);
  g_test_add_func ("/fields/merge-and-below", test_merge_and_below);
  g_test_add_func ("/fields/frozen", test_frozen);
  g_test_add_func ("/fields/round-trip", test_round_trip);
  g_test_add_func ("/fields/no-second-spelling", test_no_second_spelling);
  g_test_add_func ("/fields/time", test_time);
  g_test_add_func ("/fields/long-list", test_long_list);
  g_test_add_func ("/fields/part", test_part);
  return g_test_run ();
}
