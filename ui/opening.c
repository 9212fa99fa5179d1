#include "ui/opening.h"

#include "ui/dialog_institution.h"
#include "ui/fact_list.h"
#include "ui/file_import.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"
#include "ui/places.h"
#include "ui/samples.h"
#include "ui/shell.h"

#include <glib/gi18n-lib.h>

#define LINE "fz-opening"
#define WIDTH 820
#define PILL_WIDTH 96

static FzStatus
standing (const FzFields *row, const char **word)
{
  static const struct {
    const char *state, *word;
    FzStatus status;
  } states[] = { { "done", N_ ("已办"), FZ_STATUS_OK }, { "part", N_ ("未完"), FZ_STATUS_WARN }, { "open", N_ ("待办"), FZ_STATUS_STOP }, { "free", N_ ("可不办"), FZ_STATUS_NEUTRAL } };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (fz_fields_get (row, "state"), states[i].state) == 0) {
      *word = _ (states[i].word);
      return states[i].status;
    }
  *word = _ ("未知");
  return FZ_STATUS_NEUTRAL;
}

static gboolean
is_state (const FzFields *row, const char *state)
{
  return g_strcmp0 (fz_fields_get (row, "state"), state) == 0;
}

static FzRole
who_of (const FzFields *row)
{
  FzRole role = FZ_ROLE_DESK;

  fz_role_from_word (fz_fields_get (row, "role"), &role);
  return role;
}

/* --- the way there --- */

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  FzFields *row;
} Way;

static void
way_free (gpointer data)
{
  Way *way = data;

  fz_session_unref (way->session);
  fz_fields_unref (way->row);
  g_free (way);
}

/* To the page, and there to the very form where one is asked for. */
static void
on_go (GtkButton *button, Way *way)
{
  const char *item = fz_fields_get (way->row, "item"), *place = fz_fields_get (way->row, "place");
  FzShell *shell = FZ_SHELL (gtk_widget_get_root (GTK_WIDGET (button)));
  g_autoptr (FzSession) session = fz_session_ref (way->session);
  GtkWidget *page;

  fz_shell_show (shell, place);
  page = fz_shell_get_page (shell, place);
  if (page != NULL && g_str_equal (place, "people") && fz_session_get_role (session) == FZ_ROLE_AFFAIRS)
    fz_dialog_institution (page, session);
  else if (page != NULL && g_str_equal (item, "calendar"))
    fz_file_import (page, session, FZ_FILE_CALENDAR);
  fz_dialog_close (way->dialog); /* the button goes with it */
}

/* Who does it goes there; others read who it is. */
static gboolean
may_go (FzSession *session, const FzFields *row)
{
  const FzPlaceOf *place = fz_places_find (fz_fields_get (row, "place"));
  FzRole role = fz_session_get_role (session);

  return place != NULL && (place->roles & (1u << role)) != 0 && role == who_of (row) && !is_state (row, "done");
}

static void
put_way (GtkWidget *line, FzDialog *dialog, FzSession *session, FzFields *row)
{
  g_autofree char *spoken = g_strdup_printf (_ ("去办理：%s"), fz_fields_get (row, "label"));
  GtkWidget *button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("去办理")));
  Way *way = g_new (Way, 1);

  *way = (Way){ fz_session_ref (session), dialog, fz_fields_ref (row) };
  g_object_set_data_full (G_OBJECT (button), "fz-way", way, way_free);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  fz_access_label (button, spoken);
  g_signal_connect (button, "clicked", G_CALLBACK (on_go), way);
}

/* --- the list --- */

static void
put_row (GtkWidget *column, FzDialog *dialog, FzSession *session, FzFields *row)
{
  GtkWidget *line = fz_put (column, fz_line (12)), *mark = fz_put (line, fz_column (0)), *words;
  const char *word;
  FzStatus status = standing (row, &word);
  g_autofree char *who = g_strdup_printf (_ ("由%s办理"), fz_role_label (who_of (row)));

  gtk_widget_set_size_request (mark, PILL_WIDTH, -1);
  gtk_widget_set_halign (fz_put (mark, fz_pill_new (status, word)), GTK_ALIGN_START);
  words = fz_put_wide (line, fz_column (2));
  fz_put (words, fz_text (fz_fields_get (row, "label"), "fz-strong"));
  fz_put (words, fz_wrapped (fz_fields_get (row, "words"), "fz-soft"));
  if (!is_state (row, "done"))
    fz_put (words, fz_text (who, "fz-caption"));
  if (may_go (session, row))
    put_way (line, dialog, session, row);
}

static guint
count (GPtrArray *rows, guint *out_wanted)
{
  guint done = 0;

  *out_wanted = 0;
  for (guint i = 0; i < rows->len; i++) {
    done += is_state (rows->pdata[i], "done");
    *out_wanted += !is_state (rows->pdata[i], "free");
  }
  return done;
}

void
fz_dialog_opening (GtkWidget *over, FzSession *session)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_read_opening (session, &error);
  FzDialog *dialog = fz_dialog_new (_ ("开业前"), _ ("按本地库里已有的逐项清点，没有可以手工打钩的。全部办妥以后这张清单收起。"));
  GtkWidget *column = fz_column (16);

  fz_dialog_set_width (dialog, WIDTH);
  for (guint done = 0; done < 2; done++) /* what is left stands first */
    for (guint i = 0; rows != NULL && i < rows->len; i++)
      if (is_state (rows->pdata[i], "done") == (done == 1))
        put_row (column, dialog, session, rows->pdata[i]);
  if (rows == NULL)
    fz_put (column, fz_error_state_new_from (error, NULL));
  gtk_widget_set_halign (fz_put (column, fz_samples_button_new ()), GTK_ALIGN_START);
  fz_dialog_set_body (dialog, column, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_present (dialog, over);
}

/* --- the line --- */

typedef struct {
  FzSession *session;
  GPtrArray *shown;
  gboolean stays;
} Line;

static void
line_free (gpointer data)
{
  Line *self = data;

  g_clear_pointer (&self->shown, g_ptr_array_unref);
  fz_session_unref (self->session);
  g_free (self);
}

static void
on_open (GtkButton *button, Line *self)
{
  fz_dialog_opening (GTK_WIDGET (button), self->session);
}

/* What this reader can do comes first. */
static const FzFields *
next_of (const Line *self)
{
  const FzFields *any = NULL;

  for (guint i = 0; i < self->shown->len; i++) {
    const FzFields *row = self->shown->pdata[i];

    if (is_state (row, "done") || is_state (row, "free"))
      continue;
    if (who_of (row) == fz_session_get_role (self->session))
      return row;
    any = any != NULL ? any : row;
  }
  return any;
}

/* A demonstration has no first patient before it; its system page shows what the line is. */
static gboolean
is_meant (const Line *self)
{
  return self->stays || !fz_desk_is_demo (fz_session_get_desk (self->session));
}

static void
fold (GtkWidget *card, const Line *self)
{
  gtk_widget_set_visible (card, self->stays || next_of (self) != NULL);
}

static void
show (GtkWidget *card, Line *self)
{
  guint wanted, done = count (self->shown, &wanted);
  const FzFields *next = next_of (self);
  g_autofree char *far = g_strdup_printf (_ ("开业前 %u 项，已办 %u 项"), wanted, done);
  g_autofree char *words = next != NULL ? g_strdup_printf (_ ("下一项：%s（%s）"), fz_fields_get (next, "label"), fz_role_label (who_of (next)))
                                        : g_strdup (_ ("开业前的各项都已办妥。"));
  GtkWidget *line, *button;

  fz_empty (card);
  line = fz_put (card, fz_line (12));
  gtk_widget_set_valign (fz_put (line, fz_pill_new (next != NULL ? FZ_STATUS_WARN : FZ_STATUS_OK, far)), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (fz_put_wide (line, fz_wrapped (words, NULL)), GTK_ALIGN_CENTER);
  button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "list", _ ("开业前清单…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_open), self);
  fold (card, self);
}

void
fz_opening_line_refresh (GtkWidget *card)
{
  Line *self = g_object_get_data (G_OBJECT (card), LINE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  gtk_widget_set_visible (card, is_meant (self));
  if (!is_meant (self))
    return;
  rows = fz_desk_read_opening (self->session, &error);
  if (rows == NULL) {
    fz_empty (card);
    g_clear_pointer (&self->shown, g_ptr_array_unref);
    fz_put (card, fz_page_error_new (error));
  } else if (!fz_facts_are_same (self->shown, rows)) {
    g_clear_pointer (&self->shown, g_ptr_array_unref);
    self->shown = g_steal_pointer (&rows);
    show (card, self);
  } else {
    fold (card, self);
  }
}

GtkWidget *
fz_opening_line_new (FzSession *session, gboolean stays)
{
  GtkWidget *card = fz_card_new_padded (10);
  Line *self = g_new0 (Line, 1);

  self->session = fz_session_ref (session);
  self->stays = stays;
  g_object_set_data_full (G_OBJECT (card), LINE, self, line_free);
  fz_opening_line_refresh (card);
  return card;
}
