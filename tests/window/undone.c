#include "tests/window/undone.h"

#include "tests/window/inspect.h"
#include "ui/chosen_files.h"
#include "ui/finding_row.h"
#include "ui/kit/stage.h"
#include "ui/kit/undo.h"
#include "ui/talk_acts.h"
#include "ui/visit_centre.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define VISIT "V-2026-0001"

static FzVisitModel *model;

/* The draft without the place where somebody typed last. (transfer full) */
static FzFields *
written (const FzFields *draft)
{
  FzFields *all = fz_fields_dup (draft, "fuzhen.draft/v1");

  fz_fields_set (all, "at.key", NULL);
  fz_fields_set (all, "at.cursor", NULL);
  return all;
}

static gboolean
undo (gboolean now)
{
  guint number = 0;

  return fz_visit_model_get_undo (model, &number) != NULL && fz_visit_model_undo (model, number, now);
}

/* --- what goes, each by the call its button makes --- */

static void
remove_diagnosis (void)
{
  fz_visit_model_remove_diagnosis (model, 0);
}

static void
untick (void)
{
  g_autofree char *word = g_strdup (fz_fields_get_at (fz_visit_model_get_draft (model), "eligibility.basis", 0, NULL));

  fz_visit_model_set_basis (model, word, FALSE);
}

static void
replace_text (void)
{
  fz_visit_model_put_text (model, "record.present_history", "患者述血压平稳。", "已写入现病史");
}

static void
remove_line (void)
{
  fz_visit_model_remove_item (model, 0, "已删除 药品");
}

static void
take_set (void)
{
  g_autoptr (FzFields) lines = fz_fields_dup (fz_visit_model_get_draft (model), NULL);
  g_autoptr (GError) error = NULL;

  fz_visit_model_remove_item (model, 0, "已删除 药品");
  g_assert_true (fz_visit_model_take_lines (model, lines, "已带入", &error));
  g_assert_true (undo (TRUE));
  g_assert_cmpuint (fz_visit_model_get_n_items (model), ==, 0);
}

static void
replace_reason (void)
{
  GPtrArray *findings = fz_visit_model_get_findings (model);

  for (guint i = 0; i < findings->len; i++)
    if (fz_visit_model_get_reason (model, findings->pdata[i], NULL) != NULL) {
      fz_visit_model_begin_removal (model);
      fz_visit_model_set_reason (model, findings->pdata[i], "9", "另有原因");
      fz_visit_model_end_removal (model, "理由已改");
      return;
    }
  g_error ("nothing asked a reason");
}

static void (*const removals[]) (void) = { remove_diagnosis, untick, replace_text, remove_line, take_set, replace_reason };

static void
expect_back (World *world, void (*go) (void))
{
  g_autoptr (FzFields) before = written (fz_visit_model_get_draft (model)), gone = NULL, after = NULL, kept = NULL, whole = NULL;
  g_autofree char *found = fz_finding_rows_word (fz_visit_model_get_findings (model)), *again = NULL;
  g_autoptr (GError) error = NULL;

  go ();
  gone = written (fz_visit_model_get_draft (model));
  g_assert_false (fz_fields_equal (before, gone));
  g_assert_true (undo (FALSE) && undo (TRUE));
  after = written (fz_visit_model_get_draft (model));
  g_assert_true (fz_fields_equal (before, after));
  again = fz_finding_rows_word (fz_visit_model_get_findings (model));
  g_assert_cmpstr (again, ==, found); /* the checks ran over what is there again */
  whole = fz_desk_get_draft (world->session, VISIT, &error); /* and a crash brings back no other */
  g_assert_no_error (error);
  kept = written (whole);
  g_assert_true (fz_fields_equal (kept, after));
}

/* --- what has become another stays --- */

/* Two went, the last comes back first; and what was written elsewhere meanwhile stays. */
static void
expect_order (void)
{
  g_autofree char *name = g_strdup (fz_fields_get_at (fz_visit_model_get_draft (model), "diagnosis", 0, "name"));

  fz_visit_model_remove_item (model, 0, "已删除 药品");
  fz_visit_model_remove_diagnosis (model, 0);
  fz_visit_model_set (model, "record.exam", "血压 128/78 mmHg");
  g_assert_true (undo (TRUE));
  g_assert_cmpstr (fz_fields_get_at (fz_visit_model_get_draft (model), "diagnosis", 0, "name"), ==, name);
  g_assert_cmpuint (fz_visit_model_get_n_items (model), ==, 0);
  g_assert_true (undo (TRUE));
  g_assert_cmpuint (fz_visit_model_get_n_items (model), ==, 1);
  g_assert_cmpstr (fz_visit_model_get (model, "record.exam"), ==, "血压 128/78 mmHg");
  g_assert_false (undo (TRUE));
}

/* One after the other while the page stands, which hears each change as it is made; all come back by the key, the last one first. */
static void
expect_all_back (GtkWidget *stage, void (*const *go) (void), guint n)
{
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  for (guint i = 0; i < n; i++) {
    g_ptr_array_add (before, written (fz_visit_model_get_draft (model)));
    go[i]();
  }
  for (guint i = n; i > 0; i--) {
    g_autoptr (FzFields) after = NULL;

    g_assert_true (fz_undo_last (stage));
    after = written (fz_visit_model_get_draft (model));
    g_assert_true (fz_fields_equal (after, before->pdata[i - 1]));
  }
  g_assert_false (fz_undo_last (stage));
}

static void
expect_order_on_page (void)
{
  static void (*const lines[]) (void) = { remove_line, remove_line };
  static void (*const parts[]) (void) = { remove_line, remove_diagnosis, untick };
  GtkWidget *window = gtk_window_new ();
  GtkWidget *stage = fz_stage_new (fz_visit_centre_new (model, NULL, NULL));
  g_autofree char *code = g_strdup (fz_visit_model_get_item (model, 0, "drug"));
  g_autoptr (GError) error = NULL;
  guint at = 0;

  gtk_window_set_child (GTK_WINDOW (window), stage);
  gtk_window_present (GTK_WINDOW (window));
  inspect_settle (window);
  g_assert_true (fz_visit_model_add_drug (model, code, &at, &error));
  expect_all_back (stage, lines, G_N_ELEMENTS (lines));
  expect_all_back (stage, parts, G_N_ELEMENTS (parts));
  fz_visit_model_remove_item (model, at, "已删除 药品");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Taking back would throw away what was put in its place. */
static void
expect_refused (void)
{
  g_autofree char *code = g_strdup (fz_visit_model_get_item (model, 0, "drug"));
  g_autoptr (GError) error = NULL;
  guint at = 0;

  fz_visit_model_remove_item (model, 0, "已删除 药品");
  g_assert_true (fz_visit_model_add_drug (model, code, &at, &error));
  g_assert_false (undo (FALSE) || undo (TRUE));
  g_assert_cmpuint (fz_visit_model_get_n_items (model), ==, 1);
  fz_visit_model_remove_diagnosis (model, 0);
  g_assert_true (undo (FALSE));
  g_assert_true (fz_visit_model_reload (model, &error)); /* as after signing */
  g_assert_no_error (error);
  g_assert_false (undo (TRUE));
}

void
undone (World *world)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (world, fz_demo_world_doctor (world->world, 0));
  world_arrive (world, 0, VISIT);
  world_take (world, VISIT);
  world_type (world, 0, VISIT);
  model = fz_visit_model_new (world->session, VISIT, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (removals); i++) {
    g_test_message ("removal %u", (guint) i);
    expect_back (world, removals[i]);
  }
  expect_order ();
  expect_order_on_page ();
  expect_refused ();
  g_clear_object (&model);
}

/* --- beside a draft --- */

static GtkWidget *
stage_of (Rows *self)
{
  return gtk_window_get_child (GTK_WINDOW (self->window));
}

/* The first one below that begins with these words, up to what stands in them for a name. */
static GtkWidget *
find (GtkWidget *below, const char *words)
{
  g_autofree char *begins = g_strndup (_ (words), strcspn (_ (words), "%"));
  GtkWidget *button;

  inspect_settle (GTK_WIDGET (gtk_widget_get_root (below)));
  button = rows_find_button (below, begins);
  if (button == NULL)
    g_error ("no “%s”", words);
  return button;
}

static void
press (GtkWidget *below, const char *words)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (below)), *button = find (below, words);

  g_signal_emit_by_name (button, "clicked"); /* a dialog may go with it */
  inspect_settle (window);
}

static void
take_back (Rows *self)
{
  inspect_settle (self->window);
  g_assert_true (fz_undo_last (stage_of (self)));
  inspect_settle (self->window);
}

/* What a doctor keeps at hand of this kind, as it is kept, a row a line. (transfer full) */
static char *
at_hand (Rows *self, const char *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_hand (self->world->session, &error);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), kind) == 0) {
      g_autoptr (GBytes) text = fz_fields_print (rows->pdata[i], &error);

      g_assert_no_error (error);
      g_ptr_array_add (lines, g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text)));
    }
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static void
favourite_back (Rows *self)
{
  static const char star[] = "收藏为常用药";
  g_autofree char *before = NULL, *gone = NULL, *after = NULL;
  GtkWidget *button;

  rows_show_page (self, "D1001", "visit");
  rows_show_what (self, "taken");
  button = find (self->page, star);
  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  before = at_hand (self, "star");
  g_assert_cmpstr (before, !=, "");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  gone = at_hand (self, "star");
  g_assert_cmpstr (gone, !=, before);
  take_back (self);
  after = at_hand (self, "star");
  g_assert_cmpstr (after, ==, before);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find (self->page, star))));
}

static void
set_back (Rows *self)
{
  g_autofree char *before = NULL, *gone = NULL, *after = NULL;

  rows_show_page (self, "D1001", "visit");
  rows_show_what (self, "empty");
  press (self->page, "管理套方");
  before = at_hand (self, "set");
  press (GTK_WIDGET (rows_top (self)), "删除套方 %s");
  gone = at_hand (self, "set");
  g_assert_cmpstr (gone, !=, before);
  take_back (self);
  after = at_hand (self, "set");
  g_assert_cmpstr (after, ==, before);
  fz_stage_cancel_all (stage_of (self));
}

static GtkWidget *
find_text (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_TEXT_VIEW (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_text (child);
  return found;
}

/* (transfer full) */
static char *
phrases (Rows *self)
{
  g_autoptr (GPtrArray) all = fz_desk_list_phrases (self->world->session, NULL);

  g_ptr_array_add (all, NULL);
  return g_strjoinv ("\n", (char **) all->pdata);
}

static void
phrases_back (Rows *self)
{
  static const char *const kept[] = { "请按时服药。", "两周后复诊。", NULL };
  g_autofree char *gone = NULL, *after = NULL;

  rows_show_page (self, "D1001", "visit");
  g_assert_true (fz_desk_keep_phrases (self->world->session, kept, NULL));
  fz_talk_phrases (self->page, self->world->session, NULL, G_OBJECT (self->page));
  press (GTK_WIDGET (rows_top (self)), "整理");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_text (GTK_WIDGET (rows_top (self))))), "两周后复诊。", -1);
  fz_dialog_respond (rows_top (self), "edit");
  gone = phrases (self);
  g_assert_cmpstr (gone, ==, "两周后复诊。");
  take_back (self);
  after = phrases (self);
  g_assert_cmpstr (after, ==, "请按时服药。\n两周后复诊。");
  fz_stage_cancel_all (stage_of (self));
}

static void
keep_rules (Rows *self, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) there = fz_desk_get_rules_draft (self->world->session, &error), draft = NULL;

  g_assert_no_error (error);
  draft = fz_fields_dup (there, NULL);
  fz_fields_set (draft, "rules.words", words);
  g_assert_true (fz_desk_save_rules_draft (self->world->session, draft, &error));
}

static void
expect_rules (Rows *self, const char *words, gboolean there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = fz_desk_get_rules_draft (self->world->session, &error);

  g_assert_no_error (error);
  g_assert_true ((g_strcmp0 (fz_fields_get (draft, "rules.words"), words) == 0) == there);
}

/* Another draft that was begun meanwhile is not written over. */
static void
rules_back (Rows *self)
{
  static const char first[] = "本院夜间不接诊", second[] = "另一份草稿";

  for (guint other = 0; other < 2; other++) {
    rows_show_page (self, "A3001", "rules");
    keep_rules (self, first);
    press (self->page, "拟订新版本");
    press (GTK_WIDGET (rows_top (self)), "放弃草稿");
    expect_rules (self, first, FALSE);
    if (other > 0) {
      keep_rules (self, second);
      g_assert_false (fz_undo_last (stage_of (self)));
    } else
      take_back (self);
    expect_rules (self, other > 0 ? second : first, TRUE);
    g_assert_true (fz_desk_save_rules_draft (self->world->session, NULL, NULL));
  }
}

/* In the order they stood in. */
static void
files_back (Rows *self)
{
  GtkWidget *window = gtk_window_new (), *files = fz_chosen_files_new (NULL), *stage = fz_stage_new (files);

  gtk_window_set_child (GTK_WINDOW (window), stage);
  gtk_window_present (GTK_WINDOW (window));
  fz_chosen_files_add (files, "/a/first.pdf", "a");
  fz_chosen_files_add (files, "/b/second.pdf", "b");
  fz_chosen_files_add (files, "/c/third.pdf", "c");
  press (files, "移除文件 %s");
  press (files, "移除文件 %s");
  g_assert_cmpuint (fz_chosen_files_count (files), ==, 1);
  for (guint i = 0; i < 2; i++)
    g_assert_true (fz_undo_last (stage));
  {
    g_auto (GStrv) paths = fz_chosen_files_dup_paths (files);
    g_autofree char *all = g_strjoinv (" ", paths);

    g_assert_cmpstr (all, ==, "/a/first.pdf /b/second.pdf /c/third.pdf");
    g_assert_cmpstr (fz_chosen_files_get_kind (files, 1), ==, "b");
  }
  g_assert_false (fz_undo_last (stage));
  gtk_window_destroy (GTK_WINDOW (window));
}

void
undone_rows (Rows *self)
{
  favourite_back (self);
  set_back (self);
  phrases_back (self);
  rules_back (self);
  files_back (self);
}
