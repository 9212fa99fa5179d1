/* A list over a great many rows, in the window: the audit page with its own table and paging over a log of 10,000 entries (FUZHEN_TEST_SCALE=full: a million).
 * Opened, moved by a page each frame over the first 20,000 at most, by End on and on to the last row there is, from there up again by a page each frame, and to
 * anywhere, as one drags the bar; and read anew there as the window does every minute. */
#include "db/audit.h"
#include "tests/bench/figures.h"
#include "tests/desk/world.h"
#include "ui/kit/kit.h"
#include "ui/page.h"
#include "ui/page_audit.h"

#include <gtk/gtk.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define A_JOB 5000
#define PASSED 20000 /* rows, page by page */
#define OPENED 9 /* times */
#define FRAMES 300 /* up from the end, and as many drawn from anywhere */
#define DEADLINE_US (1800 * G_USEC_PER_SEC)

static guint
rows_wanted (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 1000000 : 10000;
}

static gboolean
append (FzTxn *txn, gpointer data, GError **error)
{
  guint *n = data;

  for (guint i = 0; i < A_JOB; i++, (*n)++) {
    g_autofree char *subject = g_strdup_printf ("CF-%08u", *n);
    FzAuditEntry entry = { .actor = "D1001", .role = "doctor", .session = "0123456789abcdef", .action = "prescription.read",
                           .subject_kind = "prescription", .subject = subject, .outcome = "done" };

    if (!fz_audit_append (txn, &entry, NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* --- the window --- */

typedef enum { REST, DOWN, TO_THE_END, UP, ANYWHERE } Moving;

typedef struct {
  GtkWidget *page;
  FzTable *table;
  GtkAdjustment *down;
  Samples frames;
  gint64 frame_ns;
  Moving moving;
  guint still; /* frames at the end in a row without a row more */
  guint rows;
  guint steps;
} Watch;

static gpointer
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    gpointer found = find (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static double
next_place (Watch *self, double last)
{
  double page = gtk_adjustment_get_page_size (self->down), at = gtk_adjustment_get_value (self->down);

  switch (self->moving) {
  case DOWN:
    return MIN (last, at + 0.9 * page);
  case UP:
    return MAX (0, at - 0.9 * page);
  case ANYWHERE:
    return g_random_double_range (0, last);
  case TO_THE_END:
    return last;
  case REST:
  default:
    return at;
  }
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Watch *self = data;
  guint rows = g_list_model_get_n_items (fz_table_get_model (self->table));
  double last = gtk_adjustment_get_upper (self->down) - gtk_adjustment_get_page_size (self->down);

  if (self->frame_ns != 0)
    samples_add (&self->frames, self->frame_ns);
  self->frame_ns = now_ns ();
  if (self->moving == REST)
    return G_SOURCE_CONTINUE;
  self->steps++;
  self->still = rows > self->rows || gtk_adjustment_get_value (self->down) < last - 1 ? 0 : self->still + 1;
  self->rows = rows;
  gtk_adjustment_set_value (self->down, next_place (self, last));
  return G_SOURCE_CONTINUE;
}

static gboolean
is_there (Watch *self)
{
  switch (self->moving) {
  case DOWN:
    return self->still > 30 || self->rows >= PASSED;
  case TO_THE_END:
    return self->still > 30;
  case UP:
  case ANYWHERE:
    return self->steps >= FRAMES;
  case REST:
  default:
    return FALSE;
  }
}

static void
run_until (Watch *self, gint64 for_us)
{
  gint64 until_us = g_get_monotonic_time () + for_us;

  while (g_get_monotonic_time () < until_us && !is_there (self))
    g_main_context_iteration (NULL, TRUE);
}

static void
report_words (const char *name, const char *value, const char *against, const char *goal)
{
  g_print ("figure\t%s\t%s\t\t%s\t%s\n", name, value, against, goal);
}

/* Moves so until it is there, and says what the frames took. */
static void
move (Watch *self, Moving moving, const char *how)
{
  clock_t worked = clock ();
  g_autofree char *longest_name = g_strdup_printf ("the longest of them (%s)", how), *name = g_strdup_printf ("a frame to the next, %s", how), *passed = NULL, *longest = NULL;

  g_array_set_size (self->frames.us, 0);
  self->frame_ns = 0;
  self->steps = self->still = 0;
  self->moving = moving;
  run_until (self, DEADLINE_US);
  self->moving = REST;
  passed = g_strdup_printf ("%.1f ms of it processor time, %u rows there", 1000.0 * (double) (clock () - worked) / CLOCKS_PER_SEC / MAX (1, self->frames.us->len), self->rows);
  longest = g_strdup_printf ("%.1f ms", samples_quantile (&self->frames, 1) / 1000);
  report (name, &self->frames, passed, "16.7 ms");
  report_words (longest_name, longest, "", "50 ms");
}

/* From nothing to its first rows on the screen. The page before is taken down first: the window keeps its own. */
static void
open_page (Watch *self, World *w, GtkWidget *window, Samples *out)
{
  gint64 from;

  gtk_window_set_child (GTK_WINDOW (window), NULL);
  from = now_ns ();
  self->page = fz_page_audit_new (w->session);
  gtk_window_set_child (GTK_WINDOW (window), self->page);
  fz_page_refresh (self->page);
  self->table = find (self->page, FZ_TYPE_TABLE);
  self->down = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (find (GTK_WIDGET (self->table), GTK_TYPE_LIST_VIEW)));
  g_array_set_size (self->frames.us, 0);
  self->frame_ns = 0;
  while (self->frames.us->len < 2)
    g_main_context_iteration (NULL, TRUE);
  samples_add (out, from);
}

static void
run (World *w)
{
  Watch watch = { 0 };
  g_auto (Samples) first = { 0 }, opened = { 0 }, anew = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL, *first_name = NULL, *worked = NULL, *memory = NULL;
  guint n = 0, wanted = rows_wanted ();
  GtkWidget *window;
  gint64 from;
  double at_rest;
  clock_t begun;

  world_sign_in (w, "S4003");
  while (n < wanted)
    must (fz_store_run (w->desk->store, FZ_TXN_RECORD, append, &n, &error), "append", error);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  samples_init (&watch.frames);
  samples_init (&first);
  samples_init (&opened);
  samples_init (&anew);
  gtk_widget_add_tick_callback (window, on_frame, &watch, NULL);
  open_page (&watch, w, window, &first);
  begun = clock ();
  for (guint i = 0; i < OPENED; i++)
    open_page (&watch, w, window, &opened);
  worked = g_strdup_printf ("%.0f ms of it processor time, with two frames and another page taken down", 1000.0 * (double) (clock () - begun) / CLOCKS_PER_SEC / OPENED);
  first_name = g_strdup_printf ("the audit page over %u entries, the first that the process shows, with its first letters and icons", n);
  report (first_name, &first, NULL, "");
  name = g_strdup_printf ("the audit page over %u entries, from nothing to its first rows on the screen", n);
  report (name, &opened, worked, "100 ms");
  run_until (&watch, G_USEC_PER_SEC);
  at_rest = memory_mib (getpid (), "VmRSS");
  move (&watch, DOWN, "moved down by a page each frame");
  move (&watch, TO_THE_END, "moved to the end each frame, until there is no row more");
  must (watch.rows >= wanted, "the list did not come to its last row", NULL);
  move (&watch, UP, "from the last row up by a page each frame");
  move (&watch, ANYWHERE, "to anywhere each frame");
  memory = g_strdup_printf ("%.0f MiB more", memory_mib (getpid (), "VmRSS") - at_rest);
  report_words ("memory after that", memory, "the first rows", "");
  for (guint i = 0; i < 5; i++) {
    from = now_ns ();
    fz_page_refresh (watch.page);
    samples_add (&anew, from);
    run_until (&watch, G_USEC_PER_SEC / 5);
  }
  report ("the same read anew there", &anew, NULL, "50 ms");
  gtk_window_destroy (GTK_WINDOW (window));
  samples_clear (&watch.frames);
}

int
main (int argc, char **argv)
{
  char *quiet[] = { argv[0], (char *) "-q", NULL };
  char **words = quiet;
  int n = 2, code;

  gtk_test_init (&n, &words, NULL);
  world_make_template ();
  world_add_test ("/lists", run);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
