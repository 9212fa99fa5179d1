/* ui/header.h: the line at the window's top: whose program it is, the search, theme, notifications, the person, window buttons. */
#pragma once

#include "ui/kit/search_field.h"

#define FZ_TYPE_HEADER (fz_header_get_type ())
G_DECLARE_FINAL_TYPE (FzHeader, fz_header, FZ, HEADER, GtkWidget)

/* signals: "notifications"; "help"; "person-action" (const char *id) */
GtkWidget *fz_header_new (void);
void fz_header_set_product (FzHeader *self, const char *title, const char *subtitle);
/* NULL hides the person, the search and the notifications. */
void fz_header_set_person (FzHeader *self, const char *name, const char *title);
void fz_header_add_person_action (FzHeader *self, const char *id, const char *icon, const char *label);
void fz_header_clear_person_actions (FzHeader *self);
/* As its button does; FALSE while there is no person. */
gboolean fz_header_open_person (FzHeader *self);
FzSearchField *fz_header_get_search (FzHeader *self);
void fz_header_set_notifications (FzHeader *self, guint count);
