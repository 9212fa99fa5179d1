/* db/backup_file.h: a backup as one file (备份文件). First line `fuzhen.backup/v1`, then sections, each a line `name size` and
 * so many bytes, last a line `end` with the keyed BLAKE2b of everything before it. Sections: `about` (canonical text), `keys.fz`,
 * `store.fz` (sealed pages), `evidence/<64 hex>` (sealed streams). Nothing in it is plain but names, sizes and `about`. */
#pragma once

#include "core/error.h"
#include "core/secret.h"

typedef struct {
  char *name;
  gint64 offset;
  gint64 size;
} FzBackupSection;

/* --- writing: to `path`.new; finish renames --- */
typedef struct _FzBackupWriter FzBackupWriter;
FzBackupWriter *fz_backup_writer_new (const char *path, const FzSecret *store_key, GError **error);
/* Gives up and removes what was written unless fz_backup_writer_finish() succeeded. */
void fz_backup_writer_free (FzBackupWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzBackupWriter, fz_backup_writer_free)
gboolean fz_backup_writer_add_bytes (FzBackupWriter *self, const char *name, const void *bytes, gsize n, GError **error);
gboolean fz_backup_writer_add_file (FzBackupWriter *self, const char *name, const char *path, GError **error);
gboolean fz_backup_writer_finish (FzBackupWriter *self, GError **error);

/* --- reading --- */
typedef struct _FzBackupReader FzBackupReader;
/* Reads the table of sections. NOT_FOUND; CORRUPT: no backup of ours, or cut. */
FzBackupReader *fz_backup_reader_open (const char *path, GError **error);
void fz_backup_reader_free (FzBackupReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzBackupReader, fz_backup_reader_free)
guint fz_backup_reader_count (const FzBackupReader *self);
const FzBackupSection *fz_backup_reader_get (const FzBackupReader *self, guint i);
/* CORRUPT when there is none or it is longer than `max`. */
GBytes *fz_backup_reader_load (FzBackupReader *self, const char *name, gsize max, GError **error);
/* The whole file against its last line. CORRUPT. */
gboolean fz_backup_reader_check (FzBackupReader *self, const FzSecret *store_key, GError **error);
/* Writes a section to a new file, synced. */
gboolean fz_backup_reader_extract (FzBackupReader *self, const FzBackupSection *section, const char *path, GError **error);
