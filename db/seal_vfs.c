/* db/seal_vfs.c: the VFS itself: opening, naming, and handing each call to the right kind of file (页加密).
 *
 * The methods are of version 1: no shared memory and no memory mapping, so SQLite keeps the WAL's index on the heap and asks
 * for locking_mode=EXCLUSIVE, and no page can be reached past the seal. */
#include "db/seal_vfs.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "db/seal_file.h"

/* SQLite hands back the address of a file it let us fill; its first member is ours. */
static FzSealFile *
sealed_file (sqlite3_file *file)
{
  return (FzSealFile *) (void *) file;
}

static FzSealVfs *
sealed_vfs (sqlite3_vfs *vfs)
{
  return vfs->pAppData;
}

static int
seal_close (sqlite3_file *file)
{
  FzSealFile *self = sealed_file (file);
  int rc = self->real->pMethods->xClose (self->real);

  g_atomic_int_add (&self->vfs->open_files, -1);
  fz_secret_wipe (self, sizeof *self);
  return rc;
}

static int
seal_read (sqlite3_file *file, void *out, int amount, sqlite3_int64 offset)
{
  FzSealFile *self = sealed_file (file);

  if (self->kind == FZ_SEAL_KIND_PAGE)
    return fz_seal_pages_read (self, out, amount, offset);
  return fz_seal_stream_read (self, out, amount, offset);
}

static int
seal_write (sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
  FzSealFile *self = sealed_file (file);

  if (self->kind == FZ_SEAL_KIND_PAGE)
    return fz_seal_pages_write (self, from, amount, offset);
  return fz_seal_stream_write (self, from, amount, offset);
}

static int
seal_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  FzSealFile *self = sealed_file (file);

  if (self->kind == FZ_SEAL_KIND_PAGE)
    return self->real->pMethods->xTruncate (self->real, size);
  return fz_seal_stream_truncate (self, size);
}

static int
seal_sync (sqlite3_file *file, int flags)
{
  FzSealFile *self = sealed_file (file);

  return self->real->pMethods->xSync (self->real, flags);
}

static int
seal_file_size (sqlite3_file *file, sqlite3_int64 *out_size)
{
  FzSealFile *self = sealed_file (file);

  if (self->kind == FZ_SEAL_KIND_PAGE)
    return self->real->pMethods->xFileSize (self->real, out_size);
  return fz_seal_stream_size (self, out_size);
}

static int
seal_lock (sqlite3_file *file, int level)
{
  FzSealFile *self = sealed_file (file);

  return self->real->pMethods->xLock (self->real, level);
}

static int
seal_unlock (sqlite3_file *file, int level)
{
  FzSealFile *self = sealed_file (file);

  return self->real->pMethods->xUnlock (self->real, level);
}

static int
seal_check_reserved_lock (sqlite3_file *file, int *out)
{
  FzSealFile *self = sealed_file (file);

  return self->real->pMethods->xCheckReservedLock (self->real, out);
}

/* Hints about sizes would lengthen the file with pages nobody sealed, and atomic writes would pass by us. */
static gboolean
is_refused_control (int operation)
{
  static const int refused[]
      = { SQLITE_FCNTL_SIZE_HINT,          SQLITE_FCNTL_CHUNK_SIZE,          SQLITE_FCNTL_MMAP_SIZE,
          SQLITE_FCNTL_BEGIN_ATOMIC_WRITE, SQLITE_FCNTL_COMMIT_ATOMIC_WRITE, SQLITE_FCNTL_ROLLBACK_ATOMIC_WRITE };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    if (refused[i] == operation)
      return TRUE;
  }
  return FALSE;
}

static int
seal_file_control (sqlite3_file *file, int operation, void *argument)
{
  FzSealFile *self = sealed_file (file);

  if (is_refused_control (operation))
    return SQLITE_NOTFOUND;
  int rc = self->real->pMethods->xFileControl (self->real, operation, argument);
  if (operation == SQLITE_FCNTL_VFSNAME && rc == SQLITE_OK) {
    char **name = argument;
    *name = sqlite3_mprintf ("seal/%z", *name);
  }
  return rc;
}

static int
seal_sector_size (sqlite3_file *file)
{
  FzSealFile *self = sealed_file (file);

  return self->real->pMethods->xSectorSize (self->real);
}

/* What the disk promises about whole pages or appends it does not promise about sealed ones. */
static int
seal_device_characteristics (sqlite3_file *file)
{
  FzSealFile *self = sealed_file (file);

  return self->real->pMethods->xDeviceCharacteristics (self->real)
         & (SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_SEQUENTIAL | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN
            | SQLITE_IOCAP_IMMUTABLE);
}

static const sqlite3_io_methods seal_methods = {
  .iVersion = 1,
  .xClose = seal_close,
  .xRead = seal_read,
  .xWrite = seal_write,
  .xTruncate = seal_truncate,
  .xSync = seal_sync,
  .xFileSize = seal_file_size,
  .xLock = seal_lock,
  .xUnlock = seal_unlock,
  .xCheckReservedLock = seal_check_reserved_lock,
  .xFileControl = seal_file_control,
  .xSectorSize = seal_sector_size,
  .xDeviceCharacteristics = seal_device_characteristics,
};

static FzSealKind
kind_of (int flags)
{
  if (flags & SQLITE_OPEN_MAIN_DB)
    return FZ_SEAL_KIND_PAGE;
  if (flags & SQLITE_OPEN_WAL)
    return FZ_SEAL_KIND_WAL;
  return flags & SQLITE_OPEN_MAIN_JOURNAL ? FZ_SEAL_KIND_JOURNAL : FZ_SEAL_KIND_TEMP;
}

/* A nameless file lives as long as its handle: an identity of its own keeps its blocks from fitting anywhere else. */
static void
set_identity (FzSealFile *self)
{
  if (self->kind == FZ_SEAL_KIND_TEMP)
    randombytes_buf (self->identity, sizeof self->identity);
  else
    memcpy (self->identity, self->vfs->identity, sizeof self->identity);
}

static int
seal_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  FzSealVfs *owner = sealed_vfs (vfs);
  FzSealFile *self = sealed_file (file);

  memset (self, 0, sizeof *self);
  /* It would name files of several databases in plain text, and one store is one file. */
  if (flags & SQLITE_OPEN_SUPER_JOURNAL)
    return SQLITE_CANTOPEN;
  self->vfs = owner;
  self->real = (sqlite3_file *) (self + 1);
  self->kind = kind_of (flags);
  self->block = -1;
  set_identity (self);

  int rc = owner->base->xOpen (owner->base, name, self->real, flags, out_flags);
  if (rc == SQLITE_OK && self->kind == FZ_SEAL_KIND_PAGE)
    rc = fz_seal_pages_check (self, name);
  if (rc != SQLITE_OK) {
    if (self->real->pMethods != NULL)
      self->real->pMethods->xClose (self->real);
    return rc;
  }
  g_atomic_int_inc (&owner->open_files);
  self->file.pMethods = &seal_methods;
  return SQLITE_OK;
}

static int
seal_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  sqlite3_vfs *base = sealed_vfs (vfs)->base;

  return base->xDelete (base, name, sync_folder);
}

static int
seal_access (sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
  sqlite3_vfs *base = sealed_vfs (vfs)->base;

  return base->xAccess (base, name, flags, out);
}

static int
seal_full_pathname (sqlite3_vfs *vfs, const char *name, int n, char *out)
{
  sqlite3_vfs *base = sealed_vfs (vfs)->base;

  return base->xFullPathname (base, name, n, out);
}

static int
seal_randomness (sqlite3_vfs *vfs, int n, char *out)
{
  randombytes_buf (out, (gsize) n);
  return n;
}

static int
seal_sleep (sqlite3_vfs *vfs, int microseconds)
{
  sqlite3_vfs *base = sealed_vfs (vfs)->base;

  return base->xSleep (base, microseconds);
}

static int
seal_current_time (sqlite3_vfs *vfs, double *out)
{
  sqlite3_vfs *base = sealed_vfs (vfs)->base;

  return base->xCurrentTime (base, out);
}

static int
seal_get_last_error (sqlite3_vfs *vfs, int n, char *out)
{
  sqlite3_vfs *base = sealed_vfs (vfs)->base;

  return base->xGetLastError != NULL ? base->xGetLastError (base, n, out) : 0;
}

static void
vfs_free (FzSealVfs *self)
{
  fz_secret_free (self->key);
  g_free (self->name);
  g_free (self);
}

static FzSealVfs *
vfs_new (const char *name, sqlite3_vfs *base, const FzSecret *key, const guint8 *identity, guint32 key_version)
{
  FzSealVfs *self = g_new0 (FzSealVfs, 1);

  self->base = base;
  self->name = g_strdup (name);
  self->key = fz_secret_copy (key);
  self->key_version = key_version;
  memcpy (self->identity, identity, sizeof self->identity);
  self->vfs = (sqlite3_vfs){ .iVersion = 1,
                             .szOsFile = (int) sizeof (FzSealFile) + base->szOsFile,
                             .mxPathname = base->mxPathname,
                             .zName = self->name,
                             .pAppData = self,
                             .xOpen = seal_open,
                             .xDelete = seal_delete,
                             .xAccess = seal_access,
                             .xFullPathname = seal_full_pathname,
                             .xRandomness = seal_randomness,
                             .xSleep = seal_sleep,
                             .xCurrentTime = seal_current_time,
                             .xGetLastError = seal_get_last_error };
  return self;
}

gboolean
fz_seal_vfs_register (const char *name, const char *base, const FzSecret *key,
                      const guint8 identity[FZ_SEAL_IDENTITY_BYTES], guint32 key_version, GError **error)
{
  if (sodium_init () < 0 || fz_secret_size (key) != FZ_SEAL_KEY_BYTES) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("本地库的密钥长度不对，应为 %d 字节。"), FZ_SEAL_KEY_BYTES);
    return FALSE;
  }
  sqlite3_vfs *under = sqlite3_vfs_find (base);
  if (under == NULL || sqlite3_vfs_find (name) != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("无法登记本地库的加密层“%s”：名称已被占用，或下层不存在。"), name);
    return FALSE;
  }
  FzSealVfs *self = vfs_new (name, under, key, identity, key_version);
  if (sqlite3_vfs_register (&self->vfs, 0) == SQLITE_OK)
    return TRUE;
  vfs_free (self);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("数据库引擎拒绝登记加密层“%s”。"), name);
  return FALSE;
}

void
fz_seal_vfs_unregister (const char *name)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (name);

  if (vfs == NULL || vfs->xOpen != seal_open)
    return;
  FzSealVfs *self = sealed_vfs (vfs);
  if (g_atomic_int_get (&self->open_files) > 0) {
    g_critical ("sealing VFS %s still has open files: its key stays in memory", name);
    return;
  }
  sqlite3_vfs_unregister (vfs);
  vfs_free (self);
}
