#include "ui/review_looks.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define TIMER "fz-second-look"

static void
say (GtkWidget *box, gboolean over)
{
  fz_empty (box);
  if (over)
    fz_put (box, fz_finding_card_new (FZ_STATUS_INFO, _ ("高风险处方"), _ ("间隔已满：再看一遍药品、剂量和禁忌后可以通过。"), NULL));
  else
    fz_put (box, fz_finding_card_new (FZ_STATUS_WARN, _ ("高风险处方"), _ ("稍后再看一遍才能通过，或由另一位药师通过；现在可以先逐项核对，也可以退回。"), NULL));
}

static gboolean
on_time (gpointer box)
{
  g_object_set_data (G_OBJECT (box), TIMER, NULL);
  say (box, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_destroy (GtkWidget *box, gpointer data)
{
  guint timer = GPOINTER_TO_UINT (g_object_steal_data (G_OBJECT (box), TIMER));

  if (timer != 0)
    g_source_remove (timer);
}

GtkWidget *
fz_review_looks_new (const FzFields *rx, gint64 now_us)
{
  gint64 at_us = 0;
  GtkWidget *box;

  if (!fz_fields_get_time (rx, "rx.second_look_at", &at_us))
    return NULL;
  box = fz_column (0);
  say (box, now_us >= at_us);
  if (now_us >= at_us)
    return box;
  g_object_set_data (G_OBJECT (box), TIMER, GUINT_TO_POINTER (g_timeout_add ((guint) ((at_us - now_us + 999) / 1000), on_time, box)));
  g_signal_connect (box, "destroy", G_CALLBACK (on_destroy), NULL);
  return box;
}
