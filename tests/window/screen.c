#include "tests/window/screen.h"

#include "tests/window/wait.h"

#include <string.h>

/* --- reading --- */

static void
append (GString *out, const Thing *at, guint depth)
{
  g_autofree char *text = reach_text (at);

  g_string_append_printf (out, "%*s%d | %s | %s | %s\n", (int) depth, "", (int) at->role, at->name != NULL ? at->name : "",
                          at->about != NULL ? at->about : "", text != NULL ? text : "");
  for (guint i = 0; i < at->children->len; i++)
    append (out, at->children->pdata[i], depth + 1);
}

char *
screen_read_all (void)
{
  g_auto (Wait) wait = wait_begin ();
  GString *out = g_string_new (NULL);
  Thing *root;

  while ((root = reach_read ()) == NULL)
    g_assert_true (wait_more (&wait));
  append (out, root, 0);
  thing_unref (root);
  return g_string_free (out, FALSE);
}

static void
fail (const char *what, const char *words)
{
  g_autofree char *all = screen_read_all ();

  screen_picture ("failed");
  g_printerr ("# On the screen:\n%s", all);
  g_error ("waited in vain for %s \"%s\"", what, words);
}

/* --- finding --- */

typedef struct {
  AtspiRole role;
  const char *words; /* NULL: any name */
  enum { ANYWHERE, AT_START, WHOLE } where; /* of the name */
  AtspiStateType state;
} Sought;

static gboolean
has (guint64 states, AtspiStateType state)
{
  return (states >> state & 1) != 0;
}

/* GTK 4.8 reports no "showing", and lists the pages of a stack that are not shown; what was never laid out has no size. */
static gboolean
has_place (const Thing *at)
{
  Place place = { 0 };

  return reach_place (at, &place) && place.width > 0 && place.height > 0;
}

static gboolean
is_named (const char *name, const Sought *sought)
{
  if (name == NULL || sought->where == WHOLE)
    return g_strcmp0 (name, sought->words) == 0;
  return sought->where == AT_START ? g_str_has_prefix (name, sought->words) : strstr (name, sought->words) != NULL;
}

static gboolean
is_sought (const Thing *at, const Sought *sought)
{
  if (sought->role != ATSPI_ROLE_INVALID && at->role != sought->role)
    return FALSE;
  if (sought->words != NULL && !is_named (at->name, sought))
    return FALSE;
  if (sought->state != ATSPI_STATE_INVALID && !has (at->states, sought->state))
    return FALSE;
  return has_place (at);
}

static Thing *
look (Thing *at, const Sought *sought)
{
  if (is_sought (at, sought))
    return thing_ref (at);
  for (guint i = 0; i < at->children->len; i++) {
    Thing *found = look (at->children->pdata[i], sought);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static Thing *
find (const Sought *sought)
{
  g_autoptr (Thing) focused = sought->state == ATSPI_STATE_FOCUSED ? reach_focused () : NULL;
  g_autoptr (Thing) root = NULL;

  if (focused != NULL)
    return is_sought (focused, sought) ? g_steal_pointer (&focused) : NULL;
  root = reach_read ();
  return root != NULL ? look (root, sought) : NULL;
}

static Thing *
wait_for (const Sought *sought, const char *what)
{
  g_auto (Wait) wait = wait_begin ();
  Thing *found;

  while ((found = find (sought)) == NULL)
    if (!wait_more (&wait))
      fail (what, sought->words);
  return found;
}

Thing *
screen_find (AtspiRole role, const char *words)
{
  return find (&(Sought){ .role = role, .words = words });
}

Thing *
screen_wait (AtspiRole role, const char *words)
{
  return wait_for (&(Sought){ .role = role, .words = words }, "the words");
}

Thing *
screen_wait_named (AtspiRole role, const char *name)
{
  return wait_for (&(Sought){ .role = role, .words = name, .where = WHOLE }, "the name");
}

void
screen_expect (const char *words)
{
  g_autoptr (Thing) found = screen_wait (ATSPI_ROLE_INVALID, words);

  g_assert_nonnull (found);
}

char *
screen_first_word (const char *words)
{
  g_autoptr (Thing) label = screen_wait (ATSPI_ROLE_LABEL, words);

  return g_strndup (label->name, strcspn (label->name, " "));
}

void
screen_expect_text (const char *name, const char *words)
{
  g_autoptr (Thing) field = wait_for (&(Sought){ .role = ATSPI_ROLE_TEXT, .words = name, .where = WHOLE }, "the field");
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autofree char *text = reach_text (field);

    if (text != NULL && strstr (text, words) != NULL)
      return;
    if (!wait_more (&wait))
      fail ("the text", words);
  }
}

void
screen_wait_found (const char *title)
{
  g_autoptr (Thing) row = wait_for (&(Sought){ .role = ATSPI_ROLE_LIST_ITEM, .words = title, .where = AT_START }, "a result");

  g_assert_nonnull (row);
}

Thing *
screen_wait_button (const char *name)
{
  return wait_for (&(Sought){ .role = ATSPI_ROLE_PUSH_BUTTON, .words = name, .where = WHOLE, .state = ATSPI_STATE_SENSITIVE }, "the button");
}

void
screen_wait_gone (AtspiRole role, const char *words)
{
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autoptr (Thing) root = reach_read ();
    g_autoptr (Thing) found = root != NULL ? look (root, &(Sought){ .role = role, .words = words }) : NULL;

    if (root != NULL && found == NULL)
      return;
    if (!wait_more (&wait))
      fail ("the end of", words);
  }
}

void
screen_wait_state (const Thing *thing, AtspiStateType state)
{
  g_auto (Wait) wait = wait_begin ();

  while (!has (reach_states (thing), state))
    if (!wait_more (&wait))
      fail ("a state of", thing->name);
}

void
screen_wait_about (const Thing *thing, const char *description)
{
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autofree char *now = reach_about (thing);

    if (g_strcmp0 (now, description) == 0)
      return;
    if (!wait_more (&wait))
      fail ("the description", description);
  }
}

static Thing *
find_path (Thing *at, const char *path)
{
  if (g_strcmp0 (at->path, path) == 0)
    return at;
  for (guint i = 0; i < at->children->len; i++) {
    Thing *found = find_path (at->children->pdata[i], path);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
stands_in_relation (Thing *root, const Thing *thing, AtspiRelationType relation, const char *words)
{
  g_autoptr (GVariant) reply = reach_call (thing, "org.a11y.atspi.Accessible", "GetRelationSet", NULL, NULL);
  g_autoptr (GVariant) all = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  gboolean holds = FALSE;

  for (gsize i = 0; all != NULL && !holds && i < g_variant_n_children (all); i++) {
    g_autoptr (GVariant) targets = NULL;
    guint32 kind = 0;

    g_variant_get_child (all, i, "(u@a(so))", &kind, &targets);
    for (gsize k = 0; kind == (guint32) relation && !holds && k < g_variant_n_children (targets); k++) {
      const char *path;
      Thing *target;

      g_variant_get_child (targets, k, "(&s&o)", NULL, &path);
      target = find_path (root, path);
      holds = target != NULL && target->name != NULL && strstr (target->name, words) != NULL;
    }
  }
  return holds;
}

void
screen_expect_relation (AtspiRole role, const char *name, AtspiRelationType relation, const char *words)
{
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autoptr (Thing) root = reach_read ();
    g_autoptr (Thing) thing = root != NULL ? look (root, &(Sought){ .role = role, .words = name, .where = WHOLE }) : NULL;

    if (thing != NULL && stands_in_relation (root, thing, relation, words))
      return;
    if (!wait_more (&wait))
      fail ("the relation to", words);
  }
}

/* --- the focus --- */

void
screen_wait_focus (const char *name)
{
  g_autoptr (Thing) found = wait_for (&(Sought){ .words = name, .where = AT_START, .state = ATSPI_STATE_FOCUSED }, "the focus on");

  g_assert_nonnull (found);
}

Thing *
screen_focus (void)
{
  return find (&(Sought){ .state = ATSPI_STATE_FOCUSED });
}

Thing *
screen_wait_focus_moved (const Thing *from)
{
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autoptr (Thing) now = screen_focus ();

    if (now != NULL && (from == NULL || !g_str_equal (now->path, from->path)))
      return g_steal_pointer (&now);
    if (!wait_more (&wait))
      fail ("the focus to leave", from != NULL ? from->name : "");
  }
}

/* --- pictures --- */

static char *
take_picture (const char *path)
{
  const char *const capture[] = { "import", "-window", "root", path, NULL };
  const char *const digest[] = { "identify", "-format", "%#", path, NULL };
  g_autofree char *out = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) capture, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_assert_true (g_spawn_sync (NULL, (char **) digest, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, NULL));
  return g_steal_pointer (&out);
}

void
screen_picture (const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.png", g_getenv ("FUZHEN_WINDOW_PICTURES"), name), *last = NULL;

  /* A blinking caret or a running clock must not hold the test up: a picture of a moving screen is one too. */
  for (guint tries = 0; tries < 6; tries++) {
    char *this = take_picture (path);
    gboolean same = g_strcmp0 (this, last) == 0;

    g_free (last);
    last = this;
    if (same)
      return;
  }
}
