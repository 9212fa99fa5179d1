/* db/shares.h: a 32-byte secret in shares of which any two open it (恢复份额). Shamir over GF(256), each byte a line
 * s + c·x; x is the share's number. Printed as 16 groups of 4 letters and digits: number, which store, value, checksum.
 * The letters are Crockford's base 32: no I, L, O or U; small letters, spaces and dashes are read too. */
#pragma once

#include "core/error.h"
#include "core/secret.h"
#include "db/store.h"

#define FZ_SHARES_MAX 16

/* n texts, 2..FZ_SHARES_MAX; NULL-terminated; the caller wipes them after printing (fz_shares_free). */
char **fz_shares_split (const FzSecret *secret, const guint8 identity[FZ_STORE_IDENTITY_BYTES], guint n, FzRandom random,
                        gpointer random_data);
void fz_shares_free (char **shares);
/* INVALID says which share is mistyped, of another store, or given twice. */
FzSecret *fz_shares_join (const char *first, const char *second, const guint8 identity[FZ_STORE_IDENTITY_BYTES],
                          GError **error);
