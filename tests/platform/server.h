/* tests/platform/server.h: the gateway on a loopback port over TLS, and the mishaps of the wire. */
#pragma once

#include "tests/platform/gateway.h"
#include "tests/platform/identity.h"

#define SIM_PATH "/openapi/api"

/* Port 0: a free one, told in *bound. (transfer full) */
SoupServer *sim_server_start (SimGateway *gateway, const SimIdentity *identity, guint port, guint *bound, GError **error);
