/* tests/signer/token.h: what a test can do to the token of token.c. */
#pragma once

#include <openssl/evp.h>

#define TOKEN_SM2_MECHANISM 0x80000106UL

typedef enum {
  TOKEN_WELL,
  TOKEN_REMOVED,
  TOKEN_REMOVED_AT_LOGIN,
  TOKEN_REMOVED_AT_SIGN,
  TOKEN_PIN_LOCKED,
  TOKEN_PIN_LOCKED_AT_LOGIN,
  TOKEN_WRONG_SIGNATURE,
  TOKEN_OTHER_BYTES,
  TOKEN_SHORT_SIGNATURE
} TokenMishap;

void token_set_mishap (TokenMishap now);
void token_set_sm2_key (EVP_PKEY *key);
