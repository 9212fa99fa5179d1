#include "tests/window/reach.h"

#include "tests/window/wait.h"

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define TEXT "org.a11y.atspi.Text"
#define ROOT "/org/a11y/atspi/accessible/root"
#define ANSWER_MS 10000

static GDBusConnection *bus;
static char *program; /* its name on the bus */

/* --- one thing --- */

static void
clear (gpointer data)
{
  Thing *self = data;

  g_free (self->path);
  g_free (self->name);
  g_free (self->about);
  g_ptr_array_unref (self->children);
}

Thing *
thing_ref (Thing *self)
{
  return g_rc_box_acquire (self);
}

void
thing_unref (Thing *self)
{
  g_rc_box_release_full (self, clear);
}

static Thing *
thing_new (const char *path)
{
  Thing *self = g_rc_box_new0 (Thing);

  self->path = g_strdup (path);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) thing_unref);
  return self;
}

static GVariant *
call_to (const char *name, const char *path, const char *interface, const char *method, GVariant *parameters, GError **error)
{
  return g_dbus_connection_call_sync (bus, name, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, NULL, error);
}

GVariant *
reach_call (const Thing *thing, const char *interface, const char *method, GVariant *parameters, GError **error)
{
  return call_to (program, thing->path, interface, method, parameters, error);
}

static guint64
states_of (GVariant *words)
{
  guint64 states = 0;

  for (gsize i = 0; i < g_variant_n_children (words) && i < 2; i++) {
    guint32 word = 0;

    g_variant_get_child (words, i, "u", &word);
    states |= (guint64) word << (32 * i);
  }
  return states;
}

guint64
reach_states (const Thing *thing)
{
  g_autoptr (GVariant) reply = reach_call (thing, ACCESSIBLE, "GetState", NULL, NULL);
  g_autoptr (GVariant) words = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  return words != NULL ? states_of (words) : 0;
}

gboolean
reach_place (const Thing *thing, Place *out)
{
  g_autoptr (GVariant) reply =
    reach_call (thing, "org.a11y.atspi.Component", "GetExtents", g_variant_new ("(u)", ATSPI_COORD_TYPE_WINDOW), NULL);

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "((iiii))", &out->x, &out->y, &out->width, &out->height);
  return TRUE;
}

static GVariant *
property (const Thing *thing, const char *interface, const char *name)
{
  g_autoptr (GVariant) reply =
    reach_call (thing, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", interface, name), NULL);
  GVariant *value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  return value;
}

char *
reach_about (const Thing *thing)
{
  g_autoptr (GVariant) about = property (thing, ACCESSIBLE, "Description");

  return about != NULL ? g_variant_dup_string (about, NULL) : NULL;
}

char *
reach_text (const Thing *thing)
{
  g_autoptr (GVariant) count = property (thing, TEXT, "CharacterCount");
  g_autoptr (GVariant) reply = NULL;
  char *text = NULL;

  if (count == NULL)
    return NULL;
  /* -1 for "to the end" is known to text views only. */
  reply = reach_call (thing, TEXT, "GetText", g_variant_new ("(ii)", 0, g_variant_get_int32 (count)), NULL);
  if (reply != NULL)
    g_variant_get (reply, "(s)", &text);
  return text;
}

/* --- the tree --- */

/* The program keeps a list of what it made known so far, and gives it in one answer; only the children of each are asked for one by one (what
 * is hidden stands in the list too, and what was shown just now does not yet). */
typedef struct {
  Thing *thing;
  gint32 n_children;
} Item;

typedef struct {
  GHashTable *items; /* by path */
  guint open;        /* answers still awaited */
  gboolean torn;
} Reading;

typedef struct {
  Reading *reading;
  Thing *thing;
  void (*take) (Reading *reading, Thing *thing, GVariant *reply);
} Question;

static void read_thing (Reading *reading, Thing *thing);
static void read_children (Reading *reading, Thing *thing, gint32 n);

static void
item_free (gpointer data)
{
  Item *self = data;

  thing_unref (self->thing);
  g_free (self);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (bus, result, NULL);

  question->reading->open--;
  if (reply != NULL)
    question->take (question->reading, question->thing, reply);
  else
    question->reading->torn = TRUE;
  thing_unref (question->thing);
  g_free (question);
}

static void
ask (Reading *reading, Thing *thing, const char *interface, const char *method, GVariant *parameters,
     void (*take) (Reading *, Thing *, GVariant *))
{
  Question *question = g_new0 (Question, 1);

  *question = (Question){ reading, thing_ref (thing), take };
  reading->open++;
  g_dbus_connection_call (bus, program, thing->path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, NULL, on_answer,
                          question);
}

static void
take_children (Reading *reading, Thing *thing, GVariant *reply)
{
  g_autoptr (GVariant) children = g_variant_get_child_value (reply, 0);
  gsize n = g_variant_n_children (children);

  for (gsize i = 0; i < n; i++) {
    const char *name, *path;
    Item *item;
    Thing *child;

    g_variant_get_child (children, i, "(&s&o)", &name, &path);
    item = g_hash_table_lookup (reading->items, path);
    if (item != NULL) {
      g_ptr_array_add (thing->children, thing_ref (item->thing));
      read_children (reading, item->thing, item->n_children);
      continue;
    }
    child = thing_new (path);
    g_ptr_array_add (thing->children, child);
    read_thing (reading, child);
  }
}

static void
read_children (Reading *reading, Thing *thing, gint32 n)
{
  if (n > 0)
    ask (reading, thing, ACCESSIBLE, "GetChildren", NULL, take_children);
}

static void
take_properties (Reading *reading, Thing *thing, GVariant *reply)
{
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);
  gint32 n = 0;

  g_variant_lookup (all, "Name", "s", &thing->name);
  g_variant_lookup (all, "Description", "s", &thing->about);
  g_variant_lookup (all, "ChildCount", "i", &n);
  read_children (reading, thing, n);
}

static void
take_role (Reading *reading, Thing *thing, GVariant *reply)
{
  guint32 role = 0;

  g_variant_get (reply, "(u)", &role);
  thing->role = (AtspiRole) role;
}

static void
take_states (Reading *reading, Thing *thing, GVariant *reply)
{
  g_autoptr (GVariant) words = g_variant_get_child_value (reply, 0);

  thing->states = states_of (words);
}

static void
read_thing (Reading *reading, Thing *thing)
{
  ask (reading, thing, "org.freedesktop.DBus.Properties", "GetAll", g_variant_new ("(s)", ACCESSIBLE), take_properties);
  ask (reading, thing, ACCESSIBLE, "GetRole", NULL, take_role);
  ask (reading, thing, ACCESSIBLE, "GetState", NULL, take_states);
}

static void
take_item (GHashTable *items, GVariant *given)
{
  Item *item = g_new0 (Item, 1);
  g_autoptr (GVariant) states = NULL;
  const char *path;
  guint32 role;

  g_variant_get_child (given, 0, "(&s&o)", NULL, &path);
  item->thing = thing_new (path);
  g_variant_get_child (given, 4, "i", &item->n_children);
  g_variant_get_child (given, 6, "s", &item->thing->name);
  g_variant_get_child (given, 7, "u", &role);
  g_variant_get_child (given, 8, "s", &item->thing->about);
  states = g_variant_get_child_value (given, 9);
  item->thing->role = (AtspiRole) role;
  item->thing->states = states_of (states);
  g_hash_table_replace (items, item->thing->path, item);
}

/* NULL: it gives none, as while it starts. */
static GHashTable *
read_items (void)
{
  g_autoptr (GVariant) reply = call_to (program, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems", NULL, NULL);
  g_autoptr (GHashTable) items = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, item_free);
  g_autoptr (GVariant) list = NULL;
  gsize n;

  if (reply == NULL)
    return NULL;
  list = g_variant_get_child_value (reply, 0);
  n = g_variant_n_children (list);
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GVariant) given = g_variant_get_child_value (list, i);

    take_item (items, given);
  }
  return g_steal_pointer (&items);
}

Thing *
reach_read (void)
{
  g_autoptr (GHashTable) items = read_items ();
  Reading reading = { .items = items };
  g_autoptr (Thing) root = thing_new (ROOT);

  if (items == NULL)
    return NULL;
  read_thing (&reading, root);
  while (reading.open > 0)
    g_main_context_iteration (NULL, TRUE);
  return reading.torn ? NULL : g_steal_pointer (&root);
}

Thing *
reach_focused (void)
{
  g_autoptr (GHashTable) items = read_items ();
  GHashTableIter all;
  gpointer value;
  Thing *found = NULL;

  if (items == NULL)
    return NULL;
  g_hash_table_iter_init (&all, items);
  while (g_hash_table_iter_next (&all, NULL, &value)) {
    Thing *thing = ((Item *) value)->thing;

    if ((thing->states >> ATSPI_STATE_FOCUSED & 1) == 0)
      continue;
    if (found != NULL)
      return NULL;
    found = thing;
  }
  return found != NULL ? thing_ref (found) : NULL;
}

/* --- the bus --- */

static GDBusConnection *
connect_bus (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) reply = NULL;
  const char *address;
  GDBusConnection *connection;

  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", NULL, G_VARIANT_TYPE ("(s)"),
                                       G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, NULL, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(&s)", &address);
  connection = g_dbus_connection_new_for_address_sync (
    address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static gboolean
is_of (const char *name, GPid pid)
{
  g_autoptr (GVariant) reply = call_to ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "GetConnectionUnixProcessID", g_variant_new ("(s)", name), NULL);
  guint32 found = 0;

  if (reply != NULL)
    g_variant_get (reply, "(u)", &found);
  return found == (guint32) pid;
}

static gboolean
find_program (GPid pid)
{
  g_autoptr (GVariant) reply = call_to ("org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren", NULL, NULL);
  g_autoptr (GVariant) list = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  gsize n = list != NULL ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < n; i++) {
    const char *name, *path;

    g_variant_get_child (list, i, "(&s&o)", &name, &path);
    if (!is_of (name, pid))
      continue;
    program = g_strdup (name);
    return TRUE;
  }
  return FALSE;
}

void
reach_open (GPid pid)
{
  g_auto (Wait) wait = wait_begin ();

  bus = connect_bus ();
  while (!find_program (pid))
    if (!wait_more (&wait))
      g_error ("the program did not show itself on the accessibility bus");
}

void
reach_close (void)
{
  g_clear_pointer (&program, g_free);
  g_clear_object (&bus);
}
