/* db/front.h: what goes to the hospital's front and what came from it (医院前端). Only these functions change a state. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* --- out --- */

/* What the next row of this visit is to be: 1, 2, 3 … */
gboolean fz_front_next_turn (FzTxn *txn, const char *visit, gint64 *out, GError **error);
/* CONFLICT when the key is there already. */
gboolean fz_front_out_add (FzTxn *txn, const char *key, const char *visit, gint64 turn, const char *kind, GBytes *payload, GError **error);

typedef struct {
  gint64 id, attempts;
  char *key, *visit, *kind;
  GBytes *payload;
} FzFrontRow;
void fz_front_row_free (gpointer row);
/* FzFrontRow that may go now, in order, at most `limit`: none whose visit has an earlier one that has to wait. *out_next_us: when to ask again, 0: when
 * something is put. */
GPtrArray *fz_front_out_due (FzTxn *txn, guint limit, gint64 *out_next_us, GError **error);
/* After the front's receipt: delivered or refused, or queued once more at next_us. CONFLICT when it is not queued. */
gboolean fz_front_out_settle (FzTxn *txn, gint64 id, const char *state, const char *code, const char *words, gint64 next_us, GError **error);
/* A person lets a refused row be, or sends it again. CONFLICT when it is not refused. */
gboolean fz_front_out_decide (FzTxn *txn, gint64 id, gboolean again, const char *words, GError **error);
/* The words of a message whose log entry is being lawfully forgotten go from the queue too; what still waited is not sent any more. */
gboolean fz_front_out_forget (FzTxn *txn, guint64 entry, GError **error);
/* Facts state, code, words of the row with this key; NULL without error: there is none. */
FzFields *fz_front_out_state (FzTxn *txn, const char *key, GError **error);

/* --- in --- */

typedef struct {
  gint64 number, attempts;
  char *event, *kind, *visit, *body;
} FzFrontEvent;
void fz_front_event_free (gpointer event);

/* Keeps an event once. *out_new FALSE: it was there, word for word. Another one under the same id is kept beside it, held with `words`. */
gboolean fz_front_in_add (FzTxn *txn, const char *event, const char *kind, const char *visit, const char *body, const char *conflict_words,
                          gboolean *out_new, GError **error);
/* The first new event whose time has come and before which no new one of its visit stands; NULL without error: none now, then *out_next_us as above. */
FzFrontEvent *fz_front_in_next (FzTxn *txn, gint64 *out_next_us, GError **error);
/* applied, or settled (a person let it be): its body goes. CONFLICT when it is neither new nor held. */
gboolean fz_front_in_done (FzTxn *txn, gint64 number, const char *state, const char *words, GError **error);
/* It stays, with what is wrong with it. */
gboolean fz_front_in_hold (FzTxn *txn, gint64 number, const char *words, GError **error);
/* Tried again at next_us; `counts` FALSE: nobody was reached, the try does not count. */
gboolean fz_front_in_wait (FzTxn *txn, gint64 number, gboolean counts, gint64 next_us, GError **error);
/* A held one is tried once more. CONFLICT when it is not held. */
gboolean fz_front_in_again (FzTxn *txn, gint64 number, GError **error);
/* What was held for want of the visit is tried again, now that it is there. */
gboolean fz_front_in_release (FzTxn *txn, const char *visit, GError **error);
/* The held request of this visit, if there is one, is tried again. */
gboolean fz_front_in_again_request (FzTxn *txn, const char *visit, GError **error);
/* FzFrontEvent of this visit that are held or new, with these kinds (NULL-terminated), in order. */
GPtrArray *fz_front_in_of_visit (FzTxn *txn, const char *visit, const char *const *kinds, GError **error);
/* Rows kind, words of what came for this visit and waits for a person, in order. */
GPtrArray *fz_front_in_held (FzTxn *txn, const char *visit, GError **error);
/* Did the request of this visit come by the front? */
gboolean fz_front_in_knows (FzTxn *txn, const char *visit, gboolean *out, GError **error);
/* Which event of this kind became the entry, and of which visit ("": none); both NULL without error: it did not come by the front. (transfer full) */
gboolean fz_front_in_of_entry (FzTxn *txn, const char *kind, const char *entry, char **out_event, char **out_visit, GError **error);
/* Which entry the event of this kind became; NULL without error: none. (transfer full) */
char *fz_front_in_entry_of (FzTxn *txn, const char *kind, const char *event, const char *visit, GError **error);
/* Ids kept and not yet acknowledged, at most `limit`, in order. */
GPtrArray *fz_front_in_unacked (FzTxn *txn, guint limit, GError **error);
gboolean fz_front_in_acked (FzTxn *txn, const char *event, GError **error);

/* --- to look at --- */

/* Facts: out.{queued,refused,visits}, in.{new,held}, visits_waiting (waiting ones that came by the front), oldest_queued_at, last_event_at. */
FzFields *fz_front_counts (FzTxn *txn, GError **error);
/* Visits that need the front: id, n (messages still to be sent; 0: it waits to be taken, which the front is asked). */
GPtrArray *fz_front_visits (FzTxn *txn, guint limit, GError **error);
/* Rows of what needs a person, oldest first: way (in, out), number, kind, visit, words, code, at, came_at, again (yes: may be tried again). */
GPtrArray *fz_front_problems (FzTxn *txn, guint limit, GError **error);
