/* ui/kit/table.h: a table over any GListModel, described by columns in C; a list page needs no more than its getters.
 * Rows are made only for what is on screen and a little around it, the first ones before the page is shown and the others after: a model of a million rows that pages by
 * itself opens at once and scrolls freely.
 * Keys: Up, Down, Page Up, Page Down, Home, End move; Enter activates; Tab leaves the rows. */
#pragma once

#include "ui/kit/status.h"

/* Text of an item; NULL is empty. (transfer full) */
typedef char *(*FzColumnText) (gpointer item, gpointer user_data);
/* A pill: answers its status and sets `word` (transfer full); a NULL word draws none. */
typedef FzStatus (*FzColumnPill) (gpointer item, char **word, gpointer user_data);

typedef struct {
  const char *title;    /* translated; "" for a column that needs no title */
  FzColumnText text;    /* NULL when there is a pill */
  FzColumnText second;  /* a smaller second line, or NULL */
  FzColumnPill pill;    /* or NULL */
  int width;            /* pixels at 100 % text; with expand the least width */
  gboolean expand;      /* shares what is left over */
  gboolean numeric;     /* right-aligned tabular digits */
  gboolean strong;      /* bold */
  gboolean wrap;        /* never cut: drug, dose and unit; makes the row higher instead */
  const char *sort_key; /* makes the title a button that emits "sort"; NULL: not sortable */
} FzColumn;

#define FZ_TYPE_TABLE (fz_table_get_type ())
G_DECLARE_FINAL_TYPE (FzTable, fz_table, FZ, TABLE, GtkWidget)

/* `columns` is copied, its strings too. `model` may be NULL and set later. `name` is what a screen reader calls the table.
 * signals: "activated" (GObject *item): Enter or double click; "selected" (GObject *item or NULL);
 * "sort" (const char *sort_key, gboolean descending): the caller puts another model in. */
GtkWidget *fz_table_new (const char *name, const FzColumn *columns, gsize n_columns, GListModel *model, gpointer user_data);
void fz_table_set_model (FzTable *self, GListModel *model);
GListModel *fz_table_get_model (FzTable *self);
/* (transfer none) NULL when nothing is selected. */
gpointer fz_table_get_selected (FzTable *self);
/* Selects and scrolls to a position; GTK_INVALID_LIST_POSITION selects nothing. */
void fz_table_select (FzTable *self, guint position);
/* Shown instead of the rows while the model is empty (fz_empty_state_new). */
void fz_table_set_empty (FzTable *self, GtkWidget *empty);
/* The head without its upper line, for a table that fills a bare card. */
void fz_table_set_first (FzTable *self, gboolean first);
/* One click activates. */
void fz_table_set_single_click (FzTable *self, gboolean single_click);
