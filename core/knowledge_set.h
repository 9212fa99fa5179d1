/* core/knowledge_set.h: one edition of drug knowledge (药品知识库), judged as a whole: groups, limits by person, contraindications, indications,
 * look-alikes, brands, interactions, allergy classes, with a manifest that says what edition it is, until when it may be used and what it does
 * not cover. What is shipped is one, what a hospital buys another; nobody prescribes by half of one. Serves 医疗机构处方审核规范 (the rules of
 * an automatic review are maintained and dated). The lists of controlled drugs are law and stand apart (core/controlled.h). */
#pragma once

#include "core/allergy.h"
#include "core/contraindication.h"
#include "core/drug_words.h"
#include "core/indication.h"
#include "core/interaction.h"

/* A file of the set as it is found: `name` is one of fz_knowledge_set_files(). Borrowed. */
typedef struct {
  const char *name;
  GBytes *bytes;
} FzKnowledgeFile;

/* The files a set must have, all of them; NULL-terminated. The manifest is the first. */
const char *const *fz_knowledge_set_files (void);

typedef struct _FzKnowledgeSet FzKnowledgeSet;
/* INVALID: a file missing, repeated or unknown, a bad row (file, line, column, reason), a manifest without edition or validity. With
 * `issues` (of char *) every fault of every file is gathered there and the set is made only when there is none. */
FzKnowledgeSet *fz_knowledge_set_parse (const FzKnowledgeFile *files, guint n, const FzCodes *routes, GPtrArray *issues, GError **error);
FzKnowledgeSet *fz_knowledge_set_ref (FzKnowledgeSet *self);
void fz_knowledge_set_unref (FzKnowledgeSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKnowledgeSet, fz_knowledge_set_unref)

/* TRUE when prescriptions may be judged by it on that day; UNSUPPORTED says that it has expired, since when and who mends it. `self`
 * NULL: no knowledge at all, UNSUPPORTED. A day before `since` is judged by what is known now. */
gboolean fz_knowledge_set_check_usable (const FzKnowledgeSet *self, FzDate on, GError **error);

/* "2026-11" */
const char *fz_knowledge_set_get_edition (const FzKnowledgeSet *self);
/* In Chinese, or with `english` in English. */
const char *fz_knowledge_set_get_title (const FzKnowledgeSet *self, gboolean english);
FzDate fz_knowledge_set_get_since (const FzKnowledgeSet *self);
FzDate fz_knowledge_set_get_until (const FzKnowledgeSet *self);
/* Over names and bytes of all files, in their order. */
const char *fz_knowledge_set_get_sha256 (const FzKnowledgeSet *self);
/* Sentences of what it does not cover, NULL-terminated; both languages have the same number. */
const char *const *fz_knowledge_set_get_not_covered (const FzKnowledgeSet *self, gboolean english);
/* Women from `from` until `until` may be pregnant; below `weight_until` a dose wants a weight. */
typedef struct {
  FzAgeBound childbearing_from, childbearing_until, weight_until;
} FzKnowledgeAges;
FzKnowledgeAges fz_knowledge_set_get_ages (const FzKnowledgeSet *self);

/* (transfer none) */
const FzDrugGroups *fz_knowledge_set_get_groups (const FzKnowledgeSet *self);
const FzDrugLimits *fz_knowledge_set_get_limits (const FzKnowledgeSet *self);
const FzContraindications *fz_knowledge_set_get_contraindications (const FzKnowledgeSet *self);
const FzIndications *fz_knowledge_set_get_indications (const FzKnowledgeSet *self);
const FzDrugWords *fz_knowledge_set_get_words (const FzKnowledgeSet *self);
const FzInteractions *fz_knowledge_set_get_interactions (const FzKnowledgeSet *self);
const FzAllergies *fz_knowledge_set_get_allergies (const FzKnowledgeSet *self);
