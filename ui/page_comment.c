#include "ui/page_comment.h"

#include "ui/comment_card.h"
#include "ui/comment_codes.h"
#include "ui/dialog_comment_plan.h"
#include "ui/dialog_reason.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rx_context.h"
#include "ui/rx_sheet.h"
#include "ui/sign_flow.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define LIST_WIDTH 312
#define RIGHT_WIDTH 290

struct _FzPageComment {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *tasks, *plan_choice, *progress, *segments, *table, *error, *middle, *right, *acts_card, *acts, *draw, *approve, *decline, *announce;
  GListStore *rows;  /* FzFactRow of what is shown */
  GPtrArray *plans;  /* FzFields, newest first; NULL for a doctor */
  GPtrArray *items;  /* FzFields of the sample */
  GPtrArray *codes;
  FzFields *item;    /* the one in the middle */
  char *plan;        /* its sample, or the one chosen */
  FzDialog *below;   /* weak: the dialog a signature stands on */
};

#define FZ_TYPE_PAGE_COMMENT (fz_page_comment_get_type ())
G_DECLARE_FINAL_TYPE (FzPageComment, fz_page_comment, FZ, PAGE_COMMENT, GtkBox)

static void fz_page_comment_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageComment, fz_page_comment, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_comment_page_init))

static void reload (FzPageComment *self, gboolean next);

static gboolean
is_doctor (FzPageComment *self)
{
  return fz_session_get_role (self->session) == FZ_ROLE_DOCTOR;
}

static const FzFields *
chosen_plan (FzPageComment *self)
{
  for (guint i = 0; self->plans != NULL && i < self->plans->len; i++)
    if (g_strcmp0 (fz_fields_get (self->plans->pdata[i], "plan.id"), self->plan) == 0)
      return self->plans->pdata[i];
  return NULL;
}

/* --- the list --- */

static char *
number_of (gpointer row, gpointer data)
{
  return g_strdup (fz_fact_row_text (row, "comment.prescription"));
}

static char *
about_of (gpointer row, gpointer data)
{
  return g_strdup_printf ("%s · %s", fz_fact_row_text (row, "comment.position"), fz_fact_row_text (row, "diagnosis.00.name"));
}

static FzStatus
state_of (gpointer row, char **word, gpointer data)
{
  FzStatus status = FZ_STATUS_NEUTRAL;

  *word = g_strdup (fz_comment_row_state (fz_fact_row_get (row), &status));
  return status;
}

static GtkWidget *
table_new (FzPageComment *self)
{
  FzColumn columns[] = {
    { .title = _ ("处方"), .text = number_of, .second = about_of, .width = 150, .expand = TRUE, .strong = TRUE },
    { .title = _ ("进度"), .pill = state_of, .width = 126 },
  };

  return fz_table_new (_ ("点评清单"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self);
}

/* --- signing --- */

static void
say (FzPageComment *self, const GError *error)
{
  fz_empty (self->error);
  gtk_widget_set_visible (self->error, error != NULL);
  if (error != NULL)
    fz_put (self->error, fz_finding_card_new (FZ_STATUS_STOP, _ ("没有完成"), error->message, NULL));
}

static void
on_signed (GPtrArray *ids, gpointer data)
{
  FzPageComment *self = data;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (self->below != NULL)
    fz_dialog_close (self->below);
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("已签名并记入点评"));
  reload (self, TRUE);
  fz_page_changed (GTK_WIDGET (self));
}

/* Takes the sheet; NULL is an error that `dialog` shows, or the page when there is none. */
static gboolean
sign (FzPageComment *self, FzSheet *sheet, const char *title, FzDialog *dialog)
{
  if (sheet == NULL)
    return FALSE;
  g_set_weak_pointer (&self->below, dialog);
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, title, on_signed, g_object_ref (self), g_object_unref);
  return TRUE;
}

static const char *
act_of (FzPageComment *self)
{
  return self->item != NULL ? fz_fields_get (self->item, "comment.act") : NULL;
}

static gboolean
may (FzPageComment *self, const char *act)
{
  return g_strcmp0 (act_of (self), act) == 0;
}

static const char *
rx_of (FzPageComment *self)
{
  return fz_fields_get (self->item, "comment.prescription");
}

static const char *
plan_of (FzPageComment *self)
{
  return fz_fields_get (self->item, "comment.plan");
}

static FzSheet *
prepare (FzPageComment *self, const char *const *codes, const char *words, GError **error)
{
  if (may (self, "write"))
    return fz_desk_prepare_comment (self->session, plan_of (self), rx_of (self), codes, words, error);
  if (may (self, "confirm"))
    return fz_desk_prepare_comment_confirmation (self->session, plan_of (self), rx_of (self), codes, words, error);
  return fz_desk_prepare_comment_answer (self->session, plan_of (self), rx_of (self), codes, words, error);
}

static const char *
title_of (FzPageComment *self)
{
  return may (self, "write") ? _ ("签署点评") : may (self, "confirm") ? _ ("签署复核") : _ ("签署答复");
}

static gboolean
on_codes (FzDialog *dialog, const char *const *codes, const char *words, gpointer data, GError **error)
{
  FzPageComment *self = data;

  return self->item != NULL && act_of (self) != NULL && sign (self, prepare (self, codes, words, error), title_of (self), dialog);
}

/* One key: reasonable; for the second reader as the first one found it. */
static void
agree (FzPageComment *self)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  if (!may (self, "write") && !may (self, "confirm"))
    return;
  for (guint i = 0; may (self, "confirm") && i < fz_fields_count (self->item, "comment.code"); i++)
    g_ptr_array_add (codes, (gpointer) fz_fields_get_at (self->item, "comment.code", i, "code"));
  g_ptr_array_add (codes, NULL);
  sign (self, prepare (self, (const char *const *) codes->pdata, NULL, &error), title_of (self), NULL);
  say (self, error);
}

static void
pick (FzPageComment *self)
{
  FzCommentCodesAsk ask = { may (self, "write") ? _ ("选择点评代码") : may (self, "confirm") ? _ ("更改点评代码") : _ ("答复申诉"), _ ("继续签名"), self->codes, self->item, may (self, "answer") };

  if (act_of (self) != NULL && !may (self, "reply") && self->codes != NULL)
    fz_comment_codes_ask (GTK_WIDGET (self), &ask, on_codes, self);
}

/* --- the doctor --- */

static void
accept (FzPageComment *self)
{
  g_autoptr (GError) error = NULL;

  if (!may (self, "reply"))
    return;
  sign (self, fz_desk_prepare_comment_reply (self->session, plan_of (self), rx_of (self), "accepted", NULL, &error), _ ("认可点评结果"), NULL);
  say (self, error);
}

static gboolean
on_appeal (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzPageComment *self = data;

  return self->item != NULL &&
         sign (self, fz_desk_prepare_comment_reply (self->session, plan_of (self), rx_of (self), "appealed", words, error), _ ("对点评结果申诉"), dialog);
}

static void
appeal (FzPageComment *self)
{
  FzReasonAsk ask = { .title = _ ("对点评结果申诉"), .subtitle = _ ("由另一名药师或医务管理人员答复；答复的结果为准"), .words_caption = _ ("申诉理由"),
                      .words_hint = _ ("用药依据，如病历中的记载"), .confirm = _ ("继续签名") };

  if (may (self, "reply"))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_appeal, self, NULL);
}

/* --- the sample --- */

static void
on_drawn (GPtrArray *ids, gpointer data)
{
  FzPageComment *self = data;

  g_free (self->plan);
  self->plan = ids != NULL && ids->len > 0 ? g_strdup (ids->pdata[0]) : NULL;
  on_signed (ids, self);
}

static void
on_draw (GtkButton *button, FzPageComment *self)
{
  fz_dialog_comment_plan (GTK_WIDGET (self), self->session, on_drawn, G_OBJECT (self));
}

static void
on_approve (GtkButton *button, FzPageComment *self)
{
  g_autoptr (GError) error = NULL;

  sign (self, fz_desk_prepare_comment_approval (self->session, self->plan, "approved", NULL, &error), _ ("批准专项点评"), NULL);
  say (self, error);
}

static gboolean
on_decline_words (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzPageComment *self = data;

  return sign (self, fz_desk_prepare_comment_approval (self->session, self->plan, "declined", words, error), _ ("不批准专项点评"), dialog);
}

static void
on_decline (GtkButton *button, FzPageComment *self)
{
  FzReasonAsk ask = { .title = _ ("不批准专项点评"), .words_caption = _ ("理由"), .confirm = _ ("继续签名"), .danger = TRUE };

  fz_dialog_reason (GTK_WIDGET (self), &ask, on_decline_words, self, NULL);
}

static gboolean
on_announce_words (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzPageComment *self = data;

  return sign (self, fz_desk_prepare_comment_announcement (self->session, self->plan, words, error), _ ("公示点评结果"), dialog);
}

static void
on_announce (GtkButton *button, FzPageComment *self)
{
  FzReasonAsk ask = { .title = _ ("公示点评结果"), .subtitle = _ ("公示只有张数，不含患者、药品和医师；人数少的科室合并"), .words_caption = _ ("问题与改进措施"),
                      .words_hint = _ ("例如：用量超说明书较多，药学部门下月专题培训"), .confirm = _ ("继续签名") };

  fz_dialog_reason (GTK_WIDGET (self), &ask, on_announce_words, self, NULL);
}

/* --- the prescription in the middle --- */

static GtkWidget *
act_new (FzPageComment *self, FzButtonKind kind, const char *label, const char *tooltip, GCallback clicked)
{
  GtkWidget *button = fz_put (self->acts, fz_button_new (kind, NULL, label));

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
put_acts (FzPageComment *self)
{
  const char *why = fz_fields_get (self->item, "comment.why_not");

  fz_empty (self->acts);
  gtk_widget_set_visible (self->acts_card, act_of (self) != NULL || why != NULL);
  if (why != NULL)
    fz_put_wide (self->acts, fz_wrapped (why, "fz-soft"));
  if (may (self, "write")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("选代码 C"), _ ("选择不合理的代码和说明（C 或 2）"), G_CALLBACK (pick));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("合理 A"), _ ("点评为合理处方（A 或 1）"), G_CALLBACK (agree));
  } else if (may (self, "confirm")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("更改 C"), _ ("改选代码并写明理由（C 或 2）"), G_CALLBACK (pick));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("同意初评 A"), _ ("按初评的结果复核（A 或 1）"), G_CALLBACK (agree));
  } else if (may (self, "answer"))
    act_new (self, FZ_BUTTON_PRIMARY, _ ("答复申诉 C"), _ ("维持或更改代码，写明理由（C 或 2）"), G_CALLBACK (pick));
  else if (may (self, "reply")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("申诉 C"), _ ("写明理由（C 或 2）"), G_CALLBACK (appeal));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("认可 A"), _ ("认可点评结果（A 或 1）"), G_CALLBACK (accept));
  }
}

static void
put_until (FzPageComment *self)
{
  const char *until = fz_fields_get (self->item, "confirm.until");
  g_autofree char *text = until != NULL ? g_strdup_printf (_ ("请在 %s 之前（含当日）认可或申诉；到期不答复的，点评结果不再更改。"), until) : NULL;

  if (may (self, "reply") && text != NULL)
    fz_put (self->right, fz_finding_card_new (FZ_STATUS_WARN, _ ("等待您的答复"), text, NULL));
}

static void
show_item (FzPageComment *self)
{
  gint64 now_us = fz_session_now_us (self->session);
  GtkWidget *said = fz_comment_said_new (self->item, self->codes, now_us);

  put_until (self);
  if (said != NULL)
    fz_put (self->right, said);
  fz_put (self->middle, fz_rx_sheet_new (self->item, now_us));
  fz_put (self->right, fz_comment_found_new (self->item));
  fz_put (self->right, fz_rx_patient_new (self->item));
  put_acts (self);
}

static const char *
empty_text (FzPageComment *self)
{
  if (is_doctor (self))
    return _ ("您的处方被抽中点评、结果复核后，在这里查看；不合理的可以认可或申诉。");
  if (fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS)
    return _ ("按月随机抽样，或写明目的作专项点评；样本由随机数和审计日志决定，可以重新抽出核对。");
  return _ ("医务管理人员抽样后，待点评的处方列在左侧；本人开具或审核的由另一位药师点评。");
}

static void
show_nothing (FzPageComment *self, const GError *error)
{
  GtkWidget *card = fz_put_wide (self->middle, fz_card_new ());

  if (error != NULL)
    fz_put_wide (card, fz_error_state_new_from (error, NULL));
  else
    fz_put_wide (card, fz_empty_state_new ("scales", self->rows != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->rows)) > 0 ? _ ("选择一张处方") : _ ("没有要办理的点评"),
                                           empty_text (self), NULL));
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageComment *self)
{
  g_autoptr (GError) error = NULL;

  if (row != NULL && self->item != NULL && g_strcmp0 (rx_of (self), fz_fact_row_text (row, "comment.prescription")) == 0 &&
      g_strcmp0 (fz_fields_get (self->item, "comment.state"), fz_fact_row_text (row, "comment.state")) == 0)
    return; /* reading is an act: what did not change is not read again */
  g_clear_pointer (&self->item, fz_fields_unref);
  fz_empty (self->middle);
  fz_empty (self->right);
  gtk_widget_set_visible (self->acts_card, FALSE);
  say (self, NULL);
  if (row != NULL)
    self->item = fz_desk_read_comment (self->session, fz_fact_row_text (row, "comment.plan"), fz_fact_row_text (row, "comment.prescription"), &error);
  if (self->item != NULL)
    show_item (self);
  else
    show_nothing (self, error);
}

/* --- what is listed --- */

static gint64
plan_int (const FzFields *plan, const char *key)
{
  gint64 n = 0;

  fz_fields_get_int (plan, key, &n);
  return n;
}

static void
show_progress (FzPageComment *self)
{
  const FzFields *plan = chosen_plan (self);
  gint64 all = plan != NULL ? plan_int (plan, "plan.n") : 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->approve, plan != NULL && fz_fields_is_yes (plan, "plan.may_approve"));
  gtk_widget_set_visible (self->decline, plan != NULL && fz_fields_is_yes (plan, "plan.may_approve"));
  gtk_widget_set_visible (self->announce, plan != NULL && fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS &&
                                            g_strcmp0 (fz_fields_get (plan, "plan.state"), "open") == 0);
  if (plan != NULL)
    text = g_strdup_printf (_ ("%s　已点评 %d / %d　待复核 %d　待答复申诉 %d"), fz_fields_get (plan, "plan.state_label"), (int) (all - plan_int (plan, "plan.count.due")), (int) all,
                            (int) plan_int (plan, "plan.count.commented"), (int) plan_int (plan, "plan.count.appealed"));
  fz_set_text (self->progress, text != NULL ? text : "");
}

static gboolean
is_wanted (FzPageComment *self, const FzFields *item)
{
  return g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->segments)), "all") == 0 || fz_fields_has (item, "comment.act");
}

/* The same one again; after a signature the next that waits. */
static void
fill (FzPageComment *self, gboolean next)
{
  g_autofree char *before = self->item != NULL ? g_strdup (rx_of (self)) : NULL;
  guint at = GTK_INVALID_LIST_POSITION, n = 0, was = 0;
  gboolean found = FALSE;

  g_list_store_remove_all (self->rows);
  for (guint i = 0; self->items != NULL && i < self->items->len; i++) {
    g_autoptr (FzFactRow) row = NULL;
    gboolean same = g_strcmp0 (fz_fields_get (self->items->pdata[i], "comment.prescription"), before) == 0;

    if (same)
      was = n;
    if (!is_wanted (self, self->items->pdata[i]))
      continue;
    row = fz_fact_row_new (self->items->pdata[i]);
    g_list_store_append (self->rows, row);
    if (same && !(next && !fz_fields_has (self->items->pdata[i], "comment.act"))) {
      found = TRUE;
      at = n;
    }
    n++;
  }
  if (!found && n > 0)
    at = MIN (was, n - 1);
  fz_table_select (FZ_TABLE (self->table), at);
  if (n == 0)
    on_selected (NULL, NULL, self);
}

static void
put_plans (FzPageComment *self)
{
  fz_drop_down_clear (FZ_DROP_DOWN (self->plan_choice));
  for (guint i = 0; self->plans != NULL && i < self->plans->len; i++) {
    const FzFields *plan = self->plans->pdata[i];
    const char *label = fz_fields_get (plan, "plan.target.label");
    g_autofree char *full = g_strdup_printf ("%s　%s — %s　%s", fz_fields_get (plan, "plan.id"), fz_fields_get (plan, "plan.from"), fz_fields_get (plan, "plan.to"),
                                             label != NULL ? label : _ ("随机抽样"));

    fz_drop_down_add (FZ_DROP_DOWN (self->plan_choice), fz_fields_get (plan, "plan.id"), fz_fields_get (plan, "plan.id"), full);
  }
  if (chosen_plan (self) == NULL) {
    g_free (self->plan);
    self->plan = self->plans != NULL && self->plans->len > 0 ? g_strdup (fz_fields_get (self->plans->pdata[0], "plan.id")) : NULL;
  }
  fz_drop_down_set_code (FZ_DROP_DOWN (self->plan_choice), self->plan);
}

/* What the results ask of medical affairs; who decides does it in the register. */
static void
show_tasks (FzPageComment *self)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (fz_session_get_role (self->session) != FZ_ROLE_AFFAIRS)
    return;
  fz_empty (self->tasks);
  gtk_widget_set_visible (self->tasks, FALSE);
  rows = fz_desk_list_deadlines (self->session, NULL);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autofree char *title = NULL;

    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "comment") != 0)
      continue;
    gtk_widget_set_visible (self->tasks, TRUE);
    title = g_strdup_printf ("%s（%s）", fz_fields_get (rows->pdata[i], "name"), fz_fields_get (rows->pdata[i], "subject"));
    fz_put (self->tasks, fz_finding_card_new (FZ_STATUS_WARN, title, fz_fields_get (rows->pdata[i], "label"), _ ("在台账“处方权处理”中登记决定")));
  }
}

static void
reload (FzPageComment *self, gboolean next)
{
  gboolean reads = fz_session_get_role (self->session) != FZ_ROLE_SECURITY;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->plans, g_ptr_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  if (!is_doctor (self)) {
    self->plans = fz_desk_list_comment_plans (self->session, &error);
    put_plans (self);
    show_progress (self);
  }
  if (error == NULL && reads && (is_doctor (self) || self->plan != NULL))
    self->items = fz_desk_list_comments (self->session, self->plan, &error);
  say (self, error);
  fill (self, next);
  show_tasks (self);
}

static void
on_plan (FzDropDown *choice, FzPageComment *self)
{
  g_free (self->plan);
  self->plan = g_strdup (fz_drop_down_get_code (choice));
  reload (self, FALSE);
}

static void
on_segment (FzSegments *segments, const char *id, FzPageComment *self)
{
  fill (self, FALSE);
}

/* --- keys --- */

static void
move (FzPageComment *self, int by)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows)), at = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (FzFactRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

    if (self->item != NULL && g_strcmp0 (fz_fact_row_text (row, "comment.prescription"), rx_of (self)) == 0)
      at = i;
  }
  if (n > 0)
    fz_table_select (FZ_TABLE (self->table), (guint) CLAMP ((int) at + by, 0, (int) n - 1));
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzPageComment *self)
{
  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  switch (gdk_keyval_to_lower (keyval)) {
  case GDK_KEY_a:
  case GDK_KEY_1:
    (may (self, "reply") ? accept : agree) (self);
    return TRUE;
  case GDK_KEY_c:
  case GDK_KEY_2:
    (may (self, "reply") ? appeal : pick) (self);
    return TRUE;
  case GDK_KEY_j:
    move (self, 1);
    return TRUE;
  case GDK_KEY_k:
    move (self, -1);
    return TRUE;
  default:
    return FALSE;
  }
}

/* --- the page --- */

/* The keys are the page's as soon as it is shown, but never taken from what somebody is at. */
static void
take_focus (FzPageComment *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root != NULL && (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    gtk_widget_child_focus (self->table, GTK_DIR_TAB_FORWARD);
}

/* Listing is an act in the audit log: the window's clock does it only when something changed. */
static void
refresh (FzPage *page)
{
  FzPageComment *self = FZ_PAGE_COMMENT (page);
  g_autoptr (GPtrArray) plans = is_doctor (self) ? NULL : fz_desk_list_comment_plans (self->session, NULL);
  gboolean same = self->items != NULL && plans != NULL && self->plans != NULL && plans->len == self->plans->len;

  for (guint i = 0; same && i < plans->len; i++)
    same = fz_fields_equal (plans->pdata[i], self->plans->pdata[i]);
  if (!same)
    reload (self, FALSE);
  take_focus (self);
}

static void
fz_page_comment_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_comment_finalize (GObject *object)
{
  FzPageComment *self = FZ_PAGE_COMMENT (object);

  g_clear_weak_pointer (&self->below);
  g_object_unref (self->rows);
  g_clear_pointer (&self->plans, g_ptr_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  g_clear_pointer (&self->item, fz_fields_unref);
  g_free (self->plan);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_comment_parent_class)->finalize (object);
}

static void
fz_page_comment_class_init (FzPageCommentClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_comment_finalize;
}

static void
fz_page_comment_init (FzPageComment *self)
{
}

static GtkWidget *
top_act (FzPageComment *self, FzButtonKind kind, const char *icon, const char *label, GCallback clicked)
{
  GtkWidget *button = fz_button_new (kind, icon, label);

  fz_section_add_end (self->title, button);
  g_signal_connect (button, "clicked", clicked, self);
  gtk_widget_set_visible (button, FALSE);
  return button;
}

static void
build_top (FzPageComment *self)
{
  GtkWidget *line;

  self->title = fz_put (GTK_WIDGET (self), fz_page_title_new (_ ("处方点评"), is_doctor (self) ? _ ("我的处方") : NULL));
  self->approve = top_act (self, FZ_BUTTON_PRIMARY, NULL, _ ("批准"), G_CALLBACK (on_approve));
  self->decline = top_act (self, FZ_BUTTON_PLAIN, NULL, _ ("不批准"), G_CALLBACK (on_decline));
  self->announce = top_act (self, FZ_BUTTON_PLAIN, NULL, _ ("公示…"), G_CALLBACK (on_announce));
  self->draw = top_act (self, FZ_BUTTON_PLAIN, "plus", _ ("抽样…"), G_CALLBACK (on_draw));
  gtk_widget_set_visible (self->draw, fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS);
  self->tasks = fz_put (GTK_WIDGET (self), fz_column (8));
  gtk_widget_set_visible (self->tasks, FALSE);
  line = fz_put (GTK_WIDGET (self), fz_line (12));
  self->plan_choice = fz_put (line, fz_drop_down_new (_ ("还没有样本")));
  fz_access_label (self->plan_choice, _ ("点评样本"));
  gtk_widget_set_visible (self->plan_choice, !is_doctor (self));
  self->progress = fz_put_wide (line, fz_wrapped ("", "fz-soft"));
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  self->segments = fz_put (line, fz_segments_new (_ ("范围")));
  fz_segments_add (FZ_SEGMENTS (self->segments), "mine", _ ("待我办理"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "all", _ ("全部"));
  if (is_doctor (self))
    fz_segments_set_active (FZ_SEGMENTS (self->segments), "all");
}

static void
build_middle (FzPageComment *self, GtkWidget *below)
{
  GtkWidget *column = fz_put_wide (below, fz_column (12));

  self->error = fz_put (column, fz_column (0));
  self->middle = fz_column (12);
  fz_put_wide (column, fz_scrolled (self->middle));
  self->acts_card = fz_put (column, fz_card_new ());
  self->acts = fz_put (self->acts_card, fz_line (10));
  gtk_widget_add_css_class (self->acts, "fz-acts");
  gtk_widget_set_halign (self->acts, GTK_ALIGN_END);
}

static void
build_below (FzPageComment *self)
{
  GtkWidget *below = fz_put_wide (GTK_WIDGET (self), fz_line (14)), *card = fz_put (below, fz_card_new ()), *scroll;

  gtk_widget_set_size_request (card, LIST_WIDTH, -1);
  gtk_widget_set_hexpand (card, FALSE);
  self->table = fz_put_wide (card, table_new (self));
  fz_table_set_first (FZ_TABLE (self->table), TRUE);
  fz_table_set_empty (FZ_TABLE (self->table), fz_empty_state_new ("scales", _ ("没有处方"), _ ("可切换到“全部”。"), NULL));
  build_middle (self, below);
  self->right = fz_column (12);
  scroll = fz_put (below, fz_scrolled (self->right));
  gtk_widget_set_size_request (scroll, RIGHT_WIDTH, -1);
  gtk_widget_set_hexpand (scroll, FALSE);
}

/* A doctor sees everything said of theirs, but first what waits for a word. */
static void
open_segment (FzPageComment *self)
{
  gboolean waits = FALSE;

  for (guint i = 0; self->items != NULL && i < self->items->len; i++)
    waits = waits || fz_fields_has (self->items->pdata[i], "comment.act");
  if (!is_doctor (self) || !waits)
    return;
  fz_segments_set_active (FZ_SEGMENTS (self->segments), "mine");
  fill (self, FALSE);
}

GtkWidget *
fz_page_comment_new (FzSession *session)
{
  FzPageComment *self = g_object_new (FZ_TYPE_PAGE_COMMENT, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->rows = g_list_store_new (FZ_TYPE_FACT_ROW);
  self->codes = fz_desk_codes (session, "comment", NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-page");
  build_top (self);
  build_below (self);
  g_signal_connect (self->table, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (self->plan_choice, "changed", G_CALLBACK (on_plan), self);
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  reload (self, FALSE);
  open_segment (self);
  return GTK_WIDGET (self);
}
