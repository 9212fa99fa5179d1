/* app/reach.h: whose thing it is (本人、同科、他人), and which role may do what with whose: the second half of the table of rights in
 * app/session.c, which says what a role may do at all. Every use case that takes an id asks here with the object in its hand, in the transaction that
 * read it; an act that is not in this table reaches nothing. Tianjin 2025 art. 14; 等保 AC-2, AC-4.
 *
 * A visit is free while it is open and nobody holds it (and the day it ended that way), own to the doctor who holds it. A prescription is own to who wrote it and to who holds its
 * visit; to pharmacists it is free while it is in work (to review, to hand out, on its way, or settled today), afterwards own to who reviewed it. */
#pragma once

#include "app/desk_private.h"

typedef enum {
  FZ_REACH_FREE,      /* nobody's yet, or the whole pharmacy's */
  FZ_REACH_OWN,
  FZ_REACH_COLLEAGUE, /* somebody else's of the same department */
  FZ_REACH_OTHER,
  FZ_N_REACHES
} FzReach;

/* TRUE when the table has it; FALSE for an act it does not know. */
gboolean fz_reach_allows (FzRole role, const char *act, FzReach reach);
/* In a job: *out_denied says whether this session may do `act` with this visit. FALSE only with an error. */
gboolean fz_reach_visit (FzSession *session, FzTxn *txn, const char *act, const FzFields *visit, gboolean *out_denied, GError **error);
/* The same of a prescription; `visit`: its visit's facts. */
gboolean fz_reach_rx (FzSession *session, FzTxn *txn, const char *act, const FzFields *visit, const FzFields *rx, gboolean *out_denied,
                      GError **error);
/* Of what belongs to one natural person (`person`, the keyed word of the directory). */
gboolean fz_reach_person (const FzSession *session, const char *act, const char *person);
/* Outside a job: one entry `denied`, and REFUSED. Always FALSE. */
gboolean fz_reach_refuse_visit (FzSession *session, const char *act, const char *visit, GError **error);
gboolean fz_reach_refuse_rx (FzSession *session, const char *act, const char *rx, GError **error);
