#include "tests/desk/steps.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static gint armed, counted, last;

void
steps_arm (guint at)
{
  g_atomic_int_set (&counted, 0);
  g_atomic_int_set (&last, (gint) at);
  g_atomic_int_set (&armed, 1);
}

guint
steps_counted (void)
{
  return (guint) g_atomic_int_get (&counted);
}

static void
step (void)
{
  if (g_atomic_int_get (&armed) && g_atomic_int_add (&counted, 1) + 1 == g_atomic_int_get (&last))
    kill (getpid (), SIGKILL);
}

/* These stand before the C library's own, for SQLite and GLib too; with 64-bit offsets, as all is built, pwrite is the symbol pwrite64. */
#define STEP(type, name, parameters, arguments) \
  type name parameters \
  { \
    static type (*real) parameters; \
    if (real == NULL) \
      *(void **) &real = dlsym (RTLD_NEXT, #name); \
    step (); \
    return real arguments; \
  }

STEP (ssize_t, pwrite, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at))
STEP (int, fsync, (int fd), (fd))
STEP (int, fdatasync, (int fd), (fd))
STEP (int, ftruncate, (int fd, off_t n), (fd, n))
STEP (int, unlink, (const char *path), (path))
STEP (int, rename, (const char *from, const char *to), (from, to))
