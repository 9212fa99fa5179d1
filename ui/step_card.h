/* ui/step_card.h: the ground of one of the visit's four steps: its number, its name and how it stands. */
#pragma once

#include "ui/kit/status.h"

GtkWidget *fz_step_card_new (guint number, const char *title);
void fz_step_card_set_state (GtkWidget *card, FzStatus status, const char *word);
