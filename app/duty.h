/* app/duty.h: the duty roster of reviewing pharmacists (审方值班). One workstation is used by turns, so that who is signed in says nothing
 * about who could review now: a roster does. An entry is made by medical affairs or by the pharmacist, for at most one day ahead of
 * itself; each change is audited with what it says. Chongqing 2023 appendix 1 part 3. */
#pragma once

#include "app/desk_private.h"

#include "db/store.h"

/* How many natural persons of the pharmacist's role are on duty at this moment; -1 when no roster was ever kept: nobody knows then.
 * `staff` as fz_staff_list() gives it. */
gint64 fz_duty_count (const FzFields *roster, GPtrArray *staff, gint64 at_us);
/* Whether the moment lies in the hospital's business hours (organ.business_from, organ.business_until: HH:MM at Beijing); FALSE when none are
 * kept: then nobody can be missing. */
gboolean fz_duty_in_business_hours (const FzFields *institution, gint64 at_us);
/* In business hours somebody must be there to review: *out_missing when nobody on the roster is, or no roster is kept. */
gboolean fz_duty_is_missing (FzTxn *txn, gboolean *out_missing, GError **error);
/* NULL without error: none was ever kept. */
FzFields *fz_duty_roster (FzTxn *txn, GError **error);
