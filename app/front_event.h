/* app/front_event.h: what each kind of event brings about (来件的种类); app/front_in.c sees to it that it does so once. */
#pragma once

#include "app/desk_private.h"
#include "core/json.h"
#include "db/front.h"

/* The picture an event brings by its hash, which is fetched before the job and kept in it; NULL: none. */
const char *fz_front_event_picture (const FzFrontEvent *event, const FzJson *body);
/* What an event of evidence lists, evidence.NN.{file,sha256,kind}: the files are fetched and looked at before the job. */
FzFields *fz_front_event_evidence (FzDesk *desk, const FzFrontEvent *event, const FzJson *body, GError **error);
typedef struct {
  FzFields *part;   /* with what was seen of the files; NULL: the event has none */
  GPtrArray *files; /* FzBundleFile of each */
} FzFrontFiles;
/* Inside a RECORD job; for every kind but visit_request. *out_words (transfer full, may stay NULL): what came of it, the id of an entry. NOT_FOUND: the visit is not here (yet);
 * INVALID, REFUSED, CONFLICT: a sentence for a person. */
gboolean fz_front_event_take (FzDesk *desk, FzTxn *txn, const FzFrontEvent *event, const FzJson *body, const FzFrontFiles *files, char **out_words, GError **error);
/* The request with the parts {"guardian": …}, {"consent": …} in the place of its own, the last one counting, and {"evidence": […]} added to its. */
void fz_front_merge_request (FzJsonWriter *writer, const FzJson *request, GPtrArray *parts);
