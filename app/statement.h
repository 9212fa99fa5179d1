/* app/statement.h: what the rules want a doctor to state at the moment of signing (签名时的当场确认), not when the sheet was typed: that a small child's
 * guardian and a specialist are there now. Tianjin 2025 art. 23, national 2022 art. 18. */
#pragma once

#include "app/desk_private.h"

/* One statement: the fact it makes true in the signed body, and its words. */
typedef struct {
  char *key;   /* rx.guardian_present */
  char *words; /* for the reader */
  gboolean stated;
} FzStatement;
void fz_statement_free (gpointer statement);

/* Which statements the rules in force ask of this sheet (FzStatement, none stated). What a draft says of them is forgotten; in `facts` each that is
 * asked is supposed to be made, since no sheet is signed without it. NULL with `error` when the rules could not be read. */
GPtrArray *fz_statements_ask (FzDesk *desk, FzFields *facts, gint64 at_us, GError **error);
/* The first that was not made; NULL: all were. */
const FzStatement *fz_statements_find_missing (const GPtrArray *statements);
