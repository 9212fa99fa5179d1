#include "ui/recall.h"

#include "core/date.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/reveal.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define RECALL "recall"
#define NOTICE "recall-notice"
#define GRANT_DAYS 7

typedef struct {
  FzSession *session;
  FzFields *scope;
  char *id;
  FzRecallDone done;
  GtkWidget *owner; /* held */
  FzDialog *asking;   /* weak */
  GtkWidget *pressed; /* held; NULL: nothing runs by it */
} Recall;

static Recall *
recall_new (FzSession *session, const char *id, const FzFields *scope, FzRecallDone done, GtkWidget *owner)
{
  Recall *self = g_new0 (Recall, 1);

  self->session = fz_session_ref (session);
  self->scope = fz_fields_ref ((FzFields *) scope);
  self->id = g_strdup (id);
  self->done = done;
  self->owner = g_object_ref (owner);
  return self;
}

static void
recall_free (gpointer data)
{
  Recall *self = data;

  g_clear_weak_pointer (&self->asking);
  g_clear_object (&self->pressed);
  fz_session_unref (self->session);
  fz_fields_unref (self->scope);
  g_free (self->id);
  g_object_unref (self->owner);
  g_free (self);
}

static void
closure_free (gpointer data, GClosure *closure)
{
  recall_free (data);
}

/* --- whom it concerns --- */

static gpointer
trace (FzSession *session, gpointer id, GError **error)
{
  return fz_desk_trace_recall (session, id, error);
}

static void
on_traced (GObject *source, GAsyncResult *result, gpointer data)
{
  Recall *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) found = fz_call_finish (result, &error);
  g_autofree char *said = found != NULL ? g_strdup_printf (_ ("涉及处方 %s 张（其中 %s 张批号未知），患者 %s 人；新增 %s 条“召回告知”"), fz_fields_get (found, "n_rx"), fz_fields_get (found, "n_unknown"), fz_fields_get (found, "n_people"),
                                                           fz_fields_get (found, "n_new"))
                                        : NULL;

  if (gtk_widget_get_root (self->owner) != NULL) {
    fz_toast_show (self->owner, found != NULL ? FZ_STATUS_OK : FZ_STATUS_STOP, found != NULL ? said : error->message);
    if (found != NULL)
      self->done (self->id, self->owner);
    else
      gtk_widget_set_sensitive (self->pressed, TRUE);
  }
  recall_free (self);
}

static void
on_trace (GtkButton *button, Recall *self)
{
  Recall *act = recall_new (self->session, self->id, self->scope, self->done, self->owner);

  act->pressed = g_object_ref (GTK_WIDGET (button));
  gtk_widget_set_sensitive (act->pressed, FALSE);
  fz_call_async (self->session, trace, g_strdup (self->id), g_free, (GDestroyNotify) fz_fields_unref, on_traced, act);
}

/* --- asking for leave --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Recall *self = data;

  if (self->asking != NULL)
    fz_dialog_close (self->asking);
  if (gtk_widget_get_root (self->owner) == NULL) /* locked while the PIN was judged */
    return;
  fz_toast_show (self->owner, FZ_STATUS_OK, _ ("已提出申请，由另一人在“授权”页批准后可以查出涉及的患者"));
  self->done (self->id, self->owner);
}

static gboolean
on_given (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Recall *from = data;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_autofree char *until = fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_session_now_us (from->session)), GRANT_DAYS));
  FzSheet *sheet;
  Recall *act;

  fz_fields_set (facts, "kind", "export");
  fz_fields_set (facts, "purpose", "E05");
  fz_fields_set (facts, "words", words);
  fz_fields_set (facts, "times", "1");
  fz_fields_set (facts, "until_on", until);
  fz_fields_merge (facts, "scope", from->scope);
  sheet = fz_desk_prepare_grant (from->session, facts, error);
  if (sheet == NULL)
    return FALSE;
  act = recall_new (from->session, from->id, from->scope, from->done, from->owner);
  g_set_weak_pointer (&act->asking, dialog);
  fz_sign_flow_start (GTK_WIDGET (dialog), from->session, sheet, _ ("申请授权"), on_signed, act, recall_free);
  return TRUE;
}

static void
on_ask (GtkButton *button, Recall *self)
{
  const FzReasonAsk ask = { .title = _ ("申请查出涉及的患者"),
                            .subtitle = _ ("按这条召回写明的一个药品查出有有效处方的患者，逐一成为“召回告知”的一条；须由另一人批准，用一次，7天内有效。"),
                            .words_caption = _ ("说明"),
                            .words_hint = _ ("如：按召回通知，须逐一告知停用和退回"),
                            .confirm = _ ("去签名") };

  fz_dialog_reason (GTK_WIDGET (button), &ask, on_given, recall_new (self->session, self->id, self->scope, self->done, self->owner), recall_free);
}

static GtkWidget *
put_button (GtkWidget *detail, gboolean granted, const char *label, Recall *take_self)
{
  GtkWidget *button = fz_put (detail, fz_button_new (granted ? FZ_BUTTON_PRIMARY : FZ_BUTTON_PLAIN, "users", label));

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_data (button, "clicked", granted ? G_CALLBACK (on_trace) : G_CALLBACK (on_ask), take_self, closure_free, 0);
  return button;
}

static gboolean
put_recall (GtkWidget *detail, FzSession *session, const FzFields *entry, FzRecallDone done, GtkWidget *owner)
{
  g_autoptr (FzFields) scope = fz_fields_new ("fuzhen.scope/v1"), grant = NULL;
  const char *id = fz_fields_get (entry, "entry.id"), *state;
  g_autofree char *waits = NULL;

  if (!fz_fields_has (entry, "field.drug")) {
    fz_put (detail, fz_wrapped (_ ("填写药品目录编码后，可查出涉及的患者。"), "fz-soft"));
    return FALSE;
  }
  fz_fields_set (scope, "report", RECALL);
  fz_fields_set (scope, "subject", id);
  fz_fields_set (scope, "drug", fz_fields_get (entry, "field.drug"));
  grant = fz_desk_find_grant (session, "export", scope, NULL);
  state = grant != NULL ? fz_fields_get (grant, "grant.state") : NULL;
  if (g_strcmp0 (state, "granted") == 0)
    put_button (detail, TRUE, _ ("查出涉及的患者"), recall_new (session, id, scope, done, owner));
  else if (state == NULL)
    put_button (detail, FALSE, _ ("申请查出涉及的患者…"), recall_new (session, id, scope, done, owner));
  else {
    waits = g_strdup_printf (_ ("%s 已申请查出涉及的患者，待另一人在“授权”页批准。"), fz_fields_get (grant, "grant.id"));
    fz_put (detail, fz_wrapped (waits, "fz-soft"));
  }
  return g_strcmp0 (state, "granted") == 0;
}

/* --- who has to be told --- */

static void
put_contact (GtkWidget *detail, FzSession *session, const char *visit)
{
  GtkWidget *facts = fz_put (detail, fz_facts_new (2)), *button = fz_put (detail, fz_reveal_button_new (session, visit));

  fz_reveal_add (button, "patient.name", _ ("姓名"), fz_facts_add (facts, _ ("患者姓名"), "***", 1));
  fz_reveal_add (button, "patient.mobile", _ ("手机"), fz_facts_add (facts, _ ("手机"), "***", 1));
}

gboolean
fz_recall_put (GtkWidget *detail, FzSession *session, const FzFields *entry, FzRecallDone done, GtkWidget *owner)
{
  const char *reg = fz_fields_get (entry, "entry.register");

  if (fz_session_get_role (session) != FZ_ROLE_AFFAIRS || fz_fields_is_yes (entry, "entry.ended"))
    return FALSE;
  if (g_strcmp0 (reg, NOTICE) == 0)
    put_contact (detail, session, fz_fields_get (entry, "field.visit"));
  return g_strcmp0 (reg, RECALL) == 0 && put_recall (detail, session, entry, done, owner);
}
