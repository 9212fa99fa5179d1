/* app/line.h: the lines of a prescription made complete (处方明细): what the doctor typed, and what the catalogue knows of it. */
#pragma once

#include "app/desk_private.h"

/* A copy of the draft in which every rx.item.NN has, beside what was typed (drug, dose, freq, route, days, quantity, note), the
 * catalogue's words (generic, strength, form, form_label, kind, class, manufacturer, otc, antibacterial, long_excluded, unit of
 * a pack), the dose split (dose_number, dose_unit, dose_ok), labels (freq_label, route_label), the computed quantity in packs
 * (quantity unless quantity_edited, computed always) and `fen`; and rx.total_fen, rx.kind, rx.n_items. What cannot be said is absent. */
FzFields *fz_lines_complete (FzDesk *desk, const FzFields *draft);
/* A herbal sheet says once how often, by which way and for how many days: writes rx.item.NN.{freq,freq_label,route,route_label,days,note} of each
 * line from rx.{freq,freq_label,route,route_label,packets,packet_days} and the line's `special`. Leaves other sheets alone. */
void fz_lines_spread (FzFields *facts);
