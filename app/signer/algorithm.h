/* app/signer/algorithm.h: the signature algorithms that a line of a document may be made with, and the check of each (签名算法).
 * Serves the Electronic Signature Law art. 13; SM2 with SM3 by GM/T 0003 and GM/T 0009 (signer's identity 1234567812345678). */
#pragma once

#include "core/note.h"

typedef enum {
  FZ_ALGORITHM_ED25519,    /* key of 32 bytes, signature of 64 */
  FZ_ALGORITHM_SM2_SM3,    /* key: the point, 65 bytes from 04; signature: DER of r and s */
  FZ_ALGORITHM_ECDSA_P256, /* with SHA-256; key and signature as for SM2 */
  FZ_N_ALGORITHMS
} FzAlgorithm;

#define FZ_POINT_BYTES 65
#define FZ_SM2_IDENTITY "1234567812345678"

/* Behind 0xff in the key's id; NULL for Ed25519, which the note's format knows. */
const char *fz_algorithm_tag (FzAlgorithm self);
/* `ed25519`, `sm2`, `ecdsa`. */
const char *fz_algorithm_word (FzAlgorithm self);
gboolean fz_algorithm_from_word (const char *word, FzAlgorithm *out);
/* The key id of a line by this key under this name. INVALID when the bytes are no key. */
gboolean fz_algorithm_key_id (FzAlgorithm self, const char *name, GBytes *public_key, guint32 *out, GError **error);
/* TRUE only for the one spelling of a signature that fits; anything else, also a key that is none, is FALSE. */
gboolean fz_algorithm_check (FzAlgorithm self, GBytes *public_key, const void *text, gsize n, const guint8 *signature, gsize n_signature);
/* What SM2 signs of a text: SM3 (Z, text), Z being of identity and key. For tokens that sign a digest. FALSE: this OpenSSL cannot. */
gboolean fz_sm2_digest (GBytes *public_key, const void *text, gsize n, guint8 out[32]);
/* r and s as 64 bytes, which tokens give, as DER. (transfer full) */
GBytes *fz_signature_from_halves (const guint8 halves[64]);
