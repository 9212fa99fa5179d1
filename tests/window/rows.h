/* tests/window/rows.h: what opens behind a row: an entry of a register, a prescription, a person, a grant. Each dialog is opened, measured, answered at once, typed
 * into and left; what shows without a row of a page (what is reported, a paper before it is printed, a signed file) is opened as its caller does. */
#pragma once

#include "tests/desk/world.h"

void rows (World *world);
/* The forms of every register, and of every move of an entry: of the first state alone unless the scale is full. */
void register_forms (World *world);
