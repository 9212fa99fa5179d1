/* app/check.h: what the rules and the drug checks say of a visit at one moment (检查). Facts in, findings out; the same function
 * answers the form, the signing, the pharmacist and the command line. */
#pragma once

#include "app/desk_private.h"

/* Facts for the rulebook: visit, draft over it, the doctor's staff facts below `doctor.`, the acting person below `actor.`, a
 * reviewer's below `reviewer.` (NULL for none). NULL with error: what stands now (app/situation.h) cannot be read. */
FzFields *fz_check_facts (FzDesk *desk, const FzFields *visit, const FzFields *draft, const FzFields *doctor, const FzFields *actor,
                          const FzFields *reviewer, GError **error);
/* Findings of the rulebook at these moments, and with `lines` the drug checks, gravest first. `verdicts` (may be NULL) gains what a
 * document says of its judging: rule.NN.{id,verdict,rows}, rulebook.{name,sha256,on,moment.NN} and below `given.` exactly the
 * facts that were read, so that it can be judged again. Fails when a check could not run; then nothing may be signed. */
GPtrArray *fz_check_run (FzDesk *desk, const FzMoment *moments, guint n_moments, const FzFields *facts, gboolean lines,
                         gint64 at_us, FzFields *verdicts, GError **error);
/* The first finding that stands in the way: a stop, or one that asks a reason the draft does not give (`override.NN.{rule,field,
 * reason,words}`). NULL: nothing does. */
const FzFinding *fz_check_blocker (GPtrArray *findings, const FzFields *draft);
/* Writes the findings (rule, severity, message, field) and the reasons given for them into a body. */
void fz_check_put (FzDesk *desk, GPtrArray *findings, const FzFields *draft, FzFields *body);
/* Last into a body that holds findings of the drug checks: by which edition of the knowledge and version of the checks, and what these need to
 * be done again: below `given.` what they read and the body does not say itself, `knowledge.row.NN.{code,sha256}` of the catalogue. `verdicts`
 * NULL: the findings are another document's. */
void fz_check_put_engine (FzDesk *desk, const FzFields *verdicts, FzFields *body);
/* The rulebook's name and hash, the hash of the drug knowledge (app/knowledge_files.h) and what fz_check_run() said in `verdicts` (NULL: nothing was asked), into a body. */
void fz_check_put_rules (FzDesk *desk, const FzFields *verdicts, FzFields *body);
/* A finding as facts, for the command line and for lists. */
FzFields *fz_finding_to_fields (const FzFinding *finding);
