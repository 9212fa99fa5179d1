#include "ui/kit/progress.h"

#include "ui/kit/access.h"
#include "ui/kit/button.h"

#include <glib/gi18n-lib.h>

#define ESTIMATE_AFTER_US (2 * G_USEC_PER_SEC)

struct _FzProgress {
  GtkWidget parent_instance;
  GtkWidget *box, *what, *bar, *detail, *remaining, *cancel;
  gint64 started_us;
};

G_DEFINE_FINAL_TYPE (FzProgress, fz_progress, GTK_TYPE_WIDGET)

static guint cancel_signal;

char *
fz_progress_remaining_words (gint64 seconds)
{
  if (seconds < 5)
    return g_strdup (_ ("马上完成"));
  if (seconds < 60)
    return g_strdup_printf (_ ("还需约 %d 秒"), (int) ((seconds + 4) / 5 * 5));
  if (seconds < 3600)
    return g_strdup_printf (_ ("还需约 %d 分钟"), (int) ((seconds + 30) / 60));
  return g_strdup_printf (_ ("还需约 %d 小时 %d 分钟"), (int) (seconds / 3600), (int) (seconds % 3600 / 60));
}

void
fz_progress_start (FzProgress *self, const char *what)
{
  self->started_us = g_get_monotonic_time ();
  gtk_label_set_text (GTK_LABEL (self->what), what);
  gtk_label_set_text (GTK_LABEL (self->detail), "");
  gtk_label_set_text (GTK_LABEL (self->remaining), "");
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), 0);
  gtk_widget_set_sensitive (self->cancel, TRUE);
  fz_access_label (self->bar, what);
}

void
fz_progress_set (FzProgress *self, double fraction, const char *detail)
{
  gint64 gone_us = g_get_monotonic_time () - self->started_us;
  g_autofree char *words = NULL;

  gtk_label_set_text (GTK_LABEL (self->detail), detail != NULL ? detail : "");
  if (fraction < 0) {
    gtk_progress_bar_pulse (GTK_PROGRESS_BAR (self->bar));
    gtk_label_set_text (GTK_LABEL (self->remaining), "");
    return;
  }
  fraction = MIN (fraction, 1);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), fraction);
  if (fraction >= 1)
    words = g_strdup (_ ("已完成"));
  else if (gone_us >= ESTIMATE_AFTER_US && fraction > 0.005)
    words = fz_progress_remaining_words ((gint64) ((double) gone_us * (1 - fraction) / fraction / G_USEC_PER_SEC));
  gtk_label_set_text (GTK_LABEL (self->remaining), words != NULL ? words : "");
}

static void
on_cancel (GtkButton *button, FzProgress *self)
{
  gtk_widget_set_sensitive (self->cancel, FALSE);
  gtk_label_set_text (GTK_LABEL (self->remaining), _ ("正在停止…"));
  g_signal_emit (self, cancel_signal, 0);
}

static void
fz_progress_dispose (GObject *object)
{
  g_clear_pointer (&FZ_PROGRESS (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_progress_parent_class)->dispose (object);
}

static void
fz_progress_class_init (FzProgressClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_progress_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  cancel_signal = g_signal_new ("cancel", FZ_TYPE_PROGRESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
small_label (gboolean expand)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "fz-caption");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, expand);
  return label;
}

static void
fz_progress_init (FzProgress *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  self->what = gtk_label_new (NULL);
  self->bar = gtk_progress_bar_new ();
  self->detail = small_label (TRUE);
  self->remaining = small_label (FALSE);
  self->cancel = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("停止"));
  gtk_widget_set_valign (self->cancel, GTK_ALIGN_CENTER);
  gtk_label_set_xalign (GTK_LABEL (self->what), 0);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (line), self->detail);
  gtk_box_append (GTK_BOX (line), self->remaining);
  gtk_box_append (GTK_BOX (column), self->what);
  gtk_box_append (GTK_BOX (column), self->bar);
  gtk_box_append (GTK_BOX (column), line);
  gtk_box_append (GTK_BOX (self->box), column);
  gtk_box_append (GTK_BOX (self->box), self->cancel);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect (self->cancel, "clicked", G_CALLBACK (on_cancel), self);
}

GtkWidget *
fz_progress_new (const char *what, gboolean can_cancel)
{
  FzProgress *self = g_object_new (FZ_TYPE_PROGRESS, NULL);

  gtk_widget_set_visible (self->cancel, can_cancel);
  fz_progress_start (self, what);
  return GTK_WIDGET (self);
}
