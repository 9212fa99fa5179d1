#include "ui/places.h"

#include "ui/page_visit.h"

#include <glib/gi18n-lib.h>

#define DOCTOR (1u << FZ_ROLE_DOCTOR)

static const FzPlaceOf places[] = {
  { "visit", "visit", N_ ("接诊"), DOCTOR, "queue.waiting", fz_page_visit_new },
};

GPtrArray *
fz_places_of (FzRole role)
{
  GPtrArray *found = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if ((places[i].roles & (1u << role)) != 0)
      g_ptr_array_add (found, (gpointer) &places[i]);
  return found;
}

const FzPlaceOf *
fz_places_find (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (places[i].id, id) == 0)
      return &places[i];
  return NULL;
}
