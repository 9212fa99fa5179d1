/* app/proposal.h: what the institution keeps as signed documents about one subject `@ID`, and what one fold makes of them: grants, openings in need,
 * changes of the catalogue, entries of registers (单位一级的事项). Who may and what a document has to say belongs to each. */
#pragma once

#include "app/sheet.h"

/* What stands after one document more; NULL with the reason when those before it do not allow it. `before` NULL: nothing yet. */
typedef FzFields *(*FzProposalFold) (const FzFields *before, const FzDocument *document, GError **error);

/* All documents of one subject; NULL for none without error. CORRUPT: one contradicts those before it. (transfer full) */
FzFields *fz_proposal_of_documents (GPtrArray *documents, FzProposalFold fold, GError **error);
/* Read and folded. NOT_FOUND with `missing`, a sentence with one %s for the id. (transfer full) */
FzFields *fz_proposal_read (FzTxn *txn, const char *id, FzProposalFold fold, const char *missing, GError **error);

/* A sheet for the documents of that subject. */
FzSheet *fz_proposal_sheet_new (FzSession *session, const char *id, const char *title, FzSheetKeep keep);
/* A body with id, visit, signed_at, institution and `proposal`. (transfer full) */
FzFields *fz_proposal_body_new (FzSession *session, const FzSheet *sheet, const char *kind, const char *id, const char *word);
/* The fold is asked before anybody is asked to sign. */
gboolean fz_proposal_rehearse (FzSession *session, FzProposalFold fold, const FzFields *before, FzFields *body, gint64 at_us, GError **error);
/* The same, and the body goes onto the sheet. */
gboolean fz_proposal_add (FzSession *session, FzSheet *sheet, FzProposalFold fold, const FzFields *before, FzFields *body, GError **error);

/* Every subject that has a document of this kind, in the order of their ids, in one job each: `subject` is @ID. */
typedef gboolean (*FzProposalVisit) (FzTxn *txn, const char *subject, gpointer data, GError **error);
gboolean fz_proposals_walk (FzDesk *desk, const char *kind, FzProposalVisit visit, gpointer data, GError **error);
