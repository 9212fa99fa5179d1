#include "app/cli.h"

#include "app/cli_front.h"
#include "app/cli_private.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

static const FzCommand commands[] = {
  { "init", fz_cli_init, N_ ("按机构资料建立新库") },
  { "demo", fz_cli_demo, N_ ("建立演示库并演示一天") },
  { "staff", fz_cli_staff, N_ ("人员账号") },
  { "duty", fz_cli_duty, N_ ("审方药师值班") },
  { "hospital", fz_cli_hospital, N_ ("机构资料：许可证有效期、核准科室、高级职称医师人数") },
  { "enrol", fz_cli_enrol, N_ ("首次登录：用登记码设置口令、签名密码和密钥文件") },
  { "intake", fz_cli_intake, N_ ("接收复诊申请包") },
  { "import", fz_cli_import, N_ ("导入药品目录、诊断目录、节假日安排") },
  { "check", fz_cli_check, N_ ("对就诊或处方草稿作规则与用药检查") },
  { "rules", fz_cli_rules, N_ ("规则集的条款") },
  { "list", fz_cli_list, N_ ("就诊、处方、上报台账、人员、期限列表") },
  { "export", fz_cli_export, N_ ("导出处方、病历、检查材料") },
  { "report", fz_cli_report, N_ ("报表") },
  { "upload", fz_cli_upload, N_ ("向监管平台上报") },
  { "portal", fz_cli_portal, N_ ("监管平台门户填报事项") },
  { "front", fz_cli_front, N_ ("与医院前端交换") },
  { "audit", fz_cli_audit, N_ ("审计日志") },
  { "keys", fz_cli_keys, N_ ("公钥名册") },
  { "signer", fz_cli_signer, N_ ("签名介质与发证机构") },
  { "verify-ca", fz_cli_verify_ca, N_ ("核验文书上的 CA 签名") },
  { "backup", fz_cli_backup, N_ ("在线备份") },
  { "restore", fz_cli_restore, N_ ("用两份恢复份额恢复") },
  { "drill", fz_cli_drill, N_ ("恢复演练") },
  { "rebuild", fz_cli_rebuild, N_ ("由文书重新推算并比对") },
  { "doctor", fz_cli_doctor, N_ ("检查安装环境") },
  { "schema", fz_cli_schema, N_ ("文件格式说明（JSON Schema）") },
};

int
fz_cli_has (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].word, word) == 0)
      return 1;
  return 0;
}

/* A path that is not there or not ours to read is the caller's to mend, whatever library says so. */
static int
code_of_file_error (const GError *error)
{
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ACCES) ||
      g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR) || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR) ||
      g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_PERM) || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ROFS))
    return FZ_EXIT_USAGE;
  return FZ_EXIT_FAULT;
}

int
fz_cli_exit_code (const GError *error)
{
  if (error == NULL || error->domain != FZ_ERROR)
    return error != NULL ? code_of_file_error (error) : FZ_EXIT_FAULT;
  switch ((FzErrorCode) error->code) {
  case FZ_ERROR_INVALID:
  case FZ_ERROR_NOT_FOUND:
  case FZ_ERROR_CONFLICT:
  case FZ_ERROR_UNSUPPORTED:
    return FZ_EXIT_USAGE;
  case FZ_ERROR_REFUSED:
  case FZ_ERROR_PURPOSE:
  case FZ_ERROR_SIGNATURE:
  case FZ_ERROR_TOKEN:
    return FZ_EXIT_DENIED;
  case FZ_ERROR_CORRUPT:
    return FZ_EXIT_DAMAGED;
  case FZ_ERROR_OFFLINE:
  case FZ_ERROR_UNKNOWN_OUTCOME:
    return FZ_EXIT_OFFLINE;
  case FZ_ERROR_REJECTED:
    return FZ_EXIT_NO;
  case FZ_ERROR_LOCKED:
    return FZ_EXIT_IN_USE;
  case FZ_ERROR_RETRY:
  case FZ_ERROR_INTERNAL:
  default:
    return FZ_EXIT_FAULT;
  }
}

int
fz_cli_fail (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_printerr ("fuzhen: %s\n", _ ("已按要求停止，没有做完。请重新运行本命令。"));
    return FZ_EXIT_FAULT;
  }
  g_printerr ("fuzhen: %s\n", error != NULL ? error->message : _ ("程序内部错误。"));
  if (error != NULL && error->domain != FZ_ERROR) /* a library's own words: they say what, not what to do */
    g_printerr ("fuzhen: %s\n", _ ("请检查路径、权限和磁盘空间。"));
  return fz_cli_exit_code (error);
}

int
fz_cli_misuse (const char *command, const char *what)
{
  g_printerr ("fuzhen %s: %s\n", command, what);
  g_printerr (_ ("运行 fuzhen %s --help 查看用法。\n"), command);
  return FZ_EXIT_USAGE;
}

/* Everything here is UTF-8 whatever the locale: a script in the C locale must not get question marks. */
static void
put_out (const char *text)
{
  fputs (text, stdout);
}

static void
put_err (const char *text)
{
  fputs (text, stderr);
}

static int
show_help (void)
{
  g_print ("%s\n\n", _ ("用法：fuzhen [命令 [选项…]]；不带命令时打开窗口，fuzhen open 文件.fzd 查看一份签名文书。"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].word, _ (commands[i].words));
  g_print ("\n%s\n", _ ("fuzhen 命令 --help 查看各命令的选项；fuzhen --version 显示版本。"));
  return FZ_EXIT_DONE;
}

static int
run_command (const char *word, int argc, char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].word, word) == 0)
      return commands[i].run (argc, argv);
  g_printerr (_ ("fuzhen: 没有命令“%s”。\n运行 fuzhen --help 查看全部命令。\n"), word);
  return FZ_EXIT_USAGE;
}

static int
run (int argc, char **argv)
{
  const char *word = argv[0];
  char *help[] = { argc > 1 ? argv[1] : NULL, (char *) "--help", NULL };

  if (g_str_equal (word, "--version") || g_str_equal (word, "version")) {
    g_print ("fuzhen %s\n", FUZHEN_VERSION);
    return FZ_EXIT_DONE;
  }
  if (g_str_equal (word, "--help") || g_str_equal (word, "-h") || (g_str_equal (word, "help") && argc == 1))
    return show_help ();
  if (g_str_equal (word, "help"))
    return run_command (argv[1], 2, help);
  return run_command (word, argc, argv);
}

int
fz_cli_run (int argc, char **argv)
{
  int code;

  g_set_print_handler (put_out);
  g_set_printerr_handler (put_err);
  code = run (argc, argv);
  /* An answer that did not reach its reader is no answer. */
  if (fflush (stdout) != 0 && code == FZ_EXIT_DONE) {
    g_printerr ("fuzhen: %s\n", _ ("结果没有写出去，请检查磁盘空间或管道。"));
    code = FZ_EXIT_FAULT;
  }
  return code;
}
