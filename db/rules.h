/* db/rules.h: the rules documents were signed under, and the versions of this hospital's rules (规则集). */
#pragma once

#include "core/rules_version.h"
#include "db/store.h"

/* Keeps the exact bytes of a layer under their hash; keeping the same bytes again does nothing. */
gboolean fz_rule_layers_keep (FzTxn *txn, const char *name, GBytes *body, GError **error);
/* NOT_FOUND; CORRUPT when the kept bytes are no longer those of their name. (transfer full) */
GBytes *fz_rule_layers_get (FzTxn *txn, const char *sha256, GError **error);

/* Keeps a rulebook's manifest (`fuzhen.rulebook/v2`, then `name sha256` a layer, lowest first); its layers are kept before. */
gboolean fz_rulebooks_keep (FzTxn *txn, const char *manifest, GError **error);
gboolean fz_rulebooks_has (FzTxn *txn, const char *sha256, gboolean *out_has, GError **error);
/* NOT_FOUND; CORRUPT as above. (transfer full) */
char *fz_rulebooks_get (FzTxn *txn, const char *sha256, GError **error);

/* Inserts or replaces the derived row of a version. */
gboolean fz_rules_versions_put (FzTxn *txn, const FzVersion *version, GError **error);
/* Facts of all versions, oldest first. */
GPtrArray *fz_rules_versions_list (FzTxn *txn, GError **error);
/* NOT_FOUND. */
FzFields *fz_rules_versions_get (FzTxn *txn, const char *id, GError **error);
/* The one in force on that day (YYYY-MM-DD); NULL without error when there is none. */
FzFields *fz_rules_versions_in_force (FzTxn *txn, const char *day, GError **error);
