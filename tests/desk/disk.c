/* A full disk at the moment of signing, on a small file system of the test's own: nothing is half done, and the same sheet goes when there
 * is room. Where a process may mount nothing, the cases are left out. */
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MEBI (1024 * 1024)

static char *small_disk;

static gboolean
mount_small_disk (void)
{
  small_disk = g_dir_make_tmp ("fuzhen-disk-XXXXXX", NULL);
  if (small_disk == NULL)
    return FALSE;
  if (mount ("none", small_disk, "tmpfs", 0, "size=90m") == 0)
    return TRUE;
  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 && mount ("none", small_disk, "tmpfs", 0, "size=90m") == 0;
}

static void
fill_but (const char *name, gint64 left)
{
  g_autofree char *path = g_build_filename (small_disk, name, NULL);
  struct statvfs info;
  int fd = g_open (path, O_WRONLY | O_CREAT, 0600);

  g_assert_cmpint (statvfs (small_disk, &info), ==, 0);
  g_assert_cmpint (posix_fallocate (fd, 0, (off_t) info.f_bavail * (off_t) info.f_frsize - left), ==, 0);
  close (fd);
}

static void
make_room (const char *name)
{
  g_autofree char *path = g_build_filename (small_disk, name, NULL);

  g_assert_cmpint (g_remove (path), ==, 0);
}

static FzSheet *
ready_sheet (World *w)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  return sheet;
}

static void
nothing_of_it (World *w, gint64 documents, guint64 entries)
{
  g_autofree char *stage = world_visit_stage (w, "V1");

  g_assert_cmpstr (stage, ==, "taken");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM prescription"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM draft"), ==, 1);
  g_assert_cmpuint (world_audit_size (w), ==, entries);
}

/* Room is asked before the PIN is. */
static void
too_little_room (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001"), wrong = secret ("000001");
  g_autoptr (GError) error = NULL;
  gint64 documents = world_ask (w, "SELECT COUNT(*) FROM document");
  guint64 entries = world_audit_size (w);

  fill_but ("filler", 20 * MEBI);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_RETRY, "磁盘空间不足");
  expect_error (!fz_desk_sign_sheet (w->session, sheet, wrong, NULL, &error), &error, FZ_ERROR_RETRY, "磁盘空间不足");
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "D1001", TRUE).wrong_pins, ==, 0);
  nothing_of_it (w, documents, entries);
  make_room ("filler");
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error));
  g_assert_no_error (error);
}

static goffset
wal_size (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "store.fz-wal", NULL);
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size;
}

/* An emptied WAL keeps its length, and what is written goes in there first. */
static void
use_up_the_wal (World *w)
{
  goffset before = wal_size (w);

  for (guint i = 0; i < 2000 && wal_size (w) == before; i++)
    world_type (w, 0, "V1");
  g_assert_cmpint (wal_size (w), >, before);
}

/* The disk fills between the asking and the writing. */
static void
full_in_the_middle (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;
  g_autofree char *ballast = g_build_filename (w->data, "ballast", NULL);
  gint64 documents = world_ask (w, "SELECT COUNT(*) FROM document");
  guint64 entries;

  use_up_the_wal (w);
  entries = world_audit_size (w);
  w->desk->store->room_bytes = 1;
  g_assert_true (g_file_test (ballast, G_FILE_TEST_EXISTS));
  fill_but ("filler", 32 * 1024);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_RETRY, NULL);
  nothing_of_it (w, documents, entries);
  world_check (w);
  g_assert_false (g_file_test (ballast, G_FILE_TEST_EXISTS)); /* what was kept for this hour */
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM prescription"), ==, 1);
  make_room ("filler");
}

int
main (int argc, char **argv)
{
  gboolean mounted = mount_small_disk (); /* before any thread */
  g_autofree char *root = mounted ? g_build_filename (small_disk, "desk", NULL) : NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a full disk is warned of */
  world_make_template ();
  if (mounted) {
    world_set_root (root);
    world_add_test ("/desk/disk/too-little-room", too_little_room);
    world_add_test ("/desk/disk/full-in-the-middle", full_in_the_middle);
  }
  result = g_test_run ();
  world_remove_template ();
  if (mounted)
    umount (small_disk);
  g_rmdir (small_disk);
  g_free (small_disk);
  return result;
}
