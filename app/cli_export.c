#include "app/cli_private.h"

#include "app/cli_json.h"

#include <glib/gi18n-lib.h>

int
fz_cli_export (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "export" };
  g_autofree char *out = NULL, *pdf = NULL, *paper = NULL;
  const GOptionEntry more[] = { { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, N_ ("签名文书（正文与签名行）"), "F.fzd" },
                                { "pdf", 0, 0, G_OPTION_ARG_FILENAME, &pdf, N_ ("处方笺，带二维码"), "F.pdf" },
                                { "paper", 0, 0, G_OPTION_ARG_STRING, &paper, N_ ("处方笺的纸张，默认 a5"), "a5|a4" },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "prescription ID --out F.fzd [--pdf F.pdf [--paper a5|a4]]", _ ("导出一张处方；每次导出都记入审计。医师、药师使用。\n"), more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.export/v1");

  if (code != FZ_CLI_GO_ON)
    return code;
  if (paper != NULL && (pdf == NULL || (g_ascii_strcasecmp (paper, "a5") != 0 && g_ascii_strcasecmp (paper, "a4") != 0)))
    return fz_cli_misuse ("export", _ ("--paper 与 --pdf 一起用，取 a5 或 a4。"));
  if (argc != 3 || !g_str_equal (argv[1], "prescription") || (out == NULL && pdf == NULL))
    return fz_cli_misuse ("export", _ ("请给出 prescription 处方号 和 --out（或 --pdf）。"));
  code = fz_cli_sign_in (&cli, FZ_ROLE_PHARMACIST);
  if (code != FZ_CLI_GO_ON)
    return code;
  if ((out != NULL && !fz_desk_export_prescription (cli.session, argv[2], out, &error)) ||
      (pdf != NULL && !fz_desk_export_slip (cli.session, argv[2], paper != NULL ? paper : "a5", pdf, &error)))
    return fz_cli_fail (error);
  fz_fields_set (row, "prescription", argv[2]);
  fz_fields_set (row, "out", out);
  fz_fields_set (row, "pdf", pdf);
  if (cli.json)
    fz_cli_print_json (row);
  return FZ_EXIT_DONE;
}
