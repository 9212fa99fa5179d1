#include "ui/rx_row.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define LATE_S (15 * 60)

/* How far it is on its way out of the pharmacy. */
static void
put_supply (GtkWidget *line, const FzFields *rx)
{
  static const struct {
    const char *word, *label;
    FzStatus status;
  } words[] = { { "prepared", N_ ("待核对"), FZ_STATUS_WARN }, { "checked", N_ ("待发出"), FZ_STATUS_INFO }, { "part", N_ ("部分已发"), FZ_STATUS_WARN },
                { "sent", N_ ("在途"), FZ_STATUS_INFO },       { "done", N_ ("已完成"), FZ_STATUS_OK } };
  const char *word = fz_fields_get (rx, "rx.supply");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].word, word) == 0)
      fz_put (line, fz_pill_new (words[i].status, _ (words[i].label)));
}

static void
put_marks (GtkWidget *line, const FzFields *rx)
{
  const char *risk = fz_fields_get (rx, "rx.risk");

  if (fz_fields_has (rx, "rx.claimed_by") && !fz_fields_is_yes (rx, "rx.claimed_mine")) {
    g_autofree char *busy = g_strdup_printf (_ ("%s 审核中"), fz_fields_get (rx, "rx.claimed_by"));

    fz_put (line, fz_pill_new (FZ_STATUS_INFO, busy));
  }
  if (g_strcmp0 (risk, "reason") == 0)
    fz_put (line, fz_pill_new (FZ_STATUS_WARN, _ ("有说明理由")));
  else if (g_strcmp0 (risk, "age") == 0)
    fz_put (line, fz_pill_new (FZ_STATUS_WARN, _ ("特殊年龄")));
  put_supply (line, rx);
  for (guint i = 0; i < fz_fields_count (rx, "mark"); i++) {
    FzStatus status = FZ_STATUS_NEUTRAL;
    const char *word = fz_words_mark (fz_fields_get_at (rx, "mark", i, NULL), &status);

    if (word != NULL)
      fz_put (line, fz_pill_new (status, word));
  }
}

static char *
drugs_of (const FzFields *rx)
{
  return fz_words_list (rx, "rx.item", "generic", _ ("、"));
}

static GtkWidget *
waiting_new (FzList list, const FzFields *rx, gint64 now_us)
{
  gint64 wait = 0;
  g_autofree char *text = NULL;
  GtkWidget *label;
  FzStatus status;
  const char *stage = fz_words_rx_stage (fz_fields_get (rx, "rx.stage"), &status);

  if (list == FZ_LIST_REVIEWED)
    return fz_pill_new (status, stage);
  if (list == FZ_LIST_SENT || list == FZ_LIST_DISPENSED) {
    g_autofree char *at = fz_words_time (rx, list == FZ_LIST_SENT ? "rx.sent_at" : "rx.dispensed_at", now_us);

    return fz_text (at, "fz-caption");
  }
  fz_fields_get_int (rx, "wait_s", &wait);
  if (list == FZ_LIST_DISPENSE) {
    g_autofree char *until = fz_words_time (rx, "rx.valid_until", now_us);

    text = g_strdup_printf (_ ("%s 前有效"), until);
    wait = 0;
  } else {
    g_autofree char *span = fz_words_duration (wait);

    text = wait < 60 ? g_strdup (span) : g_strdup_printf (_ ("已等 %s"), span);
  }
  label = fz_text (text, "fz-caption");
  if (wait >= LATE_S) {
    gtk_widget_remove_css_class (label, "fz-caption");
    gtk_widget_add_css_class (label, "fz-small");
    gtk_widget_add_css_class (label, "fz-text-warn");
  }
  return label;
}

GtkWidget *
fz_rx_row_new (FzList list, const FzFields *rx, gint64 now_us, GtkWidget *check)
{
  GtkWidget *row = gtk_list_box_row_new (), *line = fz_line (8), *box, *first, *wait, *marks;
  g_autofree char *about = fz_words_sex_age (rx);
  g_autofree char *drugs = drugs_of (rx), *spoken = NULL;
  const char *name = fz_fields_get (rx, "patient.name");

  if (check != NULL)
    fz_put (line, check);
  box = fz_put_wide (line, fz_column (3));
  first = fz_put (box, fz_wrap_new (8, 0));
  fz_wrap_add (first, fz_text (name, "fz-strong"));
  fz_wrap_add (first, fz_text (about, "fz-caption"));
  wait = fz_wrap_add (first, waiting_new (list, rx, now_us));
  gtk_widget_set_hexpand (wait, TRUE);
  gtk_widget_set_halign (wait, GTK_ALIGN_END);
  fz_put (box, fz_wrapped (drugs, "fz-soft"));
  marks = fz_put (box, fz_line (6));
  put_marks (marks, rx);
  gtk_widget_set_visible (marks, gtk_widget_get_first_child (marks) != NULL);
  spoken = g_strdup_printf (_ ("%s，%s，%s"), name, about, drugs != NULL ? drugs : "");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  fz_access_label (row, spoken);
  g_object_set_data_full (G_OBJECT (row), "fz-id", g_strdup (fz_fields_get (rx, "rx.id")), g_free);
  return row;
}
