/* app/length.h: how much of what a doctor writes the supervision platform takes (字数). A longer text could be signed, but never uploaded,
 * and what is signed is not shortened any more: so it is found while it still can be. Tianjin 2025 art. 24. */
#pragma once

#include "app/desk_private.h"

/* Adds a stop for each text of the draft that is longer than a message can carry, and sorts. The limits are those of the message table. */
void fz_length_check (FzDesk *desk, const FzFields *draft, GPtrArray *findings);
