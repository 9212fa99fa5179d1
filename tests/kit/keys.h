/* Real keys in a test of the window: pressed by xdotool on the test's own display, awaited in the main loop. */
#pragma once

#include <gtk/gtk.h>

/* A window in the test's display with a stage around `content`, shown and with the keyboard's focus. */
GtkWindow *keys_window (GtkWidget *content);
/* Gives a window that is shown the keyboard. */
void keys_focus (GtkWindow *window);
/* Presses keys one after the other ("Down", "a", "ctrl+v") and returns when X has them; the effects are awaited by KEYS_UNTIL. */
void keys_press (const char *first, ...) G_GNUC_NULL_TERMINATED;
/* Runs the main loop until the condition holds; fails the test after 5 seconds. */
#define KEYS_UNTIL(condition) \
  do { \
    gint64 keys_end_us = g_get_monotonic_time () + 5 * G_USEC_PER_SEC; \
    while (!(condition)) { \
      if (g_get_monotonic_time () > keys_end_us) \
        g_error ("%s:%d: never came true: %s", __FILE__, __LINE__, #condition); \
      keys_turn (); \
    } \
  } while (0)
/* One turn of the main loop, waiting 50 ms at most. */
void keys_turn (void);
/* Runs the main loop until X and GTK have nothing more to say: what should not happen has had its chance. */
void keys_settle (void);
