/* app/medication.h: the drug checks over the facts of a visit (合理用药检查): the lines, the allergies, the controlled lists. */
#pragma once

#include "app/desk_private.h"

/* Adds findings for rx.item.NN of the completed facts. A drug the catalogue does not hold is judged by its name and says so.
 * Fails when the knowledge is missing; then nothing may be signed. */
gboolean fz_medication_check (FzDesk *desk, const FzFields *facts, FzDate on, GPtrArray *findings, GError **error);
