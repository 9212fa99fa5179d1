/* core/rules_version.h: the versions of a hospital's rules (规则集版本) folded from their documents, pure and total.
 *
 * A version is a document `fuzhen.rules/v1` of one natural person of medical affairs; it counts only once another natural person
 * (affairs or security administrator) signed a decision `fuzhen.rules_decision/v1` that approves exactly these bytes. The first
 * version is the desk's own, made with the store, when there was nobody yet. Both kinds belong to the institution: their
 * `visit` is FZ_RULES_SUBJECT, and no visit's fold ever sees them.
 *
 * An approved version whose day has not come is cancelled by two persons as well: one of affairs or security asks (`cancel`), another
 * natural person agrees (`cancelled`), both before that day begins; either of them, or anyone else who may decide, lets it stand (`kept`).
 * What nobody answered by then takes effect as approved. A day that has begun is never taken back: what was signed on it was judged by it.
 *
 * Facts of a version, for lists: rules.{id,number,state,since,jurisdiction,jurisdiction_label,words,signed_at,by,by_number,decision,
 * decided_at,decided_by,decided_by_number,decision_words,cancel,cancel_at,cancel_by,cancel_by_number,cancel_words (a request that stands or
 * was agreed to),cancelled_at,cancelled_by,cancelled_by_number,cancelled_words}, rulebook.{name,title,sha256}, layer.NN.{name,title,sha256}, change.NN,
 * consent.version, hospital.sha256 (of the layer of its own). */
#pragma once

#include "core/date.h"
#include "core/document.h"

#define FZ_RULES_SUBJECT "@rules"
#define FZ_RULES_KIND "fuzhen.rules/v1"
#define FZ_RULES_DECISION_KIND "fuzhen.rules_decision/v1"

typedef enum {
  FZ_RULES_PENDING,   /* signed, waits for the second person */
  FZ_RULES_APPROVED,  /* counts from its day on, until a later version's day */
  FZ_RULES_DECLINED,
  FZ_RULES_WITHDRAWN, /* by its own signer, before a decision; or cancelled by two persons before its day (rules.cancelled_at) */
  FZ_N_RULES_STATES
} FzRulesState;

const char *fz_rules_state_to_word (FzRulesState state);
gboolean fz_rules_state_from_word (const char *word, FzRulesState *out);
/* Chinese words for the screen (translated). */
const char *fz_rules_state_label (FzRulesState state);

typedef struct {
  guint number; /* 1, 2, 3 … */
  char *id;     /* RULES-0002 */
  FzRulesState state;
  FzDate since;
  FzFields *facts;
  char *person;      /* who signed, as a natural person; `desk` */
  char *asked_by;    /* natural person whose request to cancel it stands; NULL: none */
  char *note_sha256; /* what the decision must name */
} FzRulesVersion;

typedef struct {
  GPtrArray *versions; /* FzRulesVersion, in order */
} FzRulesFold;

FzRulesFold *fz_rules_fold_new (void);
void fz_rules_fold_free (FzRulesFold *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzRulesFold, fz_rules_fold_free)

/* Adds the next document or says why it may not stand here; then nothing changed. REFUSED: not by this person or role, not now,
 * a day in the past, another version still waits. INVALID: a key is missing or odd. */
gboolean fz_rules_fold_add (FzRulesFold *self, const FzDocument *document, GError **error);
/* NULL when there is none. (transfer none) */
const FzRulesVersion *fz_rules_fold_find (const FzRulesFold *self, const char *id);
const FzRulesVersion *fz_rules_fold_get_pending (const FzRulesFold *self);
/* The version in force on a day: of the approved ones whose day has come the one with the highest number, so a version takes the
 * place of every earlier one, also of one that was only planned. NULL before the first. */
const FzRulesVersion *fz_rules_fold_in_force (const FzRulesFold *self, FzDate on);
/* `RULES-0002` for 2. (transfer full) */
char *fz_rules_version_id (guint number);
