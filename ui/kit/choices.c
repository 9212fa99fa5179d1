#include "ui/kit/choices.h"

#include "ui/kit/access.h"

static void
choice_free (gpointer data)
{
  FzChoice *choice = data;

  g_free (choice->code);
  g_free (choice->shown);
  g_free (choice->full);
  g_free (choice);
}

GPtrArray *
fz_choices_new (void)
{
  return g_ptr_array_new_with_free_func (choice_free);
}

void
fz_choices_add (GPtrArray *choices, const char *code, const char *shown, const char *full)
{
  FzChoice *choice = g_new0 (FzChoice, 1);

  choice->code = g_strdup (code);
  choice->shown = g_strdup (shown);
  choice->full = g_strdup (full != NULL ? full : shown);
  g_ptr_array_add (choices, choice);
}

const FzChoice *
fz_choices_at (const GPtrArray *choices, int i)
{
  return i >= 0 && i < (int) choices->len ? choices->pdata[i] : NULL;
}

int
fz_choices_find (const GPtrArray *choices, const char *typed)
{
  g_autofree char *want = g_utf8_casefold (typed, -1);

  for (int i = 0; i < (int) choices->len; i++) {
    const FzChoice *choice = fz_choices_at (choices, i);
    const char *const texts[] = { choice->code, choice->shown, choice->full };

    for (gsize k = 0; k < G_N_ELEMENTS (texts); k++) {
      g_autofree char *text = g_utf8_casefold (texts[k], -1);

      if (g_str_has_prefix (text, want))
        return i;
    }
  }
  return -1;
}

GtkWidget *
fz_choice_row_new (const GPtrArray *choices, guint i, gboolean numbered)
{
  const FzChoice *choice = fz_choices_at (choices, (int) i);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *text = gtk_label_new (choice->full);
  g_autofree char *lead = numbered && i < 9 ? g_strdup_printf ("%u", i + 1) : NULL;

  if (lead == NULL && !g_str_has_prefix (choice->full, choice->shown))
    lead = g_strdup (choice->shown);
  if (lead != NULL) {
    GtkWidget *code = gtk_label_new (lead);

    gtk_widget_add_css_class (code, "fz-code");
    gtk_label_set_xalign (GTK_LABEL (code), 0);
    gtk_label_set_width_chars (GTK_LABEL (code), numbered ? 1 : 4);
    gtk_box_append (GTK_BOX (box), code);
  }
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_box_append (GTK_BOX (box), text);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  fz_access_label (row, choice->full);
  return row;
}
