/* `fuzhen hospital`: what changes of the institution after it was set up (机构资料). */
#include "app/cli_private.h"

#include "app/cli_json.h"

#include <glib/gi18n-lib.h>

static void
print_fact (const char *key, const char *value, gpointer data)
{
  g_print ("%s\t%s\n", key, value);
}

static int
show (FzCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_institution (cli->session, &error);

  if (facts == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (facts);
  else
    fz_fields_foreach (facts, print_fact, NULL);
  return FZ_EXIT_DONE;
}

static int
set (FzCli *cli, int n, char **words)
{
  static const char *const keys[] = { "licence_until", "department", "name", "approved", "physical", "seniors", "associates", "business", "filed", "office", "holder", "recurring", "months", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) changes = fz_cli_read_pairs (n, words, keys, "fuzhen.changes/v1", &error);

  if (changes == NULL || !fz_desk_amend_institution (cli->session, changes, &error))
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (changes);
  return FZ_EXIT_DONE;
}

/* How long a visit may wait; without a word, what is set. */
static int
queue (FzCli *cli, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) status = NULL, row = fz_fields_new ("fuzhen.queue/v1");
  const char *limit;
  gint64 minutes = 0;

  if (word != NULL && !g_str_equal (word, "none") && !fz_cli_parse_number (word, &minutes, &error))
    return fz_cli_misuse ("hospital", error->message);
  if (word != NULL && !fz_desk_set_queue_limit (cli->session, minutes, &error))
    return fz_cli_fail (error);
  status = fz_desk_status (cli->session);
  limit = fz_fields_get (status, "queue.limit_minutes");
  fz_fields_set (row, "limit_minutes", limit != NULL ? limit : "none");
  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print ("%s\n", fz_fields_get (row, "limit_minutes"));
  return FZ_EXIT_DONE;
}

int
fz_cli_hospital (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "hospital" };
  g_autofree char *about = g_strconcat (_ ("set 的 KEY：licence_until（执业许可证有效期至），或 department（诊疗科目代码）连同 approved（yes 或 no，是否核准）、\n"
                              "name、physical（实体医疗机构有无此科目）、seniors、associates（依托的实体医疗机构在该科室的正高、副高医师人数）。医务管理人员使用。\n"),
                                        _ ("business（业务类型代码，如 revisit）连同 filed（yes 或 no）：是否已备案；登记过之后，只有已备案的业务上报。\n"), _ ("office（职务代码，如 medical）连同 holder（工号，无人任职写 -）：逾期事项报告给谁。\n"), _ ("recurring（restore_drill 或 emergency_drill）连同 months：本院规定的间隔（月）。\n"), _ ("queue：候诊超过多少分钟自动拒诊；none 为不限（默认）。\n"), NULL);
  int code = fz_cli_begin (&cli, "show|set KEY=VALUE…|queue [MINUTES|none]", about, NULL, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!((argc == 2 && g_str_equal (argv[1], "show")) || (argc > 2 && g_str_equal (argv[1], "set")) ||
        ((argc == 2 || argc == 3) && g_str_equal (argv[1], "queue"))))
    return fz_cli_misuse ("hospital", _ ("请给出 show、queue，或 set 及要更改的内容。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AFFAIRS);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (g_str_equal (argv[1], "queue"))
    return queue (&cli, argv[2]);
  return argc == 2 ? show (&cli) : set (&cli, argc - 2, argv + 2);
}
