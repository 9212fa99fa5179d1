/* ui/review_decide.h: the pharmacist decides item by item. Keys: 1 accepts, 2 objects and goes on to the next, Up and Down (or J and K)
 * move, Enter goes on once every item shown is decided. */
#pragma once

#include "app/desk.h"

#include "ui/kit/dialog.h"

/* `decisions` item.NN.{code,decision,remark}; (transfer full). */
typedef void (*FzDecideFunc) (FzFields *take_decisions, gpointer user_data);

/* All items, or only those that ask for a decision by themselves. `before` (may be NULL): what was decided so far, kept for items that are
 * not shown. `notice` (may be NULL) stands above them. `user_data` must live as long as `over`. */
void fz_review_decide_ask (GtkWidget *over, const FzFields *rx, const FzFields *before, gboolean all, const char *notice,
                           FzDecideFunc decided, gpointer user_data);
