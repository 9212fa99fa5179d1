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

/* 0..1, never back; on the thread that does the work. FALSE: the person wants it stopped. */
typedef gboolean (*FzBackupProgress) (double done, gpointer data);
/* Which part of a whole piece of work some bytes are. */
typedef struct {
  FzBackupProgress tell; /* NULL: nobody asks */
  gpointer data;
  double from, to;
  gint64 done, total; /* bytes */
} FzBackupMeter;
/* So many bytes more; CANCELLED (of GIO's domain) when the answer was to stop. */
gboolean fz_backup_meter_add (FzBackupMeter *self, gint64 bytes, GError **error);

/* --- writing: to `path`.new; what stands at `path` stays until finish renames --- */
typedef struct _FzBackupWriter FzBackupWriter;
FzBackupWriter *fz_backup_writer_new (const char *path, const FzSecret *store_key, GError **error);
/* Gives up and removes what was written unless fz_backup_writer_finish() succeeded. */
void fz_backup_writer_free (FzBackupWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzBackupWriter, fz_backup_writer_free)
/* Told of every part that is written from now on. */
void fz_backup_writer_set_meter (FzBackupWriter *self, const FzBackupMeter *meter);
gboolean fz_backup_writer_add_bytes (FzBackupWriter *self, const char *name, const void *bytes, gsize n, GError **error);
gboolean fz_backup_writer_add_file (FzBackupWriter *self, const char *name, const char *path, GError **error);
/* The last line; all of it is on the disk. NULL on failure, else where it stands, to be read back before it counts. */
const char *fz_backup_writer_seal (FzBackupWriter *self, GError **error);
/* After fz_backup_writer_seal(). */
gboolean fz_backup_writer_finish (FzBackupWriter *self, GError **error);

/* --- reading --- */
typedef struct _FzBackupReader FzBackupReader;
/* Reads the table of sections. NOT_FOUND; CORRUPT: no backup of ours, or cut. */
FzBackupReader *fz_backup_reader_open (const char *path, GError **error);
void fz_backup_reader_free (FzBackupReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzBackupReader, fz_backup_reader_free)
/* Told of every part that is read from now on; its total is `passes` times the file. */
void fz_backup_reader_set_meter (FzBackupReader *self, const FzBackupMeter *meter, guint passes);
guint fz_backup_reader_count (const FzBackupReader *self);
const FzBackupSection *fz_backup_reader_get (const FzBackupReader *self, guint i);
/* CORRUPT when there is none or it is longer than `max`. */
GBytes *fz_backup_reader_load (FzBackupReader *self, const char *name, gsize max, GError **error);
/* The whole file against its last line. CORRUPT. */
gboolean fz_backup_reader_check (FzBackupReader *self, const FzSecret *store_key, GError **error);
/* Writes a section to a new file, synced. */
gboolean fz_backup_reader_extract (FzBackupReader *self, const FzBackupSection *section, const char *path, GError **error);
