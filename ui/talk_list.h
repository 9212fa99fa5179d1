/* ui/talk_list.h: the messages of a visit, the newest at the bottom; looks for new ones while it is seen, and leaves focus, scroll and what is typed
 * elsewhere alone. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

#define FZ_TYPE_TALK_LIST (fz_talk_list_get_type ())
G_DECLARE_FINAL_TYPE (FzTalkList, fz_talk_list, FZ, TALK_LIST, GtkWidget)

/* signal "read": the conversation was read anew (fz_talk_list_get_state). */
GtkWidget *fz_talk_list_new (FzVisitModel *model);
/* Reads what may have changed; while the list is seen, messages of the patient count as seen. */
void fz_talk_list_refresh (FzTalkList *self);
/* Of fz_desk_talk_state(); NULL when it could not be read. */
const FzFields *fz_talk_list_get_state (FzTalkList *self);
