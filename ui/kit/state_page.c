#include "ui/kit/state_page.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

static GtkWidget *
text_new (const char *text, const char *class, gboolean urgent)
{
  GtkWidget *label = fz_access_live_label_new (text, urgent);

  gtk_widget_add_css_class (label, class);
  gtk_label_set_xalign (GTK_LABEL (label), 0.5f);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
  return label;
}

static GtkWidget *
page_new (FzStatus status, GtkWidget *mark, const char *title, const char *text, GtkWidget *action)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_widget_add_css_class (page, "fz-state");
  fz_status_dress (page, status);
  gtk_widget_set_valign (page, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (page, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_widget_set_hexpand (page, TRUE);
  gtk_widget_set_halign (mark, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_bottom (mark, 4);
  gtk_box_append (GTK_BOX (page), mark);
  gtk_box_append (GTK_BOX (page), text_new (title, "fz-state-title", status == FZ_STATUS_STOP));
  if (text != NULL)
    gtk_box_append (GTK_BOX (page), text_new (text, "fz-state-text", FALSE));
  if (action != NULL) {
    gtk_widget_set_halign (action, GTK_ALIGN_CENTER);
    gtk_widget_set_margin_top (action, 8);
    gtk_box_append (GTK_BOX (page), action);
  }
  return page;
}

static GtkWidget *
round_icon (const char *icon)
{
  GtkWidget *image = fz_icon_new (icon, 28);

  gtk_widget_add_css_class (image, "fz-state-icon");
  return image;
}

GtkWidget *
fz_empty_state_new (const char *icon, const char *title, const char *text, GtkWidget *action)
{
  return page_new (FZ_STATUS_NEUTRAL, round_icon (icon), title, text, action);
}

GtkWidget *
fz_loading_state_new (const char *text)
{
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_widget_set_size_request (spinner, 30, 30);
  gtk_spinner_start (GTK_SPINNER (spinner));
  fz_access_label (spinner, text);
  return page_new (FZ_STATUS_NEUTRAL, spinner, text, NULL, NULL);
}

GtkWidget *
fz_error_state_new (const char *cause, const char *who, GtkWidget *action)
{
  return page_new (FZ_STATUS_STOP, round_icon ("warning"), cause, who, action);
}

GtkWidget *
fz_error_state_new_from (const GError *error, GtkWidget *action)
{
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", 2);

  return fz_error_state_new (lines[0] != NULL ? lines[0] : _ ("出现未知错误"), lines[0] != NULL ? lines[1] : NULL, action);
}
