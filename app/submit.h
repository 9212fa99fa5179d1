/* app/submit.h: documents of one visit become durable (提交): document rows, case row, audit entries and outbox rows in one
 * transaction; the checkpoint over the log follows it. Every act that signs ends here. */
#pragma once

#include "app/desk_private.h"
#include "core/fold.h"
#include "core/rulebook.h"

typedef struct {
  const char *visit;
  GPtrArray *documents;      /* FzDocument, in order */
  const char *countersign;   /* id of a kept prescription that gets a further line, or NULL */
  const char *countersign_lines; /* each with its LF */
  const char *drop_draft_of; /* staff number whose draft of this visit is done, or NULL */
  const FzFields *draft;     /* the draft that stays instead, or NULL */
  const FzRulebook *rulebook; /* what a version of the rules names, to be kept with it; NULL otherwise */
  GBytes *rows;              /* what a change of the catalogue names, to be kept with it; NULL otherwise */
  const FzKnowledgeFiles *edition; /* of drug knowledge that a proposal names, to be kept with it; NULL otherwise */
} FzSubmission;

/* Inside a RECORD job. REFUSED when the state machine says no; nothing is kept then. */
gboolean fz_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);
/* The parts of it for documents that belong to no visit: the clock was not set back; document row and audit entry. */
gboolean fz_submit_check_clock (FzTxn *txn, GError **error);
gboolean fz_submit_keep_document (FzSession *session, FzTxn *txn, FzDocument *document, GError **error);
/* The further line of a submission, if it has one, with an entry of its own that names text and key: so that it can be judged by its place
 * in the log when that key is revoked later. */
gboolean fz_submit_countersign (FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);
/* CORRUPT: a kept document that those before it do not allow, and why. */
void fz_submit_contradict (const FzDocument *document, const GError *why, GError **error);
/* The visit folded from its documents. NOT_FOUND when it has none. */
FzFold *fz_submit_fold (FzTxn *txn, const char *visit, GError **error);
/* Reads the visit's documents before they are needed; what is wrong with them is said when somebody signs. Inside any job. */
void fz_submit_expect (FzDesk *desk, FzTxn *txn, const char *visit);
/* Writes the derived rows of a fold (also used by rebuild). */
gboolean fz_submit_project (FzTxn *txn, const FzFold *fold, GError **error);
/* A body signed by the desk's own key, as a document. */
FzDocument *fz_submit_desk_document (FzDesk *desk, FzTxn *txn, FzFields *body, GError **error);
/* Sets id, visit, signed_at and the institution in a new body. */
FzFields *fz_body_new (FzDesk *desk, FzDocKind kind, const char *visit, const char *id, gint64 at_us);
/* Renders, prints: the exact bytes and the text a person reads. */
GBytes *fz_body_seal (FzDesk *desk, FzFields *body, char **out_text, GError **error);
/* A fresh id for a document of a visit: `V1-record-3f9a…`. */
char *fz_document_id (FzDesk *desk, const char *visit, const char *word);
