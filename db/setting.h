/* db/setting.h: one value of this desk by name (设置). Names are dotted words. */
#pragma once

#include "db/store.h"

/* NULL without an error when it was never set. (transfer full) */
char *fz_setting_dup (FzTxn *txn, const char *name, GError **error);
/* NULL removes it. */
gboolean fz_setting_set (FzTxn *txn, const char *name, const char *value, GError **error);
