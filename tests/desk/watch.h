/* tests/desk/watch.h: after each call of a function of app/desk.h that gave something, the audit log has grown, or the function stands in
 * the list of those that tell nobody anything about a person (watch.c). The calls are made by tests/desk/watch.py. */
#pragma once

#include "app/desk.h"

guint64 watch_before (FzSession *session);
/* Ends the program when an act or a reading left no entry. */
void watch_after (FzSession *session, const char *name, guint64 before, gboolean gave);
