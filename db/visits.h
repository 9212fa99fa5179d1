/* db/visits.h: visits and prescriptions as they stand (就诊、处方): rows derived from documents, read by every list. */
#pragma once

#include "core/case.h"
#include "db/store.h"

typedef enum {
  FZ_VISITS_WAITING, /* oldest first */
  FZ_VISITS_OPEN,    /* taken or recorded, oldest first */
  FZ_VISITS_ENDED,   /* by end, from `from_us`; oldest first */
  FZ_VISITS_APPLIED  /* by application, from `from_us`; oldest first */
} FzVisitList;

typedef enum {
  FZ_RX_TO_REVIEW, /* signed, by turn (rx.turn_at in each row) */
  FZ_RX_OPEN,      /* signed or effective, by end of validity */
  FZ_RX_BY_TIME,   /* by signing, from `from_us` */
  FZ_RX_REVIEWED,  /* by review, from `from_us` */
  FZ_RX_SENT       /* away and not heard of, the oldest first */
} FzRxList;

/* Where a page goes on: after (us, id). {from, ""} starts at a time. */
typedef struct {
  gint64 us;
  const char *id;
} FzCursor;

/* Inserts or replaces the derived row. `ended_us` 0: not ended. */
gboolean fz_visits_put (FzTxn *txn, const char *id, FzStage stage, const char *holder, gint64 applied_us, gint64 ended_us,
                        const FzFields *facts, GError **error);
/* NOT_FOUND. */
FzFields *fz_visits_get (FzTxn *txn, const char *id, GError **error);
GPtrArray *fz_visits_list (FzTxn *txn, FzVisitList which, FzCursor after, guint limit, GError **error);
/* Ended visits that this person held, the newest first, from before (us, id). */
GPtrArray *fz_visits_of (FzTxn *txn, const char *holder, FzCursor before, guint limit, GError **error);
/* By application, what reports count alone: id, stage, applied_at, taken_at, department, department_name and holder_number of visit, end.*, eligibility.verdict;
 * nobody's name. */
GPtrArray *fz_visits_list_counted (FzTxn *txn, FzCursor after, guint limit, GError **error);
gint64 fz_visits_count (FzTxn *txn, FzVisitList which, GError **error); /* of WAITING and OPEN only; -1 on error */
gint64 fz_visits_count_all (FzTxn *txn, GError **error); /* -1 on error */

/* The document of this id is already kept. `rx.sent_at` of the facts says since when something is away. */
gboolean fz_rx_put (FzTxn *txn, const char *id, const char *visit, FzRxStage stage, gint64 signed_us, gint64 reviewed_us,
                    gint64 valid_until_us, const FzFields *facts, GError **error);
/* A new row's turn is when it was signed. */
gboolean fz_rx_put_turn (FzTxn *txn, const char *id, gint64 turn_us, GError **error);
FzFields *fz_rx_get (FzTxn *txn, const char *id, GError **error);
GPtrArray *fz_rx_list (FzTxn *txn, FzRxList which, FzCursor after, guint limit, GError **error);
/* By signing, what reports count alone: id, stage, signed_at, reviewed_at, verdict, replaced_by, confirmed_at and confirm_words of rx, subject.code, reason.*, override.*;
 * no medicine, nobody's name. */
GPtrArray *fz_rx_list_counted (FzTxn *txn, FzCursor after, guint limit, GError **error);
GPtrArray *fz_rx_of_visit (FzTxn *txn, const char *visit, GError **error);
/* A patient by the kind and number of the identity document in these facts; NULL when they name none. (transfer full) */
char *fz_patient_word (const FzFields *facts);
/* Newest first. */
GPtrArray *fz_rx_of_patient (FzTxn *txn, const char *patient, guint limit, GError **error);
gint64 fz_rx_count_to_review (FzTxn *txn, GError **error);

/* The next number of a counter, from 1. */
gboolean fz_counter_next (FzTxn *txn, const char *name, gint64 *out, GError **error);

/* What somebody was typing. `body` NULL removes. */
gboolean fz_drafts_put (FzTxn *txn, const char *visit, const char *staff, const FzFields *body, GError **error);
/* NULL without error: none. */
FzFields *fz_drafts_get (FzTxn *txn, const char *visit, const char *staff, GError **error);

/* The visits somebody has drafts of, the one saved last first. (elements transfer full) */
GPtrArray *fz_drafts_list (FzTxn *txn, const char *staff, GError **error);

/* Folders of `out/` still to be written. */
gboolean fz_handouts_due (FzTxn *txn, const char *visit, GError **error);
GPtrArray *fz_handouts_list (FzTxn *txn, guint limit, GError **error); /* visit ids */
gboolean fz_handouts_done (FzTxn *txn, const char *visit, GError **error);
