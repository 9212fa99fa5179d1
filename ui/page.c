#include "ui/page.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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

/* --- what could not be read --- */

/* For a message that says only what is so. */
static const char *
who_helps (const GError *error)
{
  if (error->domain != FZ_ERROR)
    return _ ("请再试一次；仍然如此的，请系统管理员在“系统”页存一份问题报告。");
  switch ((FzErrorCode) error->code) {
  case FZ_ERROR_LOCKED:
    return _ ("解锁以后再看。");
  case FZ_ERROR_REFUSED:
    return _ ("确需使用的，请向安全管理员说明。");
  case FZ_ERROR_OFFLINE:
    return _ ("网络恢复以后再试；一直连不上的，请系统管理员检查。");
  case FZ_ERROR_CORRUPT:
    return _ ("请不要继续办理，立即告诉系统管理员。");
  case FZ_ERROR_INVALID:
  case FZ_ERROR_PURPOSE:
  case FZ_ERROR_NOT_FOUND:
  case FZ_ERROR_CONFLICT:
  case FZ_ERROR_SIGNATURE:
  case FZ_ERROR_TOKEN:
  case FZ_ERROR_RETRY:
  case FZ_ERROR_REJECTED:
  case FZ_ERROR_UNKNOWN_OUTCOME:
  case FZ_ERROR_UNSUPPORTED:
  case FZ_ERROR_INTERNAL:
  default:
    return _ ("请再试一次；仍然如此的，请系统管理员在“系统”页存一份问题报告。");
  }
}

static void
on_again (GtkButton *button, gpointer unused)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (button), FZ_TYPE_PAGE);

  if (page == NULL)
    return;
  g_object_ref (page); /* the button may go with what it stands in */
  fz_page_refresh (page);
  g_object_unref (page);
}

GtkWidget *
fz_page_error_new (const GError *error)
{
  GtkWidget *again = fz_button_new (FZ_BUTTON_PLAIN, "refresh", _ ("再试一次"));

  g_signal_connect (again, "clicked", G_CALLBACK (on_again), NULL);
  if (strchr (error->message, '\n') != NULL)
    return fz_error_state_new_from (error, again);
  return fz_error_state_new (error->message, who_helps (error), again);
}

void
fz_page_tell (GtkWidget *place, GtkWidget *list, const GError *error)
{
  fz_empty (place);
  if (error != NULL)
    fz_put (place, fz_page_error_new (error));
  gtk_widget_set_visible (list, error == NULL);
}
