/* core/drug_groups.h: pharmacological groups (药理类别), assets/drugs/groups.csv: group, ingredient, duplicate (yes|no), source, confidence; one member
 * a row. Other tables name a group as `@group`; two different members of a group with duplicate=yes are one therapy given twice
 * (重复给药, item A5 of 医疗机构处方审核规范). */
#pragma once

#include "core/csv.h"
#include "core/drug.h"

typedef struct _FzDrugGroups FzDrugGroups;
/* INVALID names the row: no group, no ingredient, a member twice, a group whose rows disagree about `duplicate`. `issues`: see
 * core/knowledge_read.h. */
FzDrugGroups *fz_drug_groups_parse (const guint8 *bytes, gsize n, const char *name, GPtrArray *issues, GError **error);
FzDrugGroups *fz_drug_groups_ref (FzDrugGroups *self);
void fz_drug_groups_unref (FzDrugGroups *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDrugGroups, fz_drug_groups_unref)

/* Keys of substances (char *), or NULL when there is no such group. (transfer none) */
GPtrArray *fz_drug_groups_get_members (const FzDrugGroups *self, const char *group);
/* The first group with duplicate=yes that holds both substances (keys), or NULL. `out_source` (may be NULL) gains its source. */
const char *fz_drug_groups_find_duplicate (const FzDrugGroups *self, const char *a, const char *b, const char **out_source);
/* TRUE when some group holds the substance. */
gboolean fz_drug_groups_covers (const FzDrugGroups *self, const char *substance_key);
