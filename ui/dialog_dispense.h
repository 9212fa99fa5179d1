/* ui/dialog_dispense.h: what a pharmacist says at each step of a prescription's way out of the pharmacy: how much goes how, who fetched it or
 * who carries it, what became of it. Each asks only what the way needs and is filled with what is usual; Enter goes on to the PIN. */
#pragma once

#include "app/desk.h"
#include "ui/kit/dialog.h"

/* The facts as app/desk.h names them. FALSE with *error shows the error in the dialog, which stays open until its owner closes it. */
typedef gboolean (*FzDispenseGiven) (FzDialog *dialog, const FzFields *facts, gpointer user_data, GError **error);

/* `rx` is read before these return. `free_data` (may be NULL) is called when the dialog is gone. */
void fz_dialog_prepare (GtkWidget *over, FzSession *session, const FzFields *rx, FzDispenseGiven given, gpointer user_data, GDestroyNotify free_data);
/* The part that is prepared or checked leaves. */
void fz_dialog_hand_out (GtkWidget *over, FzSession *session, const FzFields *rx, guint part, FzDispenseGiven given, gpointer user_data,
                         GDestroyNotify free_data);
/* Everything is passed on to an outside pharmacy. */
void fz_dialog_pass_on (GtkWidget *over, FzSession *session, const FzFields *rx, FzDispenseGiven given, gpointer user_data, GDestroyNotify free_data);
/* What became of a part that was sent. */
void fz_dialog_outcome (GtkWidget *over, FzSession *session, const FzFields *rx, guint part, FzDispenseGiven given, gpointer user_data,
                        GDestroyNotify free_data);
