#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/signers.h"
#include "app/stamps.h"

#include <glib/gi18n-lib.h>

#define MAX_CHAIN (16 * 1024 * 1024)

static int
list_tokens (const FzCli *cli)
{
  static const char *const keys[] = { "signer.slot", "signer.algorithm", "signer.subject", "signer.until", "signer.certificate", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_signers_list (cli->session, &error);

  return fz_cli_print_rows (cli, rows, keys, error);
}

static int
import_ca (const FzCli *cli, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pem = fz_cli_read_file (path, MAX_CHAIN, &error);
  gsize n = 0;
  const char *text = pem != NULL ? g_bytes_get_data (pem, &n) : NULL;
  guint found = 0;

  if (text == NULL || !fz_signers_import_ca (cli->session, text, n, &found, &error))
    return fz_cli_fail (error);
  if (!cli->json)
    g_print (_ ("已导入 %u 张发证机构证书。\n"), found);
  return FZ_EXIT_DONE;
}

/* --- the time stamping authority --- */

static int
show_tsa (const FzCli *cli)
{
  static const char *const keys[] = { "tsa.url", "tsa.n_waiting", "tsa.n_late", "tsa.oldest_at", "tsa.problem", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) state = fz_stamps_state (cli->session, &error);

  if (state == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (state);
  else if (fz_fields_has (state, "tsa.url"))
    fz_cli_print_row (state, keys);
  else
    g_print ("%s\n", _ ("没有使用时间戳机构。"));
  return fz_fields_has (state, "tsa.problem") ? FZ_EXIT_NO : FZ_EXIT_DONE;
}

static int
use_tsa (const FzCli *cli, const char *url, const char *path, const char *tls_ca)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pem = fz_cli_read_file (path, MAX_CHAIN, &error);
  gsize n = 0;
  const char *text = pem != NULL ? g_bytes_get_data (pem, &n) : NULL;

  return text != NULL && fz_stamps_use (cli->session, url, text, n, tls_ca, &error) ? FZ_EXIT_DONE : fz_cli_fail (error);
}

static int
ask_tsa (const FzCli *cli)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;
  gboolean good = fz_stamps_ask_now (cli->session, &n, &error);

  if (!cli->json && n > 0)
    g_print (_ ("已取得 %u 个时间戳。\n"), n);
  return good ? FZ_EXIT_DONE : fz_cli_fail (error);
}

static int
act_tsa (const FzCli *cli, int argc, char **argv, const char *tls_ca)
{
  g_autoptr (GError) error = NULL;

  if (argc == 2)
    return show_tsa (cli);
  if (argc == 4)
    return use_tsa (cli, argv[2], argv[3], tls_ca);
  if (g_str_equal (argv[2], "now"))
    return ask_tsa (cli);
  return fz_stamps_end (cli->session, &error) ? FZ_EXIT_DONE : fz_cli_fail (error);
}

/* --- tokens --- */

static int
act (const FzCli *cli, int argc, char **argv, const char *mechanism)
{
  g_autoptr (GError) error = NULL;
  guint64 number = 0;
  gboolean good;

  if (argc == 2 && g_str_equal (argv[1], "list"))
    return list_tokens (cli);
  if (argc == 3 && g_str_equal (argv[1], "ca"))
    return import_ca (cli, argv[2]);
  if (mechanism != NULL && !g_ascii_string_to_unsigned (mechanism, 16, 1, G_MAXUINT32, &number, &error))
    return fz_cli_misuse ("signer", _ ("--sm2-mechanism 应为十六进制的机制编号，如 80000106。"));
  if (argc == 3 && g_str_equal (argv[1], "module"))
    good = fz_signers_set_module (cli->session, argv[2], number, &error);
  else
    good = fz_signers_register (cli->session, argv[2], argv[3], argc == 5 ? argv[4] : NULL, &error);
  return good ? FZ_EXIT_DONE : fz_cli_fail (error);
}

static gboolean
is_usage (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "tsa"))
    return argc == 2 || argc == 4 || (argc == 3 && (g_str_equal (argv[2], "off") || g_str_equal (argv[2], "now")));
  return (argc == 2 && g_str_equal (argv[1], "list")) || (argc == 3 && (g_str_equal (argv[1], "ca") || g_str_equal (argv[1], "module"))) ||
         ((argc == 4 || argc == 5) && g_str_equal (argv[1], "register"));
}

int
fz_cli_signer (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "signer" };
  g_autofree char *mechanism = NULL, *tls_ca = NULL;
  const GOptionEntry more[] = { { "sm2-mechanism", 0, 0, G_OPTION_ARG_STRING, &mechanism, N_ ("module：介质厂商的 SM2 签名机制编号"), "HEX" },
                                { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &tls_ca, N_ ("tsa：为对方服务器作证的机构证书（PEM），不给则用系统的"), "PEM" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list | module PATH [--sm2-mechanism HEX] | ca FILE.pem | register NUMBER builtin|pkcs11|file [SLOT|FILE] | tsa [URL CERT.pem|off|now]",
                           _ ("签名介质：驱动、发证机构证书链，以及哪位人员用哪个介质。登记自该人员下次登录起生效。安全管理员使用。\n"
                              "tsa：签名之后向时间戳机构（RFC 3161）取时间戳，默认不用；不带参数显示待取和逾期的件数，now 立即取一次。\n"),
                           more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!is_usage (argc, argv))
    return fz_cli_misuse ("signer", _ ("请给出 list、module 驱动、ca 文件、register 工号 方式 或 tsa。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_SECURITY);
  if (code != FZ_CLI_GO_ON)
    return code;
  return g_str_equal (argv[1], "tsa") ? act_tsa (&cli, argc, argv, tls_ca) : act (&cli, argc, argv, mechanism);
}
