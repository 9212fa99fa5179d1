/* tests/window/printed.h: slips by the desktop's own print dialog, from our button to the file that its “print to file” writes. */
#pragma once

#include "tests/desk/world.h"

void printed (World *world);
