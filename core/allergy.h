/* core/allergy.h: what a stated allergy (过敏史) means for a substance. Classes and their cross-reactions are data, assets/drugs/allergy.csv:
 * code, label, aliases, members and members_contain (`|`, substances or parts of their names), cross (codes of classes that may
 * cross-react), within and across (stop|reason|note), source, confidence (h|m|l: a class of m or l asks for a reason at most). */
#pragma once

#include "core/finding.h"
#include "core/error.h"

typedef struct _FzAllergies FzAllergies;
/* Fails with INVALID naming line and column, an unknown class in `cross` included. */
FzAllergies *fz_allergies_parse (const guint8 *bytes, gsize n, const char *name, GError **error);
FzAllergies *fz_allergies_ref (FzAllergies *self);
void fz_allergies_unref (FzAllergies *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzAllergies, fz_allergies_unref)

/* The allergens in what was written: "青霉素、头孢类过敏" gives two keys; "否认药物过敏史" none. (transfer full) */
GStrv fz_allergy_words (const char *text);

typedef enum { FZ_ALLERGY_NONE, FZ_ALLERGY_SAME, FZ_ALLERGY_CLASS, FZ_ALLERGY_CROSS } FzAllergyKind;
typedef struct {
  FzAllergyKind kind;
  FzSeverity severity;
  const char *label;  /* the class of the substance; NULL for SAME */
  const char *source; /* NULL for SAME */
} FzAllergyMatch;
/* One allergen (of fz_allergy_words) against one substance key. The same substance is a stop whatever the table says. */
FzAllergyMatch fz_allergy_match (const FzAllergies *self, const char *word, const char *substance_key);
/* TRUE when the word names a class or a member of one: otherwise nobody but a person can judge it. */
gboolean fz_allergy_is_known (const FzAllergies *self, const char *word);
