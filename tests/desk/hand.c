/* The doctor's hand: favourites and sets are the person's or the department's, and what the patient had last comes back as a draft, whoever
 * wrote it; none of it is signed by itself, and each act is kept in the audit. */
#include "tests/desk/world.h"

static FzFields *
lines_of (const char *code)
{
  FzFields *draft = fz_fields_new ("fuzhen.draft/v1");

  fz_fields_set_at (draft, "rx.item", 0, "drug", code);
  fz_fields_set_at (draft, "rx.item", 0, "dose", "5mg");
  fz_fields_set_at (draft, "rx.item", 0, "freq", "qd");
  fz_fields_set (draft, "record.opinion", "不该留在套方里");
  return draft;
}

static guint
count_rows (World *w, const char *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_hand (w->session, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    g_assert_false (fz_fields_has (rows->pdata[i], "record.opinion"));
    n += g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), kind) == 0;
  }
  return n;
}

static void
kept_by_person_and_department (World *w)
{
  g_autoptr (FzFields) draft = lines_of ("FZ0001"), nothing = fz_fields_new ("fuzhen.draft/v1");
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  from = world_audit_size (w);
  g_assert_true (fz_desk_star_drug (w->session, "FZ0001", draft, TRUE, &error));
  g_assert_true (fz_desk_keep_set (w->session, "我的组合", FALSE, draft, &error));
  g_assert_true (fz_desk_keep_set (w->session, "科室组合", TRUE, draft, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "hand.keep", "done"), ==, 3);
  g_assert_cmpuint (count_rows (w, "star"), ==, 1);
  g_assert_cmpuint (count_rows (w, "set"), ==, 2);
  g_assert_false (fz_desk_keep_set (w->session, "", FALSE, draft, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (fz_desk_keep_set (w->session, "空", FALSE, nothing, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (fz_desk_star_drug (w->session, "NOPE", draft, TRUE, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (fz_desk_star_drug (w->session, "FZ0001", draft, FALSE, NULL));
  g_assert_cmpuint (count_rows (w, "star"), ==, 0);
  world_sign_in (w, "D1002"); /* of another department */
  g_assert_cmpuint (count_rows (w, "set"), ==, 0);
}

static const FzFields *
find_set (GPtrArray *rows, const char *name)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "name"), name) == 0)
      return rows->pdata[i];
  return NULL;
}

/* Another name keeps the lines, gone ones come back whole, and nothing writes over another set. */
static void
sets_are_renamed_and_come_back (World *w)
{
  g_autoptr (FzFields) draft = lines_of ("FZ0001"), dropped = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  g_assert_true (fz_desk_keep_set (w->session, "甲", FALSE, draft, NULL));
  g_assert_true (fz_desk_keep_set (w->session, "乙", FALSE, draft, NULL));
  g_assert_true (fz_desk_keep_set (w->session, "丙", TRUE, draft, NULL));
  from = world_audit_size (w);
  expect_error (!fz_desk_rename_set (w->session, "甲", FALSE, "乙", &error), &error, FZ_ERROR_CONFLICT, "乙");
  expect_error (!fz_desk_rename_set (w->session, "甲", FALSE, "", &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_rename_set (w->session, "丁", FALSE, "戊", &error), &error, FZ_ERROR_NOT_FOUND, "丁");
  g_assert_cmpuint (count_rows (w, "set"), ==, 3);
  g_assert_true (fz_desk_rename_set (w->session, "甲", FALSE, "降压", &error));
  g_assert_true (fz_desk_rename_set (w->session, "丙", TRUE, "科室降压", &error));
  rows = fz_desk_list_hand (w->session, NULL);
  g_assert_null (find_set (rows, "甲"));
  g_assert_cmpstr (fz_fields_get_at (find_set (rows, "降压"), "rx.item", 0, "dose"), ==, "5mg");
  g_assert_cmpstr (fz_fields_get (find_set (rows, "科室降压"), "scope"), ==, "department");
  g_assert_cmpuint (world_audit_count (w, from, "hand.rename", "done"), ==, 2);
  g_assert_true (fz_desk_drop_set (w->session, "科室降压", TRUE, &dropped, &error));
  g_assert_cmpuint (count_rows (w, "set"), ==, 2);
  expect_error (!fz_desk_drop_set (w->session, "科室降压", TRUE, NULL, &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_true (fz_desk_put_back_set (w->session, dropped, &error));
  g_assert_cmpuint (count_rows (w, "set"), ==, 3);
  expect_error (!fz_desk_put_back_set (w->session, dropped, &error), &error, FZ_ERROR_CONFLICT, "科室降压");
  g_assert_cmpuint (world_audit_count (w, from, "hand.drop", "done"), ==, 1);
}

static const char *
mark_of (World *w, const char *text, const FzFields *draft)
{
  static const char *const kinds[] = { "taken", "sheet" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_search_drugs (w->session, text, "V2", draft, 20, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, >, 0);
  for (guint i = 0; i < fz_fields_count (rows->pdata[0], "mark"); i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      if (g_strcmp0 (fz_fields_get_at (rows->pdata[0], "mark", i, "kind"), kinds[k]) == 0) {
        g_assert_nonnull (fz_fields_get_at (rows->pdata[0], "mark", i, "word")); /* a word, not colour alone */
        return kinds[k];
      }
  return NULL;
}

/* The same substance in an earlier prescription that still runs, whatever the product; on this sheet; and neither once its days are over. */
static void
marks_of_what_is_taken (World *w, const FzFields *lines)
{
  g_autoptr (FzFields) facts = fz_desk_read_visit (w->session, "V2", NULL), later = NULL;
  guint64 from = world_audit_size (w);

  g_assert_nonnull (facts);
  g_assert_cmpstr (mark_of (w, "苯磺酸氨氯地平片", NULL), ==, "taken");
  g_assert_cmpstr (mark_of (w, "缬沙坦氨氯地平片", NULL), ==, "taken"); /* a compound that holds it */
  g_assert_cmpstr (mark_of (w, "苯磺酸氨氯地平片", lines), ==, "sheet");
  g_assert_null (mark_of (w, "阿托伐他汀", lines));
  g_assert_cmpuint (world_audit_size (w), ==, from);
  world_pass (w, 29 * 24 * 3600);
  world_sign_in (w, "D1001");
  later = fz_desk_read_visit (w->session, "V2", NULL);
  g_assert_nonnull (later);
  g_assert_null (mark_of (w, "苯磺酸氨氯地平片", NULL));
}

static void
the_last_prescription_comes_back (World *w)
{
  g_autoptr (FzFields) again = NULL, before = NULL, lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  g_autofree char *rx = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 1, "V0");
  world_take (w, "V0");
  g_assert_null (fz_desk_repeat_last (w->session, "V0", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
  rx = world_prescribe (w, 0, "V1");
  before = fz_desk_read_visit (w->session, "V1", NULL);
  again = world_request (w, 0, "V2");
  for (guint i = 0; i < 3; i++) {
    static const char *const keys[] = { "patient.name", "patient.birth_date", "patient.sex" };

    fz_fields_set (again, keys[i], fz_fields_get (before, keys[i]));
  }
  number = fz_desk_reveal (w->session, "V1", "patient.id_number", "U1", "核对", &error);
  g_assert_no_error (error);
  fz_fields_set (again, "patient.id_number", number);
  fz_fields_set (again, "consent.signer", fz_fields_get (before, "patient.name"));
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "D1001");
  world_try_arrive (w, again, &error);
  g_assert_no_error (error);
  world_take (w, "V2");
  from = world_audit_size (w);
  lines = fz_desk_repeat_last (w->session, "V2", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (lines, "from.id"), ==, rx);
  g_assert_cmpuint (fz_fields_count (lines, "rx.item"), >, 0);
  g_assert_true (fz_fields_has (lines, "rx.item.00.dose"));
  g_assert_cmpuint (world_audit_count (w, from, "prescription.repeat", "done"), ==, 1);
  marks_of_what_is_taken (w, lines);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/hand/kept", kept_by_person_and_department);
  world_add_test ("/desk/hand/renamed", sets_are_renamed_and_come_back);
  world_add_test ("/desk/hand/last", the_last_prescription_comes_back);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
