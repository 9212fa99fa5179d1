/* tests/window/repeat.h: a prescription written by repeating the patient's last one, and the keys it takes. */
#pragma once

#include "tests/desk/world.h"

void repeat (World *world);
