/* ui/dialog_password.h: one's own password or PIN made anew, from the person's menu. */
#pragma once

#include "ui/password_form.h"

void fz_dialog_password (GtkWidget *over, FzSession *session, FzPasswordKind kind);
