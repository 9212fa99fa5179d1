/* core/quality.h: whether a record is complete and agrees with itself (病历质量控制): the same rules for records written here and for those that come
 * from another hospital. Rules are data (assets/exchange/quality.csv) with their source; a defect is a remark for people and never stops anything, for
 * what may not be is said by the rulebook. */
#pragma once

#include "core/exchange.h"

typedef struct _FzQuality FzQuality;

/* INVALID with file and line. */
FzQuality *fz_quality_new (GBytes *rules, const FzExchangeMap *map, GError **error);
void fz_quality_free (FzQuality *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzQuality, fz_quality_free)

/* FzFields (quality.defect): code, field (`diagnosis.01.code`), name, name_en, severity (major | minor), missing (yes: something
 * is not there; no: what is there does not agree), words, words_en, source; in the order of the rules. What
 * is masked is not missing. `now_us`: what lies after it lies in the future. */
GPtrArray *fz_quality_check (const FzQuality *self, const FzFields *record, gint64 now_us);
