/* app/cli_keys.h: `fuzhen keys`, in two files. */
#pragma once

#include "app/cli_private.h"

typedef struct {
  char *from, *reason, *second;
  int pin_fd, second_password_fd, second_pin_fd; /* -1: not given */
} FzKeysGiven;

gboolean fz_cli_keys_is_change (int argc, char **argv);
int fz_cli_keys_change (FzCli *cli, int argc, char **argv, const FzKeysGiven *given);
/* Once, for paper; app/cli_init.c */
void fz_cli_print_shares (gboolean json, char **shares);
