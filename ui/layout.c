#include "ui/layout.h"

GtkWidget *
fz_line (int spacing)
{
  return gtk_box_new (GTK_ORIENTATION_HORIZONTAL, spacing);
}

GtkWidget *
fz_column (int spacing)
{
  return gtk_box_new (GTK_ORIENTATION_VERTICAL, spacing);
}

GtkWidget *
fz_put (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

GtkWidget *
fz_put_wide (GtkWidget *box, GtkWidget *child)
{
  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (box)) == GTK_ORIENTATION_HORIZONTAL)
    gtk_widget_set_hexpand (child, TRUE);
  else
    gtk_widget_set_vexpand (child, TRUE);
  return fz_put (box, child);
}

void
fz_put_part (GtkWidget *box, const char *caption, const char *text)
{
  GtkWidget *part;

  if (text == NULL || *text == '\0')
    return;
  part = fz_put (box, fz_column (1));
  fz_put (part, fz_text (caption, "fz-caption"));
  fz_put (part, fz_wrapped (text, NULL));
}

void
fz_put_space (GtkWidget *box)
{
  fz_put_wide (box, fz_line (0));
}

GtkWidget *
fz_text (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

GtkWidget *
fz_wrapped (const char *text, const char *class)
{
  GtkWidget *label = fz_text (text, class);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

void
fz_set_text (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
}

void
fz_empty (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

#define SEEN "fz-seen"
#define SOON "fz-soon"
#define MARGIN 12

static void
bring_into_view (GtkWidget *scroll, GtkWidget *focus)
{
  GtkWidget *viewport = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroll));
  GtkAdjustment *across = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroll));
  GtkWidget *content = GTK_IS_VIEWPORT (viewport) ? gtk_viewport_get_child (GTK_VIEWPORT (viewport)) : NULL;
  graphene_rect_t bounds;
  double top;

  if (content == NULL || !gtk_widget_compute_bounds (focus, content, &bounds))
    return;
  top = (double) bounds.origin.y;
  gtk_adjustment_clamp_page (across, top - MARGIN, top + (double) bounds.size.height + MARGIN);
}

/* Once for each focus: after that the place is the person's who scrolls. */
static gboolean
on_laid_out (gpointer data)
{
  GtkWidget *scroll = data;
  GtkRoot *root = gtk_widget_get_root (scroll);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  g_object_set_data (G_OBJECT (scroll), SOON, NULL);
  if (focus == NULL || focus == g_object_get_data (G_OBJECT (scroll), SEEN) || !gtk_widget_is_ancestor (focus, scroll))
    return G_SOURCE_REMOVE;
  g_object_set_data_full (G_OBJECT (scroll), SEEN, g_object_ref (focus), g_object_unref);
  bring_into_view (scroll, focus);
  return G_SOURCE_REMOVE;
}

/* The viewport follows the focus, but not to what has no place yet: a line that has just been added. */
static void
on_grown (GtkWidget *scroll)
{
  if (g_object_get_data (G_OBJECT (scroll), SOON) != NULL)
    return;
  g_object_set_data (G_OBJECT (scroll), SOON, scroll);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_laid_out, g_object_ref (scroll), g_object_unref);
}

GtkWidget *
fz_folded (const char *title, GtkWidget *child)
{
  GtkWidget *expander = gtk_expander_new (title);

  gtk_expander_set_child (GTK_EXPANDER (expander), child);
  g_object_bind_property (expander, "expanded", child, "can-focus", G_BINDING_SYNC_CREATE);
  return expander;
}

GtkWidget *
fz_scrolled (GtkWidget *child)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), child);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroll)), "changed", G_CALLBACK (on_grown), scroll,
                           G_CONNECT_SWAPPED);
  return scroll;
}
