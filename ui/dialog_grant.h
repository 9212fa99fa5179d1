/* ui/dialog_grant.h: asking for leave by a second person (申请授权); then the sheet and the PIN. */
#pragma once

#include "ui/sign_flow.h"

/* `start` (may be NULL): what the form begins with: kind, scope.{report,from,to}, of an
 * export scope.subject (a register) or the whole scope of records, of an inspection scope.{from,to,format,person,subject}. `asked` once the request is signed; `owner` is passed to it and held
 * meanwhile. */
void fz_dialog_grant (GtkWidget *over, FzSession *session, const FzFields *start, FzSigned asked, GObject *owner);
