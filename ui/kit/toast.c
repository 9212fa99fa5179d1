#include "ui/kit/toast.h"

#include "ui/kit/access.h"
#include "ui/kit/button.h"
#include "ui/kit/stage.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define SHOWN_SECONDS 4
#define ACT_SECONDS 10
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

void
fz_toast_drop (GtkWidget *toast)
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
  fz_toast_drop (toast);
  return G_SOURCE_REMOVE;
}

static void
on_close (GtkButton *button, GtkWidget *toast)
{
  fz_toast_drop (toast);
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
toast_new (FzStatus status, const char *text, GtkWidget *act)
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
  if (act != NULL)
    gtk_box_append (GTK_BOX (toast), act);
  gtk_box_append (GTK_BOX (toast), close);
  g_signal_connect (close, "clicked", G_CALLBACK (on_close), toast);
  g_signal_connect (toast, "destroy", G_CALLBACK (on_destroy), NULL);
  if (status < FZ_STATUS_STOP)
    g_object_set_data (G_OBJECT (toast), "fz-timer", GUINT_TO_POINTER (g_timeout_add_seconds (act != NULL ? ACT_SECONDS : SHOWN_SECONDS, on_timeout, toast)));
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

static GtkWidget *
lane_over (GtkWidget *within)
{
  GtkWidget *stage = fz_stage_of (within);

  return stage != NULL ? lane_of (stage) : NULL;
}

/* The oldest of those that go by themselves, if there is one. */
static GtkWidget *
find_first_to_go (GtkWidget *lane)
{
  for (GtkWidget *child = gtk_widget_get_first_child (lane); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (g_object_get_data (G_OBJECT (child), "fz-timer") != NULL)
      return child;
  return gtk_widget_get_first_child (lane);
}

static void
put (GtkWidget *lane, GtkWidget *toast)
{
  guint shown = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (lane); child != NULL; child = gtk_widget_get_next_sibling (child))
    shown++;
  if (shown >= AT_ONCE)
    fz_toast_drop (find_first_to_go (lane));
  gtk_box_append (GTK_BOX (lane), toast);
  gtk_widget_set_visible (lane, TRUE);
}

void
fz_toast_show (GtkWidget *within, FzStatus status, const char *text)
{
  GtkWidget *lane = lane_over (within);

  if (lane != NULL)
    put (lane, toast_new (status, text, NULL));
}

/* The mouse leaves the focus where the work goes on. */
GtkWidget *
fz_toast_show_act (GtkWidget *within, const char *text, const char *label, GCallback act, gpointer user_data)
{
  GtkWidget *lane = lane_over (within), *button, *toast;

  if (lane == NULL)
    return NULL;
  button = fz_button_new (FZ_BUTTON_FLAT, NULL, label);
  toast = toast_new (FZ_STATUS_INFO, text, button);
  gtk_widget_add_css_class (button, "fz-toast-act");
  gtk_widget_set_focus_on_click (button, FALSE);
  g_signal_connect (button, "clicked", act, user_data);
  put (lane, toast);
  gtk_widget_insert_before (lane, gtk_widget_get_parent (lane), NULL); /* what a dialog removed is offered over the dialog */
  return toast;
}

void
fz_toast_clear (GtkWidget *within)
{
  GtkWidget *stage = fz_stage_of (within);
  GtkWidget *lane = stage != NULL ? lane_of (stage) : NULL, *toast;

  while (lane != NULL && (toast = gtk_widget_get_first_child (lane)) != NULL)
    fz_toast_drop (toast);
}
