/* ui/first_hour.h: the first hour (第一次使用): where there is no store yet, the window asks for the hospital and its four offices, makes the store, and
 * shows once what it gives away: the recovery shares and everybody's code. Or it plays the demonstration hospital, in a folder of its own. */
#pragma once

#include <gtk/gtk.h>

/* A store is there, or was and nobody restores it after all: open `data_dir` (NULL: the usual folder). */
typedef void (*FzFirstHourDone) (const char *data_dir, gpointer user_data);

/* `data_dir` as for fz_desk_open(). The window does not close while a store is being made. */
GtkWindow *fz_first_hour_new (GtkApplication *application, const char *data_dir, FzFirstHourDone done, gpointer user_data);
/* The same for a folder that cannot be opened any more: asks for a backup at once; whoever goes back has `done`. */
GtkWindow *fz_first_hour_new_restoring (GtkApplication *application, const char *data_dir, FzFirstHourDone done, gpointer user_data);
/* The folder is not there or empty: nothing of anybody's would be in the way. */
gboolean fz_first_hour_is_meant (const char *data_dir);
