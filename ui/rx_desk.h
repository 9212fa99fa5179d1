/* ui/rx_desk.h: what the pharmacist's places have in common: prescriptions waiting at the left, the chosen one as a sheet in the middle with
 * what can be done below it, what belongs to it at the right; signing, and going on to the next. Keys: J and K move through the queue, Ctrl+P prints. */
#pragma once

#include "app/desk.h"
#include "ui/kit/button.h"
#include "ui/kit/dialog.h"
#include "ui/kit/status.h"
#include "ui/rx_queue.h"

#define FZ_TYPE_RX_DESK (fz_rx_desk_get_type ())
G_DECLARE_FINAL_TYPE (FzRxDesk, fz_rx_desk, FZ, RX_DESK, GtkBox)

/* signals: "shown" (another prescription, or none, is in the middle: fill the right side and say what can be done), "signed" (what
 * fz_rx_desk_sign began is durable; the queue is read anew after it). */
GtkWidget *fz_rx_desk_new (FzSession *session, const char *title, const char *icon);
/* A part of the queue. `empty` stands in the queue, `title` and `text` (may be NULL) in the middle while nothing is chosen. */
void fz_rx_desk_add_part (FzRxDesk *self, FzList list, const char *word, const char *empty, const char *title, const char *text);
/* A button below the sheet, from the left; shown with the sheet. */
GtkWidget *fz_rx_desk_add_act (FzRxDesk *self, FzButtonKind kind, const char *icon, const char *label, const char *tooltip);
/* Above the sheet; below it and at its right for this prescription only. */
void fz_rx_desk_put_above (FzRxDesk *self, GtkWidget *widget);
void fz_rx_desk_put_below (FzRxDesk *self, GtkWidget *widget); /* below the sheet, scrolled with it */
void fz_rx_desk_put_right (FzRxDesk *self, GtkWidget *widget);

FzRxQueue *fz_rx_desk_get_queue (FzRxDesk *self);
/* NULL when nothing is chosen or it could not be read. */
const FzFields *fz_rx_desk_get_rx (FzRxDesk *self);
gboolean fz_rx_desk_is_at (FzRxDesk *self, const char *stage);
/* Reads the queue; with nothing of the page in focus its row gets it, so that one key is enough. Call it once all parts are added. */
void fz_rx_desk_refresh (FzRxDesk *self);

/* What went wrong, above the sheet; NULL takes it away. */
void fz_rx_desk_say (FzRxDesk *self, const GError *error);
/* Takes the sheet. When it is signed, `said` is a toast of that status, the dialog below is closed and the next prescription comes. */
void fz_rx_desk_sign (FzRxDesk *self, FzSheet *sheet, const char *title, FzStatus status, const char *said);
/* A dialog that stays open below the signature, so that nothing typed is lost when that is cancelled. */
void fz_rx_desk_keep_below (FzRxDesk *self, FzDialog *dialog);
