/* Canonical fields: one refusal for each rule of the text. */
#include "core/fields.h"

#include <string.h>

typedef struct {
  const char *why, *text;
} Refusal;

static const Refusal refusals[] = {
  { "no bytes", "" },
  { "no final line feed", "a.b/v1" },
  { "no final line feed after a pair", "a.b/v1\nx 1" },
  { "kind with capitals", "A.b/v1\n" },
  { "kind of one letter", "a/v1\n" },
  { "kind beginning with a digit", "1a/v1\n" },
  { "kind ending in a dot", "a./v1\n" },
  { "kind without version", "ab\n" },
  { "version 0", "ab/v0\n" },
  { "version with a leading zero", "ab/v01\n" },
  { "version not a number", "ab/vx\n" },
  { "version missing", "ab/v\n" },
  { "something after the version", "ab/v1 \n" },
  { "two slashes", "ab/c/v1\n" },
  { "carriage return in the kind line", "ab/v1\r\n" },
  { "an empty line", "ab/v1\n\nx 1\n" },
  { "an empty line at the end", "ab/v1\nx 1\n\n" },
  { "no space", "ab/v1\nx\n" },
  { "empty value", "ab/v1\nx \n" },
  { "no key", "ab/v1\n 1\n" },
  { "tab instead of the space", "ab/v1\nx\t1\n" },
  { "key with capitals", "ab/v1\nX 1\n" },
  { "key beginning with an underscore", "ab/v1\n_x 1\n" },
  { "key ending in a dot", "ab/v1\nx. 1\n" },
  { "key with two dots", "ab/v1\nx..y 1\n" },
  { "key beginning with a dot", "ab/v1\n.x 1\n" },
  { "key beginning with a position", "ab/v1\n00.x 1\n" },
  { "position of one digit", "ab/v1\nx.1 1\n" },
  { "position of three digits", "ab/v1\nx.001 1\n" },
  { "position of three digits after a position", "ab/v1\nx.00.001 1\n" },
  { "position with a letter", "ab/v1\nx.0a 1\n" },
  { "key with a hyphen", "ab/v1\nx-y 1\n" },
  { "key that is not ASCII", "ab/v1\né 1\n" },
  { "repeated key", "ab/v1\nx 1\nx 2\n" },
  { "keys out of order", "ab/v1\ny 1\nx 2\n" },
  { "keys in another collation", "ab/v1\na_b 1\na.b 2\n" },
  { "unknown escape", "ab/v1\nx \\t\n" },
  { "escape of a quote", "ab/v1\nx \\\"\n" },
  { "backslash at the end", "ab/v1\nx 1\\\n" },
  { "tab in the value", "ab/v1\nx a\tb\n" },
  { "carriage return in the value", "ab/v1\nx a\r\n" },
  { "delete character", "ab/v1\nx a\177\n" },
  { "control of the second set", "ab/v1\nx a\302\205\n" },
  { "bad UTF-8", "ab/v1\nx \377\n" },
  { "overlong UTF-8", "ab/v1\nx \300\257\n" },
  { "surrogate in UTF-8", "ab/v1\nx \355\240\200\n" },
  { "cut UTF-8", "ab/v1\nx \345\214\n" },
  { "direction override", "ab/v1\nx 5\342\200\256gm\n" },
  { "direction isolate", "ab/v1\nx \342\201\246a\n" },
  { "line separator", "ab/v1\nx a\342\200\250b\n" },
  { "tag character", "ab/v1\nx a\363\240\201\201\n" },
  { "stack of marks", "ab/v1\nx x\314\201\314\201\314\201\314\201\314\201\n" },
  { "blank of no width", "ab/v1\nx a\342\200\213b\n" },
  { "joiner that joins nothing", "ab/v1\nx \347\216\213\342\200\215\n" },
  { "soft hyphen", "ab/v1\nx a\302\255b\n" },
  { "decomposed letter", "ab/v1\nx e\314\201\n" },
  { "compatibility ideograph that NFC replaces", "ab/v1\nx \357\244\200\n" },
  { "byte order mark", "\357\273\277ab/v1\nx 1\n" },
};

static void
test_refused (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) self = fz_fields_parse ((const guint8 *) refusal->text, strlen (refusal->text), &error);

  g_assert_null (self);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_zero_byte (void)
{
  static const guint8 text[] = "ab/v1\nx 1\0y 2\n";
  g_autoptr (FzFields) self = fz_fields_parse (text, sizeof text - 1, NULL);

  g_assert_null (self);
}

static void
test_line_named (void)
{
  static const char text[] = "ab/v1\nx 1\ny a\\q\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) self = fz_fields_parse ((const guint8 *) text, strlen (text), &error);

  g_assert_null (self);
  g_assert_nonnull (strstr (error->message, "3"));
}

static void
test_print_refuses (void)
{
  static const Refusal values[] = { { "x", "a\tb" }, { "x", "a\rb" }, { "x", "\377" }, { "X", "1" }, { "a..b", "1" }, { "a b", "1" }, { "", "1" } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (FzFields) self = fz_fields_new ("ab/v1");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;

      fz_fields_set (self, values[i].why, values[i].text);
      bytes = fz_fields_print (self, &error);
      g_assert_null (bytes);
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, values[i].why));
    }
}

static void
test_print_refuses_kind (void)
{
  g_autoptr (FzFields) self = fz_fields_new ("Bad/v1");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = fz_fields_print (self, &error);

  g_assert_null (bytes);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
test_size_limit (void)
{
  const gsize overhead = strlen ("ab/v1\nx \n");

  for (gsize over = 0; over <= 1; over++)
    {
      g_autoptr (FzFields) self = fz_fields_new ("ab/v1");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (FzFields) back = NULL;
      g_autofree char *value = g_strnfill (FZ_FIELDS_MAX_BYTES - overhead + over, 'x');
      g_autofree char *text = g_strdup_printf ("ab/v1\nx %s\n", value);

      fz_fields_set (self, "x", value);
      bytes = fz_fields_print (self, &error);
      back = fz_fields_parse ((const guint8 *) text, strlen (text), NULL);
      g_assert_cmpint (bytes != NULL, ==, over == 0);
      g_assert_cmpint (back != NULL, ==, over == 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdelimit (g_strdup_printf ("/fields/refused/%s", refusals[i].why), " ", '-');

      g_test_add_data_func (path, &refusals[i], test_refused);
    }
  g_test_add_func ("/fields/refused/zero-byte", test_zero_byte);
  g_test_add_func ("/fields/line-named", test_line_named);
  g_test_add_func ("/fields/print-refuses", test_print_refuses);
  g_test_add_func ("/fields/print-refuses-kind", test_print_refuses_kind);
  g_test_add_func ("/fields/size-limit", test_size_limit);
  return g_test_run ();
}
