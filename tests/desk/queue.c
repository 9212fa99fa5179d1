/* The queue of those who wait: whose patients stand first, and what a doctor is told before taking another department's. */
#include "app/department.h"
#include "tests/desk/world.h"

#include <string.h>

static void
whose_department (void)
{
  static const struct {
    const char *own, *visit;
    gboolean is_own;
  } rows[] = { { "03.04", "03.04", TRUE }, { "03.04", "03.07", FALSE }, { "03", "03.04", TRUE },     { "03.04", "03", TRUE },
               { "03", "04", FALSE },      { "03.0", "03.04", FALSE },  { "04.01", "04.01.02", TRUE }, { NULL, "03", FALSE },
               { "03", NULL, FALSE },      { NULL, NULL, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_true (fz_department_is_own (rows[i].own, rows[i].visit) == rows[i].is_own);
}

/* The ids of the queue in order, read in pages of `limit`. */
static char *
queue (World *w, gint64 limit)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GString) ids = g_string_new (NULL);
  gboolean more = TRUE;

  fz_fields_set_int (filter, "limit", limit);
  while (more) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_WAITING, filter, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (rows->len, <=, limit);
    for (guint i = 0; i < rows->len; i++)
      g_string_append_printf (ids, "%s ", fz_fields_get (rows->pdata[i], "visit.id"));
    more = rows->len > 0;
    if (more)
      fz_fields_set (filter, "after", fz_fields_get (rows->pdata[rows->len - 1], "cursor"));
  }
  return g_string_free (g_steal_pointer (&ids), FALSE);
}

/* Cases 0 to 2 ask for cardiology (D1001's), 3 to 5 for endocrinology (D1002's). */
static void
own_department_first (World *w)
{
  static const struct {
    const char *number, *order;
  } doctors[] = { { "D1001", "B1 D1 F1 A2 C2 E2 " }, { "D1002", "A2 C2 E2 B1 D1 F1 " }, { "D1003", "A2 B1 C2 D1 E2 F1 " } };
  static const char *const arriving[] = { "A2", "B1", "C2", "D1", "E2", "F1" };

  world_sign_in (w, "D1001");
  for (guint i = 0; i < G_N_ELEMENTS (arriving); i++) {
    world_arrive (w, arriving[i][1] == '1' ? i % 3 : 3 + i % 3, arriving[i]);
    world_pass (w, 60);
  }
  for (guint i = 0; i < G_N_ELEMENTS (doctors); i++)
    for (gint64 limit = 1; limit <= 8; limit++) {
      g_autofree char *order = NULL;

      world_sign_in (w, doctors[i].number);
      order = queue (w, limit);
      g_assert_cmpstr (order, ==, doctors[i].order);
    }
}

/* Who reads one page, as the window does, sees everybody who waits. */
static void
one_page_has_all (World *w)
{
  world_sign_in (w, "D1001");
  for (guint i = 0; i < 6; i++) {
    g_autofree char *visit = g_strdup_printf ("P%u", i);

    world_arrive (w, i, visit);
  }
  for (guint i = 1; i <= 2; i++) {
    g_autofree char *number = g_strdup_printf ("D100%u", i);
    g_autoptr (GPtrArray) rows = NULL;

    world_sign_in (w, number);
    rows = fz_desk_list (w->session, FZ_LIST_WAITING, NULL, NULL);
    g_assert_cmpuint (rows->len, ==, 6);
  }
}

/* A note before the PIN that names both; it does not stand in the way. */
static void
another_department_is_noted (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) own = NULL, other = NULL;
  const FzFinding *note;

  world_sign_in (w, "D1002");
  world_arrive (w, 0, "V1");
  world_arrive (w, 3, "V2");
  other = fz_desk_check_taking (w->session, "V1", &error);
  g_assert_no_error (error);
  note = fz_findings_find (other, "OTHER_DEPARTMENT");
  g_assert_nonnull (note);
  g_assert_cmpint (note->severity, ==, FZ_SEVERITY_NOTE);
  g_assert_nonnull (strstr (note->message, "心血管内科"));
  g_assert_nonnull (strstr (note->message, "内分泌科"));
  own = fz_desk_check_taking (w->session, "V2", &error);
  g_assert_no_error (error);
  g_assert_null (fz_findings_find (own, "OTHER_DEPARTMENT"));
  world_take (w, "V1");
}

/* More of other doctors' open visits than a page holds must not hide this doctor's own behind them. */
static void
a_page_of_others_is_not_the_end (World *w)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1002");
  for (guint i = 0; i < 3; i++) {
    g_autofree char *visit = g_strdup_printf ("X%u", i);

    world_arrive (w, 3, visit);
    world_take (w, visit);
    world_pass (w, 60);
  }
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "MINE");
  world_take (w, "MINE");
  fz_fields_set_int (filter, "limit", 2);
  rows = fz_desk_list (w->session, FZ_LIST_MINE, filter, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "visit.id"), ==, "MINE");
}

static void
finish (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_finish (w->session, visit, &error);

  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static void
expect_earlier (World *w, const FzFields *filter, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_EARLIER, filter, &error);
  g_autoptr (GString) ids = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (ids, "%s ", fz_fields_get (rows->pdata[i], "visit.id"));
  g_assert_cmpstr (ids->str, ==, expected);
}

/* Visits of before today are found by name or number, the newest first; another doctor's are not, nor by the medicine. */
static void
earlier_visits_are_found (World *w)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  g_free (world_prescribe (w, 0, "OLD-1"));
  finish (w, "OLD-1");
  world_pass (w, 60);
  g_free (world_prescribe (w, 1, "OLD-2"));
  finish (w, "OLD-2");
  expect_earlier (w, filter, ""); /* of today */
  world_pass (w, 2 * 86400);
  world_sign_in (w, "D1001");
  expect_earlier (w, filter, "OLD-2 OLD-1 ");
  fz_fields_set_int (filter, "limit", 1);
  expect_earlier (w, filter, "OLD-2 ");
  fz_fields_set (filter, "limit", NULL);
  fz_fields_set (filter, "words", "LD-1");
  expect_earlier (w, filter, "OLD-1 ");
  rows = fz_desk_list (w->session, FZ_LIST_EARLIER, filter, &error);
  fz_fields_set (filter, "words", fz_fields_get (rows->pdata[0], "patient.name"));
  expect_earlier (w, filter, "OLD-1 ");
  fz_fields_set (filter, "words", "片"); /* no medicine leads there */
  expect_earlier (w, filter, "");
  fz_fields_set (filter, "words", NULL);
  world_sign_in (w, "D1002");
  expect_earlier (w, filter, "");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  g_test_add_func ("/desk/queue/whose", whose_department);
  world_add_test ("/desk/queue/one-page", one_page_has_all);
  world_add_test ("/desk/queue/own-first", own_department_first);
  world_add_test ("/desk/queue/note", another_department_is_noted);
  world_add_test ("/desk/queue/earlier", earlier_visits_are_found);
  world_add_test ("/desk/queue/page-of-others", a_page_of_others_is_not_the_end);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
