#include "ui/herb_row.h"

#include "ui/finding_list.h"
#include "ui/finding_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzHerbRow {
  GtkWidget parent_instance;
  FzVisitModel *model;
  guint index;
  GtkWidget *content, *name, *total, *grams, *findings;
};

G_DEFINE_FINAL_TYPE (FzHerbRow, fz_herb_row, GTK_TYPE_WIDGET)

static guint done_signal, remove_signal, move_signal;

static const char *
computed (FzHerbRow *self, const char *key)
{
  return fz_fields_get_at (fz_visit_model_get_computed (self->model), "rx.item", self->index, key);
}

/* --- typing --- */

static void
on_grams (FzNumberEntry *grams, FzHerbRow *self)
{
  g_autofree char *number = fz_number_entry_get (grams);
  g_autofree char *dose = number != NULL && *number != '\0' ? g_strconcat (number, "g", NULL) : NULL;

  fz_visit_model_set_item (self->model, self->index, "dose", dose);
}

static void
on_handling (FzDropDown *handling, FzHerbRow *self)
{
  const char *code = fz_drop_down_get_code (handling);

  fz_visit_model_set_item (self->model, self->index, "special", g_strcmp0 (code, "-") == 0 ? NULL : code);
}

static void
finish (FzHerbRow *self)
{
  fz_visit_model_flush (self->model, NULL);
  if (!fz_herb_row_focus_open (self))
    g_signal_emit (self, done_signal, 0);
}

gboolean
fz_herb_row_focus_open (FzHerbRow *self)
{
  return fz_finding_list_focus_open (FZ_FINDING_LIST (self->findings));
}

static void
on_answered (FzFindingList *findings, FzHerbRow *self)
{
  g_signal_emit (self, done_signal, 0);
}

static void
on_remove (GtkButton *button, FzHerbRow *self)
{
  g_signal_emit (self, remove_signal, 0);
}

static void
on_up (GtkButton *button, FzHerbRow *self)
{
  g_signal_emit (self, move_signal, 0, -1);
}

static void
on_down (GtkButton *button, FzHerbRow *self)
{
  g_signal_emit (self, move_signal, 0, 1);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, FzHerbRow *self)
{
  gboolean up = key == GDK_KEY_Up || key == GDK_KEY_KP_Up, down = key == GDK_KEY_Down || key == GDK_KEY_KP_Down;

  if (!(state & GDK_ALT_MASK) || !(up || down))
    return FALSE;
  g_signal_emit (self, move_signal, 0, up ? -1 : 1);
  return TRUE;
}

/* --- showing --- */

static void
update (FzHerbRow *self)
{
  const char *generic, *quantity;
  g_autofree char *name = NULL, *total = NULL;

  if (self->index >= fz_visit_model_get_n_items (self->model))
    return; /* about to be taken away */
  generic = computed (self, "generic");
  quantity = computed (self, "quantity");
  name = g_strdup_printf ("%u. %s", self->index + 1, generic != NULL ? generic : "");
  total = quantity != NULL ? g_strdup_printf (_ ("共 %s g"), quantity) : NULL;
  fz_set_text (self->name, name);
  fz_set_text (self->total, total);
}

/* What the sheet says once for all herbs is found at the sheet. */
static gboolean
is_mine (const FzFinding *finding, gpointer data)
{
  FzHerbRow *self = data;
  guint line = 0;
  const char *part = NULL;

  return fz_finding_line (finding, &line, &part) && line == self->index && !fz_finding_is_of_sheet (finding) &&
         (fz_visit_model_get_tried (self->model) || !fz_finding_is_todo (finding));
}

/* --- building --- */

static GtkWidget *
button_new (FzHerbRow *self, const char *icon, const char *name, GCallback clicked, gboolean may)
{
  GtkWidget *button = fz_icon_button_new (icon, name);

  gtk_widget_add_css_class (button, "fz-flat");
  gtk_widget_add_css_class (button, "fz-compact");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, may);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static GtkWidget *
handling_new (FzHerbRow *self, GPtrArray *handling)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  const char *special = fz_visit_model_get_item (self->model, self->index, "special");

  fz_drop_down_add (FZ_DROP_DOWN (drop), "-", _ ("同煎"), NULL);
  for (guint i = 0; handling != NULL && i < handling->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (handling->pdata[i], "code"), fz_fields_get (handling->pdata[i], "label"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), special != NULL ? special : "-");
  fz_access_label (drop, _ ("特殊煎煮"));
  gtk_widget_set_valign (drop, GTK_ALIGN_CENTER);
  g_signal_connect (drop, "changed", G_CALLBACK (on_handling), self);
  return drop;
}

static GtkWidget *
grams_new (FzHerbRow *self)
{
  const char *dose = fz_visit_model_get_item (self->model, self->index, "dose");
  g_autofree char *number = dose != NULL ? g_strndup (dose, strcspn (dose, "g")) : NULL;
  GtkWidget *grams = fz_number_entry_new (1, "0.1", "999", NULL);

  fz_number_entry_set (FZ_NUMBER_ENTRY (grams), number);
  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (grams), "g");
  fz_number_entry_set_width_chars (FZ_NUMBER_ENTRY (grams), 4);
  fz_access_label (grams, _ ("每剂克数"));
  gtk_widget_set_valign (grams, GTK_ALIGN_CENTER);
  g_signal_connect (grams, "changed", G_CALLBACK (on_grams), self);
  g_signal_connect_swapped (grams, "activate", G_CALLBACK (finish), self);
  return grams;
}

static void
build (FzHerbRow *self, GPtrArray *handling)
{
  GtkWidget *line = fz_line (8), *words = fz_column (0);
  guint n = fz_visit_model_get_n_items (self->model);

  self->name = fz_wrapped (NULL, "fz-strong");
  self->total = fz_text (NULL, "fz-caption");
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  fz_put (words, self->name);
  fz_put (words, self->total);
  self->grams = grams_new (self);
  fz_put_wide (line, words);
  fz_put (line, self->grams);
  fz_put (line, handling_new (self, handling));
  fz_put (line, button_new (self, "chevron-up", _ ("上移（Alt+↑）"), G_CALLBACK (on_up), self->index > 0));
  fz_put (line, button_new (self, "chevron-down", _ ("下移（Alt+↓）"), G_CALLBACK (on_down), self->index + 1 < n));
  fz_put (line, button_new (self, "trash", _ ("删除这味药"), G_CALLBACK (on_remove), TRUE));
  fz_put (self->content, line);
}

static gboolean
fz_herb_row_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_HERB_ROW (widget)->grams);
}

static void
fz_herb_row_dispose (GObject *object)
{
  g_clear_pointer (&FZ_HERB_ROW (object)->content, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_herb_row_parent_class)->dispose (object);
}

static void
fz_herb_row_finalize (GObject *object)
{
  g_object_unref (FZ_HERB_ROW (object)->model);
  G_OBJECT_CLASS (fz_herb_row_parent_class)->finalize (object);
}

static void
fz_herb_row_class_init (FzHerbRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_herb_row_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_herb_row_finalize;
  GTK_WIDGET_CLASS (class)->grab_focus = fz_herb_row_grab_focus;
  GTK_WIDGET_CLASS (class)->focus = fz_access_walk;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  done_signal = g_signal_new ("done", FZ_TYPE_HERB_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  remove_signal = g_signal_new ("remove", FZ_TYPE_HERB_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  move_signal = g_signal_new ("move", FZ_TYPE_HERB_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
fz_herb_row_init (FzHerbRow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-herb-row");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE); /* before the number entry takes the arrows as steps */
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
fz_herb_row_new (FzVisitModel *model, guint index, GPtrArray *handling)
{
  FzHerbRow *self = g_object_new (FZ_TYPE_HERB_ROW, NULL);

  self->model = g_object_ref (model);
  self->index = index;
  self->content = fz_column (6);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
  build (self, handling);
  self->findings = fz_put (self->content, fz_finding_list_new (model, is_mine, self));
  g_signal_connect (self->findings, "answered", G_CALLBACK (on_answered), self);
  g_signal_connect_object (model, "checked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  fz_access_label (GTK_WIDGET (self), gtk_label_get_text (GTK_LABEL (self->name)));
  return GTK_WIDGET (self);
}
