/* core/catalogue_change.h: one change of the hospital's drug catalogue (药品目录变更) folded from its documents, pure and total.
 *
 * A change `fuzhen.catalogue_change/v1` names the rows it brings by their hash; it counts only once another natural person signed a decision
 * `fuzhen.catalogue_decision/v1` that approves exactly these bytes. A removal `fuzhen.catalogue_removal/v1` for a suspected adverse
 * reaction counts at once, by one person; another natural person then confirms it or lifts it. Both are signed by a pharmacist or by medical
 * affairs. Each has a subject of its own, `@CAT-000001` or `@RMV-000001`: a catalogue that is changed daily for fifteen years is not folded
 * whole at each signature. Fujian 2024
 * art. 21 and 29, Sichuan 2020 art. 27 (a catalogue of what is prescribed online; adverse reactions are watched and acted on).
 *
 * Facts: change.{id,kind (change|removal),state,open (yes|no),opened_at,by,by_number,by_person,by_role,words,document,note_sha256}; of a change also
 * change.{rows_sha256,n_rows,n_add,n_alter,n_withdraw,n_restore,file,line (of a single row)}; of a removal change.{entry,due_on} and
 * drug.{code,generic,strength,packing,manufacturer}; once decided change.{verdict,decided_at,decided_by,decided_by_number,decision_words,decision}. */
#pragma once

#include "core/document.h"

#define FZ_CATALOGUE_CHANGE_KIND "fuzhen.catalogue_change/v1"
#define FZ_CATALOGUE_REMOVAL_KIND "fuzhen.catalogue_removal/v1"
#define FZ_CATALOGUE_DECISION_KIND "fuzhen.catalogue_decision/v1"

typedef enum {
  FZ_CHANGE_PENDING,   /* signed, waits for the second person; nothing changed yet */
  FZ_CHANGE_APPROVED,
  FZ_CHANGE_DECLINED,
  FZ_CHANGE_WITHDRAWN, /* by its own signer */
  FZ_CHANGE_SUSPENDED, /* removed at once; the second person has not spoken */
  FZ_CHANGE_CONFIRMED, /* stays removed until two persons bring it back by a change */
  FZ_CHANGE_LIFTED,    /* offered again */
  FZ_N_CHANGE_STATES
} FzChangeState;

const char *fz_change_state_to_word (FzChangeState state);
gboolean fz_change_state_from_word (const char *word, FzChangeState *out);
/* Chinese words for the screen (translated). */
const char *fz_change_state_label (FzChangeState state);

/* What stands after one more document: `before` NULL: it opens the change. REFUSED: not by this person or role, or it was decided. INVALID: a key
 * is missing or odd. UNSUPPORTED: another kind. (transfer full), frozen. */
FzFields *fz_catalogue_change_fold (const FzFields *before, const FzDocument *document, GError **error);
