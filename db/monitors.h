/* db/monitors.h: what is still to be watched (待监测事项), derived from prescriptions and what was signed about them since. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Replaces the rows of a prescription by `rows` (FzFields with monitor.{position,doctor,on} and whatever else a list shows; may be empty). */
gboolean fz_monitors_put (FzTxn *txn, const char *prescription, GPtrArray *rows, GError **error);
/* Soonest first, at most `limit`; `doctor` NULL: everybody's. `until` (a day) NULL: all, else those due before that day. */
GPtrArray *fz_monitors_list (FzTxn *txn, const char *doctor, const char *until, guint limit, GError **error);
/* Those of one prescription, by position. */
GPtrArray *fz_monitors_of_rx (FzTxn *txn, const char *prescription, GError **error);
