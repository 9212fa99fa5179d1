#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/signer/stamp.h"
#include "app/verify_ca.h"
#include "core/date.h"

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

/* FILE.tsr, FILE.2.tsr …: the newest stamp, and the ones before it. */
static GPtrArray *
stamps_beside (const char *path, GError **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 1;; i++) {
    g_autofree char *beside = fz_stamp_path (path, i);
    GBytes *reply;

    if (!g_file_test (beside, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&out);
    reply = fz_cli_read_file (beside, FZ_STAMP_MAX_BYTES, error);
    if (reply == NULL)
      return NULL;
    g_ptr_array_add (out, reply);
  }
}

/* When it was, or was at the latest; NULL: nothing says. */
static char *
time_words (const FzLineVerdict *verdict)
{
  g_autofree char *at = verdict->at_us != 0 ? fz_beijing_time_format (verdict->at_us) : NULL;

  if (verdict->stamp)
    return at != NULL ? g_strdup_printf (_ ("时间戳 %s"), at) : g_strdup (_ ("时间戳"));
  return at != NULL ? g_strdup_printf (_ ("不晚于 %s"), at) : NULL;
}

static void
print_verdict (const FzCli *cli, const char *path, const FzLineVerdict *verdict)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.ca_verdict/v1");
  g_autofree char *at = time_words (verdict);

  if (!cli->json) {
    const char *const words[] = { at, verdict->subject, verdict->reason };

    g_print ("%s: %s", path, fz_verdict_ca_word (verdict->verdict));
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      if (words[i] != NULL)
        g_print ("  %s", words[i]);
    g_print ("\n");
    return;
  }
  fz_fields_set (row, "file", path);
  fz_fields_set (row, "verdict", fz_verdict_ca_word (verdict->verdict));
  fz_fields_set (row, "signer", verdict->signer);
  fz_fields_set (row, "subject", verdict->subject);
  fz_fields_set (row, "reason", verdict->reason);
  if (verdict->at_us != 0)
    fz_fields_set_time (row, verdict->stamp ? "stamped_at" : "proven_at", verdict->at_us);
  if (verdict->stamp)
    fz_fields_set_int (row, "n_lines", verdict->lines);
  fz_cli_print_json (row);
}

static int
print_all (const FzCli *cli, const char *path, const GPtrArray *verdicts)
{
  int code = FZ_EXIT_DONE;

  for (guint i = 0; i < verdicts->len; i++) {
    const FzLineVerdict *verdict = verdicts->pdata[i];

    print_verdict (cli, path, verdict);
    if (verdict->verdict > FZ_VERDICT_CA_REVOKED_LATER)
      code = FZ_EXIT_NO;
  }
  return code;
}

typedef struct {
  FzChain *ca, *tsa; /* believed: given from outside */
} Believed;

static gboolean
judge_file (const char *path, const Believed *believed, GPtrArray **out_lines, GPtrArray **out_stamps, GError **error)
{
  g_autoptr (FzChain) pool = fz_chain_new ();
  g_autoptr (GBytes) note = fz_cli_read_file (path, MAX_NOTE, error);
  g_autoptr (GPtrArray) replies = note != NULL && add_beside (pool, path, error) ? stamps_beside (path, error) : NULL;
  gsize n = 0;
  const guint8 *bytes = note != NULL ? g_bytes_get_data (note, &n) : NULL;

  if (replies == NULL)
    return FALSE;
  *out_stamps = fz_verify_stamps (bytes, n, replies, believed->tsa, error);
  *out_lines = *out_stamps != NULL ? fz_verify_ca (bytes, n, pool, believed->ca, *out_stamps, g_get_real_time (), error) : NULL;
  return *out_lines != NULL;
}

/* FZ_EXIT_DONE when every line and every stamp of it is good. */
static int
verify_file (const FzCli *cli, const char *path, const Believed *believed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL, stamps = NULL;
  int of_lines, of_stamps;

  if (!judge_file (path, believed, &lines, &stamps, &error)) {
    g_prefix_error (&error, "%s: ", path);
    return fz_cli_fail (error);
  }
  of_lines = print_all (cli, path, lines);
  of_stamps = print_all (cli, path, stamps);
  return MAX (of_lines, of_stamps);
}

static gboolean
read_believed (FzChain *chain, char **paths, GError **error)
{
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (!add_pem (chain, paths[i], error))
      return FALSE;
  return TRUE;
}

int
fz_cli_verify_ca (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "verify-ca" };
  g_auto (GStrv) chains = NULL, authorities = NULL;
  const GOptionEntry more[] = { { "chain", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &chains, N_ ("可信的发证机构证书与吊销列表（PEM），可给多次"), "PEM" },
                                { "tsa", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &authorities, N_ ("可信的时间戳机构证书（PEM），可给多次"), "PEM" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "FILE.fzd…",
                           _ ("核验文书上的 CA 签名（SM2、ECDSA）和时间戳（RFC 3161）。只读所给的文件和旁边的 FILE.fzd.ca.pem、FILE.fzd.tsr，不用数据库。\n"
                              "可信的只有 --chain 和 --tsa 给出的证书。退出码：0 全部有效；1 有无效或不能判断的；2 用法不对或不能读取。\n"),
                           more, &argc, &argv);
  g_autoptr (FzChain) ca = fz_chain_new (), tsa = fz_chain_new ();
  Believed believed = { ca, tsa };
  g_autoptr (GError) error = NULL;
  int worst = FZ_EXIT_DONE;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc < 2)
    return fz_cli_misuse ("verify-ca", _ ("请给出要核验的文件。"));
  if (!read_believed (ca, chains, &error) || !read_believed (tsa, authorities, &error))
    return fz_cli_fail (error);
  for (int i = 1; i < argc; i++) {
    code = verify_file (&cli, argv[i], &believed);
    worst = MAX (worst, code);
  }
  return worst;
}
