#include "ui/kit/card.h"

#include "ui/theme.h"

GtkWidget *
fz_card_new (void)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (card, "fz-card");
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  return card;
}

GtkWidget *
fz_card_new_padded (int spacing)
{
  GtkWidget *card = fz_card_new ();

  gtk_widget_add_css_class (card, "fz-padded");
  gtk_box_set_spacing (GTK_BOX (card), spacing);
  return card;
}

GtkWidget *
fz_card_new_titled (const char *icon, const char *title)
{
  GtkWidget *card = fz_card_new ();
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *marks = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *word = gtk_label_new (title);

  gtk_widget_add_css_class (head, "fz-card-head");
  gtk_widget_add_css_class (word, "fz-heading");
  gtk_label_set_xalign (GTK_LABEL (word), 0);
  gtk_label_set_wrap (GTK_LABEL (word), TRUE);
  if (icon != NULL)
    gtk_box_append (GTK_BOX (head), fz_icon_new (icon, 18));
  gtk_box_append (GTK_BOX (head), word);
  gtk_widget_set_hexpand (marks, TRUE);
  gtk_box_append (GTK_BOX (head), marks);
  gtk_box_append (GTK_BOX (card), head);
  g_object_set_data (G_OBJECT (card), "fz-head", head);
  g_object_set_data (G_OBJECT (card), "fz-marks", marks);
  g_object_set_data (G_OBJECT (card), "fz-title", word);
  return card;
}

void
fz_card_set_title (GtkWidget *card, const char *title)
{
  gtk_label_set_text (g_object_get_data (G_OBJECT (card), "fz-title"), title);
}

void
fz_card_add_end (GtkWidget *card, GtkWidget *child)
{
  gtk_box_append (g_object_get_data (G_OBJECT (card), "fz-head"), child);
}

void
fz_card_add_mark (GtkWidget *card, GtkWidget *child)
{
  gtk_box_append (g_object_get_data (G_OBJECT (card), "fz-marks"), child);
}

static GtkWidget *
part (GtkWidget *card, const char *key, GtkOrientation orientation)
{
  GtkWidget *box = g_object_get_data (G_OBJECT (card), key);

  if (box == NULL) {
    box = gtk_box_new (orientation, 10);
    gtk_widget_add_css_class (box, key);
    gtk_box_append (GTK_BOX (card), box);
    g_object_set_data (G_OBJECT (card), key, box);
  }
  return box;
}

GtkWidget *
fz_card_body (GtkWidget *card)
{
  return part (card, "fz-card-body", GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
fz_card_foot (GtkWidget *card)
{
  return part (card, "fz-card-foot", GTK_ORIENTATION_HORIZONTAL);
}
