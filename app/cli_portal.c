/* `fuzhen portal`: what is filed by hand in the platform's portal (门户填报): listed, exported, and filed with its receipt. */
#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/registers.h"

#include <glib/gi18n-lib.h>

typedef struct {
  gboolean all;
  char *out, *receipt, *on, *number;
  int pin_fd;
} Given;

static void
given_clear (Given *self)
{
  g_free (self->out);
  g_free (self->receipt);
  g_free (self->on);
  g_free (self->number);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

/* --- list --- */

static FzFields *
row_of (const FzFields *entry)
{
  static const char *const pairs[][2] = { { "id", "entry.id" }, { "state", "entry.state" }, { "state_label", "entry.state_label" }, { "kind", "field.kind" },
                                          { "subject", "field.subject" }, { "origin", "field.origin" }, { "from_on", "field.from_on" }, { "owner", "field.owner" },
                                          { "exported_on", "field.exported_on" }, { "filed_on", "field.filed_on" }, { "number", "field.number" } };
  FzFields *row = fz_fields_new ("fuzhen.portal_duty/v1");
  const char *on = fz_fields_get_at (entry, "due", 0, "on");

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set (row, pairs[i][0], fz_fields_get (entry, pairs[i][1]));
  fz_fields_set (row, "due_on", on);
  if (on == NULL)
    fz_fields_set (row, "problem", fz_fields_get_at (entry, "due", 0, "problem"));
  return fz_fields_freeze (row);
}

static int
list (FzCli *cli, gboolean all)
{
  static const char *const keys[] = { "id", "due_on", "state_label", "kind", "subject", "problem", NULL };
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), entries = NULL;
  g_autoptr (GError) error = NULL;

  fz_fields_set_bool (filter, "open", !all);
  /* What changed since the last time somebody looked arises before it is listed. */
  if (!fz_desk_tick (cli->session, &error) ||
      (entries = fz_desk_list_entries (cli->session, fz_portal_get_register (cli->desk->portal), filter, &error)) == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (rows, row_of (entries->pdata[i]));
  return fz_cli_print_rows (cli, rows, keys, NULL);
}

/* --- export --- */

static int
export (FzCli *cli, const char *id, const char *out)
{
  g_autofree char *folder = out != NULL ? g_strdup (out) : g_build_filename (".", id, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = fz_desk_export_portal (cli->session, id, folder, cli->stop, NULL, NULL, &error);

  if (made == NULL)
    return fz_cli_fail (error);
  if (cli->json)
    fz_cli_print_json (made);
  else
    g_print (_ ("%s：%s个文件已写入“%s”。先读 README.txt；清单的哈希 %s\n"), id, fz_fields_get (made, "n_files"), folder, fz_fields_get (made, "list_sha256"));
  return FZ_EXIT_DONE;
}

/* --- done --- */

/* The person at the terminal signs with their own PIN, as in the window. */
static gboolean
move (FzCli *cli, const char *id, const char *word, const char *day_field, const Given *given, const FzSecret *pin, GError **error)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (cli->session))), *key = g_strconcat ("field.", day_field, NULL);
  const char *files[] = { g_str_equal (word, "file") ? given->receipt : NULL, NULL };
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (FzSheet) sheet = NULL;

  fz_fields_set (values, key, given->on != NULL ? given->on : today);
  fz_fields_set (values, "field.number", given->number);
  sheet = fz_desk_prepare_entry (cli->session, fz_portal_get_register (cli->desk->portal), id, word, values, NULL, files, error);
  return sheet != NULL && fz_desk_sign_sheet (cli->session, sheet, pin, NULL, error);
}

static int
done (FzCli *cli, const char *id, const Given *given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = NULL, row = NULL;
  g_autoptr (FzSecret) pin = NULL;
  gboolean filed;

  if (g_strcmp0 (fz_register_of_entry (cli->desk, id), fz_portal_get_register (cli->desk->portal)) != 0)
    return fz_cli_misuse ("portal", _ ("请给出门户填报事项的编号，如 MH-000001。"));
  entry = fz_desk_read_entry (cli->session, id, &error);
  if (entry == NULL || (pin = fz_cli_read_pin (cli, given->pin_fd, &error)) == NULL)
    return fz_cli_fail (error);
  filed = g_strcmp0 (fz_fields_get (entry, "entry.state"), "filed") == 0;
  if ((!filed && !move (cli, id, "file", "filed_on", given, pin, &error)) || !move (cli, id, "accept", "accepted_on", given, pin, &error))
    return fz_cli_fail (error);
  g_clear_pointer (&entry, fz_fields_unref);
  entry = fz_desk_read_entry (cli->session, id, &error);
  if (entry == NULL)
    return fz_cli_fail (error);
  row = row_of (entry);
  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print (_ ("%s 已登记回执并办结。\n"), id);
  return FZ_EXIT_DONE;
}

/* --- */

static gboolean
is_well_used (int argc, char **argv, const Given *given)
{
  gboolean receipt = given->receipt != NULL || given->on != NULL || given->number != NULL || given->pin_fd >= 0;

  if (argc == 2 && g_str_equal (argv[1], "list"))
    return !receipt && given->out == NULL;
  if (argc != 3 || given->all)
    return FALSE;
  return g_str_equal (argv[1], "export") ? !receipt : g_str_equal (argv[1], "done") && given->receipt != NULL && given->out == NULL;
}

int
fz_cli_portal (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "portal" };
  g_auto (Given) given = { .pin_fd = -1 };
  const GOptionEntry more[] = { { "all", 0, 0, G_OPTION_ARG_NONE, &given.all, N_ ("list：已办结的也列出"), NULL },
                                { "out", 0, 0, G_OPTION_ARG_FILENAME, &given.out, N_ ("export：新文件夹，默认为当前目录下的编号"), "DIR" },
                                { "receipt", 0, 0, G_OPTION_ARG_FILENAME, &given.receipt, N_ ("done：平台回执（截图或文件）"), "F" },
                                { "on", 0, 0, G_OPTION_ARG_STRING, &given.on, N_ ("done：填报和受理的日期，默认今天"), "D" },
                                { "number", 0, 0, G_OPTION_ARG_FILENAME, &given.number, N_ ("done：平台受理编号"), "TEXT" },
                                { "pin-fd", 0, 0, G_OPTION_ARG_INT, &given.pin_fd, N_ ("从此文件描述符读取签名密码"), "N" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list|export ID|done ID --receipt F",
                           _ ("在监管平台门户由人填报的事项：许可、人员、诊疗科目、配送单位、等保测评、投诉反馈、整改。事项随来源自动产生；\n"
                              "export 制成填报材料（缺必填栏目时逐一指明），done 附上回执，以本人的签名密码签署。医务管理使用。\n"),
                           more, &argc, &argv);

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!is_well_used (argc, argv, &given))
    return fz_cli_misuse ("portal", _ ("请给出 list、export 编号，或 done 编号 和 --receipt。"));
  if (given.number != NULL && !g_utf8_validate (given.number, -1, NULL))
    return fz_cli_misuse ("portal", _ ("--number 不是 UTF-8 文字。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_AFFAIRS);
  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc == 2)
    return list (&cli, given.all);
  return g_str_equal (argv[1], "export") ? export (&cli, argv[2], given.out) : done (&cli, argv[2], &given);
}
