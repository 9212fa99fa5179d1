/* db/probe.h: reads a file page by page through its VFS, to tell a wrong key from a damaged page (验页). No connection may
 * be open on the file: closing ours would drop its locks. */
#pragma once

#include "core/error.h"

/* SIGNATURE when the file does not open with this key, CORRUPT when it is empty or its first page is damaged for good. */
gboolean fz_probe_key (const char *vfs, const char *path, GError **error);
/* The first page (from 1) that does not open; 0 when all do or the file cannot be read at all. */
gint64 fz_probe_first_bad_page (const char *vfs, const char *path);
