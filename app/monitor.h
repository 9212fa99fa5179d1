/* app/monitor.h: what a doctor promised to watch when a prescription was signed in spite of a finding (将监测), until its result is signed. */
#pragma once

#include "app/desk_private.h"
#include "db/store.h"

/* Keeps the prescription's open promises in step with its facts. Within the transaction of its documents. */
gboolean fz_monitor_project (FzTxn *txn, const FzFields *rx, GError **error);
/* Adds a sentence when what is kept is not what these folded facts give. FALSE when it could not be read. */
gboolean fz_monitor_compare (FzTxn *txn, const FzFields *rx, GPtrArray *differences, GError **error);
