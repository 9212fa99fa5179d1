#include "ui/dialog_key.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define LEAST_PIN 6
#define LOOK_MS 100

typedef struct {
  const char *title, *law, *reason, *hint, *confirm; /* reason NULL: none is asked */
  gboolean danger, pin;
} Words;

/* By FzKeyAct. */
static const Words words_of[] = {
  { N_ ("吊销签名密钥"), N_ ("吊销立即生效：这把密钥从此不能再签名。此前已经进入日志的签名仍然有效。吊销后应及时告知有关各方（电子签名法第十五条）。"),
    N_ ("吊销理由"), N_ ("例如：密钥文件遗失、口令可能外泄"), N_ ("吊销"), TRUE, TRUE },
  { N_ ("登记吊销告知"), N_ ("密钥吊销后，应及时告知依赖其签名的各方。登记后此项任务结束。"), N_ ("告知了谁、如何告知"),
    N_ ("例如：已电话告知监管平台与合作药房"), N_ ("登记"), FALSE, FALSE },
  { N_ ("续期签名证书"), N_ ("由机构密钥为同一把签名密钥签发新的证书，从现在起计算有效期。"), NULL, NULL, N_ ("续期"), FALSE, TRUE },
  { N_ ("更换库密钥"), N_ ("整个本地库用新密钥重新加密，每人仍用原口令登录，恢复份额不变。进行中可以取消；中途断电，下次打开时自动完成或撤回。"),
    N_ ("更换理由"), N_ ("例如：有人因故离职"), N_ ("更换"), TRUE, TRUE },
  { N_ ("更换日志密钥"), N_ ("审计日志改由新密钥签署检查点，旧密钥为新密钥签名作证。建议每年一次。"), N_ ("更换理由"), N_ ("例如：每年例行更换"), N_ ("更换"), FALSE, TRUE },
  { N_ ("更换机构密钥"), N_ ("名册与证书改由新密钥签署，旧密钥为新密钥签名作证，并在一年内继续为名册会签。请把新的机构公钥发给需要核验的单位。"),
    N_ ("更换理由"), N_ ("例如：每年例行更换"), N_ ("更换"), FALSE, TRUE },
};

typedef struct {
  gatomicrefcount refs;
  FzSession *session;
  FzKeyAct act;
  char *number;
  FzDialog *dialog; /* NULL once closed */
  GtkWidget *reason, *pin, *row, *bar;
  GCancellable *stop;
  gint part; /* atomic, of 1000 */
  guint look;
  gboolean running;
  void (*changed) (GObject *owner);
  GObject *owner;
} Key;

/* What the other thread works with. */
typedef struct {
  Key *key;
  char *reason;
  FzSecret *pin;
} Try;

static void
key_unref (gpointer data)
{
  Key *key = data;

  if (!g_atomic_ref_count_dec (&key->refs))
    return;
  fz_session_unref (key->session);
  g_object_unref (key->stop);
  g_object_unref (key->owner);
  g_free (key->number);
  g_free (key);
}

static void
try_free (gpointer data)
{
  Try *attempt = data;

  fz_secret_free (attempt->pin);
  g_free (attempt->reason);
  g_free (attempt);
}

static void
note_part (double part, gpointer data)
{
  Key *key = data;

  g_atomic_int_set (&key->part, (gint) (part * 1000));
}

static gboolean
act (FzSession *session, const Try *attempt, GError **error)
{
  Key *key = attempt->key;

  switch (key->act) {
  case FZ_KEY_REVOKE:
    return fz_desk_revoke_key (session, key->number, 0, attempt->reason, attempt->pin, error);
  case FZ_KEY_TELL:
    return fz_desk_tell_revocation (session, key->number, attempt->reason, error);
  case FZ_KEY_RENEW:
    return fz_desk_renew_certificate (session, key->number, attempt->pin, error);
  case FZ_KEY_ROTATE_STORE:
    return fz_desk_rotate_store_key (session, attempt->reason, attempt->pin, key->stop, note_part, key, NULL, error);
  case FZ_KEY_ROTATE_LOG:
    return fz_desk_rotate_desk_key (session, "log", attempt->reason, attempt->pin, NULL, error);
  case FZ_KEY_ROTATE_INSTITUTION:
    return fz_desk_rotate_desk_key (session, "institution", attempt->reason, attempt->pin, NULL, error);
  }
  return FALSE;
}

static gpointer
run (FzSession *session, gpointer data, GError **error)
{
  return GINT_TO_POINTER (act (session, data, error));
}

static void
end_look (Key *key)
{
  g_clear_handle_id (&key->look, g_source_remove);
  if (key->dialog != NULL && key->bar != NULL)
    gtk_widget_set_visible (key->bar, FALSE);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Key *key = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));

  key->running = FALSE;
  end_look (key);
  if (good) {
    fz_toast_show (GTK_WIDGET (key->owner), FZ_STATUS_OK, _ ("已完成并记入审计"));
    if (key->dialog != NULL)
      fz_dialog_close (key->dialog);
    key->changed (key->owner);
  } else if (key->dialog != NULL) {
    fz_dialog_set_error (key->dialog, error->message);
    fz_dialog_set_sensitive (key->dialog, "do", TRUE);
    gtk_widget_grab_focus (key->pin != NULL ? key->pin : key->reason);
  }
  key_unref (key);
}

static gboolean
on_look (gpointer data)
{
  Key *key = data;

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (key->bar), g_atomic_int_get (&key->part) / 1000.0);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_filled (Key *key)
{
  g_autofree char *reason = key->reason != NULL ? fz_text_area_get_text (FZ_TEXT_AREA (key->reason)) : NULL;

  return (reason == NULL || *g_strstrip (reason) != '\0') && (key->pin == NULL || fz_secret_entry_get_length (FZ_SECRET_ENTRY (key->pin)) >= LEAST_PIN);
}

static void
submit (Key *key)
{
  Try *attempt;

  if (key->running || !is_filled (key))
    return;
  key->running = TRUE;
  fz_dialog_set_error (key->dialog, NULL);
  fz_dialog_set_sensitive (key->dialog, "do", FALSE);
  attempt = g_new0 (Try, 1);
  attempt->key = key;
  attempt->reason = key->reason != NULL ? fz_text_area_get_text (FZ_TEXT_AREA (key->reason)) : NULL;
  attempt->pin = key->pin != NULL ? fz_secret_entry_take (FZ_SECRET_ENTRY (key->pin)) : NULL;
  if (key->bar != NULL) {
    gtk_widget_set_visible (key->bar, TRUE);
    key->look = g_timeout_add (LOOK_MS, on_look, key);
  }
  g_atomic_ref_count_inc (&key->refs);
  fz_call_async (key->session, run, attempt, try_free, NULL, on_done, key);
}

static void
on_changed (GtkWidget *widget, Key *key)
{
  if (key->dialog != NULL)
    fz_dialog_set_sensitive (key->dialog, "do", !key->running && is_filled (key));
}

static void
on_response (FzDialog *dialog, const char *response, Key *key)
{
  if (g_str_equal (response, "do"))
    submit (key);
}

/* Who closes it while pages are being sealed takes it back: until the last step that is safe, and after it too late. */
static void
on_gone (FzDialog *dialog, Key *key)
{
  key->dialog = NULL; /* its widgets go with it */
  end_look (key);
  g_cancellable_cancel (key->stop);
  key_unref (key);
}

static void
fill (Key *key, const Words *words)
{
  GtkWidget *body = fz_column (12);

  fz_put (body, fz_wrapped (_ (words->law), words->danger ? "fz-sign-law" : "fz-soft"));
  if (words->reason != NULL) {
    key->reason = fz_text_area_new (_ (words->hint), 2, 500);
    fz_put (body, fz_form_row_new (_ (words->reason), key->reason, TRUE));
    g_signal_connect (key->reason, "changed", G_CALLBACK (on_changed), key);
  }
  if (words->pin) {
    key->pin = fz_secret_entry_new (FZ_SECRET_PIN, _ ("签名 PIN 码"), _ ("6 至 12 位数字"));
    key->row = fz_put (body, fz_form_row_new (_ ("签名 PIN 码"), key->pin, TRUE));
    g_signal_connect (key->pin, "changed", G_CALLBACK (on_changed), key);
    g_signal_connect_swapped (key->pin, "activate", G_CALLBACK (submit), key);
  }
  if (key->act == FZ_KEY_ROTATE_STORE) {
    key->bar = fz_put (body, gtk_progress_bar_new ());
    gtk_widget_set_visible (key->bar, FALSE);
  }
  fz_dialog_add_button (key->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (key->dialog, "do", _ (words->confirm), words->danger ? FZ_BUTTON_DANGER : FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (key->dialog, "do", FALSE);
  fz_dialog_set_body (key->dialog, body, FALSE);
}

void
fz_dialog_key (GtkWidget *over, FzSession *session, FzKeyAct act_wanted, const FzFields *person, void (*changed) (GObject *owner), GObject *owner)
{
  const Words *words = &words_of[act_wanted];
  Key *key = g_new0 (Key, 1);
  g_autofree char *who = person != NULL ? g_strdup_printf ("%s · %s", fz_fields_get (person, "name"), fz_fields_get (person, "number")) : NULL;

  g_atomic_ref_count_init (&key->refs);
  key->session = fz_session_ref (session);
  key->act = act_wanted;
  key->number = person != NULL ? g_strdup (fz_fields_get (person, "number")) : NULL;
  key->stop = g_cancellable_new ();
  key->changed = changed;
  key->owner = g_object_ref (owner);
  key->dialog = fz_dialog_new (_ (words->title), who);
  fz_dialog_set_width (key->dialog, 520);
  g_signal_connect (key->dialog, "response", G_CALLBACK (on_response), key);
  g_signal_connect (key->dialog, "destroy", G_CALLBACK (on_gone), key);
  fill (key, words);
  fz_dialog_present (key->dialog, over);
}
