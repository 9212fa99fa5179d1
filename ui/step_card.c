#include "ui/step_card.h"

#include "ui/kit/card.h"
#include "ui/kit/pill.h"
#include "ui/layout.h"

#define PILL "fz-step-pill"

GtkWidget *
fz_step_card_new (guint number, const char *title)
{
  g_autofree char *digit = g_strdup_printf ("%u", number);
  g_autofree char *numbered = g_strdup_printf ("%s  %s", digit, title);
  GtkWidget *card = fz_card_new_titled (NULL, numbered);
  GtkWidget *pill = fz_pill_new (FZ_STATUS_NEUTRAL, "");

  fz_card_add_mark (card, pill);
  gtk_widget_set_visible (pill, FALSE);
  g_object_set_data (G_OBJECT (card), PILL, pill);
  return card;
}

void
fz_step_card_set_state (GtkWidget *card, FzStatus status, const char *word)
{
  GtkWidget *pill = g_object_get_data (G_OBJECT (card), PILL);

  fz_pill_set (pill, status, word != NULL ? word : "");
  gtk_widget_set_visible (pill, word != NULL);
}
