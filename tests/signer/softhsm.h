/* tests/signer/softhsm.h: tokens in SoftHSM, through the module of token.c. */
#pragma once

#include "app/signer/algorithm.h"
#include "tests/signer/authority.h"
#include "tests/signer/token.h"

/* A store for tokens of its own, and the module loaded; once. softhsm_remove() at the end. */
void softhsm_set_up (void);
void softhsm_remove (void);
const char *softhsm_get_module (void);
void softhsm_set_mishap (TokenMishap mishap);
/* A token with one key; from_us 0: without a certificate; `by` NULL: of an authority nobody knows. The slot as the provider names it; *sha256 of the certificate. (transfer full) */
char *softhsm_make_token (const char *label, const char *pin, FzAlgorithm algorithm, Authority *by, gint64 from_us, gint64 until_us, char **sha256);
