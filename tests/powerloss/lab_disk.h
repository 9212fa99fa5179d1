/* tests/powerloss/lab_disk.h: a disk in memory whose power can be cut at any operation.
 *
 * Written bytes are seen at once but last only from the next sync. At the cut every unsynced write is split at 512-byte
 * sectors, and each piece is kept, dropped, torn (a first part of it is kept) or garbled; bytes outside the written range
 * never change. Unsynced names (created, removed) last or not, each by itself. After the cut every operation fails until
 * lab_disk_power_cycle(). */
#pragma once

#include <glib.h>

#define LAB_SECTOR_BYTES 512

typedef struct _LabDisk LabDisk;
typedef struct _LabInode LabInode;

LabDisk *lab_disk_new (guint32 seed);
void lab_disk_free (LabDisk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabDisk, lab_disk_free)

/* Everything written so far lasts, as after sync(1). */
void lab_disk_settle (LabDisk *self);
/* Remembers a settled disk, and goes back to it. */
void lab_disk_keep_image (LabDisk *self);
void lab_disk_restore_image (LabDisk *self);
/* Puts a file of this content on the disk, lasting. */
void lab_disk_put_file (LabDisk *self, const char *name, GBytes *bytes);
/* Content as of now, or NULL. */
GBytes *lab_disk_dup_file (LabDisk *self, const char *name);

/* A disk that lies: of a hundred syncs of a file, so many do nothing and report success. */
void lab_disk_ignore_syncs (LabDisk *self, int percent);

/* A full disk: what lies beyond the end of a file can't be written, what is inside it can. */
void lab_disk_set_full (LabDisk *self, gboolean full);
gboolean lab_disk_is_full (const LabDisk *self);

/* The nth changing operation from now (1 is the next) is the one during which the power goes; 0: never. */
void lab_disk_arm (LabDisk *self, guint operations);
/* The power goes now, between two operations. */
void lab_disk_cut (LabDisk *self);
gboolean lab_disk_is_dead (const LabDisk *self);
/* After a cut: decides what lasted and turns the power on again. No file may be open. */
void lab_disk_power_cycle (LabDisk *self);
/* Times that a cut left the first page of some file neither old nor new. */
guint lab_disk_count_torn_starts (const LabDisk *self);

/* --- for lab_vfs.c; FALSE or NULL: no power --- */
LabInode *lab_disk_lookup (LabDisk *self, const char *name);
/* `name` may be NULL: a file without one. */
LabInode *lab_disk_create (LabDisk *self, const char *name);
gboolean lab_disk_unlink (LabDisk *self, const char *name);
gboolean lab_disk_write (LabDisk *self, LabInode *inode, const void *bytes, gsize n, guint64 offset);
gboolean lab_disk_truncate (LabDisk *self, LabInode *inode, guint64 size);
gboolean lab_disk_sync (LabDisk *self, LabInode *inode);
gboolean lab_disk_sync_folder (LabDisk *self);
/* Bytes copied, at most n. */
gsize lab_disk_read (LabInode *inode, void *out, gsize n, guint64 offset);
guint64 lab_disk_size (LabInode *inode);
