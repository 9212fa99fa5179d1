#include "ui/kit/avatar.h"

#include "ui/theme.h"

#define HUES 5

GtkWidget *
fz_avatar_new (const char *name, int pixels)
{
  int side = (int) (pixels * fz_theme_get_text_scale ());
  /* The letter says nothing that the name beside it does not. */
  GtkWidget *avatar = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  PangoAttrList *attrs = pango_attr_list_new ();

  pango_attr_list_insert (attrs, pango_attr_size_new_absolute (side * PANGO_SCALE * 42 / 100));
  gtk_label_set_attributes (GTK_LABEL (avatar), attrs);
  pango_attr_list_unref (attrs);
  gtk_widget_add_css_class (avatar, "fz-avatar");
  gtk_widget_set_size_request (avatar, side, side);
  gtk_widget_set_halign (avatar, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (avatar, GTK_ALIGN_CENTER);
  fz_avatar_set_name (avatar, name);
  return avatar;
}

void
fz_avatar_set_name (GtkWidget *avatar, const char *name)
{
  const char *known = name != NULL ? name : "";
  g_autofree char *letter = g_utf8_substring (known, 0, MIN (1, g_utf8_strlen (known, -1)));
  g_autofree char *upper = g_utf8_strup (letter, -1);
  guint mine = g_str_hash (known) % HUES;

  gtk_label_set_text (GTK_LABEL (avatar), upper);
  for (guint i = 0; i < HUES; i++) {
    g_autofree char *class = g_strdup_printf ("hue%u", i + 1);

    if (i == mine)
      gtk_widget_add_css_class (avatar, class);
    else
      gtk_widget_remove_css_class (avatar, class);
  }
}
