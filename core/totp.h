/* core/totp.h: the second factor by RFC 6238 (动态口令): HMAC-SHA1, 6 digits, steps of 30 s, as every authenticator app makes. */
#pragma once

#include "core/secret.h"

#define FZ_TOTP_KEY_BYTES 20
#define FZ_TOTP_DIGITS 6
#define FZ_TOTP_STEP_SECONDS 30
#define FZ_TOTP_WINDOW 1 /* steps before and after that are taken too, for clocks that differ */

/* The step a moment lies in. */
gint64 fz_totp_step (gint64 utc_us);
/* The code of a step, NUL-terminated. */
void fz_totp_code (const FzSecret *key, gint64 step, char out[FZ_TOTP_DIGITS + 1]);
/* TRUE when `code` (6 ASCII digits) is that of the moment's step or one within the window, and the step is later than
 * `last_step` (-1: none yet). *out_step is then to be kept as the next last_step, so that a code is good once. */
gboolean fz_totp_match (const FzSecret *key, const char *code, gint64 utc_us, gint64 last_step, gint64 *out_step);
/* The key for typing into an app, base32 without padding; and the otpauth:// address for its QR code. Both NUL-terminated
 * in the secret's memory. (transfer full) */
FzSecret *fz_totp_key_text (const FzSecret *key);
FzSecret *fz_totp_uri (const FzSecret *key, const char *issuer, const char *account);
