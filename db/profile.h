/* db/profile.h: the gate before prescriptions are read to count medicines (防统方的闸门). Only app/profile.c calls it. It gives prescriptions of a period
 * only for a grant of kind `profiling` whose newest use, made in this store and by the person who holds it, names that period; the store looks for
 * itself and believes nobody. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

typedef struct _FzProfile FzProfile;

/* In any job after the one in which the grant was used. REFUSED: there is no such use, the grant was revoked, or its period is another. `from_on`, `to_on`:
 * days at Beijing, both included. (transfer full) */
FzProfile *fz_profile_open (FzTxn *txn, const char *grant, const char *from_on, const char *to_on, GError **error);
void fz_profile_close (FzProfile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzProfile, fz_profile_close)
/* The next prescriptions that were signed in the period; less than `limit`: the last ones. */
GPtrArray *fz_profile_read (FzTxn *txn, FzProfile *self, guint limit, GError **error);
