#include "tests/window/person.h"

#include "tests/window/hands.h"
#include "tests/window/screen.h"
#include "tests/window/wait.h"

#include <string.h>

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

/* As often as it takes; the page follows the focus. */
void
person_tab_to (const char *name)
{
  Thing *at = screen_focus ();

  for (guint tries = 0; at == NULL || g_strcmp0 (at->name, name) != 0; tries++) {
    Thing *before = at;

    if (tries == 40)
      g_error ("Tab does not lead to \"%s\"", name);
    hands_key ("Tab");
    at = screen_wait_focus_moved (before);
    g_clear_pointer (&before, thing_unref);
  }
  thing_unref (at);
}

/* --- people --- */

void
person_sign_in (const char *name)
{
  g_autofree char *card = g_strdup_printf ("以 %s（", name);

  person_click (ATSPI_ROLE_PUSH_BUTTON, card);
  screen_wait_focus ("登录");
  hands_key ("Return");
}

/* The window stays; what the former person had open must not be found behind the cover by anybody. */
void
person_change (const char *from, const char *to, const char *patient)
{
  g_autofree char *menu = g_strdup_printf ("%s ", from), *back = g_strdup_printf ("返回 %s 的窗口（已锁定）", from), *all = NULL;

  person_click (ATSPI_ROLE_PUSH_BUTTON, menu);
  screen_wait_focus ("切换人员");
  hands_key ("Return");
  screen_expect (back);
  all = screen_read_all ();
  g_assert_nonnull (strstr (all, from));
  g_assert_null (strstr (all, patient));
  person_sign_in (to);
}

void
person_sign (const char *pin)
{
  screen_wait_focus ("签名 PIN 码");
  hands_type_secret (pin);
  hands_key ("Return");
}

/* One look for the field; after that only it is asked. */
void
person_fill (const char *field, const char *text)
{
  g_autoptr (Thing) thing = screen_wait (ATSPI_ROLE_TEXT, field);
  g_auto (Wait) wait = wait_begin ();
  char *now = NULL;

  hands_click (thing);
  screen_wait_state (thing, ATSPI_STATE_FOCUSED);
  hands_paste (text);
  while (now == NULL || strstr (now, text) == NULL) {
    if (!wait_more (&wait))
      g_error ("\"%s\" does not take \"%s\": %s", field, text, now != NULL ? now : "");
    g_free (now);
    now = reach_text (thing);
  }
  g_free (now);
}

void
person_choose_file (const char *title, const char *path, gboolean save)
{
  screen_expect (title);
  if (!save)
    hands_key ("slash"); /* the line for a path */
  hands_key ("ctrl+a");
  hands_paste (path);
  hands_key ("Return");
  if (!save) /* a page may say by the same words what it saves */
    screen_wait_gone (ATSPI_ROLE_INVALID, title);
}
