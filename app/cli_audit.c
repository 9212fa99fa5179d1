#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/evidence.h"
#include "app/out_file.h"
#include "app/trust.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static void
show_progress (guint64 done, guint64 total, gpointer data)
{
  if (isatty (STDERR_FILENO))
    g_printerr ("\r%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "%s", done, total, done >= total ? "\n" : "");
}

/* A log that is whole in itself says nothing for a store that its heads contradict, or that is damaged elsewhere. */
static int
end_of (FzCli *cli)
{
  return fz_session_is_read_only (cli->session, NULL) ? FZ_EXIT_DAMAGED : FZ_EXIT_DONE;
}

static void
print_head (const FzCli *cli, const FzLogHead *head)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.log_head/v1");

  fz_fields_set_int (row, "size", (gint64) head->size);
  fz_fields_set (row, "root", head->root_hex);
  fz_fields_set (row, "origin", head->origin);
  fz_fields_set (row, "checkpoint", head->checkpoint);
  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print ("%s", head->checkpoint);
}

static int
show_head (FzCli *cli, const char *qr)
{
  g_auto (FzLogHead) head = { 0 };
  g_autoptr (GError) error = NULL;

  if ((qr != NULL && !fz_desk_save_head (cli->session, qr, &error)) || !fz_evidence_head (cli->session, &head, &error))
    return fz_cli_fail (error);
  print_head (cli, &head);
  return end_of (cli);
}

static int
list_entries (FzCli *cli, gint64 limit)
{
  static const char *const keys[] = { "number", "at", "actor", "role", "action", "subject_kind", "subject", "outcome", "reason", NULL };
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GError) error = NULL;
  gint64 shown = 0;
  guint n = 1;

  fz_fields_set_int (filter, "limit", 500);
  while (n > 0 && (limit == 0 || shown < limit)) {
    g_autoptr (GPtrArray) rows = fz_desk_list (cli->session, FZ_LIST_AUDIT, filter, &error);

    if (rows == NULL)
      return fz_cli_fail (error);
    n = rows->len;
    for (guint i = 0; i < n && (limit == 0 || shown < limit); i++, shown++) {
      g_autoptr (FzFields) row = fz_fields_dup (rows->pdata[i], NULL);

      fz_fields_set (filter, "after", fz_fields_get (row, "cursor"));
      fz_fields_set (row, "cursor", NULL);
      if (cli->json)
        fz_cli_print_json (row);
      else
        fz_cli_print_row (row, keys);
    }
  }
  return FZ_EXIT_DONE;
}

static int
verify (FzCli *cli, GCancellable *stop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.audit_verified/v1");
  g_autofree char *root = NULL;
  guint64 size = 0;

  if (!fz_desk_audit_verify (cli->session, &size, &root, stop, show_progress, NULL, &error))
    return fz_cli_fail (error);
  fz_fields_set_int (row, "size", (gint64) size);
  fz_fields_set (row, "root", root);
  fz_fields_set (row, "verdict", "valid");
  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print (_ ("审计日志完整：%" PRIu64 "条，根哈希 %s\n"), size, root);
  return end_of (cli);
}

static gboolean
write_pair (const char *stem, GBytes *entry, const char *proof, GError **error)
{
  g_autofree char *entry_path = g_strconcat (stem, ".entry", NULL), *proof_path = g_strconcat (stem, ".proof", NULL);

  return fz_out_file_save (entry, entry_path, error) && fz_out_file_save_text (proof, proof_path, error);
}

static int
prove (FzCli *cli, const char *text, const char *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) entry = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.proof/v1");
  g_autofree char *proof = NULL, *leaf = NULL;
  gint64 number = 0;

  if (!fz_cli_parse_number (text, &number, &error) || !fz_evidence_prove (cli->session, (guint64) number, &entry, &proof, &error) ||
      (out != NULL && !write_pair (out, entry, proof, &error)))
    return fz_cli_fail (error);
  leaf = g_strndup (g_bytes_get_data (entry, NULL), g_bytes_get_size (entry));
  fz_fields_set_int (row, "index", number);
  fz_fields_set (row, "entry", leaf);
  fz_fields_set (row, "proof", proof);
  if (cli->json)
    fz_cli_print_json (row);
  else if (out == NULL)
    g_print ("%s", proof);
  return FZ_EXIT_DONE;
}

static int
export_log (FzCli *cli, const char *folder, GCancellable *stop)
{
  g_auto (FzLogHead) head = { 0 };
  g_autoptr (GError) error = NULL;

  if (!fz_evidence_export (cli->session, folder, stop, show_progress, NULL, &head, &error))
    return fz_cli_fail (error);
  print_head (cli, &head);
  return FZ_EXIT_DONE;
}

/* What is kept outside, after setting what was said. */
static int
show_outside (FzCli *cli, const FzFields *changes)
{
  static const char *const keys[] = { "stick.folder", "witness.url", "witness.key", NULL };
  static const char *const problems[] = { "stick.problem", "witness.problem", "token.problem" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) kept = NULL;
  gboolean said = FALSE, missed = FALSE;

  for (guint i = 0; keys[i] != NULL; i++)
    said = said || fz_fields_has (changes, keys[i]);
  if (said && !fz_desk_set_outside (cli->session, changes, &error))
    return fz_cli_fail (error);
  kept = fz_desk_outside (cli->session, &error);
  if (kept == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (kept);
  else
    fz_cli_print_row (kept, (const char *const[]){ "stick.folder", "stick.size", "stick.problem", "witness.url", "witness.size", "witness.problem",
                                                   "token.name", "token.size", "token.problem", NULL });
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    missed = missed || fz_fields_has (kept, problems[i]);
  return missed ? FZ_EXIT_NO : FZ_EXIT_DONE;
}

static gboolean
is_well_used (int argc, char **argv, gint64 limit)
{
  static const struct {
    const char *word;
    int arguments;
  } actions[] = { { "head", 2 }, { "list", 2 }, { "verify", 2 }, { "prove", 3 }, { "export", 3 }, { "outside", 2 } };

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].word, argv[1]))
      return argc == actions[i].arguments && limit >= 0;
  return FALSE;
}

int
fz_cli_audit (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "audit" };
  g_autofree char *out = NULL, *qr = NULL, *stick = NULL, *witness = NULL, *witness_key = NULL;
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.outside/v1");
  gint64 limit = 0;
  const GOptionEntry more[] = { { "limit", 0, 0, G_OPTION_ARG_INT64, &limit, N_ ("list：最多列出几条（默认全部）"), "N" },
                                { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, N_ ("prove：写成 STEM.entry 与 STEM.proof"), "STEM" },
                                { "qr", 0, 0, G_OPTION_ARG_FILENAME, &qr, N_ ("head：另存检查点凭条（A6 的 PDF，带二维码）"), "FILE" },
                                { "stick", 0, 0, G_OPTION_ARG_FILENAME, &stick, N_ ("outside：检查点也写到这个文件夹（如 U 盘）；“-”停用"), "DIR" },
                                { "witness", 0, 0, G_OPTION_ARG_STRING, &witness, N_ ("outside：请这个地址的见证方签署检查点；“-”停用"), "URL" },
                                { "witness-key", 0, 0, G_OPTION_ARG_STRING, &witness_key, N_ ("outside：见证方的公钥"), "VKEY" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "head|list|verify|prove N|export DIR|outside",
                           _ ("head 日志的条数、根哈希与检查点；list 记录，新的在前；verify 逐条核验；prove 一条记录的存在性证明；\n"
                              "export 以 C2SP tlog-tiles 导出整份日志；outside 检查点在库外的留存。导出的内容由 fuzhen-verify 独立核验。审计管理员使用。\n"),
                           more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!is_well_used (argc, argv, limit))
    return fz_cli_misuse ("audit", _ ("请给出 head、list、verify、prove N、export DIR 或 outside。"));
  cli.stop = fz_cli_watch_signals ();
  code = fz_cli_sign_in (&cli, FZ_ROLE_AUDIT);
  if (code != FZ_CLI_GO_ON)
    return code;
  switch (argv[1][0]) {
  case 'h':
    return show_head (&cli, qr);
  case 'l':
    return list_entries (&cli, limit);
  case 'v':
    return verify (&cli, cli.stop);
  case 'p':
    return prove (&cli, argv[2], out);
  case 'o':
    fz_fields_set (changes, "stick.folder", stick);
    fz_fields_set (changes, "witness.url", witness);
    fz_fields_set (changes, "witness.key", witness_key);
    return show_outside (&cli, changes);
  default:
    return export_log (&cli, argv[2], cli.stop);
  }
}

int
fz_cli_rebuild (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "rebuild" };
  gboolean check = FALSE;
  const GOptionEntry more[] = { { "check", 0, 0, G_OPTION_ARG_NONE, &check, N_ ("只比对，不改动"), NULL }, G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "--check", _ ("由全部文书重新推算就诊与处方的状态，与现有数据比对。审计管理员使用。\n"), more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (FzFields) sum = fz_fields_new ("fuzhen.rebuild/v1");
  guint visits = 0;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!check || argc > 1)
    return fz_cli_misuse ("rebuild", _ ("请给出 --check。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AUDIT);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (!fz_desk_rebuild_check (cli.session, &visits, &differences, NULL, fz_cli_show_part, NULL, &error))
    return fz_cli_fail (error);
  fz_fields_set_int (sum, "visits", visits);
  fz_fields_set_int (sum, "differences", differences->len);
  for (guint i = 0; i < differences->len && i < 100; i++)
    fz_fields_set_at (sum, "difference", i, NULL, differences->pdata[i]);
  if (cli.json)
    fz_cli_print_json (sum);
  else {
    for (guint i = 0; i < differences->len; i++)
      g_print ("%s\n", (const char *) differences->pdata[i]);
    g_print (_ ("共%u次就诊，%u处不一致。\n"), visits, differences->len);
  }
  if (differences->len == 0)
    return FZ_EXIT_DONE;
  g_printerr (_ ("fuzhen: 数据与文书不一致。请停止使用并保留现场，由审计管理员核查。\n"));
  return FZ_EXIT_NO;
}
