#include "ui/monitors.h"

#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define MONITORS "fz-monitors"
#define SOON_DAYS 3 /* from then on the day is shown as coming up */

typedef struct {
  FzSession *session;
  GtkWidget *button, *list;
  FzDialog *dialog; /* the list, while it is open */
} Monitors;

/* One result on its way to be signed. */
typedef struct {
  Monitors *monitors;
  GtkWidget *button; /* held: the page may go meanwhile */
  FzFields *row;
  FzDialog *asking; /* weak */
} Result;

static void
monitors_free (gpointer data)
{
  Monitors *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

static void
result_free (gpointer data)
{
  Result *result = data;

  g_clear_weak_pointer (&result->asking);
  g_object_unref (result->button);
  fz_fields_unref (result->row);
  g_free (result);
}

static Result *
result_dup (const Result *from)
{
  Result *result = g_new0 (Result, 1);

  result->monitors = from->monitors;
  result->button = g_object_ref (from->button);
  result->row = fz_fields_ref (from->row);
  return result;
}

static gint64
days_left (const FzFields *row)
{
  gint64 days = 0;

  fz_fields_get_int (row, "monitor.days", &days);
  return days;
}

/* --- one promise --- */

static GtkWidget *
pill_of (const FzFields *row)
{
  gint64 days = days_left (row);
  g_autofree char *text = days < 0    ? g_strdup_printf (_ ("逾期 %d 天"), (int) -days)
                          : days == 0 ? g_strdup (_ ("今天到期"))
                                      : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "还有 %d 天", "还有 %d 天", (gulong) days), (int) days);

  return fz_pill_new (days < 0 ? FZ_STATUS_STOP : days <= SOON_DAYS ? FZ_STATUS_WARN : FZ_STATUS_NEUTRAL, text);
}

static void fill (Monitors *self);

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Result *result = data;

  if (result->asking != NULL)
    fz_dialog_close (result->asking);
  if (result->monitors->dialog != NULL)
    fill (result->monitors);
  fz_monitors_button_refresh (result->button);
}

static gboolean
on_given (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  Result *result = result_dup (data);
  gint64 position = 0;
  FzSheet *sheet;

  fz_fields_get_int (result->row, "monitor.position", &position);
  sheet = fz_desk_prepare_monitoring (result->monitors->session, fz_fields_get (result->row, "monitor.rx"), (guint) position, code, words, error);
  if (sheet == NULL) {
    result_free (result);
    return FALSE;
  }
  g_set_weak_pointer (&result->asking, dialog);
  fz_sign_flow_start (GTK_WIDGET (dialog), result->monitors->session, sheet, _ ("签署用药监测记录"), on_signed, result, result_free);
  return TRUE;
}

static void
on_record (GtkButton *button, Monitors *self)
{
  const FzFields *row = g_object_get_data (G_OBJECT (button), "fz-row");
  g_autoptr (GPtrArray) codes = fz_desk_codes (self->session, "monitor_outcome", NULL);
  g_autofree char *about = g_strdup_printf (_ ("%s · 处方 %s · 承诺监测：%s"), fz_fields_get (row, "patient.name"), fz_fields_get (row, "monitor.rx"),
                                            fz_fields_get (row, "monitor.what"));
  Result *result = g_new0 (Result, 1);
  const FzReasonAsk ask = { .title = _ ("登记监测结果"),
                            .subtitle = about,
                            .codes = codes,
                            .codes_caption = _ ("结果"),
                            .words_caption = _ ("查了什么、数值或情况、日期"),
                            .words_hint = _ ("如 3月12日 血钾 4.6 mmol/L，肌酐 82 μmol/L"),
                            .confirm = _ ("去签名") };

  result->monitors = self;
  result->button = g_object_ref (self->button);
  result->row = fz_fields_ref ((FzFields *) row);
  fz_dialog_reason (GTK_WIDGET (button), &ask, on_given, result, result_free);
}

static GtkWidget *
row_new (Monitors *self, FzFields *row)
{
  GtkWidget *card = fz_card_new_padded (6), *first = fz_put (card, fz_wrap_new (8, 4)), *record;
  g_autofree char *day = fz_say_value (fz_fields_get (row, "monitor.on")), *due = g_strdup_printf (_ ("最迟 %s"), day);
  g_autofree char *name = g_strdup_printf (_ ("登记 %s 的监测结果"), fz_fields_get (row, "patient.name"));

  fz_wrap_add (first, fz_text (fz_fields_get (row, "patient.name"), "fz-strong"));
  fz_wrap_add (first, pill_of (row));
  fz_wrap_add (first, fz_text (due, "fz-caption"));
  fz_put (card, fz_wrapped (fz_fields_get (row, "monitor.what"), NULL));
  fz_put (card, fz_wrapped (fz_fields_get (row, "monitor.message"), "fz-soft"));
  record = fz_put (card, fz_button_new (FZ_BUTTON_SOFT, "signature", _ ("登记结果…")));
  gtk_widget_add_css_class (record, "fz-compact");
  gtk_widget_set_halign (record, GTK_ALIGN_START);
  fz_access_label (record, name);
  g_object_set_data_full (G_OBJECT (record), "fz-row", fz_fields_ref (row), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (record, "clicked", G_CALLBACK (on_record), self);
  return card;
}

/* --- the list --- */

static void
fill (Monitors *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_monitors (self->session, &error);

  fz_empty (self->list);
  fz_dialog_set_error (self->dialog, rows == NULL ? error->message : NULL);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_put (self->list, row_new (self, rows->pdata[i]));
  if (rows != NULL && rows->len == 0)
    fz_put (self->list, fz_empty_state_new ("check", _ ("没有待监测的事项"), _ ("开方时以“将监测”为理由签署的，会列在这里，直到登记结果。"), NULL));
}

static void
on_response (FzDialog *dialog, const char *response, Monitors *self)
{
  if (!g_str_equal (response, FZ_RESPONSE_CANCEL))
    fz_dialog_close (dialog);
}

static void
on_gone (gpointer data, GObject *dialog)
{
  Monitors *self = data;

  self->dialog = NULL;
  self->list = NULL;
}

static void
on_open (GtkButton *button, Monitors *self)
{
  self->dialog = fz_dialog_new (_ ("待监测"), _ ("开方时您承诺监测的事项，按到期先后；登记结果后签名，作废的处方自动去除。"));
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-button", g_object_ref (self->button), g_object_unref); /* and with it `self` */
  g_object_weak_ref (G_OBJECT (self->dialog), on_gone, self);
  self->list = fz_column (10);
  fz_dialog_set_width (self->dialog, 620);
  fz_dialog_set_body (self->dialog, self->list, FALSE);
  fz_dialog_add_button (self->dialog, "close", _ ("关闭"), FZ_BUTTON_PLAIN);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fill (self);
  fz_dialog_present (self->dialog, GTK_WIDGET (button));
}

/* --- the button --- */

void
fz_monitors_button_refresh (GtkWidget *button)
{
  Monitors *self = g_object_get_data (G_OBJECT (button), MONITORS);
  g_autoptr (GPtrArray) rows = fz_desk_list_monitors (self->session, NULL);
  g_autofree char *text = NULL;
  guint n = rows != NULL ? rows->len : 0, over = 0;

  for (guint i = 0; i < n; i++)
    over += days_left (rows->pdata[i]) < 0;
  gtk_widget_set_visible (button, n > 0);
  if (n == 0)
    return;
  text = over > 0 ? g_strdup_printf (_ ("待监测 %u 项，%u 项逾期"), n, over) : g_strdup_printf (_ ("待监测 %u 项"), n);
  fz_button_set_label (button, text);
}

GtkWidget *
fz_monitors_button_new (FzSession *session)
{
  GtkWidget *button = fz_button_new (FZ_BUTTON_PLAIN, "clock", _ ("待监测"));
  Monitors *self = g_new0 (Monitors, 1);

  self->session = fz_session_ref (session);
  self->button = button;
  g_object_set_data_full (G_OBJECT (button), MONITORS, self, monitors_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_open), self);
  gtk_widget_set_visible (button, FALSE);
  return button;
}
