#include "ui/kit/toast.h"

#include "ui/kit/access.h"
#include "ui/kit/button.h"
#include "ui/kit/stage.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define SHOWN_SECONDS 4
#define AT_ONCE 3

GtkWidget *
fz_toast_lane_new (void)
{
  GtkWidget *lane = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_name (lane, "fz-toast-lane");
  gtk_widget_set_halign (lane, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (lane, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (lane, 36); /* clear of the status line */
  gtk_widget_set_visible (lane, FALSE);
  return lane;
}

static void
drop (GtkWidget *toast)
{
  GtkWidget *lane = gtk_widget_get_parent (toast);

  if (lane == NULL)
    return;
  gtk_box_remove (GTK_BOX (lane), toast);
  gtk_widget_set_visible (lane, gtk_widget_get_first_child (lane) != NULL);
}

static gboolean
on_timeout (gpointer data)
{
  GtkWidget *toast = data;

  g_object_set_data (G_OBJECT (toast), "fz-timer", NULL);
  drop (toast);
  return G_SOURCE_REMOVE;
}

static void
on_close (GtkButton *button, GtkWidget *toast)
{
  drop (toast);
}

static void
on_destroy (GtkWidget *toast, gpointer user_data)
{
  guint timer = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (toast), "fz-timer"));

  if (timer != 0)
    g_source_remove (timer);
  g_object_set_data (G_OBJECT (toast), "fz-timer", NULL);
}

static GtkWidget *
toast_new (FzStatus status, const char *text)
{
  GtkWidget *toast = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = fz_access_live_label_new (text, status >= FZ_STATUS_STOP);
  GtkWidget *close = fz_icon_button_new ("close", _ ("关闭提示"));
  const char *icon = fz_status_icon (status);
  GtkWidget *mark = fz_icon_new (icon != NULL ? icon : "info", 15);

  gtk_widget_add_css_class (toast, "fz-toast");
  fz_status_dress (toast, status);
  gtk_widget_add_css_class (mark, "fz-toast-mark");
  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (toast), mark);
  gtk_box_append (GTK_BOX (toast), label);
  gtk_box_append (GTK_BOX (toast), close);
  g_signal_connect (close, "clicked", G_CALLBACK (on_close), toast);
  g_signal_connect (toast, "destroy", G_CALLBACK (on_destroy), NULL);
  if (status < FZ_STATUS_STOP)
    g_object_set_data (G_OBJECT (toast), "fz-timer", GUINT_TO_POINTER (g_timeout_add_seconds (SHOWN_SECONDS, on_timeout, toast)));
  return toast;
}

static GtkWidget *
lane_of (GtkWidget *stage)
{
  GtkWidget *child = gtk_widget_get_first_child (stage);

  while (child != NULL && g_strcmp0 (gtk_widget_get_name (child), "fz-toast-lane") != 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

void
fz_toast_show (GtkWidget *within, FzStatus status, const char *text)
{
  GtkWidget *stage = fz_stage_of (within);
  GtkWidget *lane = stage != NULL ? lane_of (stage) : NULL;
  guint shown = 0;

  if (lane == NULL)
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (lane); child != NULL; child = gtk_widget_get_next_sibling (child))
    shown++;
  if (shown >= AT_ONCE)
    drop (gtk_widget_get_first_child (lane));
  gtk_box_append (GTK_BOX (lane), toast_new (status, text));
  gtk_widget_set_visible (lane, TRUE);
}

void
fz_toast_clear (GtkWidget *within)
{
  GtkWidget *stage = fz_stage_of (within);
  GtkWidget *lane = stage != NULL ? lane_of (stage) : NULL, *toast;

  while (lane != NULL && (toast = gtk_widget_get_first_child (lane)) != NULL)
    drop (toast);
}
