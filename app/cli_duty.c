/* `fuzhen duty`: who reviews now (审方值班). */
#include "app/cli_private.h"

#include "app/cli_json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static int
list (FzCli *cli)
{
  static const char *const keys[] = { "number", "name", "from", "until", "on_duty", "by", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_duty (cli->session, &error);

  return fz_cli_print_rows (cli, rows, keys, error);
}

static int
print_change (const FzCli *cli, const char *number, gint64 from_us)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.duty_row/v1");

  fz_fields_set (row, "number", number);
  fz_fields_set_time (row, "from", from_us);
  if (cli->json)
    fz_cli_print_json (row);
  return FZ_EXIT_DONE;
}

static int
put (FzCli *cli, const char *number, const char *from, const char *until)
{
  g_autoptr (GError) error = NULL;
  gint64 from_us = 0, until_us = 0;

  if (!fz_cli_parse_time (from, FALSE, &from_us, &error) || !fz_cli_parse_time (until, FALSE, &until_us, &error) ||
      !fz_desk_put_duty (cli->session, number, from_us, until_us, &error))
    return fz_cli_fail (error);
  return print_change (cli, number, from_us);
}

static int
end (FzCli *cli, const char *number, const char *from)
{
  g_autoptr (GError) error = NULL;
  gint64 from_us = 0;

  if (!fz_cli_parse_time (from, FALSE, &from_us, &error) || !fz_desk_end_duty (cli->session, number, from_us, &error))
    return fz_cli_fail (error);
  return print_change (cli, number, from_us);
}

int
fz_cli_duty (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "duty" };
  int code = fz_cli_begin (&cli, "list|put NUMBER FROM UNTIL|end NUMBER FROM",
                           _ ("put 登记药师某段时间审方值班（时间写作 2026-03-02T08:00:00+08:00，一次不超过24小时）；end 结束正在进行的\n"
                              "值班，或撤销尚未开始的。医务管理人员使用；药师可登记自己的。\n"),
                           NULL, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!((argc == 2 && g_str_equal (argv[1], "list")) || (argc == 5 && g_str_equal (argv[1], "put")) ||
        (argc == 4 && g_str_equal (argv[1], "end"))))
    return fz_cli_misuse ("duty", _ ("请给出 list、put 或 end 及其参数。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AFFAIRS);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc == 2)
    return list (&cli);
  return argc == 5 ? put (&cli, argv[2], argv[3], argv[4]) : end (&cli, argv[2], argv[3]);
}
