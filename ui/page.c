#include "ui/page.h"

G_DEFINE_INTERFACE (FzPage, fz_page, GTK_TYPE_WIDGET)

static void
fz_page_default_init (FzPageInterface *iface)
{
}

void
fz_page_refresh (GtkWidget *page)
{
  if (page != NULL && FZ_IS_PAGE (page) && FZ_PAGE_GET_IFACE (page)->refresh != NULL)
    FZ_PAGE_GET_IFACE (page)->refresh (FZ_PAGE (page));
}

void
fz_page_leave (GtkWidget *page)
{
  if (page != NULL && FZ_IS_PAGE (page) && FZ_PAGE_GET_IFACE (page)->leave != NULL)
    FZ_PAGE_GET_IFACE (page)->leave (FZ_PAGE (page));
}

void
fz_page_search (GtkWidget *page, const char *text, GListStore *rows)
{
  if (page != NULL && FZ_IS_PAGE (page) && FZ_PAGE_GET_IFACE (page)->search != NULL)
    FZ_PAGE_GET_IFACE (page)->search (FZ_PAGE (page), text, rows);
}

void
fz_page_open (GtkWidget *page, const char *id)
{
  if (page != NULL && FZ_IS_PAGE (page) && FZ_PAGE_GET_IFACE (page)->open != NULL)
    FZ_PAGE_GET_IFACE (page)->open (FZ_PAGE (page), id);
}

void
fz_page_changed (GtkWidget *page)
{
  gtk_widget_activate_action (page, "win.changed", NULL);
}

void
fz_page_set_notices (GtkWidget *page, guint n)
{
  gtk_widget_activate_action (page, "win.notices", "u", n);
}
