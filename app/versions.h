/* app/versions.h: proposals and decisions of two persons (core/version.h) as documents of the institution: read in a job, said in a body. */
#pragma once

#include "app/sheet.h"
#include "core/version.h"

/* fz_rules_fold_add(), fz_knowledge_fold_add(). */
typedef gboolean (*FzVersionsAdd) (FzVersions *self, const FzDocument *document, GError **error);

/* In a job: every version folded from the subject's documents. CORRUPT: they contradict each other. (transfer full) */
FzVersions *fz_versions_read (FzTxn *txn, const char *subject, const char *noun, FzVersionsAdd add, GError **error);
/* The same refusal as at the signature, before the PIN is asked. */
gboolean fz_versions_rehearse (FzSession *session, FzVersions *fold, FzVersionsAdd add, FzFields *body, gint64 at_us, GError **error);
/* Who decides what of which bytes: decider.*, <noun>, verdict, words, note_sha256, text_sha256, and what is `copied` of the version (NULL at
 * the end). */
void fz_versions_put_decision (FzSession *session, const char *noun, const FzDocument *version, const char *verdict, const char *words,
                               const char *const *copied, FzFields *body);
