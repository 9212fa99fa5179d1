/* db/hand.h: what people keep by hand for writing quickly: favourites and sets (常用药、协定处方). */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* `body` NULL removes; removing what is not there is no error. kind: star | set. */
gboolean fz_hand_put (FzTxn *txn, const char *owner, const char *kind, const char *name, const char *staff, const FzFields *body, GError **error);
/* NULL without error: none. */
FzFields *fz_hand_get (FzTxn *txn, const char *owner, const char *kind, const char *name, GError **error);
/* The bodies of an owner, stars before sets, each by name. */
GPtrArray *fz_hand_list (FzTxn *txn, const char *owner, GError **error);
