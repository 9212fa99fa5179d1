/* tests/window/hands.h: real keys and clicks, by xdotool. */
#pragma once

#include "tests/window/reach.h"

/* Finds the process's X window and gives it the keyboard. */
void hands_take (GPid pid);
/* Until the window itself has the keyboard again, after a dialog that was a window of its own. */
void hands_wait_back (void);
/* Until a window of its own with this title has the keyboard. */
void hands_wait_other (const char *title);
gboolean hands_is_other (const char *title);
/* One key or chord, as xdotool names it: "Return", "ctrl+n". Counts one press. */
void hands_key (const char *key);
/* Plain ASCII, a press a character. */
void hands_type (const char *text);
/* A secret's digits; not counted. */
void hands_type_secret (const char *text);
/* Any text, by the clipboard and Ctrl+V. */
void hands_paste (const char *text);
/* What another program would paste now; "" when there is nothing. (transfer full) */
char *hands_copied (void);
/* From now on a click fails the test: this part is for who has no mouse. */
void hands_put_mouse_away (gboolean away);
void hands_click (const Thing *thing);
/* Presses since the last call. */
guint hands_count (void);
