/* tests/window/pseudo.h: a language in which every message stands in brackets, ⟦候诊⟧, so that what is no message is seen, and what was put
 * together from pieces. */
#pragma once

#include <gtk/gtk.h>

#define PSEUDO_LANGUAGE "qps"

/* Writes DIR/qps/LC_MESSAGES/fuzhen.mo with every message of the built English catalogue; fails the test when there are too few. */
void pseudo_make (const char *dir, const char *english);
/* Adds findings as sentences: a message shown untranslated, words that are neither a message nor data, two pieces side by side, a message cut in
 * the middle. Looks at labels, tooltips, hints in empty fields and the names screen readers hear, of what is shown and of what is not. */
void pseudo_inspect (GtkWidget *window, GPtrArray *found);
