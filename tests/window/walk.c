#include "tests/window/walk.h"

#include "tests/window/inspect.h"
#include "ui/kit/access.h"

#define STEPS 500

static char *
name_of (GtkWidget *widget)
{
  const char *name = fz_access_get_label (widget);

  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && (name == NULL || *name == '\0'); at = gtk_widget_get_first_child (at))
    name = GTK_IS_LABEL (at) ? gtk_label_get_text (GTK_LABEL (at)) : fz_access_get_label (at);
  return g_strdup_printf ("%s \"%s\"", G_OBJECT_TYPE_NAME (widget), name != NULL ? name : "");
}

/* Within these one moves by arrows. */
static gboolean
is_by_arrows (GtkWidget *widget)
{
  return gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX) != NULL || gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_VIEW) != NULL ||
         gtk_widget_get_ancestor (widget, GTK_TYPE_FLOW_BOX) != NULL || gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER) != NULL ||
         (GTK_IS_CHECK_BUTTON (widget) || GTK_IS_TOGGLE_BUTTON (widget));
}

static void
find_stops (GtkWidget *widget, GPtrArray *stops)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget) || !gtk_widget_get_can_focus (widget) || is_by_arrows (widget))
    return;
  if ((GTK_IS_BUTTON (widget) || GTK_IS_TEXT (widget) || GTK_IS_TEXT_VIEW (widget)) && gtk_widget_get_focusable (widget))
    g_ptr_array_add (stops, g_object_ref (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    find_stops (child, stops);
}

/* What stands in one box is passed from above, or from the left. */
static void
compare (GtkWidget *window, GtkWidget *before, GtkWidget *now, GPtrArray *found)
{
  graphene_rect_t a, b;

  if (gtk_widget_get_parent (before) != gtk_widget_get_parent (now) || !gtk_widget_compute_bounds (before, window, &a) || !gtk_widget_compute_bounds (now, window, &b))
    return;
  if (b.origin.y + b.size.height <= a.origin.y || (b.origin.y < a.origin.y + a.size.height && b.origin.x + b.size.width <= a.origin.x)) {
    g_autofree char *first = name_of (before), *second = name_of (now);

    g_ptr_array_add (found, g_strdup_printf ("Tab goes from %s back to %s", first, second));
  }
}

void
walk_inspect (GtkWidget *window, GtkWidget *page, GPtrArray *found)
{
  g_autoptr (GHashTable) passed = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) stops = g_ptr_array_new_with_free_func (g_object_unref); /* there before anything moves */
  GtkWidget *first = NULL, *before = NULL, *was = NULL, *now;

  /* What is chosen on the way may be built anew. */
  g_set_weak_pointer (&was, gtk_window_get_focus (GTK_WINDOW (window)));
  find_stops (page, stops);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  for (guint i = 0; i < STEPS; i++) {
    gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
    now = gtk_window_get_focus (GTK_WINDOW (window));
    if (now == NULL || !g_hash_table_add (passed, now)) {
      if (now != first) {
        g_autofree char *name = now != NULL ? name_of (now) : g_strdup ("nothing");

        g_ptr_array_add (found, g_strdup_printf ("Tab comes round to %s, not to where it began", name));
      }
      break;
    }
    first = first != NULL ? first : now;
    if (before != NULL && gtk_widget_is_ancestor (now, page))
      compare (window, before, now, found);
    g_set_weak_pointer (&before, now);
  }
  for (guint i = 0; i < stops->len; i++) /* those that the walk itself took away apart: a row that it passed is chosen */
    if (!g_hash_table_contains (passed, stops->pdata[i]) && gtk_widget_get_mapped (stops->pdata[i]) && gtk_widget_is_sensitive (stops->pdata[i])) {
      g_autofree char *name = name_of (stops->pdata[i]);

      g_ptr_array_add (found, g_strdup_printf ("Tab does not come to %s", name));
    }
  if (was == NULL || gtk_widget_get_root (was) == GTK_ROOT (window))
    gtk_window_set_focus (GTK_WINDOW (window), was);
  g_clear_weak_pointer (&was);
  g_clear_weak_pointer (&before);
}
