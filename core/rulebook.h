/* core/rulebook.h: the rules in force on a date (规则集), as data. A clause names its article, the moment it is asked, a predicate
 * of the closed table in core/predicate.c and its parameters; nothing about a regulation stands in C. What cannot be judged
 * is a finding of its own and never a pass. Unknown keys, predicates or moments refuse to load. */
#pragma once

#include "core/date.h"
#include "core/fields.h"
#include "core/finding.h"

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

/* Fails with INVALID naming the clause and what is wrong. `n` bytes of strict JSON (assets/rules/…). */
FzRulebook *fz_rulebook_parse (const void *json, gsize n, GError **error);
FzRulebook *fz_rulebook_ref (FzRulebook *self);
void fz_rulebook_unref (FzRulebook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzRulebook, fz_rulebook_unref)

const char *fz_rulebook_get_name (const FzRulebook *self);   /* tianjin-2025 */
const char *fz_rulebook_get_title (const FzRulebook *self);  /* 天津市互联网诊疗监管实施办法（试行） */
const char *fz_rulebook_get_sha256 (const FzRulebook *self); /* of the bytes it was read from */
FzDate fz_rulebook_get_since (const FzRulebook *self);
/* FALSE when the text states no end. */
gboolean fz_rulebook_get_until (const FzRulebook *self, FzDate *out);

/* One clause, for lists: frozen facts id, text, article, zh, en, from, until, severity, moments, field, require, message. */
guint fz_rulebook_get_n_clauses (const FzRulebook *self);
const FzFields *fz_rulebook_get_clause (const FzRulebook *self, guint i);

/* Judges every clause of that moment in force on that day and adds findings for those that fail or cannot be judged. Writes the
 * verdict of each clause into `verdicts` (may be NULL) as `rule.<id words> pass|fail|unknown|not_applicable`.
 * INTERNAL only when it could not run; then nothing may be signed. */
gboolean fz_rulebook_check (const FzRulebook *self, FzMoment moment, const FzFields *facts, FzDate on, GPtrArray *findings,
                            FzFields *verdicts, GError **error);
