#include "ui/dialog_take.h"

#include "ui/dialog_reason.h"
#include "ui/finding_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"
#include "ui/token_pin.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

typedef struct {
  gatomicrefcount refs;
  FzSession *session;
  char *visit;
  FzFields *facts;
  FzDialog *dialog; /* NULL once closed */
  GtkWidget *pin, *row;
  GtkWidget *token_pin, *token_row; /* NULL: nothing signs besides the signer's own key */
  FzVisitChanged changed;
  GObject *owner;
  gboolean running;
} Take;

typedef struct {
  char *visit;
  FzSecret *pin, *token_pin;
} Try;

static void
take_unref (gpointer data)
{
  Take *take = data;

  if (!g_atomic_ref_count_dec (&take->refs))
    return;
  fz_session_unref (take->session);
  g_object_unref (take->owner);
  fz_fields_unref (take->facts);
  g_free (take->visit);
  g_free (take);
}

static void
try_free (gpointer data)
{
  Try *attempt = data;

  fz_secret_free (attempt->pin);
  fz_secret_free (attempt->token_pin);
  g_free (attempt->visit);
  g_free (attempt);
}

static gpointer
take_visit (FzSession *session, gpointer data, GError **error)
{
  Try *attempt = data;
  g_autoptr (FzSheet) sheet = fz_desk_prepare_taking (session, attempt->visit, error);

  if (sheet == NULL)
    return NULL;
  fz_sheet_take_token_pin (sheet, g_steal_pointer (&attempt->token_pin));
  return GINT_TO_POINTER (fz_desk_sign_sheet (session, sheet, attempt->pin, NULL, error));
}

static void
on_taken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Take *take = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));

  take->running = FALSE;
  if (good) {
    if (take->dialog != NULL)
      fz_dialog_close (take->dialog);
    take->changed (take->visit, take->owner);
  } else if (take->dialog != NULL) {
    fz_pins_refused (take->dialog, take->row, take->token_row, error);
    gtk_widget_grab_focus (take->pin);
  }
  take_unref (take);
}

static void
clear_findings (Take *take)
{
  fz_dialog_set_error (take->dialog, NULL);
  fz_form_row_set_finding (take->row, FZ_STATUS_NEUTRAL, NULL);
  if (take->token_row != NULL)
    fz_form_row_set_finding (take->token_row, FZ_STATUS_NEUTRAL, NULL);
}

static void
submit (Take *take)
{
  Try *attempt;

  if (take->running || !fz_pins_entered (take->pin, take->token_pin))
    return;
  take->running = TRUE;
  clear_findings (take);
  attempt = g_new0 (Try, 1);
  attempt->visit = g_strdup (take->visit);
  attempt->pin = fz_secret_entry_take (FZ_SECRET_ENTRY (take->pin));
  if (take->token_pin != NULL)
    attempt->token_pin = fz_secret_entry_take (FZ_SECRET_ENTRY (take->token_pin));
  g_atomic_ref_count_inc (&take->refs);
  fz_call_async (take->session, take_visit, attempt, try_free, NULL, on_taken, take);
}

static void
on_pin_typed (FzSecretEntry *entry, Take *take)
{
  fz_dialog_set_sensitive (take->dialog, "take", fz_pins_typed (take->pin, take->token_pin));
  if (fz_secret_entry_get_length (entry) > 0)
    clear_findings (take);
}

static void
on_response (FzDialog *dialog, const char *response, Take *take)
{
  if (g_str_equal (response, "take"))
    submit (take);
}

static void
on_gone (FzDialog *dialog, Take *take)
{
  take->dialog = NULL;
  take_unref (take);
}

static GtkWidget *
findings_new (GPtrArray *findings)
{
  GtkWidget *box = fz_column (8);

  for (guint i = 0; i < findings->len; i++)
    fz_put (box, fz_finding_card_of (findings->pdata[i]));
  return box;
}

static void
add_token (Take *take, GtkWidget *body)
{
  g_autofree char *token = fz_session_dup_token (take->session);
  GtkWidget *row = token != NULL ? fz_put (body, fz_token_row_new (token)) : NULL;

  if (row == NULL)
    return;
  take->token_row = row;
  take->token_pin = fz_form_row_get_control (row);
  g_signal_connect_swapped (take->token_pin, "activate", G_CALLBACK (submit), take);
  g_signal_connect (take->token_pin, "changed", G_CALLBACK (on_pin_typed), take);
}

static void
add_pin (Take *take, GtkWidget *body)
{
  g_autofree char *signer = fz_sign_flow_signer (take->session);
  g_autofree char *law = g_strdup_printf (_ ("接诊前须核验医师本人身份。%s 输入 PIN，即确认由本人接诊这位患者，认证只对本次就诊有效。"), signer);

  take->pin = fz_secret_entry_new (FZ_SECRET_PIN, _ ("签名 PIN 码"), _ ("6 至 12 位数字"));
  take->row = fz_form_row_new (_ ("签名 PIN 码"), take->pin, TRUE);
  fz_put (body, fz_wrapped (law, "fz-sign-law"));
  fz_put (body, take->row);
  add_token (take, body);
  fz_dialog_add_button (take->dialog, "take", _ ("确认接诊"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (take->dialog, "take", FALSE);
  g_signal_connect_swapped (take->pin, "activate", G_CALLBACK (submit), take);
  g_signal_connect (take->pin, "changed", G_CALLBACK (on_pin_typed), take);
}

/* --- who sits beside the patient --- */

/* Kept in the draft, so that the check before the PIN and the signed document see the same. */
static gboolean
keep_seen (Take *take, gboolean seen, GError **error)
{
  g_autoptr (FzFields) kept = fz_desk_get_draft (take->session, take->visit, error), draft = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;

  if (draft == NULL)
    return FALSE;
  fz_fields_set (draft, "guardian.present", seen ? "yes" : NULL);
  return fz_desk_save_draft (take->session, take->visit, draft, error);
}

/* The check is asked anew: the same dialog again, with what it now says. */
static void
ask_again (Take *take)
{
  GtkWidget *over = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (take->dialog)));

  g_atomic_ref_count_inc (&take->refs);
  fz_dialog_close (take->dialog);
  fz_dialog_take (over, take->session, take->facts, take->changed, take->owner);
  take_unref (take);
}

static void
on_seen (GtkCheckButton *button, Take *take)
{
  g_autoptr (GError) error = NULL;

  if (!keep_seen (take, gtk_check_button_get_active (button), &error)) {
    fz_dialog_set_error (take->dialog, error->message);
    return;
  }
  ask_again (take);
}

static gboolean
asks_guardian (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    if (g_strcmp0 (((const FzFinding *) findings->pdata[i])->field, "guardian.present") == 0)
      return TRUE;
  return FALSE;
}

/* Only where a clause asks: elsewhere nobody has to tick anything. */
static void
add_seen (Take *take, GtkWidget *body, GPtrArray *findings)
{
  g_autoptr (FzFields) draft = fz_desk_get_draft (take->session, take->visit, NULL);
  gboolean seen = draft != NULL && fz_fields_is_yes (draft, "guardian.present");
  GtkWidget *check;

  if (!seen && !asks_guardian (findings))
    return;
  check = gtk_check_button_new_with_label (_ ("我确认：此刻监护人、成年家属或其他监护人在患者身边"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), seen);
  fz_put (body, check);
  g_signal_connect (check, "toggled", G_CALLBACK (on_seen), take);
}

/* --- what the patient does while waiting --- */

static gboolean
withdraw (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Take *take = user_data;

  if (*words == '\0' || !fz_desk_withdraw_visit (take->session, take->visit, words, error))
    return FALSE;
  fz_toast_show (GTK_WIDGET (take->owner), FZ_STATUS_OK, _ ("已记录患者撤回申请"));
  fz_dialog_close (dialog);
  if (take->dialog != NULL)
    fz_dialog_close (take->dialog);
  take->changed (take->visit, take->owner);
  return TRUE;
}

static void
on_withdraw (GtkButton *button, Take *take)
{
  FzReasonAsk ask = { .title = _ ("患者撤回申请"),
                      .subtitle = take->visit,
                      .words_caption = _ ("患者怎样表示、为什么"),
                      .words_hint = _ ("例如：患者来电表示已在线下就诊，不再需要"),
                      .confirm = _ ("记录撤回"),
                      .danger = TRUE };

  g_atomic_ref_count_inc (&take->refs);
  fz_dialog_reason (GTK_WIDGET (take->dialog), &ask, withdraw, take, take_unref);
}

/* The guardian signs for the patient who has one. */
static FzFields *
consent_of (Take *take, const FzFields *text)
{
  FzFields *consent = fz_fields_new ("fuzhen.consent_facts/v1");
  gboolean guardian = fz_fields_has (take->facts, "guardian.name");

  fz_fields_set (consent, "consent.text_version", fz_fields_get (text, "version"));
  fz_fields_set (consent, "consent.text_sha256", fz_fields_get (text, "sha256"));
  fz_fields_set (consent, "consent.signer", fz_fields_get (take->facts, guardian ? "guardian.name" : "patient.name"));
  fz_fields_set (consent, "consent.relation", guardian ? fz_fields_get (take->facts, "guardian.relation") : "self");
  fz_fields_set (consent, "consent.method", "paper");
  fz_fields_set_time (consent, "consent.at", fz_session_now_us (take->session));
  return consent;
}

static void
on_renewed (gboolean confirmed, gpointer user_data)
{
  Take *take = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) text = confirmed ? fz_desk_consent_text (take->session, &error) : NULL, consent = text != NULL ? consent_of (take, text) : NULL;

  if (consent != NULL && fz_desk_renew_consent (take->session, take->visit, consent, &error) && take->dialog != NULL) {
    take->changed (take->visit, take->owner);
    ask_again (take);
  }
  else if (error != NULL && take->dialog != NULL)
    fz_dialog_set_error (take->dialog, error->message);
  take_unref (take);
}

static void
on_renew (GtkButton *button, Take *take)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) text = fz_desk_consent_text (take->session, &error);
  g_autofree char *title = NULL;

  if (text == NULL) {
    fz_dialog_set_error (take->dialog, error->message);
    return;
  }
  title = g_strdup_printf (_ ("患者（或监护人）已当面阅读并签署 %s 版知情同意书"), fz_fields_get (text, "version"));
  g_atomic_ref_count_inc (&take->refs);
  fz_confirm (GTK_WIDGET (take->dialog), title, fz_fields_get (text, "text"), _ ("已签署"), FALSE, on_renewed, take);
}

static gboolean
asks_consent (GPtrArray *findings)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    if (g_str_has_prefix (((const FzFinding *) findings->pdata[i])->rule, "PAT_CONSENT"))
      return TRUE;
  return FALSE;
}

static void
add_waiting (Take *take, GtkWidget *body, GPtrArray *findings)
{
  GtkWidget *line, *button;

  if (g_strcmp0 (fz_fields_get (take->facts, "visit.stage"), "waiting") != 0)
    return;
  line = fz_put (body, fz_line (8));
  if (asks_consent (findings)) {
    button = fz_put (line, fz_button_new (FZ_BUTTON_SOFT, "signature", _ ("患者已重新签署同意书…")));
    g_signal_connect (button, "clicked", G_CALLBACK (on_renew), take);
  }
  button = fz_put (line, fz_button_new (FZ_BUTTON_FLAT, "undo", _ ("患者撤回申请…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_withdraw), take);
}

static void
fill (Take *take, GPtrArray *findings, const GError *error)
{
  GtkWidget *body = fz_column (12);
  gboolean stopped = findings == NULL || fz_findings_have_stop (findings);

  if (findings == NULL)
    fz_put (body, fz_finding_card_new (FZ_STATUS_STOP, _ ("不能检查"), error->message, NULL));
  else if (findings->len > 0)
    fz_put (body, findings_new (findings));
  else
    fz_put (body, fz_finding_card_new (FZ_STATUS_OK, _ ("可以接诊"), _ ("实名核验、知情同意、执业资格与患儿陪伴要求均已核对。"), NULL));
  if (findings != NULL)
    add_seen (take, body, findings);
  if (findings != NULL && findings->len == 0)
    fz_finding_card_set_mark (gtk_widget_get_first_child (body), _ ("通过"));
  fz_dialog_add_button (take->dialog, FZ_RESPONSE_CANCEL, stopped ? _ ("关闭") : _ ("取消"), FZ_BUTTON_PLAIN);
  if (stopped)
    fz_put (body, fz_wrapped (_ ("以上问题解决前不能接诊。如不适合在线复诊，可以拒诊并告知患者原因。"), "fz-soft"));
  else
    add_pin (take, body);
  add_waiting (take, body, findings);
  fz_dialog_set_body (take->dialog, body, FALSE);
}

void
fz_dialog_take (GtkWidget *over, FzSession *session, const FzFields *facts, FzVisitChanged changed, GObject *owner)
{
  Take *take = g_new0 (Take, 1);
  const char *visit = fz_fields_get (facts, "visit.id"), *name = fz_fields_get (facts, "patient.name");
  g_autofree char *about = fz_words_patient (facts);
  g_autofree char *title = g_strdup_printf (_ ("接诊 %s"), name != NULL ? name : visit);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", about, visit);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_desk_check_taking (session, visit, &error);

  g_atomic_ref_count_init (&take->refs);
  take->session = fz_session_ref (session);
  take->visit = g_strdup (visit);
  take->facts = fz_fields_dup (facts, NULL);
  take->changed = changed;
  take->owner = g_object_ref (owner);
  take->dialog = fz_dialog_new (title, subtitle);
  fz_dialog_set_width (take->dialog, 560);
  g_signal_connect (take->dialog, "response", G_CALLBACK (on_response), take);
  g_signal_connect (take->dialog, "destroy", G_CALLBACK (on_gone), take);
  fill (take, findings, error);
  fz_dialog_present (take->dialog, over);
}
