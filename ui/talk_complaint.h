/* ui/talk_complaint.h: the conversation of the visit a complaint is about, for medical affairs who handle it: with a purpose, and pictures one by one. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* A button, when the entry is a complaint in hand that names a visit and this person may read it. */
void fz_talk_complaint_put (GtkWidget *into, FzSession *session, const FzFields *reg, const FzFields *entry);
