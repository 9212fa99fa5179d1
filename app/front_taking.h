/* app/front_taking.h: one event of the front being taken, for the two files that know the kinds: front_event.c (of a visit), front_entry.c (of a register). */
#pragma once

#include "app/front_event.h"

typedef struct {
  FzDesk *desk;
  FzTxn *txn;
  const FzFrontEvent *event;
  const FzJson *body;
  const FzFrontFiles *files;
  FzFields *values; /* of an entry: field.<key> */
  char **out_words;
} FzFrontTaking;
typedef gboolean (*FzFrontTake) (FzFrontTaking *taking, GError **error);

/* Facts of the visit it speaks of. NOT_FOUND: it is not here (yet). */
FzFields *fz_front_taking_visit (const FzFrontTaking *taking, GError **error);
/* What becomes an entry of a register; NULL: this kind does not. */
FzFrontTake fz_front_entry_find (const char *kind);
