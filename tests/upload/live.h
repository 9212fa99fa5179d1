/* tests/upload/live.h: a hospital of tests/desk on the wire to the simulator. */
#pragma once

#include "tests/desk/world.h"
#include "tests/platform/client.h"

/* A demo hospital has over three hundred drugs; a test that need not send them all keeps those that its prescriptions name. */
void drop_other_drugs (World *w);
/* From here the platform judges times: the clock is the real one. */
void go_live (World *w, Platform *platform);
/* Sends what is due; what stood in the way, or NULL. (transfer full) */
char *drain (World *w);
/* Every value of every row that is or was to be sent has an origin, and is nobody's default. As medical affairs. */
void expect_traced (World *w);
/* The ledger's rows in that state, as medical affairs see them. */
GPtrArray *list_state (World *w, const char *state);
