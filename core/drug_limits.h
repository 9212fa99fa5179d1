/* core/drug_limits.h: dose limits that depend on the person (特殊人群限量), assets/drugs/limits.csv: subject, routes (CV06.00.102, `|`, empty: any; 4 covers 401),
 * age_from, age_until (28d 6m 12y; until exclusive), egfr_below (ml/min), liver (mild|severe: this or worse), single, daily, single_per_kg,
 * daily_per_kg (doses), avoid (yes|no: not to be used at all), words, source, confidence. A row holds when every condition that it
 * states holds; it states at least a limit or avoid=yes. Serves items A3 and A7 of 医疗机构处方审核规范. */
#pragma once

#include "core/age_bound.h"
#include "core/drug_groups.h"

/* Ordered: worse is larger. */
typedef enum { FZ_LIVER_UNKNOWN, FZ_LIVER_NORMAL, FZ_LIVER_MILD, FZ_LIVER_SEVERE } FzLiver;
/* "normal", "mild", "severe"; anything else (NULL too) is unknown. */
FzLiver fz_liver_from_word (const char *word);

/* Frozen; a dose whose unit is NULL, an age bound without unit, a zero eGFR and an unknown liver are absent. */
typedef struct {
  GStrv routes;            /* codes; empty: any route */
  FzAgeBound from, until;
  gint64 egfr_below_milli; /* thousandths of 1 ml/min */
  FzLiver liver;
  FzDose single, daily, single_per_kg, daily_per_kg;
  gboolean avoid;
  const char *words, *source;
  FzConfidence confidence;
} FzDrugLimit;

typedef struct _FzDrugLimits FzDrugLimits;
/* INVALID names the row. `issues`: see core/knowledge_read.h. */
FzDrugLimits *fz_drug_limits_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugGroups *groups, const FzCodes *routes, GPtrArray *issues,
                                    GError **error);
FzDrugLimits *fz_drug_limits_ref (FzDrugLimits *self);
void fz_drug_limits_unref (FzDrugLimits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDrugLimits, fz_drug_limits_unref)

/* Rows that speak of the substance (key): GPtrArray of FzDrugLimit, or NULL. (transfer none) */
GPtrArray *fz_drug_limits_of (const FzDrugLimits *self, const char *substance_key);
/* Reads an eGFR or a weight as people write it, "88" or "59.5", to thousandths. FALSE for anything else and for more than 100,000. */
gboolean fz_milli_parse (const char *text, gint64 *out_milli);
