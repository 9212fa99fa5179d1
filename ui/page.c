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
