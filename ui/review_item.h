/* ui/review_item.h: the items of the norm a pharmacist goes through (医疗机构处方审核规范 第十一条至第十六条), and which of them a finding of
 * the checks speaks to. It only places what the checks said beside the item; it judges nothing. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* The item (A3, F8 …) a rule's finding belongs beside; NULL for none (whose own words say it all). */
const char *fz_review_item_of_rule (const char *rule);
/* A short heading for a finding of this rule: 剂量, 重复用药 …; never NULL. */
const char *fz_review_item_title (const char *rule);
/* TRUE when a program looks at this item at all; FALSE: only a person can. */
gboolean fz_review_item_is_checked (const char *code);
/* The reason the doctor gave for a finding below `now.` at this position; NULL: none was given. */
const char *fz_review_item_answer (const FzFields *rx, guint finding);
/* Groups by the code's letter: 合法性, 规范性, 适宜性, 中药饮片, 不通过; NULL for another letter. */
const char *fz_review_item_group (char letter);
/* How a finding of this rule and severity word is drawn: a stop of the rulebook is the law's, one of the drug checks clinical. */
FzStatus fz_review_item_status (const char *rule, const char *severity);
