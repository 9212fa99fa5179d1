/* app/front_client.h: the exchange with the hospital's front (与医院前端的交换): sends what is queued, reads what came, acknowledges after the commit. All of it
 * may be repeated after a cut: rows carry keys, events ids, and the cursor stands in the same transaction as the page. */
#pragma once

#include "app/desk_private.h"
#include "app/front_wire.h"

typedef struct {
  guint delivered, refused;   /* of ours */
  guint received, taken;      /* of theirs: new ones, and steps of taking them (held ones too) */
  FzFrontAnswerKind kind;     /* GOOD: everything was said; else what stopped it */
  char *words;                /* why */
  gint64 after_us;            /* LATER: the least to wait */
  gint64 next_us;             /* when something waits for its time; 0: nothing does */
} FzFrontRound;
void fz_front_round_clear (FzFrontRound *round);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzFrontRound, fz_front_round_clear)

typedef struct _FzFrontClient FzFrontClient;
/* Of one thread, with its thread-default main context. `stop`: ends what is being waited for. */
FzFrontClient *fz_front_client_new (FzDesk *desk, FzPlatformConfig *config, GCancellable *stop);
void fz_front_client_free (FzFrontClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFrontClient, fz_front_client_free)
FzFrontWire *fz_front_client_get_wire (FzFrontClient *self);
/* Everything once: queued rows out, pages in, acknowledgements, effects, and what these brought about out again. An error: the store does not
 * work. Blocks. */
gboolean fz_front_client_round (FzFrontClient *self, FzFrontRound *out, GError **error);
/* Long poll: returns when something may have come, `seconds` passed, or `stop` was pulled. *out_came: look at once. */
FzFrontAnswerKind fz_front_client_wait (FzFrontClient *self, guint seconds, GCancellable *stop, gboolean *out_came);
