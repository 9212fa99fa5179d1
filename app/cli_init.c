#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/cli_keys.h"
#include "app/cli_staff.h"
#include "app/founding.h"

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
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFounding) founding = fz_founding_make (cli->data, hospital, NULL, fz_cli_show_part, NULL, &error);

  if (founding == NULL)
    return fz_cli_fail (error);
  /* First of all: whatever fails from here on, the store is there and these are told nowhere else. */
  fz_cli_print_shares (cli->json, founding->shares);
  for (guint i = 0; i < founding->codes->len; i++)
    fz_cli_print_code (cli->json, founding->codes->pdata[i]);
  cli->desk = fz_desk_open (cli->data, &error);
  if (cli->desk == NULL)
    return fz_cli_fail (error);
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
