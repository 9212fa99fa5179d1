/* core/review_norm.h: the items a pharmacist goes through (医疗机构处方审核规范：合法性、规范性、适宜性；西药、中成药、中药饮片), what the checks
 * said beside each, and the pharmacist's decision on each. Which finding belongs to which item is data: codes/review-items.csv and
 * codes/review-rules.csv. The engine only places what it found; it decides nothing. */
#pragma once

#include "core/codes.h"
#include "core/fields.h"
#include "core/finding.h"

typedef struct _FzReviewNorm FzReviewNorm;

/* References both tables. INVALID: a rule that points to an item there is not, or an item of an unknown shape. */
FzReviewNorm *fz_review_norm_new (FzCodes *items, FzCodes *rules, GError **error);
FzReviewNorm *fz_review_norm_ref (FzReviewNorm *self);
void fz_review_norm_unref (FzReviewNorm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzReviewNorm, fz_review_norm_unref)

/* The item (A3 …) this rule's finding stands beside on a sheet of this kind (western|patent|herbal); NULL: beside none. */
const char *fz_review_norm_item_of (const FzReviewNorm *self, const char *rule, const char *rx_kind);
/* TRUE when the rule is in the table at all. */
gboolean fz_review_norm_knows (const FzReviewNorm *self, const char *rule);
/* What a screen shows of a finding: list.NN.{title,title_en,item,reason (code to return with),law (yes: of the rules, not the drug checks)}. */
void fz_review_norm_describe (const FzReviewNorm *self, const char *rule, const char *rx_kind, FzFields *facts, const char *list, guint i);

/* The items of this prescription: item.NN.{code,label,label_en,group,engine,words,attention}. engine: pass | note | finding | unknown (the
 * check could not judge) | person (no program looks at it). `attention` yes: the pharmacist decides it by itself. `rx` is read for rx.kind
 * and override.*; a routine reason that was given asks for no further look. */
void fz_review_norm_put (const FzReviewNorm *self, const FzFields *rx, GPtrArray *findings, gboolean signatures_hold, FzFields *out);

/* The decisions into a review's body: item.NN.{code,label,engine,words,decision,remark}. `judged` is what fz_review_norm_put() gave,
 * `decisions` item.NN.{code,decision (accepted|objected),remark} (NULL: none), `reasons` the codes the review returns with (NULL: none).
 * Items without attention are accepted unless said otherwise; an item among the reasons is objected to. INVALID: approving with an item
 * undecided or objected to, an objection that is not among the reasons, a code or word there is not. */
gboolean fz_review_norm_decide (const FzFields *judged, const FzFields *decisions, const char *verdict, const char *const *reasons,
                                FzFields *body, GError **error);

/* Whether a reason given for this rule is of the everyday kind. */
gboolean fz_review_norm_is_routine (const FzReviewNorm *self, const char *rule);
/* Whether a reason the prescriber gave must be signed for once more (处方管理办法第六条：超剂量注明原因并再次签名). */
gboolean fz_review_norm_wants_confirmation (const FzReviewNorm *self, const char *rule);
