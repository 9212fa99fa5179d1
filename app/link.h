/* app/link.h: visits that were found to be of one person, or of two (患者合并与拆分). What was signed stays as it is: an entry of the register `patient-link`, confirmed by a
 * second person, says that what stands under one visit counts for the other too, or does not; taken back, it counts as before. The patient is who the identity
 * document says (Tianjin 2025 art. 18) unless such an entry says otherwise. */
#pragma once

#include "app/desk_private.h"

/* In a job, before anybody signs an entry of that register: both visits are there, and the finding says something that the identity documents do not say already. What
 * was found (`entry` not NULL) is what the second person checked: the finding and its visits are never changed, but taken back and found anew. INVALID
 * beginning with the field's label; TRUE for any other register. */
gboolean fz_link_check (FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error);
/* In a job: prescriptions of the patient of this visit, newest first: those under every number found to be the same person's, none of a visit found to be another's.
 * A finding of two persons is of its two visits only: for a third visit under their number nobody knows whose of both its patient is. Both count there, so that
 * no interaction is missed; with `sure` neither does, so that nobody is given what was another's. Whose further visits are, only a finding that names them says. */
GPtrArray *fz_link_rx (FzTxn *txn, const FzFields *visit, gboolean sure, guint limit, GError **error);
/* In a job: adds to the facts of a visit the allergies of the visits found to be of the same person, and linked.NN.{entry,kind (one | two),visit} for each
 * finding that names this patient's visits. */
gboolean fz_link_put (FzTxn *txn, FzFields *facts, GError **error);
