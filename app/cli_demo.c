#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/demo.h"
#include "app/demo_people.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

typedef struct {
  gboolean json;
} Show;

static void
show_step (const FzFields *step, guint done, guint total, gpointer data)
{
  Show *show = data;

  if (show->json)
    fz_cli_print_json (step);
  else if (isatty (STDERR_FILENO))
    g_printerr ("\r%u/%u  %-12s", done, total, fz_fields_get (step, "step"));
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

int
fz_cli_demo (int argc, char **argv)
{
  int visits = 12;
  gint64 seed = 1;
  g_autofree char *date = NULL, *config = NULL, *data = NULL;
  gboolean json = FALSE, people = FALSE;
  const GOptionEntry entries[] = { { "visits", 0, 0, G_OPTION_ARG_INT, &visits, N_ ("就诊次数"), "N" },
                                   { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_ ("种子：相同的种子与日期得到相同的文书"), "S" },
                                   { "date", 0, 0, G_OPTION_ARG_STRING, &date, N_ ("演示的日期（默认昨天，北京时间）"), "D" },
                                   { "platform-config", 0, 0, G_OPTION_ARG_FILENAME, &config, N_ ("监管平台接入配置"), "FILE.json" },
                                   { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_ ("本地库目录"), "DIR" },
                                   { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("输出 JSON"), NULL },
                                   { "people", 0, 0, G_OPTION_ARG_NONE, &people, N_ ("列出演示人员"), NULL },
                                   G_OPTION_ENTRY_NULL };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("— 建立演示库并演示一天"));
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) sum = NULL;
  Show show;
  FzDemo demo = { 0 };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1 || visits < 0 || visits > 10000) {
    g_printerr ("fuzhen demo: %s\n", error != NULL ? error->message : _ ("参数不正确，运行 fuzhen demo --help 查看用法。"));
    return 2;
  }
  if (people)
    return list_people (json);
  show.json = json;
  demo.data_dir = data;
  demo.visits = (guint) visits;
  demo.seed = (guint64) seed;
  demo.live = date == NULL;
  demo.platform_config = config;
  demo.date = fz_date_add_days (fz_date_in_beijing (g_get_real_time ()), -1);
  demo.step = show_step;
  demo.step_data = &show;
  if (date != NULL && !fz_date_parse (date, &demo.date, &error))
    return fz_cli_fail (error);
  sum = fz_demo_play (&demo, &error);
  if (!json && isatty (STDERR_FILENO))
    g_printerr ("\n");
  if (sum == NULL)
    return fz_cli_fail (error);
  if (json)
    fz_cli_print_json (sum);
  else
    g_print (_ ("演示库已建立：就诊 %s 次，处方 %s 张，已上报 %s 条。\n"), fz_fields_get (sum, "visits"), fz_fields_get (sum, "prescriptions"),
             fz_fields_get (sum, "uploaded"));
  return 0;
}
