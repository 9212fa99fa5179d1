/* ui/talk_panel.h: the conversation of a visit beside it: messages above, what to say below. What is typed is kept with the visit's draft until it is
 * sent. Enter sends, Shift+Enter begins a new line. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

#define FZ_TYPE_TALK_PANEL (fz_talk_panel_get_type ())
G_DECLARE_FINAL_TYPE (FzTalkPanel, fz_talk_panel, FZ, TALK_PANEL, GtkWidget)

/* signal "unread" (guint): messages of the patient that nobody saw yet. */
GtkWidget *fz_talk_panel_new (FzVisitModel *model);
void fz_talk_panel_refresh (FzTalkPanel *self);
/* Into the field to write in, or what stands in its place. */
void fz_talk_panel_focus (FzTalkPanel *self);
