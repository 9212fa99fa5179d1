/* ui/kit/number_entry.h: a number kept as text, with steps and a unit. No floating point: 0.1 stays 0.1. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_NUMBER_ENTRY (fz_number_entry_get_type ())
G_DECLARE_FINAL_TYPE (FzNumberEntry, fz_number_entry, FZ, NUMBER_ENTRY, GtkWidget)

/* `decimals` digits after the point at most (0 to 6). `least`, `most` and `step` are decimal texts; least and most may be NULL; a NULL
 * step draws no buttons. Full-width digits and ．。 are taken as their half-width forms. Keys: Up and Down step.
 * signals: "changed" (a person changed the text); "activate" (Enter). */
GtkWidget *fz_number_entry_new (guint decimals, const char *least, const char *most, const char *step);
/* Normalised ("7", "0.375"); "" when empty; NULL when it is no number, has too many decimals or is out of range. (transfer full) */
char *fz_number_entry_get (FzNumberEntry *self);
/* What stands there, whatever it is. */
const char *fz_number_entry_get_text (FzNumberEntry *self);
void fz_number_entry_set (FzNumberEntry *self, const char *text);
void fz_number_entry_set_unit (FzNumberEntry *self, const char *unit);
void fz_number_entry_set_width_chars (FzNumberEntry *self, int chars);
/* Marks a computed value that a person changed. */
void fz_number_entry_set_edited (FzNumberEntry *self, gboolean edited);
gboolean fz_number_entry_get_edited (FzNumberEntry *self);
