#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/paper/qr.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  int code_fd, pin_fd;
  char *factor;
} Given;

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
print_totp (FzCli *cli, const FzSecret *key, const FzSecret *uri)
{
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

static gboolean
enrol (FzCli *cli, const Given *given, FzSecret **out_key, FzSecret **out_uri, GError **error)
{
  g_autoptr (FzSecret) code = fz_cli_read_secret (given->code_fd, _ ("登记码"), error);
  g_autoptr (FzSecret) password = code != NULL ? fz_cli_read_secret (cli->password_fd, _ ("新口令"), error) : NULL;
  g_autoptr (FzSecret) pin = password != NULL ? fz_cli_read_secret (given->pin_fd, _ ("新签名密码（PIN）"), error) : NULL;

  return pin != NULL && fz_desk_enrol (cli->desk, cli->staff, code, password, pin, given->factor, out_key, out_uri, error);
}

static int
run (FzCli *cli, const Given *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) key = NULL, uri = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.enrolled/v1");

  if (!enrol (cli, given, &key, &uri, &error))
    return fz_cli_fail (error);
  if (given->factor == NULL)
    print_totp (cli, key, uri);
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
