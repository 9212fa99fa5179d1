/* app/platform/generic.h: one call in the generic format (assets/schema/generic-upload.json): the payload as plain JSON over TLS, with a key that is the same
 * for the same record, and a signature of message, time and key. For platforms whose own interface is not public. */
#pragma once

#include "app/platform/config.h"

#include <libsoup/soup.h>

/* SHA-256 of method, LF, payload; lower-case hex. (transfer full) */
char *fz_generic_key (const char *method, GBytes *payload);
/* HMAC-SHA256 under the configuration's secret over method, LF, milliseconds, LF, key; lower-case hex. (transfer full) */
char *fz_generic_signature (const FzSecret *secret, const char *method, gint64 timestamp_ms, const char *key);
/* What is laid into a folder instead (assets/schema/generic-collect.json): the same fields as JSON, the payload under SM4-CBC with the secret and this IV.
 * (transfer full) UNSUPPORTED when OpenSSL has no SM4. */
char *fz_generic_seal_file (const FzPlatformConfig *config, const char *method, const char *key, const guint8 iv[16], GBytes *payload, GError **error);
/* Body and headers of the request. */
void fz_generic_seal (SoupMessage *message, const FzPlatformConfig *config, const char *method, const char *key, GBytes *payload);
