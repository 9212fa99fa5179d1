#include "ui/place_search.h"

#include "ui/page.h"
#include "ui/places.h"

#define PLACE "fz-place"

static FzShell *
shell_of (FzSearchField *field)
{
  return FZ_SHELL (gtk_widget_get_root (GTK_WIDGET (field)));
}

/* What the rows from `before` on were found by, so that the page can be opened again. */
static void
mark_rows (GListStore *rows, guint before, const char *place)
{
  for (guint i = before; i < g_list_model_get_n_items (G_LIST_MODEL (rows)); i++) {
    g_autoptr (GObject) row = g_list_model_get_item (G_LIST_MODEL (rows), i);

    g_object_set_data (row, PLACE, (gpointer) place);
  }
}

static void
search (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  FzSession *session = user_data;
  g_autoptr (GPtrArray) places = fz_places_of (fz_session_get_role (session));
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);

  for (guint i = 0; i < places->len; i++) {
    const char *id = ((const FzPlaceOf *) places->pdata[i])->id;
    guint before = g_list_model_get_n_items (G_LIST_MODEL (rows));

    fz_page_search (fz_shell_get_page (shell_of (field), id), text, rows);
    mark_rows (rows, before, id);
  }
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static void
on_picked (FzSearchField *field, FzSearchRow *row, FzShell *shell)
{
  const char *place = g_object_get_data (G_OBJECT (row), PLACE);

  if (fz_shell_show (shell, place))
    fz_page_open (fz_shell_get_page (shell, place), fz_search_row_get_id (row));
}

static gboolean
can_search (FzShell *shell, FzSession *session)
{
  g_autoptr (GPtrArray) places = fz_places_of (fz_session_get_role (session));

  for (guint i = 0; i < places->len; i++)
    if (fz_page_can_search (fz_shell_get_page (shell, ((const FzPlaceOf *) places->pdata[i])->id)))
      return TRUE;
  return FALSE;
}

void
fz_place_search_set_session (FzShell *shell, FzSession *session)
{
  FzSearchField *field = fz_shell_get_search (shell);

  g_signal_handlers_disconnect_by_data (field, shell);
  fz_search_field_set_text (field, ""); /* the former person's words */
  fz_search_field_set_search (field, session != NULL ? search : NULL, session);
  gtk_widget_set_visible (GTK_WIDGET (field), session != NULL && can_search (shell, session));
  if (session != NULL)
    g_signal_connect (field, "picked", G_CALLBACK (on_picked), shell);
}
