/* ui/kit/banner.h: a strip over the whole width that stays while something is so: demonstration store, offline. */
#pragma once

#include "ui/kit/status.h"

/* Neutral is the demonstration's yellow. `icon` NULL takes the status's. */
GtkWidget *fz_banner_new (FzStatus status, const char *icon, const char *text);
void fz_banner_set (GtkWidget *banner, FzStatus status, const char *icon, const char *text);
/* A button at its end. */
/* The label with its words. */
GtkWidget *fz_banner_get_label (GtkWidget *banner);
void fz_banner_add_action (GtkWidget *banner, GtkWidget *action);
