#include "ui/comment_acts.h"

#include "ui/comment_card.h"
#include "ui/comment_codes.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

struct _FzCommentActs {
  GtkBox parent_instance;
  FzSession *session;
  GPtrArray *codes, *defects;
  FzFields *item;
  GtkWidget *acts;
  FzDialog *below; /* weak: the dialog a signature stands on */
};

static guint signed_signal, failed_signal;

G_DEFINE_FINAL_TYPE (FzCommentActs, fz_comment_acts, GTK_TYPE_BOX)

/* --- signing --- */

void
fz_comment_acts_say (FzCommentActs *self, const GError *error)
{
  g_signal_emit (self, failed_signal, 0, error != NULL ? error->message : NULL);
}

static void
on_signed (GPtrArray *ids, gpointer data)
{
  FzCommentActs *self = data;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (self->below != NULL)
    fz_dialog_close (self->below);
  g_signal_emit (self, signed_signal, 0, ids);
}

gboolean
fz_comment_acts_sign (FzCommentActs *self, FzSheet *sheet, const char *title, FzDialog *dialog)
{
  if (sheet == NULL)
    return FALSE;
  g_set_weak_pointer (&self->below, dialog);
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, title, on_signed, g_object_ref (self), g_object_unref);
  return TRUE;
}

/* --- the reader --- */

static const char *
act_of (FzCommentActs *self)
{
  return self->item != NULL ? fz_fields_get (self->item, "comment.act") : NULL;
}

static gboolean
may (FzCommentActs *self, const char *act)
{
  return g_strcmp0 (act_of (self), act) == 0;
}

static const char *
rx_of (FzCommentActs *self)
{
  return fz_fields_get (self->item, "comment.prescription");
}

static const char *
plan_of (FzCommentActs *self)
{
  return fz_fields_get (self->item, "comment.plan");
}

static FzSheet *
prepare (FzCommentActs *self, const char *const *codes, const char *words, GError **error)
{
  if (may (self, "write"))
    return fz_desk_prepare_comment (self->session, plan_of (self), rx_of (self), codes, words, error);
  if (may (self, "confirm"))
    return fz_desk_prepare_comment_confirmation (self->session, plan_of (self), rx_of (self), codes, words, error);
  return fz_desk_prepare_comment_answer (self->session, plan_of (self), rx_of (self), codes, words, error);
}

static gboolean
is_record (FzCommentActs *self)
{
  return fz_comment_is_of_record (self->item);
}

static const char *
title_of (FzCommentActs *self)
{
  if (is_record (self) && may (self, "write"))
    return _ ("签署评分");
  return may (self, "write") ? _ ("签署点评") : may (self, "confirm") ? _ ("签署复核") : _ ("签署答复");
}

static gboolean
on_codes (FzDialog *dialog, const char *const *codes, const char *words, gpointer data, GError **error)
{
  FzCommentActs *self = data;

  return self->item != NULL && act_of (self) != NULL &&
         fz_comment_acts_sign (self, prepare (self, codes, words, error), title_of (self), dialog);
}

/* One key: reasonable; for the second reader as the first one found it. */
static void
agree (FzCommentActs *self)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  if (!may (self, "write") && !may (self, "confirm"))
    return;
  for (guint i = 0; may (self, "confirm") && i < fz_fields_count (self->item, "comment.code"); i++)
    g_ptr_array_add (codes, (gpointer) fz_fields_get_at (self->item, "comment.code", i, "code"));
  g_ptr_array_add (codes, NULL);
  fz_comment_acts_sign (self, prepare (self, (const char *const *) codes->pdata, NULL, &error), title_of (self), NULL);
  fz_comment_acts_say (self, error);
}

static void
pick (FzCommentActs *self)
{
  GPtrArray *codes = is_record (self) ? self->defects : self->codes;
  FzCommentCodesAsk ask = {may (self, "answer")     ? _ ("答复申诉")
                           : is_record (self)       ? _ ("病历评分")
                           : may (self, "write")    ? _ ("选择点评代码")
                                                    : _ ("更改点评代码"),
                           _ ("继续签名"), codes, self->item, may (self, "answer")};

  if ((may (self, "write") || may (self, "confirm") || may (self, "answer")) && codes != NULL)
    fz_comment_codes_ask (GTK_WIDGET (self), &ask, on_codes, self);
}

/* --- the doctor --- */

static void
accept (FzCommentActs *self)
{
  g_autoptr (GError) error = NULL;

  if (!may (self, "reply"))
    return;
  fz_comment_acts_sign (
      self, fz_desk_prepare_comment_reply (self->session, plan_of (self), rx_of (self), "accepted", NULL, &error),
      is_record (self) ? _ ("认可质控结果") : _ ("认可点评结果"), NULL);
  fz_comment_acts_say (self, error);
}

static gboolean
on_appeal (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzCommentActs *self = data;

  return self->item != NULL &&
         fz_comment_acts_sign (
             self,
             fz_desk_prepare_comment_reply (self->session, plan_of (self), rx_of (self), "appealed", words, error),
             is_record (self) ? _ ("对质控结果申诉") : _ ("对点评结果申诉"), dialog);
}

static void
appeal (FzCommentActs *self)
{
  FzReasonAsk ask = {.title = is_record (self) ? _ ("对质控结果申诉") : _ ("对点评结果申诉"),
                     .subtitle = is_record (self) ? _ ("由另一名医务管理人员答复；答复的结果为准") : _ ("由另一名药师或医务管理人员答复；答复的结果为准"),
                     .words_caption = _ ("申诉理由"),
                     .words_hint = is_record (self) ? _ ("写明病历中何处已有记载") : _ ("用药依据，如病历中的记载"),
                     .confirm = _ ("继续签名")};

  if (may (self, "reply"))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_appeal, self, NULL);
}

/* --- a record that is put right --- */

static gboolean
on_rectified (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzCommentActs *self = data;

  return self->item != NULL &&
         fz_comment_acts_sign (self, fz_desk_prepare_record_rectification (self->session, plan_of (self), rx_of (self), words, error), _ ("签署整改"), dialog);
}

static void
rectify (FzCommentActs *self)
{
  FzReasonAsk ask = {.title = _ ("登记整改"),
                     .subtitle = _ ("病历本身不改写；需要补充的先在就诊中补记"),
                     .words_caption = _ ("整改了什么"),
                     .words_hint = _ ("例如：已补记复诊依据的诊断机构和日期"),
                     .confirm = _ ("继续签名")};

  if (may (self, "rectify"))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_rectified, self, NULL);
}

static void
find_good (FzCommentActs *self)
{
  g_autoptr (GError) error = NULL;

  if (!may (self, "evaluate"))
    return;
  fz_comment_acts_sign (self, fz_desk_prepare_record_evaluation (self->session, plan_of (self), rx_of (self), "good", NULL, &error), _ ("签署评价"), NULL);
  fz_comment_acts_say (self, error);
}

static gboolean
on_again (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzCommentActs *self = data;

  return self->item != NULL &&
         fz_comment_acts_sign (self, fz_desk_prepare_record_evaluation (self->session, plan_of (self), rx_of (self), "again", words, error), _ ("签署评价"), dialog);
}

static void
ask_again (FzCommentActs *self)
{
  FzReasonAsk ask = {.title = _ ("整改未达到要求"), .words_caption = _ ("还要改什么"), .confirm = _ ("继续签名")};

  if (may (self, "evaluate"))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_again, self, NULL);
}

static gboolean
on_left (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzCommentActs *self = data;

  return self->item != NULL &&
         fz_comment_acts_sign (self, fz_desk_prepare_record_evaluation (self->session, plan_of (self), rx_of (self), "left", words, error), _ ("签署评价"), dialog);
}

/* Who wrote it works here no more. */
static void
end_left (FzCommentActs *self)
{
  FzReasonAsk ask = {.title = _ ("书写医师已离任"), .subtitle = _ ("写明由谁接办、怎样处理；签名后这份病历办结。"), .words_caption = _ ("说明"), .confirm = _ ("继续签名")};

  if (may (self, "left"))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_left, self, NULL);
}

/* --- its buttons --- */

static GtkWidget *
act_new (FzCommentActs *self, FzButtonKind kind, const char *label, const char *tooltip, GCallback clicked)
{
  GtkWidget *button = fz_put (self->acts, fz_button_new (kind, NULL, label));

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
put_acts (FzCommentActs *self)
{
  const char *why = self->item != NULL ? fz_fields_get (self->item, "comment.why_not") : NULL;

  fz_empty (self->acts);
  gtk_widget_set_visible (GTK_WIDGET (self), act_of (self) != NULL || why != NULL);
  if (why != NULL)
    fz_put_wide (self->acts, fz_wrapped (why, "fz-soft"));
  if (may (self, "write") && is_record (self)) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("评分 C"), _ ("按评分表选择缺陷和说明（C 或 2）"), G_CALLBACK (pick));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("没有缺陷 A"), _ ("评为满分（A 或 1）"), G_CALLBACK (agree));
  } else if (may (self, "rectify")) {
    act_new (self, FZ_BUTTON_PRIMARY, _ ("登记整改 A"), _ ("写明整改了什么（A 或 1）"), G_CALLBACK (rectify));
  } else if (may (self, "evaluate")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("继续整改 C"), _ ("写明还要改什么（C 或 2）"), G_CALLBACK (ask_again));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("达到要求 A"), _ ("整改办结（A 或 1）"), G_CALLBACK (find_good));
  } else if (may (self, "left")) {
    act_new (self, FZ_BUTTON_PRIMARY, _ ("接办并办结 A"), _ ("书写医师已离任，由医务管理写明怎样处理（A 或 1）"), G_CALLBACK (end_left));
  } else if (may (self, "write")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("选代码 C"), _ ("选择不合理的代码和说明（C 或 2）"), G_CALLBACK (pick));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("合理 A"), _ ("点评为合理处方（A 或 1）"), G_CALLBACK (agree));
  } else if (may (self, "confirm")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("更改 C"), _ ("改选代码并写明理由（C 或 2）"), G_CALLBACK (pick));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("同意初评 A"), _ ("按初评的结果复核（A 或 1）"), G_CALLBACK (agree));
  } else if (may (self, "answer"))
    act_new (self, FZ_BUTTON_PRIMARY, _ ("答复申诉 C"), _ ("维持或更改代码，写明理由（C 或 2）"), G_CALLBACK (pick));
  else if (may (self, "reply")) {
    act_new (self, FZ_BUTTON_PLAIN, _ ("申诉 C"), _ ("写明理由（C 或 2）"), G_CALLBACK (appeal));
    act_new (self, FZ_BUTTON_PRIMARY, _ ("认可 A"), _ ("认可结果（A 或 1）"), G_CALLBACK (accept));
  }
}

void
fz_comment_acts_set_item (FzCommentActs *self, FzFields *item)
{
  FzFields *before = self->item;

  self->item = item != NULL ? fz_fields_ref (item) : NULL;
  g_clear_pointer (&before, fz_fields_unref);
  put_acts (self);
}

gboolean
fz_comment_acts_take_key (FzCommentActs *self, guint keyval)
{
  switch (gdk_keyval_to_lower (keyval)) {
  case GDK_KEY_a:
  case GDK_KEY_1:
    (may (self, "reply") ? accept : may (self, "rectify") ? rectify : may (self, "evaluate") ? find_good : may (self, "left") ? end_left : agree) (self);
    return TRUE;
  case GDK_KEY_c:
  case GDK_KEY_2:
    (may (self, "reply") ? appeal : may (self, "evaluate") ? ask_again : pick) (self);
    return TRUE;
  default:
    return FALSE;
  }
}

/* --- the widget --- */

static void
fz_comment_acts_finalize (GObject *object)
{
  FzCommentActs *self = FZ_COMMENT_ACTS (object);

  g_clear_weak_pointer (&self->below);
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  g_clear_pointer (&self->defects, g_ptr_array_unref);
  g_clear_pointer (&self->item, fz_fields_unref);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_comment_acts_parent_class)->finalize (object);
}

static void
fz_comment_acts_class_init (FzCommentActsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_comment_acts_finalize;
  signed_signal = g_signal_new ("signed", FZ_TYPE_COMMENT_ACTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_POINTER);
  failed_signal = g_signal_new ("failed", FZ_TYPE_COMMENT_ACTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
}

static void
fz_comment_acts_init (FzCommentActs *self)
{
}

GtkWidget *
fz_comment_acts_new (FzSession *session, GPtrArray *codes, GPtrArray *defects)
{
  FzCommentActs *self =
      g_object_new (FZ_TYPE_COMMENT_ACTS, "orientation", GTK_ORIENTATION_VERTICAL, "visible", FALSE, NULL);
  GtkWidget *card = fz_put (GTK_WIDGET (self), fz_card_new ());

  self->session = fz_session_ref (session);
  self->codes = codes != NULL ? g_ptr_array_ref (codes) : NULL;
  self->defects = defects != NULL ? g_ptr_array_ref (defects) : NULL;
  self->acts = fz_put (card, fz_line (10));
  gtk_widget_add_css_class (self->acts, "fz-acts");
  gtk_widget_set_halign (self->acts, GTK_ALIGN_END);
  return GTK_WIDGET (self);
}
