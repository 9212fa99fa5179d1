/* tests/window/loading.h: pages and dialogs while what they show is still being read, and acts that were handed over and have not come back: answers are held
 * back at a gate (gate.h), so that nothing depends on how fast the machine is. */
#pragma once

#include "tests/window/rows_private.h"

/* Over what rows() made. */
void loading (Rows *self);
/* A window of a signed file that is still being judged, closed before it is. */
void loading_document (Rows *self, const char *path);
