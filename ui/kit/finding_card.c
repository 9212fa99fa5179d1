#include "ui/kit/finding_card.h"

#include "ui/kit/access.h"
#include "ui/kit/pill.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

static GtkWidget *
text_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, class);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static GtkWidget *
head_of (GtkWidget *card, FzStatus severity, const char *title)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = text_label (title, "fz-finding-title");
  GtkWidget *mark = fz_tag_new (severity, fz_status_word (severity));
  const char *icon = fz_status_icon (severity);

  gtk_widget_add_css_class (head, "fz-finding-head");
  if (icon != NULL) {
    GtkWidget *image = fz_icon_new (icon, 0);

    gtk_widget_set_valign (image, GTK_ALIGN_START);
    gtk_widget_set_margin_top (image, 1);
    gtk_widget_add_css_class (image, fz_status_class (severity));
    gtk_box_append (GTK_BOX (head), image);
  }
  gtk_widget_set_hexpand (name, TRUE);
  gtk_box_append (GTK_BOX (head), name);
  gtk_widget_set_valign (mark, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (head), mark);
  g_object_set_data (G_OBJECT (card), "fz-mark", mark);
  return head;
}

GtkWidget *
fz_finding_card_new (FzStatus severity, const char *title, const char *message, const char *source)
{
  gboolean urgent = severity == FZ_STATUS_STOP || severity == FZ_STATUS_LEGAL;
  GtkWidget *card = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6, "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 5);
  GtkWidget *body = fz_access_live_label_new (message, urgent);
  g_autofree char *spoken = g_strdup_printf (_ ("%s：%s"), fz_status_word (severity), title);

  gtk_widget_add_css_class (card, "fz-finding");
  fz_status_dress (card, severity);
  fz_access_label (card, spoken);
  gtk_box_append (GTK_BOX (card), head_of (card, severity, title));
  gtk_widget_add_css_class (text, "fz-finding-text");
  gtk_widget_add_css_class (body, "fz-finding-message");
  if (message != NULL)
    gtk_box_append (GTK_BOX (text), body);
  else
    g_object_unref (g_object_ref_sink (body));
  if (source != NULL)
    gtk_box_append (GTK_BOX (text), text_label (source, "fz-finding-source"));
  gtk_box_append (GTK_BOX (card), text);
  g_object_set_data (G_OBJECT (card), "fz-text", text);
  return card;
}

void
fz_finding_card_set_mark (GtkWidget *card, const char *word)
{
  GtkWidget *mark = g_object_get_data (G_OBJECT (card), "fz-mark");

  gtk_label_set_text (g_object_get_data (G_OBJECT (mark), "fz-word"), word);
}

void
fz_finding_card_add_action (GtkWidget *card, GtkWidget *action)
{
  GtkWidget *row = g_object_get_data (G_OBJECT (card), "fz-actions");

  if (row == NULL) {
    row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
    gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
    gtk_widget_set_margin_top (row, 5);
    gtk_box_append (g_object_get_data (G_OBJECT (card), "fz-text"), row);
    g_object_set_data (G_OBJECT (card), "fz-actions", row);
  }
  gtk_widget_set_hexpand (action, TRUE);
  gtk_box_append (GTK_BOX (row), action);
}
