/* tests/powerloss/lab_disk_private.h: how a lab disk keeps what is seen apart from what lasts. */
#pragma once

#include "tests/powerloss/lab_disk.h"

/* A change that is seen but may not last. `n` of 0: the file was cut to `offset`. */
typedef struct {
  guint64 offset;
  gsize n;
  gsize start; /* of its bytes in `unsynced_bytes` */
} Change;

struct _LabInode {
  GByteArray *now;
  GByteArray *safe;
  GArray *unsynced;
  GByteArray *unsynced_bytes;
};

typedef struct {
  char *name;
  LabInode *inode; /* NULL: removed */
} NameChange;

struct _LabDisk {
  GRand *dice;
  GPtrArray *inodes; /* all there ever were since the last image */
  GHashTable *names, *safe_names;
  GArray *unsynced_names;
  GHashTable *image; /* name -> GBytes */
  guint until_cut;   /* 0: not armed */
  gboolean dead, full;
  int ignored_percent;
  guint torn_starts;
};

/* Both make the array as long as it must be, with zeros. */
void lab_put_bytes (GByteArray *to, guint64 offset, const guint8 *bytes, gsize n);
void lab_set_size (GByteArray *to, guint64 size);
/* `inode` NULL removes the name. */
void lab_apply_name (GHashTable *names, const char *name, LabInode *inode);
void lab_forget_unsynced (LabInode *inode);
