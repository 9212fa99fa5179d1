#include "ui/shell.h"

#include "ui/arrival.h"
#include "ui/header.h"
#include "ui/kit/access.h"
#include "ui/kit/banner.h"
#include "ui/kit/pill.h"
#include "ui/kit/wrap.h"
#include "ui/kit/stage.h"
#include "ui/kit/toast.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define COVER "cover"
#define WORK "work"

struct _FzShell {
  GtkApplicationWindow parent_instance;
  GtkWidget *stage, *header, *strips, *outer, *rail, *pages, *cover;
  GtkWidget *status_text, *states;
  GHashTable *strip_by_key, *state_by_key;
  char *shown;
};

G_DEFINE_FINAL_TYPE (FzShell, fz_shell, GTK_TYPE_APPLICATION_WINDOW)

static guint place_signal, person_signal, notifications_signal, help_signal;

static void say_what_stops (FzShell *self, const char *id);

gboolean
fz_shell_show (FzShell *self, const char *id)
{
  g_autofree char *wanted = g_strdup (id);

  if (wanted == NULL || gtk_stack_get_child_by_name (GTK_STACK (self->pages), wanted) == NULL)
    return FALSE;
  gtk_stack_set_visible_child_name (GTK_STACK (self->pages), wanted);
  fz_rail_set_active (FZ_RAIL (self->rail), wanted);
  say_what_stops (self, wanted);
  if (g_strcmp0 (self->shown, wanted) == 0)
    return TRUE;
  g_free (self->shown);
  self->shown = g_strdup (wanted);
  g_signal_emit (self, place_signal, 0, wanted);
  return TRUE;
}

gboolean
fz_shell_go (FzShell *self, const char *id)
{
  GtkWidget *from = self->shown != NULL ? fz_shell_get_page (self, self->shown) : NULL, *to;

  if (from != NULL)
    fz_arrival_remember (from);
  if (!fz_shell_show (self, id))
    return FALSE;
  to = fz_shell_get_page (self, id);
  fz_arrival_focus (to, to != from);
  return TRUE;
}

static void
on_chosen (FzRail *rail, const char *id, FzShell *self)
{
  if (!fz_shell_go (self, id))
    fz_rail_set_active (rail, self->shown);
}

#define TEXT_STEP 0.25

static void
set_text_scale (FzShell *self, double scale)
{
  g_autofree char *words = NULL;

  fz_theme_set_text_scale (scale);
  words = g_strdup_printf (_ ("文字大小 %d%%"), (int) (fz_theme_get_text_scale () * 100));
  fz_toast_show (self->stage, FZ_STATUS_INFO, words);
}

void
fz_shell_enlarge_text (FzShell *self)
{
  set_text_scale (self, fz_theme_get_text_scale () + TEXT_STEP);
}

void
fz_shell_reduce_text (FzShell *self)
{
  set_text_scale (self, fz_theme_get_text_scale () - TEXT_STEP);
}

/* FALSE: the key is none of these. */
static gboolean
size_text (FzShell *self, guint keyval)
{
  switch (keyval) {
  case GDK_KEY_plus:
  case GDK_KEY_equal:
  case GDK_KEY_KP_Add:
    fz_shell_enlarge_text (self);
    return TRUE;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract:
    fz_shell_reduce_text (self);
    return TRUE;
  case GDK_KEY_0:
  case GDK_KEY_KP_0:
    set_text_scale (self, 1);
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzShell *self)
{
  GdkModifierType held = mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK);
  const char *place;

  if ((held & ~(guint) GDK_SHIFT_MASK) == GDK_CONTROL_MASK && size_text (self, keyval))
    return TRUE;
  if (fz_stage_top_dialog (self->stage) != NULL)
    return FALSE;
  if (held == 0 && keyval == GDK_KEY_F1) {
    g_signal_emit (self, help_signal, 0);
    return TRUE;
  }
  if (self->cover != NULL)
    return FALSE;
  if (held == 0 && keyval == GDK_KEY_F10)
    return fz_header_open_person (FZ_HEADER (self->header));
  if (held == GDK_CONTROL_MASK && (keyval == GDK_KEY_k || keyval == GDK_KEY_K))
    return gtk_widget_grab_focus (GTK_WIDGET (fz_shell_get_search (self)));
  if ((held & ~(guint) GDK_SHIFT_MASK) == GDK_CONTROL_MASK && keyval == GDK_KEY_question) {
    g_signal_emit (self, person_signal, 0, "keys");
    return TRUE;
  }
  if (held != GDK_ALT_MASK || keyval < GDK_KEY_1 || keyval > GDK_KEY_9)
    return FALSE;
  place = fz_rail_get_nth (FZ_RAIL (self->rail), keyval - GDK_KEY_1);
  return place != NULL && fz_shell_go (self, place);
}

static void
on_help (FzHeader *header, FzShell *self)
{
  g_signal_emit (self, help_signal, 0);
}

static void
on_person_action (FzHeader *header, const char *id, FzShell *self)
{
  g_signal_emit (self, person_signal, 0, id);
}

static void
on_notifications (FzHeader *header, FzShell *self)
{
  g_signal_emit (self, notifications_signal, 0);
}

/* How platform and store stand is in sight whatever the size of the text: what has no room goes on below. */
static GtkWidget *
status_line_new (FzShell *self)
{
  GtkWidget *line = fz_wrap_new (10, 4);

  self->status_text = gtk_label_new (NULL);
  self->states = fz_wrap_new (8, 4);
  gtk_label_set_xalign (GTK_LABEL (self->status_text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->status_text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->status_text, TRUE);
  gtk_widget_add_css_class (line, "fz-status-line");
  gtk_widget_set_halign (self->states, GTK_ALIGN_END);
  fz_wrap_add (line, self->status_text);
  fz_wrap_add (line, self->states);
  return line;
}

static GtkWidget *
work_new (FzShell *self)
{
  GtkWidget *work = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *sideways;

  self->rail = fz_rail_new ();
  self->pages = fz_access_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->pages), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->pages), FALSE);
  /* Text twice as large on a small screen: a page that has no room moves sideways instead of pushing the window off the screen. */
  sideways = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (sideways), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (sideways), self->pages);
  gtk_widget_add_css_class (sideways, "fz-pages");
  gtk_widget_set_vexpand (sideways, TRUE);
  gtk_widget_set_hexpand (sideways, TRUE);
  g_signal_connect (self->rail, "chosen", G_CALLBACK (on_chosen), self);
  gtk_box_append (GTK_BOX (right), sideways);
  gtk_box_append (GTK_BOX (right), status_line_new (self));
  gtk_box_append (GTK_BOX (work), self->rail);
  gtk_box_append (GTK_BOX (work), right);
  return work;
}

static GtkWidget *
content_new (FzShell *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->header = fz_header_new ();
  self->strips = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->outer = fz_access_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->outer), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->outer), FALSE);
  gtk_stack_add_named (GTK_STACK (self->outer), work_new (self), WORK);
  gtk_widget_set_vexpand (self->outer, TRUE);
  g_signal_connect (self->header, "person-action", G_CALLBACK (on_person_action), self);
  g_signal_connect (self->header, "help", G_CALLBACK (on_help), self);
  g_signal_connect (self->header, "notifications", G_CALLBACK (on_notifications), self);
  gtk_box_append (GTK_BOX (content), self->header);
  gtk_box_append (GTK_BOX (content), self->strips);
  gtk_box_append (GTK_BOX (content), self->outer);
  return content;
}

static void
fz_shell_finalize (GObject *object)
{
  FzShell *self = FZ_SHELL (object);

  g_hash_table_unref (self->strip_by_key);
  g_hash_table_unref (self->state_by_key);
  g_free (self->shown);
  G_OBJECT_CLASS (fz_shell_parent_class)->finalize (object);
}

static void
fz_shell_class_init (FzShellClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_shell_finalize;
  place_signal = g_signal_new ("place", FZ_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  person_signal = g_signal_new ("person-action", FZ_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
  help_signal = g_signal_new ("help", FZ_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  notifications_signal = g_signal_new ("notifications", FZ_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_shell_init (FzShell *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *no_titlebar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->strip_by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->state_by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  /* The header belongs to the content, so that a dialog's scrim covers it too. */
  gtk_widget_set_visible (no_titlebar, FALSE);
  gtk_window_set_titlebar (GTK_WINDOW (self), no_titlebar);
  self->stage = fz_stage_new (content_new (self));
  gtk_window_set_child (GTK_WINDOW (self), self->stage);
  gtk_window_set_default_size (GTK_WINDOW (self), 1440, 900);
  gtk_window_set_icon_name (GTK_WINDOW (self), "cn.fuzhen.Fuzhen");
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  fz_theme_adopt_window (GTK_WINDOW (self));
}

GtkWidget *
fz_shell_new (GtkApplication *application)
{
  return g_object_new (FZ_TYPE_SHELL, "application", application, NULL);
}

void
fz_shell_set_product (FzShell *self, const char *title, const char *subtitle)
{
  fz_header_set_product (FZ_HEADER (self->header), title, subtitle);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

void
fz_shell_set_person (FzShell *self, const char *name, const char *title)
{
  fz_header_set_person (FZ_HEADER (self->header), name, title);
}

void
fz_shell_add_person_action (FzShell *self, const char *id, const char *icon, const char *label)
{
  fz_header_add_person_action (FZ_HEADER (self->header), id, icon, label);
}

void
fz_shell_clear_person_actions (FzShell *self)
{
  fz_header_clear_person_actions (FZ_HEADER (self->header));
}

FzSearchField *
fz_shell_get_search (FzShell *self)
{
  return fz_header_get_search (FZ_HEADER (self->header));
}

void
fz_shell_set_notifications (FzShell *self, guint unread)
{
  fz_header_set_notifications (FZ_HEADER (self->header), unread);
}

void
fz_shell_set_places (FzShell *self, const FzPlace *places, gsize n)
{
  fz_rail_set_places (FZ_RAIL (self->rail), places, n);
  fz_rail_set_active (FZ_RAIL (self->rail), self->shown);
}

GtkWidget *
fz_shell_get_page (FzShell *self, const char *id)
{
  return gtk_stack_get_child_by_name (GTK_STACK (self->pages), id);
}

/* What stops the work everywhere (a store that can only be read) stands above the pages, whose buttons stay within reach and answer why: whoever
 * comes into a page with a screen reader hears it with the page's name. */
static void
say_what_stops (FzShell *self, const char *id)
{
  GtkWidget *page = id != NULL ? fz_shell_get_page (self, id) : NULL, *words = NULL;

  for (GtkWidget *strip = gtk_widget_get_first_child (self->strips); strip != NULL && words == NULL; strip = gtk_widget_get_next_sibling (strip))
    if (gtk_widget_has_css_class (strip, "stop"))
      words = fz_banner_get_label (strip);
  if (page == NULL)
    return;
  if (words != NULL && fz_rail_get_word (FZ_RAIL (self->rail), id) != NULL)
    fz_access_label (page, fz_rail_get_word (FZ_RAIL (self->rail), id));
  fz_access_described_by (page, words);
}

void
fz_shell_set_page (FzShell *self, const char *id, GtkWidget *page)
{
  GtkWidget *former = fz_shell_get_page (self, id);
  gboolean was_shown = former != NULL && gtk_stack_get_visible_child (GTK_STACK (self->pages)) == former;

  if (former != NULL)
    gtk_stack_remove (GTK_STACK (self->pages), former);
  gtk_stack_add_named (GTK_STACK (self->pages), page, id);
  if (was_shown) {
    gtk_stack_set_visible_child (GTK_STACK (self->pages), page);
    say_what_stops (self, id);
  }
}

void
fz_shell_clear_pages (FzShell *self)
{
  GtkWidget *page;

  fz_stage_cancel_all (self->stage);
  while ((page = gtk_widget_get_first_child (self->pages)) != NULL)
    gtk_stack_remove (GTK_STACK (self->pages), page);
  g_clear_pointer (&self->shown, g_free);
}

const char *
fz_shell_get_shown (FzShell *self)
{
  return self->shown;
}

void
fz_shell_set_badge (FzShell *self, const char *id, guint count)
{
  fz_rail_set_badge (FZ_RAIL (self->rail), id, count);
}

void
fz_shell_set_cover (FzShell *self, GtkWidget *cover)
{
  fz_stage_cancel_all (self->stage);
  gtk_stack_set_visible_child_name (GTK_STACK (self->outer), WORK);
  if (self->cover != NULL)
    gtk_stack_remove (GTK_STACK (self->outer), self->cover);
  self->cover = cover;
  if (cover == NULL)
    return;
  fz_toast_clear (self->stage);
  gtk_stack_add_named (GTK_STACK (self->outer), cover, COVER);
  gtk_stack_set_visible_child_name (GTK_STACK (self->outer), COVER);
  gtk_widget_child_focus (cover, GTK_DIR_TAB_FORWARD);
}

GtkWidget *
fz_shell_get_cover (FzShell *self)
{
  return self->cover;
}

void
fz_shell_set_strip (FzShell *self, const char *key, FzStatus status, const char *text)
{
  GtkWidget *strip = g_hash_table_lookup (self->strip_by_key, key);

  if (text == NULL) {
    if (strip != NULL)
      gtk_box_remove (GTK_BOX (self->strips), strip);
    g_hash_table_remove (self->strip_by_key, key);
    say_what_stops (self, self->shown);
    return;
  }
  if (strip == NULL) {
    strip = fz_banner_new (status, NULL, text);
    gtk_box_append (GTK_BOX (self->strips), strip);
    g_hash_table_insert (self->strip_by_key, g_strdup (key), strip);
  }
  fz_banner_set (strip, status, NULL, text);
  say_what_stops (self, self->shown);
}

void
fz_shell_set_state (FzShell *self, const char *key, FzStatus status, const char *word)
{
  GtkWidget *pill = g_hash_table_lookup (self->state_by_key, key);

  if (word == NULL) {
    if (pill != NULL)
      gtk_widget_unparent (pill);
    g_hash_table_remove (self->state_by_key, key);
    return;
  }
  if (pill == NULL) {
    pill = fz_pill_new (status, word);
    fz_wrap_add (self->states, pill);
    g_hash_table_insert (self->state_by_key, g_strdup (key), pill);
  }
  fz_pill_set (pill, status, word);
}

void
fz_shell_set_status_text (FzShell *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->status_text), text);
}
