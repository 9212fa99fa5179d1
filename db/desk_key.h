/* db/desk_key.h: this desk's own keys (台签名、日志密钥). `desk` says "these bytes were received here, then", and stands for the institution:
 * it signs the key list and people's certificates; `log` signs checkpoints. Each is followed by a successor that it signs itself. */
#pragma once

#include "core/fields.h"
#include "core/note.h"
#include "db/store.h"

/* Named `<origin>/desk`. (transfer full) */
FzVerifier *fz_desk_key_dup_verifier (FzTxn *txn, GError **error);
/* One signature line over a document body, as fz_note_sign_line(). */
char *fz_desk_key_sign_line (FzTxn *txn, const void *text, gsize n, GError **error);
/* Every key there was, oldest first, as facts: serial, purpose (log|desk), name, vkey, from, and once it has a successor until and at_size (of the log).
 * GPtrArray of FzFields. (transfer full) */
GPtrArray *fz_desk_key_list (FzTxn *txn, GError **error);
/* A successor for `purpose`, in use after this transaction. `about` (institution, reason …) goes into the note `fuzhen.key_succession/v1` that the former
 * signs, kept in the archive; the log's last checkpoint under the former is signed here. Append the audit entry first. *out_note (may be NULL). */
gboolean fz_desk_key_succeed (FzTxn *txn, const char *purpose, const FzFields *about, GBytes **out_note, GError **error);
/* A line by the former desk key, for as long as others may know no other: NULL without error when there is none or its succession is older than
 * `since_us`. */
char *fz_desk_key_sign_former_line (FzTxn *txn, gint64 since_us, const void *text, gsize n, GError **error);
