#include "ui/header.h"

#include "ui/kit/access.h"
#include "ui/kit/avatar.h"
#include "ui/kit/button.h"
#include "ui/kit/pill.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define SEARCH_WIDTH 380

struct _FzHeader {
  GtkWidget parent_instance;
  GtkWidget *handle, *product, *rulebook, *search, *theme, *bell, *bell_box, *bell_count;
  GtkWidget *person, *avatar, *name, *title, *menu, *menu_box;
};

G_DEFINE_FINAL_TYPE (FzHeader, fz_header, GTK_TYPE_WIDGET)

static guint notifications_signal, person_signal, help_signal;

static GtkWidget *
line_label (const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, class);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

/* What a narrow header shortens can be read whole. */
static void
show_line (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_tooltip_text (label, text);
}

static GtkWidget *
product_new (FzHeader *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *mark = gtk_image_new_from_icon_name ("cn.fuzhen.Fuzhen");

  gtk_image_set_pixel_size (GTK_IMAGE (mark), 36);
  self->product = line_label ("fz-product");
  self->rulebook = line_label ("fz-caption");
  gtk_box_append (GTK_BOX (words), self->product);
  gtk_box_append (GTK_BOX (words), self->rulebook);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), words);
  return box;
}

/* Pressed again and again the button goes round all three, so that whoever needs the contrast finds it before signing in. */
typedef struct {
  FzTheme theme;
  const char *icon, *name;
} ThemeStep;

static const ThemeStep *
next_theme (void)
{
  static const ThemeStep steps[] = { [FZ_THEME_LIGHT] = { FZ_THEME_DARK, "moon", N_ ("换成深色") },
                                     [FZ_THEME_DARK] = { FZ_THEME_CONTRAST, "contrast", N_ ("换成高对比度") },
                                     [FZ_THEME_CONTRAST] = { FZ_THEME_LIGHT, "sun", N_ ("换成浅色") } };
  FzTheme shown = fz_theme_get_shown ();

  return &steps[shown != FZ_THEME_SYSTEM ? shown : FZ_THEME_LIGHT];
}

static void
show_theme (FzHeader *self)
{
  const ThemeStep *step = next_theme ();
  const char *name = _ (step->name);

  fz_icon_set (GTK_IMAGE (gtk_button_get_child (GTK_BUTTON (self->theme))), step->icon);
  gtk_widget_set_tooltip_text (self->theme, name);
  fz_access_label (self->theme, name);
}

static void
on_theme (GtkButton *button, FzHeader *self)
{
  fz_theme_apply (next_theme ()->theme);
}

static void
on_bell (GtkButton *button, FzHeader *self)
{
  g_signal_emit (self, notifications_signal, 0);
}

static void
on_help (GtkButton *button, FzHeader *self)
{
  g_signal_emit (self, help_signal, 0);
}

static GtkWidget *
bell_new (FzHeader *self)
{
  self->bell_box = gtk_overlay_new ();
  self->bell = fz_icon_button_new ("bell", _ ("通知"));
  self->bell_count = fz_count_new (0, NULL);
  gtk_widget_remove_css_class (self->bell_count, "fz-count");
  gtk_widget_add_css_class (self->bell_count, "fz-badge");
  gtk_widget_set_halign (self->bell_count, GTK_ALIGN_END);
  gtk_widget_set_valign (self->bell_count, GTK_ALIGN_START);
  gtk_widget_set_can_target (self->bell_count, FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (self->bell_box), self->bell);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->bell_box), self->bell_count);
  gtk_widget_set_valign (self->bell_box, GTK_ALIGN_CENTER);
  g_signal_connect (self->bell, "clicked", G_CALLBACK (on_bell), self);
  return self->bell_box;
}

static void
on_person (GtkButton *button, FzHeader *self)
{
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static GtkWidget *
person_new (FzHeader *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->avatar = fz_avatar_new ("", 34);
  self->name = line_label ("fz-strong");
  self->title = line_label ("fz-caption");
  gtk_box_append (GTK_BOX (words), self->name);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->avatar);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), fz_icon_new ("chevron-down", 14));
  self->person = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->person), box);
  gtk_widget_add_css_class (self->person, "fz-person");
  gtk_widget_set_valign (self->person, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->person, FALSE);
  g_signal_connect (self->person, "clicked", G_CALLBACK (on_person), self);
  return self->person;
}

static void
build_menu (FzHeader *self)
{
  self->menu = gtk_popover_new ();
  self->menu_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_size_request (self->menu_box, 190, -1);
  gtk_widget_add_css_class (self->menu_box, "fz-menu");
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->menu), GTK_POS_BOTTOM);
  gtk_popover_set_offset (GTK_POPOVER (self->menu), 0, 4);
  gtk_popover_set_child (GTK_POPOVER (self->menu), self->menu_box);
  gtk_widget_set_parent (self->menu, self->person);
  fz_access_label (self->menu, _ ("人员菜单"));
}

static GtkWidget *
window_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = fz_icon_button_new (icon, name);

  gtk_widget_add_css_class (button, "fz-window");
  gtk_widget_set_focusable (button, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
end_new (FzHeader *self)
{
  GtkWidget *end = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *help = fz_icon_button_new ("help", _ ("这一页怎么用（F1）"));

  self->theme = fz_icon_button_new ("moon", _ ("换成深色"));
  g_signal_connect (self->theme, "clicked", G_CALLBACK (on_theme), self);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-application-prefer-dark-theme", G_CALLBACK (show_theme), self,
                           G_CONNECT_SWAPPED);
  show_theme (self);
  g_signal_connect (help, "clicked", G_CALLBACK (on_help), self);
  gtk_box_append (GTK_BOX (end), help);
  gtk_box_append (GTK_BOX (end), self->theme);
  gtk_box_append (GTK_BOX (end), bell_new (self));
  gtk_box_append (GTK_BOX (end), person_new (self));
  gtk_box_append (GTK_BOX (end), window_button ("window-minimize", _ ("最小化"), "window.minimize"));
  gtk_box_append (GTK_BOX (end), window_button ("window-maximize", _ ("最大化或还原"), "window.toggle-maximized"));
  gtk_box_append (GTK_BOX (end), window_button ("close", _ ("关闭窗口"), "window.close"));
  return end;
}

static void
fz_header_dispose (GObject *object)
{
  FzHeader *self = FZ_HEADER (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->handle, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_header_parent_class)->dispose (object);
}

static void
fz_header_class_init (FzHeaderClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_header_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  notifications_signal = g_signal_new ("notifications", FZ_TYPE_HEADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  help_signal = g_signal_new ("help", FZ_TYPE_HEADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  person_signal = g_signal_new ("person-action", FZ_TYPE_HEADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
}

static void
fz_header_init (FzHeader *self)
{
  GtkWidget *line = gtk_center_box_new ();

  self->handle = gtk_window_handle_new ();
  self->search = fz_search_field_new (_ ("全局搜索"), _ ("搜索患者、页面、操作…   Ctrl+K"), NULL, NULL);
  gtk_widget_set_size_request (self->search, SEARCH_WIDTH, -1);
  gtk_widget_set_valign (self->search, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (self->search, 16);
  gtk_widget_set_margin_end (self->search, 16);
  gtk_center_box_set_start_widget (GTK_CENTER_BOX (line), product_new (self));
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (line), self->search);
  gtk_center_box_set_end_widget (GTK_CENTER_BOX (line), end_new (self));
  gtk_window_handle_set_child (GTK_WINDOW_HANDLE (self->handle), line);
  gtk_widget_set_parent (self->handle, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-header");
  build_menu (self);
  fz_header_set_person (self, NULL, NULL);
}

GtkWidget *
fz_header_new (void)
{
  return g_object_new (FZ_TYPE_HEADER, NULL);
}

void
fz_header_set_product (FzHeader *self, const char *title, const char *subtitle)
{
  show_line (self->product, title);
  show_line (self->rulebook, subtitle);
  gtk_widget_set_visible (self->rulebook, subtitle != NULL);
}

void
fz_header_set_person (FzHeader *self, const char *name, const char *title)
{
  g_autofree char *spoken = g_strdup_printf ("%s %s", name != NULL ? name : "", title != NULL ? title : "");

  show_line (self->name, name);
  show_line (self->title, title);
  fz_avatar_set_name (self->avatar, name);
  fz_access_label (self->person, spoken);
  gtk_widget_set_visible (self->person, name != NULL);
  gtk_widget_set_visible (self->search, name != NULL);
  gtk_widget_set_visible (self->bell_box, name != NULL);
}

static void
on_action (GtkButton *button, FzHeader *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->menu));
  g_signal_emit (self, person_signal, 0, g_object_get_data (G_OBJECT (button), "fz-id"));
}

gboolean
fz_header_open_person (FzHeader *self)
{
  if (!gtk_widget_get_visible (self->person))
    return FALSE;
  gtk_popover_popup (GTK_POPOVER (self->menu));
  return TRUE;
}

void
fz_header_add_person_action (FzHeader *self, const char *id, const char *icon, const char *label)
{
  GtkWidget *button = fz_button_new (FZ_BUTTON_FLAT, icon, label);

  gtk_widget_set_halign (gtk_button_get_child (GTK_BUTTON (button)), GTK_ALIGN_START);
  g_object_set_data_full (G_OBJECT (button), "fz-id", g_strdup (id), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_action), self);
  gtk_box_append (GTK_BOX (self->menu_box), button);
}

void
fz_header_clear_person_actions (FzHeader *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->menu_box)) != NULL)
    gtk_box_remove (GTK_BOX (self->menu_box), child);
}

FzSearchField *
fz_header_get_search (FzHeader *self)
{
  return FZ_SEARCH_FIELD (self->search);
}

void
fz_header_set_notifications (FzHeader *self, guint count)
{
  g_autofree char *spoken = count > 0 ? g_strdup_printf (_ ("通知，%u 条未读"), count) : g_strdup (_ ("通知"));

  fz_count_set (self->bell_count, count);
  fz_access_label (self->bell, spoken);
  gtk_widget_set_tooltip_text (self->bell, spoken);
}
