/* core/drug_columns.h: private to the catalogue: one table says how each column is read and written back. */
#pragma once

#include "core/drug.h"

/* The public struct first; behind it what it points into. */
typedef struct {
  FzDrug shown;
  GStringChunk *texts;
  const char **ingredients;
  const char **ingredient_keys;
} FzDrugOwned;

/* Reads one row; NULL with INVALID naming line and column. */
FzDrug *fz_drug_read (const FzCsv *csv, guint row, const FzDrugCodes *codes, GError **error);
/* A copy with other hospital facts; NULL texts keep the old ones. */
FzDrug *fz_drug_with_hospital (const FzDrug *self, const char *approval_number, const char *manufacturer, const char *brand,
                               gint64 price_fen, gboolean active);
/* Columns that a file must have. */
const char *const *fz_drug_required_columns (void);
gboolean fz_drug_parse_price (const char *text, gint64 *out_fen);
