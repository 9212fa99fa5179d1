#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/spool.h"
#include "app/upload.h"
#include "db/spool.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define NOTIFY_MS 2000
#define PATIENCE_US (10 * FZ_US_PER_SECOND)

/* --- what stands there --- */

static int
show_status (const FzCli *cli)
{
  static const char *const states[] = { "queued", "sending", "accepted", "refused", "unknown", "blocked", "alarm", "settled" };
  g_autoptr (FzFields) status = NULL, counts = NULL;
  g_autoptr (GError) error = NULL;

  if (!fz_session_may (cli->session, "list.outbox", "store", NULL, &error))
    return fz_cli_fail (error);
  status = fz_desk_status (cli->session);
  counts = fz_fields_dup_below (status, "upload", "fuzhen.upload_status/v1");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (!fz_fields_has (counts, states[i]))
      fz_fields_set_int (counts, states[i], 0);
  fz_fields_set (counts, "store_state", fz_fields_get (status, "store.state"));
  if (cli->json)
    fz_cli_print_json (counts);
  else
    for (guint i = 0; i < G_N_ELEMENTS (states); i++)
      g_print ("%s\t%s\n", states[i], fz_fields_get (counts, states[i]));
  return FZ_EXIT_DONE;
}

/* Newest first in the ledger, oldest first to be sent. */
static int
show_due (const FzCli *cli)
{
  static const char *const keys[] = { "id", "method_label", "key", "attempts", NULL };
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) due = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GError) error = NULL;
  guint n = 1;

  fz_fields_set (filter, "state", "queued");
  fz_fields_set_int (filter, "limit", 500);
  while (n > 0) {
    g_autoptr (GPtrArray) rows = fz_desk_list (cli->session, FZ_LIST_OUTBOX, filter, &error);

    if (rows == NULL)
      return fz_cli_fail (error);
    n = rows->len;
    for (guint i = 0; i < n; i++)
      g_ptr_array_add (due, fz_fields_ref (rows->pdata[i]));
    if (n > 0)
      fz_fields_set (filter, "after", fz_fields_get (rows->pdata[n - 1], "cursor"));
  }
  for (guint i = due->len; i-- > 0;) {
    g_autoptr (FzFields) row = fz_fields_dup (due->pdata[i], NULL);

    fz_fields_set (row, "cursor", NULL);
    if (cli->json)
      fz_cli_print_json (row);
    else
      fz_cli_print_row (row, keys);
  }
  return FZ_EXIT_DONE;
}

/* --- sending --- */

static int
say_sum (const FzCli *cli, guint accepted, guint refused, guint unknown, const char *trouble)
{
  g_autoptr (FzFields) sum = fz_fields_new ("fuzhen.upload_sum/v1");

  fz_fields_set_int (sum, "accepted", accepted);
  fz_fields_set_int (sum, "refused", refused);
  fz_fields_set_int (sum, "unknown", unknown);
  fz_fields_set (sum, "trouble", trouble);
  if (cli->json)
    fz_cli_print_json (sum);
  else
    g_print (_ ("接收%u条，退回%u条，结果未知%u条。\n"), accepted, refused, unknown);
  if (trouble != NULL) {
    g_printerr ("fuzhen: %s\n", trouble);
    return FZ_EXIT_OFFLINE;
  }
  if (refused + unknown == 0)
    return FZ_EXIT_DONE;
  g_printerr (_ ("fuzhen: 请医务管理人员查看台账：fuzhen list outbox --state refused（或 unknown），改正后 fuzhen upload retry 编号。\n"));
  return FZ_EXIT_NO;
}

static int
send_once (FzCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *trouble = NULL;
  FzUploadWatch watch = { .stop = cli->stop };
  guint accepted = 0, refused = 0, unknown = 0;

  if (!fz_session_may (cli->session, "upload.run", "store", NULL, &error) ||
      !fz_upload_drain_desk (cli->desk, &watch, &accepted, &refused, &unknown, &trouble, &error))
    return fz_cli_fail (error);
  return say_sum (cli, accepted, refused, unknown, trouble);
}

static gboolean
on_signal (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

/* Until somebody stops it. Rows in flight come to their end first. */
static int
keep_sending (FzCli *cli)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  if (!fz_desk_upload_start (cli->session, &error))
    return fz_cli_fail (error);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_printerr (_ ("正在上报；按 Ctrl+C 停止。\n"));
  g_main_loop_run (loop);
  fz_desk_upload_stop (cli->session);
  return FZ_EXIT_DONE;
}

/* Whoever sits at this computer is told where they see it; without a desktop the words stand in the journal. */
static void
notify (const char *title, const char *words)
{
  g_autofree char *bus_path = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) answer = NULL;

  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") == NULL && !g_file_test (bus_path, G_FILE_TEST_EXISTS))
    return;
  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (bus != NULL)
    answer = g_dbus_connection_call_sync (bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Notify",
                                          g_variant_new ("(susssasa{sv}i)", "fuzhen", 0, "cn.fuzhen.Fuzhen", title, words, NULL, NULL, -1), NULL,
                                          G_DBUS_CALL_FLAGS_NONE, NOTIFY_MS, NULL, NULL);
}

/* A window that was killed, or could not hand over: its rows are in the store, to which this process has no key. */
static void
say_deserted (void)
{
  const char *words = _ ("上次的窗口没有把待发的交给后台，待发的数据留在本地库，后台看不到、也不会发送。请打开复诊窗口，打开后照常上报。");

  g_printerr ("fuzhen: %s\n", words);
  notify (_ ("复诊：待发的数据没有交给后台"), words);
}

/* Without a sign-in: it opens no store. */
static int
send_spool (FzCli *cli, const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *trouble = NULL, *public_key = NULL;
  gboolean is_new = FALSE;
  guint accepted = 0, refused = 0, unknown = 0;

  cli->stop = fz_cli_watch_signals ();
  if (!fz_spool_prepare (dir, &public_key, &is_new, &error))
    return fz_cli_fail (error);
  if (is_new && !cli->json)
    g_print (_ ("交接夹已建好。请系统管理员运行 fuzhen upload spool %s，此后窗口关闭时把待发的交到这里。\n"), dir);
  if (fz_spool_is_deserted (dir))
    say_deserted ();
  if (!fz_spool_send (dir, PATIENCE_US, cli->stop, &accepted, &refused, &unknown, &trouble, &error))
    return fz_cli_fail (error);
  return say_sum (cli, accepted, refused, unknown, trouble);
}

static int
choose_spool (const FzCli *cli, const char *dir)
{
  g_autoptr (GError) error = NULL;

  return fz_desk_set_spool (cli->session, g_str_equal (dir, "off") ? NULL : dir, &error) ? FZ_EXIT_DONE : fz_cli_fail (error);
}

static gboolean
configure (FzCli *cli, const char *path, GError **error)
{
  return path == NULL || fz_desk_set_platform (cli->session, path, error);
}

/* --- one row --- */

static int
retry (FzCli *cli, const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  return fz_cli_parse_number (text, &id, &error) && fz_desk_retry_upload (cli->session, id, &error) ? FZ_EXIT_DONE : fz_cli_fail (error);
}

/* Each field of these rows with where it is from. */
static int
show (FzCli *cli, char **ids)
{
  static const char *const keys[] = { "id", "field", "value", "fact", "how", "from", "document", "sha256", "key", "definition", NULL };
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  for (guint i = 0; ids[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    gint64 id = 0;
    g_autoptr (GPtrArray) rows = fz_cli_parse_number (ids[i], &id, &error) ? fz_desk_trace_upload (cli->session, id, &error) : NULL;

    if (rows == NULL)
      return fz_cli_fail (error);
    for (guint k = 0; k < rows->len; k++) {
      FzFields *row = fz_fields_dup (rows->pdata[k], NULL);

      fz_fields_set_int (row, "id", id);
      g_ptr_array_add (all, row);
    }
  }
  return fz_cli_print_rows (cli, all, keys, NULL);
}

static int
settle (FzCli *cli, const char *text, const char *as, const char *reason)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  if (reason != NULL && !g_utf8_validate (reason, -1, NULL))
    return fz_cli_misuse ("upload", _ ("--reason 不是 UTF-8 文字。"));
  return fz_cli_parse_number (text, &id, &error) && fz_desk_settle_upload (cli->session, id, g_str_equal (as, "sent"), reason, &error)
           ? FZ_EXIT_DONE
           : fz_cli_fail (error);
}

/* --- a day once more; what would be in the way --- */

static int
collect (FzCli *cli, const char *day)
{
  static const char *const keys[] = { "key", "state", "added", NULL };
  g_autoptr (GError) error = NULL;
  guint added = 0;
  g_autoptr (GPtrArray) rows = fz_desk_collect_uploads (cli->session, day, &added, NULL, fz_cli_show_part, NULL, &error);
  int code = fz_cli_print_rows (cli, rows, keys, error);

  if (rows != NULL)
    g_printerr (_ ("%s 应报 %u 条，补入台账 %u 条。\n"), day, rows->len, added);
  return code;
}

/* 1 when something would be refused or stop. */
static int
preflight (FzCli *cli)
{
  static const char *const keys[] = { "state", "item", "label", "words", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_read_preflight (cli->session, NULL, fz_cli_show_part, NULL, &error);
  int code = fz_cli_print_rows (cli, rows, keys, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "state"), "stop") == 0)
      code = FZ_EXIT_NO;
  return code;
}

typedef struct {
  gboolean once, dry_run;
  char *config, *as, *reason, *spool;
} Given;

static gboolean
is_well_used (int argc, char **argv, const Given *given)
{
  const char *word = argc > 1 ? argv[1] : NULL;
  gboolean settles = g_strcmp0 (word, "settle") == 0;

  if (settles != (given->as != NULL) || (given->as != NULL && !g_str_equal (given->as, "sent") && !g_str_equal (given->as, "not-sent")) ||
      (given->reason != NULL && !settles))
    return FALSE;
  if (given->spool != NULL)
    return word == NULL && !given->once && !given->dry_run && given->config == NULL;
  if (word == NULL)
    return !(given->once && given->dry_run);
  return !given->once && !given->dry_run && (g_str_equal (word, "status") || g_str_equal (word, "preflight") ? argc == 2 : g_str_equal (word, "show") ? argc > 2 : argc == 3 && (settles || g_str_equal (word, "retry") || g_str_equal (word, "collect") || g_str_equal (word, "spool")));
}

static int
run (FzCli *cli, int argc, char **argv, const Given *given)
{
  g_autoptr (GError) error = NULL;
  gboolean spools = argc == 3 && g_str_equal (argv[1], "spool"), decides = argc > 2 && !spools;
  int code;

  if (argc == 1 && given->once)
    cli->stop = fz_cli_watch_signals ();
  /* Whether a row was sent is for medical affairs to say; running the engine is the system administrator's. */
  code = fz_cli_sign_in (cli, decides ? FZ_ROLE_AFFAIRS : FZ_ROLE_SYSTEM);
  if (code != FZ_CLI_GO_ON)
    return code;
  cli->desk->stop = cli->stop;
  if (!configure (cli, given->config, &error))
    return fz_cli_fail (error);
  if (argc == 2)
    return g_str_equal (argv[1], "preflight") ? preflight (cli) : show_status (cli);
  if (spools)
    return choose_spool (cli, argv[2]);
  if (decides && g_str_equal (argv[1], "collect"))
    return collect (cli, argv[2]);
  if (decides && g_str_equal (argv[1], "show"))
    return show (cli, argv + 2);
  if (decides)
    return g_str_equal (argv[1], "retry") ? retry (cli, argv[2]) : settle (cli, argv[2], given->as, given->reason);
  if (given->dry_run)
    return show_due (cli);
  return given->once ? send_once (cli) : keep_sending (cli);
}

int
fz_cli_upload (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "upload" };
  g_autofree char *config = NULL, *as = NULL, *reason = NULL, *spool = NULL;
  Given given = { 0 };
  const GOptionEntry more[] = { { "once", 0, 0, G_OPTION_ARG_NONE, &given.once, N_ ("发完到期的即退出"), NULL },
                                { "dry-run", 0, 0, G_OPTION_ARG_NONE, &given.dry_run, N_ ("只列出将要发送的"), NULL },
                                { "platform-config", 0, 0, G_OPTION_ARG_FILENAME, &config, N_ ("设置监管平台接入配置"), "FILE.json" },
                                { "as", 0, 0, G_OPTION_ARG_FILENAME, &as, N_ ("settle：sent 已送达，not-sent 未送达"), "sent|not-sent" },
                                { "spool", 0, 0, G_OPTION_ARG_FILENAME, &spool, N_ ("发送窗口关闭时交到这个文件夹的，不打开本地库"), "DIR" },
                                { "reason", 0, 0, G_OPTION_ARG_FILENAME, &reason, N_ ("settle：依据"), "TEXT" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "[status|preflight|collect DAY|spool DIR|off|show ID…|retry ID|settle ID --as sent|not-sent --reason TEXT]",
                           _ ("运行上报引擎；不带 --once 时一直运行。show 逐项列出各条的数据来源，retry 按现有数据重建被退回的一条，settle 裁定结果未知的一条，collect 按某天的文书补采漏报的，spool 设定窗口关闭时把待发的交给哪个文件夹，preflight 只检查、不发送。\n"), more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  given.config = config;
  given.as = as;
  given.reason = reason;
  given.spool = spool;
  if (!is_well_used (argc, argv, &given))
    return fz_cli_misuse ("upload", _ ("参数不正确；settle 需要编号、--as 和 --reason。"));
  return spool != NULL ? send_spool (&cli, spool) : run (&cli, argc, argv, &given);
}
