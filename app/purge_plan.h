/* app/purge_plan.h: what is over and may go, found by looking at everything that is kept (清点). Nothing is changed by it. */
#pragma once

#include "app/desk_private.h"
#include "app/hold.h"
#include "core/purge.h"

/* Most things of one list: what is over beyond that is asked for by an earlier day. */
#define FZ_PURGE_MOST 50000

typedef struct _FzPurgePlan {
  FzRetentionClass class;
  char *to;        /* the last day on which a term may have begun */
  gint64 years;
  int row;         /* of assets/codes/retention.csv */
  GPtrArray *items; /* FzPurgeItem in the order of the list */
  GBytes *list;
  char *sha256;    /* of the list, hex */
  guint visits;    /* whose things they are */
  guint held;      /* visits whose things are over and stay, since something holds them */
  GPtrArray *holds; /* the first few of them: sentences */
} FzPurgePlan;

void fz_purge_plan_free (FzPurgePlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPurgePlan, fz_purge_plan_free)

/* Outside a job, SLOW. INVALID: an unknown class, no day, a day whose terms are not over, or more than FZ_PURGE_MOST. CANCELLED. */
FzPurgePlan *fz_purge_plan_make (FzDesk *desk, const char *class, const char *to, GCancellable *cancellable,
                                 void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error);

/* In a job: the day the term of this visit's things began, its newest document or message; FALSE in *out_ended while it is not ended. */
gboolean fz_purge_since (FzTxn *txn, const char *visit, FzDate *out_since, gboolean *out_ended, GError **error);
