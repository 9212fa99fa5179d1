#include "ui/rx_pick.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

struct _FzRxPick {
  GtkBox parent_instance;
  GHashTable *picked; /* ids */
  GtkWidget *print;
};

G_DEFINE_FINAL_TYPE (FzRxPick, fz_rx_pick, GTK_TYPE_BOX)

static guint turned_signal, all_signal, print_signal;

static void
show_count (FzRxPick *self)
{
  guint n = g_hash_table_size (self->picked);
  g_autofree char *word = n > 0 ? g_strdup_printf (_ ("打印 %u 张"), n) : g_strdup (_ ("打印所选"));

  fz_button_set_label (self->print, word);
  gtk_widget_set_sensitive (self->print, n > 0);
}

gboolean
fz_rx_pick_is_on (FzRxPick *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self));
}

void
fz_rx_pick_turn (FzRxPick *self, gboolean on)
{
  if (on == fz_rx_pick_is_on (self))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), on);
  g_hash_table_remove_all (self->picked);
  show_count (self);
  g_signal_emit (self, turned_signal, 0);
}

gboolean
fz_rx_pick_has (FzRxPick *self, const char *id)
{
  return id != NULL && g_hash_table_contains (self->picked, id);
}

void
fz_rx_pick_set (FzRxPick *self, const char *id, gboolean picked)
{
  if (picked)
    g_hash_table_add (self->picked, g_strdup (id));
  else
    g_hash_table_remove (self->picked, id);
  show_count (self);
}

static void
on_toggled (GtkCheckButton *check, FzRxPick *self)
{
  fz_rx_pick_set (self, g_object_get_data (G_OBJECT (check), "fz-id"), gtk_check_button_get_active (check));
}

GtkWidget *
fz_rx_pick_check_new (FzRxPick *self, const char *id, const char *name)
{
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *said = g_strdup_printf (_ ("选中：%s"), name);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), fz_rx_pick_has (self, id));
  gtk_widget_set_valign (check, GTK_ALIGN_START);
  fz_access_label (check, said);
  g_object_set_data_full (G_OBJECT (check), "fz-id", g_strdup (id), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_toggled), self, (GConnectFlags) 0);
  return check;
}

/* --- building --- */

static void
on_all (FzRxPick *self)
{
  g_signal_emit (self, all_signal, 0);
}

static void
on_print (FzRxPick *self)
{
  g_signal_emit (self, print_signal, 0);
}

static void
on_end (FzRxPick *self)
{
  fz_rx_pick_turn (self, FALSE);
}

static void
fz_rx_pick_finalize (GObject *object)
{
  g_hash_table_unref (FZ_RX_PICK (object)->picked);
  G_OBJECT_CLASS (fz_rx_pick_parent_class)->finalize (object);
}

static void
fz_rx_pick_class_init (FzRxPickClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_rx_pick_finalize;
  turned_signal = g_signal_new ("turned", FZ_TYPE_RX_PICK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  all_signal = g_signal_new ("all", FZ_TYPE_RX_PICK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  print_signal = g_signal_new ("print", FZ_TYPE_RX_PICK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
button_new (FzRxPick *self, FzButtonKind kind, const char *label, const char *keys, void (*clicked) (FzRxPick *self))
{
  GtkWidget *button = fz_put (GTK_WIDGET (self), fz_button_new (kind, NULL, label));

  gtk_widget_add_css_class (button, "fz-compact");
  gtk_widget_set_tooltip_text (button, keys);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (clicked), self);
  return button;
}

static void
fz_rx_pick_init (FzRxPick *self)
{
  self->picked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  button_new (self, FZ_BUTTON_FLAT, _ ("全选"), _ ("选中列表里的全部处方（Ctrl+A）"), on_all);
  button_new (self, FZ_BUTTON_FLAT, _ ("退出多选"), _ ("不再多选（Esc）"), on_end);
  fz_put_space (GTK_WIDGET (self));
  self->print = button_new (self, FZ_BUTTON_PRIMARY, _ ("打印所选"), _ ("一起打印或存为一个 PDF（Ctrl+P）"), on_print);
  show_count (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
fz_rx_pick_new (void)
{
  return g_object_new (FZ_TYPE_RX_PICK, NULL);
}
