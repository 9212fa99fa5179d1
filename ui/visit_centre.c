#include "ui/visit_centre.h"

#include "ui/dialog_record.h"
#include "ui/finding_words.h"
#include "ui/front_words.h"
#include "ui/kit/kit.h"
#include "ui/marking.h"
#include "ui/layout.h"
#include "ui/step_card.h"
#include "ui/step_identity.h"
#include "ui/step_prescription.h"
#include "ui/step_record.h"
#include "ui/step_state.h"
#include "ui/visit_acts.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define ROOM_ABOVE 70 /* the caption and the drug's name */
#define ROOM_BELOW 60
#define ROOM_FOR_RESULTS 280 /* below a field that opens a list of what it finds */

struct _FzVisitCentre {
  GtkWidget parent_instance;
  FzVisitModel *model;
  GtkWidget *root, *scroll, *column, *sign, *finish, *hint;
  GtkWidget *take;  /* NULL: it is taken */
  GtkWidget *again; /* NULL: who it is need not be proved again */
  GtkWidget *cards[FZ_N_STEPS], *marks[FZ_N_STEPS], *tabs[FZ_N_STEPS];
  guint reveal;
  gboolean watches; /* the window's focus */
};

G_DEFINE_FINAL_TYPE (FzVisitCentre, fz_visit_centre, GTK_TYPE_WIDGET)

static guint take_signal;

/* --- going to a step --- */

static void
scroll_to (FzVisitCentre *self, FzStep step)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroll));
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (self->cards[step], self->column, &bounds))
    gtk_adjustment_set_value (adjustment, (double) bounds.origin.y);
}

static void
go_to (FzVisitCentre *self, FzStep step)
{
  scroll_to (self, step);
  if (step == FZ_STEP_PRESCRIPTION)
    fz_step_prescription_focus_search (self->cards[step]);
  else
    gtk_widget_child_focus (self->cards[step], GTK_DIR_TAB_FORWARD);
}

static void
on_tab (GtkButton *button, FzVisitCentre *self)
{
  go_to (self, (FzStep) GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-step")));
}

/* Ctrl+1 to Ctrl+4, wherever on the page the focus is. */
static gboolean
on_step_key (GtkWidget *widget, GVariant *args, gpointer step)
{
  FzVisitCentre *self = FZ_VISIT_CENTRE (widget);
  GtkWidget *stage = fz_stage_of (widget);

  if (stage == NULL || fz_stage_top_dialog (stage) != NULL || !gtk_widget_get_mapped (self->tabs[0]))
    return FALSE;
  go_to (self, (FzStep) GPOINTER_TO_UINT (step));
  return TRUE;
}

static void
add_step_keys (FzVisitCentre *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  for (guint key = GDK_KEY_1; key <= GDK_KEY_4; key++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (key, GDK_CONTROL_MASK),
                                                            gtk_callback_action_new (on_step_key, GUINT_TO_POINTER (key - GDK_KEY_1), NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* What has the focus may have moved, or be newer than the last layout: brings it into view once it has its place. */
static gboolean
on_reveal (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  FzVisitCentre *self = FZ_VISIT_CENTRE (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroll));
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  double top = gtk_adjustment_get_value (adjustment), page = gtk_adjustment_get_page_size (adjustment);
  graphene_rect_t bounds;
  double below;

  if (self->reveal > 1) { /* one frame to lay out, the next to see it */
    self->reveal--;
    return G_SOURCE_CONTINUE;
  }
  self->reveal = 0;
  if (focus == NULL || gtk_widget_get_native (focus) != GTK_NATIVE (root)) /* a row of a list that dropped down stands over the page, not in it */
    return G_SOURCE_REMOVE;
  if (!gtk_widget_is_ancestor (focus, self->column) || !gtk_widget_compute_bounds (focus, self->column, &bounds))
    return G_SOURCE_REMOVE;
  below = (double) (bounds.origin.y + bounds.size.height) + (gtk_widget_get_ancestor (focus, FZ_TYPE_SEARCH_FIELD) != NULL ? ROOM_FOR_RESULTS : ROOM_BELOW);
  if ((double) bounds.origin.y - ROOM_ABOVE < top)
    gtk_adjustment_set_value (adjustment, (double) bounds.origin.y - ROOM_ABOVE);
  else if (below > top + page)
    gtk_adjustment_set_value (adjustment, below - page);
  return G_SOURCE_REMOVE;
}

static void
reveal_focus (FzVisitCentre *self)
{
  if (self->reveal == 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), on_reveal, NULL, NULL);
  self->reveal = 3;
}

static void
on_mapped (FzVisitCentre *self)
{
  if (self->watches)
    return;
  g_signal_connect_object (gtk_widget_get_root (GTK_WIDGET (self)), "notify::focus-widget", G_CALLBACK (reveal_focus), self,
                           G_CONNECT_SWAPPED);
  self->watches = TRUE;
}

/* --- acts --- */

static void
say_blocked (FzVisitCentre *self, const GError *error)
{
  const FzFinding *blocker = fz_visit_model_get_blocker (self->model);

  fz_visit_model_set_tried (self->model);
  if (blocker == NULL) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_WARN, error->message);
    return;
  }
  if (fz_step_of (blocker) == FZ_STEP_PRESCRIPTION && fz_step_prescription_focus_open (self->cards[FZ_STEP_PRESCRIPTION]))
    return;
  scroll_to (self, fz_step_of (blocker));
  if (fz_step_of (blocker) == FZ_STEP_RECORD)
    fz_step_record_focus_finding (self->cards[FZ_STEP_RECORD]);
}

/* Who left the visit for half an hour or signed in anew proves to be there first. */
static gboolean
sent_to_prove (FzVisitCentre *self)
{
  if (fz_visit_model_can_write (self->model))
    return FALSE;
  g_signal_emit (self, take_signal, 0);
  return TRUE;
}

static void
on_sign (GtkButton *button, FzVisitCentre *self)
{
  g_autoptr (GError) error = NULL;

  if (sent_to_prove (self))
    return;
  if (!fz_visit_acts_sign (GTK_WIDGET (self), self->model, &error))
    say_blocked (self, error);
}

static void
on_finish (GtkButton *button, FzVisitCentre *self)
{
  g_autoptr (GError) error = NULL;

  if (sent_to_prove (self))
    return;
  if (!fz_visit_acts_finish (GTK_WIDGET (self), self->model, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_WARN, error->message);
}

static void
on_terminate (GtkButton *button, FzVisitCentre *self)
{
  if (!sent_to_prove (self))
    fz_visit_acts_terminate (GTK_WIDGET (self), self->model);
}

static void
on_refuse (GtkButton *button, FzVisitCentre *self)
{
  fz_visit_acts_refuse (GTK_WIDGET (self), self->model);
}

static void
on_hand_over (GtkButton *button, FzVisitCentre *self)
{
  fz_visit_acts_hand_over (GTK_WIDGET (self), self->model);
}

static void
on_addendum (GtkButton *button, FzVisitCentre *self)
{
  fz_visit_acts_addendum (GTK_WIDGET (self), self->model);
}

static void
on_take (GtkButton *button, FzVisitCentre *self)
{
  g_signal_emit (self, take_signal, 0);
}

/* --- taking back --- */

typedef struct {
  FzVisitModel *model;
  guint number;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_object_unref (removal->model);
  g_free (removal);
}

static gboolean
undo (gpointer data, gboolean now)
{
  Removal *removal = data;

  return fz_visit_model_can_write (removal->model) && fz_visit_model_undo (removal->model, removal->number, now);
}

static void
on_undoable (FzVisitCentre *self)
{
  Removal *removal = g_new0 (Removal, 1);
  const char *words = fz_visit_model_get_undo (self->model, &removal->number);

  removal->model = g_object_ref (self->model);
  fz_undo_offer (GTK_WIDGET (self), words, undo, removal, removal_free);
}

/* --- what changes while typing --- */

/* What stands in the way of signing, or comes next where nothing is left to sign; NULL: it can be signed. */
static char *
why_text (FzVisitCentre *self)
{
  const FzFinding *blocker = fz_visit_model_get_blocker (self->model);
  const char *failed = fz_visit_model_get_check_error (self->model);

  if (failed != NULL)
    return g_strdup_printf (_ ("检查没有完成，暂不能签名：%s"), failed);
  if (fz_visit_model_get_saved (self->model) == FZ_SAVED_FAILED)
    return g_strdup (_ ("草稿没有保存成功，请勿关闭窗口，稍后会再试。"));
  if (fz_visit_acts_parts (self->model) == 0 && fz_visit_model_find_returned (self->model) >= 0)
    return g_strdup (_ ("有处方被药师退回，请按审核意见修改后重开。"));
  if (fz_visit_acts_parts (self->model) == 0 && fz_visit_model_has_to_confirm (self->model))
    return g_strdup (_ ("有处方超过常用剂量，须再次签名后药师才能审核通过。"));
  if (fz_visit_acts_parts (self->model) == 0)
    return g_strdup (_ ("本次接诊的文书均已签名，可以结束接诊，或再开一张处方。"));
  if (blocker != NULL && blocker->severity == FZ_SEVERITY_REASON && fz_visit_model_get_reason (self->model, blocker, NULL) != NULL) {
    char *why = NULL; /* a reason is chosen, and something it asks is missing */

    fz_visit_model_has_reason (self->model, blocker, &why);
    return why;
  }
  return blocker != NULL ? g_strdup (blocker->message) : NULL;
}

static const char *
saved_words (FzVisitCentre *self)
{
  switch (fz_visit_model_get_saved (self->model)) {
  case FZ_SAVED_PENDING:
    return _ ("正在保存草稿…");
  case FZ_SAVED_DONE:
    return _ ("草稿已保存");
  case FZ_SAVED_NOTHING:
  case FZ_SAVED_FAILED:
  default:
    return "";
  }
}

static void
show_steps (FzVisitCentre *self)
{
  for (guint i = 0; i < FZ_N_STEPS; i++) {
    FzStatus status = FZ_STATUS_NEUTRAL;
    g_autofree char *word = fz_step_state (self->model, (FzStep) i, &status);
    g_autofree char *spoken = g_strdup_printf (_ ("第 %u 步 %s：%s"), i + 1, fz_step_label ((FzStep) i), word);

    fz_step_card_set_state (self->cards[i], status, word);
    fz_status_dress (self->tabs[i], status);
    fz_set_text (self->marks[i], word);
    fz_access_label (self->tabs[i], spoken);
  }
}

static void
show_foot (FzVisitCentre *self)
{
  FzSheetParts parts = fz_visit_acts_parts (self->model);

  if (self->hint != NULL) {
    g_autofree char *why = why_text (self);
    const char *hint = why != NULL ? why : saved_words (self);

    fz_set_text (self->hint, hint);
    gtk_widget_set_tooltip_text (self->hint, hint);
    fz_access_described_by (self->sign, why != NULL ? self->hint : NULL);
    fz_access_described_by (self->finish, why != NULL ? self->hint : NULL);
  }
  if (self->sign != NULL) {
    fz_button_set_label (self->sign, fz_visit_acts_sign_words (parts));
    gtk_widget_set_visible (self->sign, parts != 0);
  }
  if (self->finish != NULL)
    gtk_widget_set_visible (self->finish, fz_visit_model_has_record (self->model) && parts == 0);
}

static void
update (FzVisitCentre *self)
{
  show_steps (self);
  show_foot (self);
  reveal_focus (self);
  fz_undo_review (GTK_WIDGET (self));
}

/* --- building --- */

static GtkWidget *
act_button (FzVisitCentre *self, FzButtonKind kind, const char *icon, const char *label, GCallback clicked)
{
  GtkWidget *button = fz_button_new (kind, icon, label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static void
add_tags (GtkWidget *line, const FzFields *facts)
{
  g_autofree char *allergies = fz_words_list (facts, "allergy", NULL, _ ("、"));
  g_autofree char *text = allergies != NULL ? g_strdup_printf (_ ("过敏：%s"), allergies) : NULL;
  gint64 years = 99;
  FzStatus status = FZ_STATUS_NEUTRAL;
  const char *stage = fz_words_visit_stage (fz_fields_get (facts, "visit.stage"), &status);

  fz_wrap_add (line, fz_pill_new (status, stage));
  if (fz_fields_get_int (facts, "patient.age_years", &years) && years <= 6)
    fz_wrap_add (line, fz_tag_new (FZ_STATUS_WARN, _ ("6岁以下")));
  if (text != NULL)
    fz_wrap_add (line, fz_tag_new (FZ_STATUS_STOP, text));
  if (fz_fields_has (facts, "visit.sensitive")) {
    GtkWidget *tag = fz_wrap_add (line, fz_tag_new (FZ_STATUS_STOP, _ ("特别敏感")));

    gtk_widget_set_tooltip_text (tag, fz_fields_get (facts, "visit.sensitive_label"));
  }
}

static void
on_export (GtkButton *button, FzVisitCentre *self)
{
  fz_dialog_record_export (GTK_WIDGET (self), self->model);
}

static void
on_marked (gpointer owner)
{
  FzVisitCentre *self = owner;
  g_autoptr (GError) error = NULL;

  if (!fz_visit_model_reload (self->model, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_WARN, error->message);
}

static void
on_mark (GtkButton *button, FzVisitCentre *self)
{
  g_autoptr (GError) error = NULL;

  /* What was typed is read again afterwards: it must be kept before. */
  if (!fz_visit_model_flush (self->model, &error)) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
    return;
  }
  fz_marking_ask (GTK_WIDGET (self), fz_visit_model_get_session (self->model), fz_visit_model_get_id (self->model), TRUE, on_marked, self);
}

/* Taken away by medical affairs alone, so there is nothing to press when it stands. */
static GtkWidget *
mark_button_new (FzVisitCentre *self)
{
  GtkWidget *button = fz_icon_button_new ("lock", _ ("标为特别敏感…"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", G_CALLBACK (on_mark), self);
  return button;
}

static GtkWidget *
head_new (FzVisitCentre *self)
{
  const FzFields *facts = fz_visit_model_get_facts (self->model);
  const char *name = fz_fields_get (facts, "patient.name");
  GtkWidget *card = fz_card_new_padded (0);
  GtkWidget *whole = fz_put (card, fz_wrap_new (12, 8)), *line = fz_wrap_add (whole, fz_line (12)), *acts = fz_wrap_add (whole, fz_line (12));
  GtkWidget *words = fz_column (3);
  GtkWidget *first = fz_wrap_new (8, 4);
  g_autofree char *about = fz_words_patient (facts);

  fz_put (line, fz_avatar_new (name, 42));
  fz_wrap_add (first, fz_text (name, "fz-title"));
  add_tags (first, facts);
  fz_put (words, first);
  fz_put (words, fz_wrapped (about, "fz-soft"));
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  fz_put_wide (line, words);
  gtk_widget_set_hexpand (line, TRUE);
  gtk_widget_set_halign (acts, GTK_ALIGN_END);
  gtk_widget_set_valign (acts, GTK_ALIGN_CENTER);
  if (fz_fields_is_yes (facts, "visit.mine") && !fz_fields_has (facts, "visit.sensitive"))
    fz_put (acts, mark_button_new (self));
  if (fz_visit_model_is_open (self->model)) {
    fz_put (acts, act_button (self, FZ_BUTTON_PLAIN, NULL, _ ("转交"), G_CALLBACK (on_hand_over)));
    fz_put (acts, act_button (self, FZ_BUTTON_DANGER_SOFT, "stop", _ ("终止诊疗"), G_CALLBACK (on_terminate)));
  }
  if (fz_visit_model_has_record (self->model) && !fz_visit_model_is_open (self->model) && fz_fields_is_yes (facts, "visit.mine"))
    fz_put (acts, act_button (self, FZ_BUTTON_PLAIN, "download", _ ("导出这份病历"), G_CALLBACK (on_export)));
  gtk_widget_add_css_class (card, "fz-visit-head");
  return card;
}

static GtkWidget *
tab_new (FzVisitCentre *self, FzStep step)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = fz_column (0);
  g_autofree char *title = g_strdup_printf ("%u %s", (guint) step + 1, fz_step_label (step));

  self->marks[step] = fz_text (NULL, "fz-step-word");
  fz_put (box, fz_wrapped (title, "fz-step-title"));
  fz_put (box, self->marks[step]);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "fz-step-tab");
  g_object_set_data (G_OBJECT (button), "fz-step", GUINT_TO_POINTER (step));
  g_signal_connect (button, "clicked", G_CALLBACK (on_tab), self);
  self->tabs[step] = button;
  return button;
}

static GtkWidget *
tabs_new (FzVisitCentre *self)
{
  GtkWidget *line = fz_line (6);

  /* Each as wide as its words ask: the four alike would break the longest. */
  for (guint i = 0; i < FZ_N_STEPS; i++)
    fz_put_wide (line, tab_new (self, (FzStep) i));
  return line;
}

/* How a visit ended and what the patient was told. */
static GtkWidget *
end_new (const FzFields *facts)
{
  const char *reason = fz_fields_get (facts, "end.reason_label"), *guidance = fz_fields_get (facts, "end.guidance");
  FzStatus status = FZ_STATUS_NEUTRAL;
  const char *stage = fz_words_visit_stage (fz_fields_get (facts, "visit.stage"), &status);
  GtkWidget *card;

  if (reason == NULL && guidance == NULL)
    return NULL;
  card = fz_finding_card_new (status == FZ_STATUS_STOP ? FZ_STATUS_STOP : FZ_STATUS_WARN, reason != NULL ? reason : stage, guidance, NULL);
  fz_finding_card_set_mark (card, stage);
  return card;
}

static GtkWidget *
absence_new (FzVisitCentre *self)
{
  GtkWidget *card = fz_finding_card_new (FZ_STATUS_WARN, _ ("需要重新认证"),
                                         _ ("您离开本次就诊已超过30分钟，或重新登录过。签名前请再次核验本人身份；草稿都还在。"), NULL);

  fz_finding_card_set_mark (card, _ ("本人认证"));
  self->again = act_button (self, FZ_BUTTON_PRIMARY, "signature", _ ("重新认证"), G_CALLBACK (on_take));
  fz_finding_card_add_action (card, self->again);
  return card;
}

/* What came by the hospital's front for this visit and could not be done: medical affairs settles it, and who treats deals with it. */
static GtkWidget *
held_new (const FzFields *facts, guint i)
{
  GtkWidget *card = fz_finding_card_new (FZ_STATUS_WARN, fz_front_words_in (fz_fields_get_at (facts, "held", i, "kind")), fz_fields_get_at (facts, "held", i, "words"), NULL);

  fz_finding_card_set_mark (card, _ ("患者端"));
  return card;
}

static void
add_notices (FzVisitCentre *self)
{
  const FzFields *facts = fz_visit_model_get_facts (self->model);
  GtkWidget *end = end_new (facts);
  const char *handed = fz_fields_get (facts, "visit.handover_reason");

  if (end != NULL)
    fz_put (self->column, end);
  if (handed != NULL && fz_visit_model_get_stage (self->model) == FZ_STAGE_WAITING)
    fz_put (self->column, fz_finding_card_new (FZ_STATUS_INFO, _ ("由其他医师转来"), handed, NULL));
  for (guint i = 0; i < fz_fields_count (facts, "held"); i++)
    fz_put (self->column, held_new (facts, i));
  if (fz_visit_model_is_open (self->model) && !fz_visit_model_can_write (self->model))
    fz_put (self->column, absence_new (self));
}

/* What the patient says, before the visit is taken; afterwards it stands in the record. */
static GtkWidget *
request_new (const FzFields *facts)
{
  GtkWidget *card = fz_card_new_titled (NULL, _ ("患者自述"));
  GtkWidget *grid = fz_facts_new (1);

  fz_facts_add (grid, _ ("主要不适与诉求"), fz_fields_get (facts, "visit.complaint"), 1);
  fz_facts_add (grid, _ ("病情经过"), fz_fields_get (facts, "visit.history"), 1);
  fz_put (fz_card_body (card), grid);
  return card;
}

static GtkWidget *
foot_new (FzVisitCentre *self)
{
  GtkWidget *foot = fz_line (8);
  FzStage stage = fz_visit_model_get_stage (self->model);

  gtk_widget_add_css_class (foot, "fz-visit-foot");
  if (stage == FZ_STAGE_WAITING) {
    fz_put_space (foot);
    fz_put (foot, act_button (self, FZ_BUTTON_DANGER_SOFT, NULL, _ ("拒诊"), G_CALLBACK (on_refuse)));
    self->take = fz_put (foot, act_button (self, FZ_BUTTON_PRIMARY, "visit", _ ("接诊"), G_CALLBACK (on_take)));
  } else if (fz_visit_model_is_open (self->model)) {
    self->hint = fz_access_live_label_new (NULL, FALSE);
    gtk_label_set_ellipsize (GTK_LABEL (self->hint), PANGO_ELLIPSIZE_END);
    gtk_label_set_lines (GTK_LABEL (self->hint), 2);
    gtk_widget_add_css_class (self->hint, "fz-soft");
    fz_put_wide (foot, self->hint);
    self->finish = fz_put (foot, act_button (self, FZ_BUTTON_PRIMARY, "check", _ ("结束接诊"), G_CALLBACK (on_finish)));
    self->sign = fz_put (foot, act_button (self, FZ_BUTTON_PRIMARY, "signature", _ ("签名"), G_CALLBACK (on_sign)));
  } else
    gtk_widget_set_visible (foot, FALSE);
  return foot;
}

static void
build (FzVisitCentre *self, FzEvidenceWanted wanted, gpointer user_data)
{
  self->root = fz_column (10);
  self->column = fz_column (12);
  self->cards[FZ_STEP_IDENTITY] = fz_step_identity_new (self->model);
  self->cards[FZ_STEP_ELIGIBILITY] = fz_step_eligibility_new (self->model, wanted, user_data);
  self->cards[FZ_STEP_RECORD] = fz_step_record_new (self->model, G_CALLBACK (on_addendum), self);
  self->cards[FZ_STEP_PRESCRIPTION] = fz_step_prescription_new (self->model);
  add_notices (self);
  if (fz_visit_model_get_stage (self->model) == FZ_STAGE_WAITING)
    fz_put (self->column, request_new (fz_visit_model_get_facts (self->model)));
  for (guint i = 0; i < FZ_N_STEPS; i++)
    fz_put (self->column, self->cards[i]);
  self->scroll = fz_scrolled (self->column);
  fz_put (self->root, head_new (self));
  fz_put (self->root, tabs_new (self));
  fz_put_wide (self->root, self->scroll);
  fz_put (self->root, foot_new (self));
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
hide_what_is_not_begun (FzVisitCentre *self)
{
  FzStage stage = fz_visit_model_get_stage (self->model);

  if (stage != FZ_STAGE_WAITING)
    return;
  gtk_widget_set_visible (self->cards[FZ_STEP_RECORD], FALSE);
  gtk_widget_set_visible (self->cards[FZ_STEP_PRESCRIPTION], FALSE);
  gtk_widget_set_visible (gtk_widget_get_parent (self->tabs[0]), FALSE);
}

void
fz_visit_centre_focus_work (FzVisitCentre *self)
{
  guint cursor;
  const char *key = fz_visit_model_get_place (self->model, &cursor);

  if (fz_visit_model_is_open (self->model) && key != NULL && fz_step_record_focus_place (self->cards[FZ_STEP_RECORD], key, cursor))
    return;
  if (self->take != NULL)
    gtk_widget_grab_focus (self->take);
  else if (self->again != NULL)
    gtk_widget_grab_focus (self->again);
  else if (fz_visit_model_is_open (self->model) && (fz_visit_model_has_record (self->model) || g_strcmp0 (key, "rx") == 0))
    fz_step_prescription_focus_search (self->cards[FZ_STEP_PRESCRIPTION]);
  else if (fz_visit_model_is_open (self->model))
    gtk_widget_child_focus (self->cards[FZ_STEP_ELIGIBILITY], GTK_DIR_TAB_FORWARD);
}

void
fz_visit_centre_find (FzVisitCentre *self, const char *text, GListStore *rows)
{
  fz_step_prescription_find (self->cards[FZ_STEP_PRESCRIPTION], text, rows);
}

void
fz_visit_centre_add_drug (FzVisitCentre *self, const char *code)
{
  scroll_to (self, FZ_STEP_PRESCRIPTION);
  fz_step_prescription_add (self->cards[FZ_STEP_PRESCRIPTION], code);
}

void
fz_visit_centre_focus_additions (FzVisitCentre *self)
{
  fz_step_record_focus_end (self->cards[FZ_STEP_RECORD]);
}

static void
fz_visit_centre_dispose (GObject *object)
{
  g_clear_pointer (&FZ_VISIT_CENTRE (object)->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_visit_centre_parent_class)->dispose (object);
}

static void
fz_visit_centre_finalize (GObject *object)
{
  g_object_unref (FZ_VISIT_CENTRE (object)->model);
  G_OBJECT_CLASS (fz_visit_centre_parent_class)->finalize (object);
}

static void
fz_visit_centre_class_init (FzVisitCentreClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_visit_centre_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_visit_centre_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  take_signal = g_signal_new ("take", FZ_TYPE_VISIT_CENTRE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_visit_centre_init (FzVisitCentre *self)
{
}

GtkWidget *
fz_visit_centre_new (FzVisitModel *model, FzEvidenceWanted wanted, gpointer user_data)
{
  FzVisitCentre *self = g_object_new (FZ_TYPE_VISIT_CENTRE, NULL);

  self->model = g_object_ref (model);
  build (self, wanted, user_data);
  add_step_keys (self);
  hide_what_is_not_begun (self);
  g_signal_connect (self, "map", G_CALLBACK (on_mapped), NULL);
  g_signal_connect_object (model, "checked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "saved", G_CALLBACK (show_foot), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "items", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "undoable", G_CALLBACK (on_undoable), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
