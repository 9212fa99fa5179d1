#include "ui/review_decide.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/review_item.h"
#include "ui/review_items.h"

#include <glib/gi18n-lib.h>

#define MOST_CHARS 64

typedef struct {
  guint item; /* position among the prescription's items */
  GtkWidget *accept, *object, *remark;
} Row;

typedef struct {
  FzDialog *dialog;
  const FzFields *rx;
  FzFields *before;
  GPtrArray *rows; /* Row */
  FzDecideFunc decided;
  gpointer user_data;
} Decide;

static void
decide_free (gpointer data)
{
  Decide *self = data;

  fz_fields_unref ((FzFields *) self->rx);
  g_clear_pointer (&self->before, fz_fields_unref);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static const char *
code_of (const Decide *self, guint item)
{
  return fz_fields_get_at (self->rx, "item", item, "code");
}

static const char *
decision_of (const Row *row)
{
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (row->accept)))
    return "accepted";
  return gtk_check_button_get_active (GTK_CHECK_BUTTON (row->object)) ? "objected" : NULL;
}

static const Row *
row_of_item (const Decide *self, guint item)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (((Row *) self->rows->pdata[i])->item == item)
      return self->rows->pdata[i];
  return NULL;
}

/* --- going on --- */

static gboolean
is_complete (const Decide *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (decision_of (self->rows->pdata[i]) == NULL)
      return FALSE;
  return TRUE;
}

static void
on_toggled (GtkCheckButton *button, Decide *self)
{
  fz_dialog_set_sensitive (self->dialog, "go", is_complete (self));
  fz_dialog_set_error (self->dialog, NULL);
}

static char *
remark_at (const Decide *self, const Row *row, guint item)
{
  if (row != NULL)
    return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row->remark))));
  for (guint i = 0; self->before != NULL && i < fz_fields_count (self->before, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (self->before, "item", i, "code"), code_of (self, item)) == 0)
      return g_strdup (fz_fields_get_at (self->before, "item", i, "remark"));
  return NULL;
}

static void
go (Decide *self)
{
  FzFields *decisions;
  guint n = 0;

  if (!is_complete (self)) {
    fz_dialog_set_error (self->dialog, _ ("还有项目没有判断：按 1（合理）或 2（不合理）。"));
    return;
  }
  decisions = fz_fields_new ("fuzhen.review_decisions/v1");
  for (guint i = 0; i < fz_fields_count (self->rx, "item"); i++) {
    const Row *row = row_of_item (self, i);
    const char *decision = row != NULL ? decision_of (row) : fz_review_items_decision (self->before, code_of (self, i));
    g_autofree char *remark = remark_at (self, row, i);

    if (decision == NULL)
      continue;
    fz_fields_set_at (decisions, "item", n, "code", code_of (self, i));
    fz_fields_set_at (decisions, "item", n, "decision", decision);
    fz_fields_set_at (decisions, "item", n++, "remark", remark != NULL && *remark != '\0' ? remark : NULL);
  }
  fz_dialog_close (self->dialog);
  self->decided (decisions, self->user_data);
}

static void
on_response (FzDialog *dialog, const char *response, Decide *self)
{
  if (g_str_equal (response, "go"))
    go (self);
}

/* --- keys --- */

static int
focused_row (Decide *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->dialog));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; focus != NULL && i < self->rows->len; i++) {
    const Row *row = self->rows->pdata[i];

    if (focus == row->accept || focus == row->object || gtk_widget_is_ancestor (focus, row->remark))
      return (int) i;
  }
  return -1;
}

static void
focus_row (Decide *self, int at)
{
  if (at >= 0 && at < (int) self->rows->len)
    gtk_widget_grab_focus (((Row *) self->rows->pdata[at])->accept);
}

static void
choose (Decide *self, gboolean accept)
{
  int at = MAX (focused_row (self), 0);
  const Row *row = self->rows->pdata[at];

  gtk_check_button_set_active (GTK_CHECK_BUTTON (accept ? row->accept : row->object), TRUE);
  focus_row (self, MIN (at + 1, (int) self->rows->len - 1));
}

static gboolean
types_text (Decide *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->dialog));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && GTK_IS_EDITABLE (focus);
}

/* Before the check buttons: they would take Enter for a click. */
static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, Decide *self)
{
  guint key = gdk_keyval_to_lower (keyval);

  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0 || types_text (self) || focused_row (self) < 0)
    return FALSE;
  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    go (self);
  else if (key == GDK_KEY_1 || key == GDK_KEY_KP_1)
    choose (self, TRUE);
  else if (key == GDK_KEY_2 || key == GDK_KEY_KP_2)
    choose (self, FALSE);
  else if (key == GDK_KEY_j || key == GDK_KEY_Down)
    focus_row (self, focused_row (self) + 1);
  else if (key == GDK_KEY_k || key == GDK_KEY_Up)
    focus_row (self, focused_row (self) - 1);
  else
    return FALSE;
  return TRUE;
}

/* --- building --- */

static GtkWidget *
choice_new (Decide *self, const char *label, const char *about, GtkWidget *group, gboolean active)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);
  g_autofree char *spoken = g_strdup_printf (_ ("%s，%s"), about, label);

  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (group));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), active);
  fz_access_label (check, spoken);
  g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), self);
  return check;
}

static GtkWidget *
row_new (Decide *self, guint i)
{
  GtkWidget *box = fz_column (6), *line = fz_put (box, fz_line (8)), *choices;
  const char *code = code_of (self, i), *words = fz_fields_get_at (self->rx, "item", i, "words");
  const char *former = fz_review_items_decision (self->before, code);
  g_autofree char *about = g_strdup_printf ("%s %s", code, fz_entry_label (self->rx, "item", i, "label"));
  g_autofree char *remark = remark_at (self, NULL, i), *name = g_strdup_printf (_ ("%s：药师说明（可不填）"), about);
  Row *row = g_new0 (Row, 1);
  FzStatus status = FZ_STATUS_NEUTRAL;
  const char *engine = fz_review_item_engine (self->rx, i, &status);

  gtk_widget_add_css_class (box, "fz-item");
  row->item = i;
  gtk_widget_set_valign (fz_put (line, fz_text (code, "fz-code")), GTK_ALIGN_START);
  fz_put_wide (line, fz_wrapped (fz_entry_label (self->rx, "item", i, "label"), "fz-strong"));
  gtk_widget_set_valign (fz_put (line, fz_tag_new (status, engine)), GTK_ALIGN_START);
  if (words != NULL) { /* long ones must not make the dialog as wide as the window */
    GtkWidget *found = fz_put (box, fz_wrapped (words, NULL));

    gtk_label_set_max_width_chars (GTK_LABEL (found), MOST_CHARS);
  }
  choices = fz_put (box, fz_line (16));
  row->accept = fz_put (choices, choice_new (self, _ ("1　合理"), about, NULL, g_strcmp0 (former, "accepted") == 0));
  row->object = fz_put (choices, choice_new (self, _ ("2　不合理"), about, row->accept, g_strcmp0 (former, "objected") == 0));
  row->remark = fz_put_wide (choices, gtk_entry_new ());
  gtk_entry_set_placeholder_text (GTK_ENTRY (row->remark), _ ("药师说明（可不填）"));
  gtk_entry_set_max_length (GTK_ENTRY (row->remark), 200);
  gtk_editable_set_text (GTK_EDITABLE (row->remark), remark != NULL ? remark : "");
  fz_access_label (row->remark, name);
  g_ptr_array_add (self->rows, row);
  return box;
}

static GtkWidget *
body_new (Decide *self, gboolean all, const char *notice)
{
  GtkWidget *body = fz_column (8);

  if (notice != NULL)
    fz_put (body, fz_finding_card_new (FZ_STATUS_WARN, _ ("请再看一眼"), notice, NULL));
  for (guint i = 0; i < fz_fields_count (self->rx, "item"); i++)
    if (all || g_strcmp0 (fz_fields_get_at (self->rx, "item", i, "attention"), "yes") == 0)
      fz_put (body, row_new (self, i));
  return body;
}

static int
first_open (const Decide *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (decision_of (self->rows->pdata[i]) == NULL)
      return (int) i;
  return 0;
}

void
fz_review_decide_ask (GtkWidget *over, const FzFields *rx, const FzFields *before, gboolean all, const char *notice,
                      FzDecideFunc decided, gpointer user_data)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  Decide *self = g_new0 (Decide, 1);
  g_autofree char *subtitle = g_strdup_printf (_ ("%s　处方 %s"), fz_fields_get (rx, "patient.name"), fz_fields_get (rx, "rx.id"));

  self->rx = fz_fields_ref ((FzFields *) rx);
  self->before = before != NULL ? fz_fields_ref ((FzFields *) before) : NULL;
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->decided = decided;
  self->user_data = user_data;
  self->dialog = fz_dialog_new (_ ("逐项判断"), subtitle);
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-decide", self, decide_free);
  fz_dialog_set_width (self->dialog, 680);
  fz_dialog_set_body (self->dialog, body_new (self, all, notice), FALSE);
  fz_dialog_set_note (self->dialog, fz_text (_ ("1 合理，2 不合理，回车继续"), "fz-caption"));
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "go", _ ("继续"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (self->dialog, "go", is_complete (self));
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->dialog), keys);
  fz_dialog_present (self->dialog, over);
  focus_row (self, first_open (self));
}
