/* core/note.h: C2SP signed notes (签名文本) and the Ed25519 keys that sign them. https://c2sp.org/signed-note
 * A note is text ending in LF, an empty line, and one line `— name base64(key id, signature)` LF for each signer.
 * A verifier key is written `name+8 hex digits+base64(0x01, public key)`; name has no space and no plus sign. */
#pragma once

#include "core/error.h"
#include "core/secret.h"

#define FZ_ED25519_PUBLIC_BYTES 32
#define FZ_ED25519_SEED_BYTES 32
#define FZ_ED25519_SIGNATURE_BYTES 64

/* Of a key: not empty, valid UTF-8, no space, plus sign or control character. */
gboolean fz_note_name_valid (const char *name);

/* A public key with its name; frozen. */
typedef struct _FzVerifier FzVerifier;
FzVerifier *fz_verifier_new (const char *name, const guint8 public_key[FZ_ED25519_PUBLIC_BYTES], GError **error);
/* Parses `name+hash+base64`; INVALID when the hash or the shape is wrong, or the point is of small order. */
FzVerifier *fz_verifier_parse (const char *vkey, GError **error);
FzVerifier *fz_verifier_ref (FzVerifier *self);
void fz_verifier_unref (FzVerifier *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzVerifier, fz_verifier_unref)
const char *fz_verifier_get_name (const FzVerifier *self);
const guint8 *fz_verifier_get_public_key (const FzVerifier *self);
guint32 fz_verifier_get_key_id (const FzVerifier *self);
char *fz_verifier_dup_vkey (const FzVerifier *self);
/* Strict Ed25519: canonical S, no small-order or non-canonical key. */
gboolean fz_verifier_check (const FzVerifier *self, const void *text, gsize n, const guint8 signature[64]);

/* Makes the public key of a 32-byte seed. */
void fz_seed_public_key (const FzSecret *seed, guint8 out_public[FZ_ED25519_PUBLIC_BYTES]);
/* The 64 bytes themselves, without the check that a line gets; for a signer that checks what it made. */
void fz_seed_sign (const FzSecret *seed, const guint8 public_key[FZ_ED25519_PUBLIC_BYTES], const void *text, gsize n,
                   guint8 out_signature[FZ_ED25519_SIGNATURE_BYTES]);
/* FALSE with INVALID unless text may stand in a note: it ends in LF and holds no empty line, no control character, no bad UTF-8. */
gboolean fz_note_check_text (const void *text, gsize n, GError **error);
/* The key id of a key of another algorithm (C2SP type 0xff): of name, LF, 0xff, tag, public key. `tag`: `fuzhen-sm2-sm3`. */
guint32 fz_note_key_id_of (const char *name, const char *tag, const guint8 *public_key, gsize n);
/* `— name base64(key id, signature)` LF, from what any signer made. (transfer full) */
char *fz_note_format_line (const char *name, guint32 key_id, const guint8 *signature, gsize n);
/* One signature line (`— name …` LF) over text; the seed is used only inside the call. INVALID when text does not end in LF
 * or holds an empty signature separator. */
char *fz_note_sign_line (const FzVerifier *who, const FzSecret *seed, const void *text, gsize n, GError **error);

/* Parsed note; frozen. */
typedef struct _FzNote FzNote;
FzNote *fz_note_parse (const guint8 *bytes, gsize n, GError **error);
FzNote *fz_note_ref (FzNote *self);
void fz_note_unref (FzNote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzNote, fz_note_unref)
/* The text with its last LF, without the empty line. (transfer none) */
GBytes *fz_note_get_text (const FzNote *self);
guint fz_note_get_n_lines (const FzNote *self);
const char *fz_note_get_line (const FzNote *self, guint i); /* with its LF */
const char *fz_note_get_signer (const FzNote *self, guint i);
guint32 fz_note_get_key_id (const FzNote *self, guint i);
/* The signature's bytes, whatever its algorithm. (transfer none) */
const guint8 *fz_note_get_signature (const FzNote *self, guint i, gsize *out_n);
/* TRUE when a line by `who` is there and valid. FALSE with SIGNATURE when its line is there and wrong or there is none. */
gboolean fz_note_check (const FzNote *self, const FzVerifier *who, GError **error);
/* Text and lines put together as a note. */
GBytes *fz_note_join (GBytes *text, const char *const *lines);
/* Lines that stand in one text, each with its LF. (transfer full), NULL-terminated. */
char **fz_note_split_lines (const char *lines);
