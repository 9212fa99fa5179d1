/* ui/shift.h: the pace of this shift, for the person who keeps it: how many were reviewed today, how they ended, how long one takes. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_SHIFT (fz_shift_get_type ())
G_DECLARE_FINAL_TYPE (FzShift, fz_shift, FZ, SHIFT, GtkBox)

GtkWidget *fz_shift_new (FzSession *session);
/* Reads the counts anew. */
void fz_shift_reload (FzShift *self);
/* A prescription was opened; and signed: its seconds count. */
void fz_shift_begin (FzShift *self);
void fz_shift_end (FzShift *self);
