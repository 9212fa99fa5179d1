/* app/cli_private.h: what the command files share. */
#pragma once

#include <gio/gio.h>

#include "app/desk_private.h"

typedef struct {
  const char *word;
  int (*run) (int argc, char **argv);
  const char *words; /* for --help; N_() */
} FzCommand;

enum { FZ_EXIT_DONE = 0, FZ_EXIT_NO = 1, FZ_EXIT_USAGE = 2, FZ_EXIT_DENIED = 3, FZ_EXIT_DAMAGED = 4, FZ_EXIT_OFFLINE = 5,
       FZ_EXIT_IN_USE = 6, FZ_EXIT_FAULT = 70 };

int fz_cli_exit_code (const GError *error);
/* Prints the sentence on standard error; returns the exit code. */
int fz_cli_fail (const GError *error);
/* Wrong usage: says what, and as the last line where help is. */
int fz_cli_misuse (const char *command, const char *what);

/* --- options and who (cli_session.c) --- */

/* One run of a command: the options all of them take, and what it opened. */
typedef struct {
  const char *command; /* `audit`; static */
  char *data, *staff;
  int password_fd, factor_fd; /* -1: not given */
  gboolean json, help;
  FzDesk *desk;
  FzSession *session;
  GCancellable *stop; /* NULL: a signal simply ends the process, which harms no store */
} FzCli;

#define FZ_CLI_GO_ON (-1)

/* Reads the common options and `more` (may be NULL); what is left in argv are the arguments. FZ_CLI_GO_ON, or the exit code:
 * help was printed or the usage was wrong. `usage`: the arguments, e.g. "head|list|verify"; `about`: sentences below, may be NULL. */
int fz_cli_begin (FzCli *cli, const char *usage, const char *about, const GOptionEntry *more, int *argc, char ***argv);
/* Opens the desk. FZ_CLI_GO_ON or the exit code, the error printed. */
int fz_cli_open (FzCli *cli);
/* Opens and signs in: as --staff says; without it in a demo store as its first person of that role. */
int fz_cli_sign_in (FzCli *cli, FzRole role);
/* Signs in as this demo person instead. */
int fz_cli_sign_in_demo (FzCli *cli, const char *number);
/* Signs out, closes everything. */
void fz_cli_end (FzCli *cli);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzCli, fz_cli_end)
/* The secret on this descriptor, up to its end, without the line's end; from the terminal without echo when `fd` is -1.
 * INVALID, REFUSED (no terminal). */
FzSecret *fz_cli_read_secret (int fd, const char *prompt, GError **error);
/* The signing PIN of who is signed in; of somebody of the demonstration, whose PIN everybody knows, without asking. */
FzSecret *fz_cli_read_pin (FzCli *cli, int fd, GError **error);
/* Cancelled by the first SIGINT or SIGTERM; the second ends the process. Call before threads are made. (transfer full) */
GCancellable *fz_cli_watch_signals (void);

/* How far long work is, on a terminal; at the end (1) the line is clean again. */
void fz_cli_show_part (double part, gpointer unused);

/* --- reading arguments (cli_argument.c) --- */

/* 2026-03-02 (the day's beginning at Beijing, or its end) or RFC 3339 with offset. */
gboolean fz_cli_parse_time (const char *text, gboolean end_of_day, gint64 *out_us, GError **error);
gboolean fz_cli_parse_number (const char *text, gint64 *out, GError **error);
/* KEY=VALUE words as facts; INVALID names a key that is not among these. */
FzFields *fz_cli_read_pairs (int n, char **words, const char *const *keys, const char *kind, GError **error);
/* The whole file; INVALID when it cannot be read or is longer. */
GBytes *fz_cli_read_file (const char *path, gsize max, GError **error);
/* One row of text for people: the values of these keys, tabs between; NULL-terminated. */
void fz_cli_print_row (const FzFields *row, const char *const *keys);
/* All of them in the form that was asked for; `rows` NULL: the error instead. The exit code. */
int fz_cli_print_rows (const FzCli *cli, GPtrArray *rows, const char *const *keys, const GError *error);

int fz_cli_audit (int argc, char **argv);
int fz_cli_backup (int argc, char **argv);
int fz_cli_check (int argc, char **argv);
int fz_cli_demo (int argc, char **argv);
int fz_cli_doctor (int argc, char **argv);
int fz_cli_duty (int argc, char **argv);
int fz_cli_enrol (int argc, char **argv);
int fz_cli_export (int argc, char **argv);
int fz_cli_hospital (int argc, char **argv);
int fz_cli_import (int argc, char **argv);
int fz_cli_init (int argc, char **argv);
int fz_cli_intake (int argc, char **argv);
int fz_cli_keys (int argc, char **argv);
int fz_cli_list (int argc, char **argv);
int fz_cli_portal (int argc, char **argv);
int fz_cli_rebuild (int argc, char **argv);
int fz_cli_report (int argc, char **argv);
int fz_cli_restore (int argc, char **argv);
int fz_cli_drill (int argc, char **argv);
int fz_cli_rules (int argc, char **argv);
int fz_cli_schema (int argc, char **argv);
int fz_cli_signer (int argc, char **argv);
int fz_cli_staff (int argc, char **argv);
int fz_cli_upload (int argc, char **argv);
int fz_cli_verify_ca (int argc, char **argv);
