/* ui/overview_cards.h: the cards of the overview, each from the facts of fz_desk_overview. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Called with what lies behind a figure: the name of a report of today, or a state's word of the outbox. */
typedef void (*FzOverviewOpen) (GtkWidget *from, const char *what, gpointer user_data);
/* Four numbers in a row: visits, prescriptions, approval rate, waiting; each opens its report. */
GtkWidget *fz_overview_figures_new (const FzFields *today, FzOverviewOpen open, gpointer user_data);
/* Visits, and prescriptions, by where they stand. */
GtkWidget *fz_overview_visits_new (const FzFields *today, FzOverviewOpen open, gpointer user_data);
GtkWidget *fz_overview_rx_new (const FzFields *today, FzOverviewOpen open, gpointer user_data);
/* Both by the hour, with the same numbers as a table that folds out beneath; `unfolded`: it is. */
GtkWidget *fz_overview_hours_new (const FzFields *today, gboolean unfolded, FzOverviewOpen open, gpointer user_data);
gboolean fz_overview_hours_is_unfolded (GtkWidget *card);
GtkWidget *fz_overview_upload_new (const FzFields *today, FzOverviewOpen open, gpointer user_data);
/* A line a state that needs a hand; NULL when none does. */
GtkWidget *fz_overview_alarms_new (const FzFields *today, FzOverviewOpen open, gpointer user_data);
