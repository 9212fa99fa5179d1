/* app/medication.h: the drug checks over the facts of a visit (合理用药检查): the lines, the allergies, the controlled lists. */
#pragma once

#include "app/desk_private.h"

/* Adds findings for rx.item.NN of the completed facts. A drug the catalogue does not hold is judged by its name and says so.
 * `seen` (may be NULL) gains every FzDrug of the catalogue that was looked at (references), in the catalogue's order.
 * Fails when the knowledge is missing or expired; then nothing may be signed. */
gboolean fz_medication_check (const FzKnowledge *know, const FzFields *facts, FzDate on, GPtrArray *findings, GPtrArray *seen, GError **error);
/* Copies into `out` exactly the facts that the check reads. */
void fz_medication_put_read (const FzFields *facts, FzFields *out);
