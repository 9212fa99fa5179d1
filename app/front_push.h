/* app/front_push.h: what is queued for the front goes out (送往医院前端): in batches, each row of a visit after the one before it. */
#pragma once

#include "app/desk_private.h"
#include "app/front_wire.h"

typedef struct {
  guint delivered, refused;
  gint64 next_us; /* when a row waits for its time; 0: none */
} FzFrontPushed;

/* Until nothing is due. *answer (to be cleared): of the request that ended it, kind GOOD when all were answered. An error: the store does not work. */
gboolean fz_front_push (FzDesk *desk, FzFrontWire *wire, GCancellable *stop, FzFrontPushed *out, FzFrontAnswer *answer, GError **error);
