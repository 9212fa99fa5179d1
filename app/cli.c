#include "app/cli.h"

#include "app/cli_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const FzCommand commands[] = {
  { "demo", fz_cli_demo },
};

int
fz_cli_has (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].word, word) == 0)
      return 1;
  return 0;
}

int
fz_cli_exit_code (const GError *error)
{
  if (error == NULL || error->domain != FZ_ERROR)
    return 70;
  switch ((FzErrorCode) error->code) {
  case FZ_ERROR_INVALID:
  case FZ_ERROR_NOT_FOUND:
  case FZ_ERROR_CONFLICT:
  case FZ_ERROR_UNSUPPORTED:
    return 2;
  case FZ_ERROR_REFUSED:
  case FZ_ERROR_SIGNATURE:
    return 3;
  case FZ_ERROR_CORRUPT:
    return 4;
  case FZ_ERROR_OFFLINE:
  case FZ_ERROR_UNKNOWN_OUTCOME:
  case FZ_ERROR_REJECTED:
  case FZ_ERROR_RETRY:
    return 5;
  case FZ_ERROR_LOCKED:
    return 6;
  case FZ_ERROR_INTERNAL:
  default:
    return 70;
  }
}

int
fz_cli_fail (const GError *error)
{
  g_printerr ("fuzhen: %s\n", error != NULL ? error->message : _ ("程序内部错误。"));
  return fz_cli_exit_code (error);
}

int
fz_cli_run (int argc, char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].word, argv[0]) == 0)
      return commands[i].run (argc, argv);
  g_printerr (_ ("fuzhen: 没有命令“%s”。运行 fuzhen --help 查看全部命令。\n"), argv[0]);
  return 2;
}
