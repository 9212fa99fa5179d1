/* ui/page_dispense.h: the pharmacist's other place (发药): effective prescriptions, each handed out once or withdrawn with a reason. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_dispense_new (FzSession *session);
