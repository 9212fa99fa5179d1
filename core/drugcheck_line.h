/* core/drugcheck_line.h: private to the medicine checks: one line with everything resolved that can be. */
#pragma once

#include "core/drugcheck.h"

typedef struct {
  const FzDrugKnowledge *knowledge;
  const FzCheckRequest *request;
  const FzCheckLine *line;
  guint index;
  const char *generic;
  const FzDrug *drug;   /* of the catalogue, or NULL */
  const FzDrug *limits; /* whose limits apply: drug, or a likeness of the same substance, or NULL */
  GStrv substances;     /* keys, at least one */
  const char *form;     /* code or NULL */
  const char *route;    /* code or NULL */
  FzDose dose;          /* unit NULL: none */
  FzDose strength;      /* of one piece; unit NULL: unknown */
  const FzFrequency *freq;
} FzJudged;

FzJudged *fz_judged_new (const FzDrugKnowledge *knowledge, const FzCheckRequest *request, guint index);
void fz_judged_free (FzJudged *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzJudged, fz_judged_free)

/* Adds a finding about this line's `field` (NULL: generic). `values` needs rule, kind, severity, message; the rest is filled in. */
void fz_judged_add (const FzJudged *self, GPtrArray *findings, const char *field, FzFinding values);
/* The line's dose as mass or activity, through its strength when it is in pieces. */
gboolean fz_judged_amount (const FzJudged *self, FzDose *out);
/* external, oral_solid …; NULL when the form is unknown. */
const char *fz_judged_state (const FzJudged *self);
gboolean fz_judged_is_systemic (const FzJudged *self);

/* One file each. `all` holds FzJudged of every line. */
void fz_check_identity (const FzJudged *self, GPtrArray *findings);
void fz_check_dose (const FzJudged *self, GPtrArray *findings);
void fz_check_total (GPtrArray *all, GPtrArray *findings);
void fz_check_quantity (const FzJudged *self, GPtrArray *findings);
void fz_check_gate (const FzJudged *self, GPtrArray *findings);
void fz_check_form (const FzJudged *self, GPtrArray *findings);
void fz_check_duplicates (GPtrArray *all, GPtrArray *findings);
void fz_check_interactions (GPtrArray *all, GPtrArray *findings);
void fz_check_allergies (GPtrArray *all, GPtrArray *findings);
