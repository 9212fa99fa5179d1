#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/demo.h"
#include "app/demo_people.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#define YEAR 365
#define MOST_DAYS 366

typedef struct {
  gboolean json;
  guint days;
  gint64 began_us; /* running time */
} Show;

/* How long still, by how long it took so far; NULL: too early to say. (transfer full) */
static char *
rest_words (const Show *show, guint done, guint total)
{
  gint64 gone_us = g_get_monotonic_time () - show->began_us, rest_s = done > 0 ? gone_us * (gint64) (total - MIN (done, total)) / done / G_USEC_PER_SEC : 0;

  if (done == 0 || gone_us < 2 * G_USEC_PER_SEC)
    return NULL;
  return rest_s < 60 ? g_strdup_printf (_ ("还需约 %d 秒"), (int) rest_s) : g_strdup_printf (_ ("还需约 %d 分钟"), (int) (rest_s + 30) / 60);
}

static void
show_step (const FzFields *step, guint done, guint total, gpointer data)
{
  Show *show = data;

  if (show->json) {
    /* A line says that a step is durable: it must not wait in a buffer for the next. */
    fz_cli_print_json (step);
    fflush (stdout);
  }
  else if (g_str_equal (fz_fields_get (step, "step"), "planned"))
    g_printerr (_ ("演示 %u 天，共 %u 次就诊。\n"), show->days, total);
  else if (isatty (STDERR_FILENO)) {
    g_autofree char *rest = rest_words (show, done, total);

    g_printerr ("\r%u/%u  %-28s  %-20s", done, total, fz_fields_get (step, "step"), rest != NULL ? rest : "");
  }
}

static int
list_people (gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = fz_demo_people (&error);

  if (people == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < people->len; i++) {
    const FzFields *person = people->pdata[i];

    if (json)
      fz_cli_print_json (person);
    else
      g_print ("%s\t%s\t%s\t%s\t%s\n", fz_fields_get (person, "number"), fz_fields_get (person, "name"), fz_fields_get (person, "role"),
               fz_fields_get (person, "password"), fz_fields_get (person, "pin"));
  }
  return 0;
}

/* Exit code FZ_CLI_GO_ON, or why not. */
static int
fill (FzDemo *demo, gint64 visits, gint64 days, const char *date)
{
  g_autoptr (GError) error = NULL;

  if (visits < 0 || visits > 10000)
    return fz_cli_misuse ("demo", _ ("就诊次数应为0至10000。"));
  if (days < 1 || days > MOST_DAYS)
    return fz_cli_misuse ("demo", _ ("天数应为1至366。"));
  demo->visits = (guint) visits;
  demo->days = (guint) days;
  demo->live = date == NULL;
  demo->date = fz_date_add_days (fz_date_in_beijing (g_get_real_time ()), -1);
  if (date != NULL && !fz_date_parse (date, &demo->date, &error))
    return fz_cli_misuse ("demo", error->message);
  return FZ_CLI_GO_ON;
}

static int
play (FzDemo *demo, Show *show)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) sum = NULL;
  g_autoptr (GCancellable) stop = NULL;

  demo->step = show_step;
  demo->step_data = show;
  if (demo->days > 1) /* minutes: what is broken off is never taken for a hospital, and Ctrl+C leaves nothing */
    stop = demo->stop = fz_cli_watch_signals ();
  sum = demo->days > 1 ? fz_demo_play_whole (demo, &error) : fz_demo_play (demo, &error);
  if (!show->json && isatty (STDERR_FILENO))
    g_printerr ("\n");
  if (sum == NULL)
    return fz_cli_fail (error);
  if (show->json)
    fz_cli_print_json (sum);
  else
    g_print (_ ("演示库已建立：就诊 %s 次，处方 %s 张，已上报 %s 条。\n"), fz_fields_get (sum, "visits"), fz_fields_get (sum, "prescriptions"),
             fz_fields_get (sum, "uploaded"));
  return FZ_EXIT_DONE;
}

int
fz_cli_demo (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "demo" };
  gint64 visits = 12, seed = 1, days = 1;
  g_autofree char *date = NULL, *config = NULL, *front = NULL;
  gboolean people = FALSE, year = FALSE;
  const GOptionEntry more[] = { { "visits", 0, 0, G_OPTION_ARG_INT64, &visits, N_ ("就诊次数"), "N" },
                                { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_ ("种子：相同的种子与日期得到相同的文书"), "S" },
                                { "date", 0, 0, G_OPTION_ARG_FILENAME, &date, N_ ("演示的日期（默认昨天，北京时间）"), "D" },
                                { "days", 0, 0, G_OPTION_ARG_INT64, &days, N_ ("演示到这一天为止的天数；此前各天的就诊和台账按季节、星期和节假日"), "N" },
                                { "year", 0, 0, G_OPTION_ARG_NONE, &year, N_ ("演示一整年，即 --days 365；约一千二百次就诊，约十分钟，约700MB磁盘；给出平台配置时每天上报"), NULL },
                                { "platform-config", 0, 0, G_OPTION_ARG_FILENAME, &config, N_ ("监管平台接入配置（只能是本机）"), "FILE.json" },
                                { "front-config", 0, 0, G_OPTION_ARG_FILENAME, &front, N_ ("医院前端接入配置（只能是本机的模拟器）"), "FILE.json" },
                                { "people", 0, 0, G_OPTION_ARG_NONE, &people, N_ ("列出演示人员及其公开的口令"), NULL },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, NULL, _ ("建立演示库并按脚本演示一天。演示库在每个界面和打印件上都有标记，只能连接本机的平台。\n"), more, &argc, &argv);
  Show show = { cli.json, 1, g_get_monotonic_time () };
  FzDemo demo = { 0 };

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 1)
    return fz_cli_misuse ("demo", _ ("没有参数，只有选项。"));
  if (people)
    return list_people (cli.json);
  code = fill (&demo, visits, year ? YEAR : days, date);
  if (code != FZ_CLI_GO_ON)
    return code;
  show.days = demo.days;
  demo.data_dir = cli.data;
  demo.seed = (guint64) seed;
  demo.platform_config = config;
  demo.front_config = front;
  return play (&demo, &show);
}
