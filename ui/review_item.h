/* ui/review_item.h: words and colours for what the desk says of a prescription's findings and of the norm's items (医疗机构处方审核规范). The
 * desk places each finding beside its item (fz_desk_read_prescription); nothing is judged here. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* A short heading for the finding at this position of `now`, `finding` or `override`: 剂量, 重复用药 …; never NULL. */
const char *fz_review_item_title (const FzFields *rx, const char *list, guint i);
/* How the finding at this position is drawn: a stop of the rulebook is the law's, one of the drug checks clinical. */
FzStatus fz_review_item_status (const FzFields *rx, const char *list, guint i);
/* The reason the doctor gave for a finding below `now.` at this position; NULL: none was given. */
const char *fz_review_item_answer (const FzFields *rx, guint finding);
/* Groups by the code's letter: 合法性, 规范性, 适宜性, 中药饮片, 不通过; NULL for another letter. */
const char *fz_review_item_group (char letter);
/* What the checks say beside item `i` of item.NN, as a word with its colour. */
const char *fz_review_item_engine (const FzFields *rx, guint i, FzStatus *out_status);
/* The same for a decision: accepted, objected; NULL for none. */
const char *fz_review_item_decision (const char *decision, FzStatus *out_status);
