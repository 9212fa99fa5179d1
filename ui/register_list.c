#include "ui/register_list.h"

#include "core/text.h"
#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LIST "fz-register-list"
#define ROW "fz-register-row"

typedef struct {
  GtkWidget *search, *box, *none;
  GPtrArray *rows;
  char *wanted, *chosen; /* wanted: what is searched for, folded; chosen: a register's name */
  FzRegisterChosen call;
  gpointer data;
  gboolean filling; /* its selection is no person's */
} List;

static void
list_free (gpointer data)
{
  List *self = data;

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->wanted);
  g_free (self->chosen);
  g_free (self);
}

static const FzFields *
facts_of (GtkListBoxRow *line)
{
  return line != NULL ? g_object_get_data (G_OBJECT (line), ROW) : NULL;
}

/* --- groups --- */

static void
head (GtkListBoxRow *line, GtkListBoxRow *before, gpointer data)
{
  const char *group = fz_entry_label (facts_of (line), NULL, 0, "group");
  GtkWidget *label = NULL;

  if (before == NULL || !g_str_equal (group, fz_entry_label (facts_of (before), NULL, 0, "group"))) {
    label = fz_text (group, "fz-list-group");
    gtk_widget_set_margin_top (label, before == NULL ? 8 : 12);
  }
  gtk_list_box_row_set_header (line, label);
}

static gboolean
has (const FzFields *row, const char *key, const char *wanted)
{
  g_autofree char *folded = fz_text_fold (fz_fields_get (row, key));

  return strstr (folded, wanted) != NULL;
}

static gboolean
is_wanted (GtkListBoxRow *line, gpointer data)
{
  static const char *const keys[] = { "title", "title_en", "group", "group_en" };
  List *self = data;
  gboolean found = self->wanted == NULL || *self->wanted == '\0';

  for (guint i = 0; !found && i < G_N_ELEMENTS (keys); i++)
    found = has (facts_of (line), keys[i], self->wanted);
  return found;
}

/* --- one line --- */

static GtkWidget *
over_new (guint n)
{
  GtkWidget *count = fz_count_new (n, _ ("条已逾期"));

  gtk_widget_add_css_class (count, "stop");
  return count;
}

static GtkWidget *
line_new (const FzFields *row)
{
  GtkWidget *line = gtk_list_box_row_new (), *box = fz_line (6), *name = fz_put_wide (box, fz_wrapped (fz_entry_label (row, NULL, 0, "title"), NULL));
  g_autofree char *said = NULL;
  gint64 open = 0, over = 0;

  fz_fields_get_int (row, "n_open", &open);
  fz_fields_get_int (row, "n_over", &over);
  gtk_widget_set_hexpand (name, TRUE);
  fz_put (box, over_new ((guint) over));
  fz_put (box, fz_count_new ((guint) open, _ ("条未办结")));
  said = g_strdup_printf (_ ("未办结 %d 条，其中逾期 %d 条"), (int) open, (int) over);
  if (open > 0)
    gtk_widget_set_tooltip_text (line, said);
  gtk_widget_set_margin_top (box, 4);
  gtk_widget_set_margin_bottom (box, 4);
  gtk_widget_set_margin_start (box, 8);
  gtk_widget_set_margin_end (box, 8);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (line), box);
  g_object_set_data_full (G_OBJECT (line), ROW, fz_fields_ref ((FzFields *) row), (GDestroyNotify) fz_fields_unref);
  return line;
}

/* --- what is chosen --- */

static void
choose (List *self, const char *name)
{
  g_free (self->chosen);
  self->chosen = g_strdup (name);
}

static void
on_row (GtkListBox *box, GtkListBoxRow *line, List *self)
{
  const FzFields *row = self->filling ? NULL : facts_of (line);

  /* The focus coming into the list selects again what is selected. */
  if (row == NULL || g_strcmp0 (fz_fields_get (row, "name"), self->chosen) == 0)
    return;
  choose (self, fz_fields_get (row, "name"));
  self->call (row, self->data);
}

static gboolean
any_wanted (List *self)
{
  GtkListBoxRow *line;

  for (int i = 0; (line = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->box), i)) != NULL; i++)
    if (is_wanted (line, self))
      return TRUE;
  return FALSE;
}

static void
on_search (GtkSearchEntry *search, List *self)
{
  g_free (self->wanted);
  self->wanted = fz_text_fold (gtk_editable_get_text (GTK_EDITABLE (search)));
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (self->box));
  gtk_list_box_invalidate_headers (GTK_LIST_BOX (self->box));
  gtk_widget_set_visible (self->none, !any_wanted (self));
}

/* Enter takes the first one that was found. */
static void
on_enter (GtkSearchEntry *search, List *self)
{
  GtkListBoxRow *line;

  on_search (search, self); /* which else comes a moment after the last key */
  for (int i = 0; (line = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->box), i)) != NULL; i++)
    if (is_wanted (line, self)) {
      gtk_list_box_select_row (GTK_LIST_BOX (self->box), line);
      gtk_widget_grab_focus (GTK_WIDGET (line));
      return;
    }
}

const FzFields *
fz_register_list_select (GtkWidget *list, const char *name)
{
  List *self = g_object_get_data (G_OBJECT (list), LIST);
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->box), 0), *found = NULL, *line;

  for (int i = 0; found == NULL && (line = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->box), i)) != NULL; i++)
    if (g_strcmp0 (fz_fields_get (facts_of (line), "name"), name) == 0)
      found = line;
  if (found == NULL)
    found = first;
  self->filling = TRUE;
  gtk_list_box_select_row (GTK_LIST_BOX (self->box), found);
  self->filling = FALSE;
  choose (self, found != NULL ? fz_fields_get (facts_of (found), "name") : NULL);
  return facts_of (found);
}

void
fz_register_list_focus (GtkWidget *list)
{
  List *self = g_object_get_data (G_OBJECT (list), LIST);
  GtkListBoxRow *line = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->box));

  if (line != NULL && !is_wanted (line, self)) { /* what was searched for in the list hides it */
    gtk_editable_set_text (GTK_EDITABLE (self->search), "");
    on_search (GTK_SEARCH_ENTRY (self->search), self);
  }
  if (line != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (line));
}

void
fz_register_list_set (GtkWidget *list, GPtrArray *rows)
{
  List *self = g_object_get_data (G_OBJECT (list), LIST);
  GtkListBoxRow *line;

  self->filling = TRUE;
  while ((line = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->box), 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->box), GTK_WIDGET (line));
  for (guint i = 0; i < rows->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->box), line_new (rows->pdata[i]));
  self->filling = FALSE;
  g_ptr_array_ref (rows);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  self->rows = rows;
  if (self->chosen != NULL) {
    g_autofree char *name = g_strdup (self->chosen);

    fz_register_list_select (list, name);
  }
}

GtkWidget *
fz_register_list_new (FzRegisterChosen chosen, gpointer user_data)
{
  GtkWidget *list = fz_column (0);
  List *self = g_new0 (List, 1);

  self->call = chosen;
  self->data = user_data;
  g_object_set_data_full (G_OBJECT (list), LIST, self, list_free);
  self->search = fz_put (list, gtk_search_entry_new ());
  g_object_set (self->search, "placeholder-text", _ ("查找台账"), NULL);
  fz_access_label (self->search, _ ("按名称查找台账"));
  gtk_editable_set_width_chars (GTK_EDITABLE (self->search), 4);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->search), 4);
  gtk_widget_set_tooltip_text (self->search, _ ("查找台账")); /* large text leaves the field no room for it */
  gtk_widget_add_css_class (self->search, "fz-list-search");
  self->box = gtk_list_box_new ();
  fz_access_label (self->box, _ ("台账目录"));
  fz_access_controls (self->search, self->box);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->box), head, NULL, NULL);
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->box), is_wanted, self, NULL);
  self->none = fz_put (list, fz_text (_ ("没有这样的台账"), "fz-caption"));
  gtk_widget_add_css_class (self->none, "fz-list-group");
  gtk_widget_set_visible (self->none, FALSE);
  fz_put_wide (list, fz_scrolled (self->box));
  g_signal_connect (self->box, "row-selected", G_CALLBACK (on_row), self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
  g_signal_connect (self->search, "activate", G_CALLBACK (on_enter), self);
  return list;
}
