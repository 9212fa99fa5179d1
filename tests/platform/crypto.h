/* tests/platform/crypto.h: the platform's own cryptography, from libgcrypt: SM3, SM4-CBC with the published fixed IV and
 * ISO/IEC 7816-4 padding. Nothing here is shared with the product, so that a common mistake cannot cancel out. */
#pragma once

#include <glib.h>

#define SIM_KEY_BYTES 16

void sim_crypto_start (void);
/* SM3 of the bytes as upper-case hex, 64 characters. (transfer full) */
char *sim_sm3_hex (const void *bytes, gsize n);
/* One block, no mode: for the published SM4 vector only. */
void sim_sm4_block (const guint8 key[SIM_KEY_BYTES], const guint8 in[16], guint8 out[16]);
/* Plain text to lower-case hex cipher text. (transfer full) */
char *sim_encrypt (const guint8 key[SIM_KEY_BYTES], const char *text, gsize n);
/* The inverse; NULL with a reason in *reason (transfer none) when the text is not lower-case hex of whole blocks or the
 * padding is wrong, which is what a wrong key looks like. The result ends with a NUL that is not counted in *n. */
char *sim_decrypt (const guint8 key[SIM_KEY_BYTES], const char *hex, gsize hex_n, gsize *n, const char **reason);
/* Exactly 32 hex digits to 16 bytes. */
gboolean sim_key_from_hex (const char *hex, guint8 key[SIM_KEY_BYTES]);
