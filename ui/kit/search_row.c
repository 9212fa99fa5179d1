#include "ui/kit/search_field.h"

#include "ui/kit/pill.h"

#include <string.h>

typedef struct {
  FzStatus status;
  char *word;
} Mark;

struct _FzSearchRow {
  GObject parent_instance;
  char *id, *title, *subtitle, *above, *below;
  GArray *marks;
  GObject *object;
  gboolean blocked, elsewhere;
};

G_DEFINE_FINAL_TYPE (FzSearchRow, fz_search_row, G_TYPE_OBJECT)

static void
mark_clear (gpointer data)
{
  g_free (((Mark *) data)->word);
}

static void
fz_search_row_finalize (GObject *object)
{
  FzSearchRow *self = FZ_SEARCH_ROW (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->above);
  g_free (self->below);
  g_array_unref (self->marks);
  g_clear_object (&self->object);
  G_OBJECT_CLASS (fz_search_row_parent_class)->finalize (object);
}

static void
fz_search_row_class_init (FzSearchRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_search_row_finalize;
}

static void
fz_search_row_init (FzSearchRow *self)
{
  self->marks = g_array_new (FALSE, TRUE, sizeof (Mark));
  g_array_set_clear_func (self->marks, mark_clear);
}

FzSearchRow *
fz_search_row_new (const char *id, const char *title, const char *subtitle)
{
  FzSearchRow *self;

  g_return_val_if_fail (title != NULL, NULL);
  self = g_object_new (FZ_TYPE_SEARCH_ROW, NULL);
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->subtitle = g_strdup (subtitle);
  return self;
}

void
fz_search_row_add_mark (FzSearchRow *self, FzStatus status, const char *word)
{
  Mark mark = { status, g_strdup (word) };

  g_array_append_val (self->marks, mark);
}

void
fz_search_row_set_aside (FzSearchRow *self, const char *above, const char *below)
{
  g_free (self->above);
  g_free (self->below);
  self->above = g_strdup (above);
  self->below = g_strdup (below);
}

void
fz_search_rows_offer (GListStore *rows, const char *typed, const FzSearchName *name)
{
  g_autofree char *sought = g_utf8_casefold (typed, -1), *title = g_utf8_casefold (name->title, -1);
  g_autofree char *other = g_utf8_casefold (name->other != NULL ? name->other : "", -1), *id = g_strconcat (name->id_before, name->id, NULL);
  g_autoptr (FzSearchRow) row = NULL;

  if (strstr (title, sought) == NULL && strstr (other, sought) == NULL)
    return;
  row = fz_search_row_new (id, name->title, NULL);
  fz_search_row_set_aside (row, name->kind, name->keys);
  g_list_store_append (rows, row);
}

static guint
rank_of (const FzSearchRow *row, const char *sought)
{
  g_autofree char *title = g_utf8_casefold (row->title, -1);

  return row->elsewhere ? 2 : g_str_equal (title, sought) ? 0 : 1;
}

void
fz_search_rows_rank (GListStore *rows, const char *typed)
{
  g_autofree char *sought = g_utf8_casefold (typed, -1);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (rows));
  g_autoptr (GPtrArray) ranked = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint rank = 0; rank < 3; rank++)
    for (guint i = 0; i < n; i++) {
      g_autoptr (FzSearchRow) row = g_list_model_get_item (G_LIST_MODEL (rows), i);

      if (rank_of (row, sought) == rank)
        g_ptr_array_add (ranked, g_steal_pointer (&row));
    }
  g_list_store_splice (rows, 0, n, ranked->pdata, ranked->len);
}

void
fz_search_row_set_elsewhere (FzSearchRow *self, gboolean elsewhere)
{
  self->elsewhere = elsewhere;
}

void
fz_search_row_set_blocked (FzSearchRow *self, gboolean blocked)
{
  self->blocked = blocked;
}

void
fz_search_row_set_object (FzSearchRow *self, GObject *object)
{
  g_set_object (&self->object, object);
}

gpointer
fz_search_row_get_object (FzSearchRow *self)
{
  return self->object;
}

const char *
fz_search_row_get_id (FzSearchRow *self)
{
  return self->id;
}

const char *
fz_search_row_get_title (FzSearchRow *self)
{
  return self->title;
}

gboolean
fz_search_row_get_blocked (FzSearchRow *self)
{
  return self->blocked;
}

static GtkWidget *
label_new (const char *text, const char *class, float xalign)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, class);
  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  return label;
}

static GtkWidget *
words_new (FzSearchRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 7);
  GtkWidget *title = label_new (self->title, "fz-result-title", 0);

  gtk_label_set_wrap (GTK_LABEL (title), TRUE); /* a drug's name is never cut */
  gtk_box_append (GTK_BOX (line), title);
  for (guint i = 0; i < self->marks->len; i++) {
    Mark *mark = &g_array_index (self->marks, Mark, i);

    gtk_box_append (GTK_BOX (line), fz_pill_new (mark->status, mark->word));
  }
  gtk_box_append (GTK_BOX (words), line);
  if (self->subtitle != NULL) {
    GtkWidget *subtitle = label_new (self->subtitle, "fz-caption", 0);

    gtk_label_set_wrap (GTK_LABEL (subtitle), TRUE);
    gtk_box_append (GTK_BOX (words), subtitle);
  }
  gtk_widget_set_hexpand (words, TRUE);
  return words;
}

GtkWidget *
fz_search_row_build (FzSearchRow *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *aside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class (row, "fz-result");
  if (self->blocked)
    gtk_widget_add_css_class (row, "blocked");
  gtk_box_append (GTK_BOX (row), words_new (self));
  if (self->above != NULL)
    gtk_box_append (GTK_BOX (aside), label_new (self->above, "fz-result-aside", 1));
  if (self->below != NULL)
    gtk_box_append (GTK_BOX (aside), label_new (self->below, "fz-caption", 1));
  gtk_box_append (GTK_BOX (row), aside);
  return row;
}
