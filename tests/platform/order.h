/* tests/platform/order.h: what must have been accepted before a record is taken: the drug catalogue and the visit before a
 * prescription, the business record before its evaluation. */
#pragma once

#include "tests/platform/check.h"
#include "tests/platform/store.h"

/* NULL when nothing is missing. The record has passed sim_check_record(). */
SimVerdict *sim_check_order (SimStore *store, const SimMethod *method, const SimJson *record);
