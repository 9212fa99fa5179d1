#include "ui/inspection_form.h"

#include "ui/dialog_grant.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/page.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

struct _FzInspectionForm {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *form, *recipient, *purpose, *level, *doctor, *patient, *complaint, *sensitive, *seal, *days, *work;
  char *from, *to;
};

G_DEFINE_FINAL_TYPE (FzInspectionForm, fz_inspection_form, GTK_TYPE_BOX)

/* --- making it --- */

typedef struct {
  FzFields *ask;
  char *path;
  gboolean seal;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  fz_fields_unref (order->ask);
  g_free (order->path);
  g_free (order);
}

static void
on_progress (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report (data, done, total);
}

/* Made and then sealed is one work with one rest: of the whole, what is over when it is made. */
#define MADE 0.8

static void
on_made (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report_part (MADE * (double) done / (double) MAX (total, 1), data);
}

static void
on_sealed (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report_part (MADE + (1 - MADE) * (double) done / (double) MAX (total, 1), data);
}

/* The words are kept nowhere; the folder is gone and the leave used up, so that what they open cannot be made once more. */
static char *
seal (FzSession *session, const Order *order, const char *number, FzLongWork *work, GCancellable *stop, GError **error)
{
  g_autofree char *path = g_strconcat (order->path, ".zip", NULL);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) sealed = NULL;

  fz_long_work_leaves (work, _ ("已停止，没有密封。制成的检查材料留在所选的文件夹里，没有加密；不移交的请删除。"));
  sealed = fz_desk_seal_package (session, order->path, path, TRUE, stop, on_sealed, work, &why);
  if (sealed == NULL && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&why));
  else if (sealed == NULL)
    g_set_error (error, why->domain, why->code, _ ("%s 制成的检查材料留在“%s”，没有加密；不移交的请删除。"), why->message, order->path);
  else
    fz_long_work_only_here (work);
  return sealed != NULL ? g_strdup_printf (_ ("检查材料 %s 已密封到“%s”。口令 %s，请记下并以另一途径告知接收人，本程序不保存。SHA-256：%s"), number, path,
                                           fz_fields_get (sealed, "words"), fz_fields_get (sealed, "sha256"))
                        : NULL;
}

static char *
make (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Order *order = data;
  g_autoptr (FzFields) made = fz_desk_export_inspection (session, order->ask, order->path, stop, order->seal ? on_made : on_progress, work, error);

  if (made == NULL || order->seal)
    return made != NULL ? seal (session, order, fz_fields_get (made, "number"), work, stop, error) : NULL;
  return g_strdup_printf (_ ("检查材料 %s 已写入“%s”。先打开其中的 index.html。"), fz_fields_get (made, "number"), order->path);
}

static void
set_text (FzFields *ask, const char *key, GtkWidget *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  fz_fields_set (ask, key, text);
}

static FzFields *
read_ask (FzInspectionForm *self)
{
  FzFields *ask = fz_fields_new ("fuzhen.inspection_ask/v1");

  set_text (ask, "recipient", self->recipient);
  set_text (ask, "purpose", self->purpose);
  set_text (ask, "doctor", self->doctor);
  set_text (ask, "patient", self->patient);
  set_text (ask, "complaint", self->complaint);
  fz_fields_set (ask, "level", fz_drop_down_get_code (FZ_DROP_DOWN (self->level)));
  fz_fields_set (ask, "sensitive", gtk_check_button_get_active (GTK_CHECK_BUTTON (self->sensitive)) ? "yes" : NULL);
  fz_fields_set (ask, "from", self->from);
  fz_fields_set (ask, "to", self->to);
  return ask;
}

static void
on_path (GtkWidget *over, const char *path, gpointer data)
{
  FzInspectionForm *self = FZ_INSPECTION_FORM (over);
  Order *order = g_new0 (Order, 1);

  order->ask = read_ask (self);
  order->path = g_strdup (path);
  order->seal = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->seal));
  if (!fz_long_work_run (FZ_LONG_WORK (self->work), _ ("制作检查材料"), TRUE, make, order, order_free))
    order_free (order);
}

/* For whom and what for stand on every page: they are not left out. */
static void
on_make (GtkWidget *widget, FzInspectionForm *self)
{
  g_autoptr (FzFields) ask = read_ask (self);
  g_autofree char *name = g_strdup_printf (_ ("检查材料_%s_%s"), self->from, self->to);

  fz_form_clear_findings (self->form);
  if (!fz_fields_has (ask, "recipient"))
    fz_form_set_finding (self->form, "recipient", FZ_STATUS_STOP, _ ("请写明材料提供给哪个机关、谁接收。"));
  if (!fz_fields_has (ask, "purpose"))
    fz_form_set_finding (self->form, "purpose", FZ_STATUS_STOP, _ ("请写明用途，例如检查通知书的文号。"));
  if (!fz_form_focus_first_finding (self->form))
    fz_save_as (GTK_WIDGET (self), _ ("制作检查材料"), name, on_path, NULL);
}

/* --- the leave for it --- */

static void
on_asked (GPtrArray *ids, gpointer data)
{
  fz_toast_show (GTK_WIDGET (data), FZ_STATUS_OK, _ ("已提出申请，由另一人批准后可以制作"));
  fz_page_changed (GTK_WIDGET (data));
}

/* For exactly what stands in the form: a leave for anything else does not open this one. */
static void
on_ask (GtkWidget *widget, FzInspectionForm *self)
{
  g_autoptr (FzFields) ask = read_ask (self), start = fz_fields_new ("fuzhen.grant_ask/v1");

  fz_fields_set (start, "kind", "inspection");
  fz_fields_set (start, "scope.from", self->from);
  fz_fields_set (start, "scope.to", self->to);
  fz_fields_set (start, "scope.format", fz_fields_get (ask, "level"));
  fz_fields_set (start, "scope.sensitive", fz_fields_get (ask, "sensitive"));
  fz_fields_set (start, "scope.person", fz_fields_get (ask, "doctor"));
  fz_fields_set (start, "scope.subject", fz_fields_get (ask, fz_fields_has (ask, "complaint") ? "complaint" : "patient"));
  fz_dialog_grant (GTK_WIDGET (self), self->session, start, on_asked, G_OBJECT (self));
}

/* --- the form --- */

static GtkWidget *
add_entry (FzInspectionForm *self, const char *field, const char *caption, gboolean required)
{
  GtkWidget *entry = gtk_entry_new ();

  fz_form_add (self->form, field, fz_form_row_new (caption, entry, required), 1);
  return entry;
}

void
fz_inspection_form_set_days (FzInspectionForm *self, const char *from, const char *to)
{
  g_autofree char *words = NULL, *first = fz_say_value (from), *last = fz_say_value (to);

  g_free (self->from);
  g_free (self->to);
  self->from = g_strdup (from);
  self->to = g_strdup (to);
  words = g_strdup_printf (_ ("期间　%s 至 %s"), first, last);
  gtk_label_set_text (GTK_LABEL (self->days), words);
}

static void
fz_inspection_form_finalize (GObject *object)
{
  FzInspectionForm *self = FZ_INSPECTION_FORM (object);

  fz_session_unref (self->session);
  g_free (self->from);
  g_free (self->to);
  G_OBJECT_CLASS (fz_inspection_form_parent_class)->finalize (object);
}

static void
fz_inspection_form_class_init (FzInspectionFormClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_inspection_form_finalize;
}

static void
fz_inspection_form_init (FzInspectionForm *self)
{
}

GtkWidget *
fz_inspection_level_drop_down_new (void)
{
  GtkWidget *drop = fz_drop_down_new (NULL);

  fz_drop_down_add (FZ_DROP_DOWN (drop), "full", _ ("全部"), _ ("文书、证据影像和上报情况原样附上"));
  fz_drop_down_add (FZ_DROP_DOWN (drop), "pseudonymised", _ ("去标识"), _ ("不含患者身份和自由文字；文书只列哈希和存在证明"));
  fz_drop_down_add (FZ_DROP_DOWN (drop), "statistics", _ ("仅统计"), _ ("只有张数和次数"));
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), "full");
  return drop;
}

GtkWidget *
fz_inspection_form_new (FzSession *session)
{
  FzInspectionForm *self = g_object_new (FZ_TYPE_INSPECTION_FORM, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *card = fz_put (GTK_WIDGET (self), fz_card_new_titled ("report", _ ("检查材料"))), *body = fz_card_body (card), *acts, *button;

  self->session = fz_session_ref (session);
  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, fz_wrapped (_ ("为监管部门的检查制作一份材料：文书、证据、上报台账、日志摘录和核验程序，由机构签名。制作前须有另一人批准的授权。"), "fz-soft"));
  self->days = fz_put (body, gtk_label_new (NULL));
  gtk_label_set_xalign (GTK_LABEL (self->days), 0);
  self->form = fz_put (body, fz_form_new (2));
  self->recipient = add_entry (self, "recipient", _ ("提供给"), TRUE);
  self->purpose = add_entry (self, "purpose", _ ("用途"), TRUE);
  self->level = fz_inspection_level_drop_down_new ();
  fz_form_add (self->form, "level", fz_form_row_new (_ ("内容层级"), self->level, FALSE), 1);
  self->doctor = add_entry (self, "doctor", _ ("医师工号"), FALSE);
  self->patient = add_entry (self, "patient", _ ("患者（就诊编号）"), FALSE);
  self->complaint = add_entry (self, "complaint", _ ("投诉编号"), FALSE);
  self->sensitive = gtk_check_button_new_with_label (_ ("标为特别敏感的就诊也提供"));
  fz_form_add (self->form, "sensitive", fz_form_row_new (NULL, self->sensitive, FALSE), 2);
  self->seal = gtk_check_button_new_with_label (_ ("密封为一个加密文件（移交保管、寄送）"));
  fz_form_add (self->form, "seal", fz_form_row_new (NULL, self->seal, FALSE), 2);
  acts = fz_put (body, fz_line (8));
  button = fz_put (acts, fz_button_new (FZ_BUTTON_PRIMARY, "download", _ ("制作材料…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_make), self);
  button = fz_put (acts, fz_button_new (FZ_BUTTON_PLAIN, "plus", _ ("申请授权…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_ask), self);
  self->work = fz_put (body, fz_long_work_new (session));
  return GTK_WIDGET (self);
}
