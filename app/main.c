/* Both programs' door: with a command it is the command line and needs no display, without one it is the window. The one file
 * outside the line of layers. */
#include "app/cli.h"
#include "app/harden.h"
#include "ui/start.h"

#include <locale.h>
#include <glib/gi18n-lib.h>

int
main (int argc, char **argv)
{
  fz_harden_process ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, FUZHEN_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  if (argc > 1)
    return fz_cli_run (argc - 1, argv + 1);
  return fz_start_window (argc, argv);
}
