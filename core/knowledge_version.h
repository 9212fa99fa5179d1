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

#include "core/version.h"

#define FZ_KNOWLEDGE_SUBJECT "@knowledge"
#define FZ_KNOWLEDGE_KIND "fuzhen.knowledge/v1"
#define FZ_KNOWLEDGE_DECISION_KIND "fuzhen.knowledge_decision/v1"

#define FZ_KNOWLEDGE_NOUN "knowledge"

/* Adds the next document or says why it may not stand here; then nothing changed. REFUSED: not by this person or role, not now, a day in the
 * past, another one still waits. INVALID: a key is missing or odd. */
gboolean fz_knowledge_fold_add (FzVersions *self, const FzDocument *document, GError **error);
