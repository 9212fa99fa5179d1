/* core/contraindication.h: whom a substance is not for (禁忌与慎用), assets/drugs/contraindications.csv: subject, routes (CV06.00.102, `|`,
 * empty: any; 4 covers 401), kind (age|sex|pregnancy|lactation|
 * disease|renal|liver), condition (age: <18y or >=65y; sex: F or M; pregnancy, lactation: yes; disease: ICD-10 prefixes, `|`; renal:
 * egfr<30; liver: mild|severe, this or worse), scope (disease: any, or current: a disease that passes, such as a bleeding), unless (disease:
 * prefixes that lift the row, such as a pacemaker; both may be empty or left out), severity (stop|reason|note), words, advice, source,
 * confidence. A row of confidence m or l asks for a reason at most. Serves item A7 of 医疗机构处方审核规范. */
#pragma once

#include "core/drug_limits.h"
#include "core/finding.h"

typedef enum {
  FZ_CONTRA_AGE,
  FZ_CONTRA_SEX,
  FZ_CONTRA_PREGNANCY,
  FZ_CONTRA_LACTATION,
  FZ_CONTRA_DISEASE,
  FZ_CONTRA_RENAL,
  FZ_CONTRA_LIVER
} FzContraKind;
#define FZ_CONTRA_KINDS (FZ_CONTRA_LIVER + 1)

/* Frozen. */
typedef struct {
  GStrv routes;            /* codes; empty: any route */
  FzContraKind kind;
  gboolean below;          /* age: younger than `age`, else that old or older */
  FzAgeBound age;
  char sex;                /* F or M */
  GStrv prefixes;          /* of diagnosis codes */
  GStrv unless;            /* of codes that lift the row; empty: nothing does */
  gboolean current;        /* a disease that passes: what the patient once had counts one step less */
  gint64 egfr_below_milli;
  FzLiver liver;
  FzSeverity severity;     /* as it counts */
  const char *words, *advice, *source; /* advice may be "" */
} FzContraindication;

typedef struct _FzContraindications FzContraindications;
/* INVALID names the row. `issues`: see core/knowledge_read.h. */
FzContraindications *fz_contraindications_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugGroups *groups, const FzCodes *routes,
                                                GPtrArray *issues, GError **error);
FzContraindications *fz_contraindications_ref (FzContraindications *self);
void fz_contraindications_unref (FzContraindications *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzContraindications, fz_contraindications_unref)

/* GPtrArray of FzContraindication that speak of the substance (key), or NULL. (transfer none) */
GPtrArray *fz_contraindications_of (const FzContraindications *self, const char *substance_key);
