/* tests/window/screen.h: what stands on the screen, in words. Every wait looks again until the condition holds; past the deadline
 * the test fails with everything that can be read and a picture. */
#pragma once

#include "tests/window/reach.h"

/* The first thing of the role (ATSPI_ROLE_INVALID: any) whose name holds the words; NULL: none now. (transfer full) */
Thing *screen_find (AtspiRole role, const char *words);
/* The same, waited for. (transfer full) */
Thing *screen_wait (AtspiRole role, const char *words);
/* One of exactly that name: a word that stands within others, too. (transfer full) */
Thing *screen_wait_named (AtspiRole role, const char *name);
/* The words stand somewhere on the screen. */
void screen_expect (const char *words);
/* The first word of the label that holds the words, as a document's number stands there. (transfer full) */
char *screen_first_word (const char *words);
/* The field of that name holds the text. */
void screen_expect_text (const char *name, const char *words);
/* The open list of results has a row of that title. */
void screen_wait_found (const char *title);
/* A button with that very name that can be pressed. (transfer full) */
Thing *screen_wait_button (const char *name);
void screen_wait_gone (AtspiRole role, const char *words);
void screen_wait_about (const Thing *thing, const char *description);
/* The thing of that very name stands in the relation to one whose name holds the words. */
void screen_expect_relation (AtspiRole role, const char *name, AtspiRelationType relation, const char *words);
void screen_wait_state (const Thing *thing, AtspiStateType state);

/* The name of what has the focus begins so. */
void screen_wait_focus (const char *name);
/* What has the focus; NULL: nothing. (transfer full) */
Thing *screen_focus (void);
/* The same, once it is another than this one. (transfer full) */
Thing *screen_wait_focus_moved (const Thing *from);

/* Every role, name, description and text of the tree, a thing a line. */
char *screen_read_all (void);
/* A picture of the whole screen into the artefacts' folder, as soon as two in a row are the same. */
void screen_picture (const char *name);
