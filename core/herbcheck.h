/* core/herbcheck.h: the checks of a herbal sheet (中药饮片审查): grams, pairs, poison, pregnancy, special handling. Serves items H2 to H4 of
 * 医疗机构处方审核规范. A tradition's pair and grams above the range ask for a reason and never stop (中药处方格式及书写规范: the doctor signs again
 * for them); what the law controls is stopped by the controlled lists (core/controlled.h). */
#pragma once

#include "core/finding.h"
#include "core/herb.h"

typedef enum { FZ_PREGNANT_UNKNOWN, FZ_PREGNANT_NO, FZ_PREGNANT_YES } FzPregnant;

typedef struct {
  const char *name;    /* as written */
  const char *dose;    /* of one dose (剂), "9g" */
  const char *special; /* handling as the doctor wrote it; NULL: none */
} FzHerbLine;

typedef struct {
  const FzHerbLine *lines;
  guint n_lines;
  FzPregnant pregnant;
  gboolean external; /* washed with or laid on: the usual grams speak of drinking */
} FzHerbRequest;

/* Adds findings; fields are item.NN.dose, .generic, .special. Rules, all stable: HERB_UNKNOWN HERB_GRAMS_HIGH HERB_GRAMS_LOW HERB_GRAMS_UNCHECKED HERB_GRAMS_UNREADABLE HERB_PAIR HERB_TOXIC
 * HERB_PREGNANCY HERB_PREGNANCY_UNKNOWN HERB_SPECIAL. */
void fz_herbcheck_run (const FzHerbs *herbs, const FzHerbRequest *request, GPtrArray *findings);
