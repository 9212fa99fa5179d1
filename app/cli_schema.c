#include "app/cli_private.h"

#include "app/data.h"

#include <glib/gi18n-lib.h>
#include <string.h>

int
fz_cli_schema (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "schema" };
  int code = fz_cli_begin (&cli, "[NAME]", _ ("打印一种文件格式的模式（JSON Schema；病历的 XML 是 RELAX NG）；不带名称时列出全部。无需登录。\n"), NULL, &argc, &argv);
  g_auto (GStrv) names = fz_data_list ("schema");

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 2)
    return fz_cli_misuse ("schema", _ ("只能给出一个名称。"));
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strndup (names[i], strcspn (names[i], ".")), *path = g_strconcat ("schema/", names[i], NULL);
    g_autoptr (GBytes) bytes = NULL;

    if (argc == 1)
      g_print ("%s\n", name);
    else if (g_str_equal (name, argv[1])) {
      bytes = fz_data_load (path, NULL);
      g_print ("%.*s", (int) g_bytes_get_size (bytes), (const char *) g_bytes_get_data (bytes, NULL));
      return FZ_EXIT_DONE;
    }
  }
  return argc == 1 ? FZ_EXIT_DONE : fz_cli_misuse ("schema", _ ("没有这种格式；fuzhen schema 列出全部。"));
}
