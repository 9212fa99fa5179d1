/* tests/exchange/shelf.h: what the exchange tests read: the shipped table and the samples. */
#pragma once

#include "app/exchange.h"

/* Loaded once, never freed before the end. */
const FzExchangeMap *shelf_map (void);
const FzQuality *shelf_quality (void);
void shelf_clear (void);
char *shelf_read (const char *name); /* a file of the source tree, (transfer full) */
/* A sample by its number, as a record. */
FzFields *shelf_sample (guint n);
/* Reads; asserts that it is refused and one problem holds these words. */
void shelf_refuses (const char *text, gsize n, const char *words);

void attack_add_tests (void);
void quality_add_tests (void);
