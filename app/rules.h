/* app/rules.h: which rules hold here and today, and the bytes of those that held before (规则集的施行与留存). The hospital's versions are
 * documents (core/rules_version.h); the one in force names its layers by hash, and they are read from the store, not from the
 * program: an upgrade of the program changes nothing until two persons approved a version that uses it. */
#pragma once

#include "app/submit.h"
#include "core/rulebook.h"
#include "core/rules_version.h"

/* CORRUPT with the reason while the rules in force cannot be read from the store: then nothing may be judged or signed. */
gboolean fz_rules_check_usable (FzDesk *desk, GError **error);

/* The profile of a jurisdiction word (`tianjin` -> `tianjin-2025`); NULL for a word that is none. (transfer none) */
const char *fz_rules_profile (FzDesk *desk, const char *jurisdiction);

/* The hospital's own layer; NULL when the rulebook has none. (transfer none) */
FzRuleLayer *fz_rules_get_own (const FzRulebook *book);
/* The informed consent that belongs to a rulebook: the hospital's, else the newest shipped one. */
gboolean fz_rules_dup_consent (const FzRulebook *book, char **out_version, char **out_text, GError **error);
/* A new body of the institution: id, visit, signed_at, institution. */
FzFields *fz_rules_body_new (FzDesk *desk, const char *kind, const char *id, gint64 at_us);
/* What a version says of its rulebook: jurisdiction, rulebook.*, layer.NN.*, hospital.sha256. */
void fz_rules_put_book (FzDesk *desk, const FzRulebook *book, const char *jurisdiction, FzFields *body);

/* --- in a job --- */

/* Keeps layers and manifest by their hashes; keeping them again does nothing. */
gboolean fz_rules_keep (FzTxn *txn, const FzRulebook *book, GError **error);
/* Keeps the rules that this body was judged by, if they are not kept yet. REFUSED when others took effect since it was made. */
gboolean fz_rules_keep_for (FzDesk *desk, FzTxn *txn, const FzFields *body, GError **error);
/* The kept rulebook of this hash. NOT_FOUND; CORRUPT when a byte of it is not what its hash says. */
FzRulebook *fz_rules_load (FzTxn *txn, const char *sha256, GError **error);
/* Every version folded from its documents. */
FzVersions *fz_rules_fold (FzTxn *txn, GError **error);
/* What the derived rows of the versions say otherwise than their documents, one a line. */
gboolean fz_rules_compare (FzTxn *txn, GPtrArray *differences, GError **error);
/* A FzSheetKeep: versions of the rules and decisions on them become durable, with the layers they name. */
gboolean fz_rules_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);

/* --- for the desk --- */

/* Loads the rules in force today into the desk's knowledge, making the first version where there is none. What is wrong with them is no
 * failure of this call but the desk's `rules_problem`. */
gboolean fz_rules_refresh (FzDesk *desk, GError **error);
/* The first version, from the shipped rules of the institution's jurisdiction; nothing when there is one. */
gboolean fz_rules_begin (FzDesk *desk, GError **error);
/* Called by the clock: a version whose day has begun takes effect, and the audit log says so. */
gboolean fz_rules_tick (FzDesk *desk, GError **error);
/* The rules in force on a day (the first version for days before it). */
FzRulebook *fz_rules_on (FzDesk *desk, FzDate on, GError **error);
/* rules.{state ended|ending|unusable,title,until,days_left,words} when the local or national text ends within 90 days, has ended, or cannot be
 * read; else nothing. */
void fz_rules_put_end (FzDesk *desk, FzFields *out);

/* Judges the signed documents of a visit again, each under the rules kept for it. Rows: a summary a document (document, rulebook, on,
 * verdicts, same yes|no; where drug checks stand behind it also knowledge, engine, findings, engine_now if the checks
 * changed since), then document, rule, then, now for each verdict
 * that differs, with field for each finding. */
GPtrArray *fz_rules_replay (FzDesk *desk, const char *visit, GError **error);
/* The verdicts of one document under a rulebook, at its own moments and on its own day, from what was kept as given; unless `given_only`
 * also from what else the document says. */
FzFields *fz_rules_judge_again (const FzRulebook *book, const FzFields *body, gboolean given_only, GPtrArray *findings, GError **error);
/* The facts a document was judged by: what it kept as given, and unless `given_only` under that what else it says. (transfer full) */
FzFields *fz_rules_facts_of (const FzFields *body, gboolean given_only);
/* The verdict word of a rule among `rule.NN.{id,verdict}`; NULL when it was not asked. */
const char *fz_rules_find_verdict (const FzFields *verdicts, const char *id);
