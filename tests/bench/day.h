/* tests/bench/day.h: a demo store with a doctor signed in, and visits brought to where a measurement starts. Everything goes
 * through the calls of the window. */
#pragma once

#include "app/demo_world.h"
#include "app/desk_private.h"

typedef struct {
  char *root;
  FzDesk *desk;
  FzSession *session; /* D1001 */
  FzDemoWorld *world;
  char *consent_version, *consent_sha256;
  guint arrived;
} Day;

void day_open (Day *self);
void day_clear (Day *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Day, day_clear)

/* A request taken in, its facts built outside `took_ns`. (transfer full) */
char *day_arrive (Day *self, gint64 *took_ns);
void day_take (Day *self, const char *visit);
/* What the doctor typed, saved; every reason that the checks ask is given. */
FzFields *day_write (Day *self, const char *visit);
FzSheet *day_prepare (Day *self, const char *visit, FzSheetParts parts);
/* Verdict and record are signed; the prescription stays typed. */
char *day_visit_to_prescribe (Day *self);
