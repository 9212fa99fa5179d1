/* tests/store/calls.h: every call of the store by its name, and how what it answers is written down. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Plays the call inside a transaction and writes what it answered. */
typedef gboolean (*Act) (FzTxn *txn, GString *answer, GError **error);

typedef struct {
  const char *name;
  Act act;
} Call;

/* In the order they build upon each other; ended by a NULL name. */
extern const Call calls_ground[];
extern const Call calls_work[];
extern const Call calls_platform[];
extern const Call calls_log[];

/* All take what they are given; FALSE when it is nothing. */
gboolean say_facts (GString *answer, FzFields *facts);
gboolean say_rows (GString *answer, GPtrArray *rows);
gboolean say_texts (GString *answer, GPtrArray *texts);
gboolean say_bytes (GString *answer, GBytes *bytes);
/* NULL without an error is an answer, NULL with one is none. */
gboolean say_text (GString *answer, char *text, GError **error);
/* The call was refused as it should be; then the error is cleared. Any other error stays. */
gboolean refused_as (int code, gboolean good, GError **error);
FzFields *facts_of (const char *kind, const char *first, const char *value);

#define ROWS(call)                                                                                                     \
  {                                                                                                                    \
    GPtrArray *rows = call;                                                                                            \
                                                                                                                       \
    if (rows == NULL)                                                                                                  \
      return FALSE;                                                                                                    \
    say_rows (answer, rows);                                                                                           \
  }
