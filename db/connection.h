/* db/connection.h: one SQLite connection with every guard switched on (连接). Only db includes this.
 *
 * The authorizer's mask says who is speaking. Jobs get READ or WRITE; the audit functions switch to AUDIT for their own
 * statements, so that no job can write an audit row by hand. A cached statement ignores a later mask: cache per mask. */
#pragma once

#include <sqlite3.h>

#include "core/error.h"

#define FZ_APPLICATION_ID 0x465A4653 /* "FZFS" */
#define FZ_STORE_PAGE_BYTES 4096
#define FZ_WAL_CHECKPOINT_PAGES 8000

typedef enum {
  FZ_MASK_READ,    /* jobs that change nothing */
  FZ_MASK_WRITE,   /* LOCAL and RECORD jobs */
  FZ_MASK_AUDIT,   /* audit, keys and other rows that only their own file writes */
  FZ_MASK_PURGE,   /* the same, and what has a tombstone may go */
  FZ_MASK_SETUP,   /* pragmas, transaction control */
  FZ_MASK_MIGRATE, /* schema scripts */
  FZ_N_MASKS
} FzMask;

typedef struct {
  sqlite3 *db;
  FzMask mask;
  GHashTable *append_only;         /* table names; see db/schema/001_ground.sql */
  GHashTable *statements[FZ_N_MASKS]; /* SQL text -> FzStmt, owned */
  int wal_pages;                   /* as of the last commit */
  sqlite3_backup *backup;          /* copying from here; given up when the connection closes */
  gboolean denied;                 /* a statement of the READ mask wanted to write */
  gboolean untrusted;              /* an fsync or a ROLLBACK failed: close, reopen, verify */
} FzConnection;

/* Opens `path` through the VFS `vfs` (NULL: the default) as the only connection. `create` makes a new file.
 * CORRUPT, RETRY or INTERNAL, as fz_sql_set_error() tells. */
FzConnection *fz_connection_open (const char *path, const char *vfs, gboolean create, GError **error);
void fz_connection_free (FzConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzConnection, fz_connection_free)

/* Runs SQL text of our own under `mask`, without results. */
gboolean fz_connection_exec (FzConnection *self, FzMask mask, const char *sql, GError **error);
/* The first column of the first row; `fallback` when there is no row. */
gboolean fz_connection_read_int (FzConnection *self, const char *sql, gint64 fallback, gint64 *out, GError **error);
/* From now on nothing is brought from the WAL into the main file, not when it closes either. */
void fz_connection_leave_alone (FzConnection *self);
/* Reads anew which tables are append-only; after a migration. */
gboolean fz_connection_learn_append_only (FzConnection *self, GError **error);
/* Brings the WAL into the main file; TRUNCATE when `truncate`. */
gboolean fz_connection_checkpoint (FzConnection *self, gboolean truncate, GError **error);
/* First problem quick_check names, as CORRUPT. */
gboolean fz_connection_quick_check (FzConnection *self, GError **error);

/* Says what a SQLite result means for the caller. Returns FALSE. */
gboolean fz_sql_set_error (sqlite3 *db, int rc, GError **error);
/* As above, and remembers a failed fsync. */
gboolean fz_connection_fail (FzConnection *self, int rc, GError **error);
