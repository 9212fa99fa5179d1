/* app/front_hint.h: a WebSocket on which the front says that there is something (来件提示). Only a hint: what there is stands in the inbox, and a hint
 * that is lost costs a minute. */
#pragma once

#include "app/front_wire.h"

typedef struct _FzFrontHint FzFrontHint;
/* Of the wire's thread. */
FzFrontHint *fz_front_hint_new (FzFrontWire *wire);
void fz_front_hint_free (FzFrontHint *self);
/* Opens it when it is not open and was not tried lately; drops one that has gone silent. */
void fz_front_hint_keep (FzFrontHint *self);
gboolean fz_front_hint_is_open (FzFrontHint *self);
/* TRUE once after something was said. */
gboolean fz_front_hint_take (FzFrontHint *self);
