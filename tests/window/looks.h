/* tests/window/looks.h: pictures held against the accepted ones, which are kept small: a cell of colour for twenty by twenty pixels, all of one language on
 * the sheet tests/window/looks/NAME.png. tests/window/accept takes the sheets anew. */
#pragma once

#include <gtk/gtk.h>

typedef struct _Looks Looks;

/* With FUZHEN_LOOKS=accept nothing is judged; the sheet is written when it is closed. NULL: letters are drawn otherwise here than where the pictures
 * were accepted (other fonts, another FreeType, other settings): every page would differ and none of it would be ours. */
Looks *looks_open (const char *name);
gboolean looks_is_accepting (const Looks *self);
/* NULL: it looks as it was accepted. Otherwise what is other, as a sentence for the programmer (transfer full), and the picture with those cells
 * in red. What the window says of this machine, such as the room on its disk, is left out. */
char *looks_judge (Looks *self, const char *name, GtkWidget *window, GdkTexture *picture, GdkTexture **out_marked);
/* The names of what was accepted and not judged this time: pages that are gone; NULL: none. Frees. (transfer full) */
char *looks_close (Looks *self);

/* As a PNG, written fast rather than small. */
void looks_save (GdkTexture *picture, const char *path);
