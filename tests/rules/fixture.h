/* tests/rules/fixture.h: the shipped rulebooks, and what tests make of them. */
#pragma once

#include "core/regulation.h"
#include "core/rulebook.h"

char *read_source (const char *path);
FzRuleLayer *shipped_layer (const char *name);
/* A layer on the shipped ones below it. */
FzRulebook *stack_on_shipped (FzRuleLayer *top, GError **error);
/* tianjin-2025, national-2022 … */
FzRulebook *shipped_rulebook (const char *name);
/* "key=value|key=value". Fails the test on anything else. */
FzFields *parse_facts (const char *text);
