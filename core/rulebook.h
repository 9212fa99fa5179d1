/* core/rulebook.h: the rules in force (规则集): a stack of layers (core/rule_layer.h), lowest first. Every clause of every layer in force
 * on the day is asked; clauses of the same id in several layers are one subject with one verdict (fail before unknown before pass before
 * not applicable) and one finding (the gravest severity, every article not satisfied is cited), so the stricter rule wins and nothing
 * overrides downward. What cannot be judged is a finding of its own and never a pass. Immutable; may be shared between threads. */
#pragma once

#include "core/date.h"
#include "core/fields.h"
#include "core/finding.h"
#include "core/rule_layer.h"

typedef enum {
  FZ_MOMENT_INTAKE,      /* a request arrives */
  FZ_MOMENT_TAKE,        /* the doctor takes the visit */
  FZ_MOMENT_ELIGIBILITY, /* the verdict is signed */
  FZ_MOMENT_RECORD,      /* the record is signed */
  FZ_MOMENT_PRESCRIBE,   /* the prescription is signed */
  FZ_MOMENT_REVIEW,      /* the pharmacist approves */
  FZ_MOMENT_DISPENSE,    /* medicine leaves */
  FZ_N_MOMENTS
} FzMoment;

const char *fz_moment_to_word (FzMoment moment);
gboolean fz_moment_from_word (const char *word, FzMoment *out);

typedef struct _FzRulebook FzRulebook;

/* `n` layers, lowest first, each over the one before it; takes references. INVALID `file:line: path：reason`: a broken chain, a parameter
 * that is not there, of another type, not valued on every day of the clause, or less strict than in a layer below. */
FzRulebook *fz_rulebook_new (FzRuleLayer *const *layers, guint n, GError **error);
FzRulebook *fz_rulebook_ref (FzRulebook *self);
void fz_rulebook_unref (FzRulebook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzRulebook, fz_rulebook_unref)

/* The top public layer names the profile; the hospital's own layer above it does not. */
const char *fz_rulebook_get_name (const FzRulebook *self);  /* tianjin-2025 */
const char *fz_rulebook_get_title (const FzRulebook *self); /* 天津市互联网诊疗监管实施办法（试行） */
FzDate fz_rulebook_get_since (const FzRulebook *self);
/* FALSE when the text states no end. */
gboolean fz_rulebook_get_until (const FzRulebook *self, FzDate *out);
/* SHA-256 of fz_rulebook_get_manifest(). */
const char *fz_rulebook_get_sha256 (const FzRulebook *self);
/* "fuzhen.rulebook/v2\n" and a line "<name> <SHA-256 of the layer's bytes>\n" for each layer, lowest first. */
const char *fz_rulebook_get_manifest (const FzRulebook *self);

guint fz_rulebook_get_n_layers (const FzRulebook *self);
FzRuleLayer *fz_rulebook_get_layer (const FzRulebook *self, guint i); /* (transfer none), lowest first */
/* The top layer that has ended by that day, local or national; NULL when none has. */
const FzRuleLayer *fz_rulebook_find_ended (const FzRulebook *self, FzDate on);
/* The top public layer in force that day; NULL when neither a local nor the national text is. */
const FzRuleLayer *fz_rulebook_find_governing (const FzRulebook *self, FzDate on);

/* The clauses of all layers, lowest layer first; the facts of fz_rule_layer_get_clause(). */
guint fz_rulebook_get_n_clauses (const FzRulebook *self);
const FzFields *fz_rulebook_get_clause (const FzRulebook *self, guint i);

/* The value of a parameter on a day, looked up from the top layer in force: sets `<name>` or, for texts, `<name>.NN`, and returns the
 * layer it comes from; NULL when no layer in force has it. */
const FzRuleLayer *fz_rulebook_read_parameter (const FzRulebook *self, const char *name, FzDate on, FzFields *out);

/* Judges every clause of that moment in force on that day and adds findings for subjects that fail or cannot be judged. A layer out of
 * its dates is not asked; when a local or national text has ended, the note RULEBOOK_ENDED says so once.
 *
 * `verdicts` (may be NULL) gains a group for each subject asked: rule.NN.id, rule.NN.verdict pass|fail|unknown|not_applicable,
 * rule.NN.rows (`TJ-13 CN-12`; absent when none). When several moments are asked into the same verdicts and findings, a subject keeps
 * its graver verdict and has one finding.
 * `given` (may be NULL) gains exactly what was read, under its own keys: judged again with `given` as the facts, the same rulebook on the
 * same day gives the same verdicts.
 *
 * UNSUPPORTED when neither a local nor the national text is in force that day; INTERNAL when it could not run. Nothing may be signed
 * then. */
gboolean fz_rulebook_check (const FzRulebook *self, FzMoment moment, const FzFields *facts, FzDate on, GPtrArray *findings,
                            FzFields *verdicts, FzFields *given, GError **error);
