/* ui/page_overview.h: today at a glance for medical affairs (总览): visits, prescriptions, review, upload; what needs a hand stands on top. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_overview_new (FzSession *session);
