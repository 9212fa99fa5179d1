/* core/fold_supply.h: what screens, slips and messages read of a prescription's way out of the pharmacy (发药轨迹):
 * rx.supply (word), rx.sent_at (away since, and not heard of), rx.item.NN.{gone,owed} (of a herbal one rx.{gone,owed}), rx.part.NN.{way,state,prepared_at,preparer_name,checked_at,
 * checker_name,check_words,handed_at,handler_name,receiver,relation,relation_label,id_tail,carrier,parcel,address,partner,agreement,paid,closed_at,
 * closer_name,arrived_at,prepared_by,checked_by,words}, rx.part.NN.give.MM, rx.part.NN.batch.MM (as it was written at preparing; absent: not written), and once everything is gone rx.dispensed_at, rx.dispenser_name, rx.preparer_name,
 * rx.checker_name. */
#pragma once

#include "core/document.h"

/* After `state` took the document. */
void fz_fold_supply (const FzCaseRx *state, FzDocKind kind, const FzDocument *document, FzFields *rx);
