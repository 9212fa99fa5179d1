/* ui/review_reasons.h: the coded reasons for returning or refusing a prescription, chosen by number keys; the text is written along.
 * Keys: 1-9 tick the items of the group shown, L F A H X change the group, Enter goes on. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `codes` is NULL-terminated and never empty; `words` may be NULL. Both (transfer none). Not called when it is cancelled. */
typedef void (*FzReasonsFunc) (GtkWidget *over, const char *const *codes, const char *words, gpointer user_data);

/* `verdict` returned or refused. `reasons` are rows of the codes `review_reason`; what the checks found in `rx` is ticked beforehand. */
void fz_review_reasons_ask (GtkWidget *over, const char *verdict, GPtrArray *reasons, const FzFields *rx, FzReasonsFunc chosen,
                            gpointer user_data);
