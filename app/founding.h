/* app/founding.h: the first hour (第一次使用): a hospital's store from its profile, for the command line; what the window asks is in app/desk.h. */
#pragma once

#include "app/enrol.h"
#include "app/hospital.h"

typedef void (*FzFoundingStep) (guint done, guint total, gpointer data);

/* SLOW. A new store with the consent texts, the starting catalogue, the people and a code for each. `step` (may be NULL) is called before each
 * code. CONFLICT: the folder holds a store. What fails after the store was made says which folder to remove. */
FzFounding *fz_founding_make (const char *data_dir, const FzHospital *hospital, FzFoundingStep step, gpointer data, GError **error);
