/* tests/platform/gateway.h: judges one call: headers, digest, signature, time, nonce, cipher, JSON, fields, order; stores what
 * it was and what became of it. Knows nothing of sockets. */
#pragma once

#include "tests/platform/crypto.h"
#include "tests/platform/faults.h"
#include "tests/platform/store.h"

#include <libsoup/soup.h>

typedef struct {
  char *app_key, *unit_id;
  guint8 key[SIM_KEY_BYTES];
  guint window_s; /* how far a call's time may be from ours, either way */
  SimFaults *faults;
  SimStore *store;
} SimGateway;

typedef struct {
  char *body; /* JSON of the platform's shape; NULL when the fault leaves nothing to say */
  SimFault fault;
} SimReply;

void sim_gateway_answer (SimGateway *self, SoupMessageHeaders *headers, const char *body, gsize n, SimReply *reply);
