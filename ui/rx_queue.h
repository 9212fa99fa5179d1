/* ui/rx_queue.h: prescriptions one below the other at the left of a page: who, how long they wait, what to look out for. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_RX_QUEUE (fz_rx_queue_get_type ())
G_DECLARE_FINAL_TYPE (FzRxQueue, fz_rx_queue, FZ, RX_QUEUE, GtkBox)

/* signal "selected" (const char *id or NULL): another prescription is selected, by a person or after a reload. */
GtkWidget *fz_rx_queue_new (FzSession *session, const char *title);
/* A part of the queue; the first one is shown. `empty` is said when there is nothing in it. */
void fz_rx_queue_add_part (FzRxQueue *self, FzList list, const char *word, const char *empty);
/* A field above the list that narrows every part: a name, a number, a drug. */
void fz_rx_queue_add_search (FzRxQueue *self, const char *hint);
void fz_rx_queue_focus_search (FzRxQueue *self);
/* A button above the list that lets several be chosen: Ctrl with a click, Ctrl+A, Space. Signal "print": the chosen ones are to be printed. */
void fz_rx_queue_add_picking (FzRxQueue *self);
void fz_rx_queue_pick_all (FzRxQueue *self);
/* The chosen ones in the order of the list, NULL-terminated; NULL: none. (transfer full) */
char **fz_rx_queue_dup_picked (FzRxQueue *self);
/* Reads the part shown anew. Keeps the selection if the prescription is still there; else selects the one that took its place. */
void fz_rx_queue_reload (FzRxQueue *self);
/* It could not be read: nobody knows whether there is none. */
gboolean fz_rx_queue_has_failed (FzRxQueue *self);
/* NULL when nothing is selected. */
const char *fz_rx_queue_get_selected (FzRxQueue *self);
FzList fz_rx_queue_get_part (FzRxQueue *self);
/* Rows of the part shown that are read (frozen FzFields); for counts. (transfer none) */
GListModel *fz_rx_queue_get_rows (FzRxQueue *self);
/* Adds FzSearchRow for the prescriptions of every part whose patient or number the words fit; an id of them is then opened. */
void fz_rx_queue_find (FzRxQueue *self, const char *text, GListStore *rows);
void fz_rx_queue_open (FzRxQueue *self, const char *found);
/* Moves the selection up or down by so many. */
void fz_rx_queue_move (FzRxQueue *self, int by);
