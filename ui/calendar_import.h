/* ui/calendar_import.h: the year's holidays and make-up days from a file (导入节假日安排): all or nothing; each row that is wrong is named. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Asks for the file and shows what came of it; `over`, a page, is refreshed when something was taken in. */
void fz_calendar_import (GtkWidget *over, FzSession *session);
