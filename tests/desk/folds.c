/* The shelf of folded visits: what the store left behind is never given, and the oldest goes. */
#include "app/fold_shelf.h"

static FzFold *
fold_of (gint64 applied_us)
{
  FzFold *fold = fz_fold_new ();

  fold->applied_us = applied_us;
  return fold;
}

static void
test_taken_once (void)
{
  g_autoptr (FzFoldShelf) shelf = fz_fold_shelf_new ();
  g_autoptr (FzFold) fold = NULL;

  g_assert_null (fz_fold_shelf_take (shelf, "V1", 0));
  fz_fold_shelf_put (shelf, "V1", 7, fold_of (1));
  g_assert_true (fz_fold_shelf_has (shelf, "V1", 7));
  g_assert_null (fz_fold_shelf_take (shelf, "V2", 7));
  fold = fz_fold_shelf_take (shelf, "V1", 7);
  g_assert_cmpint (fold->applied_us, ==, 1);
  g_assert_false (fz_fold_shelf_has (shelf, "V1", 7));
  g_assert_null (fz_fold_shelf_take (shelf, "V1", 7));
}

/* Another document came by another way: the fold is of no use to anybody. */
static void
test_left_behind (void)
{
  g_autoptr (FzFoldShelf) shelf = fz_fold_shelf_new ();

  fz_fold_shelf_put (shelf, "V1", 7, fold_of (1));
  g_assert_false (fz_fold_shelf_has (shelf, "V1", 8));
  g_assert_null (fz_fold_shelf_take (shelf, "V1", 8));
  g_assert_null (fz_fold_shelf_take (shelf, "V1", 7));
}

static void
test_newer_in_place (void)
{
  g_autoptr (FzFoldShelf) shelf = fz_fold_shelf_new ();
  g_autoptr (FzFold) fold = NULL;

  fz_fold_shelf_put (shelf, "V1", 7, fold_of (1));
  fz_fold_shelf_put (shelf, "V1", 9, fold_of (2));
  g_assert_false (fz_fold_shelf_has (shelf, "V1", 7));
  fold = fz_fold_shelf_take (shelf, "V1", 9);
  g_assert_cmpint (fold->applied_us, ==, 2);
}

static void
test_oldest_goes (void)
{
  g_autoptr (FzFoldShelf) shelf = fz_fold_shelf_new ();
  guint kept = 0;

  for (guint i = 0; i < 100; i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);

    fz_fold_shelf_put (shelf, visit, i, fold_of (i));
  }
  for (guint i = 0; i < 100; i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);
    g_autoptr (FzFold) fold = fz_fold_shelf_take (shelf, visit, i);

    g_assert_true (kept == 0 || fold != NULL); /* without a gap up to the newest */
    g_assert_true (fold == NULL || fold->applied_us == i);
    kept += fold != NULL;
  }
  g_assert_cmpuint (kept, >=, 2);
  g_assert_cmpuint (kept, <=, 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folds/taken-once", test_taken_once);
  g_test_add_func ("/folds/left-behind", test_left_behind);
  g_test_add_func ("/folds/newer-in-place", test_newer_in_place);
  g_test_add_func ("/folds/oldest-goes", test_oldest_goes);
  return g_test_run ();
}
