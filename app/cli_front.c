#include "app/cli_front.h"

#include "app/cli_json.h"
#include "app/cli_private.h"
#include "app/front_thread.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  gboolean once, off;
  char *config, *reason;
} Given;

static const char *
kind_word (FzFrontAnswerKind kind)
{
  switch (kind) {
  case FZ_FRONT_GOOD:
    return "good";
  case FZ_FRONT_LATER:
    return "later";
  case FZ_FRONT_TAKEN:
  case FZ_FRONT_MISSING:
  case FZ_FRONT_WRONG:
  default:
    return "wrong";
  }
}

static int
exchange (FzCli *cli)
{
  g_auto (FzFrontRound) round = { 0 };
  g_autoptr (FzFields) sum = fz_fields_new ("fuzhen.front_sum/v1");
  g_autoptr (GError) error = NULL;

  if (!fz_session_may (cli->session, "upload.run", "store", NULL, &error) || !fz_front_exchange_once (cli->desk, &round, &error))
    return fz_cli_fail (error);
  fz_fields_set (sum, "state", kind_word (round.kind));
  fz_fields_set_int (sum, "delivered", round.delivered);
  fz_fields_set_int (sum, "refused", round.refused);
  fz_fields_set_int (sum, "received", round.received);
  fz_fields_set (sum, "words", round.words);
  if (cli->json)
    fz_cli_print_json (sum);
  else
    g_print (_ ("送达%u条，不收%u条，收到%u件。\n"), round.delivered, round.refused, round.received);
  if (round.kind == FZ_FRONT_GOOD)
    return round.refused == 0 ? FZ_EXIT_DONE : FZ_EXIT_NO;
  g_printerr ("fuzhen: %s\n", round.words);
  return FZ_EXIT_OFFLINE;
}

static int
show_status (const FzCli *cli)
{
  static const char *const keys[] = { "state", "out.queued", "out.refused", "in.new", "in.held", "heard_at", "down_since", "last_event_at", "oldest_queued_at", "visits_waiting", NULL };
  g_autoptr (FzFields) status = fz_desk_status (cli->session), front = fz_fields_dup_below (status, "front", "fuzhen.front_status/v1");

  if (cli->json)
    fz_cli_print_json (front);
  else
    for (guint i = 0; keys[i] != NULL; i++)
      if (fz_fields_has (front, keys[i]))
        g_print ("%s\t%s\n", keys[i], fz_fields_get (front, keys[i]));
  return FZ_EXIT_DONE;
}

static int
show_list (const FzCli *cli)
{
  static const char *const keys[] = { "way", "number", "kind", "visit", "at", "words", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_front (cli->session, &error);

  return fz_cli_print_rows (cli, rows, keys, error);
}

static int
decide (const FzCli *cli, char **argv, const char *reason)
{
  g_autoptr (GError) error = NULL;
  gint64 number = 0;

  if (reason != NULL && !g_utf8_validate (reason, -1, NULL))
    return fz_cli_misuse ("front", _ ("--reason 不是 UTF-8 文字。"));
  return fz_cli_parse_number (argv[3], &number, &error) &&
             fz_desk_decide_front (cli->session, argv[2], number, g_str_equal (argv[1], "retry"), reason, &error)
           ? FZ_EXIT_DONE
           : fz_cli_fail (error);
}

static gboolean
is_well_used (int argc, char **argv, const Given *given)
{
  const char *word = argc > 1 ? argv[1] : NULL;
  gboolean decides = argc == 4 && (g_str_equal (word, "retry") || g_str_equal (word, "settle"));

  if (given->off && given->config != NULL)
    return FALSE;
  if (word == NULL)
    return given->once || given->off || given->config != NULL;
  if (given->once || given->off || given->config != NULL)
    return FALSE;
  return decides ? g_str_equal (word, "settle") == (given->reason != NULL) : argc == 2 && (g_str_equal (word, "status") || g_str_equal (word, "list"));
}

static int
run (FzCli *cli, int argc, char **argv, const Given *given)
{
  g_autoptr (GError) error = NULL;
  gboolean reads = argc > 1 && !g_str_equal (argv[1], "status");
  int code = fz_cli_sign_in (cli, reads ? FZ_ROLE_AFFAIRS : FZ_ROLE_SYSTEM);

  if (code != FZ_CLI_GO_ON)
    return code;
  if ((given->off || given->config != NULL) && !fz_desk_set_front (cli->session, given->config, &error))
    return fz_cli_fail (error);
  if (argc == 1)
    return given->once ? exchange (cli) : FZ_EXIT_DONE;
  if (argc == 2)
    return g_str_equal (argv[1], "status") ? show_status (cli) : show_list (cli);
  return decide (cli, argv, given->reason);
}

int
fz_cli_front (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "front" };
  g_autofree char *config = NULL, *reason = NULL;
  Given given = { 0 };
  const GOptionEntry more[] = { { "once", 0, 0, G_OPTION_ARG_NONE, &given.once, N_ ("与前端交换一次即退出"), NULL },
                                { "front-config", 0, 0, G_OPTION_ARG_FILENAME, &config, N_ ("设置医院前端的接入配置"), "FILE.json" },
                                { "off", 0, 0, G_OPTION_ARG_NONE, &given.off, N_ ("不再使用医院前端"), NULL },
                                { "reason", 0, 0, G_OPTION_ARG_FILENAME, &reason, N_ ("settle：理由"), "TEXT" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "[status|list|retry in|out N|settle in|out N --reason TEXT]",
                           _ ("医院前端：设置、交换、查看和办理来件（in）与通知（out）的问题。窗口开着时由窗口自动交换。接口说明见 front.md。\n"), more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  given.config = config;
  given.reason = reason;
  if (!is_well_used (argc, argv, &given))
    return fz_cli_misuse ("front", _ ("参数不正确；settle 需要 in 或 out、编号和 --reason。"));
  return run (&cli, argc, argv, &given);
}
