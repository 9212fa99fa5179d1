/* ui/samples.h: made up files to try each import with (示例文件), put where the person says. */
#pragma once

#include <gtk/gtk.h>

/* A plain button that asks for a folder and says where the files are. */
GtkWidget *fz_samples_button_new (void);
