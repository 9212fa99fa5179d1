/* app/intake.h: taking in bundles, also for the scripted front of a demo. */
#pragma once

#include "app/desk_private.h"
#include "app/intake_bundle.h"

/* As fz_desk_intake() without a session's rights: the caller has judged them. */
gboolean fz_intake_path (FzDesk *desk, FzSession *session, const char *path, guint *out_taken, GPtrArray **out_problems, GError **error);
/* One request whose facts and files are at hand (a demo's front): the same checks, the same documents. INVALID with the problems. */
gboolean fz_intake_facts (FzDesk *desk, FzSession *session, const FzFields *facts, GPtrArray *files, GError **error);
/* Opens the picture `i` of evidence once in the cage and says what it is: evidence.NN.{media,width,height}. INVALID: what cannot be looked at is no evidence. */
gboolean fz_intake_probe (const FzBundleFile *file, FzFields *facts, guint i, GError **error);
/* Decoded in the cage; `take_gone` (not NULL): it was lawfully removed, and this says so. (transfer full) */
FzPicture *fz_picture_new (GBytes *bytes, char *take_gone, int max_edge, GError **error);
/* The same of a request that the hospital's front sent: the JSON of assets/schema/visit.json, its files in the order of `evidence` by their hashes. `also`
 * runs in the transaction that keeps it. INVALID with the problems, one a line. */
FzFields *fz_intake_read_request (FzDesk *desk, const char *json, GError **error);
gboolean fz_intake_request (FzDesk *desk, const FzFields *facts, GPtrArray *files, FzJob also, gpointer also_data, GError **error);
