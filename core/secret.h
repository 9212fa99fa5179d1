/* core/secret.h: bytes that must not leak (密钥、口令). Memory is locked, guarded and wiped; it is never copied to the heap. */
#pragma once

#include <glib.h>

typedef struct _FzSecret FzSecret;

/* A zeroed secret of n bytes (n may be 0). Aborts only when the system gives no locked memory at all. */
FzSecret *fz_secret_new (gsize n);
/* Copies `bytes` in; the caller wipes its own copy. */
FzSecret *fz_secret_new_from (const void *bytes, gsize n);
/* Fresh random bytes. */
FzSecret *fz_secret_random (gsize n);
/* Random bytes that are no secret: ids, salts, nonces of headers. */
void fz_random_bytes (void *out, gsize n);
FzSecret *fz_secret_copy (const FzSecret *self);
const guint8 *fz_secret_get (const FzSecret *self);
guint8 *fz_secret_get_writable (FzSecret *self);
gsize fz_secret_size (const FzSecret *self);
/* Constant-time comparison. */
gboolean fz_secret_equal (const FzSecret *a, const FzSecret *b);
/* Wipes and frees; NULL is fine. */
void fz_secret_free (FzSecret *self);
/* Wipes bytes that had to live elsewhere for a moment. */
void fz_secret_wipe (void *bytes, gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSecret, fz_secret_free)
