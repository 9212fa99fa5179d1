/* app/quality.h: the rules of quality (core/quality.h) on the record that a doctor is writing: the same rules a record from another hospital is read by, so
 * that both ends are judged alike (Chongqing 2023 appendix 1 part 4). */
#pragma once

#include "app/desk_private.h"

/* Adds what the rules find in `facts` (of fz_check_facts(), the draft over the visit) as notes `QUALITY_<code>` at the form's field. A note stops nothing.
 * What the findings already say of a field is not said twice, and what is missing is not spoken of while a stop still asks for something of the record. */
gboolean fz_quality_note (FzDesk *desk, const FzFields *facts, gint64 now_us, GPtrArray *findings, GError **error);
