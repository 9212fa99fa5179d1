/* core/codes.h: one coded list (代码表) as a value: dosage forms, routes, departments, titles, reasons … The lists are data under
 * assets/codes/; code finds entries by code or by any of their words and reads further columns by name. */
#pragma once

#include "core/csv.h"

typedef struct _FzCodes FzCodes;

/* Needs columns code and label; `aliases` holds further words, `|` between them. Fails with INVALID naming the line: an empty or
 * repeated code, an empty label, a word that already means another code. Labels alone may repeat (疾病 synonyms share a code
 * table with `repeated_codes`; then the first row answers for the code and every row for its label). The result is frozen. */
FzCodes *fz_codes_parse (const guint8 *bytes, gsize n, const char *name, gboolean repeated_codes, GError **error);
FzCodes *fz_codes_ref (FzCodes *self);
void fz_codes_unref (FzCodes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCodes, fz_codes_unref)

guint fz_codes_get_n (const FzCodes *self);
/* The row of an exact code, or -1. */
int fz_codes_find_code (const FzCodes *self, const char *code);
/* The row of a code, label or alias whatever its case and width, or -1. */
int fz_codes_find (const FzCodes *self, const char *word);
/* (transfer none); "" when the table has no such column. */
const char *fz_codes_get (const FzCodes *self, guint row, const char *column);
/* Label of an exact code, NULL when unknown. */
const char *fz_codes_get_label (const FzCodes *self, const char *code);
/* TRUE when `value` is one of the `|`-separated words of this field. */
gboolean fz_codes_field_has (const FzCodes *self, guint row, const char *column, const char *value);
