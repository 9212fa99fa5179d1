/* ui/page.h: what a place of the window is. A page is a GtkWidget made from one session by `GtkWidget *fz_page_NAME_new
 * (FzSession *session)`; it keeps a reference to the session, calls app/desk.h and shows what comes back.
 *
 * A page that wants to be told more implements this interface (G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, …)); both functions may be NULL.
 * The window destroys pages at lock, sign-out and another person's sign-in: a call that is still running must hold its own
 * reference to the page (g_object_ref in, g_object_unref in the callback). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_PAGE (fz_page_get_type ())
G_DECLARE_INTERFACE (FzPage, fz_page, FZ, PAGE, GtkWidget)

struct _FzPageInterface {
  GTypeInterface parent_interface;
  /* The place is shown again, or the window's clock went round: read what may have changed. Keeps selection, focus and what is typed. */
  void (*refresh) (FzPage *self);
  /* The page is about to be covered or destroyed while the session can still write: save what is typed. */
  void (*leave) (FzPage *self);
  /* Adds FzSearchRow for what was typed into the window's search; open is then called with the id of the one that was picked. */
  void (*search) (FzPage *self, const char *text, GListStore *rows);
  void (*open) (FzPage *self, const char *id);
};

/* Any widget may be given; one that is no FzPage is left alone. */
void fz_page_refresh (GtkWidget *page);
void fz_page_leave (GtkWidget *page);
void fz_page_search (GtkWidget *page, const char *text, GListStore *rows);
void fz_page_open (GtkWidget *page, const char *id);

/* What stands in the place of what could not be read: the cause, who can mend it, and a button that asks the page again. */
GtkWidget *fz_page_error_new (const GError *error);
/* The same in `place`, a box, in the stead of `list`, which would show what is no longer so; NULL: it could be read, and the list is seen again. */
void fz_page_tell (GtkWidget *place, GtkWidget *list, const GError *error);

/* From a page to its window: how many things wait for this person there (the bell). Pressing the bell shows the page and opens
 * FZ_PAGE_NOTICES in it. */
#define FZ_PAGE_NOTICES "notices"
void fz_page_set_notices (GtkWidget *page, guint n);
/* From a page to its window: something was done that the status line and the rail's numbers count. */
void fz_page_changed (GtkWidget *page);
