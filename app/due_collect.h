/* app/due_collect.h: what a day should have told the platform, made again from its documents and compared with the ledger (补采). Tianjin 2025
 * art. 24, 26. The empty sign-in of a day is not made again: a person has to have confirmed it. */
#pragma once

#include "app/desk_private.h"
#include "core/date.h"

typedef struct {
  FzDesk *desk;
  FzDate day;       /* at Beijing */
  GPtrArray *rows;  /* of FzFields: key, state, added (yes|no) */
  GHashTable *seen; /* keys already told of */
  guint added;
  gboolean begun;
  guint64 after;    /* number of the last document seen */
  guint64 before, last; /* numbers of the last document before the day and of its own last */
} FzDueCollect;

/* How far it is, 0..1. */
double fz_due_collect_part (const FzDueCollect *self);
/* One job's worth: adds the rows that are missing among the next documents of the day. Call again until *out_done. */
gboolean fz_due_collect (FzDueCollect *self, FzTxn *txn, gboolean *out_done, GError **error);
