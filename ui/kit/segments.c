#include "ui/kit/segments.h"

#include "ui/kit/access.h"

struct _FzSegments {
  GtkWidget parent_instance;
  GtkWidget *first;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (FzSegments, fz_segments, GTK_TYPE_WIDGET)

static guint changed_signal;

static const char *
id_of (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "fz-id");
}

static GtkWidget *
find (FzSegments *self, const char *id)
{
  GtkWidget *at = gtk_widget_get_first_child (GTK_WIDGET (self));

  while (at != NULL && g_strcmp0 (id_of (at), id) != 0)
    at = gtk_widget_get_next_sibling (at);
  return at;
}

static void
on_toggled (GtkToggleButton *button, FzSegments *self)
{
  if (gtk_toggle_button_get_active (button) && !self->quiet)
    g_signal_emit (self, changed_signal, 0, id_of (GTK_WIDGET (button)));
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzSegments *self)
{
  GtkWidget *at = gtk_widget_get_focus_child (GTK_WIDGET (self));
  GtkWidget *to = NULL;

  if (at != NULL && (keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left))
    to = gtk_widget_get_prev_sibling (at);
  else if (at != NULL && (keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right))
    to = gtk_widget_get_next_sibling (at);
  if (to == NULL)
    return FALSE;
  gtk_widget_grab_focus (to);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (to), TRUE);
  return TRUE;
}

static void
fz_segments_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (fz_segments_parent_class)->dispose (object);
}

static void
fz_segments_class_init (FzSegmentsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_segments_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_RADIO_GROUP);
  changed_signal = g_signal_new ("changed", FZ_TYPE_SEGMENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
fz_segments_init (FzSegments *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_box_layout_set_homogeneous (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-segments");
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
fz_segments_new (const char *name)
{
  GtkWidget *self = g_object_new (FZ_TYPE_SEGMENTS, NULL);

  fz_access_label (self, name);
  return self;
}

void
fz_segments_add (FzSegments *self, const char *id, const char *word)
{
  GtkWidget *button = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_RADIO, NULL);

  gtk_button_set_child (GTK_BUTTON (button), gtk_label_new (word));
  g_object_set_data_full (G_OBJECT (button), "fz-id", g_strdup (id), g_free);
  fz_access_label (button, word);
  gtk_widget_insert_before (button, GTK_WIDGET (self), NULL);
  if (self->first == NULL) {
    self->first = button;
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  } else {
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (self->first));
  }
  g_signal_connect (button, "toggled", G_CALLBACK (on_toggled), self);
}

const char *
fz_segments_get_active (FzSegments *self)
{
  for (GtkWidget *at = gtk_widget_get_first_child (GTK_WIDGET (self)); at != NULL; at = gtk_widget_get_next_sibling (at))
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (at)))
      return id_of (at);
  return NULL;
}

void
fz_segments_set_active (FzSegments *self, const char *id)
{
  GtkWidget *button = find (self, id);

  g_return_if_fail (button != NULL);
  self->quiet = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  self->quiet = FALSE;
}

void
fz_segments_set_word (FzSegments *self, const char *id, const char *word)
{
  GtkWidget *button = find (self, id);

  g_return_if_fail (button != NULL);
  gtk_label_set_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), word);
  fz_access_label (button, word);
}
