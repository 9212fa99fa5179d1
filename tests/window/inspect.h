/* tests/window/inspect.h: what is wrong with a window as it stands on the screen: words cut off, widgets out of reach, text too pale to
 * read. Every finding names the place in the tree and the words. */
#pragma once

#include <gtk/gtk.h>

/* Waits until the window's last changes are laid out and painted. */
void inspect_settle (GtkWidget *window);
/* Findings as sentences for the programmer, none when all is well: (transfer full, strings owned)
 * - the window wants more than `width` x `height`;
 * - something that is shown lies outside the window or, sideways, outside what scrolls it;
 * - a label, cell or field of a drug, strength, dose, unit or number is shortened; any other one without the whole text as its tooltip;
 * - something is cut off by the card or dialog it stands in;
 * - in English, a day that is not said in English (core/say.h), outside what is typed;
 * - what takes the focus has no name for a screen reader;
 * - text whose contrast with its ground, measured in the picture, is below 4.5;
 * - an open popover that reaches beyond the screen; the same is measured in it, and the picture has it where it stands. */
GPtrArray *inspect_window (GtkWidget *window, int width, int height, GdkTexture **out_picture);
/* The same of one open popover alone: adds to `found`. */
void inspect_popover (GtkWidget *popover, GPtrArray *found);
/* A list in sight below that has no rows and shows a bare head; NULL: none. */
GtkWidget *inspect_find_bare (GtkWidget *widget);
