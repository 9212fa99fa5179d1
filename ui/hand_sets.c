#include "ui/hand_sets.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *over; /* weak */
  GtkWidget *list;
  FzHandSetsDone done;
} Sets;

static void fill (Sets *self);

static void
sets_free (gpointer data)
{
  Sets *self = data;

  g_clear_weak_pointer (&self->over);
  fz_session_unref (self->session);
  g_free (self);
}

static void
changed (Sets *self)
{
  fz_dialog_set_error (self->dialog, NULL);
  fill (self);
  fz_dialog_set_kept (self->dialog);
  if (self->over != NULL)
    self->done (self->over);
}

static const FzFields *
row_of (gpointer widget)
{
  return g_object_get_data (G_OBJECT (widget), "fz-row");
}

static gboolean
is_shared (const FzFields *row)
{
  return g_strcmp0 (fz_fields_get (row, "scope"), "department") == 0;
}

/* --- removing, and back --- */

typedef struct {
  Sets *self; /* stands as long as the dialog */
  FzFields *dropped;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  fz_fields_unref (removal->dropped);
  g_free (removal);
}

static gboolean
undo (gpointer data, gboolean now)
{
  Removal *removal = data;
  g_autoptr (GError) error = NULL;

  if (now && fz_desk_put_back_set (removal->self->session, removal->dropped, &error))
    changed (removal->self);
  else if (now)
    fz_dialog_set_error (removal->self->dialog, error->message);
  return error == NULL;
}

static void
on_remove (GtkButton *button, Sets *self)
{
  g_autoptr (FzFields) row = fz_fields_ref ((FzFields *) row_of (button));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (_ ("已删除 %s"), fz_fields_get (row, "name"));
  Removal *removal = g_new0 (Removal, 1);

  if (!fz_desk_drop_set (self->session, fz_fields_get (row, "name"), is_shared (row), &removal->dropped, &error)) {
    g_free (removal);
    fz_dialog_set_error (self->dialog, error->message);
    return;
  }
  removal->self = self;
  changed (self);
  gtk_widget_child_focus (GTK_WIDGET (self->dialog), GTK_DIR_TAB_FORWARD); /* the button went with its row */
  fz_undo_offer (GTK_WIDGET (self->dialog), text, undo, removal, removal_free);
}

/* --- another name --- */

static void
on_rename (GtkWidget *widget, Sets *self)
{
  GtkWidget *entry = g_object_get_data (G_OBJECT (widget), "fz-entry");
  g_autoptr (FzFields) row = fz_fields_ref ((FzFields *) row_of (entry));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  g_autoptr (GError) error = NULL;

  if (fz_desk_rename_set (self->session, fz_fields_get (row, "name"), is_shared (row), name, &error))
    changed (self);
  else
    fz_dialog_set_error (self->dialog, error->message);
}

static void
on_typed (GtkEditable *entry, GtkWidget *rename)
{
  gtk_widget_set_sensitive (rename, g_strcmp0 (gtk_editable_get_text (entry), fz_fields_get (row_of (entry), "name")) != 0);
}

static GtkWidget *
row_new (Sets *self, FzFields *row)
{
  GtkWidget *line = fz_line (8), *entry = gtk_entry_new (), *rename = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("改名"));
  GtkWidget *remove = fz_icon_button_new ("trash", _ ("删除套方"));
  const char *name = fz_fields_get (row, "name");
  g_autofree char *about = g_strdup_printf (is_shared (row) ? _ ("科室共用 · %u 味") : _ ("本人 · %u 味"), fz_fields_count (row, "rx.item"));
  g_autofree char *named = g_strdup_printf (_ ("套方名称 %s"), name), *removing = g_strdup_printf (_ ("删除套方 %s"), name);

  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  fz_access_label (entry, named);
  fz_access_label (remove, removing);
  gtk_widget_set_sensitive (rename, FALSE);
  gtk_widget_add_css_class (rename, "fz-compact");
  g_object_set_data_full (G_OBJECT (entry), "fz-row", fz_fields_ref (row), (GDestroyNotify) fz_fields_unref);
  g_object_set_data_full (G_OBJECT (remove), "fz-row", fz_fields_ref (row), (GDestroyNotify) fz_fields_unref);
  g_object_set_data (G_OBJECT (entry), "fz-entry", entry);
  g_object_set_data (G_OBJECT (rename), "fz-entry", entry);
  g_signal_connect (entry, "changed", G_CALLBACK (on_typed), rename);
  g_signal_connect (entry, "activate", G_CALLBACK (on_rename), self);
  g_signal_connect (rename, "clicked", G_CALLBACK (on_rename), self);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), self);
  fz_put_wide (line, entry);
  fz_put (line, fz_text (about, "fz-caption"));
  fz_put (line, rename);
  fz_put (line, remove);
  return line;
}

static void
fill (Sets *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_hand (self->session, &error);
  guint n = 0;

  fz_empty (self->list);
  if (rows == NULL)
    fz_dialog_set_error (self->dialog, error->message);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "set") == 0) {
      fz_put (self->list, row_new (self, rows->pdata[i]));
      n++;
    }
  if (n == 0)
    fz_put (self->list, fz_wrapped (_ ("没有套方。在处方下方按“存为套方…”保存一组药品。"), "fz-soft"));
}

static void
on_response (FzDialog *dialog, const char *response, Sets *self)
{
  if (!g_str_equal (response, FZ_RESPONSE_CANCEL))
    fz_dialog_close (dialog);
}

void
fz_hand_sets_show (GtkWidget *over, FzSession *session, FzHandSetsDone done)
{
  Sets *self = g_new0 (Sets, 1);
  GtkWidget *body = fz_column (10);

  self->session = fz_session_ref (session);
  self->done = done;
  g_set_weak_pointer (&self->over, over);
  self->dialog = fz_dialog_new (_ ("管理套方"), _ ("改名后按 Enter；删除后在关闭本窗口之前可以撤销。科室共用的套方，同科室医师都会看到变化。"));
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-sets", self, sets_free);
  self->list = fz_column (8);
  fz_put (body, self->list);
  fz_dialog_set_width (self->dialog, 600);
  fz_dialog_set_body (self->dialog, body, FALSE);
  fz_dialog_add_button (self->dialog, "close", _ ("关闭"), FZ_BUTTON_PLAIN);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fill (self);
  fz_dialog_present (self->dialog, over);
}
