/* tests/window/rows_private.h: what the walks behind rows share (rows.c, loading.c): a window with one page of one person at a time, and what fill() made. */
#pragma once

#include "tests/desk/world.h"
#include "tests/window/unanswered.h"
#include "ui/kit/kit.h"

#define ROWS_LEAVE_S 60

typedef struct {
  World *world;
  GHashTable *made; /* the ids of what fill() made, by name */
  GtkWidget *window, *page;
  const char *number, *place;
  FzSession *session; /* of the page: one that signed in anew needs another page */
  gboolean asked; /* for a reason */
} Rows;

const char *rows_made (Rows *self, const char *name);
/* The page as this person sees it; the one before it goes. The same one stays. */
void rows_show_page (Rows *self, const char *number, const char *place);
/* A name of what fill() made, /the word of a part of the page, or both. */
void rows_show_what (Rows *self, const char *what);
/* The first one below that is in sight, can be pressed and begins with these words; NULL: none. */
GtkWidget *rows_find_button (GtkWidget *widget, const char *words);
/* On the page, or of the first row of its table that offers it. */
GtkWidget *rows_find_offered (Rows *self, const char *words);
GtkWidget *rows_find_segment (GtkWidget *widget, const char *word);
FzDialog *rows_top (Rows *self);
/* FALSE: no other dialog than `before` came. */
gboolean rows_open (Rows *self, GtkWidget *button, FzDialog *before);
/* Measured as it stands, then answered and left. */
void rows_judge (Rows *self, const char *name, Unanswered way, const char *field);
/* The promised size of what is sampled by the seed. */
gboolean rows_is_full (void);
void rows_tell (const char *name, GPtrArray *found);
