/* db/knowledge_file.h: the bytes by which medicines were judged, each kept once under its hash (用药检查依据的留存). */
#pragma once

#include "db/store.h"

/* Keeps these bytes under their hash; keeping them again does nothing. `name` says what they are. */
gboolean fz_knowledge_file_keep (FzTxn *txn, const char *name, GBytes *body, GError **error);
gboolean fz_knowledge_file_has (FzTxn *txn, const char *sha256, gboolean *out_has, GError **error);
/* NOT_FOUND; CORRUPT when the kept bytes are no longer those of their name. (transfer full) */
GBytes *fz_knowledge_file_get (FzTxn *txn, const char *sha256, GError **error);
