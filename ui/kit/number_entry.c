#include "ui/kit/number_entry.h"

#include "ui/kit/access.h"
#include "ui/kit/button.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_DECIMALS 6
#define MOST_DIGITS 15 /* with the decimals: fits gint64 many times over */

struct _FzNumberEntry {
  GtkWidget parent_instance;
  GtkWidget *text, *unit, *less, *more;
  guint decimals;
  gboolean has_least, has_most, quiet, edited;
  gint64 least, most, step; /* in units of 10^-decimals */
};

G_DEFINE_FINAL_TYPE (FzNumberEntry, fz_number_entry, GTK_TYPE_WIDGET)

static guint changed_signal, activate_signal;

/* Half-width digits, point and minus of what was typed; spaces go. */
static char *
half_width (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (g_unichar_isspace (c))
      continue;
    if (c == 0x3002) /* 。 */
      c = '.';
    else if (c >= 0xff01 && c <= 0xff5e)
      c -= 0xfee0;
    g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

/* The number in units of 10^-decimals; FALSE when it is none. */
static gboolean
parse (const char *text, guint decimals, gint64 *out)
{
  g_autofree char *plain = half_width (text);
  const char *at = plain;
  gboolean negative = *at == '-';
  guint whole = 0, after = 0;
  gboolean point = FALSE;
  gint64 value = 0;

  for (at += negative; *at != '\0'; at++) {
    if (*at == '.' && !point) {
      point = TRUE;
      continue;
    }
    if (!g_ascii_isdigit (*at) || whole + after >= MOST_DIGITS || (point && after >= decimals))
      return FALSE;
    value = value * 10 + (*at - '0');
    if (point)
      after++;
    else
      whole++;
  }
  if (whole == 0 || (point && after == 0))
    return FALSE;
  for (; after < decimals; after++)
    value *= 10;
  *out = negative ? -value : value;
  return TRUE;
}

static char *
format (gint64 value, guint decimals)
{
  gint64 scale = 1;
  GString *out = g_string_new (value < 0 ? "-" : NULL);
  guint64 size = (guint64) (value < 0 ? -value : value);

  for (guint i = 0; i < decimals; i++)
    scale *= 10;
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, size / (guint64) scale);
  if (size % (guint64) scale != 0) {
    g_string_append_printf (out, ".%0*" G_GUINT64_FORMAT, (int) decimals, size % (guint64) scale);
    while (out->str[out->len - 1] == '0')
      g_string_truncate (out, out->len - 1);
  }
  return g_string_free (out, FALSE);
}

static gboolean
in_range (FzNumberEntry *self, gint64 value)
{
  return !(self->has_least && value < self->least) && !(self->has_most && value > self->most);
}

const char *
fz_number_entry_get_text (FzNumberEntry *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->text));
}

char *
fz_number_entry_get (FzNumberEntry *self)
{
  const char *text = fz_number_entry_get_text (self);
  gint64 value;

  if (*text == '\0')
    return g_strdup ("");
  if (!parse (text, self->decimals, &value) || !in_range (self, value))
    return NULL;
  return format (value, self->decimals);
}

static void
show_ends (FzNumberEntry *self)
{
  gint64 value;
  gboolean known = parse (fz_number_entry_get_text (self), self->decimals, &value);

  if (self->step == 0)
    return;
  gtk_widget_set_sensitive (self->less, known && !(self->has_least && value - self->step < self->least));
  gtk_widget_set_sensitive (self->more, !known || !(self->has_most && value + self->step > self->most));
}

static void
on_text (GtkEditable *editable, FzNumberEntry *self)
{
  show_ends (self);
  if (!self->quiet)
    g_signal_emit (self, changed_signal, 0);
}

static void
on_activate (GtkText *text, FzNumberEntry *self)
{
  g_signal_emit (self, activate_signal, 0);
}

static void
step_by (FzNumberEntry *self, gint64 by)
{
  g_autofree char *text = NULL;
  gint64 value;

  if (!parse (fz_number_entry_get_text (self), self->decimals, &value))
    value = self->has_least ? self->least : 0;
  else if (in_range (self, value + by))
    value += by;
  else
    return;
  text = format (value, self->decimals);
  fz_number_entry_set (self, text); /* GTK would tell of the emptied text as well */
  gtk_editable_set_position (GTK_EDITABLE (self->text), -1);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_less (GtkButton *button, FzNumberEntry *self)
{
  step_by (self, -self->step);
}

static void
on_more (GtkButton *button, FzNumberEntry *self)
{
  step_by (self, self->step);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzNumberEntry *self)
{
  if (self->step == 0 || (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down))
    return FALSE;
  step_by (self, keyval == GDK_KEY_Up ? self->step : -self->step);
  return TRUE;
}

void
fz_number_entry_set (FzNumberEntry *self, const char *text)
{
  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->text), text != NULL ? text : "");
  self->quiet = FALSE;
}

void
fz_number_entry_set_unit (FzNumberEntry *self, const char *unit)
{
  gtk_label_set_text (GTK_LABEL (self->unit), unit != NULL ? unit : "");
  gtk_widget_set_visible (self->unit, unit != NULL);
}

void
fz_number_entry_set_width_chars (FzNumberEntry *self, int chars)
{
  gtk_editable_set_width_chars (GTK_EDITABLE (self->text), chars);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->text), chars);
}

void
fz_number_entry_set_edited (FzNumberEntry *self, gboolean edited)
{
  self->edited = edited;
  if (edited)
    gtk_widget_add_css_class (GTK_WIDGET (self), "edited");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "edited");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), edited ? _ ("已手工修改，不再是计算值") : NULL);
}

gboolean
fz_number_entry_get_edited (FzNumberEntry *self)
{
  return self->edited;
}

static void
fz_number_entry_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (fz_number_entry_parent_class)->dispose (object);
}

static gboolean
fz_number_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_NUMBER_ENTRY (widget)->text);
}

static void
fz_number_entry_class_init (FzNumberEntryClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_number_entry_dispose;
  widget_class->grab_focus = fz_number_entry_grab_focus;
  widget_class->focus = fz_access_walk;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  changed_signal = g_signal_new ("changed", FZ_TYPE_NUMBER_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  activate_signal = g_signal_new ("activate", FZ_TYPE_NUMBER_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
step_button (FzNumberEntry *self, const char *icon, const char *name, GCallback pressed)
{
  GtkWidget *button = fz_icon_button_new (icon, name);

  gtk_widget_set_focusable (button, FALSE); /* Up and Down do the same from the text */
  gtk_widget_set_visible (button, FALSE);
  g_signal_connect (button, "clicked", pressed, self);
  gtk_widget_insert_before (button, GTK_WIDGET (self), NULL);
  return button;
}

static void
fz_number_entry_init (FzNumberEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->text = g_object_new (GTK_TYPE_TEXT, "accessible-role", GTK_ACCESSIBLE_ROLE_SPIN_BUTTON, "hexpand", TRUE, "input-purpose",
                             GTK_INPUT_PURPOSE_NUMBER, NULL);
  self->unit = gtk_label_new (NULL);
  gtk_editable_set_alignment (GTK_EDITABLE (self->text), 0);
  gtk_widget_add_css_class (self->unit, "fz-unit");
  gtk_widget_set_visible (self->unit, FALSE);
  gtk_widget_insert_before (self->text, GTK_WIDGET (self), NULL);
  gtk_widget_insert_before (self->unit, GTK_WIDGET (self), NULL);
  self->less = step_button (self, "minus", _ ("减少"), G_CALLBACK (on_less));
  self->more = step_button (self, "plus", _ ("增加"), G_CALLBACK (on_more));
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-field");
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-number");
  fz_access_set_inner (GTK_WIDGET (self), self->text);
  fz_number_entry_set_width_chars (self, 4);
  g_signal_connect (self->text, "changed", G_CALLBACK (on_text), self);
  g_signal_connect (self->text, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
fz_number_entry_new (guint decimals, const char *least, const char *most, const char *step)
{
  FzNumberEntry *self;

  g_return_val_if_fail (decimals <= MOST_DECIMALS, NULL);
  self = g_object_new (FZ_TYPE_NUMBER_ENTRY, NULL);
  self->decimals = decimals;
  self->has_least = least != NULL && parse (least, decimals, &self->least);
  self->has_most = most != NULL && parse (most, decimals, &self->most);
  if (step == NULL || !parse (step, decimals, &self->step))
    self->step = 0;
  gtk_widget_set_visible (self->less, self->step != 0);
  gtk_widget_set_visible (self->more, self->step != 0);
  fz_access_label (GTK_WIDGET (self), _ ("数值"));
  show_ends (self);
  return GTK_WIDGET (self);
}
