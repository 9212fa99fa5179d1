#include "ui/visit_model.h"

#include "ui/draft_list.h"
#include "ui/finding_words.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define QUIET_MS 600
#define ITEM "rx.item"
#define MOST_ITEMS 5  /* one sheet (处方管理办法 art. 6); the rulebook says it again when signing */
#define MOST_HERBS 40 /* no law says how many; two columns of a sheet hold these */

struct _FzVisitModel {
  GObject parent_instance;
  FzSession *session;
  char *id;
  FzFields *facts, *draft, *computed, *before_removal;
  GPtrArray *findings;
  char *check_error;
  FzSaved saved;
  guint timer;
  gboolean dirty, tried;
};

G_DEFINE_FINAL_TYPE (FzVisitModel, fz_visit_model, G_TYPE_OBJECT)

enum { FACTS, ITEMS, LISTS, CHECKED, SAVED, N_SIGNALS };
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

static void
touch (FzVisitModel *self)
{
  self->dirty = TRUE;
  set_saved (self, FZ_SAVED_PENDING);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (QUIET_MS, on_quiet, self);
}

/* --- the draft --- */

const char *
fz_visit_model_get (FzVisitModel *self, const char *key)
{
  return fz_fields_get (self->draft, key);
}

void
fz_visit_model_set (FzVisitModel *self, const char *key, const char *value)
{
  const char *shown = value != NULL && *value != '\0' ? value : NULL;

  if (g_strcmp0 (fz_fields_get (self->draft, key), shown) == 0)
    return;
  fz_fields_set (self->draft, key, shown);
  touch (self);
}

const char *
fz_visit_model_get_item (FzVisitModel *self, guint i, const char *key)
{
  return fz_fields_get_at (self->draft, ITEM, i, key);
}

void
fz_visit_model_set_item (FzVisitModel *self, guint i, const char *key, const char *value)
{
  g_autofree char *path = g_strdup_printf (ITEM ".%02u.%s", i, key);

  fz_visit_model_set (self, path, value);
}

guint
fz_visit_model_get_n_items (FzVisitModel *self)
{
  return fz_fields_count (self->draft, ITEM);
}

/* Valid on its day unless the doctor extends it (处方管理办法 art. 18). */
static void
begin_sheet (FzVisitModel *self)
{
  if (!fz_fields_has (self->draft, "rx.valid_days"))
    fz_fields_set (self->draft, "rx.valid_days", "1");
}

gboolean
fz_visit_model_add_drug (FzVisitModel *self, const char *code, guint *out_index, GError **error)
{
  static const char *const keys[] = { "drug", "dose", "freq", "route", "days", "special" };
  guint n = fz_visit_model_get_n_items (self);
  g_autoptr (FzFields) usual = NULL;

  if (n >= MOST_HERBS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("一张中药饮片处方最多 %d 味。"), MOST_HERBS);
    return FALSE;
  }
  if (!fz_visit_model_is_herbal (self) && n >= MOST_ITEMS) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("一张处方不得超过5种药品。请先签名本张，再另开一张处方。"));
    return FALSE;
  }
  usual = fz_desk_usual_line (self->session, code, error);
  if (usual == NULL)
    return FALSE;
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    fz_fields_set_at (self->draft, ITEM, n, keys[k], fz_fields_get_at (usual, ITEM, 0, keys[k]));
  begin_sheet (self);
  touch (self);
  fz_visit_model_flush (self, NULL);
  g_signal_emit (self, signals[ITEMS], 0);
  *out_index = n;
  return TRUE;
}

static void
replace_draft (FzVisitModel *self, FzFields *draft)
{
  fz_fields_unref (self->draft);
  self->draft = draft;
  touch (self);
  fz_visit_model_flush (self, NULL);
}

void
fz_visit_model_remove_item (FzVisitModel *self, guint i)
{
  g_clear_pointer (&self->before_removal, fz_fields_unref);
  self->before_removal = fz_fields_dup (self->draft, NULL);
  replace_draft (self, fz_draft_list_without (self->draft, ITEM, i));
  g_signal_emit (self, signals[ITEMS], 0);
}

static int
reason_in (const FzFields *draft, const FzFinding *finding)
{
  for (guint i = 0; i < fz_fields_count (draft, "override"); i++)
    if (g_strcmp0 (fz_fields_get_at (draft, "override", i, "rule"), finding->rule) == 0 &&
        g_strcmp0 (fz_fields_get_at (draft, "override", i, "field"), finding->field) == 0)
      return (int) i;
  return -1;
}

/* The same rule about the same two. */
static gboolean
is_same_pair (const FzFinding *a, const FzFinding *b)
{
  if (!g_str_equal (a->rule, b->rule) || a->about[0] == NULL || a->about[1] == NULL || b->about[0] == NULL || b->about[1] == NULL)
    return FALSE;
  return g_strv_contains (a->about, b->about[0]) && g_strv_contains (a->about, b->about[1]);
}

/* What is said of a pair stands at the later of the two: where they changed places, the reason that was given for it is still the reason. */
static void
carry_reasons (FzVisitModel *self, GPtrArray *before, const FzFields *draft)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const FzFinding *now = self->findings->pdata[i];

    for (guint k = 0; now->severity == FZ_SEVERITY_REASON && k < before->len; k++) {
      const FzFinding *then = before->pdata[k];
      int at = is_same_pair (now, then) ? reason_in (draft, then) : -1;

      if (at < 0 || reason_in (self->draft, now) >= 0)
        continue;
      fz_visit_model_set_reason (self, now, fz_fields_get_at (draft, "override", (guint) at, "reason"),
                                 fz_fields_get_at (draft, "override", (guint) at, "words"));
      fz_visit_model_set_reason_day (self, now, fz_fields_get_at (draft, "override", (guint) at, "monitor_by"));
    }
  }
  fz_visit_model_flush (self, NULL);
}

gboolean
fz_visit_model_move_item (FzVisitModel *self, guint i, int by)
{
  guint n = fz_visit_model_get_n_items (self);
  g_autoptr (GPtrArray) before = g_ptr_array_ref (self->findings);
  g_autoptr (FzFields) draft = fz_fields_dup (self->draft, NULL);

  if (i >= n || (by < 0 && i == 0) || (by > 0 && i + 1 >= n))
    return FALSE;
  replace_draft (self, fz_draft_list_swapped (self->draft, ITEM, i, by < 0 ? i - 1 : i + 1));
  carry_reasons (self, before, draft);
  g_signal_emit (self, signals[ITEMS], 0);
  return TRUE;
}

gboolean
fz_visit_model_is_herbal (FzVisitModel *self)
{
  return g_strcmp0 (fz_fields_get (self->draft, "rx.sheet"), "herbal") == 0;
}

/* Shown and signed; the doctor changes what is otherwise. Doses, decoction and pattern are theirs to say. */
static void
begin_herbal (FzVisitModel *self)
{
  static const char *const usual[][2] = { { "rx.packet_days", "1" }, { "rx.freq", "bid" }, { "rx.route", "1" } };

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (!fz_fields_has (self->draft, usual[i][0]))
      fz_fields_set (self->draft, usual[i][0], usual[i][1]);
}

void
fz_visit_model_set_herbal (FzVisitModel *self, gboolean herbal)
{
  if (fz_visit_model_get_n_items (self) > 0 || herbal == fz_visit_model_is_herbal (self))
    return;
  fz_fields_set (self->draft, "rx.sheet", herbal ? "herbal" : NULL);
  if (herbal)
    begin_herbal (self);
  touch (self);
  fz_visit_model_flush (self, NULL);
  g_signal_emit (self, signals[ITEMS], 0);
}

gboolean
fz_visit_model_undo_removal (FzVisitModel *self)
{
  if (self->before_removal == NULL)
    return FALSE;
  replace_draft (self, g_steal_pointer (&self->before_removal));
  g_signal_emit (self, signals[ITEMS], 0);
  return TRUE;
}

static void
take_herbal (FzVisitModel *self, const FzFields *from)
{
  static const char *const keys[] = { "rx.packets", "rx.packet_days", "rx.decoction", "rx.volume_ml", "rx.freq", "rx.route", "rx.use_words",
                                      "rx.tcm.disease", "rx.tcm.disease_code", "rx.tcm.pattern", "rx.tcm.pattern_code" };

  fz_fields_set (self->draft, "rx.sheet", "herbal");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (self->draft, keys[i], fz_fields_get (from, keys[i]));
}

void
fz_visit_model_replace (FzVisitModel *self, const FzFields *prescription)
{
  static const char *const keys[] = { "drug", "dose", "freq", "route", "days", "note", "special" };
  gboolean herbal = g_strcmp0 (fz_fields_get (prescription, "rx.kind"), "herbal") == 0;
  guint n = MIN (fz_fields_count (prescription, ITEM), herbal ? MOST_HERBS : MOST_ITEMS);

  if (herbal)
    take_herbal (self, prescription);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (self->draft, ITEM, i, keys[k], fz_fields_get_at (prescription, ITEM, i, keys[k]));
  fz_fields_set (self->draft, "rx.replaces", fz_fields_get (prescription, "rx.id"));
  fz_fields_set (self->draft, "rx.cost", fz_fields_get (prescription, "rx.cost"));
  fz_fields_set (self->draft, "rx.note", fz_fields_get (prescription, "rx.note"));
  begin_sheet (self);
  touch (self);
  fz_visit_model_flush (self, NULL);
  g_signal_emit (self, signals[ITEMS], 0);
}

gboolean
fz_visit_model_take_lines (FzVisitModel *self, const FzFields *lines, GError **error)
{
  static const char *const keys[] = { "drug", "dose", "freq", "route", "days", "note", "special" };
  gboolean herbal = g_strcmp0 (fz_fields_get (lines, "rx.sheet"), "herbal") == 0;
  guint n = MIN (fz_fields_count (lines, ITEM), herbal ? MOST_HERBS : MOST_ITEMS);

  if (n == 0 || fz_visit_model_get_n_items (self) > 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED,
                         n == 0 ? _ ("其中的药品目录中都已没有，没有可以带入的。") : _ ("处方里已有药品。请先签名或删除，再带入。"));
    return FALSE;
  }
  fz_fields_set (self->draft, "rx.sheet", NULL);
  if (herbal) {
    take_herbal (self, lines);
    begin_herbal (self);
  }
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (self->draft, ITEM, i, keys[k], fz_fields_get_at (lines, ITEM, i, keys[k]));
  begin_sheet (self);
  touch (self);
  fz_visit_model_flush (self, NULL);
  g_signal_emit (self, signals[ITEMS], 0);
  return TRUE;
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
  touch (self);
  g_signal_emit (self, signals[LISTS], 0);
}

void
fz_visit_model_remove_diagnosis (FzVisitModel *self, guint i)
{
  replace_draft (self, fz_draft_list_without (self->draft, "diagnosis", i));
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
    touch (self);
  } else if (!ticked && at >= 0)
    replace_draft (self, fz_draft_list_without (self->draft, "eligibility.basis", (guint) at));
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

/* --- reasons --- */

static int
find_reason (FzVisitModel *self, const FzFinding *finding)
{
  return reason_in (self->draft, finding);
}

const char *
fz_visit_model_get_reason (FzVisitModel *self, const FzFinding *finding, const char **out_words)
{
  int at = find_reason (self, finding);

  if (out_words != NULL)
    *out_words = at >= 0 ? fz_fields_get_at (self->draft, "override", (guint) at, "words") : NULL;
  return at >= 0 ? fz_fields_get_at (self->draft, "override", (guint) at, "reason") : NULL;
}

void
fz_visit_model_set_reason (FzVisitModel *self, const FzFinding *finding, const char *code, const char *words)
{
  int at = find_reason (self, finding);
  guint i = at >= 0 ? (guint) at : fz_fields_count (self->draft, "override");

  fz_fields_set_at (self->draft, "override", i, "rule", finding->rule);
  fz_fields_set_at (self->draft, "override", i, "field", finding->field);
  fz_fields_set_at (self->draft, "override", i, "reason", code);
  fz_fields_set_at (self->draft, "override", i, "words", words);
  touch (self);
}

const char *
fz_visit_model_get_reason_day (FzVisitModel *self, const FzFinding *finding)
{
  int at = find_reason (self, finding);

  return at >= 0 ? fz_fields_get_at (self->draft, "override", (guint) at, "monitor_by") : NULL;
}

void
fz_visit_model_set_reason_day (FzVisitModel *self, const FzFinding *finding, const char *day)
{
  int at = find_reason (self, finding);

  if (at < 0)
    return;
  fz_fields_set_at (self->draft, "override", (guint) at, "monitor_by", day != NULL && *day != '\0' ? day : NULL);
  touch (self);
}

gboolean
fz_visit_model_has_reason (FzVisitModel *self, const FzFinding *finding, char **why)
{
  g_autoptr (GError) error = NULL;

  if (fz_desk_check_reason (self->session, finding, self->draft, &error))
    return TRUE;
  if (why != NULL)
    *why = g_strdup (error->message);
  return FALSE;
}

const FzFinding *
fz_visit_model_get_blocker (FzVisitModel *self)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const FzFinding *finding = self->findings->pdata[i];

    if (finding->severity == FZ_SEVERITY_STOP ||
        (finding->severity == FZ_SEVERITY_REASON && !fz_visit_model_has_reason (self, finding, NULL)))
      return finding;
  }
  return NULL;
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
  return names->len > 1 ? g_strjoinv ("、", (GStrv) names->pdata) : NULL;
}

/* The first look at a visit puts in what patient and front have written already; the doctor corrects and signs it. */
static void
begin_draft (FzVisitModel *self)
{
  g_autofree char *allergies = fz_words_list (self->facts, "allergy", NULL, "、"), *taken = taken_words (self->facts);

  if (fz_visit_model_has_record (self) || fz_fields_count (self->draft, "diagnosis") > 0 ||
      fz_fields_has (self->draft, "record.chief_complaint") || fz_fields_has (self->draft, "record.present_history"))
    return;
  fz_fields_set (self->draft, "record.chief_complaint", fz_fields_get (self->facts, "visit.complaint"));
  fz_fields_set (self->draft, "record.present_history", fz_fields_get (self->facts, "visit.history"));
  fz_fields_set (self->draft, "record.allergy_history", allergies);
  fz_fields_set (self->draft, "record.current_drugs", taken);
  for (guint i = 0; i < fz_fields_count (self->facts, "prior"); i++) {
    fz_fields_set_at (self->draft, "diagnosis", i, "code", fz_fields_get_at (self->facts, "prior", i, "code"));
    fz_fields_set_at (self->draft, "diagnosis", i, "name", fz_fields_get_at (self->facts, "prior", i, "name"));
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
  FzFields *facts = fz_desk_read_visit (self->session, self->id, error);

  if (facts == NULL)
    return FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_clear_pointer (&self->before_removal, fz_fields_unref);
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
  g_clear_pointer (&self->before_removal, fz_fields_unref);
  g_ptr_array_unref (self->findings);
  g_free (self->check_error);
  g_free (self->id);
  g_clear_pointer (&self->session, fz_session_unref);
  G_OBJECT_CLASS (fz_visit_model_parent_class)->finalize (object);
}

static void
fz_visit_model_class_init (FzVisitModelClass *class)
{
  static const char *const names[] = { "facts", "items", "lists", "checked", "saved" };

  G_OBJECT_CLASS (class)->finalize = fz_visit_model_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], FZ_TYPE_VISIT_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_visit_model_init (FzVisitModel *self)
{
  self->findings = fz_findings_new ();
}

FzVisitModel *
fz_visit_model_new (FzSession *session, const char *visit, GError **error)
{
  g_autoptr (FzVisitModel) self = g_object_new (FZ_TYPE_VISIT_MODEL, NULL);

  self->session = fz_session_ref (session);
  self->id = g_strdup (visit);
  return fz_visit_model_reload (self, error) ? g_steal_pointer (&self) : NULL;
}
