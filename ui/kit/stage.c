#include "ui/kit/stage.h"

#include "ui/kit/toast.h"
#include "ui/kit/undo.h"

#define STATE "fz-stage"

typedef struct {
  GtkWidget *content;
  GPtrArray *dialogs; /* bottom first */
  GPtrArray *focus;   /* GWeakRef of what had the focus below each */
  gboolean hears_window;
} Stage;

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
stage_free (gpointer data)
{
  Stage *stage = data;

  g_ptr_array_unref (stage->dialogs);
  g_ptr_array_unref (stage->focus);
  g_free (stage);
}

static Stage *
state_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), STATE);
}

/* A text keeps the key even where it has nothing to take back, so it is asked from here: TRUE when something typed in it went. */
static gboolean
text_takes_back (GtkWidget *focus)
{
  g_autofree char *before = NULL;

  if (GTK_IS_TEXT_VIEW (focus) && gtk_text_buffer_get_can_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (focus)))) {
    gtk_text_buffer_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (focus)));
    return TRUE;
  }
  if (!GTK_IS_TEXT (focus))
    return FALSE;
  before = g_strdup (gtk_editable_get_text (GTK_EDITABLE (focus)));
  gtk_widget_activate_action (focus, "text.undo", NULL);
  return !g_str_equal (before, gtk_editable_get_text (GTK_EDITABLE (focus)));
}

static gboolean
on_ctrl_z (GtkWidget *stage, GVariant *args, gpointer user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (stage));

  return (focus != NULL && text_takes_back (focus)) || fz_undo_last (stage);
}

GtkWidget *
fz_stage_new (GtkWidget *content)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkWidget *overlay = gtk_overlay_new ();
  Stage *stage = g_new0 (Stage, 1);

  stage->content = content;
  stage->dialogs = g_ptr_array_new_with_free_func (g_object_unref);
  stage->focus = g_ptr_array_new_with_free_func (weak_free);
  g_object_set_data_full (G_OBJECT (overlay), STATE, stage, stage_free);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), content);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), fz_toast_lane_new ());
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK), gtk_callback_action_new (on_ctrl_z, NULL, NULL)));
  gtk_widget_add_controller (overlay, keys);
  return overlay;
}

GtkWidget *
fz_stage_of (GtkWidget *within)
{
  GtkRoot *root = gtk_widget_get_root (within);
  GtkWidget *child = GTK_IS_WINDOW (root) ? gtk_window_get_child (GTK_WINDOW (root)) : NULL;

  return child != NULL && state_of (child) != NULL ? child : NULL;
}

FzDialog *
fz_stage_top_dialog (GtkWidget *stage)
{
  Stage *state = state_of (stage);

  return state->dialogs->len > 0 ? g_ptr_array_index (state->dialogs, state->dialogs->len - 1) : NULL;
}

/* Only the topmost layer takes the focus; the ones below keep their look. */
static void
share_focus (Stage *state)
{
  guint n = state->dialogs->len;

  gtk_widget_set_can_focus (state->content, n == 0);
  for (guint i = 0; i < n; i++)
    gtk_widget_set_can_focus (g_ptr_array_index (state->dialogs, i), i == n - 1);
}

static gboolean
on_window_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, GtkWidget *stage)
{
  FzDialog *top = fz_stage_top_dialog (stage);

  if (top == NULL || keyval != GDK_KEY_Escape)
    return FALSE;
  fz_dialog_leave (top);
  return TRUE;
}

/* A dialog whose focused control was switched off holds no focus: then keys reach the window alone, and Escape must work still. */
static void
hear_window (GtkWidget *stage, Stage *state)
{
  GtkEventController *keys;

  if (state->hears_window)
    return;
  keys = gtk_event_controller_key_new ();
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_window_key), stage, 0);
  gtk_widget_add_controller (GTK_WIDGET (gtk_widget_get_root (stage)), keys);
  state->hears_window = TRUE;
}

void
fz_stage_push (GtkWidget *stage, FzDialog *dialog)
{
  Stage *state = state_of (stage);
  GWeakRef *below = g_new0 (GWeakRef, 1);

  hear_window (stage, state);
  g_weak_ref_init (below, gtk_root_get_focus (gtk_widget_get_root (stage)));
  g_ptr_array_add (state->focus, below);
  g_ptr_array_add (state->dialogs, g_object_ref_sink (dialog));
  gtk_overlay_add_overlay (GTK_OVERLAY (stage), GTK_WIDGET (dialog));
  share_focus (state);
}

void
fz_stage_remove (GtkWidget *stage, FzDialog *dialog)
{
  Stage *state = state_of (stage);
  g_autoptr (GtkWidget) focus = NULL;
  guint i;

  if (!g_ptr_array_find (state->dialogs, dialog, &i))
    return;
  focus = g_weak_ref_get (g_ptr_array_index (state->focus, i));
  gtk_overlay_remove_overlay (GTK_OVERLAY (stage), GTK_WIDGET (dialog));
  g_ptr_array_remove_index (state->dialogs, i); /* perhaps its last reference */
  g_ptr_array_remove_index (state->focus, i);
  share_focus (state);
  if (focus != NULL && gtk_widget_get_root (focus) == gtk_widget_get_root (stage))
    gtk_widget_grab_focus (focus);
}

void
fz_stage_cancel_all (GtkWidget *stage)
{
  FzDialog *top;

  while ((top = fz_stage_top_dialog (stage)) != NULL) {
    g_autoptr (FzDialog) kept = g_object_ref (top);

    fz_dialog_cancel (kept);
    if (fz_stage_top_dialog (stage) == kept)
      fz_dialog_close (kept);
  }
}
