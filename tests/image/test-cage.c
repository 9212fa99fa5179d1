/* The walls themselves: each is leaned against. */
#include "app/image/wire.h"
#include "tests/image/make.h"
#include "tests/image/tests.h"

#include <errno.h>
#include <png.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* The program alone, without client or bubblewrap. */
static GSubprocess *
start_alone (const char *word, GBytes **out)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                                           image_program (), word, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, out, NULL, &error);
  g_assert_no_error (error);
  return process;
}

static guint
status_of (GBytes *answer)
{
  ImageHeader header = { 0 };

  g_assert_cmpuint (g_bytes_get_size (answer), ==, sizeof header);
  memcpy (&header, g_bytes_get_data (answer, NULL), sizeof header);
  g_assert_cmpuint (header.magic, ==, IMAGE_MAGIC);
  return header.status;
}

static void
test_opening_a_file_kills (void)
{
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GSubprocess) process = start_alone ("prove-open", &out);

  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGSYS);
}

static void
test_memory_is_limited (void)
{
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GSubprocess) process = start_alone ("prove-memory", &out);

  g_assert_false (g_subprocess_get_if_signaled (process));
  g_assert_cmpuint (status_of (out), ==, IMAGE_NO_MEMORY);
}

/* Takes its five seconds: at full size only. */
static void
test_processor_is_limited (void)
{
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GSubprocess) process = start_alone ("prove-cpu", &out);

  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_true (g_subprocess_get_term_sig (process) == SIGKILL || g_subprocess_get_term_sig (process) == SIGXCPU);
}

static void
test_bad_calls (void)
{
  static const char *const words[] = { "", "decode", "encode", "prove" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autoptr (GBytes) out = NULL;
    g_autoptr (GSubprocess) process = start_alone (words[i], &out);

    g_assert_true (g_subprocess_get_if_exited (process));
    g_assert_cmpuint (status_of (out), ==, IMAGE_BAD_CALL);
  }
}

/* A kernel without seccomp, made by a filter that says so: nothing is opened, and the reader is told. */
static void
test_no_seccomp (void)
{
  const PngShape shape = { 8, 8, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
  g_autoptr (GBytes) bytes = make_png (&shape);
  scmp_filter_ctx filter = NULL;

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  filter = seccomp_init (SCMP_ACT_ALLOW);
  g_assert_cmpint (seccomp_rule_add (filter, SCMP_ACT_ERRNO (EINVAL), SCMP_SYS (seccomp), 0), ==, 0);
  g_assert_cmpint (
      seccomp_rule_add (filter, SCMP_ACT_ERRNO (EINVAL), SCMP_SYS (prctl), 1, SCMP_A0 (SCMP_CMP_EQ, PR_SET_SECCOMP)),
      ==, 0);
  g_assert_cmpint (seccomp_load (filter), ==, 0);
  seccomp_release (filter);
  expect_refusal (bytes, FZ_ERROR_UNSUPPORTED, "seccomp");
}

static void
test_no_program (void)
{
  const PngShape shape = { 8, 8, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
  g_autoptr (GBytes) bytes = make_png (&shape);

  fz_image_set_program (NULL, 0);
  expect_refusal (bytes, FZ_ERROR_UNSUPPORTED, "fuzhen-image");
  fz_image_set_program (image_program (), 0);
}

static void
use_liar (const char *lie, guint deadline_ms)
{
  g_autofree char *path = g_strconcat (g_getenv ("FUZHEN_LIARS"), "/liar-", lie, NULL);

  g_assert_true (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE));
  fz_image_set_program (path, deadline_ms);
}

static void
test_lies (void)
{
  static const char *const lies[] = { "flood", "short", "long", "wide", "kind", "source", "magic", "status", "silent" };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (FzImage) truth = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    g_test_message ("%s", lies[i]);
    use_liar (lies[i], 0);
    expect_refusal (bytes, FZ_ERROR_INVALID, "中途停止");
  }
  use_liar ("none", 0); /* the same answer without a lie is believed: the others were refused for the lie */
  truth = fz_image_decode (bytes, 256, NULL, NULL);
  g_assert_nonnull (truth);
  fz_image_set_program (image_program (), 0);
}

static void
test_watchdog (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  use_liar ("hang", 200);
  expect_refusal (bytes, FZ_ERROR_INVALID, "用时过长");
  fz_image_set_program (image_program (), 0);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_cancel (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  use_liar ("hang", 60000);
  fz_image_decode_async (bytes, 64, cancellable, on_done, &result);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (fz_image_decode_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fz_image_set_program (image_program (), 0);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_no_descriptor_is_lost (void)
{
  const PngShape shape = { 8, 8, PNG_COLOR_TYPE_RGB, 8, FALSE, 6 };
  g_autoptr (GBytes) good = make_png (&shape), bad = g_bytes_new_static ("x", 1);
  guint before = count_descriptors ();

  for (guint i = 0; i < 10; i++) {
    g_autoptr (FzImage) image = fz_image_decode (good, 8, NULL, NULL);

    g_assert_nonnull (image);
    expect_refusal (bad, FZ_ERROR_INVALID, "JPEG");
  }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

void
add_cage_tests (void)
{
  g_test_add_func ("/image/cage/open", test_opening_a_file_kills);
  if (g_strcmp0 (g_getenv ("FUZHEN_SANITIZED"), "yes") != 0) /* a sanitizer build has no memory limit */
    g_test_add_func ("/image/cage/memory", test_memory_is_limited);
  if (g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0)
    g_test_add_func ("/image/cage/processor", test_processor_is_limited);
  g_test_add_func ("/image/cage/bad-calls", test_bad_calls);
  g_test_add_func ("/image/cage/no-seccomp", test_no_seccomp);
  g_test_add_func ("/image/cage/no-program", test_no_program);
  g_test_add_func ("/image/cage/lies", test_lies);
  g_test_add_func ("/image/cage/watchdog", test_watchdog);
  g_test_add_func ("/image/cage/cancel", test_cancel);
  g_test_add_func ("/image/cage/descriptors", test_no_descriptor_is_lost);
}
