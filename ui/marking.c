#include "ui/marking.h"

#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

/* One question on its way. */
typedef struct {
  FzSession *session;
  char *visit;
  gboolean marked;
  GtkWidget *field;  /* where the number is typed; NULL: `visit` */
  GObject *owner;    /* weak */
  FzMarkingDone then;
  FzDialog *asking;  /* while a sheet is being signed; weak */
} Question;

static Question *
question_new (FzSession *session, const char *visit, FzMarkingDone then, gpointer owner)
{
  Question *self = g_new0 (Question, 1);

  self->session = fz_session_ref (session);
  self->visit = g_strdup (visit);
  self->then = then;
  g_set_weak_pointer (&self->owner, owner);
  return self;
}

static void
question_free (gpointer data)
{
  Question *self = data;

  g_clear_weak_pointer (&self->asking);
  g_clear_weak_pointer (&self->owner);
  g_clear_object (&self->field);
  fz_session_unref (self->session);
  g_free (self->visit);
  g_free (self);
}

static void
tell (const Question *self)
{
  if (self->owner != NULL)
    self->then (self->owner);
}

/* --- what for --- */

static gboolean
on_purpose (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Question *self = data;
  g_autoptr (GObject) owner = NULL;
  FzMarkingDone then = self->then;

  if (!fz_desk_state_purpose (self->session, self->visit, code, words, error))
    return FALSE;
  g_set_object (&owner, self->owner);
  fz_dialog_close (dialog); /* first, and with it `self`: the focus goes to what opens and not back to the gate */
  if (owner != NULL)
    then (owner);
  return TRUE;
}

static void
on_open (GtkWidget *button, Question *self)
{
  g_autoptr (GPtrArray) codes = fz_desk_codes (self->session, "opening_purpose", NULL);
  const FzReasonAsk ask = { .title = _ ("打开特别敏感的就诊"),
                            .subtitle = _ ("用途和说明记入审计；打开别的就诊、锁屏或半小时后须重新写明。"),
                            .codes = codes,
                            .codes_caption = _ ("用途"),
                            .words_caption = _ ("说明（不要写患者姓名和证件号码）"),
                            .words_hint = _ ("如：轮到本人审核这张处方"),
                            .confirm = _ ("打开") };

  fz_dialog_reason (button, &ask, on_purpose, question_new (self->session, self->visit, self->then, self->owner), question_free);
}

GtkWidget *
fz_marking_gate_new (FzSession *session, const char *visit, const GError *error, FzMarkingDone opened, gpointer owner)
{
  GtkWidget *button;
  Question *question;

  if (visit == NULL || !g_error_matches (error, FZ_ERROR, FZ_ERROR_PURPOSE))
    return fz_error_state_new_from (error, NULL);
  button = fz_button_new (FZ_BUTTON_PRIMARY, "eye", _ ("写明用途并打开…"));
  question = question_new (session, visit, opened, owner);
  g_object_set_data_full (G_OBJECT (button), "fz-question", question, question_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_open), question);
  return fz_empty_state_new ("lock", _ ("特别敏感的就诊"), error->message, button);
}

/* --- the mark --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Question *self = data;

  if (self->asking != NULL)
    fz_dialog_close (self->asking);
  tell (self);
}

static gboolean
on_reason (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Question *from = data;
  g_autofree char *visit = from->field != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (from->field)))) : g_strdup (from->visit);
  FzSheet *sheet;
  Question *next;

  if (*visit == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请填写就诊号。"));
    return FALSE;
  }
  sheet = fz_desk_prepare_marking (from->session, visit, from->marked, code, words, error);
  if (sheet == NULL)
    return FALSE;
  next = question_new (from->session, visit, from->then, from->owner);
  g_set_weak_pointer (&next->asking, dialog);
  fz_sign_flow_start (GTK_WIDGET (dialog), from->session, sheet, from->marked ? _ ("标为特别敏感") : _ ("解除特别敏感标记"), on_signed, next, question_free);
  return TRUE;
}

void
fz_marking_ask (GtkWidget *over, FzSession *session, const char *visit, gboolean marked, FzMarkingDone done, gpointer owner)
{
  g_autoptr (GPtrArray) codes = marked ? fz_desk_codes (session, "sensitive_reason", NULL) : NULL;
  GtkWidget *field = visit == NULL ? gtk_entry_new () : NULL;
  Question *question = question_new (session, visit, done, owner);
  const FzReasonAsk ask = { .title = marked ? _ ("标为特别敏感") : _ ("解除特别敏感标记"),
                            .subtitle = marked ? _ ("此后只有接诊医师在列表里看到姓名；他人打开须先写明用途，导出须双人授权写明。")
                                               : _ ("解除后按一般就诊对待；已有的审计记录不变。"),
                            .codes = codes,
                            .codes_caption = _ ("类别"),
                            .words_caption = _ ("理由（不要写患者姓名和证件号码）"),
                            .words_hint = marked ? _ ("如：患者要求保密") : _ ("如：经核实标记有误"),
                            .extra = field != NULL ? fz_form_row_new (_ ("就诊号"), field, TRUE) : NULL,
                            .confirm = _ ("去签名") };

  question->marked = marked;
  question->field = field != NULL ? g_object_ref (field) : NULL;
  fz_dialog_reason (over, &ask, on_reason, question, question_free);
}
