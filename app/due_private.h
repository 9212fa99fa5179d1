/* app/due_private.h: what the two makers of outbox rows share: documents of a visit (due.c), entries of registers (due_entry.c). */
#pragma once

#include "app/due.h"
#include "db/outbox.h"

/* Who we are and when it was frozen: in every message. */
FzFields *fz_due_base_facts (FzDesk *desk, FzTxn *txn);
/* With what the visit says of patient, doctor and outcome. NULL with error. */
FzFields *fz_due_visit_facts (FzDesk *desk, FzTxn *txn, const FzFold *fold, GError **error);
/* Who acted, in place of whoever stands there: doctor.* and, by the staff register, subject.* and dept.*. NULL or unknown: none stands there then, and the row
 * waits for a person. */
gboolean fz_due_put_doctor (FzDesk *desk, FzTxn *txn, const char *number, FzFields *facts, GError **error);
/* FALSE only when it could not run; a missing value is not an error, it is a blocked row and a task. The same when the kind of business was not filed. */
gboolean fz_due_build (FzDesk *desk, FzTxn *txn, const char *method, const FzFields *facts, GBytes **out_payload, char **out_problems, GError **error);
/* Whether a record like this one is due by what was filed; *out_business: else the kind that would have to be, a word of the table. `facts` NULL: any record of
 * the method. */
gboolean fz_due_is_filed (FzDesk *desk, FzTxn *txn, const char *method, const FzFields *facts, const char **out_business, GError **error);
/* Payload and problems of the row are filled in here. */
gboolean fz_due_add_row (FzDesk *desk, FzTxn *txn, FzOutboxRow *row, GError **error);
/* What is in the way of telling the platform of this medicine; *out_problems NULL: nothing. */
gboolean fz_due_drug_problems (FzDesk *desk, FzTxn *txn, const FzDrug *drug, char **out_problems, GError **error);
/* A row in this state (NULL: none) is with the platform, or may be. */
gboolean fz_due_may_hold (const char *state);

/* Is <prefix>:… the key of a register's entry? */
gboolean fz_due_is_entry (FzDesk *desk, const char *prefix);
/* The facts of an entry as it stands now, for the message whose rows are <prefix>:…. */
FzFields *fz_due_entry_facts (FzDesk *desk, FzTxn *txn, const char *prefix, const char *entry, GError **error);
/* The value of `field.<field>`; NULL: none. */
const char *fz_due_entry_value (const FzFields *entry, const char *field);

/* due_day.c: one empty call for each day of a confirmation, checked once more. */
gboolean fz_due_add_days (FzDesk *desk, FzTxn *txn, const FzFields *entry, GError **error);
/* Today's confirmation does not hold any more. */
gboolean fz_due_withdraw_today (FzTxn *txn, GError **error);
