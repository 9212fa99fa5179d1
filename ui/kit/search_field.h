/* ui/kit/search_field.h: a field whose answers appear below while typing.
 * Keys: Up and Down move, Enter takes, Escape closes the list and, once more, empties the field. */
#pragma once

#include "ui/kit/status.h"

/* One answer. Frozen once in a model. */
#define FZ_TYPE_SEARCH_ROW (fz_search_row_get_type ())
G_DECLARE_FINAL_TYPE (FzSearchRow, fz_search_row, FZ, SEARCH_ROW, GObject)
/* `id` is the caller's; `subtitle` may be NULL. */
FzSearchRow *fz_search_row_new (const char *id, const char *title, const char *subtitle);
/* A mark beside the title: allergy, in the catalogue, already taken, why not. */
void fz_search_row_add_mark (FzSearchRow *self, FzStatus status, const char *word);
/* Two short texts at the right; either may be NULL. */
void fz_search_row_set_aside (FzSearchRow *self, const char *above, const char *below);
/* Can be seen but not taken; its marks say why. */
void fz_search_row_set_blocked (FzSearchRow *self, gboolean blocked);
/* It only looks elsewhere: fz_search_rows_rank() puts it below what was found. */
void fz_search_row_set_elsewhere (FzSearchRow *self, gboolean elsewhere);
/* The caller's object, kept with the row. */
void fz_search_row_set_object (FzSearchRow *self, GObject *object);
gpointer fz_search_row_get_object (FzSearchRow *self);
const char *fz_search_row_get_id (FzSearchRow *self);
const char *fz_search_row_get_title (FzSearchRow *self);
gboolean fz_search_row_get_blocked (FzSearchRow *self);
/* A thing found by its name: a row of one line, `kind` and `keys` (may be NULL) at its end; its id is both parts of it together. */
typedef struct {
  const char *id_before, *id, *title, *other, *kind, *keys;
} FzSearchName;
/* Adds it when what was typed is part of the title or of `other`, the same in another language (may be NULL); capital letters are as small ones. */
void fz_search_rows_offer (GListStore *rows, const char *typed, const FzSearchName *name);
/* What bears just the name that was typed comes first, what only looks elsewhere last; the others stay in their order. */
void fz_search_rows_rank (GListStore *rows, const char *typed);
/* A widget that shows it; used by the field. */
GtkWidget *fz_search_row_build (FzSearchRow *self);

#define FZ_TYPE_SEARCH_FIELD (fz_search_field_get_type ())
G_DECLARE_FINAL_TYPE (FzSearchField, fz_search_field, FZ, SEARCH_FIELD, GtkWidget)

/* Called at each change of the text (never with an empty one). Answers through fz_search_field_answer with the same serial, at once
 * (drawn in the same frame) or later; answers to older serials are dropped. */
typedef void (*FzSearchFunc) (FzSearchField *field, const char *text, guint serial, gpointer user_data);

/* signal "picked" (FzSearchRow *row): by Enter or click, never a blocked one. The text is then emptied unless keep_text. */
GtkWidget *fz_search_field_new (const char *name, const char *placeholder, FzSearchFunc search, gpointer user_data);
/* `rows` holds FzSearchRow; the first that is not blocked is selected. An empty model shows 没有找到. */
void fz_search_field_answer (FzSearchField *self, guint serial, GListModel *rows);
void fz_search_field_set_search (FzSearchField *self, FzSearchFunc search, gpointer user_data);
void fz_search_field_set_keep_text (FzSearchField *self, gboolean keep);
const char *fz_search_field_get_text (FzSearchField *self);
/* Sets the text without searching. */
void fz_search_field_set_text (FzSearchField *self, const char *text);
gboolean fz_search_field_is_open (FzSearchField *self);
void fz_search_field_close (FzSearchField *self);
