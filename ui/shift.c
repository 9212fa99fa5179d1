#include "ui/shift.h"

#include "ui/access_desk.h"
#include "ui/dialog_duty.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

struct _FzShift {
  GtkBox parent_instance;
  FzSession *session;
  GtkLabel *done, *approved, *returned, *pace;
  gint64 since_us;
  GArray *seconds; /* gint64, of this sign-in */
};

G_DEFINE_FINAL_TYPE (FzShift, fz_shift, GTK_TYPE_BOX)

static int
by_value (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
show_pace (FzShift *self)
{
  g_autofree char *text = NULL;
  gint64 median;

  if (self->seconds->len == 0) {
    gtk_label_set_text (self->pace, "—");
    return;
  }
  g_array_sort (self->seconds, by_value);
  median = g_array_index (self->seconds, gint64, self->seconds->len / 2);
  text = g_strdup_printf (_ ("%d 秒"), (int) MIN (median, 9999));
  gtk_label_set_text (self->pace, text);
}

static void
show_count (GtkLabel *label, guint n)
{
  g_autofree char *text = g_strdup_printf ("%u", n);

  gtk_label_set_text (label, text);
}

void
fz_shift_reload (FzShift *self)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;
  guint approved = 0;

  fz_fields_set_int (filter, "limit", 1000);
  rows = fz_desk_list (self->session, FZ_LIST_REVIEWED, filter, NULL);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    approved += g_strcmp0 (fz_fields_get (rows->pdata[i], "rx.verdict"), "approved") == 0;
  if (rows != NULL) {
    show_count (self->done, rows->len);
    show_count (self->approved, approved);
    show_count (self->returned, rows->len - approved);
  }
  show_pace (self);
}

void
fz_shift_begin (FzShift *self)
{
  self->since_us = g_get_monotonic_time ();
}

void
fz_shift_end (FzShift *self)
{
  gint64 seconds = (g_get_monotonic_time () - self->since_us) / G_USEC_PER_SEC;

  if (self->since_us > 0)
    g_array_append_val (self->seconds, seconds);
  self->since_us = 0;
}

static void
fz_shift_finalize (GObject *object)
{
  FzShift *self = FZ_SHIFT (object);

  g_array_unref (self->seconds);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_shift_parent_class)->finalize (object);
}

static void
fz_shift_class_init (FzShiftClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_shift_finalize;
}

static void
fz_shift_init (FzShift *self)
{
  self->seconds = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static GtkLabel *
put_figure (FzShift *self, const char *caption)
{
  GtkWidget *pair = fz_wrap_add (gtk_widget_get_first_child (GTK_WIDGET (self)), fz_line (6));

  fz_put (pair, fz_text (caption, "fz-caption"));
  return GTK_LABEL (fz_put (pair, fz_text ("—", "fz-strong")));
}

GtkWidget *
fz_shift_new (FzSession *session)
{
  FzShift *self = g_object_new (FZ_TYPE_SHIFT, NULL);

  self->session = fz_session_ref (session);
  fz_put_wide (GTK_WIDGET (self), fz_wrap_new (20, 2));
  self->done = put_figure (self, _ ("今日已审"));
  self->approved = put_figure (self, _ ("通过"));
  self->returned = put_figure (self, _ ("退回及不通过"));
  self->pace = put_figure (self, _ ("每张用时（中位）"));
  fz_put (GTK_WIDGET (self), fz_duty_button_new (session));
  fz_put (GTK_WIDGET (self), fz_access_icon_button_new (session));
  fz_access_label (GTK_WIDGET (self), _ ("本班审方进度"));
  return GTK_WIDGET (self);
}
