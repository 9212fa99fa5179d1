#include "app/cli_private.h"

#include "app/cli_json.h"
#include "core/rulebook.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
print_clause (const FzCli *cli, const FzFields *clause, gboolean whole)
{
  static const char *const brief[] = { "id", "severity", "text", "article", "zh", NULL };
  static const char *const all[] = { "id", "severity", "kind", "text", "article", "zh", "en", "from", "until", "field", "require", "message", NULL };

  if (cli->json)
    fz_cli_print_json (clause);
  else if (!whole)
    fz_cli_print_row (clause, brief);
  else
    for (guint i = 0; all[i] != NULL; i++)
      if (fz_fields_has (clause, all[i]))
        g_print ("%-9s %s\n", all[i], fz_fields_get (clause, all[i]));
}

int
fz_cli_rules (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "rules" };
  g_autofree char *name = NULL;
  const GOptionEntry more[] = { { "rulebook", 0, 0, G_OPTION_ARG_FILENAME, &name, N_ ("规则集名（默认 tianjin-2025）"), "NAME" }, G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, "list|show ID", _ ("规则集的条款：出处、严重程度、由哪个判断条件执行。无需登录。\n"), more, &argc, &argv);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) book = NULL;
  gboolean show = argc == 3 && g_str_equal (argv[1], "show"), found = FALSE;

  if (code != FZ_CLI_GO_ON)
    return code;
  if (!show && !(argc == 2 && g_str_equal (argv[1], "list")))
    return fz_cli_misuse ("rules", _ ("请给出 list 或 show 条款编号。"));
  book = fz_data_load_rulebook (name != NULL ? name : "tianjin-2025", &error);
  if (book == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++) {
    const FzFields *clause = fz_rulebook_get_clause (book, i);

    if (show && g_strcmp0 (fz_fields_get (clause, "id"), argv[2]) != 0)
      continue;
    print_clause (&cli, clause, show);
    found = TRUE;
  }
  return found ? FZ_EXIT_DONE : fz_cli_misuse ("rules", _ ("没有这一条款；fuzhen rules list 列出全部。"));
}

int
fz_cli_schema (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "schema" };
  int code = fz_cli_begin (&cli, "[NAME]", _ ("打印一种文件格式的 JSON Schema；不带名称时列出全部。无需登录。\n"), NULL, &argc, &argv);
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
