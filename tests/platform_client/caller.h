/* tests/platform_client/caller.h: the product's transport, pointed at a port of the loopback. */
#pragma once

#include "app/platform/transport.h"

#define METHOD "pushMedicalDispute"
#define SECRET "0123456789abcdeffedcba9876543210"

typedef struct {
  FzMessageTable *table;
  const char *ours_path; /* PKCS#12 of password "caller", borrowed; NULL: we show nothing */
  char *ca_path, *crl_path; /* crl_path NULL: no revocation list is configured */
  FzPlatformConfig *config; /* of the last caller_connect() */
  FzTransport *transport;
} Caller;

void caller_begin (Caller *self, const char *ca_pem);
void caller_end (Caller *self);
/* Which authority it trusts from the next connection on. */
void caller_trust (Caller *self, const char *ca_pem);
/* The revocation list it looks at, at once; configured from the next caller_connect() on. */
void caller_list (Caller *self, const char *crl_pem);
/* `pin` NULL: none. */
void caller_connect (Caller *self, guint port, const char *pin, gint64 deadline_ms);
/* One empty call, to its end. */
FzPlatformAnswer *caller_call (Caller *self, GCancellable *cancellable, GError **error);
