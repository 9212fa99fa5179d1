/* core/predicate.h: the closed table of what a clause may ask (判断条件). Pure; each reads facts and typed parameters. */
#pragma once

#include "core/date.h"
#include "core/fields.h"

typedef enum { FZ_VERDICT_PASS, FZ_VERDICT_FAIL, FZ_VERDICT_UNKNOWN } FzVerdict;

typedef struct {
  const FzFields *facts;
  const FzFields *params; /* of the clause: key, keys.NN, list, years, days, max, min, value.NN, inclusive … */
  FzDate on;
  char **where;           /* may be set to the field the failure speaks of, `item.01.days` (owned by the caller); NULL: not wanted */
  FzFields *given;        /* takes what was read, under its own key, so that the same question asked of it has the same answer; of
                           * running text only the parts of sentences that matter. NULL: not wanted */
} FzQuestion;

typedef FzVerdict (*FzPredicate) (const FzQuestion *question);

/* NULL: no such word. */
FzPredicate fz_predicate_find (const char *word);
/* The parameter names a predicate takes, NULL-terminated; a clause with another or a missing one does not load. */
const char *const *fz_predicate_get_params (const char *word);
/* Every word of the table, NULL-terminated. (transfer container) */
const char **fz_predicate_list (void);

/* A parameter has the type of its name wherever it stands: years, days, min and max are integers, inclusive and on are truth values,
 * value and keys are lists of texts, everything else one text. */
typedef enum { FZ_PARAM_TEXT, FZ_PARAM_INT, FZ_PARAM_BOOL, FZ_PARAM_TEXTS } FzParamType;
FzParamType fz_predicate_param_type (const char *name);
/* FALSE for a text that the parameter cannot be: empty, or a word it does not know. */
gboolean fz_predicate_param_fits (const char *name, const char *text);
const char *fz_verdict_to_word (FzVerdict verdict);
gboolean fz_verdict_from_word (const char *word, FzVerdict *out);
