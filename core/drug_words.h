/* core/drug_words.h: names that mislead. Look-alikes (易混淆药名), assets/drugs/lookalike.csv: a, b (generic names or ingredients), kind (look|sound),
 * words, source, confidence. Brands (商品名), assets/drugs/brands.csv: brand, generic (a generic name or an ingredient; of a compound
 * that the catalogue need not hold its active ingredients, `|` between them), source, confidence: patients say what stands on the box, and checks
 * must know what is in it. */
#pragma once

#include "core/drug.h"

typedef struct {
  const char *a, *b, *words, *source;
  gboolean sound; /* sounds alike, else looks alike */
} FzLookalike;

typedef struct _FzDrugWords FzDrugWords;
/* Two files as bytes. INVALID names the row: a name with itself, an empty one, a brand of two generics. `issues`: see core/knowledge_read.h. */
typedef struct {
  const guint8 *lookalikes, *brands;
  gsize n_lookalikes, n_brands;
  const char *lookalikes_name, *brands_name;
} FzDrugWordFiles;
FzDrugWords *fz_drug_words_parse (const FzDrugWordFiles *files, GPtrArray *issues, GError **error);
FzDrugWords *fz_drug_words_ref (FzDrugWords *self);
void fz_drug_words_unref (FzDrugWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDrugWords, fz_drug_words_unref)

/* Rows with this name as one side: GPtrArray of FzLookalike, or NULL. Names are compared whatever their spelling. (transfer none) */
GPtrArray *fz_drug_words_lookalikes (const FzDrugWords *self, const char *name);
/* What a brand stands for, written with its form or without; with `|` in it the ingredients of a compound. NULL when it is none we know. */
const char *fz_drug_words_generic (const FzDrugWords *self, const char *brand);
