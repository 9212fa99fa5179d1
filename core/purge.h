/* core/purge.h: a lawful removal of what was kept long enough (到期清除), and the tombstones that say so; pure and total.
 *
 * What goes is a list in plain text, made by the program from what is over, named by its hash in a grant of the kind `purge` (core/grant.h) that one
 * natural person asks for and another gives. It is carried out in batches; each is one transaction and leaves one document `fuzhen.purge/v1`, signed
 * by the desk's key, that names each thing by its hash, or says why it stayed after all. Whatever the log, documents and proofs say stays as it
 * was: only a picture or the details of an act are no longer there. Tianjin 2025 art. 21, 个人信息保护法 art. 19 and 47.
 *
 * The list: `fuzhen.purge_list/v1`, `class <word>`, `to <day>`, then a line for each thing: visit, key, SHA-256, the day its term began and the last
 * day it had to be kept, separated by one space, in the order of SHA-256, visit and key. The key of a picture is its SHA-256, that of a detail the
 * number of the entry.
 *
 * Facts, of the subject `@PRG-000001` that goes with the grant GNT-000001: purge.{id,grant,class,class_label,to,list_sha256,total,passed (things of the
 * list that were looked at),removed,kept,batches,running (yes: there is more of the list),begun_at,changed_at,asker,approver,approved_at}. */
#pragma once

#include "core/document.h"
#include "core/retention.h"

#define FZ_PURGE_KIND "fuzhen.purge/v1"
#define FZ_PURGE_BATCH 60 /* things of the list in one document; a list of a body has at most a hundred positions */

typedef struct {
  char *visit, *key, *sha256, *since_on, *last_on;
} FzPurgeItem;

void fz_purge_item_free (FzPurgeItem *self);
/* By SHA-256, visit and key; as g_ptr_array_sort() calls it. */
int fz_purge_item_compare (gconstpointer a, gconstpointer b);

/* The list in its order. (transfer full) */
GBytes *fz_purge_list_print (FzRetentionClass class, const char *to, GPtrArray *items);
/* CORRUPT names the first line that is none. (transfer full) */
GPtrArray *fz_purge_list_parse (GBytes *list, FzRetentionClass *out_class, char **out_to, GError **error);

/* `PRG-000001` of `GNT-000001`; NULL for anything else. (transfer full) */
char *fz_purge_id_of_grant (const char *grant);
/* What stands after one more document; `before` NULL: the first batch. REFUSED: not signed by the desk, or not the next batch of this list.
 * INVALID: a key is missing. UNSUPPORTED: another kind. (transfer full), frozen. */
FzFields *fz_purge_fold (const FzFields *before, const FzDocument *document, GError **error);
/* TRUE when the body of a batch says that this is gone. `visit` NULL: whosever it was; `sha256` NULL: any. */
gboolean fz_purge_names (const FzFields *body, FzRetentionClass class, const char *key, const char *visit, const char *sha256);
