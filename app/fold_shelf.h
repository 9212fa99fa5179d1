/* app/fold_shelf.h: the visits last worked on, folded (就近的派生事实). Signing adds one document to a visit whose others were read when
 * it was opened; they need not be read, parsed and hashed again while the doctor waits. A fold is given only to who can name the newest
 * document it holds, so one that the store has left behind is never used. The database thread's own. */
#pragma once

#include "core/fold.h"

typedef struct _FzFoldShelf FzFoldShelf;

FzFoldShelf *fz_fold_shelf_new (void);
void fz_fold_shelf_free (FzFoldShelf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFoldShelf, fz_fold_shelf_free)

gboolean fz_fold_shelf_has (const FzFoldShelf *self, const char *visit, guint64 newest);
/* NULL when it is not there. It is not there any more afterwards: whoever adds to it puts it back once the documents are durable.
 * (transfer full) */
FzFold *fz_fold_shelf_take (FzFoldShelf *self, const char *visit, guint64 newest);
/* The place of the one put longest ago goes to it. (transfer full) */
void fz_fold_shelf_put (FzFoldShelf *self, const char *visit, guint64 newest, FzFold *fold);
