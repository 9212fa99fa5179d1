/* tests/window/undone.h: everything that is removed or replaced and signed nowhere comes back, with its checks and in the store. */
#pragma once

#include "tests/window/rows_private.h"

/* What a draft holds. */
void undone (World *world);
/* What stands beside it, each by its own button and the key, over what rows() made: a favourite, a set, the phrases, a draft of rules, chosen files. */
void undone_rows (Rows *self);
