#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/cli_staff.h"
#include "app/demo_people.h"
#include "app/recover.h"
#include "core/say.h"
#include "db/shares.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <string.h>

int
fz_cli_backup (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "backup" };
  int code = fz_cli_begin (&cli, "FILE", _ ("在线备份到一个文件，写完后读回核对。系统管理员使用。\n"), NULL, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.backup_done/v1");
  GStatBuf info = { 0 };

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc != 2)
    return fz_cli_misuse ("backup", _ ("请给出备份文件名。"));
  if (g_file_test (argv[1], G_FILE_TEST_EXISTS))
    return fz_cli_misuse ("backup", _ ("这个文件已经存在，请换一个文件名。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_SYSTEM);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (!fz_desk_backup (cli.session, argv[1], NULL, fz_cli_show_part, NULL, &error))
    return fz_cli_fail (error);
  fz_fields_set (row, "file", argv[1]);
  fz_fields_set_int (row, "bytes", g_stat (argv[1], &info) == 0 ? (gint64) info.st_size : 0);
  if (cli.json)
    fz_cli_print_json (row);
  else
    g_print (_ ("备份完成并已读回核对：%s\n"), argv[1]);
  return FZ_EXIT_DONE;
}

/* --- restore --- */

static void
print_restored (const FzCli *cli, const FzRestoreInfo *info, GPtrArray *codes)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.restored/v1");

  fz_fields_set_int (row, "audit_size", (gint64) info->backup.log_size);
  fz_fields_set_time (row, "made_at", info->backup.made_at);
  fz_fields_set_int (row, "gap", (gint64) info->gap);
  for (guint i = 0; i < codes->len; i++)
    fz_cli_print_code (cli->json, codes->pdata[i]);
  if (cli->json) {
    fz_cli_print_json (row);
    return;
  }
  g_print (_ ("已恢复。每个人都要凭登记码重新登记；旧的签名密钥已停用。\n"));
  if (info->gap > 0)
    g_print (_ ("备份之后还有%" PRIu64 "条审计记录不在这份备份里，已记入审计。\n"), info->gap);
}

static char *
text_of (const FzSecret *share)
{
  return g_strndup ((const char *) fz_secret_get (share), fz_secret_size (share));
}

static int
restore (FzCli *cli, const char *file, const FzSecret *const shares[2])
{
  g_autofree char *a = text_of (shares[0]), *b = text_of (shares[1]);
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) error = NULL;
  FzRecoverWatch watch = { .progress = fz_cli_show_part, .span = 1 };
  FzRestoreInfo info = { 0 };

  cli->desk = fz_recover_into (file, cli->data, a, b, &watch, &info, &codes, &error);
  fz_secret_wipe (a, strlen (a));
  fz_secret_wipe (b, strlen (b));
  if (cli->desk == NULL)
    return fz_cli_fail (error);
  print_restored (cli, &info, codes);
  return FZ_EXIT_DONE;
}

/* --- shares, for restore and drill --- */

static int
read_number (const char *text)
{
  gint64 number = 0;

  return text != NULL && fz_cli_parse_number (text, &number, NULL) && number < 1024 ? (int) number : -2;
}

/* Both by descriptor, or both asked for at the terminal. */
static gboolean
are_two_or_none (GStrv fds)
{
  guint given = fds != NULL ? g_strv_length (fds) : 0;

  return given == 0 || (given == 2 && read_number (fds[0]) >= 0 && read_number (fds[1]) >= 0);
}

static gboolean
read_shares (GStrv fds, FzSecret **out_first, FzSecret **out_second, GError **error)
{
  *out_first = fz_cli_read_secret (fds != NULL ? read_number (fds[0]) : -1, _ ("第一份恢复份额"), error);
  *out_second = *out_first != NULL ? fz_cli_read_secret (fds != NULL ? read_number (fds[1]) : -1, _ ("第二份恢复份额"), error) : NULL;
  return *out_second != NULL;
}

int
fz_cli_restore (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "restore" };
  g_auto (GStrv) fds = NULL;
  const GOptionEntry more[] = { { "share-fd", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &fds, N_ ("从此文件描述符读取一份恢复份额；给两次"), "N" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "FILE --data DIR --share-fd N --share-fd M", _ ("用两份恢复份额把备份恢复到一个空文件夹，并为每人发放登记码。\n"), more,
                           &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) first = NULL, second = NULL;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc != 2 || cli.data == NULL || !are_two_or_none (fds))
    return fz_cli_misuse ("restore", _ ("请给出备份文件、--data 和两个 --share-fd。"));
  if (!read_shares (fds, &first, &second, &error))
    return fz_cli_fail (error);
  return restore (&cli, argv[1], (const FzSecret *const[2]) { first, second });
}

/* --- drill --- */

static int
print_report (const FzCli *cli, const FzFields *report)
{
  gint64 took_ms = 0;
  g_autofree char *made = NULL;
  gint64 made_us = 0;
  gboolean agrees = fz_fields_is_yes (report, "log_agrees");

  fz_fields_get_int (report, "took_ms", &took_ms);
  fz_fields_get_time (report, "made_at", &made_us);
  made = fz_say_moment_exactly (made_us);
  if (cli->json)
    fz_cli_print_json (report);
  else
    g_print (_ ("恢复演练：%s（备份于 %s）\n用时 %.1f 秒，审计记录 %s 条全部核对，就诊 %s 次由文书重新推算，不一致 %s 处。\n"), fz_fields_get (report, "file"), made,
             (double) took_ms / 1000, fz_fields_get (report, "audit_size"), fz_fields_get (report, "visits"), fz_fields_get (report, "differences"));
  if (!cli->json && agrees)
    g_print (_ ("如果只剩这份备份，将缺少 %s 份文书、%s 条审计记录。\n"), fz_fields_get (report, "documents_since"), fz_fields_get (report, "entries_since"));
  if (g_strcmp0 (fz_fields_get (report, "outcome"), "good") == 0)
    return FZ_EXIT_DONE;
  for (guint i = 0; i < fz_fields_count (report, "difference"); i++)
    g_printerr ("%s\n", fz_fields_get_at (report, "difference", i, NULL));
  if (fz_fields_has (report, "difference.00"))
    g_printerr (_ ("fuzhen: 备份能够打开，但内容与文书不一致。请保留这份备份和当前数据，联系系统管理员。\n"));
  if (!agrees)
    g_printerr (_ ("fuzhen: 备份的审计日志与正在使用的不是同一条：备份来自另一个库，或者正在使用的库被退回、改写过。请保留这份备份和当前数据，联系系统管理员和安全管理员。\n"));
  return FZ_EXIT_NO;
}

/* Signed by who is at the terminal when a PIN is given; the audit entry stands in any case. */
static gboolean
sign_report (FzCli *cli, FzSheet *sheet, int pin_fd, FzFields *report, GError **error)
{
  gboolean published = pin_fd < 0 && cli->staff == NULL && fz_desk_is_demo (cli->desk);
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  if (pin_fd < 0 && !published)
    return TRUE;
  pin = published ? fz_demo_pin (cli->session->number) : fz_cli_read_secret (pin_fd, _ ("签名密码（PIN）"), error);
  if (pin == NULL || !fz_desk_sign_sheet (cli->session, sheet, pin, &ids, error))
    return FALSE;
  fz_fields_set (report, "document", ids->pdata[0]);
  return TRUE;
}

/* What became of it, by the code that its failure would have had. */
static int
end_drill (const FzCli *cli, const FzFields *report)
{
  g_autoptr (GError) why = NULL;
  gint64 code = 0;

  if (!fz_fields_get_int (report, "problem_code", &code))
    return print_report (cli, report);
  g_set_error_literal (&why, FZ_ERROR, (int) code, fz_fields_get (report, "problem"));
  return fz_cli_fail (why);
}

int
fz_cli_drill (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "drill" };
  g_auto (GStrv) fds = NULL;
  int pin_fd = -1;
  const GOptionEntry more[] = { { "share-fd", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &fds, N_ ("从此文件描述符读取一份恢复份额；给两次"), "N" },
                                { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, N_ ("从此文件描述符读取签名密码，签署演练报告"), "N" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "[FILE] --share-fd N --share-fd M",
                           _ ("恢复演练：用两份恢复份额把备份（默认最新的每日备份）真正恢复到临时文件夹，全部核对后删除，结果记入审计。\n"
                              "系统管理员使用，份额由保管人当面输入。\n"),
                           more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) first = NULL, second = NULL;
  g_autoptr (FzFields) report = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 2 || !are_two_or_none (fds))
    return fz_cli_misuse ("drill", _ ("请给出两个 --share-fd；备份文件可以省略。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_SYSTEM);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (fds == NULL && cli.staff == NULL && fz_desk_is_demo (cli.desk)) {
    char **published = fz_demo_shares (cli.desk, &error);

    if (published == NULL || g_strv_length (published) < 2)
      return fz_cli_fail (error);
    first = fz_secret_new_from (published[0], strlen (published[0]));
    second = fz_secret_new_from (published[1], strlen (published[1]));
    fz_shares_free (published);
  } else if (!read_shares (fds, &first, &second, &error)) {
    return fz_cli_fail (error);
  }
  sheet = fz_desk_prepare_drill (cli.session, argc == 2 ? argv[1] : NULL, first, second, &report, NULL, fz_cli_show_part, NULL, &error);
  if (sheet == NULL || !sign_report (&cli, sheet, pin_fd, report, &error))
    return fz_cli_fail (error);
  return end_drill (&cli, report);
}
