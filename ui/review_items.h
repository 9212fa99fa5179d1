/* ui/review_items.h: the norm's items beside the prescription: what the checks say, and what the pharmacist decided so far. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `rx` is of fz_desk_read_prescription; `decisions` (may be NULL) item.NN.{code,decision}. */
GtkWidget *fz_review_items_new (const FzFields *rx, const FzFields *decisions);
/* The decision on this code so far, NULL: none. */
const char *fz_review_items_decision (const FzFields *decisions, const char *code);
/* TRUE when an item that asks for a decision by itself has none. */
gboolean fz_review_items_are_open (const FzFields *rx, const FzFields *decisions);
gboolean fz_review_items_have_objection (const FzFields *decisions);
