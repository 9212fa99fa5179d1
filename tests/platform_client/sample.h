/* tests/platform_client/sample.h: facts of one synthetic revisit from which every message can be built, nothing left out. */
#pragma once

#include "app/platform/message.h"

/* A child of 5, so that every conditional field is required. (transfer full) */
FzFields *sample_facts (void);
/* The shipped table; fails the test when it does not load. */
FzMessageTable *sample_table (void);
/* A file of this folder. (transfer full) */
char *sample_path (const char *name);
