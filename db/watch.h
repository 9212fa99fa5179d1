/* db/watch.h: how much a person looked at on a day, numbers nobody honestly asks for, and alarms (查看量、诱饵编号、告警). */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Notes that `staff` looked at `subject` on that day (2026-03-02), once; *out_n is how many different ones by now, *out_new whether this was a new one.
 * The first of a day lets go of the days before. */
gboolean fz_watch_add (FzTxn *txn, const char *day, const char *staff, const char *what, const char *subject, gint64 *out_n, gboolean *out_new,
                       GError **error);
/* -1 on error. */
gint64 fz_watch_count (FzTxn *txn, const char *day, const char *staff, const char *what, GError **error);

gboolean fz_canary_plant (FzTxn *txn, const char *id, GError **error);
gboolean fz_canary_is (FzTxn *txn, const char *id, gboolean *out, GError **error);
/* The value of a counter; 0: it was never asked for. -1 on error. */
gint64 fz_watch_counter (FzTxn *txn, const char *name, GError **error);

gboolean fz_alarm_raise (FzTxn *txn, const char *staff, const char *what, const char *subject, gint64 amount, GError **error);
/* NOT_FOUND, or it was settled. */
gboolean fz_alarm_settle (FzTxn *txn, gint64 number, const char *by, const char *words, GError **error);
/* alarm.{number,raised_at,staff,what,subject,amount,settled_at,settled_by,words}, newest first; `open`: only those nobody has settled. */
GPtrArray *fz_alarms_list (FzTxn *txn, gboolean open, guint limit, GError **error);
