/* app/told.h: offices of the hospital and who holds them (任职), and what is late so long that its office is told (逾期报告). The offices and after how many working days each
 * kind of deadline goes to one stand in assets/codes (lead-times.csv, offices.csv); the texts name neither, so both are the institution's own. */
#pragma once

#include "app/desk_private.h"

/* The staff number of who holds an office, from the facts of the institution; NULL: nobody was named. */
const char *fz_office_holder (const FzFields *institution, const char *office);
/* Applies the changes office (code) and holder (staff number; "-": nobody) to the facts of the institution. INVALID. Inside a job. */
gboolean fz_office_put (FzDesk *desk, FzTxn *txn, const FzFields *changes, FzFields *institution, GError **error);
/* app/deadlines.c: every deadline as `role` sees it, unsorted. (transfer full) */
GPtrArray *fz_deadlines_gather (FzSession *session, FzRole role, GError **error);
