/* core/prescribing_right.h: what the register prescribing-right (处方权处理) leaves of a doctor's right to prescribe on a day. Pure.
 * An entry holds from the day it was decided: whole while the doctor is in training or was revoked, for the class it names while restricted,
 * until the day it was restored or granted again, that day no more. What cannot be read (no class, no day) holds whole: fail closed.
 * Measures on prescriptions art. 45, 46; on antibacterials art. 45 to 48. */
#pragma once

#include "core/date.h"
#include "core/fields.h"

/* `entries`: FzFields of the register that speak of this doctor. Reads rx.item.NN.{kind,antibacterial} and puts rx.item.NN.right (held | limited);
 * of the first entry that limits a line also doctor.right.{entry (its number),from,review (the day it is looked at again; absent when none
 * is due),limit (all | antibacterial | limited_antibacterial | herbal)}. */
void fz_prescribing_right_put (GPtrArray *entries, FzDate on, FzFields *facts);
