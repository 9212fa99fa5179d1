#include "ui/report_schedule.h"

#include "core/date.h"
#include "ui/dialog_entry.h"
#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define REGISTER "report-schedule"

struct _FzReportSchedule {
  GtkBox parent_instance;
  FzSession *session;
  FzFields *reg, *row; /* the register's definition; the report chosen, NULL: none */
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (FzReportSchedule, fz_report_schedule, GTK_TYPE_BOX)

static char *
value_of (FzReportSchedule *self, const FzFields *entry, const char *key)
{
  for (guint i = 0; i < fz_fields_count (self->reg, "field"); i++)
    if (g_strcmp0 (fz_fields_get_at (self->reg, "field", i, "key"), key) == 0)
      return fz_entry_value (self->reg, i, entry);
  return NULL;
}

static void
put_entry (FzReportSchedule *self, const FzFields *entry)
{
  g_autofree char *title = value_of (self, entry, "subject"), *every = value_of (self, entry, "kind"), *form = value_of (self, entry, "form"),
                  *folder = value_of (self, entry, "folder");
  g_autofree char *how = g_strdup_printf ("%s · %s · %s", every, form, folder);
  GtkWidget *line = fz_put (self->list, fz_column (1));

  fz_put (line, fz_wrapped (title, NULL));
  fz_put (line, fz_wrapped (how, "fz-caption"));
}

static void
reload (FzReportSchedule *self)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  fz_fields_set (filter, "open", "yes");
  entries = fz_desk_list_entries (self->session, REGISTER, filter, &error);
  fz_empty (self->list);
  if (entries == NULL)
    fz_put (self->list, fz_wrapped (error->message, "fz-caption"));
  else if (entries->len == 0)
    fz_put (self->list, fz_wrapped (_ ("还没有定时制作的报表。"), "fz-caption"));
  else
    fz_put (self->list, fz_wrapped (_ ("每期结束后，医务管理人员登录时自动制作；更改和停止在台账“定时报表”。"), "fz-caption"));
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    put_entry (self, entries->pdata[i]);
}

static void
on_done (const char *entry, gpointer data)
{
  fz_toast_show (GTK_WIDGET (data), FZ_STATUS_OK, _ ("已签名并记入台账"));
  reload (data);
}

static void
on_set (GtkButton *button, FzReportSchedule *self)
{
  g_autoptr (FzFields) start = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (self->session)));

  fz_fields_set (start, "field.subject", fz_fields_get (self->row, "title"));
  fz_fields_set (start, "field.report", fz_fields_get (self->row, "name"));
  fz_fields_set (start, "field.kind", g_strcmp0 (fz_fields_get (self->row, "period"), "month") == 0 ? "month" : NULL);
  fz_fields_set (start, "field.form", "xlsx");
  fz_fields_set (start, "field.since", today);
  fz_dialog_entry_from (GTK_WIDGET (self), self->session, self->reg, start, "set", on_done, G_OBJECT (self));
}

void
fz_report_schedule_set_report (FzReportSchedule *self, const FzFields *row)
{
  gboolean shown = row != NULL && self->reg != NULL && !fz_fields_is_yes (row, "grant");

  g_clear_pointer (&self->row, fz_fields_unref);
  self->row = shown ? fz_fields_ref ((FzFields *) row) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self), shown);
}

static void
on_map (GtkWidget *widget, gpointer data)
{
  reload (FZ_REPORT_SCHEDULE (widget)); /* reading is audited: not before somebody looks */
}

static void
fz_report_schedule_finalize (GObject *object)
{
  FzReportSchedule *self = FZ_REPORT_SCHEDULE (object);

  g_clear_pointer (&self->reg, fz_fields_unref);
  g_clear_pointer (&self->row, fz_fields_unref);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_report_schedule_parent_class)->finalize (object);
}

static void
fz_report_schedule_class_init (FzReportScheduleClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_report_schedule_finalize;
}

static void
fz_report_schedule_init (FzReportSchedule *self)
{
}

GtkWidget *
fz_report_schedule_new (FzSession *session)
{
  FzReportSchedule *self = g_object_new (FZ_TYPE_REPORT_SCHEDULE, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *card = fz_put (GTK_WIDGET (self), fz_card_new_titled ("calendar", _ ("定时制作"))), *body = fz_card_body (card), *button;

  self->session = fz_session_ref (session);
  self->reg = fz_desk_read_register (session, REGISTER, NULL);
  gtk_box_set_spacing (GTK_BOX (body), 12);
  self->list = fz_put (body, fz_column (8));
  button = fz_put (body, fz_button_new (FZ_BUTTON_PLAIN, "plus", _ ("定时制作这份报表…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_set), self);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  return GTK_WIDGET (self);
}
