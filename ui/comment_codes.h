/* ui/comment_codes.h: the 28 codes of prescription comment, or the score sheet of a record, chosen by number keys, with the words that go with them. */
#pragma once

#include "app/desk.h"
#include "ui/kit/dialog.h"

/* `codes` NULL-terminated, empty: reasonable; words NULL for none. FALSE with *error shows the error; the dialog stays until its owner closes it. */
typedef gboolean (*FzCommentCodesFunc) (FzDialog *dialog, const char *const *codes, const char *words, gpointer user_data, GError **error);

typedef struct {
  const char *title, *confirm;
  GPtrArray *codes;     /* rows of the list `comment` or `record_defect` */
  const FzFields *item; /* of fz_desk_read_comment: what is chosen already and what the checks suggest */
  gboolean must_say;    /* words are asked in any case */
} FzCommentCodesAsk;

void fz_comment_codes_ask (GtkWidget *over, const FzCommentCodesAsk *ask, FzCommentCodesFunc chosen, gpointer user_data);
/* A word of a code (`short`, `label`) in the window's language; NULL when there is no such code. */
const char *fz_comment_code_word (GPtrArray *codes, const char *code, const char *key);
