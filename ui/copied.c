#include "ui/copied.h"

#define STATE "fz-copied"
#define KEEP_SECONDS 10

typedef struct {
  GdkClipboard *clipboard, *selection;
  gulong clipboard_id, selection_id;
  guint timer;
} Copied;

static void
forget (GdkClipboard *clipboard)
{
  if (gdk_clipboard_is_local (clipboard) && gdk_clipboard_get_content (clipboard) != NULL)
    gdk_clipboard_set_content (clipboard, NULL);
}

static gboolean
on_time (gpointer data)
{
  Copied *self = data;

  self->timer = 0;
  forget (self->clipboard);
  forget (self->selection);
  return G_SOURCE_REMOVE;
}

/* Ten seconds from the last copy. */
static void
on_changed (GdkClipboard *clipboard, Copied *self)
{
  if (!gdk_clipboard_is_local (clipboard) || gdk_clipboard_get_content (clipboard) == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (KEEP_SECONDS, on_time, self);
}

static void
copied_free (gpointer data)
{
  Copied *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_signal_handler (&self->clipboard_id, self->clipboard);
  g_clear_signal_handler (&self->selection_id, self->selection);
  g_object_unref (self->clipboard);
  g_object_unref (self->selection);
  g_free (self);
}

void
fz_copied_watch (GtkWindow *window)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  Copied *self = g_new0 (Copied, 1);

  self->clipboard = g_object_ref (gdk_display_get_clipboard (display));
  self->selection = g_object_ref (gdk_display_get_primary_clipboard (display));
  self->clipboard_id = g_signal_connect (self->clipboard, "changed", G_CALLBACK (on_changed), self);
  self->selection_id = g_signal_connect (self->selection, "changed", G_CALLBACK (on_changed), self);
  g_object_set_data_full (G_OBJECT (window), STATE, self, copied_free);
}

void
fz_copied_forget (GtkWindow *window)
{
  Copied *self = g_object_get_data (G_OBJECT (window), STATE);

  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  forget (self->clipboard);
  forget (self->selection);
}
