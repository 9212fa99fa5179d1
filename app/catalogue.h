/* app/catalogue.h: how the hospital's drug catalogue changes (药品目录管理). What people do stands in app/desk.h; what a change is in
 * core/catalogue_change.h. Rows change in one place, fz_catalogue_submit(), in the transaction of the decision. */
#pragma once

#include "app/desk_private.h"
#include "app/submit.h"
#include "core/catalogue_change.h"
#include "core/drug_show.h"

/* One row that a change brings. */
typedef struct {
  FzDrugAct act;
  FzDrug *drug;  /* as it will be */
  char *before;  /* hash of the row it takes the place of; "" for a new one */
  char *text;    /* what it changes, in the words that are signed */
} FzCatalogueRow;

/* What `fresh` changes of the catalogue in force, row by row; rows that are not in `fresh` stay. Empty: nothing. (transfer full) */
GPtrArray *fz_catalogue_diff (const FzKnowledge *know, const FzCatalogue *fresh);
/* The bytes a document names, and back. CORRUPT when they cannot be read. */
GBytes *fz_catalogue_rows_print (GPtrArray *rows);
GPtrArray *fz_catalogue_rows_read (const FzKnowledge *know, GBytes *bytes, GError **error);
/* The hash of a row as it stands with the removal it is under; "" when the catalogue does not hold it. (transfer full) */
char *fz_catalogue_row_hash (const FzKnowledge *know, const char *code);

/* CONFLICT: the row is not any more what the change was made over. */
gboolean fz_catalogue_check_base (const FzKnowledge *know, const FzCatalogueRow *row, GError **error);

/* A FzSheetKeep: changes, removals and decisions become durable; an approved change takes effect, a removal at once. CONFLICT: a row was changed
 * by somebody else since the change was proposed. */
gboolean fz_catalogue_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);
/* Loads the catalogue anew after such a sheet. A catalogue that cannot be read lets nothing be signed until it can. */
gboolean fz_catalogue_refresh (FzDesk *desk, GError **error);
/* code -> facts of the removal a row stands under. `rows`: as the store keeps them. (transfer full) */
GHashTable *fz_catalogue_read_removals (FzStore *store, GPtrArray *rows, GError **error);
/* The facts of a change folded from its documents. NOT_FOUND. */
FzFields *fz_catalogue_fold (FzTxn *txn, const char *id, GError **error);
/* Folds every change again, lets them change the rows once more in their order, and adds a line for each change and each medicine that is not what is kept. */
gboolean fz_catalogue_compare (FzDesk *desk, GPtrArray *differences, GError **error);
/* Calls `add` with each removal that nobody has confirmed or lifted. */
gboolean fz_catalogue_put_due (FzTxn *txn, void (*add) (const FzFields *change, gpointer data), gpointer data, GError **error);

/* The removal a medicine stands under; NULL: none. (transfer none) */
const FzFields *fz_catalogue_find_removal (const FzKnowledge *know, const char *code);
/* What the catalogue itself says against a line of a prescription: withdrawn, or removed for a suspected reaction. (transfer full), NULL: nothing. */
char *fz_catalogue_objection (const FzKnowledge *know, const FzDrug *drug);
/* The same of every line of a prescription, one a line, for those removed only; NULL: none is. (transfer full) */
char *fz_catalogue_removed_lines (const FzKnowledge *know, const FzFields *rx);
/* What it says of the lines rx.item.NN as facts catalogue.NN.{rule,about,field,message,source}: they are kept with what was judged by them, so that
 * a replay says the same when the removal is long over. */
void fz_catalogue_put_objections (const FzKnowledge *know, FzFields *facts);
/* Those facts as findings CATALOGUE_REMOVED and CATALOGUE_WITHDRAWN, stops both. */
void fz_catalogue_check (const FzFields *facts, GPtrArray *findings);

/* INVALID: nothing is said, or too much. */
gboolean fz_catalogue_check_words (const char *words, GError **error);
/* FZ_LIST_CATALOGUE of app/desk.h. */
GPtrArray *fz_catalogue_list (FzSession *session, const FzFields *filter, GError **error);
