/* core/rule_layer.h: one text of law, or the hospital's own rules, as dated data (规则层): a file of assets/rules/, or the hospital layer
 * kept in the store. A layer knows nothing of the others; core/rulebook.h stacks them. Immutable once read. */
#pragma once

#include "core/date.h"
#include "core/fields.h"

typedef enum {
  FZ_LAYER_UPPER,    /* 上位规定 */
  FZ_LAYER_NATIONAL, /* 互联网诊疗监管细则 */
  FZ_LAYER_LOCAL,    /* 省、直辖市 */
  FZ_LAYER_HOSPITAL  /* 院内规定 */
} FzLayerRank;

const char *fz_layer_rank_to_word (FzLayerRank rank);

typedef struct _FzRuleLayer FzRuleLayer;

/* `n` bytes of strict JSON as assets/schema/rulebook.json describes, at most 1 MB; they are kept. `file` stands in every message: INVALID
 * `file:line: path：reason` for an unknown key, word, predicate or moment, a missing or impossible date, overlapping dates, a gap in a
 * parameter. Whether articles and hashes are right is another question: fz_rule_layer_check_articles(). */
FzRuleLayer *fz_rule_layer_parse (const char *file, const void *json, gsize n, GError **error);
FzRuleLayer *fz_rule_layer_ref (FzRuleLayer *self);
void fz_rule_layer_unref (FzRuleLayer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzRuleLayer, fz_rule_layer_unref)

/* Each clause cites an article that `regulation` has, with the hash of its wording: INVALID `file:line: path：reason` otherwise. */
gboolean fz_rule_layer_check_articles (const FzRuleLayer *self, const char *regulation, GError **error);

const char *fz_rule_layer_get_name (const FzRuleLayer *self);   /* tianjin-2025 */
const char *fz_rule_layer_get_title (const FzRuleLayer *self);  /* 天津市互联网诊疗监管实施办法（试行） */
const char *fz_rule_layer_get_title_en (const FzRuleLayer *self);
const char *fz_rule_layer_get_short (const FzRuleLayer *self);  /* TJ */
const char *fz_rule_layer_get_source (const FzRuleLayer *self);
FzLayerRank fz_rule_layer_get_rank (const FzRuleLayer *self);
const char *fz_rule_layer_get_over (const FzRuleLayer *self);       /* the layer below; NULL for the lowest */
const char *fz_rule_layer_get_regulation (const FzRuleLayer *self); /* tianjin-2025, of assets/regulations/; NULL: text not held */
const char *fz_rule_layer_get_successor (const FzRuleLayer *self);  /* title of the text that follows; NULL: none named */
FzDate fz_rule_layer_get_since (const FzRuleLayer *self);
/* FALSE when the text states no end. */
gboolean fz_rule_layer_get_until (const FzRuleLayer *self, FzDate *out);
gboolean fz_rule_layer_is_until_computed (const FzRuleLayer *self);
gboolean fz_rule_layer_in_force (const FzRuleLayer *self, FzDate on);
const char *fz_rule_layer_get_sha256 (const FzRuleLayer *self); /* of the bytes */
GBytes *fz_rule_layer_get_bytes (const FzRuleLayer *self);      /* (transfer none) */

/* One clause, for lists: frozen facts id, row, layer, short, text, article, article_sha256, zh, en, from, until, severity, kind,
 * moment.NN, field, message, require, params.… (its literal parameters), parameter.<name> (the name of the dated parameter it takes),
 * when.NN.is, when.NN.params.…, when.NN.parameter.…. */
guint fz_rule_layer_get_n_clauses (const FzRuleLayer *self);
const FzFields *fz_rule_layer_get_clause (const FzRuleLayer *self, guint i);

/* One dated parameter: name, zh, en, question, stricter more|less|none, type int|bool|texts, value.NN.{from,until} with
 * value.NN.value, or value.NN.text.MM for texts. */
guint fz_rule_layer_get_n_parameters (const FzRuleLayer *self);
const FzFields *fz_rule_layer_get_parameter (const FzRuleLayer *self, guint i);

/* The hospital's own termination conditions: code, label (absent: new guidance for a code that exists), emergency, guidance. */
guint fz_rule_layer_get_n_terminations (const FzRuleLayer *self);
const FzFields *fz_rule_layer_get_termination (const FzRuleLayer *self, guint i);
/* The hospital's consent text; NULL when the layer has none. */
const char *fz_rule_layer_get_consent_version (const FzRuleLayer *self);
const char *fz_rule_layer_get_consent_text (const FzRuleLayer *self);
