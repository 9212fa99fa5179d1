/* tests/powerloss/lab_vfs.h: a SQLite VFS whose files are on a lab disk. */
#pragma once

#include "tests/powerloss/lab_disk.h"

/* Registers the VFS `name`; the disk must outlive it. As the unix VFS on a disk with power-safe overwrite: the first sync of
 * a new journal or WAL syncs the folder too. One thread at a time; methods of version 1. */
void lab_vfs_register (const char *name, LabDisk *disk);
void lab_vfs_unregister (const char *name);
