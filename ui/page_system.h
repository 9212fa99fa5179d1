/* ui/page_system.h: the system administrator's place (系统): store, room, backup, connection to the platform. No patient data. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_system_new (FzSession *session);
