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

#include "core/version.h"

#define FZ_RULES_SUBJECT "@rules"
#define FZ_RULES_KIND "fuzhen.rules/v1"
#define FZ_RULES_DECISION_KIND "fuzhen.rules_decision/v1"

#define FZ_RULES_NOUN "rules"

/* Adds the next document or says why it may not stand here; then nothing changed. REFUSED: not by this person or role, not now,
 * a day in the past, another version still waits. INVALID: a key is missing or odd. */
gboolean fz_rules_fold_add (FzVersions *self, const FzDocument *document, GError **error);
