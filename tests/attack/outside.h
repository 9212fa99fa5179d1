/* tests/attack/outside.h: what the tests of a head kept outside share. */
#pragma once

#include "tests/attack/forger.h"

#define MINUTES_LATER 20 /* more than a checkpoint or a place outside waits for */

/* Of what the audit administrator reads. (transfer full) */
char *outside_value (World *w, const char *key);
/* The machine as it is now: the folder and what the device keeps beside it; and put back. */
void machine_keep (World *w, const char *name);
void machine_put (World *w, const char *name);
/* To be looked at, and for nothing else. */
void machine_refused (World *w, const char *words);
void outside_token_knows_better (World *w);
