/* core/drugcheck_line.h: private to the medicine checks: one line with everything resolved that can be. */
#pragma once

#include "core/drugcheck.h"

/* A medicine in use, by generic name or brand. */
typedef struct {
  const char *name;   /* as written; borrowed from the request */
  char *name_key;     /* of fz_text_key() */
  const FzDrug *drug; /* of the catalogue, or NULL */
  GStrv keys;         /* its substances, at least one */
} FzInUse;

/* What a row asks about the person: sure, not so, or nobody has said. Filled once a check. */
typedef struct {
  const FzCheckRequest *request;
  FzKnowledgeAges ages;
  gboolean born_known;
  FzDate born, on;
} FzPerson;

/* What nobody has said though a row needs it, and which lines need it. */
typedef enum { FZ_ASK_AGE, FZ_ASK_SEX, FZ_ASK_PREGNANCY, FZ_ASK_LACTATION, FZ_ASK_EGFR, FZ_ASK_LIVER, FZ_ASK_WEIGHT } FzAsk;
#define FZ_ASKS (FZ_ASK_WEIGHT + 1)
typedef struct {
  GPtrArray *names[FZ_ASKS]; /* const char *; NULL: not needed */
  FzSeverity severity[FZ_ASKS];
} FzUnknowns;

typedef struct {
  const FzDrugKnowledge *knowledge;
  const FzCheckRequest *request;
  const FzCheckLine *line;
  guint index;
  const char *generic;
  char *generic_key;    /* of fz_text_key() */
  const FzDrug *drug;   /* of the catalogue, or NULL */
  const FzDrug *limits; /* whose limits apply: drug, or a likeness of the same substance, or NULL */
  GStrv substances;     /* keys, at least one */
  const char *form;     /* code or NULL */
  const char *route;    /* code or NULL */
  FzDose dose;          /* unit NULL: none */
  FzDose strength;      /* of one piece; unit NULL: unknown */
  const FzFrequency *freq;
  const FzPerson *person; /* these three borrowed from the check */
  FzUnknowns *unknowns;
  GPtrArray *in_use;      /* FzInUse */
  gboolean by_person;   /* a limit of the child's own age or weight was asked: the adult's is not the last word */
  int over_single, over_daily; /* severity said by a limit of the person; -1 nothing */
} FzJudged;

FzJudged *fz_judged_new (const FzDrugKnowledge *knowledge, const FzCheckRequest *request, guint index);
void fz_judged_free (FzJudged *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzJudged, fz_judged_free)

/* TRUE when the line has the very name of the medicine in use. */
gboolean fz_judged_is_named (const FzJudged *self, const FzInUse *in_use);
/* Adds a finding about this line's `field` (NULL: generic). `values` needs rule, kind, severity, message; the rest is filled in. */
void fz_judged_add (const FzJudged *self, GPtrArray *findings, const char *field, FzFinding values);
/* The line's dose as mass or activity, through its strength when it is in pieces. */
gboolean fz_judged_amount (const FzJudged *self, FzDose *out);
/* external, oral_solid …; NULL when the form is unknown. */
const char *fz_judged_state (const FzJudged *self);
gboolean fz_judged_is_systemic (const FzJudged *self);
/* TRUE when a row for these routes speaks of this line: none named, the line's own or the way it belongs to, or its route is not known. */
gboolean fz_judged_by_route (const FzJudged *self, const char *const *routes);
/* “name”, and substance `i` in brackets where the name does not say it. (transfer full) */
char *fz_substance_label (const char *name, const FzDrug *drug, const char *const *keys, guint i);
char *fz_judged_label (const FzJudged *self, guint i);

/* FzInUse of every name of the request. (transfer full) */
GPtrArray *fz_in_use_list (const FzDrugKnowledge *knowledge, const FzCheckRequest *request);
/* The catalogue's drug of a name that may be a brand, or NULL. */
const FzDrug *fz_in_use_find (const FzDrugKnowledge *knowledge, const char *name);

/* Keys of what a compound product that the catalogue does not hold is made of: named by the table of brands, or spelled out by its own name
 * (氨氯地平缬沙坦氢氯噻嗪片). NULL: it is none that we know. (transfer full) */
GStrv fz_compound_substances (const FzDrugKnowledge *knowledge, const char *name);

/* This line needs to know it; the gravest of several askings counts. */
void fz_judged_ask (const FzJudged *self, FzAsk ask, FzSeverity severity);
void fz_unknowns_clear (FzUnknowns *self);

FzPerson fz_person_of (const FzKnowledgeSet *set, const FzCheckRequest *request);
FzAnswer fz_person_reached (const FzPerson *self, const FzAgeBound *bound);
/* As stated; NO for men, and where nobody said it outside the years of childbearing. `stated`: pregnant or lactating. */
FzAnswer fz_person_as_mother (const FzPerson *self, FzAnswer stated);
FzAnswer fz_person_egfr_below (const FzPerson *self, gint64 milli);
FzAnswer fz_person_liver (const FzPerson *self, FzLiver at_least);
/* 患者 5 岁, for messages. (transfer full) */
char *fz_person_age_text (const FzPerson *self);

/* One file each. `all` holds FzJudged of every line. */
void fz_check_identity (const FzJudged *self, GPtrArray *findings);
void fz_check_limits (FzJudged *self, GPtrArray *findings); /* before the adult's limits */
void fz_check_dose (const FzJudged *self, GPtrArray *findings);
void fz_check_total (GPtrArray *all, GPtrArray *findings);
void fz_check_quantity (const FzJudged *self, GPtrArray *findings);
void fz_check_gate (const FzJudged *self, GPtrArray *findings);
void fz_check_form (const FzJudged *self, GPtrArray *findings);
void fz_check_duplicates (GPtrArray *all, GPtrArray *findings);
void fz_check_interactions (GPtrArray *all, GPtrArray *findings);
void fz_check_allergies (GPtrArray *all, GPtrArray *findings);
void fz_check_classes (GPtrArray *all, GPtrArray *findings);
void fz_check_contraindications (GPtrArray *all, GPtrArray *findings);
void fz_check_indications (GPtrArray *all, GPtrArray *findings);
void fz_check_names (GPtrArray *all, GPtrArray *findings);
/* What stands in `unknowns`. */
void fz_check_unknown (const FzUnknowns *unknowns, GPtrArray *findings);
