/* app/front_config.h: where the hospital's front is (医院前端的接入配置): a file like the platform's, whose path is a setting of the store. */
#pragma once

#include "app/desk_private.h"
#include "app/platform/config.h"

/* The configuration the store's settings name. NULL with UNSUPPORTED: none is set. */
FzPlatformConfig *fz_front_load_config (FzDesk *desk, GError **error);
/* Sets the file with address and key; NULL takes it away. By the desk itself, as the demonstration does. INVALID: not such a file. */
gboolean fz_front_configure (FzDesk *desk, const char *config_path, GError **error);
/* The same by this person, whose right was looked at. */
gboolean fz_front_configure_by (FzDesk *desk, FzSession *session, const char *config_path, GError **error);

/* A small file beside the store, for `fuzhen doctor`, which opens none: config (the path), heard_at, event_at where there are such; NULL: no front is set
 * up. It decides nothing. */
FzFields *fz_front_note_read (const char *data_dir);
void fz_front_note_heard (const FzDesk *desk, gint64 at_us, gboolean event);
