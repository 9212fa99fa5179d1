/* tests/seal/seal_stream_test.c: journals and nameless files below SQLite: any write, any read, any cut of the end. */
#include <string.h>

#include "tests/powerloss/lab_vfs.h"
#include "tests/seal/sealed_store.h"

#define LAB "stream-lab"
#define SEALED "stream-sealed"
#define NAME "/lab/store.fz-journal"
#define BLOCK 512
#define SIZE (40 * BLOCK)
#define STEPS 4000

typedef struct {
  LabDisk *disk;
  GRand *dice;
  const char *name; /* as SQLite keeps names; NULL: a file without one */
  sqlite3_file *file;
} Bench;

static const char *
journal_name (void)
{
  return sqlite3_filename_journal (sqlite3_create_filename ("/lab/store.fz", NAME, NAME, 0, NULL));
}

static void
open_file (Bench *self, int type)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (SEALED);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | type;

  self->file = g_malloc0 ((gsize) vfs->szOsFile);
  g_assert_cmpint (vfs->xOpen (vfs, self->name, self->file, flags, NULL), ==, SQLITE_OK);
}

static void
close_file (Bench *self)
{
  g_assert_cmpint (self->file->pMethods->xClose (self->file), ==, SQLITE_OK);
  g_clear_pointer (&self->file, g_free);
}

static void
bench_set_up (Bench *self, gconstpointer data)
{
  static const guint8 identity[FZ_SEAL_IDENTITY_BYTES] = "stream";
  const char *given = g_getenv ("FUZHEN_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  g_autoptr (FzSecret) key = fz_secret_random (32);
  g_autoptr (GError) error = NULL;
  int type = GPOINTER_TO_INT (data);

  g_test_message ("FUZHEN_SEED=%u", seed);
  self->disk = lab_disk_new (seed);
  self->dice = g_rand_new_with_seed (seed);
  lab_vfs_register (LAB, self->disk);
  fz_seal_vfs_register (SEALED, LAB, key, identity, 1, &error);
  g_assert_no_error (error);
  self->name = type == SQLITE_OPEN_MAIN_JOURNAL ? journal_name () : NULL;
  open_file (self, type);
}

static void
bench_tear_down (Bench *self, gconstpointer data)
{
  close_file (self);
  fz_seal_vfs_unregister (SEALED);
  lab_vfs_unregister (LAB);
  if (self->name != NULL)
    sqlite3_free_filename (sqlite3_filename_database (self->name));
  g_rand_free (self->dice);
  lab_disk_free (self->disk);
}

static void
random_write (Bench *self, guint8 *model, gsize *end)
{
  guint8 bytes[5000];
  gsize n = (gsize) g_rand_int_range (self->dice, 1, (gint32) sizeof bytes);
  gsize at = (gsize) g_rand_int_range (self->dice, 0, (gint32) MIN (*end + 1, SIZE - n));

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) g_rand_int (self->dice);
  g_assert_cmpint (self->file->pMethods->xWrite (self->file, bytes, (int) n, (sqlite3_int64) at), ==, SQLITE_OK);
  memcpy (model + at, bytes, n);
  *end = MAX (*end, at + n);
}

/* What lies past the end reads as zeros; the result tells that the file was too short. */
static void
random_read (Bench *self, const guint8 *model, gsize end)
{
  guint8 bytes[6000];
  gsize n = (gsize) g_rand_int_range (self->dice, 1, (gint32) sizeof bytes);
  gsize at = (gsize) g_rand_int_range (self->dice, 0, (gint32) (SIZE - n));
  int rc = self->file->pMethods->xRead (self->file, bytes, (int) n, (sqlite3_int64) at);
  gsize blocks_end = (end + BLOCK - 1) / BLOCK * BLOCK;

  g_assert_cmpint (rc, ==, at + n <= blocks_end ? SQLITE_OK : SQLITE_IOERR_SHORT_READ);
  g_assert_cmpmem (bytes, n, model + at, n);
}

static void
random_truncate (Bench *self, guint8 *model, gsize *end)
{
  gsize size = (gsize) g_rand_int_range (self->dice, 0, (gint32) (*end / BLOCK + 1)) * BLOCK;
  sqlite3_int64 got = 0;

  g_assert_cmpint (self->file->pMethods->xTruncate (self->file, (sqlite3_int64) size), ==, SQLITE_OK);
  memset (model + size, 0, SIZE - size);
  *end = size;
  g_assert_cmpint (self->file->pMethods->xFileSize (self->file, &got), ==, SQLITE_OK);
  g_assert_cmpint (got, ==, (sqlite3_int64) size);
}

static void
test_as_plain_file (Bench *self, gconstpointer data)
{
  g_autofree guint8 *model = g_malloc0 (SIZE);
  gsize end = 0;

  for (int i = 0; i < STEPS; i++) {
    int kind = g_rand_int_range (self->dice, 0, 100);
    if (kind < 45)
      random_write (self, model, &end);
    else if (kind < 98)
      random_read (self, model, end);
    else
      random_truncate (self, model, &end);
  }
}

/* A statement journal may leave a gap; what was never written reads as zeros. */
static void
test_gap (Bench *self, gconstpointer data)
{
  guint8 out[BLOCK] = { 1 };
  static const guint8 zeros[BLOCK];

  g_assert_cmpint (self->file->pMethods->xWrite (self->file, "end", 3, 20 * BLOCK), ==, SQLITE_OK);
  g_assert_cmpint (self->file->pMethods->xRead (self->file, out, BLOCK, 7 * BLOCK), ==, SQLITE_OK);
  g_assert_cmpmem (out, BLOCK, zeros, BLOCK);
}

/* Writing a part of a damaged block would make the rest of it authentic. */
static void
test_refuses_part_of_damaged (Bench *self, gconstpointer data)
{
  guint8 bytes[3 * BLOCK] = "records";
  guint8 wrong = 0;

  g_assert_cmpint (self->file->pMethods->xWrite (self->file, bytes, sizeof bytes, 0), ==, SQLITE_OK);
  close_file (self);
  LabInode *inode = lab_disk_lookup (self->disk, NAME);
  gsize at = BLOCK + FZ_SEAL_RESERVED_BYTES + 300;
  lab_disk_read (inode, &wrong, 1, at);
  wrong ^= 4;
  lab_disk_write (self->disk, inode, &wrong, 1, at);
  open_file (self, SQLITE_OPEN_MAIN_JOURNAL);

  g_assert_cmpint (self->file->pMethods->xWrite (self->file, "x", 1, BLOCK + 100), ==, SQLITE_IOERR_DATA);
  g_assert_cmpint (self->file->pMethods->xRead (self->file, bytes, 4, BLOCK + 8), ==, SQLITE_IOERR_DATA);
  g_assert_cmpint (self->file->pMethods->xRead (self->file, bytes, sizeof bytes, 0), ==, SQLITE_IOERR_DATA);
  /* Written whole it is sound again. */
  g_assert_cmpint (self->file->pMethods->xWrite (self->file, bytes, BLOCK, BLOCK), ==, SQLITE_OK);
  g_assert_cmpint (self->file->pMethods->xRead (self->file, bytes, sizeof bytes, 0), ==, SQLITE_OK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, type, test) g_test_add (path, Bench, GINT_TO_POINTER (type), bench_set_up, test, bench_tear_down)
  ADD ("/seal-stream/journal", SQLITE_OPEN_MAIN_JOURNAL, test_as_plain_file);
  ADD ("/seal-stream/nameless", SQLITE_OPEN_SUBJOURNAL, test_as_plain_file);
  ADD ("/seal-stream/gap", SQLITE_OPEN_SUBJOURNAL, test_gap);
  ADD ("/seal-stream/refuses-part-of-damaged", SQLITE_OPEN_MAIN_JOURNAL, test_refuses_part_of_damaged);
#undef ADD
  return g_test_run ();
}
