/* ui/rail.h: the dark strip of places at the window's left. */
#pragma once

#include <gtk/gtk.h>

/* A place of the window; the words are translated by the caller and copied. */
typedef struct {
  const char *id;
  const char *icon;
  const char *word;
  gboolean at_bottom;
} FzPlace;

#define FZ_TYPE_RAIL (fz_rail_get_type ())
G_DECLARE_FINAL_TYPE (FzRail, fz_rail, FZ, RAIL, GtkWidget)

/* signal "chosen" (const char *id): a person pressed a place. */
GtkWidget *fz_rail_new (void);
void fz_rail_set_places (FzRail *self, const FzPlace *places, gsize n);
/* Marks a place as the one shown, without a signal; NULL marks none. */
void fz_rail_set_active (FzRail *self, const char *id);
void fz_rail_set_badge (FzRail *self, const char *id, guint count);
/* What that place is called; NULL: there is none. */
const char *fz_rail_get_word (FzRail *self, const char *id);
/* The nth place from the top, 0 first; NULL past the last. */
const char *fz_rail_get_nth (FzRail *self, guint n);
