#include "ui/kit/section.h"

static GtkWidget *
build (const char *title, const char *subtitle, const char *class)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, "label", title, "xalign",
                                  0.0, "wrap", TRUE, NULL);
  GtkWidget *second = gtk_label_new (NULL);

  gtk_widget_add_css_class (section, "fz-section-head");
  gtk_widget_add_css_class (head, class);
  gtk_widget_add_css_class (second, "fz-caption");
  gtk_label_set_xalign (GTK_LABEL (second), 0);
  gtk_label_set_wrap (GTK_LABEL (second), TRUE);
  gtk_box_append (GTK_BOX (words), head);
  gtk_box_append (GTK_BOX (words), second);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (section), words);
  g_object_set_data (G_OBJECT (section), "fz-head", head);
  g_object_set_data (G_OBJECT (section), "fz-second", second);
  fz_section_set_subtitle (section, subtitle);
  return section;
}

GtkWidget *
fz_section_new (const char *title, const char *subtitle)
{
  return build (title, subtitle, "fz-heading");
}

GtkWidget *
fz_page_title_new (const char *title, const char *subtitle)
{
  return build (title, subtitle, "fz-title");
}

void
fz_section_set_subtitle (GtkWidget *section, const char *subtitle)
{
  GtkWidget *second = g_object_get_data (G_OBJECT (section), "fz-second");

  gtk_label_set_text (GTK_LABEL (second), subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (second, subtitle != NULL);
}

GtkWidget *
fz_section_get_heading (GtkWidget *section)
{
  return g_object_get_data (G_OBJECT (section), "fz-head");
}

void
fz_section_add_end (GtkWidget *section, GtkWidget *child)
{
  gtk_widget_set_valign (child, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (section), child);
}
