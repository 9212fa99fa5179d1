/* ui/file_import.h: a whole file taken in by one act: all or nothing, and each row that is wrong is named. It goes on when its dialog is left, and says how it
 * ended. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef enum {
  FZ_FILE_CALENDAR,  /* the year's holidays and make-up days (节假日安排) */
  FZ_FILE_KNOWLEDGE, /* an edition of drug knowledge, as a zip (药品知识库) */
} FzFileImport;

/* Asks for the file and shows what came of it; `over`, a page, is refreshed when something was taken in. */
void fz_file_import (GtkWidget *over, FzSession *session, FzFileImport what);
