/* ui/kit/stage.h: what lies over a window's content: dialogs in a stack and toasts. Every toplevel's child is a stage. */
#pragma once

#include "ui/kit/dialog.h"
#include "ui/kit/status.h"

GtkWidget *fz_stage_new (GtkWidget *content);
/* The stage of the window that `within` is in; NULL outside one. */
GtkWidget *fz_stage_of (GtkWidget *within);
/* The topmost dialog, or NULL. Window-wide keys must do nothing while there is one. */
FzDialog *fz_stage_top_dialog (GtkWidget *stage);
/* Used by fz_dialog_present and fz_dialog_close. */
void fz_stage_push (GtkWidget *stage, FzDialog *dialog);
void fz_stage_remove (GtkWidget *stage, FzDialog *dialog);
/* Closes every dialog as if cancelled (lock, sign-out, other person). */
void fz_stage_cancel_all (GtkWidget *stage);
