/* ui/comment_acts.h: what this reader may do with one prescription or record of the sample (点评、复核、答复、认可、申诉、整改、评价): buttons, keys and the way to the
 * signature. Signals: `signed` (GPtrArray of new documents, may be NULL) when something was signed; `failed` (const char *, NULL: no longer)
 * with what kept a sheet from being prepared. */
#pragma once

#include "app/desk.h"
#include "ui/kit/dialog.h"

#include <gtk/gtk.h>

#define FZ_TYPE_COMMENT_ACTS (fz_comment_acts_get_type ())
G_DECLARE_FINAL_TYPE (FzCommentActs, fz_comment_acts, FZ, COMMENT_ACTS, GtkBox)

/* `codes`, `defects`: rows of the lists `comment` and `record_defect`, or NULL. */
GtkWidget *fz_comment_acts_new (FzSession *session, GPtrArray *codes, GPtrArray *defects);
/* Of fz_desk_read_comment(), or NULL; nothing is shown where nothing may be done and nothing is said. */
void fz_comment_acts_set_item (FzCommentActs *self, FzFields *item);
/* Takes the sheet; NULL is an error that was said where it happened, and FALSE. `dialog` (may be NULL) is closed with the signature. */
gboolean fz_comment_acts_sign (FzCommentActs *self, FzSheet *sheet, const char *title, FzDialog *dialog);
/* Emits `failed`. */
void fz_comment_acts_say (FzCommentActs *self, const GError *error);
/* TRUE when this key is one of its own. */
gboolean fz_comment_acts_take_key (FzCommentActs *self, guint keyval);
