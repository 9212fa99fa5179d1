#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/enrol.h"
#include "app/paper/qr.h"
#include "core/totp.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  int code_fd, pin_fd;
  char *factor;
} Given;

/* The file exists before anything is made: a key that cannot be kept must not become anyone's second factor. */
static int
make_file (const char *path, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能建立密钥文件“%s”：%s。请换一个不存在的文件名。"), path, g_strerror (errno));
  return fd;
}

static gboolean
write_all (int fd, const FzSecret *secret, GError **error)
{
  gsize done = 0;

  while (done < fz_secret_size (secret)) {
    ssize_t n = write (fd, fz_secret_get (secret) + done, fz_secret_size (secret) - done);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("密钥文件没有写完：%s。请安全管理员重置后重新登记。"), g_strerror (errno));
      return FALSE;
    }
    done += (gsize) n;
  }
  return fsync (fd) == 0;
}

static gboolean
enrol (FzCli *cli, const Given *given, int fd, FzSecret **out_totp, GError **error)
{
  g_autoptr (FzSecret) code = fz_cli_read_secret (given->code_fd, _ ("登记码"), error);
  g_autoptr (FzSecret) password = code != NULL ? fz_cli_read_secret (cli->password_fd, _ ("新口令"), error) : NULL;
  g_autoptr (FzSecret) pin = password != NULL ? fz_cli_read_secret (given->pin_fd, _ ("新签名密码（PIN）"), error) : NULL;
  g_autoptr (FzSecret) key_file = NULL;

  return pin != NULL &&
         fz_enrol_with_code (cli->desk, cli->staff, code, password, pin, fd >= 0 ? &key_file : NULL, fd >= 0 ? NULL : out_totp, error) &&
         (fd < 0 || write_all (fd, key_file, error));
}

/* On a terminal only: a file or a log is no place for it to be seen again. */
static void
print_qr (const char *uri)
{
  g_autoptr (FzSecret) blocks = isatty (STDOUT_FILENO) ? fz_qr_blocks (uri) : NULL;
  const char *line = blocks != NULL ? (const char *) fz_secret_get (blocks) : "";

  for (; *line != '\0'; line = strchr (line, '\n') + 1)
    g_print ("\033[97;40m%.*s\033[0m\n", (int) (strchr (line, '\n') - line), line);
}

/* Shown once, for an authenticator's camera or keyboard. */
static void
print_totp (FzCli *cli, const FzSecret *totp)
{
  g_autoptr (FzSecret) key = fz_totp_key_text (totp);
  g_autoptr (FzSecret) uri = fz_totp_uri (totp, fz_fields_get (fz_desk_get_front (cli->desk), "hospital.name"), cli->staff);
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.totp/v1");

  if (!cli->json) {
    print_qr ((const char *) fz_secret_get (uri));
    g_print (_ ("动态口令密钥（只显示这一次）：%s\n%s\n"), (const char *) fz_secret_get (key), (const char *) fz_secret_get (uri));
    return;
  }
  fz_fields_set (row, "number", cli->staff);
  fz_fields_set (row, "totp_key", (const char *) fz_secret_get (key));
  fz_fields_set (row, "totp_uri", (const char *) fz_secret_get (uri));
  fz_cli_print_json (row);
}

static int
run (FzCli *cli, const Given *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) totp = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.enrolled/v1");
  int fd = given->factor != NULL ? make_file (given->factor, &error) : -1;
  gboolean good;

  if (given->factor != NULL && fd < 0)
    return fz_cli_fail (error);
  good = enrol (cli, given, fd, &totp, &error);
  if (fd >= 0)
    close (fd);
  if (!good) {
    if (given->factor != NULL)
      g_unlink (given->factor);
    return fz_cli_fail (error);
  }
  if (totp != NULL)
    print_totp (cli, totp);
  else if (cli->json) {
    fz_fields_set (row, "number", cli->staff);
    fz_fields_set (row, "factor", given->factor);
    fz_cli_print_json (row);
  } else
    g_print (_ ("登记完成。请妥善保管密钥文件“%s”，登录时需要它。\n"), given->factor);
  return FZ_EXIT_DONE;
}

int
fz_cli_enrol (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "enrol" };
  g_autofree char *factor = NULL;
  Given given = { -1, -1, NULL };
  const GOptionEntry more[] = { { "code-fd", 0, 0, G_OPTION_ARG_INT, &given.code_fd, N_ ("从此文件描述符读取登记码"), "N" },
                                { "pin-fd", 0, 0, G_OPTION_ARG_INT, &given.pin_fd, N_ ("从此文件描述符读取新签名密码"), "N" },
                                { "factor", 0, 0, G_OPTION_ARG_FILENAME, &factor, N_ ("写出密钥文件；不给时改用动态口令"), "FILE" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "--staff NUMBER [--factor FILE]",
                           _ ("首次登录：凭一次性登记码设置口令与签名密码，生成签名密钥和第二因素。生成密钥并不签署任何文书。\n"), more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 1 || cli.staff == NULL)
    return fz_cli_misuse ("enrol", _ ("请用 --staff 给出工号。"));
  given.factor = factor;
  code = fz_cli_open (&cli);
  return code == FZ_CLI_GO_ON ? run (&cli, &given) : code;
}
