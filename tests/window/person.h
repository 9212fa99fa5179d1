/* tests/window/person.h: what a person does at the window, over and over: pressing what is named so, filling a field, signing in, taking turns. */
#pragma once

#include "tests/window/reach.h"

void person_click (AtspiRole role, const char *words);
/* The button of that very name. */
void person_press (const char *button);
void person_tab_to (const char *name);
void person_tab_back_to (const char *name);
/* The name begins so. */
void person_tab_to_one (const char *words);
/* By Tab into a list, by its arrows to the row that holds the words. */
void person_row_to (const char *words);
/* What is published of a person of the demonstration: the nth column from the end. (transfer full) */
char *person_published (const char *number, guint column);
/* The published one, into the field that asks for it. */
void person_type_password (const char *number);
/* By the card of a demonstration. */
void person_sign_in (const char *name);
/* The same two by the keyboard alone. */
void person_sign_in_by_keys (const char *name);
void person_change_by_keys (const char *from, const char *to, const char *patient);
/* The window stays; what the former person had open must not be found behind the cover. */
void person_change (const char *from, const char *to, const char *patient);
/* By Tab to the drop-down, then by its arrows to the row of that very name. */
void person_choose (const char *drop, const char *choice);
/* Waits for the PIN's field, types and presses Enter. */
void person_sign (const char *pin);
/* Clicks the field and pastes; it holds the text then. */
void person_fill (const char *field, const char *text);
/* The same in the place of what stood there. */
void person_replace (const char *field, const char *text);
/* In the file chooser that stands open under this title. */
void person_choose_file (const char *title, const char *path, gboolean save);
