/* ui/kit/wrap.h: things side by side that go on in a further row where one has no room, as words of a sentence do: with longer words of
 * another language or larger text nothing is cut off. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_WRAP (fz_wrap_get_type ())
G_DECLARE_FINAL_TYPE (FzWrap, fz_wrap, FZ, WRAP, GtkWidget)

/* `across` between neighbours, `down` between rows, in pixels. What a row has left goes to its children that expand; one of them that is
 * aligned to the end stands at the right, in whichever row it comes to stand. */
GtkWidget *fz_wrap_new (int across, int down);
/* Answers the child. */
GtkWidget *fz_wrap_add (GtkWidget *wrap, GtkWidget *child);
