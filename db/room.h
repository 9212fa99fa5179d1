/* db/room.h: room on the disk (磁盘余量). A ballast file of 4 MiB is given up when the disk is full, so that what is
 * going on can still be finished and the log closed. */
#pragma once

#include "core/error.h"

#define FZ_BALLAST_BYTES (4 * 1024 * 1024)

/* 0 when the folder cannot be asked. */
/* TRUE on a disk that takes nothing. */
gboolean fz_room_is_read_only (const char *dir);
guint64 fz_room_free_bytes (const char *dir);
/* RETRY names what is free and what is needed. */
gboolean fz_room_check (const char *dir, guint64 need_bytes, GError **error);
/* Lays the ballast when there is room for it beside `spare_bytes`; failing is no error. */
void fz_room_lay_ballast (const char *dir, guint64 spare_bytes);
/* TRUE when there was a ballast to give up. */
gboolean fz_room_drop_ballast (const char *dir);
