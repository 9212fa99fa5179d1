/* The draw of a sample: the same for everybody, whatever the order; as many as the norm asks. The expected values were reckoned by another
 * program (Python's hashlib over the texts that core/comment_draw.h writes down). */
#include "core/comment_draw.h"

#include <string.h>

#define SEED "dd99bc2cd931f11f19ae0a2923649614f6289e4261e23a3db08f96a2993cb10f"

static GPtrArray *
ids_new (guint n)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 1; i <= n; i++)
    g_ptr_array_add (ids, g_strdup_printf ("CF20260302-1%04u", i));
  return ids;
}

static void
shuffle (GPtrArray *ids)
{
  for (guint i = ids->len; i > 1; i--) {
    guint k = (guint) g_test_rand_int_range (0, (gint32) i);
    gpointer other = ids->pdata[k];

    ids->pdata[k] = ids->pdata[i - 1];
    ids->pdata[i - 1] = other;
  }
}

static void
test_known (void)
{
  static const char *const first[] = { "CF20260302-10182", "CF20260302-10223", "CF20260302-10143", "CF20260302-10086", "CF20260302-10005" };
  g_autofree char *random = g_strnfill (64, 'a'), *root = g_strnfill (64, 'c'), *seed = NULL, *population = NULL;
  g_autoptr (GPtrArray) ids = ids_new (250), sample = NULL;

  for (guint i = 1; i < 64; i += 2) {
    random[i] = 'b';
    root[i] = 'd';
  }
  seed = fz_comment_seed (random, 17, root);
  g_assert_cmpstr (seed, ==, SEED);
  population = fz_comment_population_sha256 (ids);
  g_assert_cmpstr (population, ==, "4e94b83d2c9aeda39ca97afbb9d1370b5226d9193cffc739126ec2646afa55d2");
  sample = fz_comment_draw (ids, seed, 5);
  g_assert_cmpuint (sample->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpstr (sample->pdata[i], ==, first[i]);
}

static void
test_any_order (void)
{
  g_autoptr (GPtrArray) ids = ids_new (400), before = fz_comment_draw (ids, SEED, 100), after = NULL;
  g_autofree char *one = fz_comment_population_sha256 (ids), *two = NULL;

  shuffle (ids);
  after = fz_comment_draw (ids, SEED, 100);
  two = fz_comment_population_sha256 (ids);
  g_assert_cmpstr (one, ==, two);
  g_assert_cmpuint (after->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpstr (before->pdata[i], ==, after->pdata[i]);
}

/* Each id as likely as the next: over many seeds nobody is drawn much more often than their share. */
static void
test_even (void)
{
  g_autoptr (GPtrArray) ids = ids_new (40);
  guint hits[41] = { 0 };

  for (guint k = 0; k < 400; k++) {
    g_autofree char *seed = g_strdup_printf ("%08x%08x", g_test_rand_int (), k);
    g_autoptr (GPtrArray) sample = fz_comment_draw (ids, seed, 10);

    for (guint i = 0; i < sample->len; i++)
      hits[g_ascii_strtoull (strchr (sample->pdata[i], '-') + 2, NULL, 10)]++;
  }
  for (guint i = 1; i <= 40; i++) { /* 100 expected; eight standard deviations (8.7) either way */
    g_assert_cmpuint (hits[i], >, 30);
    g_assert_cmpuint (hits[i], <, 170);
  }
}

static void
test_size (void)
{
  static const struct {
    guint population, expected;
  } cases[] = { { 0, 0 }, { 1, 1 }, { 99, 99 }, { 100, 100 }, { 101, 100 }, { 100000, 100 }, { 100001, 101 }, { 250000, 250 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (fz_comment_sample_size (cases[i].population, 1, 100), ==, cases[i].expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comment/draw/known", test_known);
  g_test_add_func ("/comment/draw/any-order", test_any_order);
  g_test_add_func ("/comment/draw/even", test_even);
  g_test_add_func ("/comment/draw/size", test_size);
  return g_test_run ();
}
