/* tests/rules/fixture.h: the shipped rulebook, and small ones made of one clause. */
#pragma once

#include "core/rulebook.h"

char *read_source (const char *path);
FzRulebook *shipped_rulebook (void);
/* "key=value|key=value". Fails the test on anything else. */
FzFields *parse_facts (const char *text);
