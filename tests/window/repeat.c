#include "tests/window/repeat.h"

#include "tests/window/inspect.h"
#include "ui/kit/kit.h"
#include "ui/page.h"
#include "ui/page_visit.h"

#define FIRST "V-2026-0001"
#define AGAIN "V-2026-0002"
#define FOUR_WEEKS (28 * 24 * 60 * MINUTE)
#define MOST_KEYS 25 /* what a new prescription of one medicine may take */
#define MOST_TABS 60

static const char *const same[] = { "patient.name", "patient.sex", "patient.birth_date" };
static GtkWidget *window;
static guint keys;
static gint64 answered_us; /* from a key to the page at rest, all together */

/* The first one in sight of that name, or whose name begins so. */
static GtkWidget *
find (GtkWidget *widget, GType type, const char *name)
{
  const char *own = fz_access_get_label (widget);
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && own != NULL && g_str_has_prefix (own, name))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find (child, type, name);
  return found;
}

/* What stands there may come from another thread. */
static GtkWidget *
find_on_screen (GType type, const char *name)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  GtkWidget *found;

  while ((found = find (window, type, name)) == NULL) {
    if (g_get_monotonic_time () > until_us)
      g_error ("“%s” is not there", name);
    inspect_settle (window);
  }
  return found;
}

/* By Tab alone, each counted. */
static void
tab_to (GtkWidget *to)
{
  for (guint i = 0; i < MOST_TABS; i++) {
    GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

    if (focus != NULL && (focus == to || gtk_widget_is_ancestor (focus, to)))
      return;
    gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
    keys++;
  }
  g_error ("Tab does not come to “%s”", fz_access_get_label (to));
}

/* Enter or the space bar on the button that has the focus. */
static void
press (const char *name)
{
  GtkWidget *button = find_on_screen (GTK_TYPE_BUTTON, name);

  gint64 from_us;

  tab_to (button);
  from_us = g_get_monotonic_time ();
  g_signal_emit_by_name (button, "clicked");
  keys++;
  inspect_settle (window);
  answered_us += g_get_monotonic_time () - from_us;
}

/* A digit to what has the focus, as its keys hear it. */
static void
press_digit (GtkWidget *focus)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (focus);
  gboolean heard = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !heard; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
      g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_1, 0, 0, &heard);
  }
  g_assert_true (heard);
  keys++;
}

static GtkWidget *
find_unanswered (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (FZ_IS_DROP_DOWN (widget) && gtk_widget_get_mapped (widget) && g_str_has_prefix (fz_access_get_label (widget), "理由：") &&
      fz_drop_down_get_code (FZ_DROP_DOWN (widget)) == NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_unanswered (child);
  return found;
}

/* Each asked reason by Tab and one digit. */
static void
answer (void)
{
  GtkWidget *drop;

  while ((drop = find_unanswered (window)) != NULL) {
    gint64 from_us;

    tab_to (drop);
    from_us = g_get_monotonic_time ();
    press_digit (gtk_window_get_focus (GTK_WINDOW (window)));
    inspect_settle (window);
    answered_us += g_get_monotonic_time () - from_us;
  }
}

static void
drop_line (const char *key, const char *value, gpointer draft)
{
  if (g_str_has_prefix (key, "rx.item") || g_str_has_prefix (key, "override"))
    fz_fields_set (draft, key, NULL);
}

/* The same patient again: whom world_request() draws is another one each time. */
static FzFields *
ask_again (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = fz_desk_reveal (world->session, FIRST, "patient.id_number", "U1", "核对", &error);
  FzFields *again = world_request (world, 0, AGAIN);
  g_autoptr (FzFields) before = fz_desk_read_visit (world->session, FIRST, &error);

  g_assert_no_error (error);
  fz_fields_set (again, "patient.id_number", number);
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    fz_fields_set (again, same[i], fz_fields_get (before, same[i]));
  fz_fields_set (again, "consent.signer", fz_fields_get (before, "patient.name"));
  return again;
}

/* All but the prescription. */
static void
type_record (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_visit (world->session, AGAIN, &error), whole = NULL, draft = NULL;

  g_assert_no_error (error);
  whole = fz_demo_world_draft (world->world, 0, facts);
  draft = fz_fields_dup (whole, NULL);
  fz_fields_foreach (whole, drop_line, draft);
  fz_desk_save_draft (world->session, AGAIN, draft, &error);
  g_assert_no_error (error);
}

void
repeat (World *world)
{
  g_autofree char *first = world_prescribe (world, 0, FIRST);
  g_autoptr (FzFields) again = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *page;

  world_review (world, "P2001", first, "approved");
  world_pass (world, FOUR_WEEKS);
  world_sign_in (world, fz_demo_world_doctor (world->world, 0));
  again = ask_again (world);
  world_try_arrive (world, again, &error);
  g_assert_no_error (error);
  world_take (world, AGAIN);
  type_record (world);
  window = gtk_window_new ();
  page = fz_page_visit_new (world->session);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), fz_stage_new (page));
  gtk_window_present (GTK_WINDOW (window));
  inspect_settle (window);
  fz_page_open (page, AGAIN);
  inspect_settle (window);
  gtk_widget_grab_focus (find_on_screen (FZ_TYPE_SEARCH_FIELD, "添加药品")); /* where the fourth step puts it */
  press ("重复上次处方");
  g_assert_nonnull (find_on_screen (GTK_TYPE_ENTRY, "单次剂量"));
  answer ();
  press ("签名病历与处方");
  find_on_screen (FZ_TYPE_DIALOG, "");
  g_test_message ("the last prescription repeated: %u key presses without the PIN's digits", keys + 1);
  g_test_message ("of the 20 s that it may take, the program takes %.2f s until the page is at rest after each key", (double) answered_us / G_USEC_PER_SEC); /* said, not judged */
  g_assert_cmpuint (keys + 1, <=, MOST_KEYS); /* and Enter after the PIN */
  gtk_window_destroy (GTK_WINDOW (window));
}
