/* ui/visit_model.h: one visit as the doctor works on it: what the store says of it, what is typed and not yet signed, and what the
 * checks say of both. Typing is saved 600 ms after the last key; checks run at the same time. Main thread only. */
#pragma once

#include "app/desk.h"
#include "ui/kit/text_area.h"

#include <glib-object.h>

#define FZ_TYPE_VISIT_MODEL (fz_visit_model_get_type ())
G_DECLARE_FINAL_TYPE (FzVisitModel, fz_visit_model, FZ, VISIT_MODEL, GObject)

/* Reads the visit (audited) and its draft.
 * signals: "facts" (the store's side was read anew), "items" (lines of the prescription came or went), "lists" (diagnoses or evidence ticks
 * changed), "texts" (a text was put in from elsewhere), "checked" (findings and computed quantities are new), "saved" (see fz_visit_model_get_saved),
 * "undoable" (something was taken away or replaced that can be taken back). */
FzVisitModel *fz_visit_model_new (FzSession *session, const char *visit, GError **error);
FzSession *fz_visit_model_get_session (FzVisitModel *self);
const char *fz_visit_model_get_id (FzVisitModel *self);

/* The store's facts of the visit. Frozen. */
const FzFields *fz_visit_model_get_facts (FzVisitModel *self);
gboolean fz_visit_model_reload (FzVisitModel *self, GError **error);
FzStage fz_visit_model_get_stage (FzVisitModel *self);
/* Held by this doctor, open, and the doctor was authenticated for it less than half an hour ago. */
gboolean fz_visit_model_can_write (FzVisitModel *self);
/* Open and held by this doctor. */
gboolean fz_visit_model_is_open (FzVisitModel *self);
/* A prescription came back from the pharmacist and is not written anew: its position below `prescription`, or -1. */
int fz_visit_model_find_returned (FzVisitModel *self);
/* The prescription at this position waits for its doctor's second signature; whether any does. */
gboolean fz_visit_model_is_to_confirm (FzVisitModel *self, guint i);
gboolean fz_visit_model_has_to_confirm (FzVisitModel *self);
/* The parts that are signed already. */
gboolean fz_visit_model_has_verdict (FzVisitModel *self);
gboolean fz_visit_model_has_record (FzVisitModel *self);

/* The draft. Values are copied; NULL or "" removes. Setting schedules save and check. */
const FzFields *fz_visit_model_get_draft (FzVisitModel *self);
const char *fz_visit_model_get (FzVisitModel *self, const char *key);
void fz_visit_model_set (FzVisitModel *self, const char *key, const char *value);
/* Where the next change is typed, kept with it: in which text and after how many characters; `key` "rx" is the sheet. */
void fz_visit_model_set_place (FzVisitModel *self, const char *key, guint cursor);
const char *fz_visit_model_get_place (FzVisitModel *self, guint *out_cursor);
/* The same of a text that somebody may be looking at, to be taken back by fz_visit_model_undo(): signal "texts". `words` say what was done. */
void fz_visit_model_put_text (FzVisitModel *self, const char *key, const char *value, const char *words);
const char *fz_visit_model_get_item (FzVisitModel *self, guint i, const char *key);
void fz_visit_model_set_item (FzVisitModel *self, guint i, const char *key, const char *value);
guint fz_visit_model_get_n_items (FzVisitModel *self);
/* Adds the drug's usual line; answers its position. FALSE and *error when the catalogue does not hold it or the sheet is full. */
gboolean fz_visit_model_add_drug (FzVisitModel *self, const char *code, guint *out_index, GError **error);
void fz_visit_model_remove_item (FzVisitModel *self, guint i, const char *words);
/* Moves a line by one place up (-1) or down (1), with what was said about it; FALSE at the end of the list. */
gboolean fz_visit_model_move_item (FzVisitModel *self, guint i, int by);
/* The sheet is of prepared herbs, which have one of their own. Changing it while lines stand does nothing. */
gboolean fz_visit_model_is_herbal (FzVisitModel *self);
void fz_visit_model_set_herbal (FzVisitModel *self, gboolean herbal);
/* Copies a returned prescription's lines into an empty draft, to be signed in its place. */
void fz_visit_model_replace (FzVisitModel *self, const FzFields *prescription);
/* Puts kept lines (fz_desk_list_hand, fz_desk_repeat_last) on the empty sheet. REFUSED when lines stand there already or none is left. */
gboolean fz_visit_model_take_lines (FzVisitModel *self, const FzFields *lines, const char *words, GError **error);
void fz_visit_model_add_diagnosis (FzVisitModel *self, const char *code, const char *name);
void fz_visit_model_remove_diagnosis (FzVisitModel *self, guint i);
gboolean fz_visit_model_has_basis (FzVisitModel *self, const char *word);
void fz_visit_model_set_basis (FzVisitModel *self, const char *word, gboolean ticked);

/* What is taken away or replaced between the two can be taken back until the visit is read anew, as after signing; `words` say what was done, a whole
 * sentence. Nothing is kept when nothing changed. */
void fz_visit_model_begin_removal (FzVisitModel *self);
void fz_visit_model_end_removal (FzVisitModel *self, const char *words);
/* The last of these and its number; NULL: there is none. */
const char *fz_visit_model_get_undo (FzVisitModel *self, guint *out_number);
/* Puts back what this removal took, saves and checks, and forgets the later ones; with `now` FALSE only answers whether it could, TRUE while something else is
 * being taken away. What was written elsewhere meanwhile stays. FALSE: what it changed is another by now, or the visit was read anew. */
gboolean fz_visit_model_undo (FzVisitModel *self, guint number, gboolean now);

/* What the checks said last: FzFinding, gravest first; empty before. An error text when they could not run: nothing can be signed then. */
GPtrArray *fz_visit_model_get_findings (FzVisitModel *self);
const char *fz_visit_model_get_check_error (FzVisitModel *self);
/* The draft with quantities computed. */
const FzFields *fz_visit_model_get_computed (FzVisitModel *self);
/* The first finding that stands in the way, NULL when none does. */
const FzFinding *fz_visit_model_get_blocker (FzVisitModel *self);
/* Somebody tried to sign: from now on what is only not filled in yet is shown as what it is, a stop. */
gboolean fz_visit_model_get_tried (FzVisitModel *self);
void fz_visit_model_set_tried (FzVisitModel *self);
/* The code given for a finding that asks a reason, or NULL; `words` may be NULL. Setting NULL takes it back. */
const char *fz_visit_model_get_reason (FzVisitModel *self, const FzFinding *finding, const char **out_words);
/* The day until when something will be watched, for a reason that asks it; kept as typed. */
const char *fz_visit_model_get_reason_day (FzVisitModel *self, const FzFinding *finding);
void fz_visit_model_set_reason_day (FzVisitModel *self, const FzFinding *finding, const char *day);
/* The reason is there with everything it asks; else *why (may be NULL) says what is missing. */
gboolean fz_visit_model_has_reason (FzVisitModel *self, const FzFinding *finding, char **why);
void fz_visit_model_set_reason (FzVisitModel *self, const FzFinding *finding, const char *code, const char *words);

FzSaved fz_visit_model_get_saved (FzVisitModel *self);
/* Saves and checks now what would be done in a moment. FALSE when saving failed; the text stays and is tried again. */
gboolean fz_visit_model_flush (FzVisitModel *self, GError **error);
