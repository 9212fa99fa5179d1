/* ui/dialog_rules.h: drafting a new version of the hospital's rules (拟订规则版本): place, day, parameters, termination guidance, consent text and
 * own clauses; what it changes, what it would have changed last month; then the sheet and the PIN. What is typed is kept when it is closed. */
#pragma once

#include "ui/sign_flow.h"

/* `signed_` once the version is signed and waits for the second person; `owner` is passed to it and held meanwhile. */
void fz_dialog_rules (GtkWidget *over, FzSession *session, FzSigned signed_, GObject *owner);
