#include "tests/bench/raw_disk.h"

#include <fcntl.h>
#include <unistd.h>

#define PAGE_BYTES 4096
#define PAGES 512
#define PAGES_MOST 128 /* in one write */

static const guint8 bytes[PAGES_MOST * PAGE_BYTES];

void
raw_disk_open (RawDisk *self, const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "raw", NULL);

  self->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  must (self->fd >= 0, "raw file", NULL);
  for (guint i = 0; i < PAGES; i++)
    must (write (self->fd, bytes, PAGE_BYTES) == PAGE_BYTES, "raw file", NULL);
  must (fsync (self->fd) == 0, "raw file", NULL);
  self->page = 0;
}

void
raw_disk_close (RawDisk *self)
{
  close (self->fd);
}

void
raw_disk_commit (RawDisk *self, guint pages, Samples *to)
{
  gsize n = (gsize) pages * PAGE_BYTES;
  gint64 from;

  must (pages <= PAGES_MOST, "raw write", NULL);
  if (self->page + pages > PAGES)
    self->page = 0;
  from = now_ns ();
  must (pwrite (self->fd, bytes, n, (off_t) self->page * PAGE_BYTES) == (ssize_t) n && fdatasync (self->fd) == 0, "raw write", NULL);
  samples_add (to, from);
  self->page += pages;
}
