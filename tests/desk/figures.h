/* tests/desk/figures.h: the reports of a store beside what was signed and registered there, for a second computation by another program in another language
 * (tests/desk/second_figures.py). */
#pragma once

#include "tests/desk/world.h"

/* <base>.screen: the report as it is shown, with what was asked, one `key TAB value` a line; <base>.csv: all its rows. Checked: no medicine's name in it, unless
 * it needs a grant, and no doctor's nobody asked for. */
void figures_write (World *w, const FzReportWanted *wanted, const char *base);
/* Every document as its bytes, the rows of the outbox, of the staff and of the tombstones, and the institution. */
void figures_dump (World *w, const char *folder);
/* The program of tests/desk over such a folder; fails with what it says. */
void figures_run (const char *program, const char *folder);
/* These reports (their names apart by a space) of that time, as medical affairs see them now, against the second computation. */
void figures_check (World *w, const char *names, gint64 from_us, gint64 to_us);
