/* ui/places.h: the one table of places: who sees which page, in the order of the rail. A new page is one line in places.c. */
#pragma once

#include "ui/page.h"

typedef struct {
  const char *id;
  const char *icon;  /* a name for fz_icon_new */
  const char *word;  /* untranslated, marked with N_ */
  guint roles;       /* 1u << FzRole, or-ed */
  const char *badge; /* the number of fz_desk_status shown at the place; NULL for none */
  GtkWidget *(*new_page) (FzSession *session);
} FzPlaceOf;

/* (transfer container) of FzPlaceOf, first place first; empty for a role that has none. */
GPtrArray *fz_places_of (FzRole role);
/* NULL when there is no such place. */
const FzPlaceOf *fz_places_find (const char *id);
