/* db/migrate.h: the schema's numbered scripts and the one way they are run (迁移). A new file runs the same scripts as an
 * old one. To add one: write db/schema/00N_name.sql and name it in the list `schema` of db/meson.build. A released script
 * is never edited. The number reached stands in the file as user_version. */
#pragma once

#include "db/connection.h"

typedef struct {
  int number;       /* 1, 2, 3 … without a gap */
  const char *name; /* file name, for messages */
  const char *sql;
} FzScript;

extern const FzScript fz_schema_scripts[];
extern const guint fz_schema_n_scripts;

gboolean fz_migrate_get_version (FzConnection *connection, int *out_version, GError **error);
/* Runs every script above the file's version inside the caller's transaction. UNSUPPORTED when the file is newer than the
 * last script; any other failure names the script, and the caller rolls back. *out_ran may be NULL. */
gboolean fz_migrate_run (FzConnection *connection, const FzScript *scripts, guint n_scripts, guint *out_ran, GError **error);
/* Copies the open file by VACUUM INTO, through the same VFS, and syncs it. Outside a transaction. */
gboolean fz_migrate_copy (FzConnection *connection, const char *to, GError **error);
/* fz_migrate_copy() to `copy_to`, then one transaction: the scripts, then `last` (the audit entry; may be NULL). On failure
 * the file is as it was. Does nothing when the file is up to date. */
typedef gboolean (*FzMigrateLast) (int from, int to, gpointer data, GError **error);
gboolean fz_migrate_file (FzConnection *connection, const FzScript *scripts, guint n_scripts, const char *copy_to,
                          FzMigrateLast last, gpointer data, GError **error);
