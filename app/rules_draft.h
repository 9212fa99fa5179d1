/* app/rules_draft.h: a new version of the rules while it is being written (规则集草稿). Facts of a draft: rules.{jurisdiction,since,words},
 * parameter.NN.{name,value} (lists joined by |; also from, until, zh, en, question, stricter, type of a parameter of the hospital's own),
 * termination.NN.{code,label,emergency,guidance}, consent.{version,text}, clauses.{file,json} (an array as in a layer file),
 * layer.{since,until} of an imported file. What it does not say, the law says. */
#pragma once

#include "app/rules.h"
#include "core/json.h"

/* The draft that would change nothing but the day. */
FzFields *fz_rules_draft_of (const FzRulebook *book, const char *jurisdiction, FzDate since);
/* The rulebook the draft stands for: the shipped layers of its jurisdiction, and over them the hospital's own layer if it says anything
 * of its own. INVALID names what is wrong; a layer's own errors read `院内规定:line: path：reason`. */
FzRulebook *fz_rules_draft_build (FzDesk *desk, const FzFields *draft, GError **error);
/* The same as if the hospital's own part had held since `from`: for judging what was signed before it was thought of. */
FzRulebook *fz_rules_draft_build_since (FzDesk *desk, const FzFields *draft, FzDate from, GError **error);
/* The draft with what a hospital layer's file says instead of its own; INVALID `file:line: path：reason`. */
FzFields *fz_rules_draft_import (FzDesk *desk, const FzFields *draft, const char *file, const void *json, gsize n, GError **error);
/* What `fresh` changes against `old`, in words, one a line; empty when nothing. */
GPtrArray *fz_rules_changes (FzDesk *desk, const FzRulebook *old, const char *old_place, const FzRulebook *fresh, const char *fresh_place,
                             GError **error);
/* The value of a parameter as text on a day (lists joined by |); NULL when no layer in force has it. */
char *fz_rules_dup_value (const FzRulebook *book, const char *name, FzDate on);
/* The same stack without the hospital's own layer. */
FzRulebook *fz_rules_public (const FzRulebook *book, GError **error);
/* A value as it was read, into a writer. */
void fz_rules_write_json (const FzJson *json, const char *key, FzJsonWriter *writer);
