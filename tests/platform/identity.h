/* tests/platform/identity.h: the simulator's own certificate authority and server certificate, made at start. */
#pragma once

#include <glib.h>

typedef struct {
  char *ca_pem;     /* the authority's certificate: what a client trusts */
  char *server_pem; /* certificate and key for 127.0.0.1, ::1 and localhost */
} SimIdentity;

/* A fresh one, valid from yesterday for 30 days. */
SimIdentity *sim_identity_new (void);
/* The one kept in `path`, or a fresh one that is then kept there: a restarted platform keeps its certificate. */
SimIdentity *sim_identity_keep (const char *path, GError **error);
void sim_identity_free (SimIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimIdentity, sim_identity_free)
