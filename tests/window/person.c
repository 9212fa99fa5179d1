#include "tests/window/person.h"

#include "tests/window/hands.h"
#include "tests/window/screen.h"
#include "tests/window/wait.h"

#include <string.h>

#define A_MOMENT_S 8
#define MOST_TRIES 4

void
person_click (AtspiRole role, const char *words)
{
  g_autoptr (Thing) thing = screen_wait (role, words);

  hands_click (thing);
}

void
person_press (const char *button)
{
  g_autoptr (Thing) thing = screen_wait_button (button);

  hands_click (thing);
}

#define LOOKS 15

/* A key that falls while the window is busy with an answer is pressed again, as a person does. */
static Thing *
press_until_moved (const Thing *from, const char *key)
{
  g_auto (Wait) wait = wait_begin ();

  for (guint look = 0;; look++) {
    g_autoptr (Thing) now = NULL;

    if (look % LOOKS == 0)
      hands_key (key);
    now = screen_focus ();
    if (now != NULL && (from == NULL || !g_str_equal (now->path, from->path)))
      return g_steal_pointer (&now);
    if (!wait_more (&wait))
      return screen_wait_focus_moved (from); /* says what is on the screen */
  }
}

/* As often as it takes; the page follows the focus. */
static void
walk_until (gboolean (*is_it) (const Thing *at, const char *words), const char *words, const char *key)
{
  Thing *at = screen_focus ();

  for (guint tries = 0; at == NULL || !is_it (at, words); tries++) {
    Thing *before = at;

    if (tries == 40)
      g_error ("%s does not lead to \"%s\"", key, words);
    at = press_until_moved (before, key);
    g_clear_pointer (&before, thing_unref);
  }
  thing_unref (at);
}

static gboolean
is_named (const Thing *at, const char *name)
{
  return g_strcmp0 (at->name, name) == 0;
}

static gboolean
begins (const Thing *at, const char *words)
{
  return at->name != NULL && g_str_has_prefix (at->name, words);
}

static gboolean
is_row (const Thing *at, const char *words)
{
  return at->role == ATSPI_ROLE_LIST_ITEM;
}

static gboolean
is_row_of (const Thing *at, const char *words)
{
  return is_row (at, words) && at->name != NULL && strstr (at->name, words) != NULL;
}

static void
walk_to (const char *name, const char *key)
{
  walk_until (is_named, name, key);
}

void
person_tab_to_one (const char *words)
{
  walk_until (begins, words, "Tab");
}

void
person_row_to (const char *words)
{
  walk_until (is_row, words, "Tab");
  walk_until (is_row_of, words, "Down");
}

void
person_tab_to (const char *name)
{
  walk_to (name, "Tab");
}

void
person_tab_back_to (const char *name)
{
  walk_to (name, "shift+Tab");
}

/* --- people --- */

char *
person_published (const char *number, guint column)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/demo/people.csv", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], ",", -1);

    if (words[0] != NULL && g_str_equal (words[0], number))
      return g_strdup (words[g_strv_length (words) - column]);
  }
  g_error ("nobody is %s", number);
}

void
person_type_password (const char *number)
{
  g_autofree char *password = person_published (number, 2);
  g_autofree char *told = g_strdup_printf ("已输入 %u 位", (guint) strlen (password));
  g_autoptr (Thing) field = screen_wait (ATSPI_ROLE_TEXT, "登录口令");

  hands_click (field);
  screen_wait_focus ("登录口令");
  hands_type_secret (password);
  screen_wait_about (field, told);
}

void
person_sign_in (const char *name)
{
  g_autofree char *card = g_strdup_printf ("以 %s（", name);

  person_click (ATSPI_ROLE_PUSH_BUTTON, card);
  screen_wait_focus ("登录");
  hands_key ("Return");
}

void
person_sign_in_by_keys (const char *name)
{
  g_autofree char *card = g_strdup_printf ("以 %s（", name);

  screen_expect (card);
  person_tab_to_one (card);
  hands_key ("Return");
  screen_wait_focus ("登录");
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, card); /* what is typed while the password is tried belongs to no page yet */
}

/* The window stays; what the former person had open must not be found behind the cover by anybody. */
static void
leave (const char *from, const char *patient)
{
  g_autofree char *back = g_strdup_printf ("返回 %s 的窗口（已锁定）", from), *all = NULL;

  screen_wait_focus ("切换人员");
  hands_key ("Return");
  screen_expect (back);
  all = screen_read_all ();
  g_assert_nonnull (strstr (all, from));
  g_assert_null (strstr (all, patient));
}

void
person_change (const char *from, const char *to, const char *patient)
{
  g_autofree char *menu = g_strdup_printf ("%s ", from);

  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码"); /* what was just signed covers the window until its answer is there */
  person_click (ATSPI_ROLE_PUSH_BUTTON, menu);
  leave (from, patient);
  person_sign_in (to);
}

void
person_change_by_keys (const char *from, const char *to, const char *patient)
{
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
  hands_key ("F10");
  leave (from, patient);
  person_sign_in_by_keys (to);
}

void
person_sign (const char *pin)
{
  screen_wait_focus ("签名 PIN 码");
  hands_type_secret (pin);
  hands_key ("Return");
}

static void
put (const char *field, const char *text, gboolean instead)
{
  g_autoptr (Thing) thing = screen_wait (ATSPI_ROLE_TEXT, field);
  g_auto (Wait) wait = wait_begin ();
  char *now = NULL;

  hands_click (thing);
  screen_wait_state (thing, ATSPI_STATE_FOCUSED);
  if (instead)
    hands_key ("ctrl+a");
  hands_paste (text);
  while (now == NULL || (instead ? !g_str_equal (now, text) : strstr (now, text) == NULL)) {
    if (!wait_more (&wait))
      g_error ("\"%s\" does not take \"%s\": %s", field, text, now != NULL ? now : "");
    g_free (now);
    now = reach_text (thing);
  }
  g_free (now);
}

/* One look for the field; after that only it is asked. */
void
person_fill (const char *field, const char *text)
{
  put (field, text, FALSE);
}

void
person_replace (const char *field, const char *text)
{
  put (field, text, TRUE);
}

/* What the field with the focus holds becomes the text: a moment passes before a chooser that just opened takes what is typed. */
static gboolean
holds (const char *text)
{
  g_auto (Wait) wait = wait_begin ();

  wait.until_us = g_get_monotonic_time () + A_MOMENT_S * G_TIME_SPAN_SECOND;
  do {
    g_autoptr (Thing) field = screen_focus ();
    g_autofree char *now = field != NULL ? reach_text (field) : NULL;

    if (g_strcmp0 (now, text) == 0)
      return TRUE;
  } while (wait_more (&wait));
  return FALSE;
}

static gboolean
is_gone (const char *title)
{
  g_auto (Wait) wait = wait_begin ();

  wait.until_us = g_get_monotonic_time () + A_MOMENT_S * G_TIME_SPAN_SECOND;
  while (hands_is_other (title))
    if (!wait_more (&wait))
      return FALSE;
  return TRUE;
}

void
person_choose_file (const char *title, const char *path, gboolean save)
{
  screen_expect (title);
  hands_wait_other (title); /* the page below may say the same words */
  for (guint tries = 0; tries == 0 || !is_gone (title); tries++) {
    if (tries == MOST_TRIES)
      g_error ("\"%s\" does not take %s", title, path);
    if (!save)
      hands_key ("slash"); /* the line for a path */
    hands_key ("ctrl+a");
    hands_paste (path);
    holds (path);
    hands_key ("Return");
  }
  if (!save) /* a page may say by the same words what it saves */
    screen_wait_gone (ATSPI_ROLE_INVALID, title);
  hands_wait_back ();
}

/* The list opens at what is chosen, or at its first row. */
void
person_choose (const char *drop, const char *choice)
{
  g_autoptr (Thing) at = NULL;

  person_tab_to (drop);
  at = screen_focus ();
  hands_key ("Down");
  for (guint tries = 0;; tries++) {
    g_autoptr (Thing) row = screen_wait_focus_moved (at);

    if (g_strcmp0 (row->name, choice) == 0)
      break;
    if (tries == 40)
      g_error ("\"%s\" has no \"%s\"", drop, choice);
    g_clear_pointer (&at, thing_unref);
    at = thing_ref (row);
    hands_key ("Down");
  }
  hands_key ("Return");
  screen_wait_focus (drop);
}
