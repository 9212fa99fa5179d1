/* db/desk_lock.h: one process a store (占用). A flock on `lock` in the data folder; the file names who holds it and since when. */
#pragma once

#include "core/error.h"

typedef struct _FzDeskLock FzDeskLock;

/* LOCKED names process and time; UNSUPPORTED on a network share, where SQLite's locks cannot be trusted. */
FzDeskLock *fz_desk_lock_take (const char *dir, GError **error);
void fz_desk_lock_free (FzDeskLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDeskLock, fz_desk_lock_free)
