#include "ui/kit/pill.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

static GtkWidget *
build (FzStatus status, const char *word, gboolean shape)
{
  GtkWidget *pill = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *image = gtk_image_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (pill, "fz-pill");
  gtk_widget_set_valign (pill, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (pill, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (pill), image);
  gtk_box_append (GTK_BOX (pill), label);
  g_object_set_data (G_OBJECT (pill), "fz-shape", shape ? image : NULL);
  g_object_set_data (G_OBJECT (pill), "fz-word", label);
  gtk_widget_set_visible (image, FALSE);
  fz_pill_set (pill, status, word);
  return pill;
}

GtkWidget *
fz_pill_new (FzStatus status, const char *word)
{
  return build (status, word, TRUE);
}

GtkWidget *
fz_tag_new (FzStatus status, const char *word)
{
  return build (status, word, FALSE);
}

void
fz_pill_set (GtkWidget *pill, FzStatus status, const char *word)
{
  GtkWidget *image = g_object_get_data (G_OBJECT (pill), "fz-shape");
  const char *icon = fz_status_icon (status);

  fz_status_dress (pill, status);
  gtk_label_set_text (g_object_get_data (G_OBJECT (pill), "fz-word"), word);
  if (image == NULL)
    return;
  if (icon != NULL)
    fz_icon_set (GTK_IMAGE (image), icon);
  gtk_widget_set_visible (image, icon != NULL);
}

const char *
fz_pill_get_word (GtkWidget *pill)
{
  return gtk_label_get_text (g_object_get_data (G_OBJECT (pill), "fz-word"));
}

GtkWidget *
fz_count_new (guint count, const char *what)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "fz-count");
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  if (what != NULL)
    fz_access_description (label, what);
  fz_count_set (label, count);
  return label;
}

void
fz_count_set (GtkWidget *count_pill, guint count)
{
  g_autofree char *text = count > 99 ? g_strdup ("99+") : g_strdup_printf ("%u", count);

  gtk_label_set_text (GTK_LABEL (count_pill), text);
  gtk_widget_set_visible (count_pill, count > 0);
}
