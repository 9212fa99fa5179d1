/* Forgetting, closing, stopping, and the token that is pulled out. */
#include "tests/signer/checks.h"

#include <string.h>

#define A "fuzhen.test/v1\nid A\n"

static const char *const one[] = { A, NULL };
static const char *const two[] = { A, "fuzhen.test/v1\nid B\n", NULL };

static void
refused (FzSigner *signer, const char *text)
{
  g_autoptr (GError) error = NULL;

  bench_expect (bench_sign (signer, text, BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
forgotten_signs_nothing (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);

  fz_signer_forget (signer);
  refused (signer, A);
}

static void
forgets_twice (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);

  fz_signer_forget (signer);
  fz_signer_forget (signer);
  refused (signer, A);
}

static void
forgotten_then_pin_again (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  fz_signer_forget (signer);
  g_assert_true (bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, NULL, &error));
  line = bench_sign (signer, A, BENCH_NOW_US, &error);
  g_assert_no_error (error);
}

static void
last_envelope_ends_it (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autofree char *line = bench_sign (signer, A, BENCH_NOW_US, NULL);

  g_assert_nonnull (line);
  refused (signer, A);
}

static void
closes_unused (Bench *b)
{
  fz_signer_close (bench_open (b));
  fz_signer_close (NULL);
}

static void
closes_authorised (Bench *b)
{
  fz_signer_close (bench_authorised (b, two));
}

/* Closing one ends what it was allowed; another opened later has no right of its own. */
static void
opened_again_is_new (Bench *b)
{
  g_autoptr (FzSigner) again = NULL;

  fz_signer_close (bench_authorised (b, one));
  again = bench_open (b);
  refused (again, A);
}

static void
beside_another_has_no_right (Bench *b)
{
  g_autoptr (FzSigner) first = bench_authorised (b, one), second = bench_open (b);

  refused (second, A);
  g_assert_nonnull (first);
}

/* --- stopping --- */

static void
cancelled_before_pin (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (stop);
  bench_expect (!bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, stop, &error), &error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  refused (signer, A);
}

static void
cancelled_before_signature (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (stop);
  bench_expect (fz_signer_sign (signer, A, strlen (A), BENCH_NOW_US, stop, &error) == NULL, &error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  refused (signer, A);
}

static void
in_a_thread (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_assert_true (bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, stop, &error));
  line = fz_signer_sign (signer, A, strlen (A), BENCH_NOW_US, stop, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
}

static void
wrong_pin_in_a_thread (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  bench_expect (!bench_authorise (b, signer, b->wrong, one, BENCH_NOW_US, stop, &error), &error, FZ_ERROR, FZ_ERROR_SIGNATURE);
}

/* --- pulled out --- */

static void
count_change (FzSigner *signer, FzSignerStatus status, gpointer data)
{
  guint *told = data;

  g_assert_cmpint (status, ==, FZ_SIGNER_REMOVED);
  *told += 1;
}

static void
ready_says_nothing (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  guint told = 0;

  fz_signer_watch (signer, count_change, &told);
  g_assert_cmpint (fz_signer_poll (signer), ==, FZ_SIGNER_READY);
  g_assert_cmpint (fz_signer_poll (signer), ==, FZ_SIGNER_READY);
  g_assert_cmpuint (told, ==, 0);
}

static void
removal_is_told_once (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  guint told = 0;

  fz_signer_watch (signer, count_change, &told);
  b->kind->pull (b);
  g_assert_cmpint (fz_signer_poll (signer), ==, FZ_SIGNER_REMOVED);
  g_assert_cmpint (fz_signer_poll (signer), ==, FZ_SIGNER_REMOVED);
  b->kind->put_back (b);
  g_assert_cmpuint (told, ==, 1);
}

static void
pulled_before_opening (Bench *b)
{
  g_autoptr (GError) error = NULL;
  FzSigner *signer;

  b->kind->pull (b);
  signer = fz_signer_open (b->kind->provider, &b->place, &b->wanted, &error);
  b->kind->put_back (b);
  bench_expect (signer == NULL, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
pulled_enumerates_none (Bench *b)
{
  g_autoptr (GPtrArray) slots = NULL;

  b->kind->pull (b);
  slots = b->kind->provider->enumerate (&b->place, NULL);
  b->kind->put_back (b);
  g_assert_cmpuint (slots->len, ==, 0);
}

static void
pulled_before_pin (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GError) error = NULL;
  gboolean done;

  b->kind->pull (b);
  done = bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, NULL, &error);
  b->kind->put_back (b);
  bench_expect (!done, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
pulled_before_signature (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GError) error = NULL;
  char *line;

  b->kind->pull (b);
  line = bench_sign (signer, A, BENCH_NOW_US, &error);
  b->kind->put_back (b);
  bench_expect (line == NULL, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  refused (signer, A); /* the PIN is asked again */
}

static void
pulled_between_two (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, two);
  g_autofree char *line = bench_sign (signer, two[0], BENCH_NOW_US, NULL);
  g_autoptr (GError) error = NULL;
  char *second;

  g_assert_nonnull (line);
  b->kind->pull (b);
  second = bench_sign (signer, two[1], BENCH_NOW_US, &error);
  b->kind->put_back (b);
  bench_expect (second == NULL, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
put_back_works_anew (Bench *b)
{
  g_autoptr (FzSigner) signer = NULL;
  g_autofree char *line = NULL;

  b->kind->pull (b);
  b->kind->put_back (b);
  signer = bench_authorised (b, one);
  line = bench_sign (signer, A, BENCH_NOW_US, NULL);
  g_assert_nonnull (line);
}

const Check checks_of_ending[] = {
  { "forgotten-signs-nothing", forgotten_signs_nothing },
  { "forgets-twice", forgets_twice },
  { "forgotten-then-pin-again", forgotten_then_pin_again },
  { "last-envelope-ends-it", last_envelope_ends_it },
  { "closes-unused", closes_unused },
  { "closes-authorised", closes_authorised },
  { "opened-again-is-new", opened_again_is_new },
  { "beside-another-has-no-right", beside_another_has_no_right },
  { "cancelled-before-pin", cancelled_before_pin },
  { "cancelled-before-signature", cancelled_before_signature },
  { "in-a-thread", in_a_thread },
  { "wrong-pin-in-a-thread", wrong_pin_in_a_thread },
  { "ready-says-nothing", ready_says_nothing },
  { "removal-is-told-once", removal_is_told_once },
  { "pulled-before-opening", pulled_before_opening },
  { "pulled-enumerates-none", pulled_enumerates_none },
  { "pulled-before-pin", pulled_before_pin },
  { "pulled-before-signature", pulled_before_signature },
  { "pulled-between-two", pulled_between_two },
  { "put-back-works-anew", put_back_works_anew },
  { NULL, NULL },
};
