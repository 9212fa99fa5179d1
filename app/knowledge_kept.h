/* app/knowledge_kept.h: the bytes behind the drug checks of what was signed, and doing these checks again by them (用药检查依据的留存与复核). */
#pragma once

#include "app/desk_private.h"

/* The name of a catalogue row: the hash of its canonical text. (transfer full) */
char *fz_knowledge_row_sha256 (const FzDrug *drug);

/* --- in a job --- */

/* Keeps every file; keeping them again does nothing. */
gboolean fz_knowledge_files_keep (FzTxn *txn, const FzKnowledgeFiles *files, GError **error);
/* NOT_FOUND; CORRUPT when a byte is not what its hash says. (transfer full) */
FzKnowledgeFiles *fz_knowledge_files_load (FzTxn *txn, const char *sha256, GError **error);
/* Keeps what the drug checks of this body rest on, if it is not kept yet. REFUSED when the knowledge or a row of the catalogue changed
 * since the body was made. */
gboolean fz_knowledge_keep_for (FzDesk *desk, FzTxn *txn, const FzFields *body, GError **error);

/* Editions read for one replay, by hash: parsing one takes a while, and the documents of a visit share theirs. */
typedef struct _FzKnowledgeShelf FzKnowledgeShelf;
FzKnowledgeShelf *fz_knowledge_shelf_new (FzDesk *desk);
void fz_knowledge_shelf_free (FzKnowledgeShelf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKnowledgeShelf, fz_knowledge_shelf_free)

/* TRUE when the body says all that its drug checks need; those signed before this was kept do not. */
gboolean fz_knowledge_can_judge_again (const FzFields *body);
/* In a job: the edition this body was judged by, kept by the shelf, and the rows of the catalogue of its day. NOT_FOUND and CORRUPT as above. */
const FzKnowledge *fz_knowledge_shelf_find (FzKnowledgeShelf *self, FzTxn *txn, const FzFields *body, GError **error);
GPtrArray *fz_knowledge_rows_of (FzTxn *txn, const FzFields *body, GError **error);
/* What the drug checks say of it by this edition, with these rows and the facts of its day. Not only in a job. */
gboolean fz_knowledge_judge_by (const FzKnowledge *edition, GPtrArray *rows, const FzFields *body, GPtrArray *findings, GError **error);
/* What the drug checks say of it by the knowledge, the catalogue rows and the facts of its day, in Chinese. NOT_FOUND and CORRUPT as above. */
gboolean fz_knowledge_judge_again (FzKnowledgeShelf *self, FzTxn *txn, const FzFields *body, GPtrArray *findings, GError **error);
