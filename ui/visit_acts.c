#include "ui/visit_acts.h"

#include "ui/dialog_print.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

/* What an act needs until its sheet is signed. */
typedef struct {
  GtkWidget *over; /* held: the page may be replaced meanwhile */
  FzVisitModel *model;
  GtkWidget *dialog; /* weak: the one that asked for words, closed when it is signed */
  char *rx;
  const char *done; /* the toast; static or translated */
} Act;

static Act *
act_new (GtkWidget *over, FzVisitModel *model, const char *rx, const char *done)
{
  Act *act = g_new0 (Act, 1);

  act->over = g_object_ref (over);
  act->model = g_object_ref (model);
  act->rx = g_strdup (rx);
  act->done = done;
  return act;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_clear_weak_pointer (&act->dialog);
  g_object_unref (act->over);
  g_object_unref (act->model);
  g_free (act->rx);
  g_free (act);
}

static void
on_signed (GPtrArray *ids, gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (GError) error = NULL;

  if (act->dialog != NULL)
    fz_dialog_close (FZ_DIALOG (act->dialog));
  if (gtk_widget_get_root (act->over) != NULL)
    fz_toast_show (act->over, FZ_STATUS_OK, act->done);
  if (!fz_visit_model_reload (act->model, &error) && gtk_widget_get_root (act->over) != NULL)
    fz_toast_show (act->over, FZ_STATUS_WARN, error->message);
}

/* The next step of an act whose words were asked for in `dialog`. */
static Act *
act_after (FzDialog *dialog, const Act *before, const char *done)
{
  Act *act = act_new (before->over, before->model, before->rx, done);

  g_set_weak_pointer (&act->dialog, GTK_WIDGET (dialog));
  return act;
}

/* Takes the act and the sheet; FALSE passes a failed preparation on. */
static gboolean
begin (Act *act, FzSheet *sheet, const char *title)
{
  if (sheet == NULL) {
    act_free (act);
    return FALSE;
  }
  fz_sign_flow_start (act->dialog != NULL ? act->dialog : act->over, fz_visit_model_get_session (act->model), sheet, title, on_signed, act, act_free);
  return TRUE;
}

/* --- the sheet --- */

FzSheetParts
fz_visit_acts_parts (FzVisitModel *model)
{
  FzSheetParts parts = (FzSheetParts) 0;

  if (!fz_visit_model_is_open (model))
    return parts;
  if (!fz_visit_model_has_verdict (model))
    parts = (FzSheetParts) (parts | FZ_SHEET_VERDICT);
  if (g_strcmp0 (fz_visit_model_get (model, "eligibility.verdict"), "not_eligible") == 0)
    return parts;
  if (!fz_visit_model_has_record (model))
    parts = (FzSheetParts) (parts | FZ_SHEET_RECORD);
  if (fz_visit_model_get_n_items (model) > 0)
    parts = (FzSheetParts) (parts | FZ_SHEET_PRESCRIPTION);
  return parts;
}

const char *
fz_visit_acts_sign_words (FzSheetParts parts)
{
  if (parts & FZ_SHEET_PRESCRIPTION)
    return parts & FZ_SHEET_RECORD ? _ ("签名病历与处方") : _ ("签名处方");
  if (parts & FZ_SHEET_RECORD)
    return _ ("签名病历");
  return _ ("签名复诊判断");
}

static const char *
signed_words (FzSheetParts parts)
{
  if (parts & FZ_SHEET_PRESCRIPTION)
    return _ ("处方已签名，等待药师审核");
  return parts & FZ_SHEET_RECORD ? _ ("病历已签名归档") : _ ("复诊判断已签名");
}

gboolean
fz_visit_acts_sign (GtkWidget *over, FzVisitModel *model, GError **error)
{
  FzSheetParts parts = fz_visit_acts_parts (model);

  if (!fz_visit_model_flush (model, error))
    return FALSE;
  return begin (act_new (over, model, NULL, signed_words (parts)),
                fz_desk_prepare_sheet (fz_visit_model_get_session (model), fz_visit_model_get_id (model), parts, error),
                fz_visit_acts_sign_words (parts));
}

gboolean
fz_visit_acts_finish (GtkWidget *over, FzVisitModel *model, GError **error)
{
  return begin (act_new (over, model, NULL, _ ("接诊已结束")),
                fz_desk_prepare_finish (fz_visit_model_get_session (model), fz_visit_model_get_id (model), error), _ ("结束接诊"));
}

/* --- endings and additions, each with words --- */

static gboolean
terminate (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  /* The answer that was just chosen is read from the draft. */
  if (!fz_visit_model_flush (act->model, error))
    return FALSE;
  return begin (act_after (dialog, act, _ ("诊疗已终止，给患者的指引将随通知送达")),
                fz_desk_prepare_termination (fz_visit_model_get_session (act->model), fz_visit_model_get_id (act->model), code, words, error),
                _ ("终止诊疗"));
}

static gboolean
refuse (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  return begin (act_after (dialog, act, _ ("已拒诊，原因将随通知送达患者")),
                fz_desk_prepare_refusal (fz_visit_model_get_session (act->model), fz_visit_model_get_id (act->model), code, words, error),
                _ ("拒诊"));
}

static gboolean
add (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  return begin (act_after (dialog, act, _ ("补记已签名，附在原病历之后")),
                fz_desk_prepare_addendum (fz_visit_model_get_session (act->model), fz_visit_model_get_id (act->model), words, error),
                _ ("病历补记"));
}

static gboolean
hand_over (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  return begin (act_after (dialog, act, _ ("已转交，患者回到候诊队列")),
                fz_desk_prepare_handover (fz_visit_model_get_session (act->model), fz_visit_model_get_id (act->model), words, error),
                _ ("转交"));
}

static gboolean
void_rx (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  return begin (act_after (dialog, act, _ ("处方已作废")),
                fz_desk_prepare_void (fz_visit_model_get_session (act->model), act->rx, words, error), _ ("作废处方"));
}

static char *
about_patient (FzVisitModel *model)
{
  const FzFields *facts = fz_visit_model_get_facts (model);
  const char *name = fz_fields_get (facts, "patient.name");

  return g_strdup_printf ("%s · %s", name != NULL ? name : "", fz_visit_model_get_id (model));
}

static void
ask_for (GtkWidget *over, FzVisitModel *model, const char *rx, const char *codes, FzReasonAsk *ask, FzReasonGiven given)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = codes != NULL ? fz_desk_codes (fz_visit_model_get_session (model), codes, &error) : NULL;
  g_autofree char *about = about_patient (model);
  FzDesk *desk = fz_session_get_desk (fz_visit_model_get_session (model));

  if ((codes != NULL && rows == NULL) || !fz_visit_model_flush (model, &error)) {
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
    if (ask->extra != NULL)
      g_object_unref (g_object_ref_sink (ask->extra));
    return;
  }
  ask->subtitle = rx != NULL ? rx : about;
  ask->codes = rows;
  ask->fill_in = fz_visit_model_get_facts (model);
  ask->institution = fz_fields_get (fz_desk_get_front (desk), "hospital.name");
  fz_dialog_reason (over, ask, given, act_new (over, model, rx, NULL), act_free);
}

static void
on_follow_up (FzDropDown *drop, FzVisitModel *model)
{
  fz_visit_model_set (model, "eligibility.verdict", fz_drop_down_get_code (drop));
}

/* The platform wants to know whether it was a follow-up; a visit that ends before anybody said so asks it here. Not required: an emergency
 * does not wait for a form, and medical affairs can decide afterwards. */
static GtkWidget *
follow_up_new (FzVisitModel *model)
{
  GtkWidget *drop, *row;

  if (fz_visit_model_has_verdict (model) || fz_visit_model_get (model, "eligibility.verdict") != NULL)
    return NULL;
  drop = fz_drop_down_new (_ ("尚未判断"));
  fz_drop_down_add (FZ_DROP_DOWN (drop), "eligible", _ ("是，符合复诊条件"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "not_eligible", _ ("不是，属首诊或不能确认"), NULL);
  g_signal_connect_object (drop, "changed", G_CALLBACK (on_follow_up), model, (GConnectFlags) 0);
  row = fz_form_row_new (_ ("是否属于复诊"), drop, FALSE);
  fz_form_row_set_hint (row, _ ("上报监管平台用；不选时由医务管理人员事后裁定。"));
  return row;
}

void
fz_visit_acts_terminate (GtkWidget *over, FzVisitModel *model)
{
  FzReasonAsk ask = { .title = _ ("终止诊疗"),
                      .codes_caption = _ ("终止原因"),
                      .words_caption = _ ("给患者的指引"),
                      .words_hint = _ ("写明患者下一步去哪里、做什么"),
                      .extra = follow_up_new (model),
                      .confirm = _ ("下一步：签名终止"),
                      .danger = TRUE };

  ask_for (over, model, NULL, "termination", &ask, terminate);
}

void
fz_visit_acts_refuse (GtkWidget *over, FzVisitModel *model)
{
  FzReasonAsk ask = { .title = _ ("拒诊"),
                      .codes_caption = _ ("拒诊原因"),
                      .words_caption = _ ("给患者的说明"),
                      .words_hint = _ ("写明原因以及患者下一步怎么办"),
                      .confirm = _ ("下一步：签名拒诊"),
                      .danger = TRUE };

  ask_for (over, model, NULL, "refusal", &ask, refuse);
}

void
fz_visit_acts_addendum (GtkWidget *over, FzVisitModel *model)
{
  FzReasonAsk ask = { .title = _ ("病历补记"),
                      .words_caption = _ ("补记内容"),
                      .words_hint = _ ("原病历不再改动；补记注明时间，附在其后"),
                      .confirm = _ ("下一步：签名补记") };

  ask_for (over, model, NULL, NULL, &ask, add);
}

void
fz_visit_acts_hand_over (GtkWidget *over, FzVisitModel *model)
{
  FzReasonAsk ask = { .title = _ ("转交其他医师"),
                      .words_caption = _ ("转交原因"),
                      .words_hint = _ ("如：需要专科医师处理；接手的医师会看到"),
                      .confirm = _ ("下一步：签名转交") };

  ask_for (over, model, NULL, NULL, &ask, hand_over);
}

void
fz_visit_acts_void (GtkWidget *over, FzVisitModel *model, const char *rx)
{
  FzReasonAsk ask = { .title = _ ("作废处方"),
                      .words_caption = _ ("作废原因"),
                      .words_hint = _ ("如：患者已不需要用药"),
                      .confirm = _ ("下一步：签名作废"),
                      .danger = TRUE };

  ask_for (over, model, rx, NULL, &ask, void_rx);
}

/* --- the same prescription once more --- */

gboolean
fz_visit_acts_confirm (GtkWidget *over, FzVisitModel *model, const char *rx, GError **error)
{
  return begin (act_new (over, model, rx, _ ("已再次签名，等待药师审核")),
                fz_desk_prepare_confirmation (fz_visit_model_get_session (model), rx, NULL, error), _ ("再次签名"));
}

static gboolean
confirm_returned (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Act *act = user_data;

  return begin (act_after (dialog, act, _ ("已确认原处方，等待药师重新审核")),
                fz_desk_prepare_confirmation (fz_visit_model_get_session (act->model), act->rx, words, error), _ ("确认原处方"));
}

void
fz_visit_acts_confirm_returned (GtkWidget *over, FzVisitModel *model, const char *rx)
{
  FzReasonAsk ask = { .title = _ ("确认原处方"),
                      .words_caption = _ ("核实情况和理由"),
                      .words_hint = _ ("药师会看到；写明核实了什么、为什么仍按原处方使用"),
                      .confirm = _ ("下一步：再次签名") };

  ask_for (over, model, rx, NULL, &ask, confirm_returned);
}

/* --- papers --- */

typedef struct {
  char *rx, *path;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_free (export->rx);
  g_free (export->path);
  g_free (export);
}

static gpointer
write_paper (FzSession *session, gpointer data, GError **error)
{
  Export *export = data;

  return GINT_TO_POINTER (fz_desk_export_prescription (session, export->rx, export->path, error));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) over = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));

  if (gtk_widget_get_root (over) != NULL)
    fz_toast_show (over, good ? FZ_STATUS_OK : FZ_STATUS_STOP, good ? _ ("文件已保存") : error->message);
}

static void
on_path (GtkNativeDialog *dialog, int response, Act *act)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  Export *export;

  if (file != NULL) {
    export = g_new0 (Export, 1);
    export->rx = g_strdup (act->rx);
    export->path = g_file_get_path (file);
    fz_call_async (fz_visit_model_get_session (act->model), write_paper, export, export_free, NULL, on_written, g_object_ref (act->over));
  }
  g_object_unref (dialog); /* takes the act with it */
}

void
fz_visit_acts_print_slip (GtkWidget *over, FzVisitModel *model, const char *rx)
{
  fz_dialog_print_one (over, fz_visit_model_get_session (model), rx);
}

static gboolean
on_print_key (GtkWidget *card, GVariant *args, gpointer data)
{
  FzVisitModel *model = data;
  const FzFields *facts = fz_visit_model_get_facts (model);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (!gtk_widget_get_mapped (card) || fz_fields_count (facts, "prescription") == 0)
    return FALSE;
  for (guint i = 0; i < fz_fields_count (facts, "prescription"); i++)
    g_ptr_array_add (ids, (gpointer) fz_fields_get_at (facts, "prescription", i, "id"));
  g_ptr_array_add (ids, NULL);
  fz_dialog_print (card, fz_visit_model_get_session (model), (const char *const *) ids->pdata);
  return TRUE;
}

void
fz_visit_acts_add_print_key (GtkWidget *card, FzVisitModel *model)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_p, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (on_print_key, g_object_ref (model), g_object_unref)));
  gtk_widget_add_controller (card, keys);
}

void
fz_visit_acts_export_file (GtkWidget *over, FzVisitModel *model, const char *rx)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("保存签名文件"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("保存"), _ ("取消"));
  g_autofree char *name = g_strconcat (rx, ".fzd", NULL);
  Act *act = act_new (over, model, rx, "file");

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_object_set_data_full (G_OBJECT (chooser), "fz-act", act, act_free);
  g_signal_connect (chooser, "response", G_CALLBACK (on_path), act);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
