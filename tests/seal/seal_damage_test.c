/* tests/seal/seal_damage_test.c: every byte of a small store damaged, one at a time: an error or the truth, nothing else. */
#include <string.h>

#include "tests/powerloss/lab_vfs.h"
#include "tests/seal/sealed_store.h"

#define LAB "damage-lab"
#define SEALED "damage-sealed"
#define MAIN "/lab/store.fz"
#define WAL MAIN "-wal"
#define JOURNAL MAIN "-journal"
#define PAGE 4096
#define WAL_HEADER (32 + FZ_SEAL_RESERVED_BYTES)
#define FRAME (24 + PAGE + FZ_SEAL_RESERVED_BYTES)
#define JOURNAL_BLOCK (512 + FZ_SEAL_RESERVED_BYTES)

typedef struct {
  LabDisk *disk;
  GRand *dice;
  GPtrArray *states; /* contents after each commit, oldest first */
  guint refused, older, same;
} Bench;

static void
bench_set_up (Bench *self, gconstpointer data)
{
  static const guint8 identity[FZ_SEAL_IDENTITY_BYTES] = "damaged";
  const char *given = g_getenv ("FUZHEN_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  g_autoptr (FzSecret) key = fz_secret_random (32);
  g_autoptr (GError) error = NULL;

  g_test_message ("FUZHEN_SEED=%u", seed);
  self->disk = lab_disk_new (seed);
  self->dice = g_rand_new_with_seed (seed);
  self->states = g_ptr_array_new_with_free_func (g_free);
  lab_vfs_register (LAB, self->disk);
  fz_seal_vfs_register (SEALED, LAB, key, identity, 1, &error);
  g_assert_no_error (error);
}

static void
bench_tear_down (Bench *self, gconstpointer data)
{
  fz_seal_vfs_unregister (SEALED);
  lab_vfs_unregister (LAB);
  g_ptr_array_unref (self->states);
  g_rand_free (self->dice);
  lab_disk_free (self->disk);
}

static sqlite3 *
open_bench (const char *journal_mode)
{
  int rc = SQLITE_OK;
  sqlite3 *db = sealed_open (MAIN, SEALED, &rc);
  g_autofree char *sql = g_strdup_printf ("PRAGMA journal_mode=%s; PRAGMA wal_autocheckpoint=0", journal_mode);

  g_assert_cmpint (rc, ==, SQLITE_OK);
  sealed_exec (db, sql);
  return db;
}

/* The contents as another process would find them if this one were killed now. */
static void
note_state (Bench *self)
{
  static const char *const names[] = { MAIN, WAL, JOURNAL };
  int rc = SQLITE_OK;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GBytes) bytes = lab_disk_dup_file (self->disk, names[i]);
    g_autofree char *copy = g_strdup_printf ("/copy%s", names[i]);
    if (bytes != NULL)
      lab_disk_put_file (self->disk, copy, bytes);
  }
  char *state = sealed_contents ("/copy" MAIN, SEALED, &rc);
  g_assert_nonnull (state);
  g_ptr_array_add (self->states, state);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *copy = g_strdup_printf ("/copy%s", names[i]);
    if (lab_disk_lookup (self->disk, copy) != NULL)
      lab_disk_unlink (self->disk, copy);
  }
}

/* A main file and a WAL with three more commits in it. Each commit is a state the store was once in. */
static void
make_wal_store (Bench *self)
{
  g_autoptr (sqlite3) db = open_bench ("WAL");

  sealed_fill (db, 2);
  sealed_exec (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  /* What an emptied WAL keeps of its length would be flipped for nothing. */
  g_assert_true (lab_disk_truncate (self->disk, lab_disk_lookup (self->disk, WAL), 0));
  note_state (self);
  for (int i = 0; i < 3; i++) {
    sealed_exec (db, i == 1 ? "UPDATE visit SET note='dose=0.25g' WHERE id=1" : "INSERT INTO visit (name) VALUES ('PLANTED')");
    note_state (self);
  }
  /* The process is killed: nothing is brought home on closing. */
  lab_disk_settle (self->disk);
  lab_disk_keep_image (self->disk);
  lab_disk_cut (self->disk);
}

static gboolean
is_full_scale (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
}

static void
make_plain_store (Bench *self)
{
  {
    g_autoptr (sqlite3) db = open_bench ("DELETE");

    sealed_fill (db, is_full_scale () ? 150 : 2); /* at full scale 64 KiB, the size of the promise */
  }
  note_state (self);
  lab_disk_keep_image (self->disk);
}

/* A hot journal, and a main file that holds half of the transaction it undoes. */
static void
make_journal_store (Bench *self)
{
  g_autoptr (sqlite3) db = open_bench ("DELETE");

  sealed_fill (db, 5);
  sealed_exec (db, "PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN; UPDATE visit SET note='half' || id, name='half' || id");
  note_state (self);
  lab_disk_settle (self->disk);
  lab_disk_keep_image (self->disk);
  lab_disk_cut (self->disk);
}

/* What a reader finds: -1 an error, else the number of the state. Anything else is a failed test. */
static int
read_state (Bench *self, const char *what, gsize at)
{
  int rc = SQLITE_OK;
  g_autofree char *contents = sealed_contents (MAIN, SEALED, &rc);
  guint state = 0;

  if (contents == NULL) {
    /* SQLite's own "malformed" would mean that the damage came through the seal. A file that is too short it sees itself. */
    gboolean seen = rc == SQLITE_IOERR_DATA || rc == SQLITE_IOERR_AUTH || (rc == SQLITE_CORRUPT && g_str_equal (what, "cut file"));
    if (!seen)
      g_error ("%s at %zu: unexpected result %d", what, at, rc);
    self->refused++;
    return -1;
  }
  while (state < self->states->len && !g_str_equal (contents, g_ptr_array_index (self->states, state)))
    state++;
  if (state == self->states->len)
    g_error ("%s at %zu: wrong data was read", what, at);
  if (state + 1 == self->states->len)
    self->same++;
  else
    self->older++;
  return (int) state;
}

static void
put_damaged (Bench *self, const char *name, GBytes *sound, gsize at, guint8 mask)
{
  gsize n = 0;
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (sound, &n), g_bytes_get_size (sound));

  bytes[at] ^= mask;
  lab_disk_restore_image (self->disk);
  g_autoptr (GBytes) damaged = g_bytes_new (bytes, n);
  lab_disk_put_file (self->disk, name, damaged);
}

/* Each byte with one bit turned, or with every bit by turns at full scale. */
static void
flip_all (Bench *self, const char *name, gsize from)
{
  gboolean full = is_full_scale ();
  lab_disk_restore_image (self->disk);
  g_autoptr (GBytes) sound = lab_disk_dup_file (self->disk, name);

  self->refused = self->older = self->same = 0;
  for (gsize at = from; at < g_bytes_get_size (sound); at++) {
    for (int bit = full ? 0 : 7; bit < 8; bit++) {
      put_damaged (self, name, sound, at, (guint8) (1u << (full ? bit : g_rand_int_range (self->dice, 0, 8))));
      read_state (self, name, at);
    }
  }
  g_test_message ("%s, %zu bytes: %u refused, %u older, %u unharmed", name, g_bytes_get_size (sound), self->refused,
                  self->older, self->same);
}

static void
test_main_flips (Bench *self, gconstpointer data)
{
  make_plain_store (self);
  g_assert_true (!is_full_scale () || g_bytes_get_size (lab_disk_dup_file (self->disk, MAIN)) >= 64 * 1024);
  flip_all (self, MAIN, 0);
  /* Every page is read, so every flip must have been found. */
  g_assert_cmpuint (self->refused, >=, 4 * PAGE);
  g_assert_cmpuint (self->same + self->older, ==, 0);
}

static void
test_main_flips_under_wal (Bench *self, gconstpointer data)
{
  make_wal_store (self);
  flip_all (self, MAIN, 0);
  /* Pages the WAL holds are not read from the main file. */
  g_assert_cmpuint (self->refused, >, 0);
  g_assert_cmpuint (self->older, ==, 0);
}

/* Known, and as in stock SQLite: recovery ends silently at a damaged frame, so the commits after it vanish. The audit log's
 * head outside the store notices. What is read is a state the store was in, never a mixture. */
static void
test_wal_flips (Bench *self, gconstpointer data)
{
  make_wal_store (self);
  flip_all (self, WAL, 0);
  g_assert_cmpuint (self->older, >, 0);
  g_assert_cmpuint (self->same, ==, 0);
}

/* Known, and as in stock SQLite: a damaged journal header is no journal. Every byte after it is found. */
static void
test_journal_flips (Bench *self, gconstpointer data)
{
  make_journal_store (self);
  flip_all (self, JOURNAL, JOURNAL_BLOCK);
  g_assert_cmpuint (self->refused, >, 0);
}

static GBytes *
with_swapped (GBytes *sound, gsize a, gsize b, gsize n)
{
  gsize size = 0;
  guint8 *bytes = g_memdup2 (g_bytes_get_data (sound, &size), g_bytes_get_size (sound));
  const guint8 *from = g_bytes_get_data (sound, NULL);

  memcpy (bytes + a, from + b, n);
  memcpy (bytes + b, from + a, n);
  return g_bytes_new_take (bytes, size);
}

static void
test_swapped_pages (Bench *self, gconstpointer data)
{
  make_plain_store (self);
  g_autoptr (GBytes) sound = lab_disk_dup_file (self->disk, MAIN);
  gsize pages = g_bytes_get_size (sound) / PAGE;

  g_assert_cmpuint (pages, >=, 4);
  for (gsize a = 0; a < pages; a++) {
    for (gsize b = a + 1; b < pages; b++) {
      g_autoptr (GBytes) swapped = with_swapped (sound, a * PAGE, b * PAGE, PAGE);
      lab_disk_restore_image (self->disk);
      lab_disk_put_file (self->disk, MAIN, swapped);
      g_assert_cmpint (read_state (self, "swapped page", a), ==, -1);
    }
  }
}

static void
test_swapped_frames (Bench *self, gconstpointer data)
{
  make_wal_store (self);
  lab_disk_restore_image (self->disk);
  g_autoptr (GBytes) sound = lab_disk_dup_file (self->disk, WAL);
  gsize frames = (g_bytes_get_size (sound) - WAL_HEADER) / FRAME;

  g_assert_cmpuint (frames, >=, 4);
  for (gsize a = 0; a < frames; a++) {
    for (gsize b = a + 1; b < frames; b++) {
      g_autoptr (GBytes) swapped = with_swapped (sound, WAL_HEADER + a * FRAME, WAL_HEADER + b * FRAME, FRAME);
      lab_disk_restore_image (self->disk);
      lab_disk_put_file (self->disk, WAL, swapped);
      g_assert_cmpint (read_state (self, "swapped frame", a), <, (int) self->states->len - 1);
    }
  }
}

/* A page of another store under the same key, at the same place. */
static void
test_page_of_other_store (Bench *self, gconstpointer data)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (SealedStore) other = sealed_store_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (fz_seal_vfs_register ("other-identity", NULL, store->key, other->identity, 1, &error));
  int rc = SQLITE_OK;
  {
    g_autoptr (sqlite3) db = sealed_store_open (store, "delete");
    sealed_fill (db, 3);
    g_autoptr (sqlite3) db2 = sealed_open (other->path, "other-identity", &rc);
    sealed_fill (db2, 3);
  }
  g_autoptr (GBytes) a = sealed_read_file (store->path);
  g_autoptr (GBytes) b = sealed_read_file (other->path);
  gsize pages = g_bytes_get_size (a) / PAGE;
  g_assert_cmpuint (g_bytes_get_size (b), ==, g_bytes_get_size (a));

  for (gsize i = 0; i < pages; i++) {
    g_autofree guint8 *mixed = g_memdup2 (g_bytes_get_data (a, NULL), pages * PAGE);
    memcpy (mixed + i * PAGE, (const guint8 *) g_bytes_get_data (b, NULL) + i * PAGE, PAGE);
    g_autoptr (GBytes) bytes = g_bytes_new (mixed, pages * PAGE);
    sealed_write_file (store->path, bytes);
    g_autofree char *contents = sealed_contents (store->path, store->vfs, &rc);
    g_assert_null (contents);
    g_assert_cmpint (rc, ==, SQLITE_IOERR_DATA);
  }
  fz_seal_vfs_unregister ("other-identity");
}

/* A main file that was cut must not read as pages of zeros. Cut to nothing it is a new store: that is for the heads. */
static void
test_cut_file (Bench *self, gconstpointer data)
{
  const char *name = data;
  gsize shortest = g_str_equal (name, MAIN) ? 1 : 0;

  make_wal_store (self);
  lab_disk_restore_image (self->disk);
  g_autoptr (GBytes) sound = lab_disk_dup_file (self->disk, name);
  for (gsize n = shortest; n < g_bytes_get_size (sound); n += (gsize) g_rand_int_range (self->dice, 1, 200)) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (sound, 0, n);
    lab_disk_restore_image (self->disk);
    lab_disk_put_file (self->disk, name, cut);
    read_state (self, "cut file", n);
  }
  g_test_message ("%s cut: %u refused, %u older, %u unharmed", name, self->refused, self->older, self->same);
  g_assert_cmpuint (g_str_equal (name, MAIN) ? self->refused : self->older, >, 0);
}

static void
overwrite (Bench *self, const char *name, gsize at, const guint8 *bytes, gsize n)
{
  g_assert_true (lab_disk_write (self->disk, lab_disk_lookup (self->disk, name), bytes, n, at));
}

/* A frame from before the WAL was restarted, put back into its place while the store is open. */
static void
test_stale_frame (Bench *self, gconstpointer data)
{
  g_autoptr (sqlite3) db = open_bench ("WAL");
  sealed_fill (db, 2);
  sealed_exec (db, "PRAGMA wal_checkpoint(RESTART); UPDATE visit SET note='dose=0.25g', name='a'");
  g_autoptr (GBytes) old = lab_disk_dup_file (self->disk, WAL);
  sealed_exec (db, "PRAGMA wal_checkpoint(RESTART); UPDATE visit SET note='dose=0.50g', name='b'");
  g_autofree char *now = sealed_text (db, "SELECT note FROM visit WHERE id = 1");
  g_assert_cmpstr (now, ==, "dose=0.50g");

  overwrite (self, WAL, WAL_HEADER, (const guint8 *) g_bytes_get_data (old, NULL) + WAL_HEADER, FRAME);
  sqlite3_db_release_memory (db);
  g_assert_cmpint (sealed_try (db, "SELECT note FROM visit WHERE id = 1"), ==, SQLITE_IOERR_DATA);
}

/* A page spilled before its commit and damaged there must not be made good by writing a part of its frame anew. */
static void
test_damage_in_transaction (Bench *self, gconstpointer data)
{
  g_autoptr (sqlite3) db = open_bench ("WAL");
  sealed_fill (db, 40);
  sealed_exec (db, "PRAGMA wal_checkpoint(RESTART); PRAGMA cache_size=1; PRAGMA cache_spill=1;"
                   "BEGIN; UPDATE visit SET note=note || 'a'");
  g_autoptr (GBytes) wal = lab_disk_dup_file (self->disk, WAL);
  gsize frames = (g_bytes_get_size (wal) - WAL_HEADER) / FRAME;
  g_assert_cmpuint (frames, >, 4);
  for (gsize i = 0; i < frames; i++) {
    gsize at = WAL_HEADER + i * FRAME + 1000;
    guint8 wrong = (guint8) (((const guint8 *) g_bytes_get_data (wal, NULL))[at] ^ 1);
    overwrite (self, WAL, at, &wrong, 1);
  }
  g_assert_cmpint (sealed_try (db, "UPDATE visit SET note=note || 'b'; COMMIT"), ==, SQLITE_IOERR_DATA);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test) g_test_add (path, Bench, data, bench_set_up, test, bench_tear_down)
  ADD ("/seal-damage/main-flips", NULL, test_main_flips);
  ADD ("/seal-damage/main-flips-under-wal", NULL, test_main_flips_under_wal);
  ADD ("/seal-damage/wal-flips", NULL, test_wal_flips);
  ADD ("/seal-damage/journal-flips", NULL, test_journal_flips);
  ADD ("/seal-damage/swapped-pages", NULL, test_swapped_pages);
  ADD ("/seal-damage/swapped-frames", NULL, test_swapped_frames);
  ADD ("/seal-damage/page-of-other-store", NULL, test_page_of_other_store);
  ADD ("/seal-damage/cut-main", MAIN, test_cut_file);
  ADD ("/seal-damage/cut-wal", WAL, test_cut_file);
  ADD ("/seal-damage/stale-frame", NULL, test_stale_frame);
  ADD ("/seal-damage/damage-in-transaction", NULL, test_damage_in_transaction);
#undef ADD
  return g_test_run ();
}
