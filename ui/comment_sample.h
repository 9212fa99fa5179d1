/* ui/comment_sample.h: the samples of prescription comment at the head of the page (点评样本): which one is looked at, how far it is, what medical
 * affairs and whoever approves do with it, and what the results ask for. Signal `chosen`: another one is looked at. */
#pragma once

#include "ui/comment_acts.h"

#define FZ_TYPE_COMMENT_SAMPLE (fz_comment_sample_get_type ())
G_DECLARE_FINAL_TYPE (FzCommentSample, fz_comment_sample, FZ, COMMENT_SAMPLE, GtkBox)

/* `acts` signs. A doctor has no samples: of theirs only the title is shown. `end` stands at the end of the line. */
GtkWidget *fz_comment_sample_new (FzSession *session, FzCommentActs *acts, GtkWidget *end);
/* Lists them again and keeps the one looked at. Listing is an act in the audit log. */
gboolean fz_comment_sample_reload (FzCommentSample *self, GError **error);
/* TRUE when what `plans` says is what is shown. */
gboolean fz_comment_sample_shows (FzCommentSample *self, GPtrArray *plans);
/* Its id, or NULL. */
const char *fz_comment_sample_get_plan (FzCommentSample *self);
