/* app/affairs.h: parts of the imports that a new store also uses, and the visits and prescriptions of a period. */
#pragma once

#include "app/desk_private.h"

/* Rows code, name, initials, aliases of a diagnosis table (columns code, label …); bad rows go to `problems`. */
GPtrArray *fz_diagnosis_rows (const char *name, const guint8 *bytes, gsize n, GPtrArray *problems, GError **error);
/* Facts of the visits asked for in [from, to), then of the prescriptions signed in it, oldest first, as db/visits.h
 * gives what reports count; `visit` and `rx` are called on the database thread. Between two
 * pages others work: `step` (may be NULL) is told how far it is, 0 to 1, in the caller's thread, and ends the walk by an error. */
typedef struct {
  gint64 from_us, to_us;
  void (*visit) (const FzFields *facts, gpointer data);
  void (*rx) (const FzFields *facts, gpointer data);
  gboolean (*step) (double done, gpointer data, GError **error);
  gpointer data;
} FzAffairsWalk;
gboolean fz_affairs_walk (FzDesk *desk, const FzAffairsWalk *walk, GError **error);
