/* app/exchange.h: records between this hospital and others (病历交换). What a record is stands in core/exchange.h, what people do in app/desk.h. */
#pragma once

#include "app/desk_private.h"
#include "app/package.h"
#include "core/exchange.h"
#include "core/fold.h"
#include "core/quality.h"

/* The shipped table of fields with its code tables; the rules of quality on it. INVALID names file and line. */
FzExchangeMap *fz_exchange_load_map (const FzKnowledge *knowledge, GError **error);
FzQuality *fz_exchange_load_quality (const FzExchangeMap *map, GError **error);
/* The facts of one visit by the names of the table's column `fact`: its own, its prescriptions and medicines, its `documents`, the institution.
 * INVALID: more of something than a record holds. (transfer full) */
FzFields *fz_exchange_source (FzDesk *desk, const FzFields *visit, GPtrArray *rx, GPtrArray *documents, gint64 now_us, GError **error);
/* Documents as people read them, in the order of signing; one of another release as the signed text itself. `kind` NULL: all, else those of that kind ("consent"). Adds to
 * `titles` and `texts`. */
void fz_exchange_copy_texts (FzDesk *desk, GPtrArray *documents, const char *kind, GPtrArray *titles, GPtrArray *texts);
/* fz_desk_export_records() up to the last step: all that was asked for and the closed list of it, not in its place yet; `ask` may name the `entry` it is for.
 * `out` as there. (transfer full) */
FzPackage *fz_exchange_pack (FzSession *session, const FzFields *ask, const char *folder, GCancellable *cancellable,
                             void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, FzFields **out, GError **error);
/* Says in the log what leaves, by what was asked for and what was made of it, and only then puts the package in its place: what is not in the log has not left.
 * As fz_package_keep() fails, and as the log does; of an entry that came to nothing a second one says so. */
gboolean fz_exchange_release (FzSession *session, FzPackage *package, const FzFields *ask, const FzFields *made, GError **error);
/* What was to follow did not happen: the folder goes again, and the log says so. */
void fz_exchange_recall (FzSession *session, FzPackage *package, const FzFields *ask, const FzFields *made);
