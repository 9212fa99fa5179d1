/* app/indicators.h: quality indicators (质量指标) by assets/codes/indicators.csv: measured of a period, warned of when one is worse than its limit, and written by the
 * program into what medical affairs do about it. Sichuan 2020 art. 20: analysis, warning, intervention, evaluation of its effect. */
#pragma once

#include "app/report_parts.h"

/* Inside a job: the last day of the month whose check (fz_desk_check_indicators) failed and is tried again; NULL: none. (transfer full) */
gboolean fz_indicators_failing (FzTxn *txn, char **out_last, GError **error);
/* Before anybody signs a move of the register `intervention`: `values` with field.before or field.after of an indicator that is computed, as of the last month that is over
 * (after: of the days since it began, as long as no such month is). INVALID beginning with the field's label: a value was typed for one that is computed, or none for one that is not. Other
 * registers and moves: the same values. (transfer full) */
FzFields *fz_indicators_fill (FzSession *session, const FzRegister *reg, const FzFields *entry, const char *move, const FzFields *values, GError **error);
