/* ui/layout.h: boxes and labels in one line each, so that the code of a page reads like the page. Text is always plain. */
#pragma once

#include <gtk/gtk.h>

GtkWidget *fz_line (int spacing);   /* a horizontal box */
GtkWidget *fz_column (int spacing); /* a vertical box */
/* Appends and returns the child. */
GtkWidget *fz_put (GtkWidget *box, GtkWidget *child);
/* Appends a child that takes what room is left. */
GtkWidget *fz_put_wide (GtkWidget *box, GtkWidget *child);
/* A small caption over a text that wraps; nothing where there is no text. */
void fz_put_part (GtkWidget *box, const char *caption, const char *text);
/* Room that pushes what follows to the end of a line. */
void fz_put_space (GtkWidget *box);
/* Left-aligned, never cut; `class` may be NULL. */
GtkWidget *fz_text (const char *text, const char *class);
/* The same over several lines. */
GtkWidget *fz_wrapped (const char *text, const char *class);
void fz_set_text (GtkWidget *label, const char *text);
void fz_empty (GtkWidget *box);
/* A GtkExpander, folded, with `child`. GTK 4.8 asks the child for the focus while it stands in no window, and writes a critical at each Tab: while it
 * is folded the child takes none. */
GtkWidget *fz_folded (const char *title, GtkWidget *child);
/* Scrolls up and down only. */
GtkWidget *fz_scrolled (GtkWidget *child);
