/* db/prints.h: how often the slip of a prescription was printed (打印次数). */
#pragma once

#include "db/store.h"

/* 0: never. */
gboolean fz_prints_get (FzTxn *txn, const char *prescription, guint *out_times, GError **error);
/* One more; *out_times is its number. */
gboolean fz_prints_add (FzTxn *txn, const char *prescription, guint *out_times, GError **error);
