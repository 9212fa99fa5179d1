/* core/finding.h: one result of a check (发现). A broken rule is not an error: checks return findings, and only the inability
 * to run at all is a GError. What a check cannot judge is a finding too (`cannot_check`), never silence. */
#pragma once

#include <glib.h>

/* Ordered: a larger value is graver. */
typedef enum {
  FZ_SEVERITY_NOTE,   /* shown, nothing more */
  FZ_SEVERITY_REASON, /* may go on after a person gives a coded reason */
  FZ_SEVERITY_STOP    /* cannot be signed or approved */
} FzSeverity;

/* What the finding speaks of; the words are those of `fuzhen check`. */
typedef enum {
  FZ_FINDING_INTERACTION,
  FZ_FINDING_DOSE,
  FZ_FINDING_DUPLICATE,
  FZ_FINDING_ALLERGY,
  FZ_FINDING_CONTRAINDICATION,
  FZ_FINDING_CONTROLLED,
  FZ_FINDING_FORM,
  FZ_FINDING_QUANTITY,
  FZ_FINDING_RULE
} FzFindingKind;

/* Frozen once made; read the fields, do not write them. */
typedef struct {
  const char *rule;   /* stable code, e.g. DOSE_DAILY_MAX; never NULL */
  const char *clause; /* the clause of the rulebook or its citation; NULL when none stands behind it */
  FzFindingKind kind;
  FzSeverity severity;
  const char *const *about; /* generic names of the drugs concerned; NULL-terminated, never NULL */
  const char *field;        /* the form's field, e.g. item.00.dose; NULL for the whole */
  const char *message;      /* Chinese sentence for the clinician; never NULL */
  const char *source;       /* where the limit or list comes from; NULL when it is the text itself */
  gboolean cannot_check;    /* the check could not judge this point: a person must */
} FzFinding;

/* Copies everything in `values`; NULL `about` becomes the empty list. (transfer full) */
FzFinding *fz_finding_new (const FzFinding *values);
FzFinding *fz_finding_ref (FzFinding *self);
void fz_finding_unref (FzFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFinding, fz_finding_unref)

/* An empty list of findings that owns its elements. */
GPtrArray *fz_findings_new (void);
/* Makes one and adds it. */
void fz_findings_add (GPtrArray *findings, const FzFinding *values);
/* Gravest first, then by field, rule and first drug: the order every screen, print and test shows. */
void fz_findings_sort (GPtrArray *findings);
gboolean fz_findings_have_stop (const GPtrArray *findings);
/* The first finding with this rule, or NULL. (transfer none) */
const FzFinding *fz_findings_find (const GPtrArray *findings, const char *rule);

/* "stop", "reason", "note" and back; the parser returns FALSE for any other word. */
const char *fz_severity_to_word (FzSeverity severity);
gboolean fz_severity_from_word (const char *word, FzSeverity *out);
/* "interaction", "dose", … "rule" and back. */
const char *fz_finding_kind_to_word (FzFindingKind kind);
gboolean fz_finding_kind_from_word (const char *word, FzFindingKind *out);
