#include "ui/places.h"

#include "ui/page_dispense.h"
#include "ui/page_ledger.h"
#include "ui/page_overview.h"
#include "ui/page_review.h"
#include "ui/page_visit.h"

#include <glib/gi18n-lib.h>

#define DOCTOR (1u << FZ_ROLE_DOCTOR)
#define PHARMACIST (1u << FZ_ROLE_PHARMACIST)
#define AFFAIRS (1u << FZ_ROLE_AFFAIRS)

static const FzPlaceOf places[] = {
  { "visit", "visit", N_ ("接诊"), DOCTOR, "queue.waiting", fz_page_visit_new },
  { "review", "review", N_ ("审方"), PHARMACIST, "review.waiting", fz_page_review_new },
  { "dispense", "dispense", N_ ("发药"), PHARMACIST, NULL, fz_page_dispense_new },
  { "overview", "overview", N_ ("总览"), AFFAIRS, NULL, fz_page_overview_new },
  { "ledger", "ledger", N_ ("上报"), AFFAIRS, NULL, fz_page_ledger_new },
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
