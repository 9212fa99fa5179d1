/* tests/window/sitting.h: one sitting at the window: it opens over a store, is worked at and closes; and what all programs of sittings
 * begin with. */
#pragma once

#include "tests/window/hospital.h"

/* Starts the program and waits for its sign-in page. FUZHEN_WINDOW_THEME=dark: for pictures. */
void sitting_open (Hospital *hospital);
/* By its own button; the program ends with 0. */
void sitting_close (Hospital *hospital);
/* As a power cut ends it. */
void sitting_kill (Hospital *hospital);

/* For main(): the language, the pictures' folder. */
void sitting_init (int *argc, char ***argv);
/* A test over a copy of one short day, which is played when the first of them runs. The copy lies below the folder; NULL: where temporary
 * files go. */
void sitting_add (const char *path, void (*story) (Hospital *hospital), const char *folder);
/* The day of the stories below has so many visits (a literal; 2 without this call), before a platform of these faults (tests/platform/faults.h). */
void sitting_meet (const char *visits, const char *faults);
/* g_test_run(), and the day is put away. */
int sitting_run (void);
