#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/verify_ca.h"

#include <glib/gi18n-lib.h>

#define MAX_NOTE (1024 * 1024)
#define MAX_CHAIN (16 * 1024 * 1024)

static gboolean
add_pem (FzChain *chain, const char *path, GError **error)
{
  g_autoptr (GBytes) pem = fz_cli_read_file (path, MAX_CHAIN, error);
  gsize n = 0;
  const char *text = pem != NULL ? g_bytes_get_data (pem, &n) : NULL;

  if (text == NULL || fz_chain_add_pem (chain, text, n, error))
    return text != NULL;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* What was kept with the document stands beside it, as export writes it; it is believed in nothing. */
static gboolean
add_beside (FzChain *pool, const char *path, GError **error)
{
  g_autofree char *beside = g_strconcat (path, ".ca.pem", NULL);

  return !g_file_test (beside, G_FILE_TEST_EXISTS) || add_pem (pool, beside, error);
}

static void
print_verdict (const FzCli *cli, const char *path, const FzLineVerdict *verdict)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.ca_verdict/v1");

  if (!cli->json) {
    g_print ("%s: %s%s%s%s%s\n", path, fz_verdict_ca_word (verdict->verdict), verdict->subject != NULL ? "  " : "",
             verdict->subject != NULL ? verdict->subject : "", verdict->reason != NULL ? "  " : "", verdict->reason != NULL ? verdict->reason : "");
    return;
  }
  fz_fields_set (row, "file", path);
  fz_fields_set (row, "verdict", fz_verdict_ca_word (verdict->verdict));
  fz_fields_set (row, "signer", verdict->signer);
  fz_fields_set (row, "subject", verdict->subject);
  fz_fields_set (row, "reason", verdict->reason);
  fz_cli_print_json (row);
}

/* FZ_EXIT_DONE when every line of it is good. */
static int
verify_file (const FzCli *cli, const char *path, const FzChain *roots)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzChain) pool = fz_chain_new ();
  g_autoptr (GBytes) note = fz_cli_read_file (path, MAX_NOTE, &error);
  g_autoptr (GPtrArray) verdicts = NULL;
  gsize n = 0;
  const guint8 *bytes = note != NULL ? g_bytes_get_data (note, &n) : NULL;
  int code = FZ_EXIT_DONE;

  if (bytes != NULL && add_beside (pool, path, &error))
    verdicts = fz_verify_ca (bytes, n, pool, roots, g_get_real_time (), &error);
  if (verdicts == NULL) {
    g_prefix_error (&error, "%s: ", path);
    return fz_cli_fail (error);
  }
  for (guint i = 0; i < verdicts->len; i++) {
    const FzLineVerdict *verdict = verdicts->pdata[i];

    print_verdict (cli, path, verdict);
    if (verdict->verdict > FZ_VERDICT_CA_REVOKED_LATER)
      code = FZ_EXIT_NO;
  }
  return code;
}

int
fz_cli_verify_ca (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "verify-ca" };
  g_auto (GStrv) chains = NULL;
  const GOptionEntry more[] = { { "chain", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &chains, N_ ("可信的发证机构证书与吊销列表（PEM），可给多次"), "PEM" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "FILE.fzd…", _ ("核验文书上的 CA 签名（SM2、ECDSA）。只读所给的文件和旁边的 FILE.fzd.ca.pem，不用数据库。\n"
                                                  "可信的只有 --chain 给出的证书。退出码：0 全部有效；1 有无效或不能判断的；2 用法不对或不能读取。\n"),
                           more, &argc, &argv);
  g_autoptr (FzChain) roots = fz_chain_new ();
  g_autoptr (GError) error = NULL;
  int worst = FZ_EXIT_DONE;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc < 2)
    return fz_cli_misuse ("verify-ca", _ ("请给出要核验的文件。"));
  for (guint i = 0; chains != NULL && chains[i] != NULL; i++)
    if (!add_pem (roots, chains[i], &error))
      return fz_cli_fail (error);
  for (int i = 1; i < argc; i++)
    worst = MAX (worst, verify_file (&cli, argv[i], roots));
  return worst;
}
