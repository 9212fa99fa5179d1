/* ui/page_people.h: accounts (人员权限) for the security administrator: who may do what, until when, with which key. Read only. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_people_new (FzSession *session);
