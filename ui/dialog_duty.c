#include "ui/dialog_duty.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define USUAL_HOURS 4
#define HOUR_US (G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND)
#define DAY_US (24 * HOUR_US)

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *rows, *form, *person, *day, *from, *until;
} Duty;

static void
duty_free (gpointer data)
{
  Duty *duty = data;

  fz_session_unref (duty->session);
  g_free (duty);
}

/* --- what stands --- */

static void show_rows (Duty *duty);

static void
on_end (GtkButton *button, Duty *duty)
{
  const FzFields *row = g_object_get_data (G_OBJECT (button), "fz-row");
  g_autoptr (GError) error = NULL;
  gint64 from = 0;

  fz_fields_get_time (row, "from", &from);
  fz_dialog_set_error (duty->dialog, NULL);
  if (!fz_desk_end_duty (duty->session, fz_fields_get (row, "number"), from, &error))
    fz_dialog_set_error (duty->dialog, error->message);
  show_rows (duty);
}

static FzStatus
state_of (const FzFields *row, gint64 now_us, const char **word)
{
  gint64 from = 0, until = 0;

  fz_fields_get_time (row, "from", &from);
  fz_fields_get_time (row, "until", &until);
  if (fz_fields_is_yes (row, "on_duty")) {
    *word = _ ("在班");
    return FZ_STATUS_OK;
  }
  *word = until <= now_us ? _ ("已结束") : from > now_us ? _ ("未开始") : _ ("不在岗");
  return FZ_STATUS_NEUTRAL;
}

static gboolean
may_change (const Duty *duty, const FzFields *row, gint64 now_us)
{
  const char *me = fz_fields_get (fz_session_get_person (duty->session), "number");
  gint64 until = 0;

  fz_fields_get_time (row, "until", &until);
  return until > now_us && (fz_session_get_role (duty->session) == FZ_ROLE_AFFAIRS || g_strcmp0 (fz_fields_get (row, "number"), me) == 0);
}

static void
add_row (Duty *duty, FzFields *row, gint64 now_us)
{
  GtkWidget *line = fz_put (duty->rows, fz_line (10)), *button;
  g_autofree char *from = fz_words_time (row, "from", now_us), *until = fz_words_time (row, "until", now_us);
  g_autofree char *who = g_strdup_printf (_ ("%s（%s）"), fz_fields_get (row, "name"), fz_fields_get (row, "number"));
  g_autofree char *when = g_strdup_printf ("%s — %s", from, until);
  const char *word;
  FzStatus status = state_of (row, now_us, &word);
  gint64 begin = 0;

  fz_fields_get_time (row, "from", &begin);
  fz_put (line, fz_text (who, NULL));
  fz_put_wide (line, fz_text (when, "fz-soft"));
  fz_put (line, fz_pill_new (status, word));
  if (!may_change (duty, row, now_us))
    return;
  button = fz_put (line, fz_button_new (FZ_BUTTON_FLAT, NULL, begin > now_us ? _ ("撤销") : _ ("结束值班")));
  g_object_set_data_full (G_OBJECT (button), "fz-row", fz_fields_ref (row), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_end), duty);
}

static void
show_rows (Duty *duty)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_duty (duty->session, &error);

  fz_empty (duty->rows);
  if (rows == NULL)
    fz_put (duty->rows, fz_wrapped (error->message, "fz-soft"));
  else if (rows->len == 0)
    fz_put (duty->rows, fz_wrapped (_ ("还没有值班安排。登记后，规则检查才知道此刻有几位药师可以审方。"), "fz-soft"));
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    add_row (duty, rows->pdata[i], fz_session_now_us (duty->session));
}

/* --- one more --- */

/* "08:00" on that day at Beijing. */
static gboolean
read_time (GtkWidget *day, GtkWidget *entry, gint64 *out_us)
{
  g_autofree char *date_text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (day))));
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  gboolean shaped = g_regex_match_simple ("^([01]?[0-9]|2[0-3])[:：][0-5][0-9]$", text, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
  FzDate date;

  if (!shaped || !fz_date_parse (date_text, &date, NULL))
    return FALSE;
  *out_us = fz_date_beijing_start_us (date) + g_ascii_strtoll (text, NULL, 10) * HOUR_US +
            g_ascii_strtoll (text + strlen (text) - 2, NULL, 10) * 60 * FZ_US_PER_SECOND;
  return TRUE;
}

static void
add (Duty *duty)
{
  const char *number = duty->person != NULL ? fz_drop_down_get_code (FZ_DROP_DOWN (duty->person))
                                            : fz_fields_get (fz_session_get_person (duty->session), "number");
  g_autoptr (GError) error = NULL;
  gint64 from = 0, until = 0;

  fz_dialog_set_error (duty->dialog, NULL);
  if (number == NULL || !read_time (duty->day, duty->from, &from) || !read_time (duty->day, duty->until, &until)) {
    fz_dialog_set_error (duty->dialog, _ ("请选择药师，日期写作 2026-03-02，时间写作 08:00。"));
    return;
  }
  if (until <= from)
    until += DAY_US; /* a night shift ends the next day */
  if (!fz_desk_put_duty (duty->session, number, from, until, &error))
    fz_dialog_set_error (duty->dialog, error->message);
  else
    fz_dialog_set_kept (duty->dialog);
  show_rows (duty);
}

static void
on_response (FzDialog *dialog, const char *response, Duty *duty)
{
  if (g_str_equal (response, "add"))
    add (duty);
}

static GtkWidget *
entry_new (const char *text)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  return entry;
}

static GtkWidget *
people_new (Duty *duty)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autoptr (GPtrArray) staff = fz_desk_list (duty->session, FZ_LIST_STAFF, NULL, NULL);

  for (guint i = 0; staff != NULL && i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];

    if (g_strcmp0 (fz_fields_get (person, "role"), "pharmacist") == 0 && !fz_fields_has (person, "left_at"))
      fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (person, "number"), fz_fields_get (person, "name"), NULL);
  }
  return drop;
}

static void
add_times (Duty *duty)
{
  gint64 now = fz_session_now_us (duty->session);
  g_autofree char *begin = fz_beijing_time_format (now), *end = fz_beijing_time_format (now + USUAL_HOURS * HOUR_US);
  g_autofree char *day = g_strndup (begin, 10), *from = g_strndup (begin + 11, 5), *until = g_strndup (end + 11, 5);

  duty->day = entry_new (day);
  duty->from = entry_new (from);
  duty->until = entry_new (until);
  fz_form_add (duty->form, NULL, fz_form_row_new (_ ("日期"), duty->day, TRUE), 1);
  fz_form_add (duty->form, NULL, fz_form_row_new (_ ("从"), duty->from, TRUE), 1);
  fz_form_add (duty->form, NULL, fz_form_row_new (_ ("到"), duty->until, TRUE), 1);
}

void
fz_dialog_duty (GtkWidget *over, FzSession *session)
{
  Duty *duty = g_new0 (Duty, 1);
  GtkWidget *body = fz_column (14);
  gboolean affairs = fz_session_get_role (session) == FZ_ROLE_AFFAIRS;

  duty->session = fz_session_ref (session);
  duty->dialog = fz_dialog_new (_ ("审方值班"), _ ("登记的时间内该药师可以审方；到时自动结束，每次更改都记入审计"));
  g_object_set_data_full (G_OBJECT (duty->dialog), "fz-duty", duty, duty_free);
  fz_dialog_set_width (duty->dialog, 620);
  duty->rows = fz_put (body, fz_column (8));
  duty->form = fz_put (body, fz_form_new (affairs ? 4 : 3));
  if (affairs) {
    duty->person = people_new (duty);
    fz_form_add (duty->form, NULL, fz_form_row_new (_ ("药师"), duty->person, TRUE), 1);
  }
  add_times (duty);
  show_rows (duty);
  fz_dialog_set_body (duty->dialog, body, FALSE);
  fz_dialog_add_button (duty->dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (duty->dialog, "add", affairs ? _ ("登记值班") : _ ("开始审方值班"), FZ_BUTTON_PRIMARY);
  g_signal_connect (duty->dialog, "response", G_CALLBACK (on_response), duty);
  fz_dialog_present (duty->dialog, over);
}

static void
on_open (GtkWidget *button, FzSession *session)
{
  fz_dialog_duty (button, session);
}

GtkWidget *
fz_duty_button_new (FzSession *session)
{
  GtkWidget *button = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("审方值班…"));

  g_object_set_data_full (G_OBJECT (button), "fz-session", fz_session_ref (session), (GDestroyNotify) fz_session_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_open), session);
  return button;
}
