/* app/taken.h: what a patient has already (在用药品), for the marks of the search: earlier effective prescriptions of this hospital whose days are not
 * over, and what the request says was bought before. Rows taken.NN.{key,name}: the key of a substance (core/drugname.h) and
 * the medicine that holds it. */
#pragma once

#include "app/desk_private.h"
#include "db/store.h"

/* Within the job that opens the visit, whose audit entry covers it. NULL with `error`. */
FzFields *fz_taken_read (FzDesk *desk, FzTxn *txn, const FzFields *visit, GError **error);
/* The substances of a draft's lines. */
void fz_taken_put_lines (FzDesk *desk, const FzFields *draft, FzFields *out);
