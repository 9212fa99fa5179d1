#include "app/cli_private.h"

#include "app/accounts.h"
#include "app/cli_json.h"
#include "app/cli_staff.h"
#include "app/demo_people.h"
#include "app/staff_facts.h"
#include "core/say.h"

#include <glib/gi18n-lib.h>

#define MAX_FILE (1024 * 1024)

void
fz_cli_print_code (gboolean json, const FzEnrolCode *code)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.enrol_code/v1");
  g_autofree char *until = fz_say_moment_exactly (code->until_us);

  fz_fields_set (row, "number", code->number);
  fz_fields_set (row, "name", code->name);
  fz_fields_set (row, "code", code->code);
  fz_fields_set_time (row, "until", code->until_us);
  if (json)
    fz_cli_print_json (row);
  else
    g_print (_ ("工号 %s（%s）的登记码：%s，%s 前有效，只显示这一次。\n"), code->number, code->name, code->code, until);
}

static GPtrArray *
rows_of (int argc, char **argv, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  FzFields *row;
  GPtrArray *rows;

  if (g_str_equal (argv[1], "import")) {
    name = g_path_get_basename (argv[2]);
    bytes = fz_cli_read_file (argv[2], MAX_FILE, error);
    return bytes != NULL ? fz_account_rows_from_csv (name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
  }
  row = fz_cli_read_pairs (argc - 2, argv + 2, fz_account_keys (), "fuzhen.staff/v1", error);
  if (row == NULL)
    return NULL;
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_ptr_array_add (rows, row);
  return rows;
}

/* --- the second person --- */

/* In a demo store, and only there, a command may sign for a published person: where it plays the security administrator as well, for nobody was named,
 * it plays the second person too. */
static gboolean
admit_as (FzCli *cli, const char *decider, GPtrArray *ids, GError **error)
{
  g_autoptr (FzSession) session = fz_demo_sign_in (cli->desk, decider, error);
  g_autoptr (FzSecret) pin = fz_demo_pin (decider);

  if (session == NULL)
    return FALSE;
  g_clear_pointer (&cli->session, fz_session_unref);
  cli->session = g_steal_pointer (&session);
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (FzSheet) sheet = fz_desk_prepare_admission (cli->session, ids->pdata[i], "admitted", NULL, error);

    if (sheet == NULL || !fz_desk_sign_sheet (cli->session, sheet, pin, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static GPtrArray *
waiting_ids (FzSession *session, GPtrArray *numbers, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_admissions (session, error);
  GPtrArray *ids = rows != NULL ? g_ptr_array_new_with_free_func (g_free) : NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    for (guint k = 0; k < numbers->len; k++)
      if (g_str_equal (numbers->pdata[k], fz_fields_get (rows->pdata[i], "number")) && g_strcmp0 (fz_fields_get (rows->pdata[i], "admission.state"), "waits") == 0)
        g_ptr_array_add (ids, g_strdup (fz_fields_get (rows->pdata[i], "opening.id")));
  return ids;
}

static void
admit_or_say (FzCli *cli, GPtrArray *numbers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  g_autofree char *affairs = NULL, *decider = NULL;

  ids = cli->desk->demo && cli->staff == NULL ? waiting_ids (cli->session, numbers, &error) : NULL;
  affairs = fz_demo_person_of_role (FZ_ROLE_AFFAIRS);
  decider = g_ptr_array_find_with_equal_func (numbers, affairs, g_str_equal, NULL) ? fz_demo_person_of_role (FZ_ROLE_SYSTEM) : g_strdup (affairs);
  if (ids == NULL || !admit_as (cli, decider, ids, &error))
    g_printerr ("%s\n", _ ("须由另一人（医务管理人员、安全管理员或系统管理员）在窗口“授权 › 账号启用”中批准后，才能登录。"));
}

/* --- the commands --- */

static int
add (FzCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = rows_of (argc, argv, &error), codes = NULL, numbers = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  if (rows == NULL)
    return fz_cli_fail (error);
  codes = fz_desk_add_staff (cli->session, rows, problems, &error);
  for (guint i = 0; i < problems->len; i++)
    g_printerr ("%s\n", (const char *) problems->pdata[i]);
  if (codes == NULL)
    return fz_cli_fail (error);
  numbers = g_ptr_array_new ();
  for (guint i = 0; i < codes->len; i++) {
    fz_cli_print_code (cli->json, codes->pdata[i]);
    g_ptr_array_add (numbers, ((FzEnrolCode *) codes->pdata[i])->number);
  }
  admit_or_say (cli, numbers);
  return FZ_EXIT_DONE;
}

static int
list (FzCli *cli)
{
  static const char *const keys[] = { "number", "name", "role", "title_label", "department_name", "joined_at", "left_at", "admission", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list (cli->session, FZ_LIST_STAFF, NULL, &error);

  if (rows == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (FzFields) row = fz_fields_dup (rows->pdata[i], NULL);

    fz_fields_set (row, "cursor", NULL);
    if (cli->json)
      fz_cli_print_json (row);
    else
      fz_cli_print_row (row, keys);
  }
  return FZ_EXIT_DONE;
}

static int
reset (FzCli *cli, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzEnrolCode) code = fz_desk_reset_staff (cli->session, number, &error);
  g_autoptr (GPtrArray) numbers = g_ptr_array_new ();

  if (code == NULL)
    return fz_cli_fail (error);
  fz_cli_print_code (cli->json, code);
  g_ptr_array_add (numbers, code->number);
  admit_or_say (cli, numbers);
  return FZ_EXIT_DONE;
}

static int
leave (FzCli *cli, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.left/v1");

  if (!fz_desk_end_staff (cli->session, number, &error))
    return fz_cli_fail (error);
  fz_fields_set (row, "number", number);
  fz_fields_set_time (row, "left_at", fz_session_now_us (cli->session));
  if (cli->json)
    fz_cli_print_json (row);
  return FZ_EXIT_DONE;
}

static int
set (FzCli *cli, const char *number, int n, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) changes = fz_cli_read_pairs (n, words, fz_staff_fact_keys (), "fuzhen.changes/v1", &error);

  if (changes == NULL || !fz_desk_amend_staff (cli->session, number, changes, &error))
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (changes);
  return FZ_EXIT_DONE;
}

/* Without a word, what is set. */
static int
idle (FzCli *cli, const char *word, int pin_fd)
{
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.idle_limit/v1");
  gint64 minutes = 0;

  if (word != NULL && !fz_cli_parse_number (word, &minutes, &error))
    return fz_cli_misuse ("staff", error->message);
  /* The published one where the demo person signed in by itself. */
  if (word != NULL && pin_fd < 0 && cli->staff == NULL && fz_desk_is_demo (cli->desk))
    pin = fz_demo_pin (cli->session->number);
  else if (word != NULL)
    pin = fz_cli_read_secret (pin_fd, _ ("签名密码（PIN）"), &error);
  if (word != NULL && (pin == NULL || !fz_desk_set_idle_minutes (cli->session, minutes, pin, &error)))
    return fz_cli_fail (error);
  minutes = fz_desk_get_idle_minutes (cli->session, &error);
  if (minutes < 0)
    return fz_cli_fail (error);
  fz_fields_set_int (row, "idle_minutes", minutes);
  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print ("%s\n", fz_fields_get (row, "idle_minutes"));
  return FZ_EXIT_DONE;
}

static gboolean
is_well_used (int argc, char **argv)
{
  if (argc < 2)
    return FALSE;
  if (g_str_equal (argv[1], "list"))
    return argc == 2;
  if (g_str_equal (argv[1], "idle"))
    return argc <= 3;
  if (g_str_equal (argv[1], "add"))
    return argc > 2;
  if (g_str_equal (argv[1], "set"))
    return argc > 3;
  return argc == 3 && (g_str_equal (argv[1], "import") || g_str_equal (argv[1], "reset") || g_str_equal (argv[1], "leave"));
}

int
fz_cli_staff (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "staff" };
  int pin_fd = -1;
  const GOptionEntry options[] = { { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd, N_ ("从此文件描述符读取签名密码"), "N" }, G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list|add KEY=VALUE…|import FILE.csv|set NUMBER KEY=VALUE…|reset NUMBER|leave NUMBER|idle [MINUTES]",
                           _ ("add 登记一人（number、name、role、id_number 必填），import 从 CSV 登记；reset 作废原口令与签名密钥并重新发码；\n"
                              "leave 停用账号，立即生效。add、import、reset 为每人显示一次性登记码，72小时有效；须由另一人在窗口中批准启用后才能登录。安全管理员使用。\n"
                              "set 更新资格资料（licence_until、insurance_until、departments 等；KEY=- 删去），医务管理人员也可使用。\n"
                              "idle 无人操作多少分钟后锁屏（1至15，默认5），从下次登录起生效。\n"),
                           options, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!is_well_used (argc, argv))
    return fz_cli_misuse ("staff", _ ("请给出 list、add、import、set、reset、leave 或 idle 及其参数。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_SECURITY);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (g_str_equal (argv[1], "list"))
    return list (&cli);
  if (g_str_equal (argv[1], "idle"))
    return idle (&cli, argc > 2 ? argv[2] : NULL, pin_fd);
  if (g_str_equal (argv[1], "set"))
    return set (&cli, argv[2], argc - 3, argv + 3);
  if (g_str_equal (argv[1], "reset"))
    return reset (&cli, argv[2]);
  return g_str_equal (argv[1], "leave") ? leave (&cli, argv[2]) : add (&cli, argc, argv);
}
