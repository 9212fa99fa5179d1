/* Both programs' door: with a command it is the command line and needs no display, without one it is the window. The one file
 * outside the line of layers. */
#include "app/cli.h"
#include "app/harden.h"
#include "ui/start.h"

#include <locale.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Beside a program that was built and not installed stand its own catalogues; one that was installed finds them from where it lies, so that
 * the same program can be installed anywhere. */
static char *
find_catalogues (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *built = g_build_filename (folder, "po", NULL);

  return g_file_test (built, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&built) : g_build_filename (folder, "../share/locale", NULL);
}

/* The file manager names a file and no command; `open` names one whatever it is called. NULL: it is the command line. */
static const char *
document_of (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "open") && argv[2][0] != '-')
    return argv[2];
  return argc == 2 && argv[1][0] != '-' && (strchr (argv[1], G_DIR_SEPARATOR) != NULL || g_str_has_suffix (argv[1], ".fzd")) ? argv[1] : NULL;
}

int
main (int argc, char **argv)
{
  g_autofree char *catalogues = NULL;

  fz_harden_process ();
  /* GLib reads numbers in a C locale that it makes at the first one; what that leaves in errno it would take for a bad number. */
  g_ascii_strtoll ("0", NULL, 10);
  setlocale (LC_ALL, "");
  catalogues = find_catalogues ();
  bindtextdomain (GETTEXT_PACKAGE, catalogues);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  if (document_of (argc, argv) != NULL)
    return fz_start_document (document_of (argc, argv));
  if (argc > 1)
    return fz_cli_run (argc - 1, argv + 1);
  return fz_start_window (argc, argv);
}
