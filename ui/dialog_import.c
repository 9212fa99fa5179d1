#include "ui/dialog_import.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"

#include <glib/gi18n-lib.h>

#define SKIP "skip"

typedef struct {
  FzFields *staged; /* NULL: it failed */
  GPtrArray *problems;
  GError *error;
} Outcome;

/* Held by the dialog that stands and by the work that runs. */
typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzImported done;
  GObject *owner;
  FzDialog *dialog; /* borrowed; NULL: it was closed, or none stands yet */
  char *path;
  Outcome *outcome; /* from the work's thread, until it is shown */
} Import;

typedef struct {
  Import *import;
  gboolean skip_bad;
} Ask;

static void
outcome_free (Outcome *outcome)
{
  g_clear_pointer (&outcome->staged, fz_fields_unref);
  g_clear_pointer (&outcome->problems, g_ptr_array_unref);
  g_clear_error (&outcome->error);
  g_free (outcome);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outcome, outcome_free)

static void
import_clear (gpointer data)
{
  Import *import = data;

  g_object_unref (import->over);
  g_object_unref (import->owner);
  fz_session_unref (import->session);
  g_clear_pointer (&import->outcome, outcome_free);
  g_free (import->path);
}

static void
import_unref (gpointer import)
{
  g_rc_box_release_full (import, import_clear);
}

/* On the main thread when the work ended, whether its dialog stands or was closed meanwhile: what was kept waits on the page. */
static void
ask_free (gpointer data)
{
  Ask *ask = data;
  Import *import = ask->import;

  if (import->outcome != NULL && import->outcome->staged != NULL && gtk_widget_get_root (import->over) != NULL && !fz_session_is_locked (import->session))
    import->done (import->owner);
  import_unref (ask->import);
  g_free (ask);
}

static void
on_progress (guint64 done, guint64 total, gpointer work)
{
  fz_long_work_report (work, done, total);
}

/* What was read, in numbers. */
static char *
said_of (const FzFields *staged)
{
  if (!fz_fields_has (staged, "staged.id"))
    return g_strdup_printf (_ ("%s 行与现行药品目录相同，没有需要变更的品种。"), fz_fields_get (staged, "staged.n_rows"));
  return g_strdup_printf (_ ("共 %s 行；与现行目录不同的：新增 %s，修改 %s，停用 %s，恢复 %s。目录还没有改动：核对后签名提出，再由另一人批准。"),
                          fz_fields_get (staged, "staged.n_rows"), fz_fields_get (staged, "staged.n_add"), fz_fields_get (staged, "staged.n_alter"),
                          fz_fields_get (staged, "staged.n_withdraw"), fz_fields_get (staged, "staged.n_restore"));
}

/* What is wrong with the rows is an outcome too; only a stop is an end without one. */
static char *
take_in (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  const Ask *ask = data;
  g_autoptr (GError) why = NULL;
  Outcome *outcome = g_new0 (Outcome, 1);

  fz_long_work_leaves (work, _ ("已停止，没有导入任何一行，目录没有改动。"));
  outcome->staged = fz_desk_stage_catalogue (session, ask->import->path, ask->skip_bad, &outcome->problems, stop, on_progress, work, &why);
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&why));
    outcome_free (outcome);
    return NULL;
  }
  outcome->error = g_steal_pointer (&why);
  ask->import->outcome = outcome;
  if (outcome->staged != NULL)
    return said_of (outcome->staged);
  fz_long_work_find (work, FZ_STATUS_STOP, _ ("没有导入"));
  return g_strdup (outcome->error->message);
}

/* --- what came of it --- */

static GtkWidget *
result_card (const Outcome *outcome)
{
  g_autofree char *said = outcome->staged != NULL ? said_of (outcome->staged) : NULL;
  GtkWidget *card = fz_finding_card_new (said != NULL ? FZ_STATUS_OK : FZ_STATUS_STOP, said != NULL ? _ ("已核对") : _ ("没有导入"),
                                         said != NULL ? said : outcome->error->message, NULL);

  fz_finding_card_set_mark (card, said != NULL ? _ ("待提出") : _ ("未改动"));
  return card;
}

static GtkWidget *
outcome_new (const Outcome *outcome, const char *path)
{
  GtkWidget *box = fz_column (10);
  g_autofree char *name = g_path_get_basename (path);
  guint n = outcome->problems != NULL ? outcome->problems->len : 0;

  fz_put (box, fz_wrapped (name, "fz-strong"));
  fz_put (box, result_card (outcome));
  if (n > 0)
    fz_put (box, fz_text (outcome->staged != NULL ? _ ("以下各行没有导入：") : _ ("不合格的行："), "fz-soft"));
  for (guint i = 0; i < n; i++) {
    GtkWidget *line = fz_put (box, fz_line (7)), *icon = fz_put (line, fz_icon_new ("warning", 15));

    gtk_widget_set_valign (icon, GTK_ALIGN_START);
    gtk_widget_set_margin_top (icon, 2);
    fz_put_wide (line, fz_wrapped (outcome->problems->pdata[i], NULL));
  }
  return box;
}

static void start (Import *import, gboolean skip_bad);

static void
on_response (FzDialog *dialog, const char *response, Import *import)
{
  if (g_str_equal (response, SKIP))
    start (import, TRUE);
}

static void
on_gone (FzDialog *dialog, Import *import)
{
  if (import->dialog == dialog)
    import->dialog = NULL;
}

/* One takes the place of the other; the import outlives it. */
static void
show (Import *import, GtkWidget *body, const char *close, gboolean may_skip)
{
  FzDialog *dialog = fz_dialog_new (_ ("导入药品目录"), _ ("同一编码的药品以文件为准；须由一人签名提出、另一人批准")), *before = import->dialog;

  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, close, may_skip ? FZ_BUTTON_PLAIN : FZ_BUTTON_PRIMARY);
  if (may_skip)
    fz_dialog_add_button (dialog, SKIP, _ ("跳过这些行，导入其余"), FZ_BUTTON_PRIMARY);
  g_object_set_data_full (G_OBJECT (dialog), "fz-import", g_rc_box_acquire (import), import_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), import);
  g_signal_connect (dialog, "destroy", G_CALLBACK (on_gone), import);
  import->dialog = dialog;
  if (before != NULL)
    fz_dialog_close (before);
  fz_dialog_present (dialog, import->over);
}

/* Stopped is said in its own place. One that ended just before the stop has been kept all the same, and is shown. */
static void
on_ended (FzLongWork *work, gboolean good, Import *import)
{
  g_autoptr (Outcome) outcome = g_steal_pointer (&import->outcome);
  gboolean may_skip;

  if (outcome == NULL)
    return;
  may_skip = outcome->staged == NULL && outcome->problems != NULL && outcome->problems->len > 0;
  show (import, outcome_new (outcome, import->path), _ ("关闭"), may_skip);
}

static void
start (Import *import, gboolean skip_bad)
{
  Ask *ask = g_new0 (Ask, 1);
  GtkWidget *body = fz_column (0), *work = fz_put (body, fz_long_work_new (import->session));

  *ask = (Ask){ g_rc_box_acquire (import), skip_bad };
  g_signal_connect (work, "ended", G_CALLBACK (on_ended), import);
  show (import, body, _ ("关闭"), FALSE);
  fz_long_work_run (FZ_LONG_WORK (work), _ ("逐行核对药品目录"), TRUE, take_in, ask, ask_free);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *import)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  import->path = file != NULL ? g_file_get_path (file) : NULL;
  if (import->path != NULL && gtk_widget_get_root (import->over) != NULL)
    start (import, FALSE);
  import_unref (import); /* the dialog's now, or nobody's */
  g_object_unref (chooser);
}

void
fz_dialog_import (GtkWidget *over, FzSession *session, FzImported done, GObject *owner)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择药品目录文件（CSV 或 Excel）"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("导入"), _ ("取消"));
  Import *import = g_rc_box_new0 (Import);

  import->over = g_object_ref (over);
  import->session = fz_session_ref (session);
  import->done = done;
  import->owner = g_object_ref (owner);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
