/* app/reporting.h: which platform this hospital reports to (上报方案): by the jurisdiction it was set up in. */
#pragma once

#include "app/desk_private.h"

/* After the store was opened, by the clock and after a decision: the message table speaks what this place's platform is spoken to in, with the messages that the
 * hospital added (app/added_messages.h). What is wrong with those is no failure of this call: nothing is told by them, and the status and the preflight say why.
 * INVALID: the data lack this place. */
gboolean fz_reporting_choose (FzDesk *desk, GError **error);
/* The jurisdiction whose platform is reported to. */
const char *fz_reporting_place (FzDesk *desk);
/* In a job: that place's table as one adopted definition made it, to read what was built by it (app/added_messages.h). As fz_added_put(). (transfer full) */
FzMessageTable *fz_reporting_table_by (FzDesk *desk, FzTxn *txn, const char *definition, GError **error);
/* The same table for who has no store: as a desk of this jurisdiction speaks (NULL: the one without a word for it). */
FzMessageTable *fz_reporting_table (const char *place, GError **error);
/* platform.{label,label_en,note,note_en,public,wire,trigger,basis,added,added_problem} for the status; added: the entry whose messages hold. */
void fz_reporting_put (FzDesk *desk, FzFields *status);
