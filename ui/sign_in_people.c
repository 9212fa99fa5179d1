#include "ui/sign_in_people.h"

#include "core/case.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define COLUMNS 2
#define SPACING 10
#define CARD_HEIGHT 84 /* at 100 % text */

typedef struct {
  FzFields *front;
  FzPersonChosen chosen;
  gpointer user_data;
  gboolean drawn; /* the form beside it stands on the screen */
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  fz_fields_unref (choice->front);
  g_free (choice);
}

static void
on_clicked (GtkButton *button, gpointer user_data)
{
  Choice *choice = user_data;

  choice->chosen (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-index")), choice->user_data);
}

static const char *
role_label (const FzFields *front, guint i)
{
  FzRole role = FZ_ROLE_NONE;

  fz_role_from_word (fz_fields_get_at (front, "people", i, "role"), &role);
  return fz_role_label (role);
}

static GtkWidget *
secret_line (const char *caption, const char *value)
{
  GtkWidget *line = fz_line (6);
  GtkWidget *text = fz_text (value, "fz-numeric");

  fz_put (line, fz_text (caption, "fz-caption"));
  gtk_widget_add_css_class (text, "fz-strong");
  fz_put (line, text);
  return line;
}

static GtkWidget *
person_new (const FzFields *front, guint i)
{
  const char *name = fz_fields_get_at (front, "people", i, "name"), *pin = fz_fields_get_at (front, "people", i, "pin");
  const char *number = fz_fields_get_at (front, "people", i, "number"), *department = fz_fields_get_at (front, "people", i, "department");
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = fz_line (11);
  GtkWidget *words = fz_column (2);
  GtkWidget *first = fz_line (8);
  g_autofree char *about = department != NULL ? g_strdup_printf ("%s · %s", number, department) : g_strdup (number);
  g_autofree char *spoken = g_strdup_printf (_ ("以 %s（%s，工号 %s）登录"), name, role_label (front, i), number);

  fz_put (box, fz_avatar_new (name, 38));
  fz_put (first, fz_text (name, "fz-strong"));
  fz_put (first, fz_tag_new (FZ_STATUS_INFO, role_label (front, i)));
  fz_put (words, first);
  fz_put (words, fz_text (about, "fz-caption"));
  if (pin != NULL)
    fz_put (words, secret_line (_ ("签名 PIN"), pin));
  fz_put_wide (box, words);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "fz-person-card");
  gtk_widget_set_hexpand (button, TRUE);
  fz_access_label (button, spoken);
  g_object_set_data (G_OBJECT (button), "fz-index", GUINT_TO_POINTER (i));
  return button;
}

static void
fill (GtkGrid *grid, Choice *choice)
{
  for (guint i = 0; i < fz_fields_count (choice->front, "people"); i++) {
    GtkWidget *person = person_new (choice->front, i);

    g_signal_connect (person, "clicked", G_CALLBACK (on_clicked), choice);
    gtk_grid_attach (grid, person, (int) (i % COLUMNS), (int) (i / COLUMNS), 1, 1);
  }
}

/* The form is usable a frame before the cards, which are most of the page's text, have been laid out. */
static gboolean
on_frame (GtkWidget *grid, GdkFrameClock *clock, gpointer data)
{
  Choice *choice = data;

  if (choice->drawn)
    fill (GTK_GRID (grid), choice);
  choice->drawn = !choice->drawn;
  return choice->drawn ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

GtkWidget *
fz_sign_in_people_new (const FzFields *front, FzPersonChosen chosen, gpointer user_data)
{
  GtkWidget *grid = gtk_grid_new ();
  Choice *choice = g_new (Choice, 1);
  guint rows = (fz_fields_count (front, "people") + COLUMNS - 1) / COLUMNS;

  *choice = (Choice) { fz_fields_ref ((FzFields *) front), chosen, user_data, FALSE };
  g_object_set_data_full (G_OBJECT (grid), "fz-choice", choice, choice_free);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), SPACING);
  gtk_grid_set_row_spacing (GTK_GRID (grid), SPACING);
  /* Their place is kept, so that nothing moves when they come. */
  gtk_widget_set_size_request (grid, -1, (int) (fz_theme_get_text_scale () * CARD_HEIGHT * rows) + SPACING * ((int) rows - 1));
  gtk_widget_add_tick_callback (grid, on_frame, choice, NULL);
  return grid;
}
