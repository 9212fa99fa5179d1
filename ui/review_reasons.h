/* ui/review_reasons.h: the coded reasons for returning or refusing a prescription, chosen by number keys; the text is written along.
 * Keys: 1-9 tick the items of the group shown, L F A H X change the group, Enter goes on. */
#pragma once

#include "app/desk.h"

#include "ui/kit/dialog.h"

/* `codes` is NULL-terminated and never empty; `words` may be NULL. Both (transfer none). The dialog stays open, so that nothing typed is
 * lost when signing is cancelled: who is done with it calls fz_dialog_close. FALSE with *error shows the error in it. */
typedef gboolean (*FzReasonsFunc) (FzDialog *dialog, const char *const *codes, const char *words, gpointer user_data, GError **error);

/* `user_data` must live as long as `over`. `verdict` returned or refused. `reasons` are rows of the codes `review_reason`; what the pharmacist
 * objected to in `decisions` (may be NULL), else what the checks found in `rx`, is ticked beforehand. */
void fz_review_reasons_ask (GtkWidget *over, const char *verdict, GPtrArray *reasons, const FzFields *rx, const FzFields *decisions,
                            FzReasonsFunc chosen, gpointer user_data);
