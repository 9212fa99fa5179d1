/* ui/visit_model_private.h: the model's own parts: the draft with its checks (visit_model.c), the lines of the sheet (visit_lines.c), the reasons
 * given for what was found (visit_reasons.c), and what can be taken back (visit_undo.c). */
#pragma once

#include "ui/visit_model.h"

struct _FzVisitModel {
  GObject parent_instance;
  FzSession *session;
  char *id;
  FzFields *facts, *draft, *computed;
  FzFields *before;  /* the draft while something is taken away from it */
  GPtrArray *undos;  /* what was taken away, the last one at the end */
  guint last_undo;
  GPtrArray *findings;
  char *check_error;
  FzSaved saved;
  guint timer;
  gboolean dirty, tried;
};

/* The draft is another than what is saved: saved and checked soon. */
void fz_visit_model_touch (FzVisitModel *self);
/* Takes the draft, saves and checks it now. */
void fz_visit_model_take_draft (FzVisitModel *self, FzFields *take_draft);
/* Nothing can be taken back any more. */
void fz_visit_model_forget_undos (FzVisitModel *self);
/* Something can be taken back: the signal. */
void fz_visit_model_undoable (FzVisitModel *self);
/* Something was: whoever shows the lists, the texts (`texts`) or the lines of the sheet (`sheet`) shows them anew. */
void fz_visit_model_put_back (FzVisitModel *self, gboolean sheet, gboolean texts);
/* There are other lines than before. */
void fz_visit_model_items_changed (FzVisitModel *self);
/* What is said of a pair stands at the later of the two: where they changed places, the reason that was given for it is still the reason. */
void fz_visit_model_carry_reasons (FzVisitModel *self, GPtrArray *before, const FzFields *draft);
