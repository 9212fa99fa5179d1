/* core/rulebook_diff.h: what two rulebooks ask differently (规则集比较), for people who choose or change one. */
#pragma once

#include "core/rulebook.h"

/* Rows (transfer full GPtrArray of FzFields, by id) for the subjects that only one of them has on that day, or that differ: id, zh, en,
 * in `a` | `b` | `both`; and for what differs (for a subject of one book: all of it) a.<part> and b.<part> of the parts severity (the
 * gravest), articles, moments, dates, asks. `asks` is predicates with their parameters as they stand on that day; what clauses of several
 * layers say is joined by “；”, the highest first. Clauses not in force on the day are left out. */
GPtrArray *fz_rulebook_diff (const FzRulebook *a, const FzRulebook *b, FzDate on);
