/* core/fold.h: a visit's documents folded into what screens, rules and messages read (派生事实). Pure and total: the same documents
 * give the same facts, which is what `fuzhen rebuild --check` compares. Fact names: app/desk.h. */
#pragma once

#include "core/document.h"

typedef struct {
  FzCase *state;
  FzFields *visit;   /* facts of the visit */
  GPtrArray *rx;     /* FzFields, one a prescription in order of signing */
  gint64 applied_us; /* when the patient asked */
  gint64 ended_us;   /* 0 while open */
} FzFold;

FzFold *fz_fold_new (void);
void fz_fold_free (FzFold *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFold, fz_fold_free)

/* Adds the next document, or says why it may not stand here (as fz_case_apply). On failure nothing changed. */
gboolean fz_fold_add (FzFold *self, const FzDocument *document, GError **error);
/* The facts of one prescription, NULL when the visit has no such one. (transfer none) */
FzFields *fz_fold_find_rx (const FzFold *self, const char *id);
