/* ui/knowledge_trial.h: what an edition of drug knowledge would have found in last month's prescriptions (试算), before anybody approves it. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* A button and the place of its result, put into `box`. `id`: as fz_desk_try_knowledge() takes it. */
void fz_knowledge_trial_put (GtkWidget *box, FzSession *session, const char *id);
