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

static void
the_last_prescription_comes_back (World *w)
{
  g_autoptr (FzFields) again = NULL, before = NULL, lines = NULL;
  g_autoptr (GError) error = NULL;
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
  for (guint i = 0; i < 4; i++) {
    static const char *const keys[] = { "patient.name", "patient.id_number", "patient.birth_date", "patient.sex" };

    fz_fields_set (again, keys[i], fz_fields_get (before, keys[i]));
  }
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
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/hand/kept", kept_by_person_and_department);
  world_add_test ("/desk/hand/last", the_last_prescription_comes_back);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
