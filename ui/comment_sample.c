#include "ui/comment_sample.h"

#include "ui/dialog_comment_plan.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

struct _FzCommentSample {
  GtkBox parent_instance;
  FzSession *session;
  FzCommentActs *acts;
  GtkWidget *title, *tasks, *plan_choice, *progress, *draw, *approve, *decline, *announce, *notify;
  GPtrArray *plans; /* FzFields, newest first; NULL for a doctor */
  char *plan;       /* the one looked at */
};

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (FzCommentSample, fz_comment_sample, GTK_TYPE_BOX)

static gboolean
is_doctor (FzCommentSample *self)
{
  return fz_session_get_role (self->session) == FZ_ROLE_DOCTOR;
}

static const FzFields *
chosen_plan (FzCommentSample *self)
{
  for (guint i = 0; self->plans != NULL && i < self->plans->len; i++)
    if (g_strcmp0 (fz_fields_get (self->plans->pdata[i], "plan.id"), self->plan) == 0)
      return self->plans->pdata[i];
  return NULL;
}

static gboolean
is_of_records (const FzFields *plan)
{
  return plan != NULL && fz_fields_has (plan, "plan.place");
}

/* --- what is done with it --- */

static void
on_drawn (GPtrArray *ids, gpointer data)
{
  FzCommentSample *self = data;

  g_free (self->plan);
  self->plan = ids != NULL && ids->len > 0 ? g_strdup (ids->pdata[0]) : NULL;
  g_signal_emit_by_name (self->acts, "signed", ids);
}

static void
on_draw (GtkButton *button, FzCommentSample *self)
{
  fz_dialog_comment_plan (GTK_WIDGET (self), self->session, on_drawn, G_OBJECT (self));
}

static void
on_approve (GtkButton *button, FzCommentSample *self)
{
  g_autoptr (GError) error = NULL;

  fz_comment_acts_sign (self->acts,
                        fz_desk_prepare_comment_approval (self->session, self->plan, "approved", NULL, &error),
                        _ ("批准专项点评"), NULL);
  fz_comment_acts_say (self->acts, error);
}

static gboolean
on_decline_words (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzCommentSample *self = data;

  return fz_comment_acts_sign (self->acts,
                               fz_desk_prepare_comment_approval (self->session, self->plan, "declined", words, error),
                               _ ("不批准专项点评"), dialog);
}

static void
on_decline (GtkButton *button, FzCommentSample *self)
{
  FzReasonAsk ask = {
      .title = _ ("不批准专项点评"), .words_caption = _ ("理由"), .confirm = _ ("继续签名"), .danger = TRUE};

  fz_dialog_reason (GTK_WIDGET (self), &ask, on_decline_words, self, NULL);
}

static gboolean
on_announce_words (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzCommentSample *self = data;

  return fz_comment_acts_sign (self->acts,
                               fz_desk_prepare_comment_announcement (self->session, self->plan, words, error),
                               is_of_records (chosen_plan (self)) ? _ ("病历质控通报") : _ ("公示点评结果"), dialog);
}

static void
on_announce (GtkButton *button, FzCommentSample *self)
{
  gboolean records = is_of_records (chosen_plan (self));
  FzReasonAsk ask = {.title = records ? _ ("病历质控通报") : _ ("公示点评结果"),
                     .subtitle = records ? _ ("通报只有份数，不含患者和医师；份数少的科室合并") : _ ("公示只有张数，不含患者、药品和医师；人数少的科室合并"),
                     .words_caption = _ ("问题与改进措施"),
                     .words_hint = records ? _ ("例如：复诊依据记录不全较多，下月科室培训") : _ ("例如：用量超说明书较多，药学部门下月专题培训"),
                     .confirm = _ ("继续签名")};

  fz_dialog_reason (GTK_WIDGET (self), &ask, on_announce_words, self, NULL);
}

/* --- what is shown --- */

static gint64
plan_int (const FzFields *plan, const char *key)
{
  gint64 n = 0;

  fz_fields_get_int (plan, key, &n);
  return n;
}

static void
show_progress (FzCommentSample *self)
{
  const FzFields *plan = chosen_plan (self);
  gint64 all = plan != NULL ? plan_int (plan, "plan.n") : 0;
  gboolean may_end = plan != NULL && fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS && g_strcmp0 (fz_fields_get (plan, "plan.state"), "open") == 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->approve, plan != NULL && fz_fields_is_yes (plan, "plan.may_approve"));
  gtk_widget_set_visible (self->decline, plan != NULL && fz_fields_is_yes (plan, "plan.may_approve"));
  gtk_widget_set_visible (self->announce, may_end && !is_of_records (plan));
  gtk_widget_set_visible (self->notify, may_end && is_of_records (plan));
  if (is_of_records (plan))
    text = g_strdup_printf (_ ("%s　已评分 %d / %d　待评价整改 %d　待答复申诉 %d"), fz_fields_get (plan, "plan.state_label"),
                            (int) (all - plan_int (plan, "plan.count.due")), (int) all, (int) plan_int (plan, "plan.count.rectified"),
                            (int) plan_int (plan, "plan.count.appealed"));
  else if (plan != NULL)
    text =
        g_strdup_printf (_ ("%s　已点评 %d / %d　待复核 %d　待答复申诉 %d"), fz_fields_get (plan, "plan.state_label"),
                         (int) (all - plan_int (plan, "plan.count.due")), (int) all,
                         (int) plan_int (plan, "plan.count.commented"), (int) plan_int (plan, "plan.count.appealed"));
  fz_set_text (self->progress, text != NULL ? text : "");
}

static void
put_plans (FzCommentSample *self)
{
  fz_drop_down_clear (FZ_DROP_DOWN (self->plan_choice));
  for (guint i = 0; self->plans != NULL && i < self->plans->len; i++) {
    const FzFields *plan = self->plans->pdata[i];
    const char *label = fz_fields_get (plan, "plan.target.label"), *place = fz_fields_get (plan, "plan.place");
    g_autofree char *from = fz_say_value (fz_fields_get (plan, "plan.from")), *to = fz_say_value (fz_fields_get (plan, "plan.to"));
    g_autofree char *full =
        g_strdup_printf ("%s　%s — %s　%s", fz_fields_get (plan, "plan.id"), from, to,
                         label != NULL ? label : place == NULL ? _ ("随机抽样") : g_str_equal (place, "online") ? _ ("线上病历") : _ ("线下病历"));

    fz_drop_down_add (FZ_DROP_DOWN (self->plan_choice), fz_fields_get (plan, "plan.id"),
                      fz_fields_get (plan, "plan.id"), full);
  }
  if (chosen_plan (self) == NULL) {
    g_free (self->plan);
    self->plan = self->plans != NULL && self->plans->len > 0
                     ? g_strdup (fz_fields_get (self->plans->pdata[0], "plan.id"))
                     : NULL;
  }
  fz_drop_down_set_code (FZ_DROP_DOWN (self->plan_choice), self->plan);
}

/* What the results ask of medical affairs; who decides does it in the register. */
static void
show_tasks (FzCommentSample *self)
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
    title =
        g_strdup_printf (_ ("%s（%s）"), fz_fields_get (rows->pdata[i], "name"), fz_fields_get (rows->pdata[i], "subject"));
    fz_put (self->tasks, fz_finding_card_new (FZ_STATUS_WARN, title, fz_fields_get (rows->pdata[i], "label"),
                                              _ ("在台账“处方权处理”中登记决定")));
  }
}

gboolean
fz_comment_sample_reload (FzCommentSample *self, GError **error)
{
  if (is_doctor (self))
    return TRUE;
  g_clear_pointer (&self->plans, g_ptr_array_unref);
  self->plans = fz_desk_list_comment_plans (self->session, error);
  put_plans (self);
  show_progress (self);
  show_tasks (self);
  return self->plans != NULL;
}

gboolean
fz_comment_sample_shows (FzCommentSample *self, GPtrArray *plans)
{
  gboolean same = plans != NULL && self->plans != NULL && plans->len == self->plans->len;

  for (guint i = 0; same && i < plans->len; i++)
    same = fz_fields_equal (plans->pdata[i], self->plans->pdata[i]);
  return same;
}

const char *
fz_comment_sample_get_plan (FzCommentSample *self)
{
  return self->plan;
}

static void
on_plan (FzDropDown *choice, FzCommentSample *self)
{
  g_free (self->plan);
  self->plan = g_strdup (fz_drop_down_get_code (choice));
  g_signal_emit (self, chosen_signal, 0);
}

/* --- the widget --- */

static void
fz_comment_sample_finalize (GObject *object)
{
  FzCommentSample *self = FZ_COMMENT_SAMPLE (object);

  g_clear_pointer (&self->plans, g_ptr_array_unref);
  g_free (self->plan);
  g_object_unref (self->acts);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_comment_sample_parent_class)->finalize (object);
}

static void
fz_comment_sample_class_init (FzCommentSampleClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_comment_sample_finalize;
  chosen_signal =
      g_signal_new ("chosen", FZ_TYPE_COMMENT_SAMPLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_comment_sample_init (FzCommentSample *self)
{
}

static GtkWidget *
top_act (FzCommentSample *self, FzButtonKind kind, const char *icon, const char *label, GCallback clicked)
{
  GtkWidget *button = fz_button_new (kind, icon, label);

  fz_section_add_end (self->title, button);
  g_signal_connect (button, "clicked", clicked, self);
  gtk_widget_set_visible (button, FALSE);
  return button;
}

static void
build (FzCommentSample *self, GtkWidget *end)
{
  GtkWidget *line;

  self->title =
      fz_put (GTK_WIDGET (self), fz_page_title_new (_ ("点评与质控"), is_doctor (self) ? _ ("我的处方和病历") : NULL));
  self->approve = top_act (self, FZ_BUTTON_PRIMARY, NULL, _ ("批准"), G_CALLBACK (on_approve));
  self->decline = top_act (self, FZ_BUTTON_PLAIN, NULL, _ ("不批准"), G_CALLBACK (on_decline));
  self->announce = top_act (self, FZ_BUTTON_PLAIN, NULL, _ ("公示…"), G_CALLBACK (on_announce));
  self->notify = top_act (self, FZ_BUTTON_PLAIN, NULL, _ ("通报…"), G_CALLBACK (on_announce));
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
  fz_put (line, end);
}

GtkWidget *
fz_comment_sample_new (FzSession *session, FzCommentActs *acts, GtkWidget *end)
{
  FzCommentSample *self =
      g_object_new (FZ_TYPE_COMMENT_SAMPLE, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12, NULL);

  self->session = fz_session_ref (session);
  self->acts = g_object_ref (acts);
  build (self, end);
  g_signal_connect (self->plan_choice, "changed", G_CALLBACK (on_plan), self);
  return GTK_WIDGET (self);
}
