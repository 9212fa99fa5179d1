/* app/platform/transport.h: one call to the supervision platform over TLS: sealed, signed, sent once, its answer read within
 * bounds. No retry here, none in the library: one call is one request with a fresh nonce, time and signature.
 *
 * main() must set SOUP_FORCE_HTTP1=1 in the environment before any thread starts: over HTTP/2 this libsoup hangs when an upload
 * is cancelled. */
#pragma once

#include "app/platform/config.h"
#include "app/platform/outcome.h"

typedef struct _FzTransport FzTransport;

/* Used from this thread only, with its thread-default main context. `deadline_ms` bounds a call from start to last byte; 0 takes
 * the table's. INTERNAL when SOUP_FORCE_HTTP1 is not set. */
FzTransport *fz_transport_new (FzPlatformConfig *config, FzMessageTable *table, gint64 deadline_ms, GError **error);
FzTransport *fz_transport_ref (FzTransport *self);
void fz_transport_unref (FzTransport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzTransport, fz_transport_unref)

/* `payload`: the frozen JSON text. Cancelling is like the cable being cut. */
void fz_platform_call_async (FzTransport *self, const char *method, GBytes *payload, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
/* Any complete HTTP answer, good or bad, is a result; fz_outcome_classify() says what it means. Errors:
 *   OFFLINE          not one byte of the request's body left: no route, no name, refused, deadline before sending
 *   UNKNOWN_OUTCOME  it left, and no whole answer of at most 4 MiB came back
 *   REJECTED         the server's certificate is not to be trusted, or it wants one of us; nothing was sent
 *   UNSUPPORTED      OpenSSL without SM3 or SM4; nothing was sent */
FzPlatformAnswer *fz_platform_call_finish (FzTransport *self, GAsyncResult *result, GError **error);
