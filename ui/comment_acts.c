#include "ui/comment_acts.h"

#include "ui/comment_codes.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

struct _FzCommentActs {
  GtkBox parent_instance;
  FzSession *session;
  GPtrArray *codes;
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

static const char *
title_of (FzCommentActs *self)
{
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
  FzCommentCodesAsk ask = {may (self, "write")     ? _ ("选择点评代码")
                           : may (self, "confirm") ? _ ("更改点评代码")
                                                   : _ ("答复申诉"),
                           _ ("继续签名"), self->codes, self->item, may (self, "answer")};

  if (act_of (self) != NULL && !may (self, "reply") && self->codes != NULL)
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
      _ ("认可点评结果"), NULL);
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
             _ ("对点评结果申诉"), dialog);
}

static void
appeal (FzCommentActs *self)
{
  FzReasonAsk ask = {.title = _ ("对点评结果申诉"),
                     .subtitle = _ ("由另一名药师或医务管理人员答复；答复的结果为准"),
                     .words_caption = _ ("申诉理由"),
                     .words_hint = _ ("用药依据，如病历中的记载"),
                     .confirm = _ ("继续签名")};

  if (may (self, "reply"))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_appeal, self, NULL);
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
    (may (self, "reply") ? accept : agree) (self);
    return TRUE;
  case GDK_KEY_c:
  case GDK_KEY_2:
    (may (self, "reply") ? appeal : pick) (self);
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
fz_comment_acts_new (FzSession *session, GPtrArray *codes)
{
  FzCommentActs *self =
      g_object_new (FZ_TYPE_COMMENT_ACTS, "orientation", GTK_ORIENTATION_VERTICAL, "visible", FALSE, NULL);
  GtkWidget *card = fz_put (GTK_WIDGET (self), fz_card_new ());

  self->session = fz_session_ref (session);
  self->codes = codes != NULL ? g_ptr_array_ref (codes) : NULL;
  self->acts = fz_put (card, fz_line (10));
  gtk_widget_add_css_class (self->acts, "fz-acts");
  gtk_widget_set_halign (self->acts, GTK_ALIGN_END);
  return GTK_WIDGET (self);
}
