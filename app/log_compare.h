/* app/log_compare.h: documents held against the audit log, and every signature against the keys of who works here (文书与日志互核).
 * What somebody with the store's key takes away, adds or rewrites together with everything derived from it is consistent in itself; the log
 * still names each document by its hash, in the order they were kept. */
#pragma once

#include "app/desk_private.h"
#include "app/recover.h"

/* Adds a sentence for the first document that the log contradicts, the first that it does not name, and each bad signature (at most 100).
 * FALSE when it could not be read; CANCELLED by `watch`, which may be NULL. Steps in pages. */
gboolean fz_log_compare (FzDesk *desk, FzRecoverWatch *watch, GPtrArray *differences, GError **error);
