/* Bad input at the desk: each gets a message that says what, where and what to do; nothing is lost and nothing is half done. */
#include "tests/desk/world.h"
#include "tests/image/make.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char svg[] = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";

static char *
copy_sample (World *w)
{
  g_autofree char *from = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/samples/visit-1", NULL);
  char *to = g_build_filename (w->root, "bundle", NULL);

  remove_tree (to);
  copy_tree (from, to);
  return to;
}

static void
replace_text (const char *folder, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (folder, "visit.json", NULL), *text = NULL;
  g_autoptr (GString) changed = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, from, to, 0), ==, 1);
  g_assert_true (g_file_set_contents (path, changed->str, -1, NULL));
}

/* A file of the bundle replaced by other bytes, its hash set right, so that only the picture itself can be wrong. */
static void
replace_file (const char *folder, const char *name, const char *old_sha256, const void *bytes, gsize n)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *sha256 = fz_sha256_hex (bytes, n);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  replace_text (folder, old_sha256, sha256);
}

typedef struct {
  gint64 documents, visits, outbox, files;
  guint64 audit;
} Rows;

static gint64
count_files (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "evidence", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gint64 n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static Rows
rows_of (World *w)
{
  Rows rows = { world_ask (w, "SELECT COUNT(*) FROM document"), world_ask (w, "SELECT COUNT(*) FROM visit"),
                world_ask (w, "SELECT COUNT(*) FROM outbox"), count_files (w), world_audit_size (w) };

  return rows;
}

static void
take_in (World *w, const char *folder, guint expected, const char *words)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  guint taken = 99;
  gboolean said = words == NULL;

  g_assert_true (fz_desk_intake (w->session, folder, &taken, &problems, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++) {
    g_test_message ("%s", (const char *) problems->pdata[i]);
    said = said || strstr (problems->pdata[i], words) != NULL;
  }
  g_assert_cmpuint (taken, ==, expected);
  g_assert_true ((problems->len > 0) == (expected == 0));
  if (!said)
    g_error ("no problem says “%s”", words);
}

static void
bad_bundles (World *w)
{
  static const char jpeg_sha256[] = "3d57153cfb045de68917ea7ac53728bbe16aa03eb1b80f0f79873b3b5b58ede3";
  static const char png_sha256[] = "9ae5a33e29d93a8543915c999c8d95e5f7275c1538d608fb3fe688a423e78ac7";
  static const struct {
    const char *from, *to, *words;
  } texts[] = {
    { "119900196001310028", "119900196001310023", "校验码" },
    { "\"birth_date\": \"1960-01-31\"", "\"birth_date\": \"2027-01-31\"", "出生日期" },
    { "{\n      \"institution\": \"合成市第一人民医院\",\n      \"date\": \"2025-11-02\",\n      \"code\": \"I10.x00x002\",\n      \"name\": \"高血压\"\n    }",
      "", "诊断" },
  };
  g_autoptr (GBytes) bomb = make_png_bomb (20000, 20000);
  g_autofree char *good = NULL;
  Rows before, after;

  world_sign_in (w, "D1001");
  before = rows_of (w);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *folder = copy_sample (w);

    replace_text (folder, texts[i].from, texts[i].to);
    take_in (w, folder, 0, texts[i].words);
  }
  {
    g_autofree char *folder = copy_sample (w);

    replace_file (folder, "e2.png", png_sha256, svg, strlen (svg));
    take_in (w, folder, 0, "e2.png");
  }
  {
    g_autofree char *folder = copy_sample (w);

    g_assert_cmpuint (g_bytes_get_size (bomb), <, 100 * 1024);
    replace_file (folder, "e2.png", png_sha256, g_bytes_get_data (bomb, NULL), g_bytes_get_size (bomb));
    take_in (w, folder, 0, "像素");
  }
  {
    g_autofree char *folder = copy_sample (w), *path = g_build_filename (folder, "e1.jpg", NULL), *bytes = NULL;
    gsize n = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    replace_file (folder, "e1.jpg", jpeg_sha256, bytes, n / 2); /* cut in transit before it was hashed */
    take_in (w, folder, 0, "e1.jpg");
  }
  after = rows_of (w);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
  good = copy_sample (w);
  take_in (w, good, 1, NULL);
  take_in (w, good, 0, "已经收过"); /* the same again */
}

/* --- a second process --- */

static int
second_process (const char *data, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSession) session = NULL;
  World w = { 0 };
  gboolean told;

  world_open (&w, data, state, world_first_us () + 3 * 3600 * FZ_US_PER_SECOND, 1);
  session = world_try_sign_in (&w, "D1001", NULL, NULL, &error);
  told = session == NULL && g_error_matches (error, FZ_ERROR, FZ_ERROR_LOCKED);
  g_print ("%s\n", error != NULL ? error->message : "-");
  world_free (&w);
  return told ? 0 : 1;
}

static void
second_process_is_told (World *w)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *said = NULL;
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
  const char *words[] = { self, "--second", w->data, w->state, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  world_sign_in (w, "D1001");
  g_assert_true (g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL, &status, &error));
  g_test_message ("%s", said);
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  g_assert_nonnull (strstr (said, pid)); /* who holds it */
  world_arrive (w, 0, "V1");             /* and the first goes on */
}

/* --- a flipped byte --- */

static void
flip (const char *path, goffset offset)
{
  int fd = g_open (path, O_RDWR, 0);
  guint8 byte = 0;

  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= 0x10;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
  close (fd);
}

/* Wherever the byte is, somebody is told: at the sign-in, or when the log is verified or the documents are folded again. */
static void
flipped_bytes_are_noticed (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "store.fz", NULL);
  GStatBuf info;
  GRand *rand = g_rand_new_with_seed ((guint32) w->world->seed);

  g_free (world_prescribe (w, 0, "V1"));
  world_close (w);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  for (guint i = 0; i < 12; i++) {
    goffset offset = i == 0 ? 100 : (goffset) (g_rand_double (rand) * (double) info.st_size);
    g_autoptr (GError) error = NULL;
    FzSession *session;
    gboolean noticed;

    flip (path, offset);
    world_reopen (w);
    session = world_try_sign_in (w, "S4003", NULL, NULL, &error);
    noticed = session == NULL || fz_store_is_read_only (w->desk->store, NULL);
    if (session == NULL)
{ g_test_message ("%ld %s", (long) offset, error->message); g_assert_true (g_error_matches (error, FZ_ERROR, FZ_ERROR_CORRUPT) && strlen (error->message) > 12);}
    if (!noticed) {
      g_autoptr (GPtrArray) differences = NULL;
      g_autofree char *root = NULL;
      guint64 size = 0;
      guint visits = 0;

      noticed = !fz_desk_audit_verify (session, &size, &root, NULL, NULL, NULL, &error) ||
                !fz_desk_rebuild_check (session, &visits, &differences, NULL, NULL, NULL, &error) || differences->len > 0;
    }
    if (!noticed)
      g_error ("a flipped bit at %" G_GOFFSET_FORMAT " of %" G_GOFFSET_FORMAT " went unnoticed", offset, (goffset) info.st_size);
    if (session != NULL)
      fz_session_unref (session);
    g_clear_pointer (&w->desk, fz_desk_close);
    flip (path, offset);
  }
  g_rand_free (rand);
  world_reopen (w);
  /* Mended, it is whole; and the right password of all those tries was never counted as a wrong one. */
  g_assert_cmpuint (fz_attempts_book_get (w->desk->attempts, "S4003", TRUE).wrong_passwords, ==, 0);
  world_sign_in (w, "P2001");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM prescription"), ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  if (argc == 4 && g_str_equal (argv[1], "--second"))
    return second_process (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a damaged store is warned of */
  world_make_template ();
  world_add_test ("/desk/bad/bundles", bad_bundles);
  world_add_test ("/desk/bad/second-process", second_process_is_told);
  world_add_test ("/desk/bad/flipped-byte", flipped_bytes_are_noticed);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
