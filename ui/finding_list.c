#include "ui/finding_list.h"

#include "ui/finding_row.h"
#include "ui/finding_words.h"
#include "ui/layout.h"

struct _FzFindingList {
  GtkWidget parent_instance;
  FzVisitModel *model;
  FzFindingWanted wanted;
  gpointer user_data;
  GtkWidget *box;
  char *word;
};

G_DEFINE_FINAL_TYPE (FzFindingList, fz_finding_list, GTK_TYPE_WIDGET)

static guint answered_signal;

gboolean
fz_finding_list_focus_open (FzFindingList *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->box); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (fz_finding_row_is_open (FZ_FINDING_ROW (row)))
      return gtk_widget_grab_focus (row);
  return FALSE;
}

static void
on_answered (FzFindingRow *row, FzFindingList *self)
{
  if (!fz_finding_list_focus_open (self))
    g_signal_emit (self, answered_signal, 0);
}

static GPtrArray *
mine (FzFindingList *self)
{
  GPtrArray *all = fz_visit_model_get_findings (self->model);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    if (self->wanted (all->pdata[i], self->user_data))
      g_ptr_array_add (wanted, all->pdata[i]);
  return fz_findings_fold (wanted);
}

static void
build_rows (FzFindingList *self, GPtrArray *findings)
{
  fz_empty (self->box);
  for (guint i = 0; i < findings->len; i++) {
    GtkWidget *row = fz_finding_row_new (self->model, findings->pdata[i]);

    g_signal_connect (row, "answered", G_CALLBACK (on_answered), self);
    fz_put (self->box, row);
  }
  gtk_widget_set_visible (GTK_WIDGET (self), findings->len > 0);
}

/* Rows are built anew only when the findings are others: a list that is open under the pointer stays. */
static void
update (FzFindingList *self)
{
  g_autoptr (GPtrArray) findings = mine (self);
  g_autofree char *word = fz_finding_rows_word (findings);

  if (g_strcmp0 (word, self->word) != 0) {
    g_free (self->word);
    self->word = g_steal_pointer (&word);
    build_rows (self, findings);
    return;
  }
  for (GtkWidget *row = gtk_widget_get_first_child (self->box); row != NULL; row = gtk_widget_get_next_sibling (row))
    fz_finding_row_update (FZ_FINDING_ROW (row));
}

static void
fz_finding_list_dispose (GObject *object)
{
  g_clear_pointer (&FZ_FINDING_LIST (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_finding_list_parent_class)->dispose (object);
}

static void
fz_finding_list_finalize (GObject *object)
{
  FzFindingList *self = FZ_FINDING_LIST (object);

  g_object_unref (self->model);
  g_free (self->word);
  G_OBJECT_CLASS (fz_finding_list_parent_class)->finalize (object);
}

static void
fz_finding_list_class_init (FzFindingListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_finding_list_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_finding_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  answered_signal = g_signal_new ("answered", FZ_TYPE_FINDING_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_finding_list_init (FzFindingList *self)
{
  self->box = fz_column (8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fz_finding_list_new (FzVisitModel *model, FzFindingWanted wanted, gpointer user_data)
{
  FzFindingList *self = g_object_new (FZ_TYPE_FINDING_LIST, NULL);

  self->model = g_object_ref (model);
  self->wanted = wanted;
  self->user_data = user_data;
  g_signal_connect_object (model, "checked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  update (self);
  return GTK_WIDGET (self);
}
