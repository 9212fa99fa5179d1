/* fuzhen-lint: what the compiler can't check, over the whole tree.
 *   fuzhen-lint tree ROOT    every file of the tree; exit 1 when there is a finding
 *   fuzhen-lint cases FILE   that each rule bites, and bites nothing else */
#include "lint.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_BYTES (4 << 20)

static int files;

/* NULL: not a text of bearable size. */
static char *
read_text (const char *path)
{
  FILE *file = fopen (path, "rb");
  char *text = file != NULL ? malloc (MAX_BYTES + 1) : NULL;
  size_t n = text != NULL ? fread (text, 1, MAX_BYTES + 1, file) : MAX_BYTES + 1;

  if (file != NULL)
    fclose (file);
  if (n <= MAX_BYTES)
    text[n] = '\0';
  if (n <= MAX_BYTES && strlen (text) == n)
    return text;
  free (text);
  return NULL;
}

static void
check_file (const char *root, const char *path)
{
  char full[8200];
  char *text;
  Source source;

  snprintf (full, sizeof full, "%s/%s", root, path);
  text = read_text (full);
  if (text == NULL)
    return;
  files++;
  source_read (&source, path, text);
  check_source (&source);
  source_clear (&source);
  free (text);
}

static void
check_folder (const char *root, const char *path)
{
  struct dirent **names = NULL;
  char full[8200];
  int n;

  snprintf (full, sizeof full, "%s/%s", root, path);
  n = scandir (full, &names, NULL, alphasort);
  for (int i = 0; i < n; i++) {
    const char *name = names[i]->d_name;
    char below[4096];
    struct stat info;

    if (*path == '\0' && *name != '.')
      check_top (name);
    if (*name != '.' && !starts (name, "_build") && strcmp (name, "__pycache__") != 0
        && snprintf (below, sizeof below, "%s%s%s", path, *path != '\0' ? "/" : "", name) < (int) sizeof below
        && snprintf (full, sizeof full, "%s/%s", root, below) < (int) sizeof full && lstat (full, &info) == 0) {
      if (S_ISDIR (info.st_mode))
        check_folder (root, below);
      else if (S_ISREG (info.st_mode) && strcmp (below, "tests/lint/cases.txt") != 0)
        check_file (root, below);
    }
    free (names[i]);
  }
  free (names);
}

static int
check_tree (const char *root)
{
  check_folder (root, "");
  check_sizes ();
  printf ("%sok 1 - %d files, %d findings\n1..1\n", findings () > 0 ? "not " : "", files, findings ());
  return findings () > 0 || files < 10;
}

/* One case: `@ RULE PATH [TIMES]` and the text below it, in which `~` stands for nothing, so that the file itself holds no
 * forbidden word. RULE `none` expects no finding. */
static bool
check_case (char *header, const char *body, int number)
{
  char rule[32], path[256];
  char *text, *to;
  int times = 1, fields = sscanf (header, "@ %31s %255s %d", rule, path, &times);
  Source source;

  if (fields < 2)
    return false;
  text = to = calloc ((strlen (body) + 1) * (size_t) times + 1, 1);
  if (text == NULL)
    abort ();
  for (int i = 0; i < times; i++) {
    for (const char *p = body; *p != '\0'; p++)
      if (*p != '~')
        *to++ = *p;
    *to++ = '\n';
  }
  last_rule = NULL;
  hushed = 1;
  source_read (&source, path, text);
  path[strcspn (path, "/")] = '\0';
  check_top (path);
  path[strlen (path)] = strchr (header, '/') != NULL ? '/' : '\0';
  check_source (&source);
  check_sizes ();
  source_clear (&source);
  free (text);
  if ((last_rule == NULL) == (strcmp (rule, "none") == 0) && (last_rule == NULL || strcmp (rule, last_rule) == 0) && hushed < 1000) {
    printf ("ok %d - %s in %s\n", number, rule, path);
    return true;
  }
  printf ("not ok %d - %s in %s: got %s%s\n", number, rule, path, last_rule != NULL ? last_rule : "none", hushed >= 1000 ? " and others" : "");
  return false;
}

static int
check_cases (const char *file)
{
  char *text = read_text (file), *next = text;
  int number = 0, failed = 0;

  next = next != NULL ? strstr (next, "\n@ ") : NULL;
  next += next != NULL;
  while (next != NULL) {
    char *header = next, *body = strchr (header, '\n');

    if (body == NULL)
      break;
    *body++ = '\0';
    next = strncmp (body, "@ ", 2) == 0 ? body : strstr (body, "\n@ ");
    if (next != NULL && next != body)
      *next++ = '\0';
    failed += !check_case (header, next == body ? "" : body, ++number);
  }
  printf ("1..%d\n", number);
  free (text);
  return failed > 0 || number == 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "tree") == 0)
    return check_tree (argv[2]);
  if (argc == 3 && strcmp (argv[1], "cases") == 0)
    return check_cases (argv[2]);
  fprintf (stderr, "usage: fuzhen-lint tree ROOT | fuzhen-lint cases FILE\n");
  return 2;
}
