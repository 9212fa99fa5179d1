/* tests/powerloss/lab_vfs.c: a SQLite VFS whose files are on a lab disk. */
#include "tests/powerloss/lab_vfs.h"

#include <sqlite3.h>
#include <string.h>

typedef struct {
  sqlite3_vfs vfs; /* first */
  char *name;
  LabDisk *disk;
} LabVfs;

typedef struct {
  sqlite3_file file; /* first */
  LabDisk *disk;
  LabInode *inode;
  char *remove_on_close;
  gboolean folder_unsynced;
  int keep_wal;
} LabFile;

static LabFile *
lab_file (sqlite3_file *file)
{
  return (LabFile *) (void *) file;
}

static LabDisk *
disk_of (sqlite3_vfs *vfs)
{
  return ((LabVfs *) vfs->pAppData)->disk;
}

static int
lab_close (sqlite3_file *file)
{
  LabFile *self = lab_file (file);

  if (self->remove_on_close != NULL)
    lab_disk_unlink (self->disk, self->remove_on_close);
  g_free (self->remove_on_close);
  return SQLITE_OK;
}

static int
lab_read (sqlite3_file *file, void *out, int amount, sqlite3_int64 offset)
{
  LabFile *self = lab_file (file);

  if (lab_disk_is_dead (self->disk))
    return SQLITE_IOERR_READ;
  gsize n = lab_disk_read (self->inode, out, (gsize) amount, (guint64) offset);
  if (n == (gsize) amount)
    return SQLITE_OK;
  memset ((guint8 *) out + n, 0, (gsize) amount - n);
  return SQLITE_IOERR_SHORT_READ;
}

static int
lab_write (sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
  LabFile *self = lab_file (file);

  if (lab_disk_is_full (self->disk) && (guint64) (offset + amount) > lab_disk_size (self->inode))
    return SQLITE_FULL;
  return lab_disk_write (self->disk, self->inode, from, (gsize) amount, (guint64) offset) ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int
lab_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  LabFile *self = lab_file (file);

  return lab_disk_truncate (self->disk, self->inode, (guint64) size) ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int
lab_sync (sqlite3_file *file, int flags)
{
  LabFile *self = lab_file (file);

  if (!lab_disk_sync (self->disk, self->inode))
    return SQLITE_IOERR_FSYNC;
  if (self->folder_unsynced && !lab_disk_sync_folder (self->disk))
    return SQLITE_IOERR_DIR_FSYNC;
  self->folder_unsynced = FALSE;
  return SQLITE_OK;
}

static int
lab_file_size (sqlite3_file *file, sqlite3_int64 *out_size)
{
  LabFile *self = lab_file (file);

  *out_size = (sqlite3_int64) lab_disk_size (self->inode);
  return lab_disk_is_dead (self->disk) ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int
lab_lock (sqlite3_file *file, int level)
{
  return SQLITE_OK;
}

static int
lab_check_reserved_lock (sqlite3_file *file, int *out)
{
  *out = 0;
  return SQLITE_OK;
}

static int
lab_file_control (sqlite3_file *file, int operation, void *argument)
{
  LabFile *self = lab_file (file);
  int *value = argument;

  if (operation != SQLITE_FCNTL_PERSIST_WAL)
    return SQLITE_NOTFOUND;
  if (*value >= 0)
    self->keep_wal = *value != 0;
  else
    *value = self->keep_wal;
  return SQLITE_OK;
}

static int
lab_sector_size (sqlite3_file *file)
{
  return LAB_SECTOR_BYTES;
}

static int
lab_device_characteristics (sqlite3_file *file)
{
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods lab_methods = {
  .iVersion = 1,
  .xClose = lab_close,
  .xRead = lab_read,
  .xWrite = lab_write,
  .xTruncate = lab_truncate,
  .xSync = lab_sync,
  .xFileSize = lab_file_size,
  .xLock = lab_lock,
  .xUnlock = lab_lock,
  .xCheckReservedLock = lab_check_reserved_lock,
  .xFileControl = lab_file_control,
  .xSectorSize = lab_sector_size,
  .xDeviceCharacteristics = lab_device_characteristics,
};

static int
lab_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  LabFile *self = lab_file (file);
  LabDisk *disk = disk_of (vfs);

  memset (self, 0, sizeof *self);
  self->disk = disk;
  self->inode = name != NULL ? lab_disk_lookup (disk, name) : NULL;
  if (self->inode == NULL && (name == NULL || (flags & SQLITE_OPEN_CREATE))) {
    self->inode = lab_disk_create (disk, name);
    self->folder_unsynced = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  }
  if (self->inode == NULL)
    return SQLITE_CANTOPEN;
  if (name != NULL && (flags & SQLITE_OPEN_DELETEONCLOSE))
    self->remove_on_close = g_strdup (name);
  if (out_flags != NULL)
    *out_flags = flags;
  self->file.pMethods = &lab_methods;
  return SQLITE_OK;
}

static int
lab_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  LabDisk *disk = disk_of (vfs);

  if (lab_disk_lookup (disk, name) == NULL)
    return lab_disk_is_dead (disk) ? SQLITE_IOERR_DELETE : SQLITE_IOERR_DELETE_NOENT;
  if (!lab_disk_unlink (disk, name) || (sync_folder && !lab_disk_sync_folder (disk)))
    return SQLITE_IOERR_DELETE;
  return SQLITE_OK;
}

static int
lab_access (sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
  LabDisk *disk = disk_of (vfs);

  *out = lab_disk_lookup (disk, name) != NULL;
  return lab_disk_is_dead (disk) ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int
lab_full_pathname (sqlite3_vfs *vfs, const char *name, int n, char *out)
{
  return g_strlcpy (out, name, (gsize) n) < (gsize) n ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int
lab_randomness (sqlite3_vfs *vfs, int n, char *out)
{
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  return real->xRandomness (real, n, out);
}

/* Nobody else is there to wait for. */
static int
lab_sleep (sqlite3_vfs *vfs, int microseconds)
{
  return microseconds;
}

static int
lab_current_time (sqlite3_vfs *vfs, double *out)
{
  *out = 2460676.5;
  return SQLITE_OK;
}

void
lab_vfs_register (const char *name, LabDisk *disk)
{
  LabVfs *self = g_new0 (LabVfs, 1);

  self->name = g_strdup (name);
  self->disk = disk;
  self->vfs = (sqlite3_vfs){ .iVersion = 1,
                             .szOsFile = (int) sizeof (LabFile),
                             .mxPathname = 512,
                             .zName = self->name,
                             .pAppData = self,
                             .xOpen = lab_open,
                             .xDelete = lab_delete,
                             .xAccess = lab_access,
                             .xFullPathname = lab_full_pathname,
                             .xRandomness = lab_randomness,
                             .xSleep = lab_sleep,
                             .xCurrentTime = lab_current_time };
  g_assert_cmpint (sqlite3_vfs_register (&self->vfs, 0), ==, SQLITE_OK);
}

void
lab_vfs_unregister (const char *name)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (name);

  g_assert_true (vfs != NULL && vfs->xOpen == lab_open);
  LabVfs *self = vfs->pAppData;
  sqlite3_vfs_unregister (vfs);
  g_free (self->name);
  g_free (self);
}
