/* app/platform/sm.h: the ciphers of the Tianjin platform's protocol (国密 SM3、SM4), by OpenSSL. Nothing else in the program
 * uses OpenSSL. Known weakness of the protocol, not of this file: the IV is fixed and the signature has no key, so secrecy and
 * authenticity rest on TLS and on the secrecy of the key; see transport.h. */
#pragma once

#include "core/error.h"
#include "core/secret.h"

#define FZ_SM4_KEY_BYTES 16
#define FZ_SM4_BLOCK_BYTES 16

/* SM3 of `bytes` as 64 upper-case hex digits. (transfer full) UNSUPPORTED when the installed OpenSSL has no SM3. */
char *fz_sm3_hex (const void *bytes, gsize n, GError **error);

/* SM4-CBC with ISO/IEC 7816-4 padding (0x80, then 0x00; a whole block when the text is aligned), as the bare lower-case hex
 * string that is the HTTP body. `key` is FZ_SM4_KEY_BYTES long. (transfer full) UNSUPPORTED when OpenSSL has no SM4. */
char *fz_sm4_cbc_hex (const FzSecret *key, const guint8 iv[FZ_SM4_BLOCK_BYTES], const void *plain, gsize n, GError **error);

/* The six signed headers, in the platform's own words. */
typedef struct {
  const char *key;         /* X-Ca-Key, the app key */
  const char *nonce;       /* X-Ca-Nonce, a UUID */
  gint64 timestamp_ms;     /* X-Ca-Timestamp, UTC milliseconds */
  const char *content_md5; /* X-Content-MD5, in truth the SM3 of the body */
  const char *service_id;  /* X-Service-Id */
  const char *method;      /* X-Service-Method */
} FzSignedHeaders;

/* The names that X-Ca-Signature-Headers lists, in the order signed. */
#define FZ_SIGNED_HEADER_NAMES "x-ca-key,x-ca-nonce,x-ca-timestamp,x-content-md5,x-service-id,x-service-method"

/* X-Ca-Signature: SM3 over `lowercase(name):value` of the six headers, sorted by name and joined with `&`. The interface text's
 * section 1.1 says otherwise (`k=v`, body included); the vendor's SDK does this, and this is what the platform accepts. */
char *fz_platform_signature (const FzSignedHeaders *headers, GError **error);
