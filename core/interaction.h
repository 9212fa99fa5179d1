/* core/interaction.h: what two substances do to each other (药物相互作用). Data, assets/drugs/interactions.csv: a, b (a substance as the
 * catalogue names ingredients, or a class), severity (stop|reason|note), mechanism, advice, source, confidence (h|m|l). Classes are
 * assets/drugs/interaction-classes.csv: class, ingredient, one member a line. A row of two classes speaks of every pair of theirs; a row
 * that names a substance overrules one that names its class. Order never matters. Serves item A5 of 医疗机构处方审核规范. */
#pragma once

#include "core/drug.h"
#include "core/finding.h"

typedef struct {
  FzSeverity severity; /* as it counts: a row of confidence m or l asks for a reason at most */
  const char *mechanism;
  const char *advice;
  const char *source;
  FzConfidence confidence;
} FzInteraction;

/* Two files as bytes with the names that messages call them. */
typedef struct {
  const guint8 *rows, *classes;
  gsize n_rows, n_classes;
  const char *rows_name, *classes_name;
  GPtrArray *issues; /* of char *, gains every bad pair, which is left out; NULL: the first one fails */
} FzInteractionFiles;

typedef struct _FzInteractions FzInteractions;
/* Fails with INVALID naming file, line and column: an empty or unknown word, a substance with itself, a pair that an equally exact row
 * already describes (in either order). With `known`, a word that is neither a class nor an ingredient of that catalogue is such an error;
 * NULL accepts any substance, as a hospital's own catalogue may lack some. */
FzInteractions *fz_interactions_parse (const FzInteractionFiles *files, const FzCatalogue *known, GError **error);
FzInteractions *fz_interactions_ref (FzInteractions *self);
void fz_interactions_unref (FzInteractions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzInteractions, fz_interactions_unref)

/* Substance keys as fz_drugname_substance() makes them; NULL when no row speaks of the pair, which is no proof that it is safe. */
const FzInteraction *fz_interactions_find (const FzInteractions *self, const char *a, const char *b);
/* TRUE when some row speaks of this substance. */
gboolean fz_interactions_covers (const FzInteractions *self, const char *substance_key);
/* Pairs of substances, classes spread out. */
guint fz_interactions_get_n_pairs (const FzInteractions *self);
guint fz_interactions_count (const FzInteractions *self, FzSeverity severity, FzConfidence confidence);
