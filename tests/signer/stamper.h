/* tests/signer/stamper.h: a time stamping authority (RFC 3161) of a test's own, by OpenSSL's other half; it can misbehave. */
#pragma once

#include "tests/signer/authority.h"

typedef enum {
  STAMPER_WELL,
  STAMPER_OTHER_NONCE,
  STAMPER_OTHER_HASH,
  STAMPER_REFUSES,       /* a well-formed no */
  STAMPER_WITHOUT_NONCE,
  STAMPER_NO_CERTIFICATE,
  STAMPER_OLD_ANSWER,    /* what it answered to the first request of all */
  STAMPER_CUT,
  STAMPER_MORE,          /* bytes behind it */
  STAMPER_GARBLED,
  STAMPER_EMPTY,
  STAMPER_HUGE,
  STAMPER_PAGE,          /* of a portal that wants a log-in */
  STAMPER_N
} StamperMishap;

typedef struct _Stamper Stamper;
/* Below `authority`, with a certificate for time stamping that is in force from and until. */
Stamper *stamper_new (Authority *authority, gint64 from_us, gint64 until_us);
void stamper_free (Stamper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stamper, stamper_free)
/* (transfer full) */
GBytes *stamper_answer (Stamper *self, const void *request, gsize n, gint64 at_us, StamperMishap mishap);
