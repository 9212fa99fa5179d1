/* tests/desk/steps.h: a program that ends itself by SIGKILL just before one of the calls that change a file, as a power cut would find it between any two
 * of them. The calls of every library of the process are counted, in the order they are made. */
#pragma once

#include <glib.h>

/* From now on; `at` 0: only counts. */
void steps_arm (guint at);
guint steps_counted (void);
