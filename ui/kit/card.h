/* ui/kit/card.h: the white ground that content stands on. A card is a vertical GtkBox. */
#pragma once

#include <gtk/gtk.h>

/* Bare: lines run to its edges (tables). */
GtkWidget *fz_card_new (void);
/* With room around: append content to it directly. */
GtkWidget *fz_card_new_padded (int spacing);
/* With a head line: icon (may be NULL) and title. Content goes by gtk_box_append (bare) or into fz_card_body. */
GtkWidget *fz_card_new_titled (const char *icon, const char *title);
void fz_card_set_title (GtkWidget *card, const char *title);
/* Adds to the right end of the head line. */
void fz_card_add_end (GtkWidget *card, GtkWidget *child);
/* Adds just after the title (a pill, a count). */
void fz_card_add_mark (GtkWidget *card, GtkWidget *child);
/* A vertical box with the card's side margins, made on the first call. (transfer none) */
GtkWidget *fz_card_body (GtkWidget *card);
/* A horizontal box below a line, at the bottom, made on the first call: buttons. Call after the content is in. */
GtkWidget *fz_card_foot (GtkWidget *card);
