/* app/factor.h: the second factor (第二因素): a key file that answers a challenge, or a one-time code by RFC 6238. */
#pragma once

#include "core/error.h"
#include "core/secret.h"

/* Content of a new key file for this person, and what the store keeps of it: `key <base64 public key>`. */
FzSecret *fz_factor_new_key_file (const char *number, const guint8 seed[32], char **out_kept);
/* What the store keeps of a one-time secret: `totp <base64>`. */
char *fz_factor_keep_totp (const FzSecret *key);
/* Judges what the person gave against what is kept. For a one-time code *out_step is its step, later than `last_step`, so that a
 * code is good once; 0 for a key file. SIGNATURE when it does not fit. */
gboolean fz_factor_check (const char *kept, const char *number, const FzSecret *given, gint64 now_us, gint64 last_step,
                          gint64 *out_step, GError **error);
