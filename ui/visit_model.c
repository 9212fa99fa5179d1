#include "ui/visit_model_private.h"

#include "ui/draft_list.h"
#include "ui/finding_words.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define QUIET_MS 600

G_DEFINE_FINAL_TYPE (FzVisitModel, fz_visit_model, G_TYPE_OBJECT)

enum { FACTS, ITEMS, LISTS, TEXTS, CHECKED, SAVED, UNDOABLE, N_SIGNALS };
static guint signals[N_SIGNALS];

FzSession *
fz_visit_model_get_session (FzVisitModel *self)
{
  return self->session;
}

const char *
fz_visit_model_get_id (FzVisitModel *self)
{
  return self->id;
}

const FzFields *
fz_visit_model_get_facts (FzVisitModel *self)
{
  return self->facts;
}

const FzFields *
fz_visit_model_get_draft (FzVisitModel *self)
{
  return self->draft;
}

GPtrArray *
fz_visit_model_get_findings (FzVisitModel *self)
{
  return self->findings;
}

const char *
fz_visit_model_get_check_error (FzVisitModel *self)
{
  return self->check_error;
}

const FzFields *
fz_visit_model_get_computed (FzVisitModel *self)
{
  return self->computed;
}

FzSaved
fz_visit_model_get_saved (FzVisitModel *self)
{
  return self->saved;
}

/* --- where the visit stands --- */

FzStage
fz_visit_model_get_stage (FzVisitModel *self)
{
  FzStage stage = FZ_STAGE_NONE;

  fz_stage_from_word (fz_fields_get (self->facts, "visit.stage"), &stage);
  return stage;
}

gboolean
fz_visit_model_is_open (FzVisitModel *self)
{
  FzStage stage = fz_visit_model_get_stage (self);

  return (stage == FZ_STAGE_TAKEN || stage == FZ_STAGE_RECORDED) && fz_fields_is_yes (self->facts, "visit.mine");
}

gboolean
fz_visit_model_can_write (FzVisitModel *self)
{
  return fz_visit_model_is_open (self) && fz_fields_is_yes (self->facts, "visit.present");
}

int
fz_visit_model_find_returned (FzVisitModel *self)
{
  guint n = fz_fields_count (self->facts, "prescription");

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (self->facts, "prescription", i, "stage"), "returned") == 0 &&
        fz_fields_get_at (self->facts, "prescription", i, "replaced_by") == NULL)
      return (int) i;
  return -1;
}

gboolean
fz_visit_model_is_to_confirm (FzVisitModel *self, guint i)
{
  return g_strcmp0 (fz_fields_get_at (self->facts, "prescription", i, "stage"), "signed") == 0 &&
         g_strcmp0 (fz_fields_get_at (self->facts, "prescription", i, "second_signature"), "yes") == 0 &&
         fz_fields_get_at (self->facts, "prescription", i, "confirmed_at") == NULL;
}

gboolean
fz_visit_model_has_to_confirm (FzVisitModel *self)
{
  for (guint i = 0; i < fz_fields_count (self->facts, "prescription"); i++)
    if (fz_visit_model_is_to_confirm (self, i))
      return TRUE;
  return FALSE;
}

gboolean
fz_visit_model_has_verdict (FzVisitModel *self)
{
  return fz_fields_has (self->facts, "eligibility.verdict");
}

gboolean
fz_visit_model_has_record (FzVisitModel *self)
{
  return fz_fields_has (self->facts, "record.number");
}

/* --- saving and checking --- */

static void
set_saved (FzVisitModel *self, FzSaved saved)
{
  if (self->saved == saved)
    return;
  self->saved = saved;
  g_signal_emit (self, signals[SAVED], 0);
}

static gboolean
has_rule (GPtrArray *findings, const char *rule)
{
  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (((const FzFinding *) findings->pdata[i])->rule, rule))
      return TRUE;
  return FALSE;
}

/* What a herbal sheet says once for all herbs is asked once: each herb has its days, times and way from there. */
static void
ask_herbs_once (FzVisitModel *self)
{
  if (!fz_visit_model_is_herbal (self) || !has_rule (self->findings, "HERB_USE"))
    return;
  for (guint i = self->findings->len; i-- > 0;) {
    const FzFinding *finding = self->findings->pdata[i];

    if (fz_finding_is_todo (finding) && (fz_finding_is_of_sheet (finding) || finding->kind == FZ_FINDING_QUANTITY))
      g_ptr_array_remove_index (self->findings, i);
  }
}

static void
check (FzVisitModel *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = fz_desk_check_draft (self->session, self->id, self->draft, &error);
  FzFields *computed = fz_desk_compute_draft (self->session, self->draft, NULL);

  g_clear_pointer (&self->check_error, g_free);
  if (findings == NULL)
    self->check_error = g_strdup (error->message);
  g_ptr_array_unref (self->findings);
  self->findings = findings != NULL ? findings : fz_findings_new ();
  ask_herbs_once (self);
  if (computed != NULL) {
    fz_fields_unref (self->computed);
    self->computed = computed;
  }
  g_signal_emit (self, signals[CHECKED], 0);
}

gboolean
fz_visit_model_flush (FzVisitModel *self, GError **error)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (!self->dirty)
    return TRUE;
  if (!fz_desk_save_draft (self->session, self->id, self->draft, error)) {
    set_saved (self, FZ_SAVED_FAILED);
    return FALSE;
  }
  self->dirty = FALSE;
  set_saved (self, FZ_SAVED_DONE);
  check (self);
  return TRUE;
}

static gboolean
on_quiet (gpointer data)
{
  FzVisitModel *self = data;

  self->timer = 0;
  fz_visit_model_flush (self, NULL);
  return G_SOURCE_REMOVE;
}

void
fz_visit_model_touch (FzVisitModel *self)
{
  self->dirty = TRUE;
  set_saved (self, FZ_SAVED_PENDING);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (QUIET_MS, on_quiet, self);
}

void
fz_visit_model_take_draft (FzVisitModel *self, FzFields *draft)
{
  fz_fields_unref (self->draft);
  self->draft = draft;
  fz_visit_model_touch (self);
  fz_visit_model_flush (self, NULL);
}

void
fz_visit_model_items_changed (FzVisitModel *self)
{
  g_signal_emit (self, signals[ITEMS], 0);
}

void
fz_visit_model_undoable (FzVisitModel *self)
{
  g_signal_emit (self, signals[UNDOABLE], 0);
}

void
fz_visit_model_put_back (FzVisitModel *self, gboolean sheet, gboolean texts)
{
  if (sheet)
    fz_visit_model_items_changed (self);
  if (texts)
    g_signal_emit (self, signals[TEXTS], 0);
  g_signal_emit (self, signals[LISTS], 0);
}

/* --- the draft --- */

const char *
fz_visit_model_get (FzVisitModel *self, const char *key)
{
  return fz_fields_get (self->draft, key);
}

void
fz_visit_model_set_place (FzVisitModel *self, const char *key, guint cursor)
{
  fz_fields_set (self->draft, "at.key", key);
  fz_fields_set_int (self->draft, "at.cursor", cursor);
}

const char *
fz_visit_model_get_place (FzVisitModel *self, guint *out_cursor)
{
  gint64 cursor = 0;

  fz_fields_get_int (self->draft, "at.cursor", &cursor);
  *out_cursor = (guint) CLAMP (cursor, 0, G_MAXINT);
  return fz_fields_get (self->draft, "at.key");
}

void
fz_visit_model_set (FzVisitModel *self, const char *key, const char *value)
{
  const char *shown = value != NULL && *value != '\0' ? value : NULL;

  if (g_strcmp0 (fz_fields_get (self->draft, key), shown) == 0)
    return;
  fz_fields_set (self->draft, key, shown);
  fz_visit_model_touch (self);
}

void
fz_visit_model_put_text (FzVisitModel *self, const char *key, const char *value, const char *words)
{
  fz_visit_model_begin_removal (self);
  fz_visit_model_set (self, key, value);
  fz_visit_model_end_removal (self, words);
  g_signal_emit (self, signals[TEXTS], 0);
}

void
fz_visit_model_add_diagnosis (FzVisitModel *self, const char *code, const char *name)
{
  guint n = fz_fields_count (self->draft, "diagnosis");

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (self->draft, "diagnosis", i, "code"), code) == 0)
      return;
  fz_fields_set_at (self->draft, "diagnosis", n, "code", code);
  fz_fields_set_at (self->draft, "diagnosis", n, "name", name);
  fz_visit_model_touch (self);
  g_signal_emit (self, signals[LISTS], 0);
}

void
fz_visit_model_remove_diagnosis (FzVisitModel *self, guint i)
{
  g_autofree char *words = g_strdup_printf (_ ("已删除诊断 %s"), fz_fields_get_at (self->draft, "diagnosis", i, "name"));

  fz_visit_model_begin_removal (self);
  fz_visit_model_take_draft (self, fz_draft_list_without (self->draft, "diagnosis", i));
  fz_visit_model_end_removal (self, words);
  g_signal_emit (self, signals[LISTS], 0);
}

static int
find_basis (FzVisitModel *self, const char *word)
{
  guint n = fz_fields_count (self->draft, "eligibility.basis");

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (self->draft, "eligibility.basis", i, NULL), word) == 0)
      return (int) i;
  return -1;
}

gboolean
fz_visit_model_has_basis (FzVisitModel *self, const char *word)
{
  return find_basis (self, word) >= 0;
}

void
fz_visit_model_set_basis (FzVisitModel *self, const char *word, gboolean ticked)
{
  int at = find_basis (self, word);

  if (ticked && at < 0) {
    fz_fields_set_at (self->draft, "eligibility.basis", fz_fields_count (self->draft, "eligibility.basis"), NULL, word);
    fz_visit_model_touch (self);
  } else if (!ticked && at >= 0) {
    fz_visit_model_begin_removal (self);
    fz_visit_model_take_draft (self, fz_draft_list_without (self->draft, "eligibility.basis", (guint) at));
    fz_visit_model_end_removal (self, _ ("已不作为判断依据"));
  }
}

gboolean
fz_visit_model_get_tried (FzVisitModel *self)
{
  return self->tried;
}

void
fz_visit_model_set_tried (FzVisitModel *self)
{
  self->tried = TRUE;
  g_signal_emit (self, signals[CHECKED], 0);
}

/* --- beginning --- */

/* The medicines known to be taken, each once: of earlier prescriptions that still run, and bought before. */
static char *
taken_words (const FzFields *facts)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < fz_fields_count (facts, "taken"); i++) {
    const char *name = fz_fields_get_at (facts, "taken", i, "name");

    if (name != NULL && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
      g_ptr_array_add (names, (gpointer) (gsize) name);
  }
  g_ptr_array_add (names, NULL);
  return names->len > 1 ? g_strjoinv (FZ_IN_CHINESE ("、"), (GStrv) names->pdata) : NULL;
}

static gboolean
has_diagnosis (const FzFields *draft, const char *code, const char *name)
{
  for (guint i = 0; i < fz_fields_count (draft, "diagnosis"); i++)
    if (g_strcmp0 (fz_fields_get_at (draft, "diagnosis", i, "code"), code) == 0 && (code != NULL || g_strcmp0 (fz_fields_get_at (draft, "diagnosis", i, "name"), name) == 0))
      return TRUE;
  return FALSE;
}

/* The first look at a visit puts in what patient and front have written already; the doctor corrects and signs it. */
static void
begin_draft (FzVisitModel *self)
{
  g_autofree char *allergies = fz_words_list (self->facts, "allergy", NULL, FZ_IN_CHINESE ("、")), *taken = taken_words (self->facts);

  if (fz_visit_model_has_record (self) || fz_fields_count (self->draft, "diagnosis") > 0 ||
      fz_fields_has (self->draft, "record.chief_complaint") || fz_fields_has (self->draft, "record.present_history"))
    return;
  fz_fields_set (self->draft, "record.chief_complaint", fz_fields_get (self->facts, "visit.complaint"));
  fz_fields_set (self->draft, "record.present_history", fz_fields_get (self->facts, "visit.history"));
  fz_fields_set (self->draft, "record.allergy_history", allergies);
  fz_fields_set (self->draft, "record.current_drugs", taken);
  for (guint i = 0; i < fz_fields_count (self->facts, "prior"); i++) {
    const char *code = fz_fields_get_at (self->facts, "prior", i, "code"), *name = fz_fields_get_at (self->facts, "prior", i, "name");
    guint n = fz_fields_count (self->draft, "diagnosis");

    if (has_diagnosis (self->draft, code, name)) /* said by two records */
      continue;
    fz_fields_set_at (self->draft, "diagnosis", n, "code", code);
    fz_fields_set_at (self->draft, "diagnosis", n, "name", name);
  }
}

static gboolean
read_draft (FzVisitModel *self, GError **error)
{
  g_autoptr (FzFields) kept = NULL;

  g_clear_pointer (&self->draft, fz_fields_unref);
  if (!fz_visit_model_is_open (self)) {
    self->draft = fz_fields_new ("fuzhen.draft/v1");
    return TRUE;
  }
  kept = fz_desk_get_draft (self->session, self->id, error);
  if (kept == NULL)
    return FALSE;
  self->draft = fz_fields_dup (kept, "fuzhen.draft/v1");
  begin_draft (self);
  return TRUE;
}

gboolean
fz_visit_model_reload (FzVisitModel *self, GError **error)
{
  FzFields *facts;

  fz_visit_model_forget_undos (self); /* first: what cannot be read any more is not to be written either */
  facts = fz_desk_read_visit (self->session, self->id, error);
  if (facts == NULL)
    return FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->facts, fz_fields_unref);
  self->facts = facts;
  self->dirty = FALSE;
  self->tried = FALSE;
  self->saved = FZ_SAVED_NOTHING;
  if (!read_draft (self, error)) {
    self->draft = fz_fields_new ("fuzhen.draft/v1");
    return FALSE;
  }
  g_clear_pointer (&self->computed, fz_fields_unref);
  self->computed = fz_fields_dup (self->draft, NULL);
  g_ptr_array_set_size (self->findings, 0);
  g_signal_emit (self, signals[FACTS], 0);
  if (fz_visit_model_is_open (self))
    check (self);
  return TRUE;
}

static void
fz_visit_model_finalize (GObject *object)
{
  FzVisitModel *self = FZ_VISIT_MODEL (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_clear_pointer (&self->draft, fz_fields_unref);
  g_clear_pointer (&self->computed, fz_fields_unref);
  g_clear_pointer (&self->before, fz_fields_unref);
  g_ptr_array_unref (self->undos);
  g_ptr_array_unref (self->findings);
  g_free (self->check_error);
  g_free (self->id);
  g_clear_pointer (&self->session, fz_session_unref);
  G_OBJECT_CLASS (fz_visit_model_parent_class)->finalize (object);
}

static void
fz_visit_model_class_init (FzVisitModelClass *class)
{
  static const char *const names[] = { "facts", "items", "lists", "texts", "checked", "saved", "undoable" };

  G_OBJECT_CLASS (class)->finalize = fz_visit_model_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], FZ_TYPE_VISIT_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_visit_model_init (FzVisitModel *self)
{
  self->findings = fz_findings_new ();
  fz_visit_model_forget_undos (self);
}

FzVisitModel *
fz_visit_model_new (FzSession *session, const char *visit, GError **error)
{
  g_autoptr (FzVisitModel) self = g_object_new (FZ_TYPE_VISIT_MODEL, NULL);

  self->session = fz_session_ref (session);
  self->id = g_strdup (visit);
  return fz_visit_model_reload (self, error) ? g_steal_pointer (&self) : NULL;
}
