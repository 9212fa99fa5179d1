/* The way of the medicine out of the pharmacy, part by part, against promises written by hand: 处方管理办法 art. 33, 37; Tianjin 2025 art. 23. */
#include "tests/machine/bodies.h"

typedef struct {
  FzCase *state;
} Rx;

static void
rx_set_up (Rx *self, gconstpointer unused)
{
  self->state = case_with_rx (FZ_RX_EFFECTIVE);
}

static void
rx_tear_down (Rx *self, gconstpointer unused)
{
  fz_case_free (self->state);
}

static FzRxStage
stage (const Rx *self)
{
  return fz_case_find_rx (self->state, "R")->stage;
}

static const char *
word (const Rx *self)
{
  return fz_supply_get_word (fz_case_find_rx (self->state, "R")->supply);
}

/* `facts`: "key=value" pairs over the least body of that kind, NULL at the end. */
static gboolean
act (Rx *self, FzDocKind kind, const char *person, const char *const *facts)
{
  g_autoptr (FzFields) body = body_new (kind, "V", "R");
  g_autofree char *before = case_text (self->state), *after = NULL;
  FzErrorCode code = FZ_ERROR_INTERNAL;
  gboolean taken;

  for (guint i = 0; facts != NULL && facts[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (facts[i], "=", 2);

    fz_fields_set (body, pair[0], pair[1]);
  }
  taken = apply (self->state, body, FZ_ROLE_PHARMACIST, person, START_US + 300, &code);
  after = case_text (self->state);
  if (!taken) {
    g_assert_cmpstr (before, ==, after);
    g_assert_true (code == FZ_ERROR_REFUSED || code == FZ_ERROR_INVALID);
  }
  return taken;
}

#define ACT(kind, person, ...) act (self, FZ_DOC_##kind, person, (const char *const[]){ __VA_ARGS__, NULL })
#define PLAIN(kind, person) act (self, FZ_DOC_##kind, person, NULL)

static void
over_the_counter (Rx *self, gconstpointer unused)
{
  g_assert_cmpstr (word (self), ==, "none");
  g_assert_true (ACT (PREPARATION, "B", "way=counter"));
  g_assert_cmpstr (word (self), ==, "prepared");
  g_assert_false (ACT (DISPENSE, "C", "way=counter")); /* nobody checked it */
  g_assert_false (PLAIN (CHECK, "B"));                /* not the one who prepared it */
  g_assert_true (PLAIN (CHECK, "C"));
  g_assert_cmpstr (word (self), ==, "checked");
  g_assert_false (PLAIN (DISPENSE, "C"));               /* by courier, though it was prepared for the counter */
  g_assert_false (ACT (DISPENSE, "C", "way=counter", "complete=no"));
  g_assert_false (ACT (DISPENSE, "A", "way=counter")); /* the prescriber */
  g_assert_true (ACT (DISPENSE, "C", "way=counter"));
  g_assert_cmpint (stage (self), ==, FZ_RX_DISPENSED);
  g_assert_cmpstr (word (self), ==, "done");
  g_assert_false (ACT (DISPENSE, "C", "way=counter")); /* once */
  g_assert_false (ACT (PREPARATION, "B", "part=2", "way=counter"));
  g_assert_false (PLAIN (DELIVERY, "C")); /* it is in the patient's hand */
}

static void
in_parts (Rx *self, gconstpointer unused)
{
  g_assert_false (ACT (PREPARATION, "B", "line.00.give=3"));             /* more than prescribed */
  g_assert_false (ACT (PREPARATION, "B", "line.00.give=0", "line.01.give=0")); /* nothing */
  g_assert_false (ACT (PREPARATION, "B", "line.01.give="));              /* a line not said */
  g_assert_false (ACT (PREPARATION, "B", "line.00.give=-1"));
  g_assert_false (ACT (PREPARATION, "B", "part=2"));
  g_assert_true (ACT (PREPARATION, "B", "way=counter", "line.00.give=1", "line.01.give=0"));
  g_assert_false (ACT (PREPARATION, "B", "part=2", "line.00.give=1", "line.01.give=1")); /* one at a time */
  g_assert_false (PLAIN (CHECK, "C")); /* other packs than were prepared */
  g_assert_true (ACT (CHECK, "C", "line.00.give=1", "line.01.give=0"));
  g_assert_false (ACT (DISPENSE, "C", "way=counter", "line.00.give=1", "line.01.give=0")); /* it is not everything */
  g_assert_true (ACT (DISPENSE, "C", "way=counter", "complete=no", "line.00.give=1", "line.01.give=0"));
  g_assert_cmpint (stage (self), ==, FZ_RX_EFFECTIVE);
  g_assert_cmpstr (word (self), ==, "part");
  g_assert_false (ACT (PREPARATION, "B", "part=2", "line.00.give=2", "line.01.give=1")); /* one is gone already */
  g_assert_true (ACT (PREPARATION, "C", "part=2", "line.00.give=1", "line.01.give=1"));
  g_assert_true (ACT (CHECK, "B", "part=2", "line.00.give=1"));
  g_assert_true (ACT (DISPENSE, "B", "part=2", "line.00.give=1"));
  g_assert_cmpint (stage (self), ==, FZ_RX_DISPENSED);
  g_assert_cmpstr (word (self), ==, "sent");
  g_assert_true (ACT (DELIVERY, "B", "part=2"));
  g_assert_cmpstr (word (self), ==, "done");
  g_assert_false (ACT (DELIVERY, "B", "part=2"));
}

static void
found_wrong (Rx *self, gconstpointer unused)
{
  g_assert_true (PLAIN (PREPARATION, "B"));
  g_assert_true (ACT (CHECK, "C", "verdict=rejected"));
  g_assert_cmpstr (word (self), ==, "none");
  g_assert_false (PLAIN (DISPENSE, "C"));
  g_assert_false (PLAIN (CHECK, "C"));
  g_assert_true (ACT (PREPARATION, "B", "part=2"));
  g_assert_false (ACT (CHECK, "C", "part=1"));
  g_assert_true (ACT (CHECK, "C", "part=2"));
  g_assert_true (ACT (DISPENSE, "B", "part=2"));
}

static void
came_back (Rx *self, gconstpointer unused)
{
  g_assert_true (PLAIN (PREPARATION, "B"));
  g_assert_true (PLAIN (CHECK, "C"));
  g_assert_true (PLAIN (DISPENSE, "C"));
  g_assert_false (ACT (DELIVERY, "C", "outcome=lost"));
  g_assert_true (ACT (DELIVERY, "C", "outcome=returned"));
  g_assert_cmpint (stage (self), ==, FZ_RX_EFFECTIVE); /* owed again, while it is valid */
  g_assert_cmpstr (word (self), ==, "none");
  g_assert_true (ACT (PREPARATION, "B", "part=2"));
}

static void
outside (Rx *self, gconstpointer unused)
{
  g_assert_false (ACT (PREPARATION, "B", "way=outside"));
  g_assert_false (ACT (DISPENSE, "B", "way=outside", "line.00.give=1", "line.01.give=1", "complete=no")); /* whole or not at all */
  g_assert_true (ACT (DISPENSE, "B", "way=outside"));
  g_assert_cmpint (stage (self), ==, FZ_RX_DISPENSED);
  g_assert_true (ACT (DELIVERY, "C", "outcome=returned")); /* they have none of it */
  g_assert_true (ACT (PREPARATION, "B", "part=2", "way=counter", "line.00.give=1", "line.01.give=0"));
  g_assert_true (ACT (CHECK, "C", "part=2", "line.00.give=1", "line.01.give=0"));
  g_assert_true (ACT (DISPENSE, "C", "part=2", "way=counter", "complete=no", "line.00.give=1", "line.01.give=0"));
  g_assert_false (ACT (DISPENSE, "B", "part=3", "way=outside", "line.00.give=1", "line.01.give=1")); /* some of it is gone from here */
}

/* After something left, the doctor cannot take it back; the pharmacist can stop the rest, and the parcel is still accounted for. */
static void
voided_in_part (Rx *self, gconstpointer unused)
{
  g_autoptr (FzFields) end = body_new (FZ_DOC_VOID, "V", "R");

  g_assert_true (ACT (PREPARATION, "B", "line.00.give=1", "line.01.give=1"));
  g_assert_true (ACT (CHECK, "C", "line.00.give=1"));
  g_assert_true (ACT (DISPENSE, "C", "complete=no", "line.00.give=1"));
  g_assert_false (apply (self->state, end, FZ_ROLE_DOCTOR, "A", START_US + 300, NULL));
  g_assert_true (apply (self->state, end, FZ_ROLE_PHARMACIST, "B", START_US + 300, NULL));
  g_assert_false (ACT (PREPARATION, "B", "part=2", "line.00.give=1", "line.01.give=0"));
  g_assert_true (PLAIN (DELIVERY, "B"));
  g_assert_cmpint (stage (self), ==, FZ_RX_VOIDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/machine/supply/counter", Rx, NULL, rx_set_up, over_the_counter, rx_tear_down);
  g_test_add ("/machine/supply/parts", Rx, NULL, rx_set_up, in_parts, rx_tear_down);
  g_test_add ("/machine/supply/wrong", Rx, NULL, rx_set_up, found_wrong, rx_tear_down);
  g_test_add ("/machine/supply/returned", Rx, NULL, rx_set_up, came_back, rx_tear_down);
  g_test_add ("/machine/supply/outside", Rx, NULL, rx_set_up, outside, rx_tear_down);
  g_test_add ("/machine/supply/voided", Rx, NULL, rx_set_up, voided_in_part, rx_tear_down);
  return g_test_run ();
}
