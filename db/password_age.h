/* db/password_age.h: since when a person's password counts, and slow derivations of those before it (口令更换, 等保 ID-2). */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* *out_set_at_us 0 and *out_past empty when nothing is known of this person yet. *out_past (transfer full): past.NN.{salt,hash}. */
gboolean fz_password_age_get (FzTxn *txn, const char *staff, gint64 *out_set_at_us, FzFields **out_past, GError **error);
gboolean fz_password_age_put (FzTxn *txn, const char *staff, gint64 set_at_us, const FzFields *past, GError **error);
