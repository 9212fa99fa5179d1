#include "ui/kit/image_place.h"

#define MOST_ZOOM 16.0
#define EDGE 16
#define SLACK 24

static double
turned_width (const FzImagePlace *place)
{
  return place->quarters % 2 == 0 ? place->picture_width : place->picture_height;
}

static double
turned_height (const FzImagePlace *place)
{
  return place->quarters % 2 == 0 ? place->picture_height : place->picture_width;
}

static double
fit_zoom (const FzImagePlace *place)
{
  double across = (place->view_width - EDGE) / turned_width (place);
  double down = (place->view_height - EDGE) / turned_height (place);

  return CLAMP (MIN (across, down), 1e-4, 1); /* a view without a size yet is no reason for a negative one */
}

void
fz_image_place_fit (FzImagePlace *place)
{
  place->zoom = fit_zoom (place);
  place->x = place->y = 0;
}

void
fz_image_place_move (FzImagePlace *place, double dx, double dy)
{
  double most_x = MAX (0, (turned_width (place) * place->zoom - place->view_width) / 2 + SLACK);
  double most_y = MAX (0, (turned_height (place) * place->zoom - place->view_height) / 2 + SLACK);

  place->x = CLAMP (place->x + dx, -most_x, most_x);
  place->y = CLAMP (place->y + dy, -most_y, most_y);
}

void
fz_image_place_zoom (FzImagePlace *place, double zoom, double at_x, double at_y)
{
  double before = place->zoom;

  place->zoom = CLAMP (zoom, fit_zoom (place) / 4, MOST_ZOOM);
  place->x = at_x - (at_x - place->x) * place->zoom / before;
  place->y = at_y - (at_y - place->y) * place->zoom / before;
  fz_image_place_move (place, 0, 0);
}

void
fz_image_place_turn (FzImagePlace *place, int quarters)
{
  place->quarters = ((place->quarters + quarters) % 4 + 4) % 4;
  fz_image_place_move (place, 0, 0);
}
