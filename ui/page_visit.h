/* ui/page_visit.h: the doctor's place: queue at the left, the visit with its four steps in the middle, the patient at the right. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_visit_new (FzSession *session);
