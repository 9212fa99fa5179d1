/* tests/bench/raw_disk.h: what the disk itself takes for a durable write: overwritten in place, one fdatasync. */
#pragma once

#include "tests/bench/figures.h"

typedef struct {
  int fd;
  guint page; /* where the next write goes */
} RawDisk;

void raw_disk_open (RawDisk *self, const char *dir);
void raw_disk_close (RawDisk *self);
/* So many 4 KiB pages in a row, durable. */
void raw_disk_commit (RawDisk *self, guint pages, Samples *to);
