/* ui/kit/choices.h: what a drop-down offers, and a line of its list. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
  char *code, *shown, *full;
} FzChoice;

/* An array of FzChoice. */
GPtrArray *fz_choices_new (void);
/* NULL as full: as shown. */
void fz_choices_add (GPtrArray *choices, const char *code, const char *shown, const char *full);
/* NULL outside. */
const FzChoice *fz_choices_at (const GPtrArray *choices, int i);
/* The first whose code, short or full text begins with what was typed, whatever its case; -1 for none. */
int fz_choices_find (const GPtrArray *choices, const char *typed);
/* Short code and full text side by side; with `numbered` its number on the keyboard instead of the code. */
GtkWidget *fz_choice_row_new (const GPtrArray *choices, guint i, gboolean numbered);
