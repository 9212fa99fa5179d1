/* tests/window/undone.h: everything that is removed or replaced in a draft comes back, with its checks and in the store. */
#pragma once

#include "tests/desk/world.h"

void undone (World *world);
