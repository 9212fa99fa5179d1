#include "ui/step_prescription.h"

#include "ui/entry_words.h"
#include "ui/finding_list.h"
#include "ui/finding_words.h"
#include "ui/herb_row.h"
#include "ui/herb_sheet.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_block.h"
#include "ui/person_field.h"
#include "ui/rx_card.h"
#include "ui/rx_hand.h"
#include "ui/rx_line.h"
#include "ui/step_card.h"
#include "ui/step_state.h"
#include "ui/visit_acts.h"

#include <glib/gi18n-lib.h>

#define STEP "fz-step"
#define MOST_ROWS 20

typedef struct {
  FzVisitModel *model;
  FzRxCodes codes;
  GPtrArray *handling; /* of herbs */
  GtkWidget *card, *kind, *search, *lines, *findings, *herbal, *valid_reason, *options, *replaces;
  guint n_shown;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->codes.frequencies, g_ptr_array_unref);
  g_clear_pointer (&step->codes.routes, g_ptr_array_unref);
  g_clear_pointer (&step->handling, g_ptr_array_unref);
  g_object_unref (step->model);
  g_free (step);
}

static gboolean
is_mine (const FzFinding *finding, gpointer model)
{
  guint line = 0;
  const char *part = NULL;

  if (!fz_step_shows (model, FZ_STEP_PRESCRIPTION, finding) || fz_visit_model_get_n_items (model) == 0)
    return FALSE;
  return !fz_finding_line (finding, &line, &part) || line >= fz_visit_model_get_n_items (model) ||
         (fz_visit_model_is_herbal (model) && fz_finding_is_of_sheet (finding));
}

/* --- search --- */

static void
add_marks (FzSearchRow *row, const FzFields *drug)
{
  for (guint i = 0; i < fz_fields_count (drug, "mark"); i++) {
    const char *kind = fz_fields_get_at (drug, "mark", i, "kind");
    gboolean blocked = g_strcmp0 (kind, "blocked") == 0;
    FzStatus status = blocked || g_strcmp0 (kind, "allergy") == 0 ? FZ_STATUS_STOP
                      : g_strcmp0 (kind, "taken") == 0 || g_strcmp0 (kind, "sheet") == 0 ? FZ_STATUS_WARN
                                                                  : FZ_STATUS_NEUTRAL;

    fz_search_row_add_mark (row, status, fz_fields_get_at (drug, "mark", i, "word"));
    if (blocked)
      fz_search_row_set_blocked (row, TRUE);
  }
}

static FzSearchRow *
drug_row (const FzFields *drug, const char *before)
{
  g_autofree char *id = g_strconcat (before, fz_fields_get (drug, "code"), NULL);
  const char *packing = fz_fields_get (drug, "packing"), *maker = fz_fields_get (drug, "manufacturer");
  const char *strength = fz_fields_get (drug, "strength"), *form = fz_fields_get (drug, "form_label");
  g_autofree char *title = g_strdup_printf ("%s  %s", fz_fields_get (drug, "generic"), strength != NULL ? strength : "");
  g_autofree char *subtitle = g_strdup_printf ("%s%s%s%s%s", form != NULL ? form : "", packing != NULL ? " · " : "",
                                               packing != NULL ? packing : "", maker != NULL && form != NULL ? " · " : "", maker != NULL ? maker : "");
  const char *range = fz_fields_get (drug, "range"), *special = fz_fields_get (drug, "special");
  FzSearchRow *row = fz_search_row_new (id, title, subtitle);

  if (range != NULL || special != NULL)
    fz_search_row_set_aside (row, range, special);
  add_marks (row, drug);
  return row;
}

static GPtrArray *
find_drugs (Step *step, const char *text, guint most)
{
  FzSession *session = fz_visit_model_get_session (step->model);
  const char *visit = fz_visit_model_get_id (step->model);
  const FzFields *draft = fz_visit_model_get_draft (step->model);

  return fz_visit_model_is_herbal (step->model) ? fz_desk_search_herbs (session, text, visit, draft, most, NULL)
                                                : fz_desk_search_drugs (session, text, visit, draft, most, NULL);
}

static void
search (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  Step *step = user_data;
  g_autoptr (GPtrArray) found = find_drugs (step, text, MOST_ROWS);
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);

  for (guint i = 0; found != NULL && i < found->len; i++) {
    g_autoptr (FzSearchRow) row = drug_row (found->pdata[i], "");

    g_list_store_append (rows, row);
  }
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static GtkWidget *
nth_line (Step *step, guint n)
{
  GtkWidget *line = gtk_widget_get_first_child (step->lines);

  while (line != NULL && n-- > 0)
    line = gtk_widget_get_next_sibling (line);
  return line;
}

static void
add_drug (Step *step, const char *code)
{
  g_autoptr (GError) error = NULL;
  guint index = 0;

  if (fz_visit_model_add_drug (step->model, code, &index, &error))
    gtk_widget_grab_focus (nth_line (step, index));
  else
    fz_toast_show (step->card, FZ_STATUS_STOP, error->message);
}

static void
on_picked (FzSearchField *field, FzSearchRow *row, Step *step)
{
  add_drug (step, fz_search_row_get_id (row));
}

/* --- lines --- */

static void
on_herb_move (GtkWidget *row, int by, Step *step)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "fz-index"));

  gtk_widget_grab_focus (step->search); /* the rows are built anew */
  if (fz_visit_model_move_item (step->model, i, by))
    i = by < 0 ? i - 1 : i + 1;
  gtk_widget_grab_focus (nth_line (step, i));
}

static void
on_line_done (GtkWidget *line, Step *step)
{
  gtk_widget_grab_focus (step->search);
}

static void
on_line_remove (GtkWidget *line, Step *step)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (line), "fz-index"));
  const char *name = fz_fields_get_at (fz_visit_model_get_computed (step->model), "rx.item", i, "generic");
  g_autofree char *words = g_strdup_printf (_ ("已删除 %s"), name != NULL ? name : _ ("一味药"));

  gtk_widget_grab_focus (step->search);
  fz_visit_model_remove_item (step->model, i, words);
}

static void
show_replaced (Step *step)
{
  const char *replaced = fz_visit_model_get (step->model, "rx.replaces");
  g_autofree char *text = replaced != NULL ? g_strdup_printf (_ ("替换被退回的处方 %s"), replaced) : NULL;

  fz_set_text (step->replaces, text);
  gtk_widget_set_visible (step->replaces, text != NULL);
}

/* The sheet's kind is chosen while it is empty; its own form is built when it is herbal. */
static void
show_kind (Step *step, gboolean herbal, guint n)
{
  GtkWidget *form = gtk_widget_get_first_child (step->herbal);

  fz_segments_set_active (FZ_SEGMENTS (step->kind), herbal ? "herbal" : "western");
  gtk_widget_set_visible (step->kind, n == 0);
  if (herbal && n > 0 && form == NULL)
    fz_put (step->herbal, fz_herb_sheet_new (step->model));
  if (form != NULL && (!herbal || n == 0))
    fz_empty (step->herbal);
  gtk_widget_set_visible (step->herbal, herbal && n > 0);
}

static void
on_kind (FzSegments *kind, const char *id, Step *step)
{
  fz_visit_model_set_herbal (step->model, g_str_equal (id, "herbal"));
  gtk_widget_grab_focus (step->search);
}

static void
show_lines (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), STEP);
  guint n = fz_visit_model_get_n_items (step->model);

  gboolean herbal = fz_visit_model_is_herbal (step->model);

  if (gtk_widget_get_focus_child (step->lines) != NULL) /* the rows are built anew */
    gtk_widget_grab_focus (step->search);
  fz_empty (step->lines);
  for (guint i = 0; i < n; i++) {
    GtkWidget *line = herbal ? fz_herb_row_new (step->model, i, step->handling) : fz_rx_line_new (step->model, i, &step->codes);

    if (herbal)
      g_signal_connect (line, "move", G_CALLBACK (on_herb_move), step);
    g_object_set_data (G_OBJECT (line), "fz-index", GUINT_TO_POINTER (i));
    g_signal_connect (line, "done", G_CALLBACK (on_line_done), step);
    g_signal_connect (line, "remove", G_CALLBACK (on_line_remove), step);
    fz_put (step->lines, line);
  }
  gtk_widget_set_visible (step->lines, n > 0);
  gtk_widget_set_visible (step->options, n > 0);
  show_kind (step, herbal, n);
  show_replaced (step);
  if (step->n_shown == 0 && n > 0 && gtk_widget_get_mapped (card)) /* lines were taken over from a returned prescription */
    gtk_widget_grab_focus (nth_line (step, 0));
  step->n_shown = n;
}

/* --- the rest of the sheet --- */

static void
on_valid_reason (FzDropDown *drop, Step *step)
{
  fz_visit_model_set (step->model, "rx.valid_reason", fz_drop_down_get_code (drop));
}

/* Asked only when the validity is longer than its day. */
static void
on_valid_days (FzDropDown *drop, Step *step)
{
  const char *days = fz_drop_down_get_code (drop);

  fz_visit_model_set (step->model, "rx.valid_days", days);
  gtk_widget_set_visible (step->valid_reason, g_strcmp0 (days, "1") != 0);
}

static GtkWidget *
valid_reason_new (Step *step)
{
  g_autoptr (GPtrArray) rows = fz_desk_codes (fz_visit_model_get_session (step->model), "valid_reason", NULL);
  GtkWidget *drop = fz_drop_down_new (_ ("请选择"));
  const char *days = fz_visit_model_get (step->model, "rx.valid_days");

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), fz_visit_model_get (step->model, "rx.valid_reason"));
  fz_access_label (drop, _ ("延长有效期的理由"));
  g_signal_connect (drop, "changed", G_CALLBACK (on_valid_reason), step);
  step->valid_reason = fz_form_row_new (_ ("延长有效期的理由"), drop, TRUE);
  gtk_widget_set_visible (step->valid_reason, days != NULL && !g_str_equal (days, "1"));
  return step->valid_reason;
}

static void
on_cost (FzDropDown *drop, Step *step)
{
  fz_visit_model_set (step->model, "rx.cost", fz_drop_down_get_code (drop));
}

static void
on_note (GtkEditable *note, Step *step)
{
  fz_visit_model_set (step->model, "rx.note", gtk_editable_get_text (note));
}

static GtkWidget *
validity_new (Step *step)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  const char *days = fz_visit_model_get (step->model, "rx.valid_days");

  fz_drop_down_add (FZ_DROP_DOWN (drop), "1", _ ("当日有效"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "2", _ ("2日内有效"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "3", _ ("3日内有效"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), days != NULL ? days : "1");
  g_signal_connect (drop, "changed", G_CALLBACK (on_valid_days), step);
  return drop;
}

static GtkWidget *
cost_new (Step *step)
{
  GtkWidget *drop = fz_drop_down_new (_ ("请选择"));
  const char *cost = fz_visit_model_get (step->model, "rx.cost");

  fz_drop_down_add (FZ_DROP_DOWN (drop), "self", _ ("自费"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "insured", _ ("医保"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), cost);
  g_signal_connect (drop, "changed", G_CALLBACK (on_cost), step);
  return drop;
}

static GtkWidget *
options_new (Step *step)
{
  GtkWidget *box = fz_column (10);
  GtkWidget *form = fz_form_new (4);
  GtkWidget *note = gtk_entry_new ();
  const char *text = fz_visit_model_get (step->model, "rx.note");

  gtk_editable_set_text (GTK_EDITABLE (note), text != NULL ? text : "");
  gtk_editable_set_width_chars (GTK_EDITABLE (note), 8);
  g_signal_connect (note, "changed", G_CALLBACK (on_note), step);
  fz_form_add (form, "rx.valid_days", fz_form_row_new (_ ("处方有效期"), validity_new (step), FALSE), 1);
  fz_form_add (form, "rx.cost", fz_form_row_new (_ ("费别"), cost_new (step), FALSE), 1);
  fz_form_add (form, "rx.note", fz_form_row_new (_ ("处方备注"), note, FALSE), 2);
  fz_form_add (form, "rx.valid_reason", valid_reason_new (step), 2);
  fz_put (box, form);
  /* A record that is signed already cannot be written in: what its medicines ask is said with them. */
  if (fz_visit_model_has_record (step->model))
    fz_put (box, fz_person_field_new (step->model));
  fz_put (box, fz_rx_hand_keep_new (step->model));
  return box;
}

static GtkWidget *
kind_new (Step *step)
{
  GtkWidget *kind = fz_segments_new (_ ("处方种类"));

  fz_segments_add (FZ_SEGMENTS (kind), "western", _ ("西药、中成药"));
  fz_segments_add (FZ_SEGMENTS (kind), "herbal", _ ("中药饮片"));
  gtk_widget_set_halign (kind, GTK_ALIGN_START);
  g_signal_connect (kind, "changed", G_CALLBACK (on_kind), step);
  return kind;
}

static void
build_draft (Step *step, GtkWidget *body)
{
  gboolean another = fz_fields_count (fz_visit_model_get_facts (step->model), "prescription") > 0 &&
                     fz_visit_model_get_n_items (step->model) == 0;

  step->search = fz_search_field_new (_ ("添加药品"), another ? _ ("再开一张处方：药名、拼音首字母或编码")
                                                             : _ ("添加药品：药名、拼音首字母（如 aldp）或编码"), search, step);
  step->lines = fz_column (0);
  step->options = options_new (step);
  g_signal_connect (step->search, "picked", G_CALLBACK (on_picked), step);
  step->replaces = fz_put (body, fz_wrapped (NULL, "fz-soft"));
  step->kind = fz_put (body, kind_new (step));
  step->herbal = fz_column (0);
  fz_put (body, step->lines);
  fz_put (body, step->search);
  fz_put (body, fz_rx_hand_new (step->model));
  step->findings = fz_put (body, fz_finding_list_new (step->model, is_mine, step->model));
  fz_put (body, step->herbal);
  fz_put (body, fz_long_block_new (step->model));
  fz_put (body, step->options);
  g_signal_connect_object (step->model, "items", G_CALLBACK (show_lines), step->card, G_CONNECT_SWAPPED);
  show_lines (step->card);
}

void
fz_step_prescription_focus_search (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), STEP);

  if (step->search != NULL)
    gtk_widget_grab_focus (step->search);
}

#define MOST_FOUND 6

void
fz_step_prescription_find (GtkWidget *card, const char *text, GListStore *rows)
{
  Step *step = g_object_get_data (G_OBJECT (card), STEP);
  g_autoptr (GPtrArray) found = step->search != NULL ? find_drugs (step, text, MOST_FOUND) : NULL;

  for (guint i = 0; found != NULL && i < found->len; i++) {
    g_autoptr (FzSearchRow) row = drug_row (found->pdata[i], FZ_FOUND_DRUG);

    g_list_store_append (rows, row);
  }
}

void
fz_step_prescription_add (GtkWidget *card, const char *code)
{
  Step *step = g_object_get_data (G_OBJECT (card), STEP);

  if (step->search != NULL)
    add_drug (step, code);
}

gboolean
fz_step_prescription_focus_open (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), STEP);

  if (step->lines == NULL)
    return FALSE;
  for (GtkWidget *line = gtk_widget_get_first_child (step->lines); line != NULL; line = gtk_widget_get_next_sibling (line))
    if (FZ_IS_HERB_ROW (line) ? fz_herb_row_focus_open (FZ_HERB_ROW (line)) : fz_rx_line_focus_open (FZ_RX_LINE (line)))
      return TRUE;
  return fz_finding_list_focus_open (FZ_FINDING_LIST (step->findings));
}

GtkWidget *
fz_step_prescription_new (FzVisitModel *model)
{
  GtkWidget *card = fz_step_card_new (4, fz_step_label (FZ_STEP_PRESCRIPTION));
  GtkWidget *body = fz_card_body (card);
  Step *step = g_new0 (Step, 1);
  guint n = fz_fields_count (fz_visit_model_get_facts (model), "prescription");

  step->model = g_object_ref (model);
  step->card = card;
  step->codes.frequencies = fz_desk_codes (fz_visit_model_get_session (model), "frequency", NULL);
  step->codes.routes = fz_desk_codes (fz_visit_model_get_session (model), "route", NULL);
  step->handling = fz_desk_codes (fz_visit_model_get_session (model), "herb_handling", NULL);
  g_object_set_data_full (G_OBJECT (card), STEP, step, step_free);
  gtk_box_set_spacing (GTK_BOX (body), 10);
  for (guint i = 0; i < n; i++)
    fz_put (body, fz_rx_card_new (model, i));
  fz_visit_acts_add_print_key (card, model);
  if (fz_visit_model_is_open (model))
    build_draft (step, body);
  else if (n == 0)
    fz_put (body, fz_wrapped (_ ("没有开具处方。"), "fz-soft"));
  return card;
}
