/* ui/kit/state_page.h: what stands where content would: nothing there, still loading, or an error. */
#pragma once

#include "ui/kit/status.h"

/* `text` says how something gets here; `action` (a button) and `text` may be NULL. */
GtkWidget *fz_empty_state_new (const char *icon, const char *title, const char *text, GtkWidget *action);
/* A spinner; `text` says what is awaited. */
GtkWidget *fz_loading_state_new (const char *text);
/* The cause, who can mend it, and one button. `who` and `action` may be NULL. */
GtkWidget *fz_error_state_new (const char *cause, const char *who, GtkWidget *action);
/* From an error of the house domain: its first line is the cause, its last line (if any) what to do. */
GtkWidget *fz_error_state_new_from (const GError *error, GtkWidget *action);
