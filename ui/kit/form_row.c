#include "ui/kit/form_row.h"

#include "ui/kit/access.h"
#include "ui/kit/drop_down.h"
#include "ui/kit/number_entry.h"
#include "ui/kit/text_area.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

static void *
part (GtkWidget *row, const char *key)
{
  return g_object_get_data (G_OBJECT (row), key);
}

static GtkWidget *
caption_line (GtkWidget *row, const char *caption, gboolean required)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *label = gtk_label_new (caption);

  gtk_widget_add_css_class (label, "fz-form-caption");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (line), label);
  g_object_set_data (G_OBJECT (row), "fz-caption", label);
  if (required) {
    GtkWidget *mark = gtk_label_new ("*");

    gtk_widget_add_css_class (mark, "fz-form-required");
    gtk_widget_set_tooltip_text (mark, _ ("必填"));
    gtk_box_append (GTK_BOX (line), mark);
  }
  return line;
}

static GtkWidget *
finding_line (GtkWidget *row)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  GtkWidget *image = fz_icon_new ("warning", 14);
  GtkWidget *text = fz_access_live_label_new (NULL, FALSE);

  gtk_widget_add_css_class (line, "fz-form-finding");
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_widget_set_margin_top (image, 1);
  gtk_box_append (GTK_BOX (line), image);
  gtk_box_append (GTK_BOX (line), text);
  gtk_widget_set_visible (line, FALSE);
  g_object_set_data (G_OBJECT (row), "fz-line", line);
  g_object_set_data (G_OBJECT (row), "fz-image", image);
  g_object_set_data (G_OBJECT (row), "fz-text", text);
  return line;
}

GtkWidget *
fz_form_row_new (const char *caption, GtkWidget *control, gboolean required)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *hint = gtk_label_new (NULL);

  gtk_widget_add_css_class (row, "fz-form-row");
  /* As high as its neighbours: Tab goes by the middles of what lies side by side, and a finding below one must not move it. */
  if (caption != NULL)
    gtk_box_append (GTK_BOX (row), caption_line (row, caption, required));
  gtk_box_append (GTK_BOX (row), control);
  gtk_widget_add_css_class (hint, "fz-form-hint");
  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (hint), 24); /* a long one makes lines, not a wide dialog */
  gtk_widget_set_visible (hint, FALSE);
  gtk_box_append (GTK_BOX (row), hint);
  gtk_box_append (GTK_BOX (row), finding_line (row));
  g_object_set_data (G_OBJECT (row), "fz-control", control);
  g_object_set_data (G_OBJECT (row), "fz-hint", hint);
  if (caption != NULL)
    fz_access_labelled_by (control, part (row, "fz-caption"));
  fz_access_required (control, required);
  g_object_set_data (G_OBJECT (row), "fz-required", GINT_TO_POINTER (required));
  return row;
}

GtkWidget *
fz_form_row_get_control (GtkWidget *row)
{
  return part (row, "fz-control");
}

static gboolean
is_empty (GtkWidget *control)
{
  g_autofree char *text = NULL;

  if (FZ_IS_DROP_DOWN (control))
    return fz_drop_down_get_code (FZ_DROP_DOWN (control)) == NULL;
  if (FZ_IS_TEXT_AREA (control))
    text = fz_text_area_get_text (FZ_TEXT_AREA (control));
  else if (FZ_IS_NUMBER_ENTRY (control))
    text = fz_number_entry_get (FZ_NUMBER_ENTRY (control));
  else if (GTK_IS_EDITABLE (control))
    text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (control)));
  else
    return FALSE; /* says for itself what it misses */
  return text == NULL || *g_strstrip (text) == '\0';
}

GtkWidget *
fz_form_find_missing (GtkWidget *within)
{
  GtkWidget *control = gtk_widget_has_css_class (within, "fz-form-row") ? part (within, "fz-control") : NULL, *found = NULL;

  if (!gtk_widget_get_visible (within))
    return NULL;
  if (control != NULL && part (within, "fz-required") != NULL && gtk_widget_is_sensitive (control) && is_empty (control))
    return control;
  for (GtkWidget *child = gtk_widget_get_first_child (within); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = fz_form_find_missing (child);
  return found;
}

/* The hint makes way for a finding; a screen reader hears the one that is seen. */
void
fz_form_row_describe (GtkWidget *row)
{
  GtkWidget *hint = part (row, "fz-hint");

  gboolean found = fz_form_row_get_finding (row) != NULL, hints = !found && *gtk_label_get_text (GTK_LABEL (hint)) != '\0';

  gtk_widget_set_visible (hint, hints);
  fz_access_described_by (part (row, "fz-control"), found ? part (row, "fz-text") : hints ? hint : NULL);
}

void
fz_form_row_set_hint (GtkWidget *row, const char *hint)
{
  gtk_label_set_text (part (row, "fz-hint"), hint != NULL ? hint : "");
  fz_form_row_describe (row);
}

const char *
fz_form_row_get_finding (GtkWidget *row)
{
  return gtk_widget_get_visible (part (row, "fz-line")) ? gtk_label_get_text (part (row, "fz-text")) : NULL;
}

static void
dress_control (GtkWidget *control, FzStatus severity, gboolean there)
{
  gboolean bad = there && (severity == FZ_STATUS_STOP || severity == FZ_STATUS_LEGAL);

  gtk_widget_remove_css_class (control, "fz-bad");
  gtk_widget_remove_css_class (control, "fz-care");
  if (bad)
    gtk_widget_add_css_class (control, "fz-bad");
  else if (there && severity == FZ_STATUS_WARN)
    gtk_widget_add_css_class (control, "fz-care");
  fz_access_invalid (control, bad);
}

void
fz_form_row_set_finding (GtkWidget *row, FzStatus severity, const char *message)
{
  GtkWidget *line = part (row, "fz-line");
  const char *icon = fz_status_icon (severity);

  fz_status_dress (line, severity);
  fz_icon_set (part (row, "fz-image"), icon != NULL ? icon : "info");
  gtk_label_set_text (part (row, "fz-text"), message != NULL ? message : "");
  gtk_widget_set_visible (line, message != NULL);
  dress_control (part (row, "fz-control"), severity, message != NULL);
  fz_form_row_describe (row);
}

GtkWidget *
fz_form_new (int columns)
{
  GtkWidget *form = gtk_grid_new ();

  g_return_val_if_fail (columns > 0, NULL);
  gtk_grid_set_column_homogeneous (GTK_GRID (form), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (form), 12);
  gtk_grid_set_row_spacing (GTK_GRID (form), 12);
  g_object_set_data (G_OBJECT (form), "fz-columns", GINT_TO_POINTER (columns));
  g_object_set_data_full (G_OBJECT (form), "fz-rows", g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
  return form;
}

void
fz_form_add (GtkWidget *form, const char *field, GtkWidget *row, int span)
{
  int columns = GPOINTER_TO_INT (part (form, "fz-columns"));
  int next = GPOINTER_TO_INT (part (form, "fz-next"));

  span = CLAMP (span, 1, columns);
  if (next % columns + span > columns)
    next += columns - next % columns;
  gtk_widget_set_hexpand (row, TRUE);
  gtk_grid_attach (GTK_GRID (form), row, next % columns, next / columns, span, 1);
  g_object_set_data (G_OBJECT (form), "fz-next", GINT_TO_POINTER (next + span));
  g_object_set_data_full (G_OBJECT (row), "fz-field", g_strdup (field), g_free);
  g_ptr_array_add (part (form, "fz-rows"), row);
}

GtkWidget *
fz_form_get_row (GtkWidget *form, const char *field)
{
  GPtrArray *rows = part (form, "fz-rows");

  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (part (g_ptr_array_index (rows, i), "fz-field"), field) == 0)
      return g_ptr_array_index (rows, i);
  return NULL;
}

gboolean
fz_form_set_finding (GtkWidget *form, const char *field, FzStatus severity, const char *message)
{
  GtkWidget *row = field != NULL ? fz_form_get_row (form, field) : NULL;

  if (row == NULL)
    return FALSE;
  fz_form_row_set_finding (row, severity, message);
  return TRUE;
}

void
fz_form_clear_findings (GtkWidget *form)
{
  GPtrArray *rows = part (form, "fz-rows");

  for (guint i = 0; i < rows->len; i++)
    fz_form_row_set_finding (g_ptr_array_index (rows, i), FZ_STATUS_NEUTRAL, NULL);
}

gboolean
fz_form_focus_first_finding (GtkWidget *form)
{
  GPtrArray *rows = part (form, "fz-rows");

  GtkWidget *first = NULL;

  for (guint i = rows->len; i-- > 0;) {
    GtkWidget *control = part (g_ptr_array_index (rows, i), "fz-control");

    if (fz_form_row_get_finding (g_ptr_array_index (rows, i)) != NULL &&
        (first == NULL || gtk_widget_has_css_class (control, "fz-bad") || !gtk_widget_has_css_class (first, "fz-bad")))
      first = control;
  }
  return first != NULL && gtk_widget_grab_focus (first);
}

static void
on_entry_activate (GtkEntry *entry, gpointer user_data)
{
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (entry))), GTK_DIR_TAB_FORWARD);
}

void
fz_form_enter_moves_on (GtkWidget *form)
{
  GPtrArray *rows = part (form, "fz-rows");

  for (guint i = 0; i < rows->len; i++) {
    GtkWidget *control = part (g_ptr_array_index (rows, i), "fz-control");

    if (FZ_IS_DROP_DOWN (control))
      fz_drop_down_set_enter_moves_on (FZ_DROP_DOWN (control), TRUE);
    else if (GTK_IS_ENTRY (control))
      g_signal_connect (control, "activate", G_CALLBACK (on_entry_activate), NULL);
  }
}
