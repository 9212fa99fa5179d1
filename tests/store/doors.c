#include "tests/store/doors.h"

#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct {
  gint door; /* atomic */
  gint at;
  gboolean sticky, ends;
  gint calls; /* atomic */
} fault;

static gboolean
fails (Door door)
{
  gint call;

  if (g_atomic_int_get (&fault.door) != (gint) door)
    return FALSE;
  call = g_atomic_int_add (&fault.calls, 1);
  if (fault.ends && call == fault.at)
    _exit (0);
  return call == fault.at || (fault.sticky && call > fault.at);
}

void
doors_arm_end (Door door, gint at)
{
  doors_arm (door, at, FALSE);
  fault.ends = TRUE;
}

void
doors_arm (Door door, gint at, gboolean sticky)
{
  fault.ends = FALSE;
  fault.at = at;
  fault.sticky = sticky;
  g_atomic_int_set (&fault.calls, 0);
  g_atomic_int_set (&fault.door, (gint) door);
}

gint
doors_disarm (void)
{
  g_atomic_int_set (&fault.door, DOOR_NONE);
  return doors_calls ();
}

gint
doors_calls (void)
{
  return g_atomic_int_get (&fault.calls);
}

gint
doors_step (gint all, gint runs, gint full_runs)
{
  gboolean full = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;

  return MAX (all / (full ? full_runs : runs), 1);
}

/* --- SQLite's files --- */

static sqlite3_vfs shim;
static sqlite3_vfs *plain;
static sqlite3_io_methods shim_methods[2];
static sqlite3_io_methods plain_methods;

static int
shim_read (sqlite3_file *file, void *out, int n, sqlite3_int64 offset)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_READ : plain_methods.xRead (file, out, n, offset);
}

static int
shim_write (sqlite3_file *file, const void *from, int n, sqlite3_int64 offset)
{
  return fails (DOOR_SQLITE) ? (fault.at % 2 ? SQLITE_FULL : SQLITE_IOERR_WRITE) : plain_methods.xWrite (file, from, n, offset);
}

static int
shim_sync (sqlite3_file *file, int flags)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_FSYNC : plain_methods.xSync (file, flags);
}

static int
shim_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_TRUNCATE : plain_methods.xTruncate (file, size);
}

static int
shim_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_FSTAT : plain_methods.xFileSize (file, size);
}

static int
shim_lock (sqlite3_file *file, int level)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_LOCK : plain_methods.xLock (file, level);
}

static int
shim_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  sqlite3_io_methods *methods = &shim_methods[flags & SQLITE_OPEN_MAIN_DB ? 0 : 1];
  int rc;

  file->pMethods = NULL;
  if (fails (DOOR_SQLITE))
    return SQLITE_CANTOPEN;
  rc = plain->xOpen (plain, name, file, flags, out_flags);
  if (rc != SQLITE_OK || file->pMethods == NULL)
    return rc;
  plain_methods = *file->pMethods;
  *methods = plain_methods;
  methods->xRead = shim_read;
  methods->xWrite = shim_write;
  methods->xSync = shim_sync;
  methods->xTruncate = shim_truncate;
  methods->xFileSize = shim_size;
  methods->xLock = shim_lock;
  file->pMethods = methods;
  return rc;
}

static int
shim_access (sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_ACCESS : plain->xAccess (plain, name, flags, out);
}

static int
shim_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_DELETE : plain->xDelete (plain, name, sync_folder);
}

/* --- SQLite's memory --- */

static sqlite3_mem_methods plain_memory;

static void *
shim_malloc (int n)
{
  return fails (DOOR_MEMORY) ? NULL : plain_memory.xMalloc (n);
}

static void *
shim_realloc (void *from, int n)
{
  return fails (DOOR_MEMORY) ? NULL : plain_memory.xRealloc (from, n);
}

void
doors_install (void)
{
  sqlite3_mem_methods memory;

  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &plain_memory), ==, SQLITE_OK);
  memory = plain_memory;
  memory.xMalloc = shim_malloc;
  memory.xRealloc = shim_realloc;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &memory), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_LOOKASIDE, 0, 0), ==, SQLITE_OK); /* so that every request comes by here */
  plain = sqlite3_vfs_find (NULL);
  shim = *plain;
  shim.zName = "shim";
  shim.xOpen = shim_open;
  shim.xAccess = shim_access;
  shim.xDelete = shim_delete;
  g_assert_cmpint (sqlite3_vfs_register (&shim, 1), ==, SQLITE_OK);
}

/* --- our own system calls; the linker sends db's calls here --- */

#define WRAP(type, name, code, bad, parameters, arguments)                                                            \
  type __real_##name parameters;                                                                                       \
  type __wrap_##name parameters;                                                                                       \
  type __wrap_##name parameters                                                                                        \
  {                                                                                                                    \
    if (fails (DOOR_OURS)) {                                                                                           \
      errno = code;                                                                                                    \
      return bad;                                                                                                      \
    }                                                                                                                  \
    return __real_##name arguments;                                                                                    \
  }

WRAP (int, fsync, EIO, -1, (int fd), (fd))
WRAP (int, rename, ENOSPC, -1, (const char *from, const char *to), (from, to))
WRAP (int, flock, ENOLCK, -1, (int fd, int how), (fd, how))
WRAP (int, ftruncate64, EIO, -1, (int fd, off_t size), (fd, size))
WRAP (ssize_t, pwrite64, ENOSPC, -1, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at))
WRAP (int, posix_fallocate64, ENOSPC, ENOSPC, (int fd, off_t from, off_t n), (fd, from, n))
WRAP (int, fstat64, EIO, -1, (int fd, struct stat *out), (fd, out))
WRAP (int, statfs64, EIO, -1, (const char *path, struct statfs *out), (path, out))
WRAP (int, statvfs64, EIO, -1, (const char *path, struct statvfs *out), (path, out))
WRAP (int, crypto_pwhash_argon2id, ENOMEM, -1,
      (unsigned char *const out, unsigned long long n, const char *const password, unsigned long long length,
       const unsigned char *const salt, unsigned long long passes, size_t memory, int kind),
      (out, n, password, length, salt, passes, memory, kind))

int __real_open64 (const char *path, int flags, ...);
int __wrap_open64 (const char *path, int flags, ...);
ssize_t __real_write (int fd, const void *from, size_t n);
ssize_t __wrap_write (int fd, const void *from, size_t n);
ssize_t __real_read (int fd, void *to, size_t n);
ssize_t __wrap_read (int fd, void *to, size_t n);
ssize_t __real_pread64 (int fd, void *to, size_t n, off_t at);
ssize_t __wrap_pread64 (int fd, void *to, size_t n, off_t at);

int
__wrap_open64 (const char *path, int flags, ...)
{
  va_list arguments;
  int mode;

  va_start (arguments, flags);
  mode = va_arg (arguments, int);
  va_end (arguments);
  if (fails (DOOR_OURS)) {
    errno = EACCES;
    return -1;
  }
  return __real_open64 (path, flags, mode);
}

/* Every few calls a signal comes in between, and a long transfer ends early: no error, only again. */
static gboolean
is_interrupted (void)
{
  static gint turn;

  errno = EINTR;
  return g_atomic_int_get (&fault.door) == DOOR_OURS && g_atomic_int_add (&turn, 1) % 7 == 3;
}

static size_t
part_of (size_t n)
{
  return g_atomic_int_get (&fault.door) == DOOR_OURS && n > 1000 ? n / 2 : n;
}

ssize_t
__wrap_write (int fd, const void *from, size_t n)
{
  if (is_interrupted ())
    return -1;
  if (fails (DOOR_OURS)) {
    errno = ENOSPC;
    return -1;
  }
  return __real_write (fd, from, part_of (n));
}

ssize_t
__wrap_read (int fd, void *to, size_t n)
{
  if (is_interrupted ())
    return -1;
  if (fails (DOOR_OURS)) {
    errno = EIO;
    return -1;
  }
  return __real_read (fd, to, part_of (n));
}

ssize_t
__wrap_pread64 (int fd, void *to, size_t n, off_t at)
{
  if (is_interrupted ())
    return -1;
  if (fails (DOOR_OURS)) {
    errno = EIO;
    return -1;
  }
  return __real_pread64 (fd, to, part_of (n), at);
}
