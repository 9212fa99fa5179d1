/* The options every command takes, and signing in for one command. */
#include "app/cli_private.h"

#include "app/demo_people.h"
#include "core/totp.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_SECRET 4096

/* --- options --- */

static GOptionContext *
make_context (FzCli *cli, const char *usage, const char *about, const GOptionEntry *more)
{
  const GOptionEntry shared[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &cli->data, N_ ("本地库目录"), "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("每行输出一个 JSON 对象"), NULL },
    { "staff", 0, 0, G_OPTION_ARG_FILENAME, &cli->staff, N_ ("以此工号登录"), "NUMBER" },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &cli->password_fd, N_ ("从此文件描述符读取口令"), "N" },
    { "factor-fd", 0, 0, G_OPTION_ARG_INT, &cli->factor_fd, N_ ("从此文件描述符读取密钥文件内容或动态口令"), "N" },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &cli->help, N_ ("显示用法"), NULL },
    G_OPTION_ENTRY_NULL
  };
  GOptionContext *context = g_option_context_new (usage);

  g_option_context_set_help_enabled (context, FALSE);
  if (more != NULL)
    g_option_context_add_main_entries (context, more, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, shared, GETTEXT_PACKAGE);
  g_option_context_set_description (context, about);
  return context;
}

int
fz_cli_begin (FzCli *cli, const char *usage, const char *about, const GOptionEntry *more, int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strconcat ("fuzhen ", cli->command, NULL);

  cli->password_fd = cli->factor_fd = -1;
  context = make_context (cli, usage, about, more);
  g_set_prgname (name);
  if (!g_option_context_parse (context, argc, argv, &error))
    return fz_cli_misuse (cli->command, error->message);
  if (cli->help) {
    g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

    g_print ("%s", text);
    return FZ_EXIT_DONE;
  }
  return FZ_CLI_GO_ON;
}

/* --- secrets --- */

static FzSecret *
take_secret (char *buffer, gsize n, gboolean line, GError **error)
{
  FzSecret *secret;

  while (line && n > 0 && (buffer[n - 1] == '\n' || buffer[n - 1] == '\r'))
    n--;
  secret = n > 0 && n < MAX_SECRET ? fz_secret_new_from (buffer, n) : NULL;
  fz_secret_wipe (buffer, MAX_SECRET);
  if (secret == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("读到的口令或密钥为空，或超过%d字节。"), MAX_SECRET - 1);
  return secret;
}

/* `line`: without the line's end; else the bytes as they are. */
static FzSecret *
read_descriptor (int fd, gboolean line, GError **error)
{
  char buffer[MAX_SECRET];
  gsize n = 0;
  ssize_t more = 1;

  while (n < sizeof buffer && more > 0) {
    more = read (fd, buffer + n, sizeof buffer - n);
    if (more < 0 && errno == EINTR)
      more = 1;
    else if (more > 0)
      n += (gsize) more;
  }
  if (more >= 0)
    return take_secret (buffer, n, line, error);
  fz_secret_wipe (buffer, sizeof buffer);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能从文件描述符 %d 读取：%s"), fd, g_strerror (errno));
  return NULL;
}

static gsize
read_line (int tty, char *buffer, gsize max)
{
  gsize n = 0;

  while (n < max && read (tty, buffer + n, 1) == 1)
    if (buffer[n++] == '\n')
      break;
  return n;
}

static FzSecret *
ask_terminal (const char *prompt, GError **error)
{
  int tty = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios before, quiet;
  char buffer[MAX_SECRET];
  gsize n = 0;

  if (tty < 0 || tcgetattr (tty, &before) != 0) {
    if (tty >= 0)
      close (tty);
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("需要%s，但没有终端可以输入。请用 --password-fd、--factor-fd 等选项给出。"), prompt);
    return NULL;
  }
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t) (ECHO | ECHONL);
  tcsetattr (tty, TCSAFLUSH, &quiet);
  g_printerr (_ ("请输入%s："), prompt);
  n = read_line (tty, buffer, sizeof buffer);
  tcsetattr (tty, TCSAFLUSH, &before);
  close (tty);
  g_printerr ("\n");
  return take_secret (buffer, n, TRUE, error);
}

FzSecret *
fz_cli_read_secret (int fd, const char *prompt, GError **error)
{
  return fd >= 0 ? read_descriptor (fd, TRUE, error) : ask_terminal (prompt, error);
}

FzSecret *
fz_cli_read_pin (FzCli *cli, int fd, GError **error)
{
  if (fd < 0 && cli->staff == NULL && fz_desk_is_demo (cli->desk))
    return fz_demo_pin (cli->session->number);
  return fz_cli_read_secret (fd, _ ("签名密码（PIN）"), error);
}

/* --- who --- */

int
fz_cli_open (FzCli *cli)
{
  g_autoptr (GError) error = NULL;

  cli->desk = fz_desk_open (cli->data, &error);
  return cli->desk != NULL ? FZ_CLI_GO_ON : fz_cli_fail (error);
}

/* A key file's bytes as they are; a one-time code comes with the end of its line. */
static FzSecret *
given_factor (int fd, GError **error)
{
  g_autoptr (FzSecret) given = read_descriptor (fd, FALSE, error);
  gsize n = given != NULL ? fz_secret_size (given) : 0;

  if (given == NULL)
    return NULL;
  while (n > 0 && fz_secret_get (given)[n - 1] == '\n')
    n--;
  return n == FZ_TOTP_DIGITS ? fz_secret_new_from (fz_secret_get (given), n) : g_steal_pointer (&given);
}

static FzSecret *
read_factor (FzCli *cli, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *demo = cli->desk->demo ? fz_demo_key_file (cli->data != NULL ? cli->data : cli->desk->data_dir, cli->staff) : NULL;
  g_autofree char *text = NULL;
  FzSecret *factor;
  gsize n = 0;

  if (cli->factor_fd >= 0)
    return given_factor (cli->factor_fd, error);
  path = fz_desk_find_key_file (cli->desk, cli->staff);
  if (path == NULL && demo != NULL && g_file_test (demo, G_FILE_TEST_IS_REGULAR))
    path = g_steal_pointer (&demo);
  if (path == NULL)
    return fz_cli_read_secret (-1, _ ("动态口令（六位数字）"), error);
  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  factor = fz_secret_new_from (text, n);
  fz_secret_wipe (text, n);
  return factor;
}

/* A locked-out account is "not allowed", not "in use": it is asked for before the store is touched. */
static int
check_locked_out (FzCli *cli)
{
  gboolean known = fz_keyfile_has_person (cli->desk->keys, cli->staff);
  FzAttempts attempts = fz_attempts_book_get (cli->desk->attempts, cli->staff, known);
  g_autoptr (GError) error = NULL;

  if (fz_attempts_check_password (&attempts, &error))
    return FZ_CLI_GO_ON;
  fz_cli_fail (error);
  return FZ_EXIT_DENIED;
}

/* Said before anything that is read: what comes is of a store that something contradicts. */
static int
tell_only_read (FzCli *cli)
{
  g_autofree char *why = NULL;

  if (fz_session_is_read_only (cli->session, &why))
    g_printerr ("fuzhen: %s\n", why);
  return FZ_CLI_GO_ON;
}

static int
sign_in_as_named (FzCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) password = NULL, factor = NULL;
  int code = check_locked_out (cli);

  if (code != FZ_CLI_GO_ON)
    return code;
  password = fz_cli_read_secret (cli->password_fd, _ ("口令"), &error);
  factor = password != NULL ? read_factor (cli, &error) : NULL;
  if (factor == NULL)
    return fz_cli_fail (error);
  cli->session = fz_desk_sign_in (cli->desk, cli->staff, password, factor, &error);
  return cli->session != NULL ? tell_only_read (cli) : fz_cli_fail (error);
}

int
fz_cli_sign_in_demo (FzCli *cli, const char *number)
{
  g_autoptr (GError) error = NULL;
  FzSession *session;

  if (cli->session != NULL) /* one session an account: the same person may come again */
    fz_session_sign_out (cli->session);
  session = fz_demo_sign_in (cli->desk, number, &error);
  if (session == NULL)
    return fz_cli_fail (error);
  g_clear_pointer (&cli->session, fz_session_unref);
  cli->session = session;
  return tell_only_read (cli);
}

int
fz_cli_sign_in (FzCli *cli, FzRole role)
{
  g_autofree char *number = NULL;
  int code = cli->desk == NULL ? fz_cli_open (cli) : FZ_CLI_GO_ON;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (cli->staff != NULL)
    return sign_in_as_named (cli);
  if (!cli->desk->demo) {
    g_printerr (_ ("fuzhen %s: 请用 --staff 给出工号。\n"), cli->command);
    return FZ_EXIT_DENIED;
  }
  number = fz_demo_person_of_role (role);
  return fz_cli_sign_in_demo (cli, number);
}

void
fz_cli_end (FzCli *cli)
{
  if (cli->session != NULL)
    fz_session_sign_out (cli->session);
  g_clear_pointer (&cli->session, fz_session_unref);
  g_clear_pointer (&cli->desk, fz_desk_close);
  g_clear_object (&cli->stop);
  g_clear_pointer (&cli->data, g_free);
  g_clear_pointer (&cli->staff, g_free);
}

/* --- signals --- */

static gpointer
wait_for_signal (gpointer data)
{
  GCancellable *cancellable = data;
  sigset_t set;
  int number;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  if (sigwait (&set, &number) == 0) {
    g_printerr ("\n%s\n", _ ("正在停止；再按一次立即结束。"));
    g_cancellable_cancel (cancellable);
  }
  if (sigwait (&set, &number) == 0)
    _exit (128 + number);
  return NULL;
}

void
fz_cli_show_part (double part, gpointer unused)
{
  if (isatty (STDERR_FILENO))
    g_printerr ("\r%3.0f%%%s", part * 100, part >= 1 ? "\r    \r" : "");
}

GCancellable *
fz_cli_watch_signals (void)
{
  GCancellable *cancellable = g_cancellable_new ();
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  /* Lives as long as the process, which is one command. */
  g_thread_unref (g_thread_new ("signals", wait_for_signal, g_object_ref (cancellable)));
  return cancellable;
}
