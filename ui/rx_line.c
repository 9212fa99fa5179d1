#include "ui/rx_line.h"

#include "ui/finding_list.h"
#include "ui/finding_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rx_hand.h"

#include <glib/gi18n-lib.h>

struct _FzRxLine {
  GtkWidget parent_instance;
  FzVisitModel *model;
  guint index;
  GtkWidget *content, *name, *about, *dose, *freq, *route, *days, *quantity, *total, *findings;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (FzRxLine, fz_rx_line, GTK_TYPE_WIDGET)

static guint done_signal, remove_signal;

static const char *
computed (FzRxLine *self, const char *key)
{
  return fz_fields_get_at (fz_visit_model_get_computed (self->model), "rx.item", self->index, key);
}

static void
keep (FzRxLine *self, const char *key, const char *value)
{
  if (!self->quiet)
    fz_visit_model_set_item (self->model, self->index, key, value);
}

/* --- typing --- */

static void
on_dose (GtkEditable *dose, FzRxLine *self)
{
  keep (self, "dose", gtk_editable_get_text (dose));
}

static void
on_freq (FzDropDown *freq, FzRxLine *self)
{
  keep (self, "freq", fz_drop_down_get_code (freq));
}

static void
on_route (FzDropDown *route, FzRxLine *self)
{
  keep (self, "route", fz_drop_down_get_code (route));
}

static void
on_days (FzNumberEntry *days, FzRxLine *self)
{
  g_autofree char *text = fz_number_entry_get (days);

  keep (self, "days", text);
}

/* A quantity that was typed stays what it is and is marked; an emptied one is computed again. */
static void
on_quantity (FzNumberEntry *quantity, FzRxLine *self)
{
  g_autofree char *text = fz_number_entry_get (quantity);
  gboolean typed = text != NULL && *text != '\0';

  keep (self, "quantity", typed ? text : NULL);
  keep (self, "quantity_edited", typed ? "yes" : NULL);
  fz_number_entry_set_edited (quantity, typed);
}

static void
to_freq (GtkEntry *dose, FzRxLine *self)
{
  gtk_widget_grab_focus (self->freq);
}

static void
finish (FzRxLine *self)
{
  fz_visit_model_flush (self->model, NULL);
  if (!fz_rx_line_focus_open (self))
    g_signal_emit (self, done_signal, 0);
}

gboolean
fz_rx_line_focus_open (FzRxLine *self)
{
  return fz_finding_list_focus_open (FZ_FINDING_LIST (self->findings));
}

static void
on_answered (FzFindingList *findings, FzRxLine *self)
{
  g_signal_emit (self, done_signal, 0);
}

static void
on_remove (GtkButton *button, FzRxLine *self)
{
  g_signal_emit (self, remove_signal, 0);
}

/* --- showing --- */

static void
show_quantity (FzRxLine *self)
{
  gboolean edited = g_strcmp0 (fz_visit_model_get_item (self->model, self->index, "quantity_edited"), "yes") == 0;
  const char *unit = computed (self, "unit"), *quantity = computed (self, "quantity");
  g_autofree char *now = fz_number_entry_get (FZ_NUMBER_ENTRY (self->quantity));

  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (self->quantity), unit);
  fz_number_entry_set_edited (FZ_NUMBER_ENTRY (self->quantity), edited);
  if (!edited && g_strcmp0 (now, quantity != NULL ? quantity : "") != 0)
    fz_number_entry_set (FZ_NUMBER_ENTRY (self->quantity), quantity);
}

static void
show_total (FzRxLine *self)
{
  const char *daily = computed (self, "daily_text"), *total = computed (self, "total_text");
  g_autofree char *text = daily != NULL && total != NULL ? g_strdup_printf (_ ("每日 %s，共 %s"), daily, total) : NULL;

  fz_set_text (self->total, text);
  gtk_widget_set_visible (self->total, text != NULL);
}

static void
show_drug (FzRxLine *self)
{
  const char *generic = computed (self, "generic"), *strength = computed (self, "strength"), *packing = computed (self, "packing");
  const char *form = computed (self, "form_label"), *maker = computed (self, "manufacturer");
  g_autofree char *name = g_strdup_printf ("%u. %s", self->index + 1, generic != NULL ? generic : "");
  g_autofree char *about = g_strdup_printf ("%s%s%s%s%s%s%s", strength != NULL ? strength : "", packing != NULL ? " · " : "",
                                            packing != NULL ? packing : "", form != NULL ? " · " : "", form != NULL ? form : "",
                                            maker != NULL ? " · " : "", maker != NULL ? maker : "");

  fz_set_text (self->name, name);
  fz_set_text (self->about, about);
}

static void
update (FzRxLine *self)
{
  if (self->index >= fz_visit_model_get_n_items (self->model))
    return; /* about to be taken away */
  self->quiet = TRUE;
  show_drug (self);
  show_quantity (self);
  show_total (self);
  self->quiet = FALSE;
}

static gboolean
is_mine (const FzFinding *finding, gpointer data)
{
  FzRxLine *self = data;
  guint line = 0;
  const char *part = NULL;

  return fz_finding_line (finding, &line, &part) && line == self->index &&
         (fz_visit_model_get_tried (self->model) || !fz_finding_is_todo (finding));
}

/* --- building --- */

static void
fill (GtkWidget *drop, GPtrArray *rows, gboolean by_code)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const char *code = fz_fields_get (rows->pdata[i], "code"), *label = fz_fields_get (rows->pdata[i], "label");
    g_autofree char *full = by_code ? g_strdup_printf ("%s  %s", code, label) : NULL;

    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "online"), "no") == 0)
      continue; /* a route nobody may use online is no choice; a drug that only knows such a route says so by its finding */
    fz_drop_down_add (FZ_DROP_DOWN (drop), code, by_code ? code : label, full);
  }
}

static GtkWidget *
drop_new (FzRxLine *self, GPtrArray *rows, gboolean by_code, const char *key, const char *name, GCallback changed)
{
  GtkWidget *drop = fz_drop_down_new (name);

  fill (drop, rows, by_code);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), fz_visit_model_get_item (self->model, self->index, key));
  fz_drop_down_set_enter_moves_on (FZ_DROP_DOWN (drop), TRUE);
  fz_access_label (drop, name);
  g_signal_connect (drop, "changed", changed, self);
  return drop;
}

static GtkWidget *
named (GtkWidget *control, const char *caption)
{
  GtkWidget *box = fz_column (3);

  fz_access_labelled_by (control, fz_put (box, fz_text (caption, "fz-form-caption")));
  fz_put (box, control);
  return box;
}

static GtkWidget *
fields_new (FzRxLine *self, const FzRxCodes *codes)
{
  GtkWidget *line = fz_line (7);
  const char *dose = fz_visit_model_get_item (self->model, self->index, "dose");

  self->dose = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (self->dose), dose != NULL ? dose : "");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->dose), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->dose), 7);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->dose), _ ("如 5mg"));
  g_signal_connect (self->dose, "changed", G_CALLBACK (on_dose), self);
  g_signal_connect (self->dose, "activate", G_CALLBACK (to_freq), self);
  self->freq = drop_new (self, codes->frequencies, TRUE, "freq", _ ("频次"), G_CALLBACK (on_freq));
  self->route = drop_new (self, codes->routes, FALSE, "route", _ ("途径"), G_CALLBACK (on_route));
  self->days = fz_number_entry_new (0, "1", "366", NULL);
  fz_number_entry_set (FZ_NUMBER_ENTRY (self->days), fz_visit_model_get_item (self->model, self->index, "days"));
  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (self->days), _ ("天"));
  fz_number_entry_set_width_chars (FZ_NUMBER_ENTRY (self->days), 3);
  g_signal_connect (self->days, "changed", G_CALLBACK (on_days), self);
  g_signal_connect_swapped (self->days, "activate", G_CALLBACK (finish), self);
  self->quantity = fz_number_entry_new (0, "1", "9999", NULL);
  fz_number_entry_set_width_chars (FZ_NUMBER_ENTRY (self->quantity), 3);
  fz_number_entry_set (FZ_NUMBER_ENTRY (self->quantity), fz_visit_model_get_item (self->model, self->index, "quantity"));
  g_signal_connect (self->quantity, "changed", G_CALLBACK (on_quantity), self);
  g_signal_connect_swapped (self->quantity, "activate", G_CALLBACK (finish), self);
  fz_put (line, named (self->dose, _ ("单次剂量")));
  fz_put_wide (line, named (self->freq, _ ("频次")));
  fz_put_wide (line, named (self->route, _ ("途径")));
  fz_put (line, named (self->days, _ ("天数")));
  fz_put (line, named (self->quantity, _ ("数量")));
  return line;
}

static GtkWidget *
head_new (FzRxLine *self)
{
  GtkWidget *line = fz_line (8);
  GtkWidget *words = fz_column (1);
  GtkWidget *remove = fz_icon_button_new ("trash", _ ("删除这味药"));

  self->name = fz_wrapped (NULL, "fz-strong");
  self->about = fz_wrapped (NULL, "fz-caption");
  self->total = fz_text (NULL, "fz-caption");
  fz_put (words, self->name);
  fz_put (words, self->about);
  fz_put (words, self->total);
  gtk_widget_add_css_class (remove, "fz-flat");
  gtk_widget_add_css_class (remove, "fz-compact");
  gtk_widget_set_valign (remove, GTK_ALIGN_START);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), self);
  fz_put_wide (line, words);
  fz_put (line, fz_rx_star_new (self->model, self->index));
  fz_put (line, remove);
  return line;
}

static gboolean
fz_rx_line_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_RX_LINE (widget)->dose);
}

static void
fz_rx_line_dispose (GObject *object)
{
  g_clear_pointer (&FZ_RX_LINE (object)->content, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_rx_line_parent_class)->dispose (object);
}

static void
fz_rx_line_finalize (GObject *object)
{
  g_object_unref (FZ_RX_LINE (object)->model);
  G_OBJECT_CLASS (fz_rx_line_parent_class)->finalize (object);
}

static void
fz_rx_line_class_init (FzRxLineClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_rx_line_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_rx_line_finalize;
  GTK_WIDGET_CLASS (class)->grab_focus = fz_rx_line_grab_focus;
  GTK_WIDGET_CLASS (class)->focus = fz_access_walk;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  done_signal = g_signal_new ("done", FZ_TYPE_RX_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  remove_signal = g_signal_new ("remove", FZ_TYPE_RX_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_rx_line_init (FzRxLine *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-rx-line");
}

GtkWidget *
fz_rx_line_new (FzVisitModel *model, guint index, const FzRxCodes *codes)
{
  FzRxLine *self = g_object_new (FZ_TYPE_RX_LINE, NULL);

  self->model = g_object_ref (model);
  self->index = index;
  self->content = fz_column (7);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
  fz_put (self->content, head_new (self));
  fz_put (self->content, fields_new (self, codes));
  self->findings = fz_put (self->content, fz_finding_list_new (model, is_mine, self));
  g_signal_connect (self->findings, "answered", G_CALLBACK (on_answered), self);
  g_signal_connect_object (model, "checked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  fz_access_label (GTK_WIDGET (self), gtk_label_get_text (GTK_LABEL (self->name)));
  return GTK_WIDGET (self);
}
