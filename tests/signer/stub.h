/* tests/signer/stub.h: a provider that misbehaves. */
#pragma once

#include "app/signer/signer.h"

#include <openssl/evp.h>

typedef enum {
  STUB_WELL,
  STUB_TWO_TOKENS,
  STUB_PIN_LOCKED,           /* at the PIN */
  STUB_PIN_LOCKED_STATUS,
  STUB_REMOVED_AT_PIN,
  STUB_REMOVED_AT_SIGN,
  STUB_GONE_AFTER_PIN,       /* by its status */
  STUB_WRONG_SIGNATURE,
  STUB_OTHER_BYTES,
  STUB_OTHER_KEY,
  STUB_EMPTY,
  STUB_SHORT,
  STUB_LONG,
  STUB_HUGE,
  STUB_ZEROES,
  STUB_SLOW_PIN,
  STUB_SLOW_SIGN,
  STUB_FOREIGN_CERTIFICATE,  /* of another key */
  STUB_NO_CERTIFICATE,       /* what stands for one is none */
} StubMishap;

typedef struct {
  StubMishap mishap;
  FzAlgorithm algorithm;
  EVP_PKEY *key, *other;
  GBytes *public_key, *certificate; /* certificate NULL: none */
  GMutex mutex;
  GCond cond;
  gboolean at_it, released;   /* a slow token is at it; it may go on */
  guint forgotten, closed;
} Stub;

extern const FzSignerProvider stub_provider; /* place.other is a Stub */
