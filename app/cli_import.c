#include "app/cli_private.h"

#include "app/added_messages.h"
#include "app/cli_json.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* One line a problem, then the number; bad input stays bad input even when good parts went in. */
static int
conclude (const FzCli *cli, FzFields *row, GPtrArray *problems, gboolean forgiven, const GError *error)
{
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    g_printerr ("%s\n", (const char *) problems->pdata[i]);
  if (error != NULL && (problems == NULL || problems->len == 0))
    return fz_cli_fail (error);
  for (guint i = 0; problems != NULL && i < problems->len && i < 100; i++)
    fz_fields_set_at (row, "problem", i, NULL, problems->pdata[i]);
  if (cli->json)
    fz_cli_print_json (row);
  if (error != NULL)
    return fz_cli_fail (error);
  if (problems == NULL || problems->len == 0 || forgiven)
    return FZ_EXIT_DONE;
  g_printerr (_ ("fuzhen: 有%u处不合格，对应的部分没有接收。请改正后重新提交。\n"), problems->len);
  return FZ_EXIT_USAGE;
}

int
fz_cli_intake (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "intake" };
  int code = fz_cli_begin (&cli, "PATH", _ ("接收复诊申请包：文件夹或 zip（visit.json 与证明材料图片），每包全收或全不收。\n"), NULL, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.taken/v1");
  guint taken = 0;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc != 2)
    return fz_cli_misuse ("intake", _ ("请给出文件夹或 zip 文件。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AFFAIRS);
  if (code != FZ_CLI_GO_ON)
    return code;
  fz_desk_intake (cli.session, argv[1], &taken, &problems, &error);
  fz_fields_set_int (row, "taken", taken);
  code = conclude (&cli, row, problems, FALSE, error);
  if (!cli.json && error == NULL)
    g_print (_ ("已接收 %u 份申请。\n"), taken);
  return code;
}

/* What was read waits for two signatures; no command signs for a person. */
static void
say_staged (const FzFields *staged)
{
  const char *id = fz_fields_get (staged, "staged.id");
  gint64 rows = 0, changes = 0;

  fz_fields_get_int (staged, "staged.n_rows", &rows);
  fz_fields_get_int (staged, "staged.n_changes", &changes);
  if (id == NULL)
    g_print (_ ("已核对 %" PRId64 " 行，与现行药品目录相同，没有需要变更的品种。\n"), rows);
  else
    g_print (_ ("已核对 %" PRId64 " 行，其中 %" PRId64 " 行与现行目录不同，存为 %s；目录尚未改动：请在窗口“药品目录”中由一人签名提出、另一人批准。\n"), rows, changes,
             id);
}

static int
import_drugs (FzCli *cli, const char *path, gboolean skip_bad)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (FzFields) staged = fz_desk_stage_catalogue (cli->session, path, skip_bad, &problems, cli->stop, NULL, NULL, &error), row = fz_fields_new ("fuzhen.taken/v1");
  gint64 rows = 0, changes = 0;

  if (staged == NULL) {
    fz_fields_set_int (row, "rows", 0);
    return conclude (cli, row, problems, skip_bad, error);
  }
  fz_fields_get_int (staged, "staged.n_rows", &rows);
  fz_fields_get_int (staged, "staged.n_changes", &changes);
  fz_fields_set_int (row, "rows", rows);
  fz_fields_set_int (row, "changes", changes);
  fz_fields_set (row, "staged", fz_fields_get (staged, "staged.id"));
  if (!cli->json)
    say_staged (staged);
  return conclude (cli, row, problems, skip_bad, NULL);
}

/* diagnoses or knowledge. */
static int
import_rows (FzCli *cli, const char *what, const char *path, gboolean skip_bad)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.taken/v1");
  guint rows = 0;
  int code;

  fz_desk_import (cli->session, what, path, skip_bad, &rows, &problems, &error);
  fz_fields_set_int (row, "rows", error == NULL ? rows : 0);
  code = conclude (cli, row, problems, skip_bad, error);
  if (!cli->json && error == NULL)
    g_print (g_str_equal (what, "knowledge") ? _ ("已导入，共 %u 行，尚未启用：请在窗口“规则”的“药品知识”中提出，再由另一人批准。\n") : _ ("已导入 %u 行。\n"), rows);
  return code;
}

static int
import_record (FzCli *cli, const char *path, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (FzFields) taken = fz_desk_import_record (cli->session, visit, path, &problems, &error), row = fz_fields_new ("fuzhen.taken/v1");

  if (taken == NULL && problems != NULL && problems->len > 0)
    return conclude (cli, row, problems, FALSE, NULL);
  if (taken == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (taken);
  else
    g_print (_ ("已导入%s的病历：诊断%s项，药品%s项，质量提示%s项；就诊 %s。\n"), fz_fields_get (taken, "institution"), fz_fields_get (taken, "n_diagnoses"),
             fz_fields_get (taken, "n_medicines"), fz_fields_get (taken, "n_defects"), fz_fields_get (taken, "visit.00"));
  return FZ_EXIT_DONE;
}

/* --- messages of the platform --- */

typedef struct {
  gboolean check;
  char *since;
  int pin_fd;
} Proposal;

static gboolean
propose (FzCli *cli, const char *path, const Proposal *given, FzFields *row, GError **error)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (cli->session))), *id = NULL;
  const char *files[] = { path, NULL };
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  fz_fields_set (values, "field.since", given->since != NULL ? given->since : today);
  sheet = fz_desk_prepare_entry (cli->session, FZ_ADDED_REGISTER, NULL, "propose", values, NULL, files, error);
  pin = sheet != NULL ? fz_cli_read_pin (cli, given->pin_fd, error) : NULL;
  if (pin == NULL || !fz_desk_sign_sheet (cli->session, sheet, pin, &ids, error))
    return FALSE;
  id = g_strndup (ids->pdata[0], (gsize) (g_strrstr (ids->pdata[0], "-entry-") - (const char *) ids->pdata[0]));
  fz_fields_set (row, "id", id);
  return TRUE;
}

/* Another person adopts it in the window; here it is checked, and proposed by who signs for it. */
static int
import_messages (FzCli *cli, const char *path, const Proposal *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) read = fz_added_read (cli->desk, path, &error), row = fz_fields_new ("fuzhen.proposed/v1");

  if (read == NULL || (!given->check && !propose (cli, path, given, row, &error)))
    return fz_cli_fail (error);
  fz_fields_set (row, "subject", fz_fields_get (read, "field.subject"));
  fz_fields_set (row, "methods", fz_fields_get (read, "field.methods"));
  fz_fields_set (row, "sha256", fz_fields_get (read, "field.sha256"));
  if (cli->json)
    fz_cli_print_json (row);
  else if (given->check)
    g_print (_ ("%s\n%s\n可以使用，尚未提出。\n"), fz_fields_get (row, "subject"), fz_fields_get (row, "methods"));
  else
    g_print (_ ("%s\n%s\n已提出为 %s，尚未启用：请由另一人在窗口台账“监管平台报文补充定义”中核对。\n"), fz_fields_get (row, "subject"), fz_fields_get (row, "methods"), fz_fields_get (row, "id"));
  return FZ_EXIT_DONE;
}

int
fz_cli_import (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "import" };
  gboolean skip_bad = FALSE;
  g_autofree char *visit = NULL, *since = NULL;
  Proposal given = { .pin_fd = -1 };
  const GOptionEntry more[] = { { "visit", 0, 0, G_OPTION_ARG_STRING, &visit, N_ ("病历：只导入这一次就诊"), "ID" },
                                { "check", 0, 0, G_OPTION_ARG_NONE, &given.check, N_ ("platform-messages：只核对，不提出"), NULL },
                                { "since", 0, 0, G_OPTION_ARG_STRING, &since, N_ ("platform-messages：施行日，默认今天"), "D" },
                                { "pin-fd", 0, 0, G_OPTION_ARG_INT, &given.pin_fd, N_ ("从此文件描述符读取签名密码"), "N" },
                                { "skip-bad", 0, 0, G_OPTION_ARG_NONE, &skip_bad, N_ ("跳过不合格的行"), NULL }, G_OPTION_ENTRY_NULL };
  static const char *const kinds[] = { "drugs", "diagnoses", "calendar", "knowledge", "record", "platform-messages", NULL };
  int code = fz_cli_begin (&cli, "drugs|diagnoses|calendar FILE.csv|FILE.xlsx | knowledge FILE.zip|FOLDER | record FILE.json|FILE.xml [--visit ID] | platform-messages FILE.json [--check]",
                           _ ("导入目录、节假日安排或药品知识库：逐行检查，有一行不合格就一行也不导入（目录和节假日可用 --skip-bad）。药品目录和药品知识库只存为待提交的变更，\n须在窗口中由两人签名后才生效；节假日安排导入即生效，列为 day、kind（rest 放假，work 调休上班）、name、source。record 导入一份院外病历，作为该患者未结束的复诊的既往资料。platform-messages 核对一份监管平台报文定义，以本人的签名密码提出，由另一人在窗口核对启用。医务管理使用。\n"),
                           more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc != 3 || !g_strv_contains (kinds, argv[1]))
    return fz_cli_misuse ("import", _ ("请给出 drugs、diagnoses 或 calendar 以及 CSV 或 Excel（.xlsx）文件，或 knowledge 以及装有全部文件的 zip 或文件夹，或 record 以及病历文件（JSON 或 XML），或 platform-messages 以及报文定义文件（JSON）。"));
  if ((visit != NULL && !g_str_equal (argv[1], "record")) || (skip_bad && g_str_equal (argv[1], "record")))
    return fz_cli_misuse ("import", _ ("--visit 只用于 record，--skip-bad 不用于 record。"));
  if (!g_str_equal (argv[1], "platform-messages") ? given.check || since != NULL || given.pin_fd >= 0 : skip_bad)
    return fz_cli_misuse ("import", _ ("--check、--since 和 --pin-fd 只用于 platform-messages，--skip-bad 不用于它。"));
  if (skip_bad && g_str_equal (argv[1], "knowledge"))
    return fz_cli_misuse ("import", _ ("药品知识库不能跳过不合格的行：缺了一行，检查就会漏掉一处。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AFFAIRS);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (g_str_equal (argv[1], "record"))
    return import_record (&cli, argv[2], visit);
  given.since = since;
  if (g_str_equal (argv[1], "platform-messages"))
    return import_messages (&cli, argv[2], &given);
  return g_str_equal (argv[1], "drugs") ? import_drugs (&cli, argv[2], skip_bad) : import_rows (&cli, argv[1], argv[2], skip_bad);
}
