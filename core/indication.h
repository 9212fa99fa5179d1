/* core/indication.h: what a substance is for (适应证), assets/drugs/indications.csv: subject, codes (prefixes of diagnosis codes, `|`: ICD-10, or
 * behind "tcm:" those of 中医病证分类与代码, whose A04.01 is another disease than A04 of ICD-10),
 * source, confidence. Serves items A1 and H1 of 医疗机构处方审核规范. */
#pragma once

#include "core/drug_groups.h"

typedef struct _FzIndications FzIndications;
/* INVALID names the row. `issues`: see core/knowledge_read.h. */
FzIndications *fz_indications_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugGroups *groups, GPtrArray *issues, GError **error);
FzIndications *fz_indications_ref (FzIndications *self);
void fz_indications_unref (FzIndications *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzIndications, fz_indications_unref)

/* TRUE when some row speaks of the substance (key). */
gboolean fz_indications_cover (const FzIndications *self, const char *substance_key);
/* TRUE when a row of the substance holds this diagnosis code. */
gboolean fz_indications_match (const FzIndications *self, const char *substance_key, const char *code);
/* The source of the substance's first row; NULL when none. */
const char *fz_indications_source (const FzIndications *self, const char *substance_key);
/* TRUE when the code, or the part after its dagger (E11.401+G63.2*), begins with the prefix. */
gboolean fz_diagnosis_begins (const char *code, const char *prefix);
