/* core/knowledge_version.h: which edition of drug knowledge this hospital uses (药品知识库的启用) folded from its documents, pure and total.
 *
 * An edition decides what stops a prescription, so nobody puts one into force alone: medical affairs proposes it by a document
 * `fuzhen.knowledge/v1`, and it counts once another natural person (a pharmacist, affairs or security) signed `fuzhen.knowledge_decision/v1` that
 * approves exactly these bytes. Both belong to the institution: their `visit` is FZ_KNOWLEDGE_SUBJECT. While none was approved the edition that
 * ships with the program holds; going back to it is a proposal like any other. A day that has begun is never taken back.
 *
 * Facts of a version, for lists: knowledge.{id,number,state,since,source (imported|shipped),words,edition,title,until,signed_at,by,by_number,
 * decision,decided_at,decided_by,decided_by_number,decision_words}, set.{sha256,manifest}, table.NN.{name,label,rows,added,removed}, gap.NN. */
#pragma once

#include "core/date.h"
#include "core/document.h"

#define FZ_KNOWLEDGE_SUBJECT "@knowledge"
#define FZ_KNOWLEDGE_KIND "fuzhen.knowledge/v1"
#define FZ_KNOWLEDGE_DECISION_KIND "fuzhen.knowledge_decision/v1"

typedef enum {
  FZ_KNOWLEDGE_PENDING, /* signed, waits for the second person */
  FZ_KNOWLEDGE_APPROVED,
  FZ_KNOWLEDGE_DECLINED,
  FZ_KNOWLEDGE_WITHDRAWN, /* by its own signer, before a decision */
  FZ_N_KNOWLEDGE_STATES
} FzKnowledgeState;

const char *fz_knowledge_state_to_word (FzKnowledgeState state);
/* For the screen (translated). */
const char *fz_knowledge_state_label (FzKnowledgeState state);

typedef struct {
  guint number; /* 1, 2, 3 … */
  char *id;     /* KNOWLEDGE-0002 */
  FzKnowledgeState state;
  FzDate since;
  FzFields *facts;
  char *person;      /* who signed, as a natural person */
  char *note_sha256; /* what the decision must name */
} FzKnowledgeVersion;

typedef struct {
  GPtrArray *versions; /* FzKnowledgeVersion, in order */
} FzKnowledgeFold;

FzKnowledgeFold *fz_knowledge_fold_new (void);
void fz_knowledge_fold_free (FzKnowledgeFold *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKnowledgeFold, fz_knowledge_fold_free)

/* Adds the next document or says why it may not stand here; then nothing changed. REFUSED: not by this person or role, not now, a day in the
 * past, another one still waits. INVALID: a key is missing or odd. */
gboolean fz_knowledge_fold_add (FzKnowledgeFold *self, const FzDocument *document, GError **error);
/* NULL when there is none. (transfer none) */
const FzKnowledgeVersion *fz_knowledge_fold_find (const FzKnowledgeFold *self, const char *id);
const FzKnowledgeVersion *fz_knowledge_fold_get_pending (const FzKnowledgeFold *self);
/* Of the approved ones whose day has come the one with the highest number; NULL: what ships. */
const FzKnowledgeVersion *fz_knowledge_fold_in_force (const FzKnowledgeFold *self, FzDate on);
/* `KNOWLEDGE-0002` for 2. (transfer full) */
char *fz_knowledge_version_id (guint number);
