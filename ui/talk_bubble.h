/* ui/talk_bubble.h: one message of a conversation, as a row of a list: who and when, what was said, how far it got. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* What can be done with a message; NULL: not offered here. */
typedef struct {
  void (*record) (const FzFields *message, gpointer data);    /* copy into the record */
  void (*again) (const FzFields *message, gpointer data);     /* send once more */
  void (*large) (const FzFields *message, gpointer data);     /* the picture, large */
  void (*thumbnail) (GtkPicture *picture, const FzFields *message, gpointer data); /* fill it, now or later; NULL: a button to open it instead */
  gpointer data;
} FzTalkHands;

/* A GtkListBoxRow; `message` of fz_desk_list_talk(), `hands` stay valid while it lives. */
GtkWidget *fz_talk_bubble_new (const FzFields *message, gint64 now_us, const FzTalkHands *hands);
/* What was said, in one line: for screen readers, and for the record. (transfer full) */
char *fz_talk_bubble_words (const FzFields *message);
