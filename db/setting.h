/* db/setting.h: one value of this desk by name (设置). Names are dotted words. */
#pragma once

#include "db/store.h"

/* *out NULL: it was never set. (transfer full) */
gboolean fz_setting_read (FzTxn *txn, const char *name, char **out, GError **error);
/* NULL removes it. */
gboolean fz_setting_set (FzTxn *txn, const char *name, const char *value, GError **error);
