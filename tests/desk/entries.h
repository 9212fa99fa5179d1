/* tests/desk/entries.h: what is typed into a register's form so that it is taken: a value for each kind of field. */
#pragma once

#include "tests/desk/world.h"

/* Of field `i` of a register as fz_desk_read_register() describes it; `second`: another one than the first. Borrowed. */
const char *entry_value (const FzFields *reg, guint i, gboolean second);
/* Values of what move `m` of `moves` (the register, or an entry of it) needs and asks; a second visit beside the first. The visits V-ALL and V-ALL2
 * must be there. (transfer full) */
FzFields *entry_values (const FzFields *reg, const FzFields *moves, guint m);
