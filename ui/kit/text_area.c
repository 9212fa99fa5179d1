#include "ui/kit/text_area.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define LINE_PIXELS 20
#define EDGE_PIXELS 18

struct _FzTextArea {
  GtkWidget parent_instance;
  GtkWidget *box, *view, *placeholder, *count, *saved_icon, *saved_word, *foot;
  guint most;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (FzTextArea, fz_text_area, GTK_TYPE_WIDGET)

static guint changed_signal;

static GtkTextBuffer *
buffer_of (FzTextArea *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
}

guint
fz_text_area_get_cursor (FzTextArea *self)
{
  GtkTextIter at;

  gtk_text_buffer_get_iter_at_mark (buffer_of (self), &at, gtk_text_buffer_get_insert (buffer_of (self)));
  return (guint) gtk_text_iter_get_offset (&at);
}

void
fz_text_area_set_cursor (FzTextArea *self, guint at)
{
  GtkTextIter there;

  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &there, (int) at);
  gtk_text_buffer_place_cursor (buffer_of (self), &there);
}

guint
fz_text_area_get_length (FzTextArea *self)
{
  return (guint) gtk_text_buffer_get_char_count (buffer_of (self));
}

gboolean
fz_text_area_is_too_long (FzTextArea *self)
{
  return self->most > 0 && fz_text_area_get_length (self) > self->most;
}

static void
show_length (FzTextArea *self)
{
  guint length = fz_text_area_get_length (self);
  g_autofree char *text = self->most > 0 ? g_strdup_printf ("%u / %u", length, self->most) : g_strdup_printf ("%u", length);
  g_autofree char *over = NULL;

  if (fz_text_area_is_too_long (self))
    over = g_strdup_printf (_ ("超出 %u 字"), length - self->most);
  gtk_label_set_text (GTK_LABEL (self->count), over != NULL ? over : text);
  if (over != NULL)
    gtk_widget_add_css_class (self->count, "fz-over");
  else
    gtk_widget_remove_css_class (self->count, "fz-over");
  gtk_widget_set_visible (self->placeholder, length == 0);
}

static void
on_changed (GtkTextBuffer *buffer, FzTextArea *self)
{
  show_length (self);
  if (!self->quiet)
    g_signal_emit (self, changed_signal, 0);
}

/* What an input method is composing is no text yet, but the placeholder must make way for it. */
static void
on_preedit (GtkTextView *view, const char *preedit, FzTextArea *self)
{
  gtk_widget_set_visible (self->placeholder, *preedit == '\0' && fz_text_area_get_length (self) == 0);
}

char *
fz_text_area_get_text (FzTextArea *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  return gtk_text_buffer_get_text (buffer_of (self), &start, &end, FALSE);
}

void
fz_text_area_set_text (FzTextArea *self, const char *text)
{
  self->quiet = TRUE;
  gtk_text_buffer_set_text (buffer_of (self), text != NULL ? text : "", -1);
  self->quiet = FALSE;
}

void
fz_text_area_set_saved (FzTextArea *self, FzSaved saved)
{
  static const struct {
    const char *icon, *word, *class;
  } kinds[] = {
    [FZ_SAVED_NOTHING] = { "check", "", NULL },
    [FZ_SAVED_PENDING] = { "edit", N_ ("正在保存…"), NULL },
    [FZ_SAVED_DONE] = { "check", N_ ("已保存"), "ok" },
    [FZ_SAVED_FAILED] = { "warning", N_ ("未能保存"), "stop" },
  };

  fz_icon_set (GTK_IMAGE (self->saved_icon), kinds[saved].icon);
  gtk_label_set_text (GTK_LABEL (self->saved_word), saved == FZ_SAVED_NOTHING ? "" : _ (kinds[saved].word));
  gtk_widget_set_visible (self->saved_icon, saved != FZ_SAVED_NOTHING);
  gtk_widget_remove_css_class (self->saved_word, "ok");
  gtk_widget_remove_css_class (self->saved_word, "stop");
  gtk_widget_remove_css_class (self->saved_icon, "ok");
  gtk_widget_remove_css_class (self->saved_icon, "stop");
  if (kinds[saved].class == NULL)
    return;
  gtk_widget_add_css_class (self->saved_word, kinds[saved].class);
  gtk_widget_add_css_class (self->saved_icon, kinds[saved].class);
}

void
fz_text_area_set_editable (FzTextArea *self, gboolean editable)
{
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), editable);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self->view), editable);
  gtk_widget_set_visible (self->foot, editable);
}

static void
fz_text_area_dispose (GObject *object)
{
  g_clear_pointer (&FZ_TEXT_AREA (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_text_area_parent_class)->dispose (object);
}

static gboolean
fz_text_area_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_TEXT_AREA (widget)->view);
}

static void
fz_text_area_class_init (FzTextAreaClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_text_area_dispose;
  widget_class->grab_focus = fz_text_area_grab_focus;
  widget_class->focus = fz_access_walk;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  changed_signal = g_signal_new ("changed", FZ_TYPE_TEXT_AREA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
foot_new (FzTextArea *self)
{
  self->foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  self->count = gtk_label_new (NULL);
  self->saved_icon = gtk_image_new ();
  self->saved_word = fz_access_live_label_new (NULL, FALSE);
  gtk_widget_set_hexpand (self->saved_word, TRUE);
  gtk_widget_add_css_class (self->foot, "fz-area-foot");
  gtk_box_append (GTK_BOX (self->foot), self->saved_icon);
  gtk_box_append (GTK_BOX (self->foot), self->saved_word);
  gtk_box_append (GTK_BOX (self->foot), self->count);
  return self->foot;
}

static void
fz_text_area_init (FzTextArea *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->view = gtk_text_view_new ();
  self->placeholder = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "xalign", 0.0, "yalign", 0.0,
                                    "wrap", TRUE, "can-target", FALSE, NULL);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_pixels_inside_wrap (GTK_TEXT_VIEW (self->view), 2);
  gtk_widget_set_valign (self->placeholder, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->placeholder, "fz-placeholder");
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->placeholder);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), overlay);
  gtk_box_append (GTK_BOX (self->box), foot_new (self));
  g_object_set_data (G_OBJECT (self->box), "fz-overlay", overlay);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-field");
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-area");
  fz_access_set_inner (GTK_WIDGET (self), self->view);
  g_signal_connect (buffer_of (self), "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->view, "preedit-changed", G_CALLBACK (on_preedit), self);
}

GtkWidget *
fz_text_area_new (const char *placeholder, int lines, guint most)
{
  FzTextArea *self = g_object_new (FZ_TYPE_TEXT_AREA, NULL);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *overlay = g_object_get_data (G_OBJECT (self->box), "fz-overlay");
  int least = (int) ((MAX (lines, 1) * LINE_PIXELS + EDGE_PIXELS) * fz_theme_get_text_scale ());

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroll), least);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), least * 3);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->view);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), scroll);
  gtk_label_set_text (GTK_LABEL (self->placeholder), placeholder != NULL ? placeholder : "");
  self->most = most;
  fz_access_label (GTK_WIDGET (self), placeholder != NULL ? placeholder : _ ("文本"));
  fz_text_area_set_saved (self, FZ_SAVED_NOTHING);
  show_length (self);
  return GTK_WIDGET (self);
}
