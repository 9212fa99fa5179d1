/* db/durable.h: small files that are whole or absent after a power cut (落盘). New file, fsync, rename, fsync of the folder. */
#pragma once

#include "core/error.h"

/* Replaces `path`; `mode` as in open(2). RETRY when the disk is full or the folder cannot be written; the old file stays. */
gboolean fz_durable_write (const char *path, const void *bytes, gsize n, int mode, GError **error);
/* NOT_FOUND when it is not there; CORRUPT when it is longer than `max` bytes or no plain file; RETRY on any other failure. */
GBytes *fz_durable_read (const char *path, gsize max, GError **error);
/* fsync of an existing file, and of a folder so that a rename, link or removal in it lasts. */
gboolean fz_durable_sync_file (const char *path, GError **error);
gboolean fz_durable_sync_folder (const char *folder, GError **error);
/* rename(2) within one folder and fsync of it. */
gboolean fz_durable_rename (const char *from, const char *to, GError **error);
/* The same, and never over what is there, even if it came this very moment: CONFLICT. */
gboolean fz_durable_rename_new (const char *from, const char *to, GError **error);
/* Makes the folder (0700) with its parents. */
gboolean fz_durable_folder (const char *folder, GError **error);
/* Makes an empty file (0600) where there is none, so that SQLite, which would make it readable by all, finds it. */
gboolean fz_durable_touch (const char *path, GError **error);
/* All of it, through signals and short transfers: 0 or an errno. Reading past the end is ENODATA. */
int fz_durable_write_all (int fd, const void *bytes, gsize n);
int fz_durable_read_all (int fd, void *out, gsize n, gint64 offset);
