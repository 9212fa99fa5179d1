/* The widgets with real keys on a display of their own (tests/with-display). */
#include "tests/kit/gallery_rows.h"
#include "tests/kit/keys.h"
#include "core/error.h"
#include "ui/kit/kit.h"
#include "ui/kit/stage.h"
#include "ui/ledger_words.h"
#include "ui/shell.h"
#include "ui/sign_dialog.h"

#include <string.h>

static void
count (guint *n)
{
  (*n)++;
}

static void
count_with_one (gpointer object, gpointer what, guint *n)
{
  (*n)++;
}

static void
close_window (GtkWindow *window)
{
  gtk_window_destroy (window);
  keys_settle ();
}

static GtkWidget *
box_of (GtkWidget *first, GtkWidget *second)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_box_append (GTK_BOX (box), first);
  if (second != NULL)
    gtk_box_append (GTK_BOX (box), second);
  return box;
}

/* ---- secret entry ---- */

static void
assert_secret (FzSecret *secret, const char *wanted)
{
  g_assert_nonnull (secret);
  g_assert_cmpmem (fz_secret_get (secret), fz_secret_size (secret), wanted, strlen (wanted));
}

static void
test_pin_by_keys (void)
{
  GtkWidget *pin = fz_secret_entry_new (FZ_SECRET_PIN, "签名 PIN 码", NULL);
  GtkWindow *window = keys_window (box_of (pin, NULL));
  g_autoptr (FzSecret) secret = NULL;
  guint activated = 0;

  g_signal_connect_swapped (pin, "activate", G_CALLBACK (count), &activated);
  gtk_widget_grab_focus (pin);
  keys_press ("4", "a", "7", "KP_1", "BackSpace", "1", "9", "3", "5", "Return", NULL);
  KEYS_UNTIL (activated == 1);
  g_assert_cmpuint (fz_secret_entry_get_length (FZ_SECRET_ENTRY (pin)), ==, 6);
  secret = fz_secret_entry_take (FZ_SECRET_ENTRY (pin));
  assert_secret (secret, "471935");
  g_assert_cmpuint (fz_secret_entry_get_length (FZ_SECRET_ENTRY (pin)), ==, 0);
  g_assert_null (fz_secret_entry_take (FZ_SECRET_ENTRY (pin)));
  close_window (window);
}

static void
test_pin_takes_twelve (void)
{
  GtkWidget *pin = fz_secret_entry_new (FZ_SECRET_PIN, "签名 PIN 码", NULL);
  GtkWindow *window = keys_window (box_of (pin, NULL));
  g_autoptr (FzSecret) secret = NULL;
  guint activated = 0;

  g_signal_connect_swapped (pin, "activate", G_CALLBACK (count), &activated);
  gtk_widget_grab_focus (pin);
  keys_press ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "1", "2", "3", "4", "Return", NULL);
  KEYS_UNTIL (activated == 1);
  secret = fz_secret_entry_take (FZ_SECRET_ENTRY (pin));
  assert_secret (secret, "123456789012");
  close_window (window);
}

/* T4: nothing that assistive technology or another widget could write through. */
static void
test_secret_is_no_editable (void)
{
  GtkWidget *pin = fz_secret_entry_new (FZ_SECRET_PIN, "签名 PIN 码", NULL);
  GtkWindow *window = keys_window (box_of (pin, NULL));

  g_assert_false (GTK_IS_EDITABLE (pin));
  for (GtkWidget *at = gtk_widget_get_first_child (pin); at != NULL; at = gtk_widget_get_next_sibling (at)) {
    g_assert_false (GTK_IS_EDITABLE (at));
    for (GtkWidget *in = gtk_widget_get_first_child (at); in != NULL; in = gtk_widget_get_next_sibling (in))
      g_assert_false (GTK_IS_EDITABLE (in));
  }
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (pin)), ==, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (pin), GTK_ACCESSIBLE_PROPERTY_LABEL, "签名 PIN 码");
  close_window (window);
}

static void
test_secret_wiped_on_unmap (void)
{
  GtkWidget *pin = fz_secret_entry_new (FZ_SECRET_PIN, "签名 PIN 码", NULL);
  GtkWindow *window = keys_window (box_of (pin, gtk_entry_new ()));

  gtk_widget_grab_focus (pin);
  keys_press ("4", "7", "1", NULL);
  KEYS_UNTIL (fz_secret_entry_get_length (FZ_SECRET_ENTRY (pin)) == 3);
  gtk_widget_set_visible (pin, FALSE);
  g_assert_cmpuint (fz_secret_entry_get_length (FZ_SECRET_ENTRY (pin)), ==, 0);
  g_assert_null (fz_secret_entry_take (FZ_SECRET_ENTRY (pin)));
  close_window (window);
}

static void
test_paste (void)
{
  GtkWidget *pin = fz_secret_entry_new (FZ_SECRET_PIN, "签名 PIN 码", NULL);
  GtkWidget *password = fz_secret_entry_new (FZ_SECRET_PASSWORD, "登录口令", NULL);
  GtkWindow *window = keys_window (box_of (pin, password));
  GdkClipboard *clipboard = gtk_widget_get_clipboard (pin);
  g_autoptr (FzSecret) secret = NULL;
  guint activated = 0;

  gdk_clipboard_set_text (clipboard, "27182818");
  g_signal_connect_swapped (pin, "activate", G_CALLBACK (count), &activated);
  gtk_widget_grab_focus (pin);
  keys_press ("ctrl+v", "Return", NULL);
  KEYS_UNTIL (activated == 1);
  keys_settle ();
  g_assert_cmpuint (fz_secret_entry_get_length (FZ_SECRET_ENTRY (pin)), ==, 0);
  g_assert_nonnull (gdk_clipboard_get_content (clipboard));

  gdk_clipboard_set_text (clipboard, "密 Pa55");
  gtk_widget_grab_focus (password);
  keys_press ("ctrl+v", NULL);
  KEYS_UNTIL (fz_secret_entry_get_length (FZ_SECRET_ENTRY (password)) == 6);
  secret = fz_secret_entry_take (FZ_SECRET_ENTRY (password));
  assert_secret (secret, "密 Pa55");
  g_assert_null (gdk_clipboard_get_content (clipboard));
  close_window (window);
}

/* ---- drop-down ---- */

static GtkWidget *
frequencies (void)
{
  GtkWidget *drop = fz_drop_down_new (NULL);

  fz_drop_down_add (FZ_DROP_DOWN (drop), "QD", "qd", "每日一次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "BID", "bid", "每日两次");
  fz_drop_down_add (FZ_DROP_DOWN (drop), "TID", "tid", "每日三次");
  fz_access_label (drop, "频次");
  return drop;
}

static void
test_drop_down_by_keys (void)
{
  GtkWidget *drop = frequencies ();
  GtkWindow *window = keys_window (box_of (drop, gtk_entry_new ()));
  guint changed = 0;

  g_signal_connect_swapped (drop, "changed", G_CALLBACK (count), &changed);
  g_assert_null (fz_drop_down_get_code (FZ_DROP_DOWN (drop)));
  gtk_widget_grab_focus (drop);
  keys_press ("Down", NULL);
  KEYS_UNTIL (fz_drop_down_is_open (FZ_DROP_DOWN (drop)));
  keys_press ("Down", "Return", NULL);
  KEYS_UNTIL (!fz_drop_down_is_open (FZ_DROP_DOWN (drop)));
  g_assert_cmpstr (fz_drop_down_get_code (FZ_DROP_DOWN (drop)), ==, "BID");
  g_assert_cmpuint (changed, ==, 1);

  keys_press ("t", NULL); /* opens at tid */
  KEYS_UNTIL (fz_drop_down_is_open (FZ_DROP_DOWN (drop)));
  keys_press ("Escape", NULL);
  KEYS_UNTIL (!fz_drop_down_is_open (FZ_DROP_DOWN (drop)));
  g_assert_cmpstr (fz_drop_down_get_code (FZ_DROP_DOWN (drop)), ==, "BID");
  g_assert_cmpuint (changed, ==, 1);
  close_window (window);
}

static void
test_drop_down_typed_and_numbered (void)
{
  GtkWidget *drop = frequencies ();
  GtkWindow *window = keys_window (box_of (drop, gtk_entry_new ()));

  gtk_widget_grab_focus (drop);
  keys_press ("t", NULL);
  KEYS_UNTIL (fz_drop_down_is_open (FZ_DROP_DOWN (drop)));
  keys_press ("Return", NULL);
  KEYS_UNTIL (g_strcmp0 (fz_drop_down_get_code (FZ_DROP_DOWN (drop)), "TID") == 0);
  fz_drop_down_set_numbered (FZ_DROP_DOWN (drop), TRUE);
  keys_press ("1", NULL);
  KEYS_UNTIL (g_strcmp0 (fz_drop_down_get_code (FZ_DROP_DOWN (drop)), "QD") == 0);
  g_assert_false (fz_drop_down_set_code (FZ_DROP_DOWN (drop), "QX"));
  g_assert_null (fz_drop_down_get_code (FZ_DROP_DOWN (drop)));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fz_access_get_inner (drop)), GTK_ACCESSIBLE_PROPERTY_LABEL, "频次");
  close_window (window);
}

/* ---- search ---- */

static guint last_serial;

static void
search (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  static const char *const names[] = { "阿莫西林胶囊", "氨氯地平片", "氨溴索片" };
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);

  last_serial = serial;
  for (gsize i = 0; i < G_N_ELEMENTS (names) && *text == 'a'; i++) {
    g_autoptr (FzSearchRow) row = fz_search_row_new (names[i], names[i], NULL);

    fz_search_row_set_blocked (row, i == 0);
    g_list_store_append (rows, row);
  }
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static void
on_picked (FzSearchField *field, FzSearchRow *row, char **picked)
{
  g_free (*picked);
  *picked = g_strdup (fz_search_row_get_id (row));
}

static void
test_search_by_keys (void)
{
  GtkWidget *field = fz_search_field_new ("添加药品", "药名", search, NULL);
  GtkWindow *window = keys_window (box_of (field, gtk_entry_new ()));
  g_autofree char *picked = NULL;

  g_signal_connect (field, "picked", G_CALLBACK (on_picked), &picked);
  gtk_widget_grab_focus (field);
  keys_press ("a", NULL);
  KEYS_UNTIL (fz_search_field_is_open (FZ_SEARCH_FIELD (field)));
  keys_press ("Return", NULL); /* the first one that is not blocked */
  KEYS_UNTIL (picked != NULL);
  g_assert_cmpstr (picked, ==, "氨氯地平片");
  gtk_widget_activate_action (gtk_root_get_focus (GTK_ROOT (window)), "text.undo", NULL); /* Ctrl+Z is for what was picked, not for its letters */
  g_assert_cmpstr (fz_search_field_get_text (FZ_SEARCH_FIELD (field)), ==, "");
  g_assert_cmpstr (fz_search_field_get_text (FZ_SEARCH_FIELD (field)), ==, "");

  g_clear_pointer (&picked, g_free);
  keys_press ("a", "Down", "Return", NULL);
  KEYS_UNTIL (picked != NULL);
  g_assert_cmpstr (picked, ==, "氨溴索片");

  g_clear_pointer (&picked, g_free);
  keys_press ("a", NULL);
  KEYS_UNTIL (fz_search_field_is_open (FZ_SEARCH_FIELD (field)));
  keys_press ("Up", "Return", NULL); /* up to the blocked one: stays open */
  keys_press ("Escape", NULL);
  KEYS_UNTIL (!fz_search_field_is_open (FZ_SEARCH_FIELD (field)));
  g_assert_null (picked);
  g_assert_cmpstr (fz_search_field_get_text (FZ_SEARCH_FIELD (field)), ==, "a");
  keys_press ("Escape", NULL);
  KEYS_UNTIL (*fz_search_field_get_text (FZ_SEARCH_FIELD (field)) == '\0');
  close_window (window);
}

static void
test_search_drops_late_answers (void)
{
  GtkWidget *field = fz_search_field_new ("添加药品", "药名", search, NULL);
  GtkWindow *window = keys_window (box_of (field, NULL));
  g_autoptr (GListStore) late = g_list_store_new (FZ_TYPE_SEARCH_ROW);
  guint first;

  gtk_editable_set_text (GTK_EDITABLE (fz_access_get_inner (field)), "a");
  first = last_serial;
  fz_search_field_set_text (FZ_SEARCH_FIELD (field), "");
  fz_search_field_close (FZ_SEARCH_FIELD (field));
  fz_search_field_answer (FZ_SEARCH_FIELD (field), first, G_LIST_MODEL (late));
  g_assert_false (fz_search_field_is_open (FZ_SEARCH_FIELD (field)));
  close_window (window);
}

/* ---- Tab and back ---- */

/* Shift+Tab leaves every composite as Tab does: each is passed once on the way back. */
static void
test_back_by_keys (void)
{
  GtkWidget *controls[] = { gtk_entry_new (), fz_number_entry_new (0, "0", "9", NULL), fz_text_area_new ("主诉", 2, 50), fz_drop_down_new ("请选择"),
                            fz_search_field_new ("药品", "药名", NULL, NULL), gtk_entry_new () };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWindow *window;

  for (gsize i = 0; i < G_N_ELEMENTS (controls); i++)
    gtk_box_append (GTK_BOX (box), controls[i]);
  window = keys_window (box);
  gtk_widget_grab_focus (controls[G_N_ELEMENTS (controls) - 1]);
  for (gsize i = G_N_ELEMENTS (controls) - 1; i-- > 0;) {
    keys_press ("shift+Tab", NULL);
    KEYS_UNTIL (gtk_window_get_focus (window) == controls[i] || gtk_widget_is_ancestor (gtk_window_get_focus (window), controls[i]));
  }
  close_window (window);
}

/* ---- number, text ---- */

static void
test_number (void)
{
  g_autoptr (GObject) held = g_object_ref_sink (G_OBJECT (fz_number_entry_new (3, "0.125", "10", "0.125")));
  FzNumberEntry *number = FZ_NUMBER_ENTRY (held);
  static const struct {
    const char *typed, *value;
  } cases[] = { { "0.375", "0.375" }, { "１０", "10" }, { " 2．50 ", "2.5" }, { "2。5", "2.5" }, { "", "" }, { "0.1", NULL }, { "10.001", NULL },
                { "1.2345", NULL }, { "1.", NULL }, { ".5", NULL }, { "1e3", NULL }, { "-1", NULL }, { "1.2.3", NULL }, { "99999999999999999999", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *value = NULL;

    fz_number_entry_set (number, cases[i].typed);
    value = fz_number_entry_get (number);
    g_assert_cmpstr (value, ==, cases[i].value);
  }
}

static void
test_number_steps (void)
{
  GtkWidget *number = fz_number_entry_new (1, "0", "1", "0.1");
  GtkWindow *window = keys_window (box_of (number, NULL));
  guint changed = 0;

  g_signal_connect_swapped (number, "changed", G_CALLBACK (count), &changed);
  fz_number_entry_set (FZ_NUMBER_ENTRY (number), "0.8");
  g_assert_cmpuint (changed, ==, 0);
  gtk_widget_grab_focus (number);
  keys_press ("Up", "Up", "Up", NULL); /* the third would leave the range */
  KEYS_UNTIL (g_str_equal (fz_number_entry_get_text (FZ_NUMBER_ENTRY (number)), "1"));
  keys_settle ();
  g_assert_cmpuint (changed, ==, 2);
  keys_press ("Down", NULL);
  KEYS_UNTIL (g_str_equal (fz_number_entry_get_text (FZ_NUMBER_ENTRY (number)), "0.9"));
  close_window (window);
}

static void
test_text_area (void)
{
  GtkWidget *area = fz_text_area_new ("主诉", 2, 5);
  GtkWidget *after = gtk_entry_new ();
  GtkWindow *window = keys_window (box_of (area, after));
  g_autofree char *text = NULL;
  guint changed = 0;

  g_signal_connect_swapped (area, "changed", G_CALLBACK (count), &changed);
  fz_text_area_set_text (FZ_TEXT_AREA (area), "头晕三天");
  g_assert_cmpuint (changed, ==, 0);
  g_assert_false (fz_text_area_is_too_long (FZ_TEXT_AREA (area)));
  gtk_widget_grab_focus (area);
  keys_press ("ctrl+End", "x", "y", "Tab", NULL);
  KEYS_UNTIL (gtk_widget_is_ancestor (gtk_window_get_focus (window), after));
  text = fz_text_area_get_text (FZ_TEXT_AREA (area));
  g_assert_cmpstr (text, ==, "头晕三天xy"); /* too long, but nothing is cut off */
  g_assert_true (fz_text_area_is_too_long (FZ_TEXT_AREA (area)));
  g_assert_cmpuint (changed, ==, 2);
  close_window (window);
}

/* ---- table ---- */

static void
on_activated (FzTable *table, GalleryRow *row, guint *number)
{
  *number = gallery_row_get_number (row);
}

static void
test_table_by_keys (void)
{
  GtkWidget *table = gallery_table_new ();
  GtkWindow *window = keys_window (box_of (table, NULL));
  g_autoptr (GListModel) none = gallery_rows_new (0);
  GtkWidget *empty = fz_empty_state_new ("queue", "暂无", NULL, NULL);
  guint number = 0;

  gtk_widget_set_vexpand (table, TRUE);
  g_signal_connect (table, "activated", G_CALLBACK (on_activated), &number);
  g_assert_cmpuint (gallery_row_get_number (fz_table_get_selected (FZ_TABLE (table))), ==, 181);
  gtk_widget_grab_focus (table);
  keys_press ("Down", "Return", NULL);
  KEYS_UNTIL (number != 0);
  g_assert_cmpuint (number, ==, gallery_row_get_number (fz_table_get_selected (FZ_TABLE (table))));
  fz_table_set_empty (FZ_TABLE (table), empty);
  g_assert_false (gtk_widget_get_child_visible (empty));
  fz_table_set_model (FZ_TABLE (table), none);
  g_assert_true (gtk_widget_get_child_visible (empty));
  g_assert_null (fz_table_get_selected (FZ_TABLE (table)));
  close_window (window);
}

/* Only what is on screen is made, whatever the model's size: a list with years behind it opens at once. */
static guint texts_asked;

static char *
counted_text (gpointer item, gpointer user_data)
{
  texts_asked++;
  return g_strdup_printf ("%u", gallery_row_get_number (item));
}

static void
test_table_is_lazy (void)
{
  const FzColumn columns[] = { { .title = "编号", .text = counted_text, .width = 100, .expand = TRUE } };
  g_autoptr (GListModel) rows = gallery_rows_new (50000);
  GtkWidget *table = fz_table_new ("编号", columns, 1, rows, NULL);
  GtkWindow *window;

  texts_asked = 0;
  gtk_widget_set_vexpand (table, TRUE);
  window = keys_window (box_of (table, NULL));
  keys_settle ();
  g_assert_cmpuint (texts_asked, >, 5);
  g_assert_cmpuint (texts_asked, <, 2000);
  close_window (window);
}

/* The rows that come with the frames after are no shorter list to who goes to its end at once, or chooses far down. */
static void
test_table_to_its_end (void)
{
  g_autoptr (GListModel) rows = gallery_rows_new (5000);
  const FzColumn columns[] = { { .title = "编号", .text = counted_text, .width = 100, .expand = TRUE } };
  GtkWidget *table = fz_table_new ("编号", columns, 1, rows, NULL);
  g_autoptr (GalleryRow) last = g_list_model_get_item (rows, 4999), far = g_list_model_get_item (rows, 900);
  GtkWindow *window;

  gtk_widget_set_vexpand (table, TRUE);
  fz_table_select (FZ_TABLE (table), 900); /* before it was ever shown */
  g_assert_true (fz_table_get_selected (FZ_TABLE (table)) == far);
  g_assert_true (fz_table_get_model (FZ_TABLE (table)) == rows);
  fz_table_set_model (FZ_TABLE (table), rows);
  window = keys_window (box_of (table, NULL));
  gtk_widget_grab_focus (table);
  keys_press ("End", NULL);
  KEYS_UNTIL (fz_table_get_selected (FZ_TABLE (table)) == last);
  close_window (window);
}

/* ---- dialogs ---- */

static void
on_response (FzDialog *dialog, const char *response, char **last)
{
  g_free (*last);
  *last = g_strdup (response);
}

static void
test_dialog_keys (void)
{
  GtkWidget *below = gtk_entry_new ();
  GtkWindow *window = keys_window (box_of (below, NULL));
  GtkWidget *stage = gtk_window_get_child (window);
  g_autofree char *last = NULL;
  FzDialog *dialog = fz_dialog_new ("标题", NULL);
  GtkWidget *first = gtk_entry_new (), *ok;

  gtk_widget_grab_focus (below);
  fz_dialog_set_body (dialog, box_of (first, gtk_entry_new ()), FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, "取消", FZ_BUTTON_PLAIN);
  ok = fz_dialog_add_button (dialog, "ok", "确定", FZ_BUTTON_PRIMARY);
  fz_dialog_set_default (dialog, "ok");
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), &last);
  fz_dialog_present (dialog, GTK_WIDGET (window));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), first));
  for (int i = 0; i < 9; i++) { /* round and round: never to the entry below */
    keys_press (i == 4 ? "shift+Tab" : "Tab", NULL);
    keys_settle ();
    g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), GTK_WIDGET (dialog)));
  }
  gtk_widget_grab_focus (ok);
  fz_dialog_set_sensitive (dialog, "ok", FALSE); /* as while an answer is awaited */
  keys_settle ();
  g_assert_true (gtk_window_get_focus (window) != ok);
  fz_dialog_set_sensitive (dialog, "ok", TRUE);
  g_assert_true (gtk_window_get_focus (window) == ok);
  fz_dialog_set_sensitive (dialog, "ok", FALSE);
  gtk_widget_grab_focus (first); /* where the person went meanwhile */
  fz_dialog_set_sensitive (dialog, "ok", TRUE);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), first));
  keys_press ("Return", NULL);
  KEYS_UNTIL (g_strcmp0 (last, "ok") == 0);
  g_assert_true (fz_stage_top_dialog (stage) == dialog); /* stays until closed */
  keys_press ("Escape", NULL);
  KEYS_UNTIL (fz_stage_top_dialog (stage) == NULL);
  g_assert_cmpstr (last, ==, FZ_RESPONSE_CANCEL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), below));
  close_window (window);
}

static void
on_confirmed (gboolean confirmed, gpointer user_data)
{
  *(int *) user_data = confirmed ? 1 : 0;
}

static void
test_confirm (void)
{
  GtkWindow *window = keys_window (box_of (gtk_entry_new (), NULL));
  int answer = -1;

  fz_confirm (GTK_WIDGET (window), "提交？", "提交后不能撤回。", "提交", FALSE, on_confirmed, &answer);
  keys_press ("Return", NULL);
  KEYS_UNTIL (answer == 1);
  answer = -1;
  fz_confirm (GTK_WIDGET (window), "终止？", "不能再开处方。", "终止", TRUE, on_confirmed, &answer);
  keys_press ("Return", NULL); /* the dangerous one is not what Enter does */
  KEYS_UNTIL (answer == 0);
  g_assert_null (fz_stage_top_dialog (gtk_window_get_child (window)));
  close_window (window);
}

typedef struct {
  guint pins, cancelled;
  char pin[16];
} Signed;

static void
on_sign (FzSignDialog *dialog, FzSignOutcome outcome, FzSecret *pin, gpointer user_data)
{
  Signed *got = user_data;

  if (outcome == FZ_SIGN_PIN) {
    got->pins++;
    memcpy (got->pin, fz_secret_get (pin), MIN (fz_secret_size (pin), 15));
    fz_secret_free (pin);
  } else {
    g_assert_null (pin);
    got->cancelled++;
  }
}

/* The text widget under `within` that shows exactly `text`. */
static gboolean
shows (GtkWidget *within, const char *text)
{
  if (GTK_IS_LABEL (within) && g_str_equal (gtk_label_get_text (GTK_LABEL (within)), text))
    return TRUE;
  for (GtkWidget *at = gtk_widget_get_first_child (within); at != NULL; at = gtk_widget_get_next_sibling (at))
    if (shows (at, text))
      return TRUE;
  return FALSE;
}

/* In the row of a field that a PIN is typed into. */
static gboolean
stands_at_a_pin (GtkWidget *within, const char *text)
{
  if (FZ_IS_SECRET_ENTRY (within))
    return shows (gtk_widget_get_parent (within), text);
  for (GtkWidget *at = gtk_widget_get_first_child (within); at != NULL; at = gtk_widget_get_next_sibling (at))
    if (stands_at_a_pin (at, text))
      return TRUE;
  return FALSE;
}

static void
refuse (FzSignDialog *dialog, FzErrorCode code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (FZ_ERROR, (int) code, message);

  fz_sign_dialog_refuse (dialog, error);
}

static void
test_sign (void)
{
  GtkWindow *window = keys_window (box_of (gtk_entry_new (), NULL));
  GtkWidget *stage = gtk_window_get_child (window);
  FzSignDialog *dialog = fz_sign_dialog_new ("签署处方", "林若溪", "签名具有法律效力。");
  const char *text = "<b>Rp</b> &amp; 氨氯地平片 5 mg\n";
  Signed got = { 0 };

  fz_sign_dialog_add_document (dialog, "处方", text);
  fz_sign_dialog_present_for (dialog, GTK_WIDGET (window), on_sign, &got);
  g_assert_true (shows (GTK_WIDGET (dialog), text)); /* data, never markup */
  g_assert_cmpuint (fz_sign_dialog_get_seconds (dialog), >=, 55);
  keys_press ("1", "2", "3", "Return", NULL); /* too short: nothing is handed over */
  keys_press ("4", "5", "6", "Return", NULL);
  KEYS_UNTIL (got.pins > 0);
  g_assert_cmpuint (got.pins, ==, 1);
  g_assert_cmpstr (got.pin, ==, "123456");
  refuse (dialog, FZ_ERROR_SIGNATURE, "PIN 不正确。");
  g_assert_true (stands_at_a_pin (GTK_WIDGET (dialog), "PIN 不正确。"));
  g_assert_true (fz_stage_top_dialog (stage) == FZ_DIALOG (dialog));
  keys_press ("6", "5", "4", "3", "2", "1", "Return", NULL);
  KEYS_UNTIL (got.pins == 2);
  g_assert_cmpstr (got.pin, ==, "654321");
  refuse (dialog, FZ_ERROR_OFFLINE, "平台没有回应。"); /* no fault of the PIN's, and not told there */
  g_assert_true (shows (GTK_WIDGET (dialog), "平台没有回应。"));
  g_assert_false (stands_at_a_pin (GTK_WIDGET (dialog), "平台没有回应。"));
  refuse (dialog, FZ_ERROR_LOCKED, "签名 PIN 已锁定。");
  keys_press ("6", "5", "4", "3", "2", "1", "Return", "Escape", NULL); /* locked: no third PIN */
  KEYS_UNTIL (got.cancelled == 1);
  g_assert_cmpuint (got.pins, ==, 2);
  g_assert_null (fz_stage_top_dialog (stage));
  close_window (window);
}

/* The two PINs are judged apart: what is wrong with the token's stands at the token's, and both are typed anew. */
static void
test_sign_token (void)
{
  GtkWindow *window = keys_window (box_of (gtk_entry_new (), NULL));
  FzSignDialog *dialog = fz_sign_dialog_new ("签署处方", "林若溪", "签名具有法律效力。");
  GtkWidget *focus;
  Signed got = { 0 };

  fz_sign_dialog_add_document (dialog, "处方", "Rp");
  fz_sign_dialog_set_token (dialog, "CA 签名（SM2）");
  fz_sign_dialog_present_for (dialog, GTK_WIDGET (window), on_sign, &got);
  keys_press ("1", "2", "3", "4", "5", "6", "Return", "9", "9", "Return", NULL);
  KEYS_UNTIL (got.pins == 1);
  fz_secret_free (fz_sign_dialog_take_token_pin (dialog));
  refuse (dialog, FZ_ERROR_TOKEN, "介质 PIN 不正确。");
  focus = gtk_window_get_focus (window);
  g_assert_true (shows (GTK_WIDGET (dialog), "介质 PIN 不正确。"));
  g_assert_false (shows (gtk_widget_get_ancestor (focus, FZ_TYPE_SECRET_ENTRY) != NULL
                           ? gtk_widget_get_parent (gtk_widget_get_ancestor (focus, FZ_TYPE_SECRET_ENTRY)) : focus, "介质 PIN 不正确。"));
  keys_press ("1", "2", "3", "4", "5", "6", "Return", "8", "8", "Return", NULL);
  KEYS_UNTIL (got.pins == 2);
  g_assert_false (shows (GTK_WIDGET (dialog), "介质 PIN 不正确。"));
  fz_secret_free (fz_sign_dialog_take_token_pin (dialog));
  keys_press ("Escape", NULL);
  KEYS_UNTIL (got.cancelled == 1);
  close_window (window);
}

/* ---- shell ---- */

static void
test_shell_keys (void)
{
  static const FzPlace places[] = { { "queue", "queue", "候诊", FALSE }, { "visit", "visit", "接诊", FALSE } };
  FzShell *shell = FZ_SHELL (fz_shell_new (NULL));
  GtkWidget *cover = fz_secret_entry_new (FZ_SECRET_PASSWORD, "口令", NULL);
  guint moves = 0;

  fz_shell_set_product (shell, "示例互联网医院", NULL);
  fz_shell_set_person (shell, "林若溪", "主治医师");
  fz_shell_set_places (shell, places, G_N_ELEMENTS (places));
  fz_shell_set_page (shell, "queue", box_of (gtk_entry_new (), NULL));
  fz_shell_set_page (shell, "visit", box_of (gtk_entry_new (), NULL));
  g_signal_connect (shell, "place", G_CALLBACK (count_with_one), &moves);
  g_assert_true (fz_shell_show (shell, "queue"));
  g_assert_false (fz_shell_show (shell, "nowhere"));
  gtk_window_present (GTK_WINDOW (shell));
  keys_focus (GTK_WINDOW (shell));
  gtk_widget_child_focus (fz_shell_get_page (shell, "queue"), GTK_DIR_TAB_FORWARD);
  keys_press ("alt+2", NULL);
  KEYS_UNTIL (g_strcmp0 (fz_shell_get_shown (shell), "visit") == 0);
  g_assert_cmpuint (moves, ==, 2);
  keys_press ("ctrl+k", NULL);
  KEYS_UNTIL (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (shell)), GTK_WIDGET (fz_shell_get_search (shell))));
  keys_press ("ctrl+equal", NULL);
  KEYS_UNTIL (fz_theme_get_text_scale () > 1.2);
  keys_press ("ctrl+minus", NULL);
  keys_press ("ctrl+minus", NULL);
  KEYS_UNTIL (fz_theme_get_text_scale () < 0.8);
  keys_press ("ctrl+0", NULL);
  KEYS_UNTIL (fz_theme_get_text_scale () == 1);
  fz_shell_set_cover (shell, cover); /* locked: what is below is neither drawn nor reached */
  keys_press ("alt+1", NULL);
  keys_settle ();
  g_assert_cmpstr (fz_shell_get_shown (shell), ==, "visit");
  g_assert_false (gtk_widget_get_mapped (fz_shell_get_page (shell, "visit")));
  fz_shell_set_cover (shell, NULL);
  g_assert_true (gtk_widget_get_child_visible (fz_shell_get_page (shell, "visit")));
  close_window (GTK_WINDOW (shell));
}

/* Every widget that takes the focus has a name that says something (GTK would offer its class's). */
static void
assert_named (GtkWidget *widget, guint *n)
{
  if (gtk_widget_get_focusable (widget) && gtk_widget_get_visible (widget) && !GTK_IS_TEXT (widget) && !GTK_IS_SCROLLED_WINDOW (widget)
      && !GTK_IS_WINDOW (widget) && !GTK_IS_POPOVER (widget)) {
    const char *name = fz_access_get_label (widget);

    (*n)++;
    if (name == NULL || *name == '\0' || g_str_has_prefix (name, "Gtk"))
      g_error ("a %s has no name for screen readers", G_OBJECT_TYPE_NAME (widget));
  }
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL; at = gtk_widget_get_next_sibling (at))
    assert_named (at, n);
}

static void
test_names (void)
{
  static const FzPlace places[] = { { "queue", "queue", "候诊", FALSE } };
  FzShell *shell = FZ_SHELL (fz_shell_new (NULL));
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *segments = fz_segments_new ("范围");
  guint n = 0;

  fz_segments_add (FZ_SEGMENTS (segments), "all", "全部");
  gtk_box_append (GTK_BOX (page), segments);
  gtk_box_append (GTK_BOX (page), fz_form_row_new ("频次", frequencies (), TRUE));
  gtk_box_append (GTK_BOX (page), fz_form_row_new ("天数", fz_number_entry_new (0, "1", NULL, "1"), TRUE));
  gtk_box_append (GTK_BOX (page), fz_form_row_new ("主诉", fz_text_area_new (NULL, 2, 0), FALSE));
  gtk_box_append (GTK_BOX (page), fz_form_row_new ("电话", gtk_entry_new (), FALSE));
  gtk_box_append (GTK_BOX (page), fz_secret_entry_new (FZ_SECRET_CODE, "动态口令", NULL));
  gtk_box_append (GTK_BOX (page), gallery_table_new ());
  gtk_box_append (GTK_BOX (page), fz_image_view_new ());
  gtk_box_append (GTK_BOX (page), fz_progress_new ("导出", TRUE));
  fz_shell_set_person (shell, "林若溪", "主治医师");
  fz_shell_set_places (shell, places, 1);
  fz_shell_set_page (shell, "queue", page);
  gtk_window_present (GTK_WINDOW (shell));
  keys_focus (GTK_WINDOW (shell));
  assert_named (GTK_WIDGET (shell), &n);
  g_assert_cmpuint (n, >, 15);
  close_window (GTK_WINDOW (shell));
}

/* ---- rest ---- */

static void
test_form_findings (void)
{
  GtkWidget *form = fz_form_new (2);
  GtkWidget *days = fz_number_entry_new (0, "1", "84", "1");
  GtkWindow *window;

  fz_form_add (form, "patient.name", fz_form_row_new ("姓名", gtk_entry_new (), TRUE), 1);
  fz_form_add (form, "item.days", fz_form_row_new ("天数", days, TRUE), 1);
  window = keys_window (form);
  g_assert_false (fz_form_focus_first_finding (form));
  g_assert_false (fz_form_set_finding (form, "no.such.field", FZ_STATUS_STOP, "不对"));
  g_assert_true (fz_form_set_finding (form, "item.days", FZ_STATUS_LEGAL, "超过 <12> 周 & 不可继续"));
  g_assert_cmpstr (fz_form_row_get_finding (fz_form_get_row (form, "item.days")), ==, "超过 <12> 周 & 不可继续");
  g_assert_true (gtk_widget_has_css_class (days, "fz-bad"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (fz_access_get_inner (days)), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (fz_form_focus_first_finding (form));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), days));
  fz_form_clear_findings (form);
  g_assert_null (fz_form_row_get_finding (fz_form_get_row (form, "item.days")));
  g_assert_false (gtk_widget_has_css_class (days, "fz-bad"));
  close_window (window);
}

static void
test_image (void)
{
  GtkWidget *widget = fz_image_view_new ();
  FzImageView *view = FZ_IMAGE_VIEW (widget);
  GtkWindow *window = keys_window (box_of (widget, NULL));
  g_autofree guint8 *zeros = g_malloc0 (4000 * 100 * 4);
  g_autoptr (GBytes) rgba = g_bytes_new (zeros, 4000 * 100 * 4);

  g_assert_false (fz_image_view_set_pixels (view, rgba, 4000, 101, 16000, "短一行"));
  g_assert_false (fz_image_view_set_pixels (view, rgba, 0, 10, 16000, "零宽"));
  g_assert_false (fz_image_view_set_pixels (view, rgba, 4000, 100, 15999, "行距不足"));
  g_assert_true (fz_image_view_set_pixels (view, rgba, 4000, 100, 16000, "长条"));
  g_assert_true (fz_image_view_get_zoom (view) < 0.3);
  gtk_widget_grab_focus (widget);
  keys_press ("r", NULL);
  KEYS_UNTIL (fz_image_view_get_rotation (view) == 1);
  keys_press ("1", NULL);
  KEYS_UNTIL (fz_image_view_get_zoom (view) > 0.99);
  fz_image_view_set_zoom (view, 1e9);
  g_assert_true (fz_image_view_get_zoom (view) <= 16);
  fz_image_view_rotate (view, -2);
  g_assert_cmpint (fz_image_view_get_rotation (view), ==, 3);
  close_window (window);
}

static void
test_progress_words (void)
{
  static const struct {
    gint64 seconds;
    const char *words;
  } cases[] = { { 2, "马上完成" }, { 21, "还需约 25 秒" }, { 100, "还需约 2 分钟" }, { 7500, "还需约 2 小时 5 分钟" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *words = fz_progress_remaining_words (cases[i].seconds);

    g_assert_cmpstr (words, ==, cases[i].words);
  }
}

static GtkWidget *
find_named (GtkWidget *widget, const char *name)
{
  GtkWidget *found = NULL;

  if (g_strcmp0 (fz_access_get_label (widget), name) == 0)
    return widget;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL; at = gtk_widget_get_next_sibling (at))
    found = find_named (at, name);
  return found;
}

/* The button goes round, and says each time what it will do: from light to light the settings say nothing new, yet it is told. */
static void
test_theme_button (void)
{
  static const FzTheme round[] = { FZ_THEME_DARK, FZ_THEME_CONTRAST, FZ_THEME_LIGHT };
  static const char *const next[] = { "换成高对比度", "换成浅色", "换成深色" };
  GtkWidget *shell = fz_shell_new (NULL), *button = find_named (shell, "换成深色");

  for (gsize i = 0; i < G_N_ELEMENTS (round); i++) {
    g_signal_emit_by_name (button, "clicked");
    g_assert_cmpint (fz_theme_get_shown (), ==, round[i]);
    g_assert_cmpstr (fz_access_get_label (button), ==, next[i]);
  }
  gtk_window_destroy (GTK_WINDOW (shell));
}

static void
test_theme_switch (void)
{
  GtkWindow *window = keys_window (box_of (gtk_entry_new (), NULL));
  GdkRGBA light, dark;

  fz_theme_apply (FZ_THEME_LIGHT);
  light = fz_theme_color (GTK_WIDGET (window), "fz_ground");
  fz_theme_apply (FZ_THEME_DARK);
  dark = fz_theme_color (GTK_WIDGET (window), "fz_ground");
  g_assert_true (light.red > dark.red + 0.5f);
  g_assert_cmpint (fz_theme_get_shown (), ==, FZ_THEME_DARK);
  fz_theme_apply (FZ_THEME_LIGHT);
  g_assert_cmpint (fz_theme_get_shown (), ==, FZ_THEME_LIGHT);
  test_theme_button ();
  close_window (window);
}

/* A version is free text: nothing is cut inside a letter, and the hash can be told from another. */
static void
test_origin_words (void)
{
  static const char hash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  g_autoptr (FzFields) field = fz_fields_new ("fuzhen.test/v1");
  g_autofree char *definition = g_strdup_printf ("TJ-2026 市卫生健康委二〇二六年十一月修订版 %s", hash), *words = NULL;

  fz_fields_set (field, "field", "prescription_no");
  fz_fields_set (field, "definition", definition);
  words = fz_ledger_origin (field);
  g_assert_true (g_str_has_suffix (words, "TJ-2026 市卫生健康委二〇二六年十一月修订版 0123456789abcdef"));
}

/* ---- undo ---- */

typedef struct {
  gboolean right; /* what it changed stands as it left it */
  guint done, freed;
  gboolean busy; /* the store refuses */
} Removal;

static gboolean
undo_removal (gpointer data, gboolean now)
{
  Removal *removal = data;

  if (now && removal->busy)
    return FALSE;
  if (removal->right && now)
    removal->done++;
  return removal->right;
}

static void
removal_ended (gpointer data)
{
  ((Removal *) data)->freed++;
}

static void
offer (GtkWidget *scope, const char *words, Removal *removal)
{
  fz_undo_offer (scope, words, undo_removal, removal, removal_ended);
}

/* The last one first; a text that was typed in has the key for itself; what became another is left out; and what is gone takes its offers along. */
static void
test_undo (void)
{
  GtkWidget *entry = gtk_entry_new (), *scope = gtk_button_new_with_label ("诊断"), *box = box_of (entry, scope);
  GtkWindow *window = keys_window (box);
  Removal first = { TRUE, 0, 0 }, second = { TRUE, 0, 0 }, third = { TRUE, 0, 0 }, fourth = { TRUE, 0, 0 };

  gtk_widget_grab_focus (entry);
  offer (scope, "已删除诊断 高血压", &first);
  offer (scope, "已删除诊断 糖尿病", &second);
  offer (scope, "已删除诊断 高脂血症", &third);
  keys_press ("a", NULL);
  KEYS_UNTIL (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (entry)), "a"));
  keys_press ("ctrl+z", NULL);
  KEYS_UNTIL (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (entry)), ""));
  g_assert_cmpuint (third.done, ==, 0);
  keys_press ("ctrl+z", NULL);
  KEYS_UNTIL (third.done == 1 && third.freed == 1);
  second.right = FALSE;
  keys_press ("ctrl+z", NULL);
  KEYS_UNTIL (first.done == 1 && first.freed == 1);
  g_assert_true (second.done == 0 && second.freed == 1);
  keys_press ("ctrl+z", NULL);
  keys_settle ();
  g_assert_true (first.done == 1 && second.done == 0 && third.done == 1);
  offer (scope, "已删除诊断 高血压", &fourth);
  gtk_box_remove (GTK_BOX (box), scope);
  g_assert_true (fourth.done == 0 && fourth.freed == 1);
  close_window (window);
}

static GtkWidget *
find_text (GtkWidget *widget, const char *text)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_text (child, text);
  return found;
}

static void
press_undo (GtkWindow *window)
{
  GtkWidget *label = find_text (GTK_WIDGET (window), "撤销");

  g_assert_nonnull (label);
  g_signal_emit_by_name (gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON), "clicked");
}

/* What was refused stays offered, with its toast; what can't come back any more is said, as is what came back. */
static void
test_undo_refused (void)
{
  GtkWidget *scope = gtk_button_new_with_label ("诊断"), *box = box_of (scope, gtk_button_new_with_label ("药品"));
  GtkWindow *window = keys_window (box);
  GtkWidget *stage = fz_stage_of (scope);
  Removal busy = { TRUE, 0, 0, TRUE }, stale = { TRUE, 0, 0, FALSE };

  offer (scope, "已删除 感冒", &busy);
  press_undo (window);
  g_assert_true (busy.done == 0 && busy.freed == 0);
  g_assert_true (fz_undo_last (stage) && busy.done == 0 && busy.freed == 0);
  g_assert_null (find_text (stage, "已撤销：已删除 感冒"));
  busy.busy = FALSE;
  press_undo (window);
  g_assert_true (busy.done == 1 && busy.freed == 1);
  g_assert_nonnull (find_text (stage, "已撤销：已删除 感冒"));
  offer (scope, "已删除诊断 高血压", &stale);
  stale.right = FALSE;
  fz_undo_review (gtk_widget_get_last_child (box));
  g_assert_cmpuint (stale.freed, ==, 0); /* nothing changed there */
  press_undo (window);
  g_assert_true (stale.done == 0 && stale.freed == 1);
  g_assert_nonnull (find_text (stage, "内容后来又有改动，不能再撤销。"));
  close_window (window);
}

/* What a page offered waits behind a dialog, whose own come first and go with it. */
static void
test_undo_in_a_dialog (void)
{
  GtkWidget *page = gtk_button_new_with_label ("页面");
  GtkWindow *window = keys_window (box_of (page, NULL));
  FzDialog *dialog = fz_dialog_new ("管理套方", NULL);
  Removal below = { TRUE, 0, 0 }, above = { TRUE, 0, 0 };

  gtk_widget_grab_focus (page);
  offer (page, "已删除诊断 高血压", &below);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, "关闭", FZ_BUTTON_PLAIN);
  fz_dialog_present (dialog, page);
  keys_press ("ctrl+z", NULL);
  keys_settle ();
  g_assert_cmpuint (below.done, ==, 0);
  offer (GTK_WIDGET (dialog), "已删除 感冒", &above);
  fz_dialog_cancel (dialog);
  keys_settle ();
  g_assert_true (above.done == 0 && above.freed == 1);
  keys_press ("ctrl+z", NULL);
  KEYS_UNTIL (below.done == 1);
  close_window (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  fz_theme_apply (FZ_THEME_LIGHT);
  g_test_add_func ("/kit/theme/switch", test_theme_switch);
  g_test_add_func ("/kit/secret/pin", test_pin_by_keys);
  g_test_add_func ("/kit/secret/twelve", test_pin_takes_twelve);
  g_test_add_func ("/kit/secret/no-editable", test_secret_is_no_editable);
  g_test_add_func ("/kit/secret/unmap", test_secret_wiped_on_unmap);
  g_test_add_func ("/kit/secret/paste", test_paste);
  g_test_add_func ("/kit/drop-down/keys", test_drop_down_by_keys);
  g_test_add_func ("/kit/drop-down/typed", test_drop_down_typed_and_numbered);
  g_test_add_func ("/kit/search/keys", test_search_by_keys);
  g_test_add_func ("/kit/search/late", test_search_drops_late_answers);
  g_test_add_func ("/kit/back", test_back_by_keys);
  g_test_add_func ("/kit/number/parse", test_number);
  g_test_add_func ("/kit/number/steps", test_number_steps);
  g_test_add_func ("/kit/text-area", test_text_area);
  g_test_add_func ("/kit/table/keys", test_table_by_keys);
  g_test_add_func ("/kit/table/lazy", test_table_is_lazy);
  g_test_add_func ("/kit/table/to_its_end", test_table_to_its_end);
  g_test_add_func ("/kit/dialog/keys", test_dialog_keys);
  g_test_add_func ("/kit/dialog/confirm", test_confirm);
  g_test_add_func ("/kit/sign", test_sign);
  g_test_add_func ("/kit/sign-token", test_sign_token);
  g_test_add_func ("/kit/shell/keys", test_shell_keys);
  g_test_add_func ("/kit/names", test_names);
  g_test_add_func ("/kit/form/findings", test_form_findings);
  g_test_add_func ("/kit/image", test_image);
  g_test_add_func ("/kit/progress/words", test_progress_words);
  g_test_add_func ("/kit/ledger/origin", test_origin_words);
  g_test_add_func ("/kit/undo/order", test_undo);
  g_test_add_func ("/kit/undo/refused", test_undo_refused);
  g_test_add_func ("/kit/undo/dialog", test_undo_in_a_dialog);
  return g_test_run ();
}
