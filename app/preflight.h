/* app/preflight.h: what would be in the way of uploading in earnest (上线前检查): fz_desk_read_preflight() without its right and its audit entry. */
#pragma once

#include "app/desk_private.h"
#include "app/recover.h"

/* `medicines` FALSE leaves out what is asked of every row of the catalogue, which takes a while. CANCELLED by `watch`, which may be NULL. */
GPtrArray *fz_preflight_look (FzSession *session, gboolean medicines, FzRecoverWatch *watch, GError **error);
