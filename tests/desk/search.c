/* Searching drugs shows the patient's allergies: it is a look at the case, with the same rights and the same trace, and no more of it. */
#include "tests/desk/world.h"

#include <string.h>

#define ALLERGY "阿司匹林"

static void
arrive (World *w, const char *visit)
{
  g_autoptr (FzFields) facts = world_request (w, 0, visit);
  g_autoptr (GError) error = NULL;

  fz_fields_set_at (facts, "allergy", 0, NULL, ALLERGY);
  world_try_arrive (w, facts, &error);
  g_assert_no_error (error);
}

/* Rows found, and how many of them carry the allergy's mark. */
static guint
search (World *w, const char *text, const char *visit, guint *out_marked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_search_drugs (w->session, text, visit, NULL, 8, &error);

  g_assert_no_error (error);
  *out_marked = 0;
  for (guint i = 0; i < rows->len; i++)
    for (guint k = 0; k < fz_fields_count (rows->pdata[i], "mark"); k++)
      if (g_str_equal (fz_fields_get_at (rows->pdata[i], "mark", k, "kind"), "allergy"))
        (*out_marked)++;
  return rows->len;
}

static void
typing_leaves_one_entry (World *w)
{
  static const char *const typed[] = { "阿", "阿司", "阿司匹", "阿司匹林", "a", "as" };
  guint64 from;
  guint marked = 0;

  world_sign_in (w, "D1001");
  arrive (w, "V1");
  from = world_audit_size (w);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    g_assert_cmpuint (search (w, typed[i], "V1", &marked), >, 0);
  g_assert_cmpuint (world_audit_size (w), ==, from + 1);
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "done"), ==, 1);
  g_assert_cmpuint (search (w, ALLERGY, "V1", &marked), >, 0);
  g_assert_cmpuint (marked, >, 0);
  g_assert_cmpuint (search (w, ALLERGY, NULL, &marked), >, 0);
  g_assert_cmpuint (marked, ==, 0);
  g_assert_cmpuint (world_audit_size (w), ==, from + 1);
}

/* The page opens the visit first: then the search leaves nothing at all. */
static void
an_opened_visit_is_remembered (World *w)
{
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;
  guint marked = 0;

  world_sign_in (w, "D1001");
  arrive (w, "V1");
  facts = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
  from = world_audit_size (w);
  search (w, ALLERGY, "V1", &marked);
  g_assert_cmpuint (marked, >, 0);
  g_assert_cmpuint (world_audit_size (w), ==, from);
}

static void
forgotten_with_the_session (World *w)
{
  g_autoptr (FzSecret) password = secret ("Ruoxi-Demo-2026");
  g_autoptr (GError) error = NULL;
  guint64 from;
  guint marked = 0;

  world_sign_in (w, "D1001");
  arrive (w, "V1");
  search (w, ALLERGY, "V1", &marked);
  fz_session_lock (w->session);
  expect_error (fz_desk_search_drugs (w->session, ALLERGY, "V1", NULL, 8, &error) == NULL, &error, FZ_ERROR_LOCKED, NULL);
  g_assert_true (fz_session_unlock (w->session, password, &error));
  from = world_audit_size (w);
  search (w, ALLERGY, "V1", &marked);
  g_assert_cmpuint (marked, >, 0);
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "done"), ==, 1);
  world_sign_in (w, "D1002");
  from = world_audit_size (w);
  search (w, ALLERGY, "V1", &marked);
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "done"), ==, 1);
}

/* Another doctor's patient: the refusal of reading the visit, and its entry. */
static void
another_doctors_patient (World *w)
{
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  arrive (w, "V1");
  world_take (w, "V1");
  world_sign_in (w, "D1002");
  from = world_audit_size (w);
  expect_error (fz_desk_search_drugs (w->session, ALLERGY, "V1", NULL, 8, &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
  g_assert_cmpuint (world_audit_size (w), ==, from + 1);
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "denied"), ==, 1);
  expect_error (fz_desk_search_drugs (w->session, ALLERGY, "NOPE", NULL, 8, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
}

/* A list, a check before anything was opened, a verification: each says something to somebody, so each is in the log; drawn again, it is not. */
static void
every_look_is_in_the_log (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = NULL;
  guint64 from, size = 0;

  world_sign_in (w, "D1001");
  arrive (w, "V1");
  from = world_audit_size (w);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_WAITING, NULL, &error);
    g_autoptr (GPtrArray) findings = fz_desk_check_taking (w->session, "V1", &error);

    g_assert_no_error (error);
    g_assert_true (rows != NULL && findings != NULL);
  }
  g_assert_cmpuint (world_audit_count (w, from, "list.waiting", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "done"), ==, 1);
  g_assert_cmpuint (world_audit_size (w), ==, from + 2);
  world_sign_in (w, "D1001"); /* another session looks anew */
  g_ptr_array_unref (fz_desk_list (w->session, FZ_LIST_WAITING, NULL, NULL));
  g_assert_cmpuint (world_audit_count (w, from, "list.waiting", "done"), ==, 2);
  world_sign_in (w, "S4003");
  g_assert_true (fz_desk_audit_verify (w->session, &size, &root, NULL, NULL, NULL, &error));
  g_assert_cmpuint (world_audit_count (w, from, "audit.verify", "done"), ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/search/one-entry", typing_leaves_one_entry);
  world_add_test ("/desk/search/opened", an_opened_visit_is_remembered);
  world_add_test ("/desk/search/forgotten", forgotten_with_the_session);
  world_add_test ("/desk/search/another-doctor", another_doctors_patient);
  world_add_test ("/desk/search/every-look", every_look_is_in_the_log);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
