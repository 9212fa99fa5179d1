/* tests/powerloss/lab_disk.c: a disk in memory whose power can be cut at any operation. */
#include <string.h>

#include "tests/powerloss/lab_disk_private.h"

static void
inode_free (gpointer data)
{
  LabInode *self = data;

  g_byte_array_unref (self->now);
  g_byte_array_unref (self->safe);
  g_array_unref (self->unsynced);
  g_byte_array_unref (self->unsynced_bytes);
  g_free (self);
}

static LabInode *
inode_new (LabDisk *disk)
{
  LabInode *self = g_new0 (LabInode, 1);

  self->now = g_byte_array_new ();
  self->safe = g_byte_array_new ();
  self->unsynced = g_array_new (FALSE, FALSE, sizeof (Change));
  self->unsynced_bytes = g_byte_array_new ();
  g_ptr_array_add (disk->inodes, self);
  return self;
}

static void
name_change_clear (gpointer data)
{
  NameChange *self = data;

  g_free (self->name);
}

LabDisk *
lab_disk_new (guint32 seed)
{
  LabDisk *self = g_new0 (LabDisk, 1);

  self->dice = g_rand_new_with_seed (seed);
  self->inodes = g_ptr_array_new_with_free_func (inode_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->safe_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->unsynced_names = g_array_new (FALSE, FALSE, sizeof (NameChange));
  g_array_set_clear_func (self->unsynced_names, name_change_clear);
  self->image = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  return self;
}

void
lab_disk_free (LabDisk *self)
{
  g_hash_table_unref (self->image);
  g_array_unref (self->unsynced_names);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->safe_names);
  g_ptr_array_unref (self->inodes);
  g_rand_free (self->dice);
  g_free (self);
}

void
lab_put_bytes (GByteArray *to, guint64 offset, const guint8 *bytes, gsize n)
{
  if (n > 0 && to->len < offset + n) {
    guint before = to->len;
    g_byte_array_set_size (to, (guint) (offset + n));
    memset (to->data + before, 0, offset + n - before);
  }
  if (n > 0)
    memcpy (to->data + offset, bytes, n);
}

void
lab_set_size (GByteArray *to, guint64 size)
{
  guint before = to->len;

  g_byte_array_set_size (to, (guint) size);
  if (size > before)
    memset (to->data + before, 0, size - before);
}

void
lab_apply_name (GHashTable *names, const char *name, LabInode *inode)
{
  if (inode != NULL)
    g_hash_table_insert (names, g_strdup (name), inode);
  else
    g_hash_table_remove (names, name);
}

/* FALSE when the power is off. The operation during which it goes is still begun, so its change may last in part. */
static gboolean
begin_operation (LabDisk *self, gboolean *last)
{
  *last = self->until_cut == 1;
  if (self->until_cut > 0 && !self->dead)
    self->until_cut--;
  return !self->dead;
}

static gboolean
end_operation (LabDisk *self, gboolean last)
{
  self->dead = self->dead || last;
  return !self->dead;
}

LabInode *
lab_disk_lookup (LabDisk *self, const char *name)
{
  return self->dead ? NULL : g_hash_table_lookup (self->names, name);
}

static void
change_name (LabDisk *self, const char *name, LabInode *inode)
{
  NameChange change = { g_strdup (name), inode };

  lab_apply_name (self->names, name, inode);
  g_array_append_val (self->unsynced_names, change);
}

LabInode *
lab_disk_create (LabDisk *self, const char *name)
{
  gboolean last = FALSE;

  if (!begin_operation (self, &last))
    return NULL;
  LabInode *inode = inode_new (self);
  if (name != NULL)
    change_name (self, name, inode);
  return end_operation (self, last) ? inode : NULL;
}

gboolean
lab_disk_unlink (LabDisk *self, const char *name)
{
  gboolean last = FALSE;

  if (!begin_operation (self, &last))
    return FALSE;
  change_name (self, name, NULL);
  return end_operation (self, last);
}

gboolean
lab_disk_write (LabDisk *self, LabInode *inode, const void *bytes, gsize n, guint64 offset)
{
  gboolean last = FALSE;

  if (n == 0 || !begin_operation (self, &last))
    return !self->dead;
  Change change = { offset, n, inode->unsynced_bytes->len };
  lab_put_bytes (inode->now, offset, bytes, n);
  g_byte_array_append (inode->unsynced_bytes, bytes, (guint) n);
  g_array_append_val (inode->unsynced, change);
  return end_operation (self, last);
}

gboolean
lab_disk_truncate (LabDisk *self, LabInode *inode, guint64 size)
{
  gboolean last = FALSE;

  if (!begin_operation (self, &last))
    return FALSE;
  Change change = { size, 0, 0 };
  lab_set_size (inode->now, size);
  g_array_append_val (inode->unsynced, change);
  return end_operation (self, last);
}

void
lab_forget_unsynced (LabInode *inode)
{
  g_array_set_size (inode->unsynced, 0);
  g_byte_array_set_size (inode->unsynced_bytes, 0);
}

static void
settle_inode (LabInode *inode)
{
  for (guint i = 0; i < inode->unsynced->len; i++) {
    const Change *change = &g_array_index (inode->unsynced, Change, i);
    if (change->n > 0)
      lab_put_bytes (inode->safe, change->offset, inode->unsynced_bytes->data + change->start, change->n);
    else
      lab_set_size (inode->safe, change->offset);
  }
  lab_forget_unsynced (inode);
}

static void
settle_names (LabDisk *self)
{
  for (guint i = 0; i < self->unsynced_names->len; i++) {
    const NameChange *change = &g_array_index (self->unsynced_names, NameChange, i);
    lab_apply_name (self->safe_names, change->name, change->inode);
  }
  g_array_set_size (self->unsynced_names, 0);
}

gboolean
lab_disk_sync (LabDisk *self, LabInode *inode)
{
  gboolean last = FALSE;

  if (!begin_operation (self, &last))
    return FALSE;
  if (!last && g_rand_int_range (self->dice, 0, 100) >= self->ignored_percent)
    settle_inode (inode);
  return end_operation (self, last);
}

gboolean
lab_disk_sync_folder (LabDisk *self)
{
  gboolean last = FALSE;

  if (!begin_operation (self, &last))
    return FALSE;
  if (!last)
    settle_names (self);
  return end_operation (self, last);
}

gsize
lab_disk_read (LabInode *inode, void *out, gsize n, guint64 offset)
{
  gsize there = offset < inode->now->len ? MIN (n, inode->now->len - (gsize) offset) : 0;

  if (there > 0)
    memcpy (out, inode->now->data + offset, there);
  return there;
}

guint64
lab_disk_size (LabInode *inode)
{
  return inode->now->len;
}

void
lab_disk_settle (LabDisk *self)
{
  for (guint i = 0; i < self->inodes->len; i++)
    settle_inode (g_ptr_array_index (self->inodes, i));
  settle_names (self);
}

void
lab_disk_put_file (LabDisk *self, const char *name, GBytes *bytes)
{
  gsize n = 0;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  LabInode *inode = inode_new (self);

  lab_put_bytes (inode->now, 0, data, n);
  lab_put_bytes (inode->safe, 0, data, n);
  lab_apply_name (self->names, name, inode);
  lab_apply_name (self->safe_names, name, inode);
}

GBytes *
lab_disk_dup_file (LabDisk *self, const char *name)
{
  const LabInode *inode = g_hash_table_lookup (self->names, name);

  return inode != NULL ? g_bytes_new (inode->now->data, inode->now->len) : NULL;
}

void
lab_disk_keep_image (LabDisk *self)
{
  GHashTableIter iter;
  gpointer name = NULL;

  lab_disk_settle (self);
  g_hash_table_remove_all (self->image);
  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_insert (self->image, g_strdup (name), lab_disk_dup_file (self, name));
}

/* No file may be open. */
void
lab_disk_restore_image (LabDisk *self)
{
  GHashTableIter iter;
  gpointer name = NULL, bytes = NULL;

  g_array_set_size (self->unsynced_names, 0);
  g_hash_table_remove_all (self->names);
  g_hash_table_remove_all (self->safe_names);
  g_ptr_array_set_size (self->inodes, 0);
  g_hash_table_iter_init (&iter, self->image);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    lab_disk_put_file (self, name, bytes);
  self->dead = FALSE;
  self->until_cut = 0;
}

void
lab_disk_ignore_syncs (LabDisk *self, int percent)
{
  self->ignored_percent = percent;
}

void
lab_disk_arm (LabDisk *self, guint operations)
{
  self->until_cut = operations;
}

void
lab_disk_set_full (LabDisk *self, gboolean full)
{
  self->full = full;
}

gboolean
lab_disk_is_full (const LabDisk *self)
{
  return self->full;
}

gboolean
lab_disk_is_dead (const LabDisk *self)
{
  return self->dead;
}

void
lab_disk_cut (LabDisk *self)
{
  self->dead = TRUE;
}

guint
lab_disk_count_torn_starts (const LabDisk *self)
{
  return self->torn_starts;
}
