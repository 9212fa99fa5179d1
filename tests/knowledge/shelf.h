/* The shipped knowledge, loaded once for a test program. */
#pragma once

#include "core/drugcheck.h"
#include "core/pinyin.h"

typedef struct {
  FzCodes *forms;
  FzCodes *routes;
  FzCodes *classes;
  FzFrequencies *frequencies;
  FzCatalogue *catalogue;
  FzControlledList *controlled;
  FzAllergies *allergies;
  FzInteractions *interactions;
  FzKnowledgeSet *set;
  FzPinyin *pinyin;
  FzDrugCodes drug_codes;
  FzDrugKnowledge knowledge;
} Shelf;

/* Aborts the test with the loader's message when a file doesn't load. */
const Shelf *shelf_get (void);
/* The bytes of a file below assets/. */
GBytes *shelf_read (const char *path);
