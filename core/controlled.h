/* core/controlled.h: the gate against medicines that may not be prescribed online (管控药品): narcotic, psychotropic, toxic and
 * radioactive medicines, abortifacients, precursors, and the list for sale over the network. Serves 互联网诊疗管理办法 and the
 * catalogues named in each row's source. The lists are dated data, assets/drugs/controlled.csv; code knows only how a row is matched.
 *
 * Columns: list, name, aliases (`|`), match, condition, severity (stop|reason|note), edition, from, until, source, confidence (h|m|l).
 * match: `ingredient` a single-substance preparation of it, its salts included; `raw_material_only` the same, meaning bulk drug or
 * decoction piece; `compound` a listed compound that contains it or bears an alias; `name` the name itself; `contains` part of the
 * name; `regex` condition is a pattern over the folded name; `form` any name, the condition decides.
 * condition: parts joined by `+`: form:a|b, not_form:a|b (injection, raw, patch, oral_solid, oral_liquid, implant, external),
 * per_unit_over_ug:N, outside_pharmacy. list `none` holds names that look controlled and are not. */
#pragma once

#include "core/error.h"
#include "core/finding.h"

typedef struct _FzControlledList FzControlledList;
/* Fails with INVALID naming line and column: an unknown list, match, condition, severity, confidence, a date that is none, a pattern
 * that does not compile. */
FzControlledList *fz_controlled_parse (const guint8 *bytes, gsize n, const char *name, GError **error);
FzControlledList *fz_controlled_ref (FzControlledList *self);
void fz_controlled_unref (FzControlledList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzControlledList, fz_controlled_unref)
guint fz_controlled_get_n (const FzControlledList *self);

/* What is asked about. Everything but the name may be unknown. */
typedef struct {
  const char *name;                /* generic name as written */
  const char *brand;               /* or NULL */
  const char *const *ingredients;  /* declared, or NULL when only the name speaks */
  const char *form_state;          /* injection, raw, patch, oral_solid, oral_liquid, implant, external; NULL: read from the name */
  gboolean outside_pharmacy;       /* dispensed by a pharmacy that is not the hospital's */
} FzControlledQuery;

/* One match; strings belong to the list. */
typedef struct {
  const char *list;
  const char *entry; /* the row's name */
  FzSeverity severity;
  const char *edition;
  const char *source;
  const char *confidence;
  gboolean uncertain; /* the row might apply: form unknown, or the name only contains the entry. Never a stop. */
} FzControlledHit;

/* Rows in force on this day (YYYY-MM-DD), gravest first; one hit a row. The names are compared without salts, forms, strengths,
 * width, case, blanks and rare glyphs. (transfer full) array of FzControlledHit. */
GArray *fz_controlled_match (const FzControlledList *self, const char *on_date, const FzControlledQuery *query);
/* The list's name for people: 麻醉药品, 第一类精神药品 … (translated, static). */
const char *fz_controlled_list_label (const char *list);
