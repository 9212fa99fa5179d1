/* core/drugcheck.h: the medicine checks of one prescription (用药审查): dose, rhythm, quantity, duplicates, interactions, allergies, form and route,
 * the controlled gate. Serves items A2-A7, F7 and L3 of 医疗机构处方审核规范. Counting rules (five drugs, seven days, long courses,
 * children's companions) belong to the rulebook.
 *
 * How grave a dose finding is depends on how sure the limit is. A limit of confidence m or l asks for a reason and never stops. A
 * limit of confidence h asks for a reason above it and stops at twice the limit: between the two lie doses that specialists give
 * knowingly, beyond lies a misread unit or decimal point. */
#pragma once

#include "core/controlled.h"
#include "core/knowledge_set.h"

/* How these checks judge, as a number that documents name: whoever changes what they find of the same knowledge and the same facts
 * (also in core/herbcheck.h) counts it up, so that a replay of an older document says why it differs. */
#define FZ_DRUGCHECK_VERSION "2"

/* Everything the checks rest on; borrowed for the call, none may be NULL. */
typedef struct {
  const FzCatalogue *catalogue;
  const FzControlledList *controlled;
  const FzFrequencies *frequencies;
  const FzCodes *forms;
  const FzCodes *routes;
  const FzKnowledgeSet *set;
} FzDrugKnowledge;

/* One line as it was written. Texts may be NULL where unknown. */
typedef struct {
  const FzDrug *drug;   /* the catalogue's drug when it was chosen there; NULL: found by `generic` or judged by its likeness */
  const char *generic;  /* needed when drug is NULL */
  const char *brand;
  const char *strength; /* text; differs from the catalogue's when another pack was meant */
  const char *form;     /* code or word */
  const char *route;    /* code or word */
  const char *dose;     /* "80mg", "0.5片" */
  const char *freq;     /* code or word */
  guint days;           /* 0 unknown */
  gint64 quantity;      /* pieces (片、粒、支 …) to be dispensed; 0 unknown */
} FzCheckLine;

typedef struct {
  const FzCheckLine *lines;
  guint n_lines;               /* at most 100 */
  const char *on_date;         /* YYYY-MM-DD: lists in force that day */
  int age_years;               /* -1 unknown */
  const char *birth_date;      /* YYYY-MM-DD, rules over age_years; NULL unknown */
  char sex;                    /* F or M; 0 unknown */
  FzAnswer pregnant, lactating;
  gint64 weight_g;             /* 0 unknown */
  gboolean egfr_known;
  gint64 egfr_milli;           /* thousandths of 1 ml/min */
  FzLiver liver;
  const char *const *diagnoses; /* codes of this sheet, those of TCM behind "tcm:"; NULL: nobody said, indications are not asked */
  const char *const *prior;     /* codes of what the patient has had, or NULL */
  const char *const *uncoded;   /* this sheet's diagnoses that have words only, or NULL */
  const char *const *allergies; /* as written, or NULL when nobody asked */
  const char *const *current;  /* names of medicines in use, generic or brand, or NULL */
  gboolean outside_pharmacy;   /* dispensed by a pharmacy that is not the hospital's */
} FzCheckRequest;

/* For a name that the catalogue does not hold: the product that stands in for it, by brand or by the same single substance and route (code or
 * word; NULL: by mouth). What holds of the substance (its antibacterial grade, whether it may be given for long) holds of both. NULL: none. */
const FzDrug *fz_drugcheck_find_like (const FzDrugKnowledge *knowledge, const char *generic, const char *route);

/* Whether she is pregnant, as far as anybody said: NO for men, and unasked outside the years of childbearing. Reads sex, age and `pregnant`. */
FzAnswer fz_drugcheck_pregnant (const FzKnowledgeSet *set, const FzCheckRequest *request);

/* What the person's answer would matter for: asked only where a row of the knowledge needs it. */
typedef struct {
  gboolean weight, pregnancy, egfr, liver;
} FzCheckNeeds;
/* What these lines need to know of this person, known or not. */
FzCheckNeeds fz_drugcheck_needs (const FzDrugKnowledge *knowledge, const FzCheckRequest *request);

/* Findings sorted by fz_findings_sort(); fields are item.NN.dose, .freq, .days, .quantity, .form, .route, .generic.
 * Fails with INVALID when the request itself makes no sense (bad date, a line without a name, too many lines); a check that cannot
 * judge something says so in a finding. Rules, all stable: DRUG_UNKNOWN DRUG_STRENGTH DOSE_MISSING DOSE_UNREADABLE DOSE_UNIT
 * DOSE_SINGLE_MAX DOSE_DAILY_MAX DOSE_TOTAL_MAX DOSE_NO_LIMIT DOSE_AS_NEEDED DOSE_CHILD DOSE_RHYTHM DOSE_SPLIT FREQ_UNKNOWN
 * QTY_EXCESS QTY_SHORT QTY_UNCHECKED DUP_INGREDIENT DUP_CURRENT DUP_CLASS RENEWAL INTERACTION INTERACTION_UNCOVERED INDICATION INDICATION_UNCOVERED
 * DIAGNOSIS_UNCODED LOOKALIKE; contraindications AGE SEX PREGNANCY LACTATION DISEASE RENAL LIVER and what they cannot judge AGE_UNKNOWN
 * SEX_UNKNOWN PREGNANCY_UNKNOWN LACTATION_UNKNOWN RENAL_UNKNOWN LIVER_UNKNOWN WEIGHT_UNKNOWN; limits by person DOSE_AGE DOSE_WEIGHT
 * DOSE_RENAL DOSE_LIVER DOSE_LIMIT_UNCHECKED; ALLERGY ALLERGY_UNKNOWN FORM_UNKNOWN FORM_CATALOGUE ROUTE_UNKNOWN
 * ROUTE_FORM ROUTE_CATALOGUE ANTIBACTERIAL_SPECIAL CONTROLLED_<LIST>. (transfer full) */
GPtrArray *fz_drugcheck_run (const FzDrugKnowledge *knowledge, const FzCheckRequest *request, GError **error);
