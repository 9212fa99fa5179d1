/* tests/powerloss/real_store.h: the product's own store on the lab disk: its schema, its audit log, its jobs. The database
 * files are on the lab disk; head files and lock are on the real one, so a store that comes back older than a head is found
 * by the store itself. */
#pragma once

#include "tests/powerloss/lab_run.h"

typedef struct _RealStore RealStore;

extern const LabWorkload real_store_workload;

/* Makes a store in a folder of its own, and puts it on `disk`; `base_vfs` is the disk's VFS. */
RealStore *real_store_new (LabDisk *disk, const char *base_vfs);
/* Losses so far: those the store named itself when it was opened, and those behind a signed checkpoint that it did not. */
guint real_store_count_noticed (const RealStore *self);
guint real_store_count_unnoticed (const RealStore *self);
void real_store_free (RealStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RealStore, real_store_free)
