/* ui/dialog_entry.h: one move of a register's entry: the form that the register itself describes, then the sheet and the PIN. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Once the move is signed and durable; `entry` is its id. */
typedef void (*FzEntryDone) (const char *entry, gpointer user_data);

/* `reg` as fz_desk_read_register() gives it; `entry` NULL opens one; `move` one of move.NN.word. `owner` is held while it runs. */
void fz_dialog_entry (GtkWidget *over, FzSession *session, const FzFields *reg, const FzFields *entry, const char *move, FzEntryDone done, GObject *owner);
/* The same for a new entry whose form begins with these values (field.<key>). */
void fz_dialog_entry_from (GtkWidget *over, FzSession *session, const FzFields *reg, const FzFields *start, const char *move, FzEntryDone done, GObject *owner);
