#include "ui/kit/button.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

static const char *const classes[] = {
  [FZ_BUTTON_PLAIN] = NULL,        [FZ_BUTTON_PRIMARY] = "fz-primary",         [FZ_BUTTON_SOFT] = "fz-soft",
  [FZ_BUTTON_DANGER] = "fz-danger", [FZ_BUTTON_DANGER_SOFT] = "fz-danger-soft", [FZ_BUTTON_FLAT] = "fz-flat",
};

GtkWidget *
fz_button_new (FzButtonKind kind, const char *icon, const char *label)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 7);
  GtkWidget *word = gtk_label_new (label);

  if (icon != NULL)
    gtk_box_append (GTK_BOX (box), fz_icon_new (icon, 0));
  gtk_box_append (GTK_BOX (box), word);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  g_object_set_data (G_OBJECT (button), "fz-word", word);
  if (classes[kind] != NULL)
    gtk_widget_add_css_class (button, classes[kind]);
  fz_access_label (button, label);
  return button;
}

void
fz_button_set_label (GtkWidget *button, const char *label)
{
  gtk_label_set_text (GTK_LABEL (g_object_get_data (G_OBJECT (button), "fz-word")), label);
  fz_access_label (button, label);
}

static GtkWidget *
iconify (GtkWidget *button, const char *icon, const char *name)
{
  gtk_button_set_child (GTK_BUTTON (button), fz_icon_new (icon, 0));
  gtk_widget_add_css_class (button, "fz-icon");
  gtk_widget_add_css_class (button, "fz-flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  fz_access_label (button, name);
  return button;
}

GtkWidget *
fz_icon_button_new (const char *icon, const char *name)
{
  return iconify (gtk_button_new (), icon, name);
}

GtkWidget *
fz_icon_toggle_new (const char *icon, const char *name)
{
  return iconify (gtk_toggle_button_new (), icon, name);
}
