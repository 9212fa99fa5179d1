/* core/herb.h: prepared herbs (中药饮片): usual grams a day, special handling, poison, pregnancy, and the pairs tradition forbids (十八反, 十九畏).
 * Data, assets/drugs/herbs.csv: code, name (standard, as processed), aliases (`|`), initials, usual_g_min, usual_g_max (grams of one dose 剂, by the
 * pharmacopoeia), special (先煎|后下|… or empty), toxic (yes|no), pregnancy (forbidden|caution or empty), source, confidence (h|m|l);
 * assets/drugs/herb-pairs.csv: a, b (names of herbs.csv), rule, words, source, confidence. Serves items H1 to H4 of 医疗机构处方审核规范. */
#pragma once

#include "core/drug.h"

typedef enum { FZ_HERB_PREGNANCY_NONE, FZ_HERB_PREGNANCY_CAUTION, FZ_HERB_PREGNANCY_FORBIDDEN } FzHerbPregnancy;

/* Frozen; "" where the file says nothing, doses without unit where it gives no range. */
typedef struct {
  const char *code, *name, *aliases, *initials;
  FzDose least, most;
  const char *special;
  gboolean toxic;
  FzHerbPregnancy pregnancy;
  const char *source;
  FzConfidence confidence;
} FzHerb;

typedef struct {
  const char *rule;  /* 十八反, 十九畏 */
  const char *words; /* "甘草反甘遂" */
  const char *source;
} FzHerbPair;

/* Two files as bytes with the names that messages call them. */
typedef struct {
  const guint8 *herbs, *pairs;
  gsize n_herbs, n_pairs;
  const char *herbs_name, *pairs_name;
} FzHerbFiles;

typedef struct _FzHerbs FzHerbs;
/* INVALID naming file, line and column: a repeated code or name, a range upside down, an unknown word, a pair of a herb that is not listed. */
FzHerbs *fz_herbs_parse (const FzHerbFiles *files, GError **error);
FzHerbs *fz_herbs_ref (FzHerbs *self);
void fz_herbs_unref (FzHerbs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzHerbs, fz_herbs_unref)

guint fz_herbs_get_n (const FzHerbs *self);
const FzHerb *fz_herbs_get (const FzHerbs *self, guint index);
guint fz_herbs_get_n_pairs (const FzHerbs *self);
/* By name or alias, whatever its width and blanks, with words in brackets behind it or without; NULL when it is not listed. (transfer none) */
const FzHerb *fz_herbs_find (const FzHerbs *self, const char *name);
/* In either order; NULL when no row speaks of the two. */
const FzHerbPair *fz_herbs_find_pair (const FzHerbs *self, const FzHerb *a, const FzHerb *b);
/* The herbs as rows of a catalogue (core/drug.h), priced by the kilogram, so that a store can take them in. (transfer full) */
char *fz_herbs_to_catalogue (const FzHerbs *self);
