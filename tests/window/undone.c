#include "tests/window/undone.h"

#include "tests/window/inspect.h"
#include "ui/finding_row.h"
#include "ui/kit/stage.h"
#include "ui/kit/undo.h"
#include "ui/visit_centre.h"

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
