/* tests/powerloss/lab_cut.c: what lasts of the unsynced when the power goes. */
#include "tests/powerloss/lab_disk_private.h"

/* One sector's part of an unsynced write. Returns whether it lasted in full. */
static gboolean
decide_piece (LabDisk *self, GByteArray *safe, guint64 offset, const guint8 *bytes, gsize n, int keep_percent)
{
  guint8 garbage[LAB_SECTOR_BYTES];

  if (g_rand_int_range (self->dice, 0, 100) < keep_percent) {
    lab_put_bytes (safe, offset, bytes, n);
    return TRUE;
  }
  switch (g_rand_int_range (self->dice, 0, 4)) {
  case 0:
    lab_put_bytes (safe, offset, bytes, (gsize) g_rand_int_range (self->dice, 0, (gint32) n));
    break;
  case 1:
    for (gsize i = 0; i < n; i++)
      garbage[i] = (guint8) g_rand_int (self->dice);
    lab_put_bytes (safe, offset, garbage, n);
    break;
  default:
    break;
  }
  return FALSE;
}

static void
decide_write (LabDisk *self, LabInode *inode, const Change *change, int keep_percent)
{
  const guint8 *bytes = inode->unsynced_bytes->data + change->start;
  guint pieces = 0, kept = 0;

  for (gsize done = 0; done < change->n; pieces++) {
    guint64 offset = change->offset + done;
    gsize n = MIN (change->n - done, LAB_SECTOR_BYTES - (gsize) (offset % LAB_SECTOR_BYTES));
    kept += decide_piece (self, inode->safe, offset, bytes + done, n, keep_percent);
    done += n;
  }
  if (change->offset == 0 && change->n == 4096 && kept > 0 && kept < pieces)
    self->torn_starts++;
}

static void
cut_inode (LabDisk *self, LabInode *inode, int keep_percent)
{
  for (guint i = 0; i < inode->unsynced->len; i++) {
    const Change *change = &g_array_index (inode->unsynced, Change, i);
    if (change->n > 0)
      decide_write (self, inode, change, keep_percent);
    else if (g_rand_int_range (self->dice, 0, 100) < keep_percent)
      lab_set_size (inode->safe, change->offset);
  }
  lab_forget_unsynced (inode);
  g_byte_array_set_size (inode->now, 0);
  g_byte_array_append (inode->now, inode->safe->data, inode->safe->len);
}

static void
cut_names (LabDisk *self, int keep_percent)
{
  GHashTableIter iter;
  gpointer name = NULL, inode = NULL;

  for (guint i = 0; i < self->unsynced_names->len; i++) {
    const NameChange *change = &g_array_index (self->unsynced_names, NameChange, i);
    if (g_rand_int_range (self->dice, 0, 100) < keep_percent)
      lab_apply_name (self->safe_names, change->name, change->inode);
  }
  g_array_set_size (self->unsynced_names, 0);
  g_hash_table_remove_all (self->names);
  g_hash_table_iter_init (&iter, self->safe_names);
  while (g_hash_table_iter_next (&iter, &name, &inode))
    g_hash_table_insert (self->names, g_strdup (name), inode);
}

void
lab_disk_power_cycle (LabDisk *self)
{
  /* A cache that loses all, one that loses next to nothing, and all between. */
  static const int shares[] = { 0, 10, 50, 80, 95, 100 };

  for (guint i = 0; i < self->inodes->len; i++)
    cut_inode (self, g_ptr_array_index (self->inodes, i),
               shares[g_rand_int_range (self->dice, 0, (gint32) G_N_ELEMENTS (shares))]);
  cut_names (self, shares[g_rand_int_range (self->dice, 0, (gint32) G_N_ELEMENTS (shares))]);
  self->dead = FALSE;
  self->until_cut = 0;
}
