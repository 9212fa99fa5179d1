/* ui/kit/drop_down.h: a choice with a short code in the button and the full text in its list.
 * Keys: Space, Enter, Up, Down or the first letters of a code open it; Up, Down, Home, End and letters move; Enter takes;
 * Escape leaves it as it was; with numbered choices 1-9 take at once. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_DROP_DOWN (fz_drop_down_get_type ())
G_DECLARE_FINAL_TYPE (FzDropDown, fz_drop_down, FZ, DROP_DOWN, GtkWidget)

/* signal "changed": a person chose another code (never by fz_drop_down_set_code).
 * `placeholder` is shown while nothing is chosen; NULL shows 请选择. */
GtkWidget *fz_drop_down_new (const char *placeholder);
/* `code` is what get_code answers; `shown` stands in the button; `full` in the list (NULL: as shown). */
void fz_drop_down_add (FzDropDown *self, const char *code, const char *shown, const char *full);
void fz_drop_down_clear (FzDropDown *self);
/* NULL while nothing is chosen. */
const char *fz_drop_down_get_code (FzDropDown *self);
/* The text in the button for the chosen code, or NULL. */
const char *fz_drop_down_get_shown (FzDropDown *self);
/* NULL chooses nothing; an unknown code answers FALSE and chooses nothing. */
gboolean fz_drop_down_set_code (FzDropDown *self, const char *code);
/* Numbers the choices 1-9 (override reasons, review items). */
void fz_drop_down_set_numbered (FzDropDown *self, gboolean numbered);
/* Enter on the closed button goes to the next field instead of opening (lines typed with Enter alone). */
void fz_drop_down_set_enter_moves_on (FzDropDown *self, gboolean moves_on);
void fz_drop_down_open (FzDropDown *self);
void fz_drop_down_close (FzDropDown *self);
gboolean fz_drop_down_is_open (FzDropDown *self);
