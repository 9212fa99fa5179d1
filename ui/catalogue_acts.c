#include "ui/catalogue_acts.h"

#include "ui/dialog_drug.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

/* What a button acts on; the signature comes back to it. */
typedef struct {
  FzSession *session;
  GtkWidget *over;
  FzFields *about; /* a medicine, a change, or what is staged */
  FzCatalogueDone done;
  GObject *owner;
  guint decision;
  FzDialog *dialog; /* that asks for words; NULL: none, borrowed while it is open */
} Act;

static Act *
act_copy (const Act *act)
{
  Act *copy = g_memdup2 (act, sizeof *act);

  fz_session_ref (copy->session);
  fz_fields_ref (copy->about);
  g_object_ref (copy->over);
  g_object_ref (copy->owner);
  copy->dialog = NULL;
  return copy;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  fz_session_unref (act->session);
  fz_fields_unref (act->about);
  g_object_unref (act->over);
  g_object_unref (act->owner);
  g_free (act);
}

static void
on_signed (GPtrArray *ids, gpointer user_data)
{
  Act *act = user_data;

  if (act->dialog != NULL)
    fz_dialog_close (act->dialog);
  act->done (act->owner);
}

static void
sign (const Act *act, FzDialog *dialog, FzSheet *sheet, const char *title)
{
  Act *copy = act_copy (act);

  copy->dialog = dialog;
  fz_sign_flow_start (act->over, act->session, sheet, title, on_signed, copy, act_free);
}

static void
tell (const Act *act, const GError *error)
{
  fz_toast_show (act->over, FZ_STATUS_STOP, error->message);
}

static GtkWidget *
button_new (GtkWidget *line, const Act *act, FzButtonKind kind, const char *label, GCallback clicked)
{
  GtkWidget *button = fz_put (line, fz_button_new (kind, NULL, label));
  Act *copy = act_copy (act);

  g_object_set_data_full (G_OBJECT (button), "fz-act", copy, act_free);
  g_signal_connect (button, "clicked", clicked, copy);
  return button;
}

/* --- a medicine --- */

static void
on_alter (GtkButton *button, Act *act)
{
  fz_dialog_drug (act->over, act->session, act->about, act->done, act->owner);
}

static gboolean
on_active_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;
  g_autoptr (FzFields) edit = fz_fields_new ("fuzhen.catalogue_edit/v1");
  FzSheet *sheet;

  fz_fields_set_at (edit, "row", 0, "code", fz_fields_get (act->about, "drug.code"));
  fz_fields_set_at (edit, "row", 0, "active", fz_fields_is_yes (act->about, "drug.active") ? "no" : "yes");
  sheet = fz_desk_prepare_catalogue_change (act->session, edit, words, error);
  if (sheet != NULL)
    sign (act, dialog, sheet, _ ("提出药品目录变更"));
  return sheet != NULL;
}

static void
on_active (GtkButton *button, Act *act)
{
  gboolean active = fz_fields_is_yes (act->about, "drug.active");
  g_autofree char *title = g_strdup_printf (active ? _ ("停用“%s”") : _ ("恢复“%s”"), fz_fields_get (act->about, "drug.generic"));
  FzReasonAsk ask = { .title = title, .subtitle = _ ("签名后只是提出，由另一人批准才会生效"), .words_caption = _ ("理由"), .words_hint = "",
                      .confirm = _ ("核对并签名") };

  fz_dialog_reason (act->over, &ask, on_active_words, act_copy (act), act_free);
}

/* Reactions that are still open, as a list to choose from. */
static GPtrArray *
reactions (const Act *act, GError **error)
{
  g_autoptr (GPtrArray) open = fz_desk_list_reactions (act->session, error);
  GPtrArray *codes = open != NULL ? g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) : NULL;

  for (guint i = 0; open != NULL && i < open->len; i++) {
    const char *id = fz_fields_get (open->pdata[i], "id"), *drug = fz_fields_get (open->pdata[i], "drug");
    g_autofree char *on = fz_say_value (fz_fields_get (open->pdata[i], "on"));
    g_autofree char *label = g_strdup_printf ("%s %s %s", id, on, drug != NULL ? drug : "");
    FzFields *row = fz_fields_new ("fuzhen.code/v1");

    fz_fields_set (row, "code", id);
    fz_fields_set (row, "label", label);
    g_ptr_array_add (codes, fz_fields_freeze (row));
  }
  return codes;
}

static gboolean
on_removal_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;
  FzSheet *sheet = fz_desk_prepare_removal (act->session, fz_fields_get (act->about, "drug.code"), code, words, error);

  if (sheet != NULL)
    sign (act, dialog, sheet, _ ("因疑似不良反应移除药品"));
  return sheet != NULL;
}

static void
on_remove (GtkButton *button, Act *act)
{
  g_autofree char *title = g_strdup_printf (_ ("移除“%s”"), fz_fields_get (act->about, "drug.generic"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) codes = reactions (act, &error);
  FzReasonAsk ask = { .title = title,
                      .subtitle = _ ("签名即生效：不得再开具和审核通过，已生效未发出的会提醒；由另一人确认或解除"),
                      .codes = codes,
                      .codes_caption = _ ("依据的药品不良反应（先在台账中登记）"),
                      .words_caption = _ ("理由"),
                      .words_hint = "",
                      .confirm = _ ("核对并签名"),
                      .danger = TRUE };

  if (codes == NULL)
    tell (act, error);
  else
    fz_dialog_reason (act->over, &ask, on_removal_words, act_copy (act), act_free);
}

void
fz_catalogue_put_drug_acts (GtkWidget *box, FzSession *session, const FzFields *drug, FzCatalogueDone done, GObject *owner)
{
  Act act = { .session = session, .over = GTK_WIDGET (owner), .about = (FzFields *) drug, .done = done, .owner = owner };
  GtkWidget *line;
  gboolean active = fz_fields_is_yes (drug, "drug.active");

  if (fz_fields_is_yes (drug, "removal.change.open") || fz_fields_has (drug, "drug.waiting"))
    return;
  line = fz_put (box, fz_line (8));
  button_new (line, &act, FZ_BUTTON_PLAIN, _ ("修改…"), G_CALLBACK (on_alter));
  button_new (line, &act, FZ_BUTTON_PLAIN, active ? _ ("停用…") : _ ("恢复…"), G_CALLBACK (on_active));
  if (active)
    button_new (line, &act, FZ_BUTTON_DANGER_SOFT, _ ("疑似反应，移除…"), G_CALLBACK (on_remove));
}

/* --- a change --- */

/* What may be decided; those with a title ask for words first. */
static const struct {
  const char *flag, *verdict, *label, *title, *about;
  FzButtonKind kind;
} decisions[] = {
  { "change.may_decide", "approved", N_ ("批准"), NULL, NULL, FZ_BUTTON_PRIMARY },
  { "change.may_decide", "declined", N_ ("不同意…"), N_ ("不同意这一变更"), N_ ("目录不变；理由记入签名的决定。"), FZ_BUTTON_DANGER_SOFT },
  { "change.may_withdraw", "withdrawn", N_ ("撤回…"), N_ ("撤回这一变更"), N_ ("目录不变；可以改好后重新提出。"), FZ_BUTTON_PLAIN },
  { "change.may_settle", "confirmed", N_ ("确认移除"), NULL, NULL, FZ_BUTTON_PRIMARY },
  { "change.may_settle", "lifted", N_ ("解除移除…"), N_ ("解除移除"), N_ ("签名后恢复提供；理由记入签名的决定。"), FZ_BUTTON_PLAIN },
};

static gboolean
decide (const Act *act, FzDialog *dialog, const char *words, GError **error)
{
  FzSheet *sheet = fz_desk_prepare_catalogue_decision (act->session, fz_fields_get (act->about, "change.id"), decisions[act->decision].verdict, words, error);

  if (sheet != NULL)
    sign (act, dialog, sheet, _ ("药品目录变更审批"));
  return sheet != NULL;
}

static gboolean
on_decision_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  return decide (user_data, dialog, words, error);
}

static void
on_decide (GtkButton *button, Act *act)
{
  guint i = act->decision;
  FzReasonAsk ask = { .words_caption = _ ("理由"), .words_hint = "", .confirm = _ ("核对并签名") };
  g_autoptr (GError) error = NULL;

  if (decisions[i].title == NULL) {
    if (!decide (act, NULL, NULL, &error))
      tell (act, error);
    return;
  }
  ask.title = _ (decisions[i].title);
  ask.subtitle = _ (decisions[i].about);
  fz_dialog_reason (act->over, &ask, on_decision_words, act_copy (act), act_free);
}

/* --- a file that nobody signed for --- */

static gboolean
on_propose_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;
  g_autoptr (FzFields) edit = fz_fields_new ("fuzhen.catalogue_edit/v1");
  FzSheet *sheet;

  fz_fields_set (edit, "staged", fz_fields_get (act->about, "staged.id"));
  sheet = fz_desk_prepare_catalogue_change (act->session, edit, words, error);
  if (sheet != NULL)
    sign (act, dialog, sheet, _ ("提出药品目录变更"));
  return sheet != NULL;
}

static void
on_propose (GtkButton *button, Act *act)
{
  FzReasonAsk ask = { .title = _ ("提出导入的变更"), .subtitle = _ ("签名后只是提出，由另一人批准才会生效"), .words_caption = _ ("理由"), .words_hint = "",
                      .confirm = _ ("核对并签名") };

  fz_dialog_reason (act->over, &ask, on_propose_words, act_copy (act), act_free);
}

static void
on_drop (GtkButton *button, Act *act)
{
  g_autoptr (GError) error = NULL;

  if (!fz_desk_drop_staged (act->session, fz_fields_get (act->about, "staged.id"), &error))
    tell (act, error);
  else
    act->done (act->owner);
}

void
fz_catalogue_put_change_acts (GtkWidget *box, FzSession *session, const FzFields *change, FzCatalogueDone done, GObject *owner)
{
  Act act = { .session = session, .over = GTK_WIDGET (owner), .about = (FzFields *) change, .done = done, .owner = owner };
  GtkWidget *line = fz_put (box, fz_line (8));

  if (fz_fields_has (change, "staged.id")) {
    button_new (line, &act, FZ_BUTTON_PRIMARY, _ ("提出…"), G_CALLBACK (on_propose));
    button_new (line, &act, FZ_BUTTON_PLAIN, _ ("放弃"), G_CALLBACK (on_drop));
  }
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    if (fz_fields_is_yes (change, decisions[i].flag)) {
      act.decision = i;
      button_new (line, &act, decisions[i].kind, _ (decisions[i].label), G_CALLBACK (on_decide));
    }
  gtk_widget_set_visible (line, gtk_widget_get_first_child (line) != NULL);
}
