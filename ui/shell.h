/* ui/shell.h: the window's frame: header, strip, rail of places, one page, status line. It knows no role and no page; the program
 * tells it. Keys: Alt+1..9 places, Ctrl+K search, Ctrl+? "person-action" keys, none of them while a dialog is open; Ctrl with plus, minus and 0 for the size of the
 * text, always; F1 help, unless a dialog is open. */
#pragma once

#include "ui/kit/search_field.h"
#include "ui/kit/status.h"
#include "ui/rail.h"

#define FZ_TYPE_SHELL (fz_shell_get_type ())
G_DECLARE_FINAL_TYPE (FzShell, fz_shell, FZ, SHELL, GtkApplicationWindow)

/* `application` may be NULL in tests. Call fz_theme_apply first.
 * signals: "place" (const char *id): another place is shown, by a person or by fz_shell_show;
 *          "person-action" (const char *id); "notifications"; "help": about what is shown now. */
GtkWidget *fz_shell_new (GtkApplication *application);

/* Header. The subtitle names hospital and rulebook in force. */
void fz_shell_set_product (FzShell *self, const char *title, const char *subtitle);
/* NULL when nobody is signed in: hides search, notifications and person. */
void fz_shell_set_person (FzShell *self, const char *name, const char *title);
void fz_shell_add_person_action (FzShell *self, const char *id, const char *icon, const char *label);
void fz_shell_clear_person_actions (FzShell *self);
FzSearchField *fz_shell_get_search (FzShell *self);
/* As the keys do. */
void fz_shell_enlarge_text (FzShell *self);
void fz_shell_reduce_text (FzShell *self);
void fz_shell_set_notifications (FzShell *self, guint unread);

/* Places of the role that is signed in; replaces the former ones. Pages are kept by id apart from the places. */
void fz_shell_set_places (FzShell *self, const FzPlace *places, gsize n);
/* The page shown at a place (or none of the rail's). A second page of one id replaces the first. */
void fz_shell_set_page (FzShell *self, const char *id, GtkWidget *page);
GtkWidget *fz_shell_get_page (FzShell *self, const char *id);
/* Takes every page away (sign-out, other person). */
void fz_shell_clear_pages (FzShell *self);
/* FALSE when there is no page of that id. */
gboolean fz_shell_show (FzShell *self, const char *id);
/* The same by a person, who has the keys in the page's list then (ui/arrival.h). */
gboolean fz_shell_go (FzShell *self, const char *id);
const char *fz_shell_get_shown (FzShell *self);
void fz_shell_set_badge (FzShell *self, const char *id, guint count);

/* Covers rail, page and status line with one widget (sign-in, lock); NULL uncovers. What is covered is neither drawn nor
 * read out, and open dialogs are cancelled. */
void fz_shell_set_cover (FzShell *self, GtkWidget *cover);
GtkWidget *fz_shell_get_cover (FzShell *self);

/* The strip under the header (demonstration, offline), shown over covers as well; NULL hides it. */
void fz_shell_set_strip (FzShell *self, const char *key, FzStatus status, const char *text);
/* A pill in the status line (platform, store); NULL takes it away. */
void fz_shell_set_state (FzShell *self, const char *key, FzStatus status, const char *word);
/* The words at the left of the status line. */
void fz_shell_set_status_text (FzShell *self, const char *text);
