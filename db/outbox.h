/* db/outbox.h: what the platform has to hear, and what it answered (上报台账). Rows are made in the transaction of the
 * document that makes them due; only these functions change a state. */
#pragma once

#include "core/date.h"
#include "core/fields.h"
#include "db/store.h"

typedef struct {
  const char *key;            /* visit:V1, record:V1, prescription:RX, drug:CODE@N, event:BL-000001, none:2026-03-02; void:RX, expired:RX and amended:KEY are tasks for a person, never sent */
  const char *stream;         /* one in flight at a time */
  const char *method;
  const char *subject;
  const FzFields *facts;
  GBytes *payload;            /* NULL: blocked */
  const char *problems;       /* one a line; NULL when payload is there */
  const char *const *needs;   /* keys that must be accepted first; NULL for none */
  gint64 not_before_us;       /* 0: at once */
} FzOutboxRow;

gboolean fz_outbox_add (FzTxn *txn, const FzOutboxRow *row, gint64 *out_id, GError **error);

/* The next row whose time has come, whose stream is free and whose needs are met; FALSE without error: none now.
 * `out_wait_us`: when to ask again at the latest (G_MAXINT64: on the next change). */
typedef struct {
  gint64 id;
  char *key;
  char *method;
  char *stream;
  GBytes *payload;
  gint64 attempts;
} FzOutboxDue;
void fz_outbox_due_clear (FzOutboxDue *due);
gboolean fz_outbox_next (FzTxn *txn, FzOutboxDue *out, gint64 *out_wait_us, GError **error);

/* What this row waits for: keys of rows that are not accepted. (transfer full) */
GPtrArray *fz_outbox_needs (FzTxn *txn, gint64 id, GError **error);
/* Before the first byte leaves: the row names the environment that the store is connected to (the setting platform.environment). CONFLICT when the row is no
 * longer queued. */
gboolean fz_outbox_mark_sending (FzTxn *txn, gint64 id, GError **error);
/* All that was sent, or may have been, went to this environment: of a store that did not note it. */
gboolean fz_outbox_name_environment (FzTxn *txn, const char *environment, GError **error);
/* Does the platform hold, or may it hold, a row that went to another environment? */
gboolean fz_outbox_any_elsewhere (FzTxn *txn, const char *environment, gboolean *out, GError **error);
/* After the answer: state is accepted, refused, unknown, alarm, or queued for another try at `next_us`. `reached` FALSE: the
 * platform was not reached, the try does not count. */
gboolean fz_outbox_settle (FzTxn *txn, gint64 id, const char *state, const char *code, const char *words, gint64 next_us,
                           gboolean reached, GError **error);
/* Rows left in `sending` by a stop become unknown; returns how many in *out. */
gboolean fz_outbox_recover (FzTxn *txn, gint64 *out, GError **error);
/* Whatever waits may have been sent by a newer state of this store that is lost: all of it becomes unknown; *out: how many. */
gboolean fz_outbox_doubt (FzTxn *txn, const char *words, gint64 *out, GError **error);
/* A person decides. An unknown one: it was sent, or it goes again. A blocked, refused or waiting-for-ever one (what it needs was decided
 * not to be sent): it is not to be sent. A task: done, or not needed. CONFLICT for anything else. */
gboolean fz_outbox_decide (FzTxn *txn, gint64 id, gboolean sent, const char *reason, GError **error);
/* A refused, alarmed or blocked row made ready again with a new payload, or blocked again with new problems. */
gboolean fz_outbox_renew (FzTxn *txn, gint64 id, const FzFields *facts, GBytes *payload, const char *problems, GError **error);
/* A queued row built anew, since what it says has changed: queued or blocked. CONFLICT when it is not queued. */
gboolean fz_outbox_refresh (FzTxn *txn, gint64 id, const FzFields *facts, GBytes *payload, const char *problems, GError **error);
/* After the configuration was mended: all alarmed rows are queued again. */
gboolean fz_outbox_clear_alarms (FzTxn *txn, gint64 *out, GError **error);

/* Rows as facts: id, key, stream, method, subject, state, attempts, code, words, problems, made_at, changed_at, next_at, waiting_for,
 * environment (test, production, demo; of what was sent), task (void: a prescription the platform may hold was voided).
 * `state` NULL: all. Newest first; `before_id` 0 starts. */
GPtrArray *fz_outbox_list (FzTxn *txn, const char *state, gint64 before_id, guint limit, GError **error);
/* One row with its frozen facts below `facts.` and `payload` as text. */
FzFields *fz_outbox_get (FzTxn *txn, gint64 id, GError **error);
/* Counts below the states' words, as facts. */
FzFields *fz_outbox_counts (FzTxn *txn, GError **error);
/* A row that waits, for its turn or for a person, is no longer to be sent, since what it says is not so any more; nothing when there is none. */
gboolean fz_outbox_withdraw (FzTxn *txn, const char *key, const char *why, GError **error);
/* The key of the sign-in of that day. fz_outbox_next() gives it on that day alone. (transfer full) */
char *fz_outbox_sign_in_key (FzDate day);
/* The first sign-in of a day before `today` that still waits; *out_key NULL without error: none. */
gboolean fz_outbox_missed_sign_in (FzTxn *txn, FzDate today, gint64 *out_id, char **out_key, GError **error);
/* TRUE when a row with a key <prefix>:… was accepted, or settled as sent, in [from_us, to_us). */
gboolean fz_outbox_any_accepted (FzTxn *txn, const char *prefix, gint64 from_us, gint64 to_us, gboolean *out, GError **error);
/* When the oldest row with a key <prefix>:… was made; 0: there is none. */
gboolean fz_outbox_oldest (FzTxn *txn, const char *prefix, gint64 *out_us, GError **error);
/* The newest row with this key; NOT_FOUND. */
gboolean fz_outbox_newest (FzTxn *txn, const char *key, gint64 *out_id, GError **error);
/* State of the newest row with this key; NULL without error: there is none. (transfer full) */
char *fz_outbox_dup_state (FzTxn *txn, const char *key, GError **error);
/* TRUE when a row with this key was accepted or settled as sent. */
gboolean fz_outbox_is_accepted (FzTxn *txn, const char *key, gboolean *out, GError **error);
