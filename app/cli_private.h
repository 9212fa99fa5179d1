/* app/cli_private.h: what the command files share. */
#pragma once

#include <glib.h>

#include "core/error.h"
#include "core/fields.h"

typedef struct {
  const char *word;
  int (*run) (int argc, char **argv);
} FzCommand;

int fz_cli_exit_code (const GError *error);
/* Prints the sentence on standard error; returns the exit code. */
int fz_cli_fail (const GError *error);

int fz_cli_demo (int argc, char **argv);
