/* ui/talk_acts.h: what a doctor opens from the conversation: short answers, what was said elsewhere, a recording kept elsewhere, a picture to send. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Calls back with the words that were chosen, if any; `owner` must live for it. */
typedef void (*FzTalkPhrase) (const char *words, gpointer owner);
void fz_talk_phrases (GtkWidget *over, FzSession *session, FzTalkPhrase chosen, GObject *owner);

/* Call back once something was kept. */
typedef void (*FzTalkDone) (gpointer owner);
void fz_talk_note (GtkWidget *over, FzSession *session, const char *visit, FzTalkDone done, GObject *owner);
/* `began_us`: when the video system was opened for this visit, which the form begins with; 0: it was not. */
void fz_talk_recording (GtkWidget *over, FzSession *session, const char *visit, gint64 began_us, FzTalkDone done, GObject *owner);
void fz_talk_choose_picture (GtkWidget *over, FzSession *session, const char *visit, FzTalkDone done, GObject *owner);
