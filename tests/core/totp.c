/* One-time codes: RFC 6238's vectors, the window, and that a code is good once. */
#include "core/totp.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000)

static FzSecret *
rfc_key (void)
{
  return fz_secret_new_from ("12345678901234567890", FZ_TOTP_KEY_BYTES);
}

/* RFC 6238 appendix B gives 8 digits; these are their last 6. */
static void
test_vectors (void)
{
  static const struct {
    gint64 second;
    const char *code;
  } vectors[] = { { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
                  { 1234567890, "005924" }, { 2000000000, "279037" }, { G_GINT64_CONSTANT (20000000000), "353130" } };
  g_autoptr (FzSecret) key = rfc_key ();

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      char code[FZ_TOTP_DIGITS + 1];
      gint64 step = -1;

      fz_totp_code (key, fz_totp_step (vectors[i].second * SECOND), code);
      g_assert_cmpstr (code, ==, vectors[i].code);
      g_assert_true (fz_totp_match (key, code, vectors[i].second * SECOND, -1, &step));
      g_assert_cmpint (step, ==, vectors[i].second / 30);
    }
}

static void
test_window (void)
{
  g_autoptr (FzSecret) key = rfc_key ();
  const gint64 now = 1111111111 * SECOND, step_us = 30 * SECOND;

  for (gint64 off = -4; off <= 4; off++)
    {
      gint64 step = -1;

      g_assert_cmpint (fz_totp_match (key, "050471", now + off * step_us, -1, &step), ==, off >= -1 && off <= 1);
      if (off >= -1 && off <= 1)
        g_assert_cmpint (step, ==, now / step_us);
      else
        g_assert_cmpint (step, ==, -1);
    }
}

static void
test_once (void)
{
  g_autoptr (FzSecret) key = rfc_key ();
  const gint64 now = 1111111111 * SECOND;
  gint64 step = -1, kept;
  char earlier[FZ_TOTP_DIGITS + 1], later[FZ_TOTP_DIGITS + 1];

  g_assert_true (fz_totp_match (key, "050471", now, -1, &step));
  kept = step;
  g_assert_false (fz_totp_match (key, "050471", now, kept, &step));
  g_assert_false (fz_totp_match (key, "050471", now + 30 * SECOND, kept, &step));
  fz_totp_code (key, kept - 1, earlier);
  g_assert_false (fz_totp_match (key, earlier, now, kept, &step));
  fz_totp_code (key, kept + 1, later);
  g_assert_true (fz_totp_match (key, later, now, kept, &step));
  g_assert_cmpint (step, ==, kept + 1);
}

static void
test_wrong (void)
{
  static const char *const codes[] = { "", "050470", "05047", "0504710", "50471", " 50471", "050471 ", "０５０４７１" };
  g_autoptr (FzSecret) key = rfc_key (), other = fz_secret_new_from ("12345678901234567891", FZ_TOTP_KEY_BYTES);
  gint64 step = -7;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_false (fz_totp_match (key, codes[i], 1111111111 * SECOND, -1, &step));
  g_assert_false (fz_totp_match (other, "050471", 1111111111 * SECOND, -1, &step));
  g_assert_cmpint (step, ==, -7);
}

static const char *
text_of (const FzSecret *secret)
{
  return (const char *) fz_secret_get (secret);
}

static void
test_texts (void)
{
  static const char *const pairs[][2] = { { "", "" },           { "f", "MY" },       { "fo", "MZXQ" },        { "foo", "MZXW6" },
                                          { "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" } }; /* RFC 4648 */
  g_autoptr (FzSecret) key = rfc_key ();
  g_autoptr (FzSecret) uri = fz_totp_uri (key, "复诊 demo", "a@b");

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (FzSecret) bytes = fz_secret_new_from (pairs[i][0], strlen (pairs[i][0]));
      g_autoptr (FzSecret) text = fz_totp_key_text (bytes);

      g_assert_cmpstr (text_of (text), ==, pairs[i][1]);
    }
  g_assert_cmpstr (text_of (uri), ==,
                   "otpauth://totp/%E5%A4%8D%E8%AF%8A%20demo:a%40b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                   "&issuer=%E5%A4%8D%E8%AF%8A%20demo&algorithm=SHA1&digits=6&period=30");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/totp/vectors", test_vectors);
  g_test_add_func ("/totp/window", test_window);
  g_test_add_func ("/totp/once", test_once);
  g_test_add_func ("/totp/wrong", test_wrong);
  g_test_add_func ("/totp/texts", test_texts);
  return g_test_run ();
}
