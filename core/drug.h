/* core/drug.h: a medicine of the catalogue (药品目录) and the catalogue. The starter under assets/drugs/ and a hospital's own file
 * have the same columns; what only a hospital knows (approval number, manufacturer, price) may stay empty.
 *
 * Columns: code, generic, class, kind (western|patent|herbal), form (CV08.50.002), strength (text), strength_ug, unit (the piece that
 * is counted: 片 粒 袋 支 瓶 …; g for herbs, with the grams that a price speaks of in pack_units), unit_holds (what one piece holds when it is dosed by less than a piece: 60吸, 100ml, 10g), pack_units
 * (pieces in a pack), packing (text), route (CV06.00.102), ingredients (`|`, without salts), dose and freq (usual), single_max_ug and
 * daily_max_ug (adults, oral mass), single_max_count and daily_max_count (the same in pieces, ml, puffs), otc, antibacterial
 * (none|unrestricted|restricted|special), special_storage, long_excluded, paediatric, initials (`|`), source, confidence (h|m|l),
 * approval_number, manufacturer, price_fen (of a pack). Optional: brand, aliases, active (yes|no). */
#pragma once

#include "core/codes.h"
#include "core/dose.h"

typedef enum { FZ_DRUG_WESTERN, FZ_DRUG_PATENT, FZ_DRUG_HERBAL } FzDrugKind;
typedef enum { FZ_CONFIDENCE_LOW, FZ_CONFIDENCE_MEDIUM, FZ_CONFIDENCE_HIGH } FzConfidence;
typedef enum {
  FZ_ANTIBACTERIAL_NONE,
  FZ_ANTIBACTERIAL_UNRESTRICTED,
  FZ_ANTIBACTERIAL_RESTRICTED,
  FZ_ANTIBACTERIAL_SPECIAL
} FzAntibacterial;

/* Frozen; every string is owned by the drug, "" when the file's field is empty. A dose whose `unit` is NULL is absent. */
typedef struct {
  const char *code; /* the hospital's stable code, the platform's hospDrcode */
  const char *generic;
  const char *drug_class;
  FzDrugKind kind;
  const char *form;
  const char *strength_text;
  FzDose strength; /* in one piece, puff or drop; absent for compounds and where the text is no plain amount */
  const char *unit;
  FzDose unit_holds;
  guint pack_units;
  const char *packing;
  const char *route;
  const char *const *ingredients;     /* NULL-terminated, at least one, as written */
  const char *const *ingredient_keys; /* the same in order as fz_drugname_substance() makes them: compare these */
  FzDose usual_dose;
  const char *usual_freq;
  FzDose single_max; /* mass */
  FzDose daily_max;
  FzDose single_max_count; /* pieces, puffs, volume */
  FzDose daily_max_count;
  gboolean otc;
  FzAntibacterial antibacterial;
  gboolean special_storage;
  gboolean long_excluded;
  gboolean paediatric; /* a preparation made for children */
  const char *initials;
  const char *source;
  FzConfidence confidence;
  const char *approval_number;
  const char *manufacturer;
  const char *brand;
  const char *aliases;
  gint64 price_fen; /* of one pack; -1 unknown */
  gboolean active;
} FzDrug;

FzDrug *fz_drug_ref (FzDrug *self);
void fz_drug_unref (FzDrug *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDrug, fz_drug_unref)

/* A copy that is offered or not; everything else is the same. */
FzDrug *fz_drug_with_active (const FzDrug *self, gboolean active);

/* The same dose as an amount of substance, mass or activity, when the drug's strength allows it: 0.5片 of a 5mg tablet is 2.5mg,
 * 10ml of a liquid of "100ml:2g" are 0.2g. FALSE when it cannot be said exactly. */
gboolean fz_drug_to_amount (const FzDrug *self, const FzDose *dose, FzDose *out);
/* The pieces (片, 粒, 支 …) that `count` administrations of `dose` use up, rounded up once at the end. FALSE when it cannot be said. */
gboolean fz_drug_pieces_for (const FzDrug *self, const FzDose *dose, gint64 count, gint64 *out_pieces);
/* Packs that hold these pieces, rounded up. */
gint64 fz_drug_packs_for (const FzDrug *self, gint64 pieces);
/* By key as fz_drugname_substance() makes it. */
gboolean fz_drug_has_ingredient (const FzDrug *self, const char *ingredient_key);

/* The coded lists a catalogue is read against. Borrowed for the call. */
typedef struct {
  const FzCodes *forms;
  const FzCodes *routes;
  const FzCodes *classes;
  const FzFrequencies *frequencies;
} FzDrugCodes;

typedef struct _FzCatalogue FzCatalogue;
/* Reads every row. With `issues` (of char *, one a bad row: file, line, column, reason) bad rows are left out and reported there and
 * the caller decides; without it the first bad row fails with INVALID. A file that is no such table fails either way. */
FzCatalogue *fz_catalogue_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugCodes *codes, GPtrArray *issues,
                                 GError **error);
/* The same for who waits for it: `go_on` is called with the rows read so far and with all there are, and FALSE ends it: NULL, and *error is not set. */
typedef gboolean (*FzCatalogueGoOn) (guint done, guint total, gpointer data);
FzCatalogue *fz_catalogue_parse_with_progress (const guint8 *bytes, gsize n, const char *name, const FzDrugCodes *codes, GPtrArray *issues, FzCatalogueGoOn go_on,
                                         gpointer data, GError **error);
/* A new catalogue with what a hospital adds: columns code, manufacturer, price_fen and optionally approval_number, brand, active.
 * Fails with INVALID on a code the catalogue doesn't hold, or a bad price. */
FzCatalogue *fz_catalogue_with_hospital (const FzCatalogue *self, const guint8 *bytes, gsize n, const char *name, GError **error);
/* From drugs that a store kept; takes a reference on each. A repeated code is a programming error. */
FzCatalogue *fz_catalogue_new (FzDrug *const *drugs, guint n);
FzCatalogue *fz_catalogue_ref (FzCatalogue *self);
void fz_catalogue_unref (FzCatalogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCatalogue, fz_catalogue_unref)

guint fz_catalogue_get_n (const FzCatalogue *self);
FzDrug *fz_catalogue_get (const FzCatalogue *self, guint index);
FzDrug *fz_catalogue_find_code (const FzCatalogue *self, const char *code);
/* The drug of this generic name; several strengths: the one whose strength text is the same, else the first. NULL strength: the first. */
FzDrug *fz_catalogue_find_generic (const FzCatalogue *self, const char *generic, const char *strength);
/* A drug with exactly this one ingredient (by key) and this route (NULL: any), so that a name outside the catalogue can be judged by its likeness. */
FzDrug *fz_catalogue_find_ingredient (const FzCatalogue *self, const char *ingredient_key, const char *route);
/* The first active drug that is sold under exactly this brand, or NULL. */
FzDrug *fz_catalogue_find_brand (const FzCatalogue *self, const char *brand);
/* The same catalogue, which remembers what the four lookups above gave, so that a check can be done again with these rows alone. For
 * one thread. (transfer full) */
FzCatalogue *fz_catalogue_watch (FzCatalogue *self);
/* What a watched catalogue gave, in its order. (transfer container) of FzDrug. */
GPtrArray *fz_catalogue_list_seen (const FzCatalogue *self);
/* Drugs whose generic name, brand, alias or initials begin with or contain what was typed, best first, at most `limit`;
 * inactive ones never. (transfer container) of FzDrug. */
GPtrArray *fz_catalogue_search (const FzCatalogue *self, const char *typed, guint limit);

/* Every drug that the text finds, withdrawn ones too, best first; all of them in order when nothing was typed. (transfer container) */
GPtrArray *fz_catalogue_find_all (const FzCatalogue *self, const char *typed);

/* The same among prepared herbs alone, or among everything else: they never share a sheet. */
GPtrArray *fz_catalogue_search_sheet (const FzCatalogue *self, const char *typed, gboolean herbal, guint limit);

/* One row as written back for a store or an export: the value of a column of this header, as the file would hold it. (transfer full),
 * NULL for an unknown column. */
char *fz_drug_dup_column (const FzDrug *self, const char *column);
/* The columns above in their usual order, NULL-terminated. */
const char *const *fz_drug_columns (void);
