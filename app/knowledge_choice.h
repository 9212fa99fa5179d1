/* app/knowledge_choice.h: which edition of drug knowledge holds here and today (药品知识库的启用). While two persons chose none it is the one
 * that ships: the program's upgrades bring newer knowledge as they bring newer checks, and the audit log says when. */
#pragma once

#include "app/chinese.h"
#include "app/knowledge.h"
#include "core/knowledge_version.h"

/* In a job: every version folded from its documents. CORRUPT: they contradict each other. */
FzVersions *fz_knowledge_fold (FzTxn *txn, GError **error);
/* The files of the edition alone: `staged`, `shipped` or a version's id. NOT_FOUND; CORRUPT: its kept bytes were altered. Not inside a job. */
FzKnowledgeFiles *fz_knowledge_files_of (FzSession *session, const char *id, GError **error);
/* Loads the edition that holds today into the desk's knowledge. What is wrong with it is no failure of this call but the knowledge's `problem`:
 * then nothing is judged by it and nothing signed, and everything else goes on. */
gboolean fz_knowledge_refresh (FzDesk *desk, GError **error);
/* Called by the clock and after a decision: an edition whose day has begun takes effect, and the audit log says so. */
gboolean fz_knowledge_tick (FzDesk *desk, GError **error);
