/* tests/store/doors.h: the doors through which a store's failures come in, each call counted and one of them refused.
 *
 * SQLite's files, by a VFS under the sealing one; SQLite's memory, by its own hook; and the system calls of db/ itself with
 * Argon2id's memory, by the linker's --wrap (doors.c's `wrapped` in meson.build names them). */
#pragma once

#include <glib.h>

typedef enum { DOOR_NONE, DOOR_SQLITE, DOOR_MEMORY, DOOR_OURS } Door;

/* Before anything else touches SQLite. */
void doors_install (void);
/* From now on call number `at` (from 0) fails, and with `sticky` every later one. */
void doors_arm (Door door, gint at, gboolean sticky);
/* At that call the program ends instead, as by kill -9; for a child of the test's own. */
void doors_arm_end (Door door, gint at);
/* All calls are good again; returns how many were counted. Safe to call twice. */
gint doors_disarm (void);
/* The two above in one: how many calls has this door seen since it was armed. */
gint doors_calls (void);
/* The step that plays about `runs` of `all`, at full size `full_runs`. */
gint doors_step (gint all, gint runs, gint full_runs);
