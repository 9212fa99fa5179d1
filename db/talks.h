/* db/talks.h: the messages of a visit and their states (图文沟通). What was said is the payload of the log's entry each row names; once that was
 * lawfully removed, rows have no `said`. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* `row`: id, visit, side, kind, state, and picture of an image; `entry`: of the audit log. CONFLICT is INTERNAL here: the caller asked
 * fz_talks_get() first. *out_number may be NULL. */
gboolean fz_talks_add (FzTxn *txn, const FzFields *row, guint64 entry, guint64 *out_number, GError **error);
/* number, id, visit, side, kind, entry, picture, state, state_at, reason, front, kept_at (when it came here), and below `said.` what was said. NULL without error: none. */
FzFields *fz_talks_get (FzTxn *txn, const char *id, GError **error);
/* The newest `limit` before number `before` (0: all), oldest first. */
GPtrArray *fz_talks_list (FzTxn *txn, const char *visit, guint64 before, guint limit, GError **error);
/* Whose state is `new`, up to and with that number. */
GPtrArray *fz_talks_list_new (FzTxn *txn, const char *visit, guint64 until, guint limit, GError **error);
gboolean fz_talks_set_state (FzTxn *txn, const char *id, const char *state, gint64 at_us, const char *reason, GError **error);
/* Under which key it was last queued for the front. */
gboolean fz_talks_set_front (FzTxn *txn, const char *id, const char *key, GError **error);
/* How many are `new`; -1 on error. */
gint64 fz_talks_count_new (FzTxn *txn, const char *visit, GError **error);
/* In how many open visits of that doctor (a natural person) there are such; -1 on error. */
gint64 fz_talks_count_unread (FzTxn *txn, const char *holder, GError **error);
/* SHA-256 of the visit's pictures, each once. */
GPtrArray *fz_talks_pictures (FzTxn *txn, const char *visit, GError **error);
/* Of those that came with messages of any visit after that moment. */
GPtrArray *fz_talks_pictures_since (FzTxn *txn, gint64 us, GError **error);
/* When the newest message of the visit came here; 0: there is none. */
gboolean fz_talks_newest_us (FzTxn *txn, const char *visit, gint64 *out_us, GError **error);
/* How many messages have no entry of the log that belongs to them; -1 on error. */
gint64 fz_talks_count_astray (FzTxn *txn, GError **error);
/* Salt and payload of a message's entry as the log hashed them (SHA-256 of these bytes is its payload_sha256); NULL without error: removed. */
GBytes *fz_talks_dup_proof (FzTxn *txn, guint64 entry, GError **error);

/* --- a doctor's short answers --- */

GPtrArray *fz_phrases_list (FzTxn *txn, const char *staff, GError **error); /* strings */
/* Replaces the list; `words` ends with NULL. */
gboolean fz_phrases_put (FzTxn *txn, const char *staff, const char *const *words, GError **error);
