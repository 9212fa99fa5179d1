/* ui/page_password.h: the window of a person whose password is over: nothing else is to be had until it was changed (等保 ID-2). */
#pragma once

#include "ui/password_form.h"

#define FZ_TYPE_PAGE_PASSWORD (fz_page_password_get_type ())
G_DECLARE_FINAL_TYPE (FzPagePassword, fz_page_password, FZ, PAGE_PASSWORD, GtkWidget)

/* `changed` FALSE: the person leaves. */
typedef void (*FzPasswordDone) (gboolean changed, gpointer user_data);

GtkWidget *fz_page_password_new (FzSession *session, FzPasswordDone done, gpointer user_data);
