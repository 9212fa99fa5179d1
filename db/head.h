/* db/head.h: what the two head files tell without the store's key (日志头). */
#pragma once

#include "db/store.h"

/* When the head beside the store is behind the one this device keeps, the sentence that says so: the folder is an older copy, or lost its end.
 * NULL: no sign of it. Judges nothing; the store itself is compared when it is opened. (transfer full) */
char *fz_head_tell_older (const char *dir, const char *state_dir, const guint8 identity[FZ_STORE_IDENTITY_BYTES]);
