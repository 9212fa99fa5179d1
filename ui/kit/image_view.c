#include "ui/kit/image_view.h"

#include "ui/kit/access.h"
#include "ui/kit/button.h"
#include "ui/kit/image_place.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MOST_SIDE 32767
#define STEP 1.25
#define MOVE_PIXELS 48

struct _FzImageView {
  GtkWidget parent_instance;
  GtkWidget *area, *tools, *message, *message_icon, *message_text, *percent;
  GdkTexture *texture;
  FzImagePlace place;
  double drag_x, drag_y;
  double pointer_x, pointer_y;
  guint showing; /* the percentage is written after the layout, which it would ask for again */
  gboolean fits; /* stays fitted while the view changes its size */
};

G_DEFINE_FINAL_TYPE (FzImageView, fz_image_view, GTK_TYPE_WIDGET)

static gboolean
write_percent (gpointer data)
{
  FzImageView *self = data;
  g_autofree char *text = g_strdup_printf ("%d%%", (int) lround (self->place.zoom * 100));

  self->showing = 0;
  gtk_label_set_text (GTK_LABEL (self->percent), text);
  return G_SOURCE_REMOVE;
}

static void
show_zoom (FzImageView *self)
{
  if (self->showing == 0)
    self->showing = g_idle_add (write_percent, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
zoom_at (FzImageView *self, double zoom, double at_x, double at_y)
{
  if (self->texture == NULL)
    return;
  fz_image_place_zoom (&self->place, zoom, at_x, at_y);
  self->fits = FALSE;
  show_zoom (self);
}

void
fz_image_view_fit (FzImageView *self)
{
  if (self->texture == NULL)
    return;
  self->fits = TRUE;
  fz_image_place_fit (&self->place);
  show_zoom (self);
}

void
fz_image_view_set_zoom (FzImageView *self, double zoom)
{
  zoom_at (self, zoom, 0, 0);
}

double
fz_image_view_get_zoom (FzImageView *self)
{
  return self->place.zoom;
}

void
fz_image_view_rotate (FzImageView *self, int quarters)
{
  if (self->texture == NULL)
    return;
  fz_image_place_turn (&self->place, quarters);
  if (self->fits)
    fz_image_view_fit (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

int
fz_image_view_get_rotation (FzImageView *self)
{
  return self->place.quarters;
}

gboolean
fz_image_view_set_pixels (FzImageView *self, GBytes *rgba, int width, int height, gsize stride, const char *name)
{
  if (width < 1 || height < 1 || width > MOST_SIDE || height > MOST_SIDE || stride < (gsize) width * 4
      || g_bytes_get_size (rgba) < stride * (gsize) (height - 1) + (gsize) width * 4)
    return FALSE;
  g_clear_object (&self->texture);
  self->texture = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8, rgba, stride);
  self->place = (FzImagePlace){ .picture_width = width, .picture_height = height, .zoom = 1,
                                  .view_width = gtk_widget_get_width (GTK_WIDGET (self)),
                                  .view_height = gtk_widget_get_height (GTK_WIDGET (self)) };
  gtk_widget_set_visible (self->message, FALSE);
  gtk_widget_set_visible (self->tools, TRUE);
  fz_access_label (GTK_WIDGET (self), name);
  fz_image_view_fit (self);
  return TRUE;
}

void
fz_image_view_set_message (FzImageView *self, const char *icon, const char *text)
{
  g_clear_object (&self->texture);
  fz_icon_set (GTK_IMAGE (self->message_icon), icon);
  gtk_label_set_text (GTK_LABEL (self->message_text), text);
  gtk_widget_set_visible (self->message, TRUE);
  gtk_widget_set_visible (self->tools, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
move (FzImageView *self, double dx, double dy)
{
  fz_image_place_move (&self->place, dx, dy);
  self->fits = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
on_move_key (FzImageView *self, guint keyval)
{
  switch (keyval) {
  case GDK_KEY_Left:
    move (self, MOVE_PIXELS, 0);
    return TRUE;
  case GDK_KEY_Right:
    move (self, -MOVE_PIXELS, 0);
    return TRUE;
  case GDK_KEY_Up:
    move (self, 0, MOVE_PIXELS);
    return TRUE;
  case GDK_KEY_Down:
    move (self, 0, -MOVE_PIXELS);
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzImageView *self)
{
  if (self->texture == NULL || (mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  switch (keyval) {
  case GDK_KEY_plus:
  case GDK_KEY_equal:
  case GDK_KEY_KP_Add:
    fz_image_view_set_zoom (self, self->place.zoom * STEP);
    return TRUE;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract:
    fz_image_view_set_zoom (self, self->place.zoom / STEP);
    return TRUE;
  case GDK_KEY_0:
    fz_image_view_fit (self);
    return TRUE;
  case GDK_KEY_1:
    fz_image_view_set_zoom (self, 1);
    return TRUE;
  case GDK_KEY_r:
    fz_image_view_rotate (self, 1);
    return TRUE;
  case GDK_KEY_R:
    fz_image_view_rotate (self, -1);
    return TRUE;
  default:
    return on_move_key (self, keyval);
  }
}

static gboolean
on_scroll (GtkEventControllerScroll *scroll, double dx, double dy, FzImageView *self)
{
  GdkModifierType mods = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));

  if (self->texture == NULL)
    return FALSE;
  if ((mods & GDK_CONTROL_MASK) != 0)
    zoom_at (self, self->place.zoom * pow (STEP, -dy), self->pointer_x, self->pointer_y);
  else if (!self->fits)
    move (self, -dx * MOVE_PIXELS, -dy * MOVE_PIXELS);
  else
    return FALSE; /* the page around it scrolls */
  return TRUE;
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, FzImageView *self)
{
  self->pointer_x = x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  self->pointer_y = y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
}

static void
on_drag_begin (GtkGestureDrag *drag, double x, double y, FzImageView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = self->place.x;
  self->drag_y = self->place.y;
}

static void
on_drag (GtkGestureDrag *drag, double dx, double dy, FzImageView *self)
{
  if (self->texture == NULL || (dx == 0 && dy == 0))
    return;
  self->place.x = self->drag_x;
  self->place.y = self->drag_y;
  move (self, dx, dy);
}

static void
on_zoom_in (FzImageView *self)
{
  fz_image_view_set_zoom (self, self->place.zoom * STEP);
}

static void
on_zoom_out (FzImageView *self)
{
  fz_image_view_set_zoom (self, self->place.zoom / STEP);
}

static void
on_turn (FzImageView *self)
{
  fz_image_view_rotate (self, 1);
}

static void
fz_image_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FzImageView *self = FZ_IMAGE_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (self->texture != NULL) {
    float w = (float) (gdk_texture_get_width (self->texture) * self->place.zoom);
    float h = (float) (gdk_texture_get_height (self->texture) * self->place.zoom);

    gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (width / 2.0 + self->place.x), (float) (height / 2.0 + self->place.y)));
    gtk_snapshot_rotate (snapshot, 90.0f * (float) self->place.quarters);
    gtk_snapshot_append_texture (snapshot, self->texture, &GRAPHENE_RECT_INIT (-w / 2, -h / 2, w, h));
    gtk_snapshot_restore (snapshot);
    gtk_snapshot_pop (snapshot);
  }
  GTK_WIDGET_CLASS (fz_image_view_parent_class)->snapshot (widget, snapshot);
}

static void
fz_image_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FzImageView *self = FZ_IMAGE_VIEW (widget);

  gtk_widget_size_allocate (self->area, &(GtkAllocation){ 0, 0, width, height }, -1);
  self->place.view_width = width;
  self->place.view_height = height;
  if (self->texture != NULL && self->fits)
    fz_image_view_fit (self);
}

static void
fz_image_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  gtk_widget_measure (FZ_IMAGE_VIEW (widget)->area, orientation, for_size, minimum, natural, NULL, NULL);
  *minimum = MAX (*minimum, 120);
  *natural = MAX (*natural, orientation == GTK_ORIENTATION_HORIZONTAL ? 280 : 220);
}

static void
fz_image_view_dispose (GObject *object)
{
  FzImageView *self = FZ_IMAGE_VIEW (object);

  g_clear_handle_id (&self->showing, g_source_remove);
  g_clear_pointer (&self->area, gtk_widget_unparent);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (fz_image_view_parent_class)->dispose (object);
}

static void
fz_image_view_class_init (FzImageViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_image_view_dispose;
  widget_class->snapshot = fz_image_view_snapshot;
  widget_class->measure = fz_image_view_measure;
  widget_class->size_allocate = fz_image_view_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_tool (FzImageView *self, const char *icon, const char *name, void (*pressed) (FzImageView *))
{
  GtkWidget *button = fz_icon_button_new (icon, name);

  g_signal_connect_swapped (button, "clicked", G_CALLBACK (pressed), self);
  gtk_box_append (GTK_BOX (self->tools), button);
}

static void
build_tools (FzImageView *self)
{
  self->tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  self->percent = gtk_label_new (NULL);
  gtk_label_set_width_chars (GTK_LABEL (self->percent), 5);
  gtk_widget_add_css_class (self->percent, "fz-caption");
  gtk_widget_add_css_class (self->tools, "fz-image-tools");
  gtk_widget_set_halign (self->tools, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->tools, GTK_ALIGN_END);
  gtk_widget_set_visible (self->tools, FALSE);
  add_tool (self, "zoom-out", _ ("缩小"), on_zoom_out);
  gtk_box_append (GTK_BOX (self->tools), self->percent);
  add_tool (self, "zoom-in", _ ("放大"), on_zoom_in);
  add_tool (self, "zoom-fit", _ ("适合窗口"), fz_image_view_fit);
  add_tool (self, "rotate", _ ("向右旋转"), on_turn);
}

static void
build_message (FzImageView *self)
{
  self->message = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->message_icon = fz_icon_new ("image", 28);
  self->message_text = fz_access_live_label_new (_ ("未选择图片"), FALSE);
  gtk_label_set_justify (GTK_LABEL (self->message_text), GTK_JUSTIFY_CENTER);
  gtk_label_set_xalign (GTK_LABEL (self->message_text), 0.5f);
  gtk_widget_add_css_class (self->message, "fz-caption");
  gtk_widget_set_halign (self->message, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->message, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->message), self->message_icon);
  gtk_box_append (GTK_BOX (self->message), self->message_text);
}

static void
add_controllers (FzImageView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag), self);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
}

static void
fz_image_view_init (FzImageView *self)
{
  GtkWidget *empty = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->place.zoom = 1;
  self->fits = TRUE;
  self->area = gtk_overlay_new ();
  build_tools (self);
  build_message (self);
  gtk_overlay_set_child (GTK_OVERLAY (self->area), empty);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->area), self->message);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->area), self->tools);
  gtk_widget_set_parent (self->area, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-image");
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-image-view");
  fz_access_label (GTK_WIDGET (self), _ ("图片"));
  add_controllers (self);
}

GtkWidget *
fz_image_view_new (void)
{
  return g_object_new (FZ_TYPE_IMAGE_VIEW, NULL);
}
