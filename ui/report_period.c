#include "ui/report_period.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define PERIOD "fz-report-period"
#define OWN "own"

typedef struct {
  FzSession *session;
  GtkWidget *ready, *dates, *form, *from, *to;
  FzReportPeriodChanged changed;
  gpointer data;
} Period;

static const struct {
  const char *id, *word;
} ready_made[] = { { "today", N_ ("今天") }, { "yesterday", N_ ("昨天") }, { "week", N_ ("近7天") }, { "month", N_ ("本月") }, { OWN, N_ ("自选") } };

static void
period_free (gpointer data)
{
  Period *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

static void
find_days (const char *id, FzDate today, FzDate *first, FzDate *last)
{
  *first = *last = today;
  if (g_str_equal (id, "yesterday"))
    *first = *last = fz_date_add_days (today, -1);
  else if (g_str_equal (id, "week"))
    *first = fz_date_add_days (today, -6);
  else if (g_str_equal (id, "month"))
    first->day = 1;
  else if (g_str_equal (id, "year"))
    first->day = first->month = 1;
}

static void
fill_dates (Period *self, const char *id)
{
  FzDate first, last, today = fz_date_in_beijing (fz_session_now_us (self->session));
  g_autofree char *from = NULL, *to = NULL;

  find_days (id, today, &first, &last);
  from = fz_date_format (first);
  to = fz_date_format (last);
  gtk_editable_set_text (GTK_EDITABLE (self->from), from);
  gtk_editable_set_text (GTK_EDITABLE (self->to), to);
}

/* --- typed --- */

static gboolean
read_date (Period *self, GtkWidget *entry, const char *field, FzDate *out)
{
  if (fz_date_parse (gtk_editable_get_text (GTK_EDITABLE (entry)), out, NULL))
    return TRUE;
  fz_form_set_finding (self->form, field, FZ_STATUS_STOP, _ ("日期按 2026-01-05 填写"));
  return FALSE;
}

gboolean
fz_report_period_read (GtkWidget *period, gint64 *out_from_us, gint64 *out_to_us)
{
  Period *self = g_object_get_data (G_OBJECT (period), PERIOD);
  FzDate first, last;
  gboolean good;

  fz_form_clear_findings (self->form);
  good = read_date (self, self->from, "from", &first);
  good = read_date (self, self->to, "to", &last) && good;
  if (good && fz_date_compare (first, last) > 0) {
    fz_form_set_finding (self->form, "to", FZ_STATUS_STOP, _ ("结束日期早于开始日期"));
    good = FALSE;
  }
  if (good) {
    *out_from_us = fz_date_beijing_start_us (first);
    *out_to_us = fz_date_beijing_start_us (fz_date_add_days (last, 1));
  }
  return good;
}

void
fz_report_period_get_days (GtkWidget *period, const char **out_from, const char **out_to)
{
  Period *self = g_object_get_data (G_OBJECT (period), PERIOD);

  *out_from = gtk_editable_get_text (GTK_EDITABLE (self->from));
  *out_to = gtk_editable_get_text (GTK_EDITABLE (self->to));
}

/* --- chosen --- */

void
fz_report_period_set (GtkWidget *period, const char *id)
{
  Period *self = g_object_get_data (G_OBJECT (period), PERIOD);
  gboolean own = g_str_equal (id, "year");

  fz_segments_set_active (FZ_SEGMENTS (self->ready), own ? OWN : id);
  gtk_widget_set_visible (self->dates, own);
  fill_dates (self, id);
}

static void
on_ready (FzSegments *segments, const char *id, Period *self)
{
  gtk_widget_set_visible (self->dates, g_str_equal (id, OWN));
  if (g_str_equal (id, OWN)) {
    gtk_widget_grab_focus (self->from);
    return;
  }
  fill_dates (self, id);
  self->changed (self->data);
}

static void
on_show (Period *self)
{
  self->changed (self->data);
}

/* From the first of January: what is told once a year. */
static void
on_year (Period *self)
{
  fill_dates (self, "year");
  self->changed (self->data);
}

static GtkWidget *
dates_new (Period *self)
{
  GtkWidget *box = fz_column (10), *line, *button;

  self->form = fz_put (box, fz_form_new (2));
  self->from = gtk_entry_new ();
  self->to = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->from), 10);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->to), 10);
  fz_form_add (self->form, "from", fz_form_row_new (_ ("开始日期"), self->from, TRUE), 1);
  fz_form_add (self->form, "to", fz_form_row_new (_ ("结束日期"), self->to, TRUE), 1);
  line = fz_put (box, fz_line (8));
  button = fz_put_wide (line, fz_button_new (FZ_BUTTON_PLAIN, "calendar", _ ("本年")));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_year), self);
  button = fz_put_wide (line, fz_button_new (FZ_BUTTON_PLAIN, "search", _ ("预览")));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_show), self);
  g_signal_connect_swapped (self->from, "activate", G_CALLBACK (on_show), self);
  g_signal_connect_swapped (self->to, "activate", G_CALLBACK (on_show), self);
  return box;
}

GtkWidget *
fz_report_period_new (FzSession *session, FzReportPeriodChanged changed, gpointer user_data)
{
  GtkWidget *period = fz_column (12);
  Period *self = g_new0 (Period, 1);

  self->session = fz_session_ref (session);
  self->changed = changed;
  self->data = user_data;
  g_object_set_data_full (G_OBJECT (period), PERIOD, self, period_free);
  self->ready = fz_put (period, fz_segments_new (_ ("期间")));
  for (gsize i = 0; i < G_N_ELEMENTS (ready_made); i++)
    fz_segments_add (FZ_SEGMENTS (self->ready), ready_made[i].id, _ (ready_made[i].word));
  self->dates = fz_put (period, dates_new (self));
  g_signal_connect (self->ready, "changed", G_CALLBACK (on_ready), self);
  fz_report_period_set (period, "today");
  return period;
}
