/* tests/window/long_list.h: a test of ui/fact_list.h over more rows than it keeps. */
#pragma once

#include "tests/desk/world.h"

void long_list (World *world);
