/* app/due_entry.h: entries of registers that the platform hears of, and the sign-in of each day (台账上报、每日签到). Which they are and from
 * which field each value comes stands in the platform's file. Tianjin 2025 art. 26 and 31. */
#pragma once

#include "app/desk_private.h"
#include "core/register.h"

/* Before anybody signs: may these days be confirmed as days without events? REFUSED or CONFLICT saying why not; TRUE for any other register. */
gboolean fz_due_check_entry (FzDesk *desk, FzTxn *txn, const FzRegister *reg, const FzFields *values, GError **error);
/* In the job that keeps one more document of an entry; `before` NULL: it was opened. Adds, mends or withdraws outbox rows. */
gboolean fz_due_add_entry (FzDesk *desk, FzTxn *txn, const FzFields *before, const FzFields *after, GError **error);

/* An entry that has reached a state the platform hears of and has no row gets one. Told of each row it has to have: its key, how it stands, whether it was added now. */
typedef void (*FzDueEntryRow) (const char *key, const char *state, gboolean added, gpointer data);
gboolean fz_due_add_entry_missing (FzDesk *desk, FzTxn *txn, const char *id, FzDueEntryRow tell, gpointer data, GError **error);
/* Does the platform hear of this entry by itself, so that nobody files it by hand? Of a message that the hospital added: only what was completed since it holds. */
gboolean fz_due_entry_goes (FzDesk *desk, FzTxn *txn, const FzFields *entry, gboolean *out, GError **error);

typedef enum {
  FZ_DAY_NONE,    /* this platform asks for no sign-in */
  FZ_DAY_OPEN,    /* nobody has confirmed anything */
  FZ_DAY_EVENTS,  /* there are events that were not told yet: they are the sign-in */
  FZ_DAY_WAITING, /* confirmed, and not yet accepted by the platform */
  FZ_DAY_DONE
} FzDayState;

/* *out_entry: the first entry that has to be told first, for FZ_DAY_EVENTS; else NULL. (transfer full) */
gboolean fz_due_day_state (FzDesk *desk, FzTxn *txn, FzDate day, FzDayState *out, char **out_entry, GError **error);
/* Today, and every day since the first sign-in (at most a month back) that was not done, oldest first. */
typedef void (*FzDueDay) (FzDate day, FzDayState state, const char *entry, gpointer data);
gboolean fz_due_days (FzDesk *desk, FzTxn *txn, FzDueDay tell, gpointer data, GError **error);
/* A sign-in whose day went by before it could be sent is not sent any more: its day stands as not done. */
gboolean fz_due_tick (FzDesk *desk, GError **error);
/* Today is not done and the hour of the alarm has come. */
gboolean fz_due_day_is_late (FzDesk *desk, FzTxn *txn, gboolean *out_late, GError **error);
