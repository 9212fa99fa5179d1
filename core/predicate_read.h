/* core/predicate_read.h: how predicates read (取数): every fact through here, so that what was read is kept. For core/predicate*.c. */
#pragma once

#include "core/predicate.h"

/* Parameters of the clause. */
const char *fz_ask_param (const FzQuestion *q, const char *name);
gint64 fz_ask_int (const FzQuestion *q, const char *name);
gboolean fz_ask_is (const FzQuestion *q, const char *name);
guint fz_ask_n (const FzQuestion *q, const char *name);
const char *fz_ask_nth (const FzQuestion *q, const char *name, guint i);

/* The fact whose key the parameter `name` holds; NULL when absent. */
const char *fz_read_fact (const FzQuestion *q, const char *name);
gboolean fz_read_int (const FzQuestion *q, const char *name, gint64 *out);
/* A day, or the Beijing day of a moment; FALSE for anything else. */
gboolean fz_read_day (const FzQuestion *q, const char *name, FzDate *out);
/* Whether the fact `key` is there; keeps no more of it than shows that. */
gboolean fz_read_presence (const FzQuestion *q, const char *key);

/* Of the list whose name the parameter `list` holds; `item` is the name of a parameter that holds the key, or the key itself. */
guint fz_read_count (const FzQuestion *q, const char *list);
const char *fz_read_item (const FzQuestion *q, const char *list, guint i, const char *item);
gboolean fz_read_item_int (const FzQuestion *q, const char *list, guint i, const char *item, gint64 *out);

/* The running text of `key` cut into parts of sentences; NULL when absent. (transfer full) */
char **fz_read_parts (const FzQuestion *q, const char *key);
/* Says that a part of it mattered. The first part is kept when none did. */
void fz_keep_part (const FzQuestion *q, const char *key, const char *part);

FzVerdict fz_verdict_of (gboolean pass);
/* Points the failure at a field, unless it already points somewhere. Both take the names of parameters. */
void fz_point_at_item (const FzQuestion *q, const char *list, guint i, const char *item);
void fz_point_at_key (const FzQuestion *q, const char *key);

/* core/predicate_list.c, core/predicate_text.c: rows of the table. */
typedef struct {
  const char *word;
  FzPredicate call;
  const char *params[6];
} FzPredicateRow;
const FzPredicateRow *fz_predicate_list_rows (guint *n);
const FzPredicateRow *fz_predicate_text_rows (guint *n);
