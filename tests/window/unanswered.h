/* tests/window/unanswered.h: a dialog as it opens, answered at once, typed into and left: it says what is missing, at the field or in its line of errors, the
 * focus is where one goes on, and Escape loses nothing without asking. */
#pragma once

#include "ui/kit/dialog.h"

typedef enum {
  UNANSWERED_SAYS,   /* answered as it opened it says what is missing */
  UNANSWERED_WAITS,  /* cannot be answered yet: its button waits for a choice or a list */
  UNANSWERED_READ,   /* there is nothing to be answered */
  UNANSWERED_ANSWER, /* as it opened it is an answer, and is not given here */
  UNANSWERED_LEAVES, /* the same, and what is typed into it is no loss */
} Unanswered;

/* The top dialog over `window`, `name` in what is found. `field`: the words of the field that is marked when it SAYS; NULL: any. Adds what is wrong to `found`, as
 * inspect_window() does. The dialog is closed afterwards. */
void unanswered_leave (GtkWidget *window, const char *name, Unanswered way, const char *field, GPtrArray *found);
/* The same of the one opened at this place by the button of these words, by the table of all that stand behind a page's own buttons. */
void unanswered_inspect (GtkWidget *window, const char *place, const char *button, GPtrArray *found);
/* The buttons of the table that opened no dialog, a line each; NULL: none. Once, after all of them. (transfer full) */
char *unanswered_close (void);
/* The key, as the dialog hears it. */
void unanswered_escape (FzDialog *dialog);
/* It says that something is wrong: at a field, or in its line of errors. */
gboolean unanswered_says (FzDialog *dialog);
