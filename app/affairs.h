/* app/affairs.h: parts of the imports that a new store also uses. */
#pragma once

#include "app/desk_private.h"

/* Rows code, name, initials, aliases of a diagnosis table (columns code, label …); bad rows go to `problems`. */
GPtrArray *fz_diagnosis_rows (const char *name, const guint8 *bytes, gsize n, GPtrArray *problems, GError **error);
/* Facts of the visits asked for and the prescriptions signed in [from, to), and the outbox counted by state. (transfer full) */
gboolean fz_affairs_gather (FzSession *session, gint64 from_us, gint64 to_us, GPtrArray **out_visits, GPtrArray **out_rx,
                            FzFields **out_uploads, GError **error);
