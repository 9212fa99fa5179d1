#include "core/totp.h"

#include <sodium.h>
#include <string.h>

#define CODE_MODULUS 1000000
#define SHA1_BYTES 20

gint64
fz_totp_step (gint64 utc_us)
{
  gint64 step_us = FZ_TOTP_STEP_SECONDS * G_GINT64_CONSTANT (1000000);

  return utc_us / step_us - (utc_us % step_us < 0 ? 1 : 0);
}

void
fz_totp_code (const FzSecret *key, gint64 step, char out[FZ_TOTP_DIGITS + 1])
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, fz_secret_get (key), fz_secret_size (key));
  guint64 counter = GUINT64_TO_BE ((guint64) step);
  guint8 digest[SHA1_BYTES];
  gsize n = sizeof digest;
  const guint8 *at;
  guint32 value;

  g_hmac_update (hmac, (const guint8 *) &counter, sizeof counter);
  g_hmac_get_digest (hmac, digest, &n);
  at = digest + (digest[SHA1_BYTES - 1] & 0x0f);
  value = ((guint32) at[0] & 0x7f) << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
  g_snprintf (out, FZ_TOTP_DIGITS + 1, "%0*u", FZ_TOTP_DIGITS, value % CODE_MODULUS);
  fz_secret_wipe (digest, sizeof digest);
}

gboolean
fz_totp_match (const FzSecret *key, const char *code, gint64 utc_us, gint64 last_step, gint64 *out_step)
{
  gint64 now = fz_totp_step (utc_us);
  char expected[FZ_TOTP_DIGITS + 1];
  gboolean found = FALSE;

  if (strlen (code) != FZ_TOTP_DIGITS)
    return FALSE;
  /* All steps are computed whatever the first says, so that time does not tell which was near. */
  for (gint64 step = now - FZ_TOTP_WINDOW; step <= now + FZ_TOTP_WINDOW; step++)
    {
      fz_totp_code (key, step, expected);
      if (sodium_memcmp (expected, code, FZ_TOTP_DIGITS) == 0 && step > last_step && !found)
        {
          *out_step = step;
          found = TRUE;
        }
    }
  fz_secret_wipe (expected, sizeof expected);
  return found;
}

FzSecret *
fz_totp_key_text (const FzSecret *key)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  gsize n = fz_secret_size (key);
  FzSecret *text = fz_secret_new ((n * 8 + 4) / 5 + 1);
  const guint8 *bytes = fz_secret_get (key);
  char *out = (char *) fz_secret_get_writable (text);

  for (gsize bit = 0; bit < n * 8; bit += 5)
    {
      guint next = bit / 8 + 1 < n ? bytes[bit / 8 + 1] : 0;
      guint pair = (guint) bytes[bit / 8] << 8 | next;

      *out++ = alphabet[pair >> (11 - bit % 8) & 0x1f];
    }
  return text;
}

FzSecret *
fz_totp_uri (const FzSecret *key, const char *issuer, const char *account)
{
  g_autoptr (FzSecret) key_text = fz_totp_key_text (key);
  g_autofree char *issuer_part = g_uri_escape_string (issuer, NULL, FALSE);
  g_autofree char *account_part = g_uri_escape_string (account, NULL, FALSE);
  g_autofree char *before = g_strdup_printf ("otpauth://totp/%s:%s?secret=", issuer_part, account_part);
  g_autofree char *after = g_strdup_printf ("&issuer=%s&algorithm=SHA1&digits=%d&period=%d", issuer_part, FZ_TOTP_DIGITS,
                                            FZ_TOTP_STEP_SECONDS);
  gsize n_key = fz_secret_size (key_text) - 1;
  FzSecret *uri = fz_secret_new (strlen (before) + n_key + strlen (after) + 1);
  char *out = (char *) fz_secret_get_writable (uri);

  out = memcpy (out, before, strlen (before));
  out = memcpy (out + strlen (before), fz_secret_get (key_text), n_key);
  memcpy (out + n_key, after, strlen (after));
  return uri;
}
