/* app/dispense.h: agreements that a prescription may leave the hospital by (配送与供药协议). */
#pragma once

#include "app/desk_private.h"

/* An entry of the agreement register that is in force and in date today; REFUSED says which of them it is not. (transfer full) */
FzFields *fz_agreement_get (FzDesk *desk, FzTxn *txn, const char *id, GError **error);
gboolean fz_agreement_is_of (const FzFields *agreement, const char *kind);
