#include "ui/kit/banner.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

GtkWidget *
fz_banner_new (FzStatus status, const char *icon, const char *text)
{
  GtkWidget *banner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *image = gtk_image_new ();
  GtkWidget *label = fz_access_live_label_new (NULL, FALSE);

  gtk_widget_add_css_class (banner, "fz-banner");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (banner), image);
  gtk_box_append (GTK_BOX (banner), label);
  g_object_set_data (G_OBJECT (banner), "fz-image", image);
  g_object_set_data (G_OBJECT (banner), "fz-text", label);
  fz_banner_set (banner, status, icon, text);
  return banner;
}

void
fz_banner_set (GtkWidget *banner, FzStatus status, const char *icon, const char *text)
{
  const char *own = fz_status_icon (status);

  fz_status_dress (banner, status);
  if (icon == NULL)
    icon = own != NULL ? own : "info";
  fz_icon_set (g_object_get_data (G_OBJECT (banner), "fz-image"), icon);
  gtk_label_set_text (g_object_get_data (G_OBJECT (banner), "fz-text"), text);
}

GtkWidget *
fz_banner_get_label (GtkWidget *banner)
{
  return g_object_get_data (G_OBJECT (banner), "fz-text");
}

void
fz_banner_add_action (GtkWidget *banner, GtkWidget *action)
{
  gtk_widget_add_css_class (action, "fz-compact");
  gtk_box_append (GTK_BOX (banner), action);
}
