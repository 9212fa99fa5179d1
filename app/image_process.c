#include "app/image_process.h"

#include "app/image_client.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_MS 15000
#define CHUNK_BYTES 65536

static char *program_path;
static guint deadline_ms = DEADLINE_MS;

void
fz_image_set_program (const char *path, guint ms)
{
  g_free (program_path);
  program_path = g_strdup (path);
  deadline_ms = ms > 0 ? ms : DEADLINE_MS;
}

static char *
find_program (GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  const char *const places[] = { "fuzhen-image", "image/fuzhen-image", "app/image/fuzhen-image", "../libexec/fuzhen/fuzhen-image" };

  if (program_path != NULL)
    return g_strdup (program_path);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (folder, places[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_canonicalize_filename (path, NULL);
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED,
               _("找不到图片解码程序fuzhen-image，不能打开图片。请联系系统管理员重新安装本程序。"));
  return NULL;
}

/* Nothing of this computer but the libraries, nothing of its network, no other process in sight. */
static void
add_bubblewrap (GPtrArray *command, const char *program)
{
  static const char *const words[] = {
    "bwrap",    "--unshare-all", "--die-with-parent", "--new-session",    "--cap-drop", "ALL",           "--ro-bind",
    "/usr/lib", "/usr/lib",      "--symlink",         "usr/lib",          "/lib",       "--ro-bind-try", "/lib64",
    "/lib64",   "--ro-bind-try", "/etc/ld.so.cache",  "/etc/ld.so.cache", "--ro-bind"
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_ptr_array_add (command, g_strdup (words[i]));
  g_ptr_array_add (command, g_strdup (program));
  g_ptr_array_add (command, g_strdup ("/fuzhen-image"));
  g_ptr_array_add (command, g_strdup ("--"));
}

static GPtrArray *
make_command (const char *program, const char *const *arguments, gboolean bubblewrap)
{
  GPtrArray *command = g_ptr_array_new_with_free_func (g_free);

  if (bubblewrap)
    add_bubblewrap (command, program);
  g_ptr_array_add (command, g_strdup (bubblewrap ? "/fuzhen-image" : program));
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (command, g_strdup (*arguments));
  g_ptr_array_add (command, NULL);
  return command;
}

/* A memory file needs no writer beside the reader, and no pipe can break under us. */
static int
make_input (GBytes *bytes)
{
  gsize n = 0;
  const guint8 *at = g_bytes_get_data (bytes, &n);
  int fd = memfd_create ("fuzhen-image", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  while (fd >= 0 && n > 0) {
    gssize written = write (fd, at, n);

    if (written <= 0) {
      close (fd);
      return -1;
    }
    at += written;
    n -= (gsize) written;
  }
  if (fd >= 0
      && (lseek (fd, 0, SEEK_SET) != 0
          || fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)) {
    close (fd);
    return -1;
  }
  return fd;
}

static gboolean
spawn (GPtrArray *command, GBytes *input, GPid *pid, int *out, GError **error)
{
  char *environment[] = { (char *) "PATH=/usr/bin:/bin", NULL };
  g_autoptr (GError) cause = NULL;
  int in = make_input (input);
  gboolean good = FALSE;

  if (in >= 0)
    good =
        g_spawn_async_with_pipes_and_fds (NULL, (const char *const *) command->pdata, (const char *const *) environment,
                                          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                                          NULL, NULL, in, -1, -1, NULL, NULL, 0, pid, NULL, out, NULL, &cause);
  if (!good)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _("图片解码程序无法启动：%s。请联系系统管理员。"),
                 cause != NULL ? cause->message : g_strerror (errno));
  if (in >= 0)
    close (in);
  return good;
}

/* FALSE with an error when the time is over or nobody waits any more. */
static gboolean
wait_readable (int fd, gint64 end_us, GCancellable *cancellable, GError **error)
{
  GPollFD ends[2] = { { fd, G_IO_IN | G_IO_HUP, 0 }, { -1, 0, 0 } };
  guint n = g_cancellable_make_pollfd (cancellable, &ends[1]) ? 2 : 1;
  gint64 left_ms = (end_us - g_get_monotonic_time ()) / 1000;
  int ready = left_ms > 0 ? g_poll (ends, n, (int) left_ms) : 0;

  if (n == 2)
    g_cancellable_release_fd (cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (ready == 0)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                 _("解码这张图片用时过长，已停止。这张图片可能已损坏，请要求重新上传。"));
  return ready != 0;
}

static GByteArray *
read_output (int fd, gsize most, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gint64 end_us = g_get_monotonic_time () + (gint64) deadline_ms * 1000;
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);

  while (all->len <= most) {
    gssize n = 0;

    if (!wait_readable (fd, end_us, cancellable, error))
      return NULL;
    n = read (fd, chunk, CHUNK_BYTES);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
      break;
    if (n > 0)
      g_byte_array_append (all, chunk, (guint) n);
  }
  return g_steal_pointer (&all);
}

/* Over in any case once its output is: it has nothing else to do. */
static void
reap (GPid pid)
{
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (pid);
}

static GBytes *
run (const char *program, gboolean bubblewrap, const char *const *arguments, GBytes *input, gsize most,
     GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) command = make_command (program, arguments, bubblewrap);
  g_autoptr (GByteArray) output = NULL;
  GPid pid = 0;
  int fd = -1;

  if (!spawn (command, input, &pid, &fd, error))
    return NULL;
  g_unix_set_fd_nonblocking (fd, TRUE, NULL); /* an interrupted wait must not become a blocking read */
  output = read_output (fd, most, cancellable, error);
  close (fd);
  reap (pid);
  return output != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&output)) : NULL;
}

/* Bubblewrap may be missing, or forbidden inside a container: it is tried once, on nothing. */
static gboolean
try_bubblewrap (const char *program)
{
  static const char *const arguments[] = { "prove-start", NULL };
  g_autofree char *bwrap = g_find_program_in_path ("bwrap");
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0), answer = NULL;

  if (bwrap == NULL)
    return FALSE;
  answer = run (program, TRUE, arguments, nothing, CHUNK_BYTES, NULL, NULL);
  return answer != NULL && g_bytes_get_size (answer) > 0;
}

static gboolean
use_bubblewrap (const char *program)
{
  static gsize known;
  enum { WITH = 1, WITHOUT };

  if (g_once_init_enter (&known))
    g_once_init_leave (&known, try_bubblewrap (program) ? WITH : WITHOUT);
  return known == WITH;
}

gboolean
fz_image_has_bubblewrap (void)
{
  g_autofree char *program = find_program (NULL);

  return program != NULL && use_bubblewrap (program);
}

GBytes *
fz_image_process_run (const char *const *arguments, GBytes *input, gsize most, GCancellable *cancellable,
                      GError **error)
{
  g_autofree char *program = find_program (error);

  if (program == NULL)
    return NULL;
  return run (program, use_bubblewrap (program), arguments, input, most, cancellable, error);
}
