#include "ui/dialog_purge.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define DAYS 7 /* the request stands a week */

/* What was counted, shared with the work that counts: the dialog may be gone before it ends. */
typedef struct {
  GMutex mutex;
  FzFields *plan; /* NULL: nothing was counted, or the form says something else since */
  guint serial;   /* of the form as it is */
} Shared;

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *form, *class, *to, *until, *words, *count, *work;
  Shared *shared;
  FzSigned asked;
  GObject *owner;
} Ask;

static void
shared_clear (gpointer data)
{
  Shared *shared = data;

  g_clear_pointer (&shared->plan, fz_fields_unref);
  g_mutex_clear (&shared->mutex);
}

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_atomic_rc_box_release_full (ask->shared, shared_clear);
  fz_session_unref (ask->session);
  g_object_unref (ask->owner);
  g_free (ask);
}

/* --- counting --- */

typedef struct {
  FzFields *ask;
  Shared *shared;
  guint serial;
} Count;

static void
count_free (gpointer data)
{
  Count *count = data;

  fz_fields_unref (count->ask);
  g_atomic_rc_box_release_full (count->shared, shared_clear);
  g_free (count);
}

static void
on_progress (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report (data, done, total);
}

static char *
say_plan (const FzFields *plan)
{
  GString *said = g_string_new (NULL);

  g_string_append_printf (said, _ ("到期可清除%s项，涉及%s次就诊；另有%s次就诊因保全不清除。"), fz_fields_get (plan, "n"), fz_fields_get (plan, "visits"),
                          fz_fields_get (plan, "held"));
  g_string_append_printf (said, _ ("\n保存期限%s年：%s"), fz_fields_get (plan, "years"), fz_fields_get (plan, "basis"));
  for (guint i = 0; i < MIN (3, fz_fields_count (plan, "hold")); i++)
    g_string_append_printf (said, "\n%s", fz_fields_get_at (plan, "hold", i, NULL));
  return g_string_free (said, FALSE);
}

static char *
count (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Count *what = data;
  g_autoptr (FzFields) plan = fz_desk_plan_purge (session, what->ask, stop, on_progress, work, error);
  char *said = plan != NULL ? say_plan (plan) : NULL;

  g_mutex_lock (&what->shared->mutex);
  if (plan != NULL && what->serial == what->shared->serial)
    what->shared->plan = g_steal_pointer (&plan);
  g_mutex_unlock (&what->shared->mutex);
  return said;
}

static void
forget_plan (Ask *ask)
{
  g_mutex_lock (&ask->shared->mutex);
  ask->shared->serial++;
  g_clear_pointer (&ask->shared->plan, fz_fields_unref);
  g_mutex_unlock (&ask->shared->mutex);
  fz_dialog_set_sensitive (ask->dialog, "ask", FALSE);
}

static void
on_changed (GtkWidget *widget, Ask *ask)
{
  forget_plan (ask);
}

static void
on_count (GtkButton *button, Ask *ask)
{
  Count *what = g_new0 (Count, 1);
  g_autofree char *to = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (ask->to))));

  forget_plan (ask);
  fz_dialog_set_error (ask->dialog, NULL);
  what->ask = fz_fields_new ("fuzhen.purge_ask/v1");
  fz_fields_set (what->ask, "class", fz_drop_down_get_code (FZ_DROP_DOWN (ask->class)));
  fz_fields_set (what->ask, "to", to);
  what->shared = g_atomic_rc_box_acquire (ask->shared);
  what->serial = ask->shared->serial;
  fz_long_work_run (FZ_LONG_WORK (ask->work), _ ("清点到期的内容"), TRUE, count, what, count_free);
}

static FzFields *
dup_plan (Ask *ask)
{
  FzFields *plan;

  g_mutex_lock (&ask->shared->mutex);
  plan = ask->shared->plan != NULL ? fz_fields_ref (ask->shared->plan) : NULL;
  g_mutex_unlock (&ask->shared->mutex);
  return plan;
}

static void
on_counted (FzLongWork *work, gboolean good, Ask *ask)
{
  g_autoptr (FzFields) plan = dup_plan (ask);

  fz_dialog_set_sensitive (ask->dialog, "ask", plan != NULL && g_strcmp0 (fz_fields_get (plan, "n"), "0") != 0);
}

/* --- asking --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Ask *ask = data;
  g_autoptr (GObject) owner = g_object_ref (ask->owner);
  FzSigned asked = ask->asked;

  fz_dialog_close (ask->dialog);
  asked (ids, owner);
}

static void
on_response (FzDialog *dialog, const char *response, Ask *ask)
{
  g_autoptr (FzFields) plan = dup_plan (ask), facts = NULL;
  g_autofree char *words = NULL, *until = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  if (!g_str_equal (response, "ask") || plan == NULL)
    return;
  facts = fz_fields_new ("fuzhen.purge_ask/v1");
  words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (ask->words)));
  until = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (ask->until))));
  fz_fields_set (facts, "list_sha256", fz_fields_get (plan, "list_sha256"));
  fz_fields_set (facts, "purpose", "G01");
  fz_fields_set (facts, "words", words);
  fz_fields_set (facts, "until_on", until);
  fz_dialog_set_error (dialog, NULL);
  sheet = fz_desk_prepare_purge (ask->session, facts, &error);
  if (sheet == NULL)
    fz_dialog_set_error (dialog, error->message);
  else
    fz_sign_flow_start (GTK_WIDGET (dialog), ask->session, sheet, _ ("申请到期清除"), on_signed, ask, NULL);
}

/* --- building --- */

static GtkWidget *
day_entry (const char *day)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), day);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 12);
  return entry;
}

static void
add_form (Ask *ask)
{
  FzDate today = fz_date_in_beijing (fz_session_now_us (ask->session));
  g_autofree char *to = fz_date_format (fz_date_add_months (today, -37)), *until = fz_date_format (fz_date_add_days (today, DAYS));

  ask->form = fz_form_new (2);
  ask->class = fz_drop_down_new (NULL);
  fz_drop_down_add (FZ_DROP_DOWN (ask->class), "image", _ ("图文资料"), _ ("没有作为判断依据的图片"));
  fz_drop_down_add (FZ_DROP_DOWN (ask->class), "talk", _ ("图文对话"), _ ("医患沟通的文字；日志条目保留"));
  fz_drop_down_add (FZ_DROP_DOWN (ask->class), "detail", _ ("操作过程的详情"), _ ("查阅、打印时所填的说明；日志条目保留"));
  fz_drop_down_set_code (FZ_DROP_DOWN (ask->class), "image");
  ask->to = day_entry (to);
  ask->until = day_entry (until);
  ask->words = fz_text_area_new (_ ("例如：保存期限届满，按年度计划清除"), 2, 500);
  fz_access_label (ask->words, _ ("理由"));
  ask->count = fz_button_new (FZ_BUTTON_PLAIN, "list", _ ("清点"));
  gtk_widget_set_halign (ask->count, GTK_ALIGN_START);
  ask->work = fz_long_work_new (ask->session);
  fz_form_add (ask->form, "class", fz_form_row_new (_ ("清除什么"), ask->class, TRUE), 1);
  fz_form_add (ask->form, "to", fz_form_row_new (_ ("到哪一天为止的就诊"), ask->to, TRUE), 1);
  fz_form_add (ask->form, "count", fz_form_row_new ("", ask->count, FALSE), 1);
  fz_form_add (ask->form, "until", fz_form_row_new (_ ("申请有效至"), ask->until, TRUE), 1);
  fz_form_add (ask->form, "words", fz_form_row_new (_ ("理由"), ask->words, TRUE), 2);
}

void
fz_dialog_purge (GtkWidget *over, FzSession *session, FzSigned asked, GObject *owner)
{
  Ask *ask = g_new0 (Ask, 1);
  GtkWidget *body = fz_column (12);

  ask->session = fz_session_ref (session);
  ask->shared = g_atomic_rc_box_new0 (Shared);
  g_mutex_init (&ask->shared->mutex);
  ask->asked = asked;
  ask->owner = g_object_ref (owner);
  ask->dialog = fz_dialog_new (_ ("到期清除"), _ ("先清点，再申请；由另一人批准后才能清除，清除后不能恢复。签名文书、日志条目和证明不变。"));
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-ask", ask, ask_free);
  fz_dialog_set_width (ask->dialog, 620);
  add_form (ask);
  fz_put (body, ask->form);
  fz_put (body, ask->work);
  fz_dialog_set_body (ask->dialog, body, FALSE);
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, "ask", _ ("核对并签名"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (ask->dialog, "ask", FALSE);
  g_signal_connect (ask->class, "changed", G_CALLBACK (on_changed), ask);
  g_signal_connect (ask->to, "changed", G_CALLBACK (on_changed), ask);
  g_signal_connect (ask->count, "clicked", G_CALLBACK (on_count), ask);
  g_signal_connect (ask->work, "ended", G_CALLBACK (on_counted), ask);
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  fz_dialog_present (ask->dialog, over);
}

/* --- carrying it out --- */

typedef struct {
  FzLongWork *work;
  char *grant;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_object_unref (order->work);
  g_free (order->grant);
  g_free (order);
}

static char *
carry_out (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  g_autoptr (FzFields) purge = fz_desk_run_purge (session, data, stop, on_progress, work, error);

  return purge != NULL ? g_strdup_printf (_ ("%s：已清除%s项，%s项因保全等原因保留。墓碑已签名。此前的备份仍含这些内容，请按备份制度处理。"), fz_fields_get (purge, "purge.id"),
                                          fz_fields_get (purge, "purge.removed"), fz_fields_get (purge, "purge.kept"))
                       : NULL;
}

static void
on_confirmed (FzDialog *dialog, const char *response, Order *order)
{
  if (!g_str_equal (response, "run"))
    return;
  fz_long_work_run (order->work, _ ("到期清除"), TRUE, carry_out, g_strdup (order->grant), g_free);
  fz_dialog_close (dialog);
}

void
fz_dialog_purge_run (GtkWidget *over, FzLongWork *work, const FzFields *row)
{
  FzDialog *dialog = fz_dialog_new (_ ("现在清除？"), _ ("按批准的清单逐批清除，不能恢复。中途可以停止，已清除的不受影响，以后可以继续。"));
  g_autofree char *lines = NULL;
  GString *said = g_string_new (NULL);
  Order *order = g_new0 (Order, 1);

  for (guint i = 0; i < fz_fields_count (row, "grant.line"); i++)
    g_string_append_printf (said, "%s%s", i > 0 ? "\n" : "", fz_fields_get_at (row, "grant.line", i, NULL));
  lines = g_string_free (said, FALSE);
  order->work = g_object_ref (work);
  order->grant = g_strdup (fz_fields_get (row, "grant.id"));
  g_object_set_data_full (G_OBJECT (dialog), "fz-order", order, order_free);
  fz_dialog_set_width (dialog, 560);
  fz_dialog_set_body (dialog, fz_wrapped (lines, NULL), FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "run", _ ("清除"), FZ_BUTTON_DANGER);
  g_signal_connect (dialog, "response", G_CALLBACK (on_confirmed), order);
  fz_dialog_present (dialog, over);
}
