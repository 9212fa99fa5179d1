/* app/cli.h: the command line (命令行). Others script against it: names, exit codes and JSON keys stay. */
#pragma once

/* Runs `fuzhen COMMAND …`; argv[0] is the command. The result is the process's exit code: 0 done, 1 the answer is no, 2 usage,
 * 3 not allowed, 4 damaged, 5 the other side unreachable, 6 in use, 70 our own fault. */
int fz_cli_run (int argc, char **argv);
/* TRUE when the word is a command of ours. */
int fz_cli_has (const char *word);
