#include "tests/window/printed.h"

#include "tests/window/inspect.h"
#include "tests/window/rows_private.h"
#include "ui/dialog_print.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtkunixprint.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define WAIT_S 20

/* What is waited for; NULL: not there yet. */
typedef GtkWidget *(*Find) (GtkWidget *window);

static GtkWidget *
wait_for (Find find, GtkWidget *window, const char *what)
{
  gint64 until_us = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;
  GtkWidget *found;

  while ((found = find (window)) == NULL) {
    if (g_get_monotonic_time () > until_us)
      g_error ("%s did not come", what);
    inspect_settle (window);
  }
  return found;
}

/* --- the window's own dialog --- */

static GtkWidget *
find_ready (GtkWidget *window)
{
  GtkWidget *dialog = GTK_WIDGET (fz_stage_top_dialog (fz_stage_of (gtk_window_get_child (GTK_WINDOW (window)))));
  GtkWidget *button = dialog != NULL ? rows_find_button (dialog, _ ("打印")) : NULL;

  return button != NULL && gtk_widget_is_sensitive (button) ? dialog : NULL;
}

static GtkWidget *
find_none (GtkWidget *window)
{
  return fz_stage_top_dialog (fz_stage_of (gtk_window_get_child (GTK_WINDOW (window)))) == NULL ? window : NULL;
}

/* --- the desktop's --- */

static GtkWidget *
find_desktop (GtkWidget *window)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *at = windows; at != NULL; at = at->next)
    if (GTK_IS_PRINT_UNIX_DIALOG (at->data) && gtk_widget_get_mapped (at->data))
      return at->data;
  return NULL;
}

/* The list whose rows are printers; NULL: there are none yet. */
static GtkColumnView *
find_printers (GtkWidget *widget)
{
  GtkColumnView *found = NULL;

  if (GTK_IS_COLUMN_VIEW (widget) && gtk_column_view_get_model (GTK_COLUMN_VIEW (widget)) != NULL) {
    g_autoptr (GObject) first = g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (widget))), 0);

    if (GTK_IS_PRINTER (first))
      return GTK_COLUMN_VIEW (widget);
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_printers (child);
  return found;
}

/* The row of the printer that is a file, chosen; its button, once it can be pressed. */
static GtkWidget *
find_file_chosen (GtkWidget *window)
{
  GtkWidget *desktop = find_desktop (window), *ok = gtk_dialog_get_widget_for_response (GTK_DIALOG (desktop), GTK_RESPONSE_OK);
  GtkColumnView *printers = find_printers (desktop);
  GtkPrinter *chosen = gtk_print_unix_dialog_get_selected_printer (GTK_PRINT_UNIX_DIALOG (desktop));
  GListModel *rows;

  if (chosen != NULL && gtk_printer_is_virtual (chosen))
    return gtk_widget_is_sensitive (ok) ? ok : NULL;
  if (printers == NULL)
    return NULL;
  rows = G_LIST_MODEL (gtk_column_view_get_model (printers));
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (GtkPrinter) printer = g_list_model_get_item (rows, i);

    if (gtk_printer_is_virtual (printer) && gtk_printer_accepts_pdf (printer))
      gtk_selection_model_select_item (GTK_SELECTION_MODEL (rows), i, TRUE);
  }
  return NULL;
}

/* --- what came out --- */

static char *
run (const char *program, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, path, NULL);
  char *out = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return out;
}

static void
see_sheets (const char *path, guint pages, double width_mm, double height_mm)
{
  g_autofree char *info = run ("pdfinfo", path);
  const char *of_pages = strstr (info, "Pages:"), *of_size = strstr (info, "Page size:");
  double width = 0, height = 0;

  g_test_message ("%s", info);
  g_assert_true (of_pages != NULL && of_size != NULL);
  g_assert_cmpuint ((guint) g_ascii_strtoull (of_pages + strlen ("Pages:"), NULL, 10), ==, pages);
  g_assert_cmpint (sscanf (of_size, "Page size: %lf x %lf pts", &width, &height), ==, 2);
  g_assert_cmpfloat (fabs (width * 25.4 / 72 - width_mm), <, 0.5);
  g_assert_cmpfloat (fabs (height * 25.4 / 72 - height_mm), <, 0.5);
}

/* Every font stands in the file: of its table the columns behind the name are "emb sub uni", then two numbers. */
static void
see_fonts (const char *path)
{
  g_autofree char *table = run ("pdffonts", path);
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  const char *column = strstr (lines[0], "emb ");
  guint n = 0;

  g_test_message ("%s", table);
  g_assert_nonnull (column);
  for (guint i = 2; lines[i] != NULL && *lines[i] != '\0'; i++, n++)
    g_assert_true (g_str_has_prefix (lines[i] + (column - lines[0]), "yes "));
  g_assert_cmpuint (n, >, 0);
}

/* --- one print --- */

static void
print (GtkWidget *window, World *world, const char *const *ids, const char *size, guint pages, double width_mm, double height_mm)
{
  g_autofree char *name = g_strconcat (ids[0], ".pdf", NULL), *path = g_build_filename (world->root, name, NULL);
  guint64 from = world_audit_size (world);
  GtkWidget *dialog;

  g_test_message ("%s", size);
  fz_dialog_print (gtk_window_get_child (GTK_WINDOW (window)), world->session, ids);
  dialog = wait_for (find_ready, window, "the window's own print dialog");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (rows_find_segment (dialog, size)), TRUE);
  inspect_settle (window);
  g_signal_emit_by_name (rows_find_button (dialog, _ ("打印")), "clicked");
  wait_for (find_desktop, window, "the desktop's print dialog");
  g_assert_cmpuint (world_audit_count (world, from, "prescription.print", NULL), ==, 0); /* nobody pressed its button yet */
  g_signal_emit_by_name (wait_for (find_file_chosen, window, "the printer that is a file"), "clicked");
  wait_for (find_none, window, "the end of the print");
  g_assert_cmpuint (world_audit_count (world, from, "prescription.print", "done"), ==, g_strv_length ((char **) ids));
  see_sheets (path, pages, width_mm, height_mm);
  see_fonts (path);
  g_assert_cmpint (g_remove (path), ==, 0); /* the desktop would ask whether it is to be written over */
}

void
printed (World *world)
{
  g_autofree char *former = g_get_current_dir (), *first = world_prescribe (world, 0, "V-2026-0001"), *second = world_prescribe (world, 1, "V-2026-0002");
  const char *const one[] = { first, NULL }, *const both[] = { second, first, NULL };
  GtkWidget *window = gtk_window_new ();

  world_review (world, "P2001", first, "approved");
  world_review (world, "P2001", second, "approved");
  world_sign_in (world, "P2001");
  g_assert_cmpint (g_chdir (world->root), ==, 0); /* where the desktop writes to when nobody names a folder */
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), fz_stage_new (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0)));
  gtk_window_present (GTK_WINDOW (window));
  inspect_settle (window);
  print (window, world, one, "A5", 1, 148, 210);
  print (window, world, both, "A4", 2, 210, 297);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_cmpint (g_chdir (former), ==, 0);
}
