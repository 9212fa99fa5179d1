#include "ui/place_search.h"

#include "ui/arrival.h"
#include "ui/dialog_guide.h"
#include "ui/page.h"
#include "ui/places.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PLACE "fz-place"
#define TO_PLACE "place/"
#define TO_DO "do/"

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

/* In the window's language, or as the sources have it. */
static void
find_places (const GPtrArray *places, const char *text, GListStore *rows)
{
  for (guint i = 0; i < places->len; i++) {
    const FzPlaceOf *place = places->pdata[i];
    g_autofree char *keys = i < 9 ? g_strdup_printf ("Alt+%u", i + 1) : NULL;
    const char *other = g_str_has_prefix (place->id, text) ? place->id : place->word;

    fz_search_rows_offer (rows, text, &(FzSearchName){ TO_PLACE, place->id, _ (place->word), other, _ ("页面"), keys });
  }
}

/* --- what the window itself can do --- */

static void
to_light (FzShell *shell)
{
  fz_theme_apply (FZ_THEME_LIGHT);
}

static void
to_dark (FzShell *shell)
{
  fz_theme_apply (FZ_THEME_DARK);
}

static void
to_contrast (FzShell *shell)
{
  fz_theme_apply (FZ_THEME_CONTRAST);
}

static void
to_desktop (FzShell *shell)
{
  fz_theme_apply (FZ_THEME_SYSTEM);
}

static void
to_access (FzShell *shell)
{
  fz_dialog_guide (GTK_WIDGET (shell), "access", NULL);
}

/* `act` NULL: one of the person's, as from their menu. */
static const struct {
  const char *id, *word, *keys;
  void (*act) (FzShell *shell);
} acts[] = {
  { "keys", N_ ("键盘快捷键"), "Ctrl+?", NULL },  { "lock", N_ ("锁定"), NULL, NULL },
  { "switch", N_ ("切换人员"), NULL, NULL },       { "password", N_ ("更换登录口令"), NULL, NULL },
  { "leave", N_ ("退出登录"), NULL, NULL },        { "light", N_ ("换成浅色"), NULL, to_light },
  { "dark", N_ ("换成深色"), NULL, to_dark },      { "contrast", N_ ("换成高对比度"), NULL, to_contrast },
  { "desktop", N_ ("颜色随桌面设置"), NULL, to_desktop }, { "larger", N_ ("放大文字"), "Ctrl++", fz_shell_enlarge_text },
  { "smaller", N_ ("缩小文字"), "Ctrl+-", fz_shell_reduce_text }, { "access", N_ ("无障碍说明"), NULL, to_access },
};

static void
find_acts (const char *text, GListStore *rows)
{
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    fz_search_rows_offer (rows, text, &(FzSearchName){ TO_DO, acts[i].id, _ (acts[i].word), acts[i].word, _ ("操作"), acts[i].keys });
}

static void
act (FzShell *shell, const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_str_equal (acts[i].id, id)) {
      if (acts[i].act != NULL)
        acts[i].act (shell);
      else
        g_signal_emit_by_name (shell, "person-action", id);
    }
}

/* --- the field --- */

static void
search (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  FzSession *session = user_data;
  g_autoptr (GPtrArray) places = fz_places_of (fz_session_get_role (session));
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);
  g_autofree char *typed = g_strstrip (g_strdup (text));

  for (guint i = 0; i < places->len && *typed != '\0'; i++) {
    const char *id = ((const FzPlaceOf *) places->pdata[i])->id;
    guint before = g_list_model_get_n_items (G_LIST_MODEL (rows));

    fz_page_search (fz_shell_get_page (shell_of (field), id), typed, rows);
    mark_rows (rows, before, id);
  }
  if (*typed != '\0') {
    find_places (places, typed, rows);
    find_acts (typed, rows);
    fz_search_rows_rank (rows, typed);
  }
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static void
on_picked (FzSearchField *field, FzSearchRow *row, FzShell *shell)
{
  const char *place = g_object_get_data (G_OBJECT (row), PLACE), *id = fz_search_row_get_id (row);

  if (place == NULL && g_str_has_prefix (id, TO_PLACE))
    fz_shell_go (shell, id + strlen (TO_PLACE));
  else if (place == NULL)
    act (shell, id + strlen (TO_DO));
  else if (fz_shell_show (shell, place)) {
    GtkWidget *page = fz_shell_get_page (shell, place), *focus;

    fz_page_open (page, id);
    focus = gtk_root_get_focus (GTK_ROOT (shell));
    if (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (field))) /* the page wants it nowhere else */
      fz_arrival_focus (page, FALSE);
  }
}

void
fz_place_search_set_session (FzShell *shell, FzSession *session)
{
  FzSearchField *field = fz_shell_get_search (shell);

  g_signal_handlers_disconnect_by_data (field, shell);
  fz_search_field_set_text (field, ""); /* the former person's words */
  fz_search_field_set_search (field, session != NULL ? search : NULL, session);
  gtk_widget_set_visible (GTK_WIDGET (field), session != NULL);
  if (session != NULL)
    g_signal_connect (field, "picked", G_CALLBACK (on_picked), shell);
}
