/* core/rulebook_private.h: between core/rulebook.c, which stacks layers, and core/rulebook_check.c, which judges. */
#pragma once

#include "core/rule_private.h"

struct _FzRulebook {
  gint refs;
  GPtrArray *layers;   /* of FzRuleLayer, lowest first */
  GPtrArray *clauses;  /* of FzClause, of the layers */
  GPtrArray *subjects; /* of GPtrArray of FzClause with the same id, lowest layer first */
  char *manifest, *sha256;
  GMutex lock;       /* for the two below */
  FzDate settled_on; /* the day whose values are in `settled`; year 0: none yet */
  GHashTable *settled; /* FzAsk -> FzFields, frozen: its parameters with that day's values */
};

/* What a predicate is given on that day. (transfer full) */
FzFields *fz_rulebook_settle (const FzRulebook *self, const FzAsk *ask, FzDate on);

/* Puts the parameter's value of that day under `param`; NULL when no layer in force has it. */
const FzRuleLayer *fz_rulebook_resolve (const FzRulebook *self, const char *parameter, FzDate on, const char *param, FzFields *params);
