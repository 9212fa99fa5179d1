#include "ui/rail.h"

#include "ui/kit/access.h"
#include "ui/kit/pill.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

struct _FzRail {
  GtkWidget parent_instance;
  GtkWidget *scroll, *top, *bottom;
  GPtrArray *buttons; /* each with its id in "fz-id" */
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (FzRail, fz_rail, GTK_TYPE_WIDGET)

static guint chosen_signal;

static const char *
id_of (FzRail *self, guint i)
{
  return g_object_get_data (g_ptr_array_index (self->buttons, i), "fz-id");
}

static GtkWidget *
find (FzRail *self, const char *id)
{
  for (guint i = 0; i < self->buttons->len; i++)
    if (g_strcmp0 (id_of (self, i), id) == 0)
      return g_ptr_array_index (self->buttons, i);
  return NULL;
}

static void
on_clicked (GtkButton *button, FzRail *self)
{
  if (!self->quiet)
    g_signal_emit (self, chosen_signal, 0, g_object_get_data (G_OBJECT (button), "fz-id"));
}

static GtkWidget *
place_button (FzRail *self, const FzPlace *place)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *badge = fz_count_new (0, NULL);
  GtkWidget *icon = fz_icon_new (place->icon, 0);
  GtkWidget *word = gtk_label_new (place->word);

  gtk_widget_set_size_request (icon, 40, -1);
  gtk_label_set_wrap (GTK_LABEL (word), TRUE);
  gtk_label_set_justify (GTK_LABEL (word), GTK_JUSTIFY_CENTER);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), icon);
  gtk_widget_remove_css_class (badge, "fz-count");
  gtk_widget_add_css_class (badge, "fz-badge");
  gtk_widget_set_halign (badge, GTK_ALIGN_END);
  gtk_widget_set_valign (badge, GTK_ALIGN_START);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), badge);
  gtk_box_append (GTK_BOX (box), overlay);
  gtk_box_append (GTK_BOX (box), word);
  gtk_button_set_child (GTK_BUTTON (button), box);
  g_object_set_data_full (G_OBJECT (button), "fz-id", g_strdup (place->id), g_free);
  g_object_set_data_full (G_OBJECT (button), "fz-place", g_strdup (place->word), g_free);
  g_object_set_data (G_OBJECT (button), "fz-badge", badge);
  fz_access_label (button, place->word);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  return button;
}

static void
empty_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

void
fz_rail_set_places (FzRail *self, const FzPlace *places, gsize n)
{
  GtkWidget *first = NULL;

  empty_box (self->top);
  empty_box (self->bottom);
  g_ptr_array_set_size (self->buttons, 0);
  for (gsize i = 0; i < n; i++) {
    GtkWidget *button = place_button (self, &places[i]);

    if (first == NULL)
      first = button;
    else
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
    gtk_box_append (GTK_BOX (places[i].at_bottom ? self->bottom : self->top), button);
    g_ptr_array_add (self->buttons, button);
  }
}

void
fz_rail_set_active (FzRail *self, const char *id)
{
  self->quiet = TRUE;
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_toggle_button_set_active (g_ptr_array_index (self->buttons, i), g_strcmp0 (id_of (self, i), id) == 0);
  self->quiet = FALSE;
}

void
fz_rail_set_badge (FzRail *self, const char *id, guint count)
{
  GtkWidget *button = find (self, id);
  g_autofree char *spoken = NULL;
  const char *word;

  if (button == NULL)
    return;
  word = g_object_get_data (G_OBJECT (button), "fz-place");
  fz_count_set (g_object_get_data (G_OBJECT (button), "fz-badge"), count);
  spoken = count > 0 ? g_strdup_printf (_ ("%s，%u 项待办"), word, count) : g_strdup (word);
  fz_access_label (button, spoken);
}

const char *
fz_rail_get_nth (FzRail *self, guint n)
{
  return n < self->buttons->len ? id_of (self, n) : NULL;
}

const char *
fz_rail_get_word (FzRail *self, const char *id)
{
  GtkWidget *button = find (self, id);

  return button != NULL ? g_object_get_data (G_OBJECT (button), "fz-place") : NULL;
}

static void
fz_rail_dispose (GObject *object)
{
  g_clear_pointer (&FZ_RAIL (object)->scroll, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_rail_parent_class)->dispose (object);
}

static void
fz_rail_finalize (GObject *object)
{
  g_ptr_array_unref (FZ_RAIL (object)->buttons);
  G_OBJECT_CLASS (fz_rail_parent_class)->finalize (object);
}

static void
fz_rail_class_init (FzRailClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_rail_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_rail_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_NAVIGATION);
  chosen_signal = g_signal_new ("chosen", FZ_TYPE_RAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
fz_rail_init (FzRail *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *space = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->buttons = g_ptr_array_new ();
  self->top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->bottom = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_vexpand (space, TRUE);
  gtk_box_append (GTK_BOX (box), self->top);
  gtk_box_append (GTK_BOX (box), space);
  gtk_box_append (GTK_BOX (box), self->bottom);
  self->scroll = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroll), box);
  gtk_widget_set_parent (self->scroll, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-rail");
  fz_access_label (GTK_WIDGET (self), _ ("功能导航"));
}

GtkWidget *
fz_rail_new (void)
{
  return g_object_new (FZ_TYPE_RAIL, NULL);
}
