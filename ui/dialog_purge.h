/* ui/dialog_purge.h: counting what is over and asking for leave to remove it (到期清除); and carrying it out once another gave leave. */
#pragma once

#include "ui/long_work.h"
#include "ui/sign_flow.h"

/* `asked` once the request is signed; `owner` is passed to it and held meanwhile. */
void fz_dialog_purge (GtkWidget *over, FzSession *session, FzSigned asked, GObject *owner);
/* Asks once more, since nothing brings it back, then runs it in `work`. `row`: of fz_desk_list_grants(). */
void fz_dialog_purge_run (GtkWidget *over, FzLongWork *work, const FzFields *row);
