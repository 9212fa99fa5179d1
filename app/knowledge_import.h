/* app/knowledge_import.h: an edition of drug knowledge as a supplier hands it over: a folder or a zip of its files (药品知识库的导入). */
#pragma once

#include "app/desk_private.h"

/* What was imported last and is not proposed yet: the hash of its manifest; NULL: nothing. (transfer full) */
char *fz_knowledge_dup_staged (FzTxn *txn, GError **error);
gboolean fz_knowledge_clear_staged (FzTxn *txn, GError **error);
/* Reads and judges the whole edition and keeps its files, so that it can be proposed; what holds stays in force. INVALID with every bad row in
 * `problems` (file, line, column, reason), or for the whole: no edition in it, too large, expired. REFUSED: it is the one in force. */
gboolean fz_knowledge_import (FzSession *session, const char *path, guint *out_rows, GPtrArray *problems, GError **error);
