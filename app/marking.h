/* app/marking.h: what a specially sensitive visit (特别敏感: HIV, mental health, reproduction, a colleague as patient) asks beyond any other: its name in
 * lists for its doctor only, a stated purpose before anybody else at work opens it (app/reach.c), and out of every export unless the leave of two
 * persons names such visits. The mark is a document of the visit (core/case.h) or stands in the request. GB/T 22239-2019 8.1.4.2 g; 等保 AC-4. */
#pragma once

#include "core/fields.h"

/* Of facts of a visit or of a prescription. */
gboolean fz_marking_is_on (const FzFields *facts);
/* Takes out of a row why it is marked. */
void fz_marking_veil (FzFields *row);
