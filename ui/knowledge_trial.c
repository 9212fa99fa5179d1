#include "ui/knowledge_trial.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"

#include <glib/gi18n-lib.h>

#define TRIED_DAYS 30
#define SHOWN_ROWS 40

static const char *
tier_word (const char *word)
{
  static const struct {
    const char *word, *label;
  } tiers[] = { { "stop", N_ ("不能签名") }, { "reason", N_ ("需说明理由") }, { "note", N_ ("提示") } };

  for (gsize i = 0; i < G_N_ELEMENTS (tiers); i++)
    if (g_strcmp0 (tiers[i].word, word) == 0)
      return _ (tiers[i].label);
  return _ ("无");
}

static void
append_row (GString *text, const FzFields *row)
{
  g_autofree char *day = NULL;
  gint64 at_us = 0;

  fz_fields_get_time (row, "signed_at", &at_us);
  day = fz_say_day (fz_date_in_beijing (at_us));
  g_string_append_printf (text, "\n%s　%s　%s → %s　%s", day, fz_fields_get (row, "document"), tier_word (fz_fields_get (row, "then")),
                          tier_word (fz_fields_get (row, "now")), fz_fields_get (row, "message"));
}

static char *
words_of_trial (GPtrArray *rows, const FzFields *sum)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("最近 %d 天的 %s 张处方中，%s 张可以按这一版重新检查：%s 张的检查结果会改变（共 %s 处），其中 %s 张会新出现不能签名的问题；另有 %s 处只是文字不同。"),
                          TRIED_DAYS, fz_fields_get (sum, "documents"), fz_fields_get (sum, "judged"), fz_fields_get (sum, "prescriptions"),
                          fz_fields_get (sum, "changed"), fz_fields_get (sum, "stopped"), fz_fields_get (sum, "reworded"));
  for (guint i = 0; i < rows->len && i < SHOWN_ROWS; i++)
    append_row (text, rows->pdata[i]);
  if (rows->len > SHOWN_ROWS)
    g_string_append_printf (text, _ ("\n……共 %u 处"), rows->len);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
report (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report (data, done, total);
}

static char *
try_edition (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer id, GError **error)
{
  gint64 now = fz_session_now_us (session);
  g_autoptr (FzFields) sum = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_try_knowledge (session, id, now - TRIED_DAYS * FZ_US_PER_DAY, now, stop, report, work, &sum, error);

  return rows != NULL ? words_of_trial (rows, sum) : NULL;
}

static void
on_try (GtkButton *button, FzLongWork *work)
{
  fz_long_work_run (work, _ ("按这一版重新检查"), TRUE, try_edition, g_strdup (g_object_get_data (G_OBJECT (button), "fz-id")), g_free);
}

void
fz_knowledge_trial_put (GtkWidget *box, FzSession *session, const char *id)
{
  GtkWidget *line = fz_put (box, fz_line (8)), *button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("试算最近 30 天的处方")));
  GtkWidget *work = fz_put (box, fz_long_work_new (session));

  g_object_set_data_full (G_OBJECT (button), "fz-id", g_strdup (id), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_try), work);
}
