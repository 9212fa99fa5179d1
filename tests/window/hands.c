#include "tests/window/hands.h"

#include "tests/window/wait.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

static char *window;
static GPid pid_of_window;
static guint presses;
static gboolean without_mouse;

/* What the command prints, stripped; NULL: it failed. (transfer full) */
static char *
ask (const char *const *argv)
{
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, &status, &error))
    g_error ("%s: %s", argv[0], error->message);
  return g_spawn_check_wait_status (status, NULL) ? g_strstrip (g_steal_pointer (&out)) : NULL;
}

static void
run (const char *const *argv)
{
  g_autofree char *out = ask (argv);

  if (out == NULL)
    g_error ("%s %s %s failed", argv[0], argv[1], argv[2]);
}

void
hands_take (GPid pid)
{
  g_autofree char *number = g_strdup_printf ("%d", (int) pid);
  const char *const search[] = { "xdotool", "search", "--onlyvisible", "--pid", number, NULL };
  g_auto (Wait) wait = wait_begin ();
  char *found;

  while ((found = ask (search)) == NULL || *found == '\0') {
    g_free (found);
    if (!wait_more (&wait))
      g_error ("no window came");
  }
  g_free (window);
  window = g_strndup (found, strcspn (found, "\n"));
  g_free (found);
  pid_of_window = pid;
  run ((const char *const[]){ "xdotool", "windowactivate", "--sync", window, NULL });
}

/* After a dialog or a file chooser went, a moment passes until the window manager gives the keyboard to what stands below: what is pressed
 * meanwhile goes nowhere, and what opens has no focus. */
static void
wait_until_active (gboolean the_window)
{
  g_autofree char *number = g_strdup_printf ("%d", (int) pid_of_window);
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autofree char *found = ask (the_window ? (const char *const[]){ "xdotool", "getactivewindow", NULL }
                                             : (const char *const[]){ "xdotool", "getactivewindow", "getwindowpid", NULL });

    if (g_strcmp0 (found, the_window ? window : number) == 0)
      return;
    if (!wait_more (&wait))
      g_error ("the window did not become active");
  }
}

void
hands_wait_back (void)
{
  wait_until_active (TRUE);
}

gboolean
hands_is_other (const char *title)
{
  g_autofree char *found = ask ((const char *const[]){ "xdotool", "getactivewindow", "getwindowname", NULL });

  return g_strcmp0 (found, title) == 0;
}

void
hands_wait_other (const char *title)
{
  g_auto (Wait) wait = wait_begin ();

  while (!hands_is_other (title))
    if (!wait_more (&wait))
      g_error ("the keyboard did not go to \"%s\"", title);
}

void
hands_key (const char *key)
{
  wait_until_active (FALSE);
  presses++;
  run ((const char *const[]){ "xdotool", "key", key, NULL });
}

void
hands_type (const char *text)
{
  presses += (guint) strlen (text);
  hands_type_secret (text);
}

void
hands_type_secret (const char *text)
{
  wait_until_active (FALSE);
  run ((const char *const[]){ "xdotool", "type", text, NULL });
}

/* xclip stays behind as the selection's owner, until the next one or the display's end. */
void
hands_paste (const char *text)
{
  g_autoptr (GError) error = NULL;
  const GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GSubprocess) clip = g_subprocess_new (flags, &error, "xclip", "-selection", "clipboard", NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (clip, text, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  hands_key ("ctrl+v");
}

char *
hands_copied (void)
{
  g_autoptr (GError) error = NULL;
  const GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GSubprocess) clip = g_subprocess_new (flags, &error, "xclip", "-selection", "clipboard", "-o", NULL);
  char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (clip, NULL, NULL, &text, NULL, &error));
  g_assert_no_error (error);
  return text != NULL ? text : g_strdup (""); /* nobody owns it: xclip fails, and says nothing on its output */
}

/* The place of the window's inside on the screen. */
static void
find_origin (int *x, int *y)
{
  g_autofree char *text = ask ((const char *const[]){ "xdotool", "getwindowgeometry", "--shell", window, NULL });
  const char *at_x, *at_y;

  g_assert_nonnull (text);
  at_x = strstr (text, "X=");
  at_y = strstr (text, "\nY=");
  g_assert_true (at_x != NULL && at_y != NULL);
  *x = atoi (at_x + 2);
  *y = atoi (at_y + 3);
}

void
hands_put_mouse_away (gboolean away)
{
  without_mouse = away;
}

void
hands_click (const Thing *thing)
{
  g_autofree char *x = NULL, *y = NULL;
  Place place = { 0 };
  int left = 0, top = 0;

  g_assert_false (without_mouse);
  wait_until_active (FALSE);
  g_assert_true (reach_place (thing, &place));
  find_origin (&left, &top);
  x = g_strdup_printf ("%d", left + place.x + place.width / 2);
  y = g_strdup_printf ("%d", top + place.y + place.height / 2);
  run ((const char *const[]){ "xdotool", "mousemove", "--sync", x, y, NULL });
  run ((const char *const[]){ "xdotool", "click", "1", NULL });
  run ((const char *const[]){ "xdotool", "mousemove", "--sync", "2", "2", NULL }); /* no tooltip over what is read next */
}

guint
hands_count (void)
{
  guint n = presses;

  presses = 0;
  return n;
}
