/* Runs fuzhen-verify many times without the cost of starting a program: each run is a fork of this process that enters the
 * same main(). Two ways to call it:
 *   many batch             reads lines `FOLDER TAB ARGUMENT TAB …`, prints the verdicts of each and a line `exit N`
 *   many flip FOLDER ARGUMENT… -- FILE…   flips every bit of every FILE in turn; each run must end with exit 1. With FUZHEN_FLIP_STEP=N and
 *                          FUZHEN_FLIP_FROM=M only every Nth bit, from bit M on
 * A run that dies of a signal is `exit 128 + N` and ends the flips at once. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGUMENTS 64

int fv_main (int argc, char **argv);

static void
die (const char *what)
{
  fprintf (stderr, "many: %s: %s\n", what, strerror (errno));
  exit (2);
}

static int
run_once (const char *folder, int argc, char **argv, int quiet)
{
  int status = 0;
  pid_t child;

  fflush (stdout);
  child = fork ();
  if (child < 0)
    die ("fork");
  if (child == 0) {
    int null = open ("/dev/null", O_WRONLY | O_CLOEXEC), code;

    if (null < 0 || chdir (folder) != 0)
      die (folder);
    dup2 (null, STDERR_FILENO);
    if (quiet)
      dup2 (null, STDOUT_FILENO);
    code = fv_main (argc, argv);
    fflush (stdout);
    _exit (code);
  }
  while (waitpid (child, &status, 0) < 0)
    if (errno != EINTR)
      die ("waitpid");
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static int
batch (void)
{
  char *line = NULL, *argv[MAX_ARGUMENTS], *save = NULL;
  size_t room = 0;
  ssize_t n;

  while ((n = getline (&line, &room, stdin)) > 0) {
    char *folder;
    int argc = 0;

    if (line[n - 1] == '\n')
      line[n - 1] = '\0';
    folder = strtok_r (line, "\t", &save);
    argv[argc++] = (char *) (size_t) "fuzhen-verify";
    for (char *word; argc < MAX_ARGUMENTS - 1 && (word = strtok_r (NULL, "\t", &save)) != NULL;)
      argv[argc++] = word;
    argv[argc] = NULL;
    printf ("exit %d\n", run_once (folder, argc, argv, 0));
    fflush (stdout);
  }
  free (line);
  return 0;
}

/* Returns how many flips of this file were not found. */
static long
flip_file (const char *folder, int argc, char **argv, const char *name, long *flips)
{
  const char *said_step = getenv ("FUZHEN_FLIP_STEP"), *said_from = getenv ("FUZHEN_FLIP_FROM");
  long long step = said_step != NULL ? atoll (said_step) : 1, from = said_from != NULL ? atoll (said_from) : 0;
  char path[4096];
  struct stat info;
  long missed = 0;
  int fd;

  snprintf (path, sizeof path, "%s/%s", folder, name);
  fd = open (path, O_RDWR | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &info) != 0)
    die (path);
  for (off_t at = 0; at < info.st_size; at++)
    for (unsigned bit = 0; bit < 8; bit++) {
      unsigned char byte, changed;
      int code;

      if ((at * 8 + bit) % step != from % step)
        continue;
      if (pread (fd, &byte, 1, at) != 1)
        die (path);
      changed = (unsigned char) (byte ^ 1u << bit);
      if (pwrite (fd, &changed, 1, at) != 1)
        die (path);
      code = run_once (folder, argc, argv, 1);
      if (pwrite (fd, &byte, 1, at) != 1)
        die (path);
      ++*flips;
      if (code == 1)
        continue;
      printf ("%s: byte %lld bit %u: exit %d\n", name, (long long) at, bit, code);
      missed++;
    }
  close (fd);
  return missed;
}

static int
flip (int argc, char **argv)
{
  const char *folder = argv[0];
  int split = 1, code;
  long flips = 0, missed = 0;

  while (split < argc && strcmp (argv[split], "--") != 0)
    split++;
  if (split == argc)
    return 2;
  argv[0] = (char *) (size_t) "fuzhen-verify";
  argv[split] = NULL;
  code = run_once (folder, split, argv, 1);
  if (code != 0) {
    printf ("the untouched bundle is not valid: exit %d\n", code);
    return 1;
  }
  for (int i = split + 1; i < argc; i++)
    missed += flip_file (folder, split, argv, argv[i], &flips);
  printf ("%ld flips, %ld missed\n", flips, missed);
  return missed > 0 || flips == 0;
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "batch") == 0)
    return batch ();
  if (argc > 4 && strcmp (argv[1], "flip") == 0)
    return flip (argc - 2, argv + 2);
  fprintf (stderr, "usage: many batch | many flip FOLDER ARGUMENT... -- FILE...\n");
  return 2;
}
