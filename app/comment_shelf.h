/* app/comment_shelf.h: the sample of comments last worked on, folded, on the same shelf as the visits (app/fold_shelf.h): a sample may have thousands of
 * documents, and signing adds one. The database thread's own. */
#pragma once

#include "app/fold_shelf.h"
#include "core/comment.h"

/* NULL when another one, or an older one, stands there. It is not there any more afterwards. (transfer full) */
FzCommentFold *fz_comment_shelf_take (FzFoldShelf *self, const char *subject, guint64 newest);
void fz_comment_shelf_put (FzFoldShelf *self, const char *subject, guint64 newest, FzCommentFold *fold);
