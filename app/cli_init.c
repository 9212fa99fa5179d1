#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/cli_keys.h"
#include "app/cli_staff.h"
#include "app/hospital.h"
#include "app/setup.h"
#include "db/shares.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#define MAX_FILE (1024 * 1024)

void
fz_cli_print_shares (gboolean json, char **shares)
{
  if (!json)
    g_print ("%s\n", _ ("恢复份额（任意两份可以恢复本库；请分别打印、分人保管，以后不再显示）："));
  for (guint i = 0; shares[i] != NULL; i++) {
    g_autoptr (FzFields) row = fz_fields_new ("fuzhen.share/v1");

    fz_fields_set_int (row, "share", i + 1);
    fz_fields_set (row, "text", shares[i]);
    if (json)
      fz_cli_print_json (row);
    else
      g_print ("  %u  %s\n", i + 1, shares[i]);
  }
}

static gboolean
issue_codes (FzCli *cli, const FzHospital *hospital, GError **error)
{
  for (guint i = 0; i < hospital->staff->len; i++) {
    g_autoptr (FzEnrolCode) code = NULL;

    if (isatty (STDERR_FILENO))
      g_printerr ("\r%u/%u", i + 1, hospital->staff->len);
    code = fz_enrol_issue (cli->desk, NULL, fz_fields_get (hospital->staff->pdata[i], "number"), error);
    if (code == NULL)
      return FALSE;
    fz_cli_print_code (cli->json, code);
  }
  return TRUE;
}

static void
print_sum (const FzCli *cli, const FzHospital *hospital)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.init/v1");

  fz_fields_set (row, "institution", fz_fields_get (hospital->institution, "organ.name"));
  fz_fields_set_int (row, "people", hospital->staff->len);
  fz_fields_set (row, "data", cli->desk->data_dir);
  if (cli->json)
    fz_cli_print_json (row);
  else
    g_print (_ ("已为“%s”建立本库：%s\n"), fz_fields_get (row, "institution"), cli->desk->data_dir);
}

static int
make (FzCli *cli, const FzHospital *hospital)
{
  FzSetup setup = { .data_dir = cli->data };
  g_autoptr (GError) error = NULL;
  char **shares = NULL;

  cli->desk = fz_setup_create (&setup, hospital->institution, &shares, &error);
  if (cli->desk == NULL)
    return fz_cli_fail (error);
  fz_cli_print_shares (cli->json, shares);
  fz_shares_free (shares);
  if (!fz_setup_load_consent (cli->desk, &error) || !fz_setup_load_starter (cli->desk, FALSE, &error) ||
      !fz_setup_add_people (cli->desk, NULL, hospital->staff, &error) || !issue_codes (cli, hospital, &error)) {
    fz_cli_fail (error);
    g_printerr (_ ("fuzhen: 建库没有完成。请删除“%s”后重试。\n"), cli->desk->data_dir);
    return fz_cli_exit_code (error);
  }
  print_sum (cli, hospital);
  return FZ_EXIT_DONE;
}

int
fz_cli_init (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "init" };
  g_autofree char *path = NULL;
  const GOptionEntry more[] = { { "hospital", 0, 0, G_OPTION_ARG_FILENAME, &path, N_ ("机构资料（格式见 fuzhen schema hospital）"), "FILE.json" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "--hospital FILE.json", _ ("建立新库：机构、科室、人员与规则地区。恢复份额与登记码只显示这一次。\n"), more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FzHospital) hospital = NULL;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 1 || path == NULL)
    return fz_cli_misuse ("init", _ ("请用 --hospital 给出机构资料。"));
  bytes = fz_cli_read_file (path, MAX_FILE, &error);
  if (bytes != NULL)
    hospital = fz_hospital_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), g_get_real_time (), &error);
  return hospital != NULL ? make (&cli, hospital) : fz_cli_fail (error);
}
