/* app/printout.h: papers that are read as a whole before they are printed (病历副本、报表), beside the slips of app/printout.c. */
#pragma once

#include "app/desk_private.h"
#include "app/paper/page.h"

typedef struct {
  const char *act;  /* printing it, as rights and audit log name it; static */
  const char *kind; /* what `id` is; static */
  char *title, *id;
  char *about;      /* which of them, to people: a number, a period */
  gint64 made_us;
} FzPrintoutPaper;

/* Who makes one has asked whether it may be read, and has audited that. `desk` NULL: of a file that somebody holds, outside every store; printing it is no
 * act of a session, none is asked for, and nothing is audited. Has at least one part before anybody looks. */
FzPrintout *fz_printout_new_paper (FzDesk *desk, const FzPrintoutPaper *paper);
void fz_printout_add_part (FzPrintout *self, const char *label, FzPages *take_pages);
