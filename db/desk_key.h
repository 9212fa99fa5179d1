/* db/desk_key.h: this desk's own signing key (台签名), which says only "these bytes were received here, then". */
#pragma once

#include "core/note.h"
#include "db/store.h"

/* Named `<origin>/desk`. (transfer full) */
FzVerifier *fz_desk_key_dup_verifier (FzTxn *txn, GError **error);
/* One signature line over a document body, as fz_note_sign_line(). */
char *fz_desk_key_sign_line (FzTxn *txn, const void *text, gsize n, GError **error);
