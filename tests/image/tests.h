/* tests/image/tests.h: the parts of one test program. */
#pragma once

#include "app/image_client.h"

#include <glib.h>

void add_decode_tests (void);
void add_refusal_tests (void);
void add_cage_tests (void);

/* The program under test, by its path. */
const char *image_program (void);
/* Decodes and expects a refusal with this code whose sentence holds `part`. */
void expect_refusal (GBytes *bytes, FzErrorCode code, const char *part);
