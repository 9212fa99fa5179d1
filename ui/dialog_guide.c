#include "ui/dialog_guide.h"

#include "app/data.h"
#include "ui/guide_text.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HEIGHT 460

typedef struct {
  GPtrArray *parts; /* char * */
  GtkWidget *search, *column, *scrolled;
} Guide;

static void
guide_free (gpointer data)
{
  Guide *guide = data;

  g_ptr_array_unref (guide->parts);
  g_free (guide);
}

static char *
load (const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("help/%s/%s.md", g_str_equal (_ ("中文"), "中文") ? "zh" : "en", name);
  g_autoptr (GBytes) bytes = fz_data_load (path, error);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

/* What stands before the first heading stays in front where nothing is asked for. */
static void
put_first (GPtrArray *parts, const char *heading)
{
  g_autofree char *line = g_strdup_printf ("## %s\n", heading);

  for (guint i = 0; i < parts->len; i++)
    if (g_str_has_prefix (parts->pdata[i], line)) {
      g_ptr_array_insert (parts, 0, g_ptr_array_steal_index (parts, i));
      return;
    }
}

static void
fill (Guide *guide)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (guide->search)))), *sought = g_utf8_casefold (typed, -1);

  fz_empty (guide->column);
  for (guint i = 0; i < guide->parts->len; i++) {
    g_autofree char *folded = g_utf8_casefold (guide->parts->pdata[i], -1);

    if (strstr (folded, sought) != NULL)
      fz_put (guide->column, fz_guide_part_new (guide->parts->pdata[i]));
  }
  if (gtk_widget_get_first_child (guide->column) == NULL)
    fz_put (guide->column, fz_empty_state_new ("search", _ ("没有找到"), _ ("换一个查找词。"), NULL));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (guide->scrolled)), 0);
}

static void
on_search (GtkSearchEntry *entry, Guide *guide)
{
  fill (guide);
}

/* Reading on without leaving the search: the keys that scroll do so from there. */
static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, Guide *guide)
{
  GtkAdjustment *at = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (guide->scrolled));
  double step = key == GDK_KEY_Down || key == GDK_KEY_Up ? 40 : gtk_adjustment_get_page_size (at) * 0.9;

  if (key != GDK_KEY_Down && key != GDK_KEY_Up && key != GDK_KEY_Page_Down && key != GDK_KEY_Page_Up)
    return GDK_EVENT_PROPAGATE;
  gtk_adjustment_set_value (at, gtk_adjustment_get_value (at) + (key == GDK_KEY_Up || key == GDK_KEY_Page_Up ? -step : step));
  return GDK_EVENT_STOP;
}

static GtkWidget *
body_new (Guide *guide)
{
  GtkWidget *body = fz_column (12);
  GtkEventController *keys = gtk_event_controller_key_new ();

  guide->search = fz_put (body, gtk_search_entry_new ());
  g_object_set (guide->search, "placeholder-text", _ ("查找"), NULL);
  fz_access_label (guide->search, _ ("在指南中查找"));
  guide->column = fz_column (18);
  gtk_widget_set_margin_end (guide->column, 12);
  fz_access_controls (guide->search, guide->column);
  guide->scrolled = fz_put_wide (body, fz_scrolled (guide->column));
  gtk_widget_set_size_request (guide->scrolled, -1, HEIGHT);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), guide);
  gtk_widget_add_controller (body, keys);
  g_signal_connect (guide->search, "search-changed", G_CALLBACK (on_search), guide);
  fill (guide);
  return body;
}

FzDialog *
fz_dialog_guide (GtkWidget *over, const char *name, const char *first)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = load (name, &error), *title = NULL;
  Guide *guide;
  FzDialog *dialog;

  if (text == NULL) {
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
    return NULL;
  }
  guide = g_new0 (Guide, 1);
  guide->parts = fz_guide_split (text);
  if (first != NULL)
    put_first (guide->parts, first);
  title = fz_guide_dup_title (text);
  dialog = fz_dialog_new (title, NULL);
  g_object_set_data_full (G_OBJECT (dialog), "fz-guide", guide, guide_free);
  fz_dialog_set_width (dialog, 820);
  fz_dialog_set_body (dialog, body_new (guide), TRUE);
  /* The search takes Escape for itself. */
  g_signal_connect_object (guide->search, "stop-search", G_CALLBACK (fz_dialog_cancel), dialog, G_CONNECT_SWAPPED);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, over);
  return dialog;
}
