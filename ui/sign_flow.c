#include "ui/sign_flow.h"

#include "core/render.h"
#include "ui/kit/toast.h"
#include "ui/sign_dialog.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  gatomicrefcount refs;
  FzSession *session;
  FzSheet *sheet;
  FzSignDialog *dialog; /* NULL once it is gone */
  GtkWidget *window;    /* weak: where a toast can be shown after the page went */
  FzSigned done;
  gpointer user_data;
  GDestroyNotify free_data;
  gboolean running;
} Flow;

typedef struct {
  Flow *flow;
  FzSecret *pin;
} Try;

static void
flow_unref (gpointer data)
{
  Flow *flow = data;

  if (!g_atomic_ref_count_dec (&flow->refs))
    return;
  if (flow->free_data != NULL)
    flow->free_data (flow->user_data);
  g_clear_weak_pointer (&flow->window);
  fz_sheet_free (flow->sheet);
  fz_session_unref (flow->session);
  g_free (flow);
}

static void
try_free (gpointer data)
{
  Try *attempt = data;

  fz_secret_free (attempt->pin);
  g_free (attempt);
}

static gpointer
sign (FzSession *session, gpointer data, GError **error)
{
  Try *attempt = data;
  GPtrArray *ids = NULL;

  return fz_desk_sign_sheet (session, attempt->flow->sheet, attempt->pin, &ids, error) ? ids : NULL;
}

static void
ids_free (gpointer ids)
{
  g_ptr_array_unref (ids);
}

static void
refuse (Flow *flow, const GError *error)
{
  if (flow->dialog != NULL)
    fz_sign_dialog_refuse (flow->dialog, error);
  else if (flow->window != NULL)
    fz_toast_show (flow->window, FZ_STATUS_STOP, error->message);
}

static void
on_signed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flow *flow = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = fz_call_finish (result, &error);
  FzSignDialog *dialog = flow->dialog;

  flow->running = FALSE;
  if (error != NULL)
    refuse (flow, error);
  else {
    flow->dialog = NULL;
    if (dialog != NULL)
      fz_sign_dialog_done (dialog);
    flow->done (ids, flow->user_data);
    if (dialog != NULL)
      flow_unref (flow);
  }
  flow_unref (flow);
}

static void
hand_over (Flow *flow, FzSecret *pin)
{
  Try *attempt;

  if (flow->running) { /* one PIN at a time: each is a counted try */
    fz_secret_free (pin);
    return;
  }
  flow->running = TRUE;
  fz_sheet_take_token_pin (flow->sheet, fz_sign_dialog_take_token_pin (flow->dialog));
  fz_dialog_set_sensitive (FZ_DIALOG (flow->dialog), "sign", FALSE);
  attempt = g_new0 (Try, 1);
  attempt->flow = flow;
  attempt->pin = pin;
  g_atomic_ref_count_inc (&flow->refs);
  fz_call_async (flow->session, sign, attempt, try_free, ids_free, on_signed, flow);
}

static void
on_stated (FzSignDialog *dialog, guint i, gboolean stated, Flow *flow)
{
  fz_sheet_state (flow->sheet, i, stated);
}

static void
on_outcome (FzSignDialog *dialog, FzSignOutcome outcome, FzSecret *pin, gpointer user_data)
{
  Flow *flow = user_data;

  if (outcome == FZ_SIGN_PIN) {
    hand_over (flow, pin);
    return;
  }
  flow->dialog = NULL;
  if (outcome == FZ_SIGN_TIMED_OUT && !flow->running && flow->window != NULL) /* what is being signed says itself what came of it */
    fz_toast_show (flow->window, FZ_STATUS_WARN, _ ("已超过60秒，没有签名。请重新核对内容后再签。"));
  flow_unref (flow);
}

char *
fz_sign_flow_signer (FzSession *session)
{
  const FzFields *person = fz_session_get_person (session);
  const char *title = fz_fields_get (person, "title_label");

  return g_strdup_printf ("%s · %s", fz_fields_get (person, "name"),
                          title != NULL ? title : fz_role_label (fz_session_get_role (session)));
}

/* What a person reads comes first; what only machines check (the template's last part, every value in it signed as well) stands complete at the
 * end of the sheet. */
static void
add_documents (FzSignDialog *dialog, const FzSheet *sheet)
{
  g_autoptr (GString) machine = g_string_new (NULL);
  guint n = fz_sheet_get_n (sheet);

  for (guint i = 0; i < n; i++) {
    const char *text = fz_sheet_get_text (sheet, i), *title = fz_sheet_get_title (sheet, i);
    gsize people;
    const char *tail = fz_rendered_find_machine (text, &people);
    g_autofree char *name = n > 1 ? g_strdup_printf ("%u  %s", i + 1, title) : g_strdup (title);
    g_autofree char *head = g_strndup (text, people);

    fz_sign_dialog_add_document (dialog, name, head);
    if (tail != NULL)
      g_string_append_printf (machine, "%s%s\n%s", i > 0 ? "\n" : "", title, tail);
  }
  if (machine->len > 0)
    fz_sign_dialog_add_document (dialog, _ ("附：校验信息（随文书一并签名）"), machine->str);
}

void
fz_sign_flow_start (GtkWidget *over, FzSession *session, FzSheet *sheet, const char *title, FzSigned done, gpointer user_data,
                    GDestroyNotify free_data)
{
  Flow *flow = g_new0 (Flow, 1);
  g_autofree char *signer = fz_sign_flow_signer (session), *token = fz_session_dup_token (session);

  g_atomic_ref_count_init (&flow->refs);
  flow->session = fz_session_ref (session);
  flow->sheet = sheet;
  flow->done = done;
  flow->user_data = user_data;
  flow->free_data = free_data;
  g_set_weak_pointer (&flow->window, GTK_WIDGET (gtk_widget_get_root (over)));
  flow->dialog = fz_sign_dialog_new (title, signer,
                                     _ ("输入 PIN 即表示您已逐字阅读以上全部内容，并以本人电子签名签署；签名后不能修改，与手写签名具有同等法律效力。"));
  if (token != NULL)
    fz_sign_dialog_set_token (flow->dialog, token);
  add_documents (flow->dialog, sheet);
  for (guint i = 0; i < fz_sheet_get_n_statements (sheet); i++)
    fz_sign_dialog_add_statement (flow->dialog, i, fz_sheet_get_statement (sheet, i));
  g_signal_connect (flow->dialog, "stated", G_CALLBACK (on_stated), flow);
  fz_sign_dialog_present_for (flow->dialog, over, on_outcome, flow);
}
