#include "ui/page_overview.h"

#include "core/date.h"
#include "ui/access_desk.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/opening.h"
#include "ui/overview_cards.h"
#include "ui/page_ledger.h"
#include "ui/page_report.h"
#include "ui/shell.h"

#include <glib/gi18n-lib.h>

struct _FzPageOverview {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *opening, *content, *hours;
  FzFields *shown;
};

#define FZ_TYPE_PAGE_OVERVIEW (fz_page_overview_get_type ())
G_DECLARE_FINAL_TYPE (FzPageOverview, fz_page_overview, FZ, PAGE_OVERVIEW, GtkBox)

static void fz_page_overview_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageOverview, fz_page_overview, GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_overview_page_init))

static void
open_ledger (GtkWidget *from, const char *state, gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWidget *ledger;

  if (!FZ_IS_SHELL (root) || !fz_shell_show (FZ_SHELL (root), "ledger"))
    return;
  ledger = fz_shell_get_page (FZ_SHELL (root), "ledger");
  if (ledger != NULL)
    fz_page_ledger_show (ledger, state);
}

/* The report of today in which the figure stands, as a table. */
static void
open_report (GtkWidget *from, const char *name, gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWidget *report;

  if (!FZ_IS_SHELL (root) || !fz_shell_show (FZ_SHELL (root), "report"))
    return;
  report = fz_shell_get_page (FZ_SHELL (root), "report");
  if (report != NULL)
    fz_page_report_show (report, name);
}

static void
show_today (FzPageOverview *self, const FzFields *today, gboolean unfolded)
{
  GtkWidget *alarms = fz_overview_alarms_new (today, open_ledger, self), *row;

  if (alarms != NULL)
    fz_put (self->content, alarms);
  fz_put (self->content, fz_overview_figures_new (today, open_report, self));
  self->hours = fz_put_wide (self->content, fz_overview_hours_new (today, unfolded, open_report, self));
  row = fz_put (self->content, fz_line (14));
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  fz_put_wide (row, fz_overview_visits_new (today, open_report, self));
  fz_put_wide (row, fz_overview_rx_new (today, open_report, self));
  fz_put_wide (row, fz_overview_upload_new (today, open_ledger, self));
}

static void
refresh (FzPage *page)
{
  FzPageOverview *self = FZ_PAGE_OVERVIEW (page);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) today = fz_desk_overview (self->session, &error);
  g_autofree char *day = fz_say_heading_day (fz_date_in_beijing (fz_session_now_us (self->session)));
  gboolean unfolded = self->hours != NULL && fz_overview_hours_is_unfolded (self->hours);

  fz_section_set_subtitle (self->title, day);
  fz_opening_line_refresh (self->opening);
  if (today != NULL && self->shown != NULL && fz_fields_equal (today, self->shown))
    return; /* nothing happened: do not take the focus away */
  g_clear_pointer (&self->shown, fz_fields_unref);
  self->hours = NULL;
  fz_empty (self->content);
  if (today == NULL) {
    fz_put_wide (self->content, fz_page_error_new (error));
    return;
  }
  self->shown = fz_fields_ref (today);
  show_today (self, today, unfolded);
}

static void
fz_page_overview_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_overview_finalize (GObject *object)
{
  FzPageOverview *self = FZ_PAGE_OVERVIEW (object);

  g_clear_pointer (&self->shown, fz_fields_unref);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_overview_parent_class)->finalize (object);
}

static void
fz_page_overview_class_init (FzPageOverviewClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_overview_finalize;
}

static void
fz_page_overview_init (FzPageOverview *self)
{
}

GtkWidget *
fz_page_overview_new (FzSession *session)
{
  FzPageOverview *self = g_object_new (FZ_TYPE_PAGE_OVERVIEW, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *column = fz_column (14);

  self->session = fz_session_ref (session);
  gtk_widget_add_css_class (column, "fz-page");
  self->title = fz_put (column, fz_page_title_new (_ ("总览"), ""));
  fz_section_add_end (self->title, fz_access_button_new (session));
  self->opening = fz_put (column, fz_opening_line_new (session, FALSE));
  self->content = fz_put_wide (column, fz_column (14));
  fz_put_wide (GTK_WIDGET (self), fz_scrolled (column));
  refresh (FZ_PAGE (self));
  return GTK_WIDGET (self);
}
