/* ui/herb_list.h: the herbs of a signed herbal sheet as they are read: in order, with grams and handling, then doses and use. */
#pragma once

#include "core/fields.h"

#include <gtk/gtk.h>

/* `mark` may be NULL, or gives a pill for the herb at that position (or NULL). */
typedef GtkWidget *(*FzHerbMark) (const FzFields *rx, guint i);
gboolean fz_rx_is_herbal (const FzFields *rx);
GtkWidget *fz_herb_list_new (const FzFields *rx, FzHerbMark mark);
