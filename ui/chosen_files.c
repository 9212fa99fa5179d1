#include "ui/chosen_files.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define FILES "fz-files"
#define INDEX "fz-index"

typedef struct {
  char *path, *kind;
} Chosen;

typedef struct {
  GPtrArray *all; /* of Chosen */
  char *empty;
} Files;

static void show (GtkWidget *self);

static void
chosen_free (gpointer data)
{
  Chosen *chosen = data;

  g_free (chosen->path);
  g_free (chosen->kind);
  g_free (chosen);
}

static void
files_free (gpointer data)
{
  Files *files = data;

  g_ptr_array_unref (files->all);
  g_free (files->empty);
  g_free (files);
}

static Files *
files_of (GtkWidget *self)
{
  return g_object_get_data (G_OBJECT (self), FILES);
}

/* --- taking off, and back --- */

typedef struct {
  GtkWidget *self; /* stands as long as the offer */
  Chosen *chosen;
  guint i;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_clear_pointer (&removal->chosen, chosen_free);
  g_free (removal);
}

static gboolean
undo (gpointer data, gboolean now)
{
  Removal *removal = data;
  Files *files = files_of (removal->self);

  if (now) {
    g_ptr_array_insert (files->all, (int) MIN (removal->i, files->all->len), g_steal_pointer (&removal->chosen));
    show (removal->self);
  }
  return TRUE;
}

static void
on_remove (GtkButton *button, GtkWidget *self)
{
  Removal *removal = g_new0 (Removal, 1);
  g_autofree char *name = NULL, *words = NULL;

  removal->self = self;
  removal->i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), INDEX));
  removal->chosen = g_ptr_array_steal_index (files_of (self)->all, removal->i);
  name = g_path_get_basename (removal->chosen->path);
  words = g_strdup_printf (_ ("已移除文件 %s"), name);
  show (self);
  /* The button went: on to the next file, or to what stands above. */
  if (!gtk_widget_child_focus (self, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (self)), GTK_DIR_TAB_FORWARD);
  fz_undo_offer (self, words, undo, removal, removal_free);
}

/* --- showing --- */

static GtkWidget *
row_new (GtkWidget *self, guint i)
{
  g_autofree char *name = g_path_get_basename (((const Chosen *) g_ptr_array_index (files_of (self)->all, i))->path);
  g_autofree char *spoken = g_strdup_printf (_ ("移除文件 %s"), name);
  GtkWidget *line = fz_line (6), *remove = fz_icon_button_new ("close", spoken);

  gtk_widget_add_css_class (remove, "fz-compact");
  gtk_widget_add_css_class (remove, "fz-flat");
  g_object_set_data (G_OBJECT (remove), INDEX, GUINT_TO_POINTER (i));
  g_signal_connect_object (remove, "clicked", G_CALLBACK (on_remove), self, 0);
  fz_put (line, fz_wrapped (name, "fz-soft"));
  fz_put (line, remove);
  return line;
}

static void
show (GtkWidget *self)
{
  Files *files = files_of (self);

  fz_empty (self);
  for (guint i = 0; i < files->all->len; i++)
    fz_put (self, row_new (self, i));
  if (files->all->len == 0 && files->empty != NULL)
    fz_put (self, fz_wrapped (files->empty, "fz-soft"));
}

/* --- the list --- */

void
fz_chosen_files_add (GtkWidget *self, const char *path, const char *kind)
{
  Chosen *chosen = g_new0 (Chosen, 1);

  chosen->path = g_strdup (path);
  chosen->kind = g_strdup (kind);
  g_ptr_array_add (files_of (self)->all, chosen);
  show (self);
}

guint
fz_chosen_files_count (GtkWidget *self)
{
  return files_of (self)->all->len;
}

const char *
fz_chosen_files_get_kind (GtkWidget *self, guint i)
{
  return ((const Chosen *) g_ptr_array_index (files_of (self)->all, i))->kind;
}

GStrv
fz_chosen_files_dup_paths (GtkWidget *self)
{
  GPtrArray *all = files_of (self)->all;
  GStrv paths = g_new0 (char *, all->len + 1);

  for (guint i = 0; i < all->len; i++)
    paths[i] = g_strdup (((const Chosen *) g_ptr_array_index (all, i))->path);
  return paths;
}

GtkWidget *
fz_chosen_files_new (const char *empty)
{
  GtkWidget *self = fz_column (4);
  Files *files = g_new0 (Files, 1);

  files->all = g_ptr_array_new_with_free_func (chosen_free);
  files->empty = g_strdup (empty);
  g_object_set_data_full (G_OBJECT (self), FILES, files, files_free);
  show (self);
  return self;
}
