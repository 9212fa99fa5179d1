#include "app/cli_private.h"

#include "app/cli_json.h"

#include <glib/gi18n-lib.h>

static int
list_reports (FzCli *cli)
{
  int code = fz_cli_sign_in (cli, FZ_ROLE_AFFAIRS);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = code == FZ_CLI_GO_ON ? fz_desk_list_reports (cli->session, &error) : NULL;

  if (rows == NULL)
    return code == FZ_CLI_GO_ON ? fz_cli_fail (error) : code;
  for (guint i = 0; i < rows->len; i++)
    if (cli->json)
      fz_cli_print_json (rows->pdata[i]);
    else
      g_print ("%s\t%s\t%s\n", fz_fields_get (rows->pdata[i], "name"), fz_fields_get (rows->pdata[i], "title"), fz_fields_get (rows->pdata[i], "words"));
  return FZ_EXIT_DONE;
}

typedef struct {
  char *from, *to, *format, *out, *department, *person;
} Given;

static void
given_clear (Given *given)
{
  g_free (given->from);
  g_free (given->to);
  g_free (given->format);
  g_free (given->out);
  g_free (given->department);
  g_free (given->person);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

static int
make (FzCli *cli, const char *name, const Given *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.report_file/v1");
  FzReportWanted wanted = { .name = name, .department = given->department, .person = given->person };
  int code;

  if (!fz_cli_parse_time (given->from, FALSE, &wanted.from_us, &error) || !fz_cli_parse_time (given->to, TRUE, &wanted.to_us, &error))
    return fz_cli_misuse ("report", error->message);
  if (wanted.to_us <= wanted.from_us)
    return fz_cli_misuse ("report", _ ("--to 早于 --from。"));
  code = fz_cli_sign_in (cli, FZ_ROLE_AFFAIRS);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (!fz_desk_report_save (cli->session, &wanted, given->format, given->out, &error))
    return fz_cli_fail (error);
  fz_fields_set (row, "report", name);
  fz_fields_set (row, "out", given->out);
  if (cli->json)
    fz_cli_print_json (row);
  return FZ_EXIT_DONE;
}

int
fz_cli_report (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "report" };
  g_auto (Given) given = { 0 };
  const GOptionEntry more[] = { { "from", 0, 0, G_OPTION_ARG_FILENAME, &given.from, N_ ("起（含）"), "D" },
                                { "to", 0, 0, G_OPTION_ARG_FILENAME, &given.to, N_ ("止（日期含当日）"), "D" },
                                { "format", 0, 0, G_OPTION_ARG_FILENAME, &given.format, N_ ("文件格式"), "xlsx|csv|pdf" },
                                { "out", 0, 0, G_OPTION_ARG_FILENAME, &given.out, N_ ("写入文件"), "F" },
                                { "department", 0, 0, G_OPTION_ARG_FILENAME, &given.department, N_ ("只统计这个科室（诊疗科目代码），报表允许时"), "C" },
                                { "person", 0, 0, G_OPTION_ARG_FILENAME, &given.person, N_ ("只统计这位人员（工号），报表允许时"), "N" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list | NAME --from D --to D --format xlsx|csv|pdf --out F [--department C|--person N]", _ ("list 列出报表名称。医务管理使用。\n"), more, &argc, &argv);
  static const char *const formats[] = { "xlsx", "csv", "pdf", NULL };

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc == 2 && g_str_equal (argv[1], "list"))
    return list_reports (&cli);
  if (argc != 2 || given.from == NULL || given.to == NULL || given.out == NULL || given.format == NULL ||
      !g_strv_contains (formats, given.format))
    return fz_cli_misuse ("report", _ ("请给出 list，或报表名称及 --from、--to、--format（xlsx、csv、pdf）、--out。"));
  return make (&cli, argv[1], &given);
}
