/* tests/attack/forger.h: the whole log rewritten, so that it agrees with itself. */
#pragma once

#include "tests/attack/burglar.h"

/* Entry 7 says another actor; nodes and checkpoints follow, signed by the log's key or by a newer one. The newest note. (transfer full) */
char *forge_log (Burglar *burglar, gboolean newer_key);
