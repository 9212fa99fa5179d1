/* Every page of the table of pages as each role sees it, in one language, light, dark and in high contrast, at the smallest full size or a larger one: nothing
 * cut off, nothing out of reach, nothing too pale (tests/window/inspect.h). With text twice as large a page may be moved sideways. The window, the
 * desk and the store are the program's own. */
#include "app/data.h"
#include "db/journal.h"
#include "tests/desk/world.h"
#include "tests/window/inspect.h"
#include "tests/window/long_list.h"
#include "tests/window/looks.h"
#include "tests/window/popovers.h"
#include "tests/window/printed.h"
#include "tests/window/pseudo.h"
#include "tests/window/repeat.h"
#include "tests/window/rows.h"
#include "tests/window/unanswered.h"
#include "tests/window/undone.h"
#include "tests/window/walk.h"
#include "ui/dialog_guide.h"
#include "ui/entry_words.h"
#include "ui/guide_text.h"
#include "ui/kit/kit.h"
#include "ui/long_work.h"
#include "ui/page.h"
#include "ui/places.h"
#include "ui/shell.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <string.h>

#define PICTURED_SEED "20260302" /* people, numbers and hashes of another draw would be another picture */

typedef struct {
  World *world;
  GtkWidget *window;
  const char *number; /* who sits here */
  char *taken; /* the visit the doctor is in the middle of */
  GHashTable *opened; /* the dialogs already looked at, by place and button */
  guint faults;
} Tour;

static int width = 1280, height = 800; /* of the window; FUZHEN_PAGES_SIZE */
static Looks *looks; /* NULL: pictures are not held against accepted ones */

static void
wait_until (gboolean (*holds) (Tour *self), Tour *self, const char *what)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!holds (self)) {
    g_main_context_iteration (NULL, TRUE);
    if (g_get_monotonic_time () > until_us)
      g_error ("%s did not come", what);
  }
}

/* --- looking --- */

static void
keep_picture (GdkTexture *picture, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.png", g_getenv ("FUZHEN_WINDOW_PICTURES"), name);

  looks_save (picture, path);
}

static char *
judge (Tour *self, const char *name, GdkTexture *picture)
{
  g_autoptr (GdkTexture) marked = NULL;
  g_autofree char *differs = g_strconcat (name, "-differs", NULL);
  char *words = looks_judge (looks, name, self->window, picture, &marked);

  if (marked != NULL)
    keep_picture (marked, differs);
  return words;
}

static gboolean
is_pseudo (void)
{
  return g_strcmp0 (g_getenv ("LANGUAGE"), PSEUDO_LANGUAGE) == 0;
}

/* One picture and what is wrong in it, or what is wrong with the words. */
static void
look_once (Tour *self, const char *name, const char *theme)
{
  g_autofree char *other = NULL, *full = g_strdup_printf ("%s-%s%s%s", name, g_getenv ("FUZHEN_PAGES_NAME"), theme != NULL ? "-" : "", theme != NULL ? theme : "");
  g_autoptr (GdkTexture) picture = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (is_pseudo ()) {
    found = g_ptr_array_new_with_free_func (g_free);
    inspect_settle (self->window);
    pseudo_inspect (self->window, found);
  } else {
    found = inspect_window (self->window, width, height, &picture);
    keep_picture (picture, full);
    /* high contrast has the same shapes, and its colours are measured */
    if (looks != NULL && g_strcmp0 (theme, "contrast") != 0 && (other = judge (self, full, picture)) != NULL)
      g_ptr_array_add (found, g_steal_pointer (&other));
  }
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s: %s", full, (char *) found->pdata[i]);
  self->faults += found->len;
  if (found->len > 0)
    g_test_fail_printf ("%s: %u faults", full, found->len);
}

/* Light alone where the colours were measured at another size; high contrast, whose shapes are those of light, in one language. */
static guint
count_themes (void)
{
  if (looks == NULL)
    return 1;
  return g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "zh") == 0 ? 3 : 2;
}

static void
look (Tour *self, const char *name)
{
  static const struct {
    FzTheme theme;
    const char *word;
  } themes[] = { { FZ_THEME_LIGHT, "light" }, { FZ_THEME_DARK, "dark" }, { FZ_THEME_CONTRAST, "contrast" } };

  for (gsize i = 0; i < count_themes (); i++) {
    fz_theme_apply (themes[i].theme);
    look_once (self, name, themes[i].word);
  }
  fz_theme_apply (FZ_THEME_LIGHT);
}

/* --- signing in --- */

/* The mapped button below `widget` that says this, or a label that has these words. */
static GtkWidget *
find_words (GtkWidget *widget, GType type, const char *words)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), words) != NULL)
    return type == GTK_TYPE_LABEL ? widget : gtk_widget_get_ancestor (widget, type);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_words (child, type, words);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* The first mapped button below `widget` of that class, and with that position among the demonstration's people. */
static GtkWidget *
find_button (GtkWidget *widget, const char *class, guint index)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_has_css_class (widget, class) &&
      (index == G_MAXUINT || GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "fz-index")) == index))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_button (child, class, index);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* The cards of the people come a frame after the form. */
static void
press (Tour *self, const char *class, guint index)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  GtkWidget *button;

  while ((button = find_button (fz_shell_get_cover (FZ_SHELL (self->window)), class, index)) == NULL) {
    g_main_context_iteration (NULL, TRUE);
    if (g_get_monotonic_time () > until_us)
      g_error ("there is no button %s", class);
  }
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
is_in (Tour *self)
{
  return fz_shell_get_cover (FZ_SHELL (self->window)) == NULL;
}

/* The line below says how things stand a moment after the page is there. */
static gboolean
is_told (Tour *self)
{
  return find_words (self->window, GTK_TYPE_LABEL, _ ("数据已保存")) != NULL || find_words (self->window, GTK_TYPE_LABEL, _ ("数据库只读")) != NULL;
}

static guint
position_of (Tour *self, const char *number)
{
  const FzFields *front = fz_desk_get_front (self->world->desk);

  for (guint i = 0; i < fz_fields_count (front, "people"); i++)
    if (g_strcmp0 (fz_fields_get_at (front, "people", i, "number"), number) == 0)
      return i;
  g_assert_not_reached ();
}

static void
sign_in (Tour *self, const char *number)
{
  press (self, "fz-person-card", position_of (self, number));
  press (self, "fz-primary", G_MAXUINT);
  wait_until (is_in, self, "the person's pages");
  wait_until (is_told, self, "the states of the line below");
}

/* --- what there is to see --- */

/* One of each: waiting, in the middle of it with everything typed, to review, returned, effective, ended. */
static void
fill (Tour *self)
{
  World *world = self->world;
  g_autofree char *first = world_prescribe (world, 0, "V-2026-0001"), *second = world_prescribe (world, 1, "V-2026-0002");
  g_autofree char *third = world_prescribe (world, 2, "V-2026-0003");

  world_review (world, "P2001", first, "approved");
  world_review (world, "P2001", second, "returned");
  g_assert_nonnull (third);
  world_sign_in (world, "D1001");
  self->taken = g_strdup ("V-2026-0004");
  world_arrive (world, 0, self->taken);
  world_take (world, self->taken);
  world_type (world, 0, self->taken);
  world_arrive (world, 1, "V-2026-0005");
  world_arrive (world, 2, "V-2026-0006");
  world_pass (world, 7 * MINUTE);
  fz_session_sign_out (world->session);
  g_clear_pointer (&world->session, fz_session_unref);
}

/* It opens in this language, and has as many parts as in the other. */
static void
see_guide (GtkWidget *page)
{
  g_autoptr (GBytes) zh = fz_data_load ("help/zh/rules.md", NULL), en = fz_data_load ("help/en/rules.md", NULL);
  g_autofree char *zh_text = g_strndup (g_bytes_get_data (zh, NULL), g_bytes_get_size (zh));
  g_autofree char *en_text = g_strndup (g_bytes_get_data (en, NULL), g_bytes_get_size (en));
  g_autoptr (GPtrArray) chinese = fz_guide_split (zh_text), english = fz_guide_split (en_text);

  g_assert_cmpuint (chinese->len, ==, english->len);
  g_assert_cmpuint (chinese->len, >, 5);
  fz_dialog_close (fz_dialog_guide (page, "rules", NULL));
  fz_dialog_close (fz_dialog_guide (page, "pages", _ ("规则")));
}

static GtkWidget *
find_mapped (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_mapped (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* The longest lists of the rules, with one row in full. */
static void
see_rules (Tour *self)
{
  static const char *const views[] = { "clauses", "differences" };
  GtkWidget *page = GTK_WIDGET (fz_shell_get_page (FZ_SHELL (self->window), "rules")), *segments = find_mapped (page, FZ_TYPE_SEGMENTS);

  for (gsize i = 0; i < G_N_ELEMENTS (views); i++) {
    g_autofree char *name = g_strdup_printf ("A3001-rules-%s", views[i]);

    fz_segments_set_active (FZ_SEGMENTS (segments), views[i]);
    g_signal_emit_by_name (segments, "changed", views[i]);
    fz_table_select (FZ_TABLE (find_mapped (page, FZ_TYPE_TABLE)), 27);
    look (self, name);
  }
}

/* --- what a page opens --- */

static const char *
said_by (GtkWidget *widget)
{
  const char *name = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;

  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && name == NULL; at = gtk_widget_get_next_sibling (at))
    name = said_by (at);
  return name;
}

/* The next button that says it opens something (“…”) and was not pressed yet at this place. */
static GtkWidget *
find_opener (Tour *self, GtkWidget *widget, const char *place, char **out_key)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) && gtk_widget_is_sensitive (widget)) {
    const char *name = said_by (widget);

    if (name == NULL || strstr (name, "…") == NULL || g_str_equal (name, _ ("问题报告…"))) /* what that shows is of this machine */
      return NULL;
    *out_key = g_strdup_printf ("%s-%s", place, name);
    if (g_hash_table_add (self->opened, g_strdup (*out_key)))
      return widget;
    g_clear_pointer (out_key, g_free);
    return NULL;
  }
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL; at = gtk_widget_get_next_sibling (at))
    found = find_opener (self, at, place, out_key);
  return found;
}

/* A file chooser is a window of its own. */
static void
close_others (Tour *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i - 1);

    if (GTK_WIDGET (window) != self->window)
      gtk_window_destroy (window);
  }
}

/* What a dialog says of an answer is one in every language and size. */
static gboolean
answers_dialogs (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "en") == 0;
}

static void
leave_unanswered (Tour *self, const char *place, const char *button)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  unanswered_inspect (self->window, place, button, found);
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s", (char *) found->pdata[i]);
  if (found->len > 0)
    g_test_fail_printf ("%s-%s: %u faults when it is answered or left", place, button, found->len);
}

/* The lists of choices below `within`, opened. */
static void
see_popovers (Tour *self, GtkWidget *within, const char *name)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  if (is_pseudo ())
    return;
  popovers_inspect (self->window, within, name, found);
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s: %s", name, (char *) found->pdata[i]);
  if (found->len > 0)
    g_test_fail_printf ("%s: %u faults of its popovers", name, found->len);
}

static void
see_dialogs (Tour *self, const char *place)
{
  GtkWidget *page = fz_shell_get_page (FZ_SHELL (self->window), place), *stage = fz_stage_of (page), *opener;
  char *key = NULL;

  while ((opener = find_opener (self, page, place, &key)) != NULL) {
    g_signal_emit_by_name (opener, "clicked");
    inspect_settle (self->window);
    if (fz_stage_top_dialog (stage) != NULL) {
      look_once (self, key, NULL);
      see_popovers (self, GTK_WIDGET (fz_stage_top_dialog (stage)), key);
    }
    if (fz_stage_top_dialog (stage) != NULL && answers_dialogs ())
      leave_unanswered (self, place, key + strlen (place) + 1);
    fz_stage_cancel_all (stage);
    close_others (self);
    g_clear_pointer (&key, g_free);
    page = fz_shell_get_page (FZ_SHELL (self->window), place);
  }
}

/* --- the search of everything --- */

/* The row of that title under what was typed, taken. */
static void
find_and_take (Tour *self, const char *typed, const char *title)
{
  FzSearchField *field = fz_shell_get_search (FZ_SHELL (self->window));
  g_autofree char *name = NULL;
  GtkWidget *row;

  gtk_editable_set_text (GTK_EDITABLE (find_mapped (GTK_WIDGET (field), GTK_TYPE_ENTRY)), typed);
  inspect_settle (self->window);
  row = find_words (GTK_WIDGET (field), GTK_TYPE_LABEL, title);
  if (row == NULL)
    g_error ("%s does not find %s", typed, title);
  name = g_strdup_printf ("%s-search-%s", self->number, typed);
  look_once (self, name, NULL);
  for (GtkWidget *at = row; at != NULL && at != GTK_WIDGET (field); at = gtk_widget_get_parent (at))
    if (gtk_widget_get_parent (at) != NULL && GTK_IS_LIST_VIEW (gtk_widget_get_parent (at))) {
      guint nth = 0;

      for (GtkWidget *before = gtk_widget_get_prev_sibling (at); before != NULL; before = gtk_widget_get_prev_sibling (before))
        nth++;
      g_signal_emit_by_name (gtk_widget_get_parent (at), "activate", nth);
      break;
    }
  inspect_settle (self->window);
}

/* The arrow keys go through the visits in progress and stay in the list; Enter goes on in the one that is shown. */
static void
see_list (Tour *self)
{
  GtkWidget *page = fz_shell_get_page (FZ_SHELL (self->window), "visit"), *list;
  GtkListBoxRow *row;

  fz_shell_show (FZ_SHELL (self->window), "visit");
  inspect_settle (self->window);
  list = find_mapped (page, GTK_TYPE_LIST_BOX);
  g_assert_nonnull (list);
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0);
  gtk_list_box_unselect_all (GTK_LIST_BOX (list));
  gtk_widget_grab_focus (GTK_WIDGET (row));
  gtk_list_box_select_row (GTK_LIST_BOX (list), row);
  inspect_settle (self->window);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (self->window)) == GTK_WIDGET (row));
  g_signal_emit_by_name (row, "activate");
  inspect_settle (self->window);
  g_assert_false (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (self->window)), list));
}

/* What is data has both names. */
static const char *
named (const char *chinese, const char *english)
{
  return g_str_equal (_ ("中文"), "中文") ? chinese : english;
}

/* Enter takes what bears the name, before what only has it in its own, and before the offer to look for it elsewhere. */
static void
enter_first (Tour *self, const char *typed, const char *page)
{
  FzShell *shell = FZ_SHELL (self->window);
  GtkWidget *entry = find_mapped (GTK_WIDGET (fz_shell_get_search (shell)), GTK_TYPE_ENTRY);

  gtk_editable_set_text (GTK_EDITABLE (entry), typed);
  inspect_settle (self->window);
  g_signal_emit_by_name (entry, "activate");
  inspect_settle (self->window);
  g_assert_cmpstr (fz_shell_get_shown (shell), ==, page);
}

/* Chinese words are the keys of the messages in any language: the sources' word finds the page as the shown one does. */
static void
see_search (Tour *self, FzRole role)
{
  FzShell *shell = FZ_SHELL (self->window);
  GtkWidget *stage = fz_stage_of (fz_shell_get_page (shell, "rules"));
  g_autofree char *keys = NULL;

  find_and_take (self, "规则", _ ("规则"));
  g_assert_cmpstr (fz_shell_get_shown (shell), ==, "rules");
  find_and_take (self, "快捷键", _ ("键盘快捷键"));
  g_assert_nonnull (fz_stage_top_dialog (stage));
  keys = g_strconcat (self->number, "-keys", NULL);
  look_once (self, keys, NULL);
  fz_stage_cancel_all (stage);
  if (role == FZ_ROLE_PHARMACIST || role == FZ_ROLE_AFFAIRS) {
    guint64 from = world_audit_size (self->world);

    find_and_take (self, "氨氯地平", "苯磺酸氨氯地平片");
    g_assert_cmpstr (fz_shell_get_shown (shell), ==, "catalogue");
    g_assert_cmpuint (world_audit_count (self->world, from, "search", "denied"), ==, 0); /* nobody is asked for what they may not */
  }
  if (role == FZ_ROLE_AFFAIRS) {
    find_and_take (self, "召回", named ("药品召回", "Recalls of medicines"));
    g_assert_cmpstr (fz_shell_get_shown (shell), ==, "registers");
    find_and_take (self, named ("满意度", "satisf"), named ("患者满意度", "Satisfaction"));
    g_assert_cmpstr (fz_shell_get_shown (shell), ==, "report");
    if (!is_pseudo ()) { /* two registers have it in theirs */
      fz_shell_show (shell, "rules");
      enter_first (self, _ ("报表"), "report");
    }
  }
  if (role == FZ_ROLE_PHARMACIST) {
    find_and_take (self, "CF", "CF");
    g_assert_true (g_str_equal (fz_shell_get_shown (shell), "review") || g_str_equal (fz_shell_get_shown (shell), "dispense"));
  }
  if (role == FZ_ROLE_DOCTOR) {
    fz_shell_show (shell, "visit");
    enter_first (self, "规则", "rules");
    find_and_take (self, self->taken, "高血压复诊，续开药物");
    g_assert_cmpstr (fz_shell_get_shown (shell), ==, "visit");
    find_and_take (self, "阿司匹林", "阿司匹林肠溶片");
    g_assert_nonnull (find_words (fz_shell_get_page (shell, "visit"), GTK_TYPE_LABEL, "2. 阿司匹林肠溶片"));
    see_list (self);
  }
}

static const struct {
  const char *number;
  FzRole role;
} people[] = { { "D1001", FZ_ROLE_DOCTOR },   { "P2001", FZ_ROLE_PHARMACIST }, { "A3001", FZ_ROLE_AFFAIRS },
               { "S4001", FZ_ROLE_SECURITY }, { "S4002", FZ_ROLE_SYSTEM },     { "S4003", FZ_ROLE_AUDIT } };

/* The way of the keys is one in every language. */
static void
walk (Tour *self, const char *name, const char *place)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  if (looks == NULL || g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "zh") != 0)
    return;
  walk_inspect (self->window, fz_shell_get_page (FZ_SHELL (self->window), place), found);
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s: %s", name, (char *) found->pdata[i]);
  if (found->len > 0)
    g_test_fail_printf ("%s: %u faults of the way by Tab", name, found->len);
}

/* English is the longer; in a larger window they have more room. */
static gboolean
has_dialogs (void)
{
  return (g_getenv ("FUZHEN_PAGES_SIZE") == NULL && g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "zh") != 0) || g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
}

/* The person's menu, and a word of each kind at the bottom of the window. */
static void
see_menu (Tour *self)
{
  GtkWidget *person = find_button (self->window, "fz-person", G_MAXUINT), *menu;

  g_assert_nonnull (person);
  g_signal_emit_by_name (person, "clicked");
  look (self, "menu");
  menu = find_mapped (self->window, GTK_TYPE_POPOVER);
  g_assert_nonnull (menu);
  gtk_popover_popdown (GTK_POPOVER (menu));
}

static void
see_toasts (Tour *self)
{
  GtkWidget *page = fz_shell_get_page (FZ_SHELL (self->window), "visit");

  fz_toast_show (page, FZ_STATUS_STOP, _ ("医院前端未连上，等待重试"));
  look (self, "toast");
  fz_toast_clear (page);
}

/* Platform, the hospital's front and the store at once, in letters twice as large. */
static void
see_foot (Tour *self)
{
  FzShell *shell = FZ_SHELL (self->window);

  fz_shell_set_state (shell, "front", FZ_STATUS_WARN, _ ("医院前端未连上，等待重试"));
  look_once (self, "foot", NULL);
  fz_shell_set_state (shell, "front", FZ_STATUS_NEUTRAL, NULL);
}

static gboolean
is_in_rows (GtkWidget *focus, GtkWidget *page)
{
  GtkWidget *box = gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_BOX), *view = gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_VIEW);

  return (box != NULL && gtk_widget_is_ancestor (box, page)) || (view != NULL && gtk_widget_is_ancestor (view, page));
}

/* A row of a list that one moves in by arrows, in sight. */
static gboolean
has_rows (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget) || GTK_IS_POPOVER (widget))
    return FALSE;
  if (GTK_IS_LIST_VIEW (widget) || (GTK_IS_LIST_BOX (widget) && !gtk_widget_has_css_class (widget, "fz-talk")))
    return gtk_widget_get_first_child (widget) != NULL && gtk_widget_get_mapped (gtk_widget_get_first_child (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_rows (child))
      return TRUE;
  return FALSE;
}

static gboolean
is_read (Tour *self)
{
  return fz_calls_running () == 0;
}

/* As the keyboard does; there are nine of these keys. */
static void
press_alt (GtkWidget *window, guint nth)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);
  gboolean heard = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !heard; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
      g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_1 + nth, 0, GDK_ALT_MASK, &heard);
  }
  g_assert_true (heard);
}

static GtkWidget *
find_rail_button (GtkWidget *widget, const char *id)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (g_object_get_data (G_OBJECT (widget), "fz-id"), id) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_rail_button (child, id);
  return found;
}

/* Who goes to a place by a key works there at once: the focus is in it, and in its list where that has rows. */
static void
see_arrivals (Tour *self, const GPtrArray *places)
{
  guint lists = 0;

  for (guint round = 0; round < 2; round++) /* by Alt and a digit, and by the rail's buttons */
    for (guint i = 0; i < places->len; i++) {
      const char *id = ((const FzPlaceOf *) places->pdata[i])->id;
      GtkWidget *page = fz_shell_get_page (FZ_SHELL (self->window), id), *focus;

      gtk_widget_grab_focus (GTK_WIDGET (fz_shell_get_search (FZ_SHELL (self->window)))); /* from anywhere else */
      if (round == 0 && i < 9)
        press_alt (self->window, i);
      else
        g_signal_emit_by_name (find_rail_button (find_mapped (self->window, FZ_TYPE_RAIL), id), "clicked");
      g_assert_cmpstr (fz_shell_get_shown (FZ_SHELL (self->window)), ==, id);
      wait_until (is_read, self, "what the page shows");
      inspect_settle (self->window);
      focus = gtk_window_get_focus (GTK_WINDOW (self->window));
      if (focus == NULL || !gtk_widget_is_ancestor (focus, page))
        g_test_fail_printf ("%s-%s: the focus is %s, outside the page", self->number, id, focus != NULL ? G_OBJECT_TYPE_NAME (focus) : "nowhere");
      else if (has_rows (page) && !is_in_rows (focus, page))
        g_test_fail_printf ("%s-%s: the focus is in no list but %s", self->number, id, G_OBJECT_TYPE_NAME (focus));
      lists += has_rows (page);
    }
  g_test_message ("%s: %u places, the list in %u", self->number, 2 * places->len, lists);
}

static void
see_places (Tour *self, const char *number, FzRole role)
{
  g_autoptr (GPtrArray) places = fz_places_of (role);

  self->number = number;
  sign_in (self, number);
  g_assert_cmpuint (places->len, >, 0);
  if (role == FZ_ROLE_DOCTOR && fz_theme_get_text_scale () > 1)
    see_foot (self);
  if (role == FZ_ROLE_DOCTOR && !is_pseudo ()) {
    see_menu (self);
    see_toasts (self);
  }
  for (guint i = 0; i < places->len; i++) {
    const FzPlaceOf *place = places->pdata[i];
    g_autofree char *name = g_strdup_printf ("%s-%s", number, place->id);

    g_assert_true (fz_shell_show (FZ_SHELL (self->window), place->id));
    look (self, name);
    walk (self, name, place->id);
    if (g_str_equal (place->id, "visit")) {
      fz_page_open (fz_shell_get_page (FZ_SHELL (self->window), "visit"), self->taken);
      look (self, "D1001-visit-open");
      walk (self, "D1001-visit-open", "visit");
    }
    if (has_dialogs ())
      see_dialogs (self, place->id);
    see_popovers (self, fz_shell_get_page (FZ_SHELL (self->window), place->id), name);
    if (g_str_equal (place->id, "rules") && role == FZ_ROLE_AFFAIRS) {
      see_rules (self);
      see_guide (fz_shell_get_page (FZ_SHELL (self->window), "rules"));
    }
  }
  if (is_pseudo () || g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "en") == 0)
    see_search (self, role);
  if (g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "zh") == 0)
    see_arrivals (self, places);
  g_signal_emit_by_name (self->window, "person-action", "lock");
  if (role == FZ_ROLE_DOCTOR)
    look (self, "lock");
  g_signal_emit_by_name (self->window, "person-action", "leave");
}

/* As fz_desk_open() does in a demonstration. */
static void
show_people (World *world)
{
  FzFields *front = fz_fields_dup (world->desk->front, NULL);
  g_autofree char *since = fz_date_format (fz_rulebook_get_since (world->desk->knowledge->rulebook));

  fz_demo_people_describe (front, world->data);
  fz_fields_set (front, "rulebook.name", fz_rulebook_get_title (world->desk->knowledge->rulebook));
  fz_fields_set (front, "rulebook.since", since);
  fz_fields_unref (world->desk->front);
  world->desk->front = fz_fields_freeze (front);
}

/* A lock counts the time the window is open, whoever sits there. */
static void
lock_somebody (World *world)
{
  g_assert_true (fz_attempts_book_set (world->desk->attempts, "D1002", TRUE, (FzAttempts){ 5, 0, FZ_ATTEMPTS_LOCK_S }, NULL));
}

static void
see_lock_shorter (World *world)
{
  FzAttempts left = fz_attempts_book_get (world->desk->attempts, "D1002", TRUE);

  g_assert_cmpuint (left.wrong_passwords, ==, 5);
  g_assert_cmpuint (left.lock_left_s, <, FZ_ATTEMPTS_LOCK_S);
  g_assert_cmpuint (left.lock_left_s, >, 0);
}

/* --- that a look is seen to be another --- */

static void
expect_other (Tour *self, const char *name, const char *what)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GdkTexture) picture = NULL;
  g_autofree char *words = NULL;

  found = inspect_window (self->window, width, height, &picture);
  words = looks_judge (looks, name, self->window, picture, NULL);
  if ((words != NULL) != (what != NULL))
    g_error ("%s: %s", what != NULL ? what : "as it was", words != NULL ? words : "nobody sees it");
}

/* The sign-in page's button a little aside, of another colour, with another word. */
static void
see_others (Tour *self)
{
  g_autofree char *name = g_strdup_printf ("sign-in-%s-light", g_getenv ("FUZHEN_PAGES_NAME"));
  GtkWidget *button = find_button (fz_shell_get_cover (FZ_SHELL (self->window)), "fz-primary", G_MAXUINT), *label = find_mapped (button, GTK_TYPE_LABEL);
  g_autofree char *word = g_strdup (gtk_label_get_text (GTK_LABEL (label)));
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  expect_other (self, name, NULL);
  gtk_widget_set_margin_start (button, 8);
  expect_other (self, name, "the button begins 8 pixels later");
  gtk_widget_set_margin_start (button, 0);
  gtk_css_provider_load_from_data (provider, "button.fz-primary { background: #0b7a4b; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_USER);
  expect_other (self, name, "the button has another colour");
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider));
  gtk_label_set_text (GTK_LABEL (label), "");
  expect_other (self, name, "the button says nothing");
  gtk_label_set_text (GTK_LABEL (label), word);
  expect_other (self, name, NULL);
}

/* Last: every picture that was accepted was drawn again. */
static void
miss_none (void)
{
  g_autofree char *gone = looks_close (looks);

  g_assert_cmpstr (gone, ==, NULL);
}

static void
tour (World *world)
{
  g_autofree char *unopened = NULL;
  Tour self = { .world = world, .opened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

  fill (&self);
  show_people (world);
  lock_somebody (world);
  if (g_getenv ("FUZHEN_PAGES_SCALE") != NULL)
    fz_theme_set_text_scale (g_ascii_strtod (g_getenv ("FUZHEN_PAGES_SCALE"), NULL));
  self.window = GTK_WIDGET (fz_window_new (NULL, world->desk));
  gtk_window_set_default_size (GTK_WINDOW (self.window), width, height);
  gtk_window_present (GTK_WINDOW (self.window));
  look (&self, "sign-in");
  if (looks != NULL && !looks_is_accepting (looks))
    see_others (&self);
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    see_places (&self, people[i].number, people[i].role);
  gtk_window_destroy (GTK_WINDOW (self.window));
  see_lock_shorter (world);
  if (answers_dialogs () && (unopened = unanswered_close ()) != NULL)
    g_test_fail_printf ("not opened: %s", unopened);
  g_test_message ("%u faults", self.faults);
  g_hash_table_unref (self.opened);
  g_free (self.taken);
}

/* --- nothing there, nothing to be read, nothing to be written --- */

/* Said where it is read also when the program is run by hand. */
static void G_GNUC_PRINTF (1, 2)
tell (const char *format, ...)
{
  va_list args;
  g_autofree char *said = NULL;

  va_start (args, format);
  said = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s", said);
  g_test_fail ();
}

/* What a state page says: its lines of text. */
static guint
lines_of (GtkWidget *state)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (state); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += GTK_IS_LABEL (child) && *gtk_label_get_text (GTK_LABEL (child)) != '\0';
  return n;
}

/* Mapped states below: how many, how many of them errors; one that says only what is so, and not what to do, is told. */
static void
count_states (GtkWidget *widget, const char *name, guint *out_all, guint *out_errors)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (gtk_widget_has_css_class (widget, "fz-state") && !GTK_IS_SPINNER (gtk_widget_get_first_child (widget))) {
    *out_all += 1;
    *out_errors += gtk_widget_has_css_class (widget, "stop");
    if (lines_of (widget) < 2 && !GTK_IS_LIST_BOX (gtk_widget_get_parent (widget)))
      tell ("%s: “%s” does not say what to do", name, said_by (widget));
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    count_states (child, name, out_all, out_errors);
}

static void
see_bare (GtkWidget *widget, const char *name)
{
  if (inspect_find_bare (widget) != NULL)
    tell ("%s: an empty list says nothing", name);
}

typedef void (*SeePlace) (Tour *self, GtkWidget *page, const char *name);

static void
each_place (Tour *self, FzSession *session, const char *how, SeePlace see)
{
  g_autoptr (GPtrArray) places = fz_places_of (fz_session_get_role (session));
  const char *number = fz_fields_get (fz_session_get_person (session), "number");

  for (guint i = 0; i < places->len; i++) {
    const FzPlaceOf *place = places->pdata[i];
    g_autofree char *name = g_strdup_printf ("%s-%s-%s", how, number, place->id);

    fz_shell_set_page (FZ_SHELL (self->window), place->id, place->new_page (session)); /* a page that has read nothing yet */
    g_assert_true (fz_shell_show (FZ_SHELL (self->window), place->id));
    see (self, fz_shell_get_page (FZ_SHELL (self->window), place->id), name);
  }
}

/* The same page of another office looks the same: measured once, its words are read each time. */
static void
look_at_new (Tour *self, const char *how, GtkWidget *page, const char *name)
{
  if (g_hash_table_add (self->opened, g_strconcat (how, G_OBJECT_TYPE_NAME (page), NULL)))
    look_once (self, name, NULL);
  else
    inspect_settle (self->window);
}

static void
see_empty (Tour *self, GtkWidget *page, const char *name)
{
  guint all = 0, errors = 0;

  look_at_new (self, "empty", page, name);
  count_states (page, name, &all, &errors);
  see_bare (page, name);
  if (errors > 0)
    tell ("%s: %u errors where there is only nothing", name, errors);
}

/* Every reading is refused: the page says so in the place of what it showed, with what to do. */
static void
see_failing (Tour *self, GtkWidget *page, const char *name)
{
  guint all = 0, errors = 0;

  look_at_new (self, "failing", page, name);
  count_states (page, name, &all, &errors);
  see_bare (page, name);
  if (errors == 0)
    tell ("%s: nothing says that it could not be read", name);
}

/* All can be read, and the window says over every page that nothing can be written. */
static void
see_read_only (Tour *self, GtkWidget *page, const char *name)
{
  guint all = 0, errors = 0;

  inspect_settle (self->window);
  count_states (page, name, &all, &errors);
  if (errors > 0)
    tell ("%s: %u errors in a store that can be read", name, errors);
  if (fz_access_get_label (page) == NULL || !gtk_test_accessible_has_relation (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY))
    tell ("%s: a screen reader does not hear in the page why nothing can be written", name);
  g_assert_nonnull (find_words (self->window, GTK_TYPE_LABEL, "库外记录不符"));
}

static void
states (World *world)
{
  Tour self = { .world = world, .opened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

  looks = NULL; /* these are measured and read, and not kept */
  show_people (world);
  self.window = GTK_WIDGET (fz_window_new (NULL, world->desk));
  gtk_window_set_default_size (GTK_WINDOW (self.window), width, height);
  gtk_window_present (GTK_WINDOW (self.window));
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++) {
    g_autoptr (FzSession) session = NULL;
    g_autoptr (FzSecret) password = fz_demo_password (people[i].number);

    sign_in (&self, people[i].number);
    session = fz_session_ref (world->desk->current);
    each_place (&self, session, "empty", see_empty);
    fz_session_lock (session);
    each_place (&self, session, "failing", see_failing);
    g_assert_true (fz_session_unlock (session, password, NULL));
    g_signal_emit_by_name (self.window, "person-action", "leave");
  }
  fz_store_contradict (world->desk->store, "库外记录不符，这个库只能查看。");
  g_assert_true (fz_journal_open (world->desk->store, NULL)); /* as app/outside.c does */
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++) {
    sign_in (&self, people[i].number);
    each_place (&self, world->desk->current, "read-only", see_read_only);
    g_signal_emit_by_name (self.window, "person-action", "leave");
  }
  gtk_window_destroy (GTK_WINDOW (self.window));
  g_hash_table_unref (self.opened);
}

/* --- what is over and may go --- */

#define YEARS ((3 * 365 + 2) * 24 * 60 * MINUTE)

/* A visit that came to nothing three years ago, with a picture; its purge is asked for by medical affairs and approved. */
static void
ask_for_purge (World *w)
{
  g_autoptr (FzFields) count = fz_fields_new ("fuzhen.purge_ask/v1"), plan = NULL, facts = fz_fields_new ("fuzhen.purge_ask/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL, *id = NULL;
  static const char *const renewed[] = { "S4001", "A3001" };

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V-2026-0001");
  g_assert_true (fz_desk_withdraw_visit (w->session, "V-2026-0001", "患者改到门诊就诊", &error));
  world_pass (w, YEARS);
  world_sign_in (w, "S4001");
  for (gsize i = 0; i < G_N_ELEMENTS (renewed); i++) { /* certificates run two years */
    g_autoptr (FzSecret) pin = fz_demo_pin ("S4001");

    g_assert_true (fz_desk_renew_certificate (w->session, renewed[i], pin, &error));
  }
  world_sign_in (w, "A3001");
  fz_fields_set (count, "class", "image");
  fz_fields_set (count, "to", TESTED_DAY);
  plan = fz_desk_plan_purge (w->session, count, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fz_fields_set (facts, "list_sha256", fz_fields_get (plan, "list_sha256"));
  fz_fields_set (facts, "purpose", "G01");
  fz_fields_set (facts, "words", "保存期限届满");
  fz_fields_set (facts, "until_on", "2029-03-08");
  document = world_sign (w, fz_desk_prepare_purge (w->session, facts, &error));
  g_assert_no_error (error);
  id = g_strndup (document, strlen ("GNT-000001"));
  world_sign_in (w, "S4001");
  g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, id, "approved", NULL, &error)));
  g_assert_no_error (error);
  fz_session_sign_out (w->session);
  g_clear_pointer (&w->session, fz_session_unref);
}

static gboolean
is_purged (Tour *self)
{
  return find_words (self->window, GTK_TYPE_LABEL, "PRG-000001") != NULL;
}

/* The button, the warning, the progress, and what stands there afterwards. */
static void
purge (World *world)
{
  Tour self = { .world = world };
  GtkWidget *run;

  ask_for_purge (world);
  show_people (world);
  self.window = GTK_WIDGET (fz_window_new (NULL, world->desk));
  gtk_window_set_default_size (GTK_WINDOW (self.window), width, height);
  gtk_window_present (GTK_WINDOW (self.window));
  sign_in (&self, "A3001");
  g_assert_true (fz_shell_show (FZ_SHELL (self.window), "grants"));
  fz_table_select (FZ_TABLE (find_mapped (GTK_WIDGET (fz_shell_get_page (FZ_SHELL (self.window), "grants")), FZ_TYPE_TABLE)), 0);
  look (&self, "purge-granted");
  run = find_words (GTK_WIDGET (fz_shell_get_page (FZ_SHELL (self.window), "grants")), GTK_TYPE_BUTTON, _ ("执行清除…"));
  g_assert_nonnull (run);
  g_signal_emit_by_name (run, "clicked");
  g_signal_emit_by_name (fz_stage_top_dialog (fz_stage_of (run)), "response", "run");
  wait_until (is_purged, &self, "the tombstone");
  fz_table_select (FZ_TABLE (find_mapped (GTK_WIDGET (fz_shell_get_page (FZ_SHELL (self.window), "grants")), FZ_TYPE_TABLE)), 0);
  look (&self, "purge-done");
  g_signal_emit_by_name (self.window, "person-action", "leave");
  gtk_window_destroy (GTK_WINDOW (self.window));
}

typedef struct {
  GMutex mutex;
  GCond cond;
  gboolean may_end, heeds, only_here;
} Slow;

static char *
end_when_told (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Slow *slow = data;

  g_mutex_lock (&slow->mutex);
  while (!slow->may_end)
    g_cond_wait (&slow->cond, &slow->mutex);
  g_mutex_unlock (&slow->mutex);
  if (slow->heeds && g_cancellable_set_error_if_cancelled (stop, error))
    return NULL;
  g_assert_true (!slow->only_here || g_cancellable_is_cancelled (stop)); /* too late */
  if (slow->only_here)
    fz_long_work_only_here (work);
  return g_strdup ("已写入甲");
}

/* Begun by the person who is in, on the page System; they leave, and then it ends. */
static void
end_while_away (Tour *self, const char *what, Slow slow)
{
  GtkWidget *page, *work = g_object_ref_sink (fz_long_work_new (self->world->desk->current));

  g_mutex_init (&slow.mutex);
  g_cond_init (&slow.cond);
  g_assert_true (fz_shell_show (FZ_SHELL (self->window), "system"));
  page = GTK_WIDGET (fz_shell_get_page (FZ_SHELL (self->window), "system"));
  gtk_box_append (GTK_BOX (page), work);
  if (!slow.heeds && !slow.only_here)
    fz_long_work_set_lasting (FZ_LONG_WORK (work), NULL);
  g_assert_true (fz_long_work_run (FZ_LONG_WORK (work), what, TRUE, end_when_told, &slow, NULL));
  g_signal_emit_by_name (self->window, "person-action", "leave");
  g_mutex_lock (&slow.mutex);
  slow.may_end = TRUE;
  g_cond_signal (&slow.cond);
  g_mutex_unlock (&slow.mutex);
  while (fz_long_work_is_running (FZ_LONG_WORK (work)))
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (work);
  g_mutex_clear (&slow.mutex);
  g_cond_clear (&slow.cond);
}

static FzDialog *
top_dialog (Tour *self)
{
  return fz_stage_top_dialog (fz_stage_of (self->window));
}

/* How it ended is told to who began it, when they are back, and to nobody else, until they say that they know it. What was done when the stop came is
 * told as done. */
static void
unseen (World *world)
{
  Tour self = { .world = world };

  show_people (world);
  self.window = GTK_WIDGET (fz_window_new (NULL, world->desk));
  gtk_window_set_default_size (GTK_WINDOW (self.window), width, height);
  gtk_window_present (GTK_WINDOW (self.window));
  sign_in (&self, "S4002");
  end_while_away (&self, "备份甲", (Slow){ 0 });
  sign_in (&self, "S4001");
  g_assert_null (find_words (self.window, GTK_TYPE_LABEL, "备份甲"));
  g_signal_emit_by_name (self.window, "person-action", "leave");
  sign_in (&self, "S4002");
  g_assert_nonnull (find_words (GTK_WIDGET (top_dialog (&self)), GTK_TYPE_LABEL, "您不在时“备份甲”结束了：完成。已写入甲"));
  fz_dialog_respond (top_dialog (&self), "noted");
  end_while_away (&self, "导出乙", (Slow){ .heeds = TRUE }); /* which its page takes with it */
  sign_in (&self, "S4002");
  g_assert_null (find_words (self.window, GTK_TYPE_LABEL, "备份甲"));
  g_assert_nonnull (find_words (GTK_WIDGET (top_dialog (&self)), GTK_TYPE_LABEL, "您离开时中断的“导出乙”：已停止，没有做完。"));
  fz_dialog_respond (top_dialog (&self), "noted");
  g_assert_null (top_dialog (&self));
  end_while_away (&self, "密封丙", (Slow){ .only_here = TRUE });
  sign_in (&self, "S4001");
  g_assert_null (top_dialog (&self));
  g_signal_emit_by_name (self.window, "person-action", "leave");
  for (guint i = 0; i < 2; i++) { /* the window is locked over it */
    sign_in (&self, "S4002");
    g_assert_nonnull (find_words (GTK_WIDGET (top_dialog (&self)), GTK_TYPE_LABEL, "已写入甲"));
    g_signal_emit_by_name (self.window, "person-action", "leave");
    g_assert_null (top_dialog (&self));
  }
  sign_in (&self, "S4002");
  fz_dialog_respond (top_dialog (&self), "noted");
  g_assert_null (top_dialog (&self));
  g_signal_emit_by_name (self.window, "person-action", "leave");
  sign_in (&self, "S4002");
  g_assert_null (top_dialog (&self));
  g_signal_emit_by_name (self.window, "person-action", "leave");
  gtk_window_destroy (GTK_WINDOW (self.window));
}

/* --- days and numbers in the language of the window --- */

typedef struct {
  const char *language, *day, *heading, *moment, *exactly, *second, *today, *this_year, *last_year, *value, *time_value;
} Said;

static void
see_said (char *said, const char *wanted)
{
  g_assert_cmpstr (said, ==, wanted);
  g_free (said);
}

static void
see_months (const char *language)
{
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int month = 1; month <= 12; month++) {
    char *said = fz_say_day ((FzDate){ 2026, month, 9 });

    g_assert_null (strpbrk (said, "{}"));
    if (g_str_equal (language, "en"))
      g_assert_true (g_str_has_prefix (said, "9 ") && g_ascii_isupper (said[2]) && g_str_has_suffix (said, " 2026"));
    g_assert_true (g_hash_table_add (all, said));
  }
}

/* A batch or a version may look like a day: only what is one is said as one. */
static void
see_values (void)
{
  static const char *const kinds[] = { "day", "line" };
  g_autoptr (FzFields) reg = fz_fields_new ("fuzhen.register/v1"), entry = fz_fields_new ("fuzhen.entry/v1");
  GtkWidget *facts = g_object_ref_sink (fz_facts_new (1));
  g_autofree char *said = fz_say_value ("2026-11-01");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    fz_fields_set_at (reg, "field", i, "key", kinds[i]);
    fz_fields_set_at (reg, "field", i, "kind", kinds[i]);
  }
  fz_fields_set (entry, "field.day", "2026-11-01");
  fz_fields_set (entry, "field.line", "2026-11-01");
  see_said (fz_entry_value (reg, 0, entry), said);
  see_said (fz_entry_value (reg, 1, entry), "2026-11-01");
  g_assert_cmpstr (gtk_label_get_text (fz_facts_add (facts, "批号", "2026-11-01", 1)), ==, "2026-11-01");
  g_assert_cmpstr (gtk_label_get_text (fz_facts_add_day (facts, "期限", "2026-11-01", 1)), ==, said);
  g_object_unref (facts);
}

static void
see_days (void)
{
  static const Said languages[] = {
    { "zh_CN", "2026-11-03", "2026年11月3日 周二", "2026-11-03 09:05", "2026-11-03 09:05:07", "11-03 09:05:07", "09:05", "11-03 09:05", "2026-11-03", "2026-02-28", "2026-02-28 14:05" },
    { "en", "3 Nov 2026", "Tue 3 Nov 2026", "3 Nov 2026, 09:05", "3 Nov 2026, 09:05:07", "3 Nov, 09:05:07", "09:05", "3 Nov, 09:05", "3 Nov 2026", "28 Feb 2026", "28 Feb 2026, 14:05" },
    { PSEUDO_LANGUAGE, "⟦2026-11-03⟧", "⟦2026年11月3日 ⟦周二⟧⟧", "⟦2026-11-03 09:05⟧", "⟦2026-11-03 09:05:07⟧", "⟦11-03 09:05:07⟧", "⟦09:05⟧", "⟦11-03 09:05⟧", "⟦2026-11-03⟧",
      "⟦2026-02-28⟧", "⟦2026-02-28 14:05⟧" },
  };
  static const char *const as_they_are[] = { "", "2026-02-30", "2026-11", "2026-11-03 9:05", "2026-11-03 至 2026-11-04", "2026-11-03T09:05", "1000 mg", "V-2026-0001" };
  FzDate day = { 2026, 11, 3 };
  gint64 us = fz_date_beijing_start_us (day) + G_GINT64_CONSTANT (32707) * FZ_US_PER_SECOND;
  const Said *said = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_strcmp0 (g_getenv ("LANGUAGE"), languages[i].language) == 0)
      said = &languages[i];
  g_assert_nonnull (said);
  see_said (fz_say_day (day), said->day);
  see_said (fz_say_heading_day (day), said->heading);
  see_said (fz_say_moment (us), said->moment);
  see_said (fz_say_moment_exactly (us), said->exactly);
  see_said (fz_say_second (us), said->second);
  see_said (fz_say_near (us, us + FZ_US_PER_SECOND), said->today);
  see_said (fz_say_near (us, us + FZ_US_PER_DAY), said->this_year);
  see_said (fz_say_near (us, us + 200 * FZ_US_PER_DAY), said->last_year);
  see_said (fz_say_value ("2026-02-28"), said->value);
  see_said (fz_say_value ("2026-02-28 14:05"), said->time_value);
  see_said (fz_say_value ("2026-02-28 24:05"), "2026-02-28 24:05"); /* no time of day */
  g_assert_null (fz_say_value (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (as_they_are); i++)
    see_said (fz_say_value (as_they_are[i]), as_they_are[i]);
  see_months (said->language);
  see_values ();
}

static void
see_numbers (void)
{
  see_said (fz_say_count (0), "0");
  see_said (fz_say_count (9999), "9999");
  see_said (fz_say_count (10000), "10,000");
  see_said (fz_say_count (10242), "10,242");
  see_said (fz_say_count (123456), "123,456");
  see_said (fz_say_count (1234567), "1,234,567");
  see_said (fz_say_percent (1, 8), "12.5%");
  see_said (fz_say_percent (2, 3), "66.7%");
  see_said (fz_say_percent (5, 5), "100.0%");
  see_said (fz_say_percent (0, 0), "—");
  see_said (fz_say_money (5), "¥0.05");
  see_said (fz_say_money (999999), "¥9999.99");
  see_said (fz_say_money (1000000), "¥10,000.00");
  see_said (fz_say_money (-1250), "-¥12.50");
}

/* A wrapped label names another least width when it is told a height, and with large text another height by a pixel: GTK says so of the box
 * around it. What really overlaps or is cut off is found by looking. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && strstr (fields[i].value, "Expect overlapping widgets") != NULL)
      return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n, data);
}

/* The built ones, or the one made here. */
static const char *
catalogues (void)
{
  const char *built = g_getenv ("FUZHEN_CATALOGUES"), *made = g_getenv ("FUZHEN_WINDOW_PICTURES");
  g_autofree char *english = g_build_filename (built, "en", "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);

  if (!is_pseudo ())
    return built;
  pseudo_make (made, english);
  return made;
}

/* What moves or goes by itself: a colour on its way is no colour. */
static void
stand_still (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, "gtk-cursor-blink", FALSE, NULL);
  gtk_css_provider_load_from_data (provider, "scrollbar.overlay-indicator { opacity: 0; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_USER);
}

int
main (int argc, char **argv)
{
  const char *size = g_getenv ("FUZHEN_PAGES_SIZE");
  gboolean pictured = FALSE;
  int code;

  g_log_set_writer_func (write_log, NULL, NULL);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, catalogues ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  gtk_test_init (&argc, &argv, NULL);
  stand_still ();
  g_assert_cmpint (g_mkdir_with_parents (g_getenv ("FUZHEN_WINDOW_PICTURES"), 0700), ==, 0);
  if (size != NULL)
    g_assert_cmpint (sscanf (size, "%dx%d", &width, &height), ==, 2);
  else if (g_strcmp0 (g_getenv ("FUZHEN_PAGES_SCALE"), "1") == 0 && !is_pseudo ()) {
    pictured = TRUE;
    g_setenv ("FUZHEN_SEED", PICTURED_SEED, TRUE);
    looks = looks_open (g_getenv ("FUZHEN_PAGES_NAME"));
  }
  world_make_template ();
  g_test_add_func ("/window/days", see_days);
  g_test_add_func ("/window/numbers", see_numbers);
  world_add_test ("/window/pages", tour);
  /* its page was looked at in large letters above, and what is signed there is Chinese in every language */
  if (pictured) {
    world_add_test ("/window/purge", purge);
    if (looks != NULL)
      g_test_add_func ("/window/looks", miss_none);
    else
      g_print ("# letters are drawn otherwise here than where the pictures were accepted: not compared\n");
  }
  if (g_strcmp0 (g_getenv ("FUZHEN_PAGES_NAME"), "zh") == 0) {
    world_add_test ("/window/long-list", long_list);
    world_add_test ("/window/repeat", repeat);
    world_add_test ("/window/undone", undone);
    world_add_test ("/window/printed", printed);
    world_add_test ("/window/states", states);
    world_add_test ("/window/unseen", unseen);
  }
  if (answers_dialogs ()) {
    world_add_test ("/window/rows", rows);
    world_add_test ("/window/register-forms", register_forms);
    g_test_add_func ("/window/popovers", popovers_check_table);
  }
  code = g_test_run ();
  world_remove_template ();
  return code;
}
