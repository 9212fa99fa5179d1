/* tests/window/gate.h: what is handed to another thread waits before a gate, and a file chooser answers at once: so that a window can be looked at while
 * it waits. The linker sends the program's calls here (meson.build). */
#pragma once

#include <glib.h>

void gate_close (void);
/* How much was handed over since it was closed. */
guint gate_count (void);
/* All that waited runs, and came back when this returns. */
void gate_open (void);
/* The chooser that is asked next, and only that one, is not shown: gate_choose() answers it. */
void gate_expect_chooser (void);
/* FALSE: none was asked. */
gboolean gate_choose (const char *path);
