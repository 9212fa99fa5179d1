/* app/watch.h: who looks at more than their work asks (查看量监测). Every look is audited; here it is counted as well, each thing once a day, in the same
 * transaction, and an alarm is raised when it is too much: an audit entry `profiling.alarm` and a row that stands until the security administrator said
 * what it was. Reading goes on: patients wait. Numbers are those of assets/codes/profiling-policy.csv. */
#pragma once

#include "app/desk_private.h"

/* In the job that audits `action`: counts it when it is a look at one case. Called by fz_session_audit() alone. */
gboolean fz_watch_note (FzSession *session, FzTxn *txn, const char *action, const char *subject, const char *outcome, GError **error);
/* The same of an entry of db/journal.h, when it is taken into the log: late, but counted on the day it is taken in. */
gboolean fz_watch_note_of (FzDesk *desk, FzTxn *txn, const FzFields *entry, GError **error);
/* Outside a job: somebody asked for a number that is not there. A few are slips of the hand; many, or one that only counting through comes to (a canary),
 * raise an alarm. */
void fz_watch_missing (FzSession *session, const char *subject_kind, const char *subject);
/* In a RECORD job: one more of what a person may do so often a day (`report`, `aim`). REFUSED: that was enough for today. */
gboolean fz_watch_spend (FzSession *session, FzTxn *txn, const char *what, const char *subject, GError **error);
/* In the job that seals a day: numbers right behind the day's last prescription become canaries. `day`: 2026-03-02. */
gboolean fz_watch_plant (FzDesk *desk, FzTxn *txn, const char *day, GError **error);
/* Calls `add` with each alarm that nobody has settled. */
gboolean fz_watch_put_due (FzTxn *txn, void (*add) (const FzFields *alarm, gpointer data), gpointer data, GError **error);
