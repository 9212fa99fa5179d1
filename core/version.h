/* core/version.h: what one person proposes and what holds from a day on, once another natural person approved exactly these bytes (双人批准的版本): a
 * hospital's rules (core/rules_version.h), the edition of drug knowledge (core/knowledge_version.h). Who may, what a document has to say
 * and what may be cancelled belongs to them; the list, its states and what is in force is one thing.
 *
 * `noun` (rules, knowledge) names facts and ids: <noun>.{state,signed_at,by,by_number,…}, RULES-0002. */
#pragma once

#include "core/date.h"
#include "core/document.h"

typedef enum {
  FZ_VERSION_PENDING,   /* signed, waits for the second person */
  FZ_VERSION_APPROVED,  /* counts from its day on, until a later version's day */
  FZ_VERSION_DECLINED,
  FZ_VERSION_WITHDRAWN, /* by its own signer before a decision; or cancelled by two persons before its day */
  FZ_N_VERSION_STATES
} FzVersionState;

const char *fz_version_state_to_word (FzVersionState state);
gboolean fz_version_state_from_word (const char *word, FzVersionState *out);
/* Chinese words for the screen (translated). */
const char *fz_version_state_label (FzVersionState state);

typedef struct {
  guint number; /* 1, 2, 3 … */
  char *id;
  FzVersionState state;
  FzDate since;
  FzFields *facts;
  char *person;      /* who signed, as a natural person; `desk` */
  char *asked_by;    /* natural person whose request to cancel it stands; NULL: none */
  char *note_sha256; /* what the decision must name */
} FzVersion;

typedef struct {
  const char *noun;
  GPtrArray *versions; /* FzVersion, in order */
} FzVersions;

/* `noun` is a constant. */
FzVersions *fz_versions_new (const char *noun);
void fz_versions_free (FzVersions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzVersions, fz_versions_free)

/* NULL when there is none. (transfer none) */
const FzVersion *fz_versions_find (const FzVersions *self, const char *id);
const FzVersion *fz_versions_get_pending (const FzVersions *self);
/* The version in force on a day: of the approved ones whose day has come the one with the highest number, so a version takes the
 * place of every earlier one, also of one that was only planned. NULL before the first. */
const FzVersion *fz_versions_in_force (const FzVersions *self, FzDate on);
/* RULES-0002 for (rules, 2). (transfer full) */
char *fz_version_id (const char *noun, guint number);

/* --- for folds --- */

/* TRUE when the document is the next version by number and id. */
gboolean fz_versions_is_next (const FzVersions *self, const FzDocument *document);
/* Appends what the document proposes; takes `facts`, which gain id, signer, time and state. */
void fz_versions_push (FzVersions *self, const FzDocument *document, FzDate since, FzVersionState state, FzFields *facts);
/* The same as fz_versions_find(), to decide on it. */
FzVersion *fz_versions_find_open (FzVersions *self, const char *id);
void fz_versions_set_state (FzVersions *self, FzVersion *version, FzVersionState state);
/* <noun>.<what>_{at,by,by_number} of the document's decider. */
void fz_versions_put_decider (FzVersions *self, FzVersion *version, const FzDocument *document, const char *what);
/* <noun>.{decision,decision_words,decided_at,decided_by,decided_by_number}, and the state. */
void fz_versions_decide (FzVersions *self, FzVersion *version, const FzDocument *document, FzVersionState state);
/* In force from the start of a day that is still to come, or this very day: what was signed before was judged by what held then. */
gboolean fz_version_day_is_open (FzDate since, gint64 signed_at_us);
/* TRUE when the person of the document is the one who proposed it, by identity and not by account. */
gboolean fz_version_is_own (const FzVersion *version, const FzDocument *document);
