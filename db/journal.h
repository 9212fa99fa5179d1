/* db/journal.h: who read what in a store that cannot be written (查阅簿).
 *
 * A store that its heads contradict, that is damaged or that lies on a read-only disk is evidence: nothing in it changes any more, so
 * a reading cannot be entered into its log either. It is entered here instead, before what was read is handed out: no entry, no
 * reading. Once the store can be written again every entry goes into the log under its own action and person, and only then this file
 * goes. To put entries straight into a log that is in dispute would mend over what is to be examined; to refuse every reading would
 * leave a hospital, and whoever inspects it, without its records on the day they are asked for.
 *
 * <state_dir>/journal-<identity>, beside the device secret and never in the data folder, which stays as it was found. A record: four
 * bytes of length (little endian), then the canonical text `fuzhen.journal/v1` sealed with XChaCha20-Poly1305 under
 * BLAKE2b(the store's key of words, "journal"), bound to the store's identity, its position and the SHA-256 of the record before: one
 * that is changed, moved, doubled or taken out of the middle does not open. A cut tail cannot be told from a shorter journal, and
 * whoever owns this account can remove the whole of it; the numbers of the next entries in the log say how many there were.
 *
 * Keys of an entry: action, actor, at, boot, log_size (of the log that was read), mono_ms, number (from 0), outcome, payload.*, reason, role, session,
 * subject, subject_kind, time_trust, why (only in the first: why the store could only be read). */
#pragma once

#include "core/fields.h"
#include "db/audit.h"

/* From now on RECORD jobs of a read-only store may read, each entered here; what such a job writes is refused with the store's reason. Once;
 * nothing in a store that is not read-only. From any thread. RETRY: the file cannot be made or read; CORRUPT: what is there was damaged, and
 * was set aside under a name of its own first, so that the next call begins a new one. */
gboolean fz_journal_open (FzStore *store, GError **error);
/* In a job: how many entries of this action with the outcome `done` there are about this subject. 0 in a store that can be written. */
guint fz_journal_count (FzTxn *txn, const char *action, const char *subject);
/* In a job: calls for each entry, oldest first. */
typedef gboolean (*FzJournalVisit) (const FzFields *entry, gpointer data, GError **error);
gboolean fz_journal_foreach (FzTxn *txn, FzJournalVisit visit, gpointer data, GError **error);

/* --- a store that can be written again --- */

/* TRUE when there is a journal of this store on this device. */
gboolean fz_journal_is_there (FzStore *store);
/* In a RECORD job: `visit` enters each into the log (fz_audit_append()). What was entered is remembered in this transaction and the file goes after its
 * commit, so that a cut between the two enters nothing twice. *out_n: how many. CORRUPT as fz_journal_open(). */
gboolean fz_journal_take (FzTxn *txn, FzJournalVisit visit, gpointer data, guint *out_n, GError **error);
