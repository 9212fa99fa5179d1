/* ui/kit/text_area.h: several lines of text with what is asked, its length and whether it is saved. Tab leaves it. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  FZ_SAVED_NOTHING, /* says nothing */
  FZ_SAVED_PENDING,
  FZ_SAVED_DONE,
  FZ_SAVED_FAILED
} FzSaved;

#define FZ_TYPE_TEXT_AREA (fz_text_area_get_type ())
G_DECLARE_FINAL_TYPE (FzTextArea, fz_text_area, FZ, TEXT_AREA, GtkWidget)

/* `lines` high at least; grows with its text to three times that. `most` characters, 0 for no limit: more can be typed but is marked and
 * fz_text_area_is_too_long says so, because cutting off a clinician's words loses them.
 * signal "changed": a person changed the text. */
GtkWidget *fz_text_area_new (const char *placeholder, int lines, guint most);
/* (transfer full) */
char *fz_text_area_get_text (FzTextArea *self);
void fz_text_area_set_text (FzTextArea *self, const char *text);
/* Where the cursor stands, in characters; beyond the end is the end. */
guint fz_text_area_get_cursor (FzTextArea *self);
void fz_text_area_set_cursor (FzTextArea *self, guint at);
guint fz_text_area_get_length (FzTextArea *self);
gboolean fz_text_area_is_too_long (FzTextArea *self);
void fz_text_area_set_saved (FzTextArea *self, FzSaved saved);
void fz_text_area_set_editable (FzTextArea *self, gboolean editable);
