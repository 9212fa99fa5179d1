/* Amounts are exact: what is read is printed back, what cannot be held is refused, nothing is rounded. */
#include <string.h>

#include "core/dose.h"
#include "shelf.h"

static void
test_read_and_print (void)
{
  static const struct {
    const char *text;
    const char *printed;
    gint64 micro;
    FzUnitClass unit_class;
  } cases[] = {
    { "80mg", "80mg", 80000000, FZ_UNIT_MASS },
    { "0.5片", "0.5片", 500000, FZ_UNIT_COUNT },
    { "1喷", "1喷", 1000000, FZ_UNIT_COUNT },
    { "10ml", "10ml", 10000000, FZ_UNIT_VOLUME },
    { "4IU", "4IU", 4000000, FZ_UNIT_ACTIVITY },
    { "4 单位", "4IU", 4000000, FZ_UNIT_ACTIVITY },
    { "50万IU", "50万IU", 500000000000, FZ_UNIT_ACTIVITY },
    { "4.5μg", "4.5μg", 4500, FZ_UNIT_MASS },
    { "4.5µg", "4.5μg", 4500, FZ_UNIT_MASS },
    { "4.5ug", "4.5μg", 4500, FZ_UNIT_MASS },
    { "0.25μg", "0.25μg", 250, FZ_UNIT_MASS },
    { "0.50g", "0.5g", 500000000, FZ_UNIT_MASS },
    { "1g", "1g", 1000000000, FZ_UNIT_MASS },
    { "０．１２５ｍｇ", "0.125mg", 125000, FZ_UNIT_MASS },
    { " 2 粒 ", "2粒", 2000000, FZ_UNIT_COUNT },
    { "15毫升", "15ml", 15000000, FZ_UNIT_VOLUME },
    { "1.5L", "1.5L", 1500000000, FZ_UNIT_VOLUME },
    { "007mg", "7mg", 7000000, FZ_UNIT_MASS },
    { "0.000001mg", "0.000001mg", 1, FZ_UNIT_MASS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *printed = NULL;
    FzDose dose = { 0 };
    FzDose again = { 0 };

    g_assert_true (fz_dose_parse (cases[i].text, &dose, &error));
    g_assert_no_error (error);
    g_assert_cmpint (dose.micro, ==, cases[i].micro);
    g_assert_cmpint (dose.unit_class, ==, cases[i].unit_class);
    printed = fz_dose_format (&dose);
    g_assert_cmpstr (printed, ==, cases[i].printed);
    g_assert_true (fz_dose_parse (printed, &again, NULL));
    g_assert_cmpint (again.micro, ==, dose.micro);
  }
}

static void
test_refused (void)
{
  static const char *const refused[] = {
    NULL,   "",       "mg",      "片",       "80",       "80 毫",    "-5mg",       "+5mg",          "0mg",        "0.0片",
    "5..2mg", ".5mg", "5.mg",    "10~20mg",  "10-20mg",  "1/2片",    "半片",       "适量",          "1次",        "5mgmg",
    "1e3mg", "1,000mg", "0.0000001mg", "0.0000001片", "1000000000mg", "99999999999999999999g", "0x10mg", "5mg 每日",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    FzDose dose = { 0 };

    g_assert_false (fz_dose_parse (refused[i], &dose, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_null (dose.unit);
  }
}

/* Every amount in every unit survives print and read. */
static void
test_round_trip (void)
{
  static const char *const words[] = { "mg", "g", "μg", "ml", "L", "IU", "万IU", "片", "粒", "吸" };

  for (guint i = 0; i < 20000; i++) {
    const char *word = words[g_test_rand_int_range (0, G_N_ELEMENTS (words))];
    FzDose dose = { .micro = 1 + (gint64) (g_test_rand_double () * 1e8), .unit = fz_unit_word (word, NULL) };
    FzDose again = { 0 };
    g_autofree char *text = NULL;

    fz_unit_word (word, &dose.unit_class);
    text = fz_dose_format (&dose);
    if (g_str_equal (word, "μg") || strlen (strchr (text, '.') != NULL ? strchr (text, '.') : "") < 12) {
      g_assert_true (fz_dose_parse (text, &again, NULL));
      g_assert_cmpint (again.micro, ==, dose.micro);
      g_assert_cmpstr (again.unit, ==, dose.unit);
    }
  }
}

static void
test_micrograms (void)
{
  static const struct {
    gint64 ug;
    const char *text;
  } cases[] = { { 50, "50μg" }, { 5000, "5mg" }, { 47500, "47.5mg" }, { 1000000, "1g" }, { 2550000, "2550mg" }, { 1500000, "1.5g" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    FzDose dose = fz_dose_from_ug (cases[i].ug);
    g_autofree char *text = fz_dose_format (&dose);
    gint64 ug = 0;

    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_true (fz_dose_get_ug (&dose, &ug));
    g_assert_cmpint (ug, ==, cases[i].ug);
  }
  {
    FzDose quarter = { 0 };
    gint64 ug = 0;

    g_assert_true (fz_dose_parse ("0.25μg", &quarter, NULL));
    g_assert_false (fz_dose_get_ug (&quarter, &ug));
  }
}

static void
test_frequency (void)
{
  static const struct {
    const char *word;
    const char *code;
    guint days;
    gint64 count; /* -1: needs a total */
  } cases[] = {
    { "qd", "qd", 28, 28 },        { "BID", "bid", 7, 14 },       { "每日三次", "tid", 7, 21 }, { "一日3次", "tid", 1, 3 },
    { "q8h", "q8h", 7, 21 },       { "qod", "qod", 7, 4 },        { "qod", "qod", 8, 4 },       { "qw", "qw", 28, 4 },
    { "qw", "qw", 30, 5 },         { "biw", "biw", 28, 8 },       { "tiw", "tiw", 7, 3 },       { "tiw", "tiw", 1, 1 },
    { "每晚一次", "qn", 84, 84 },  { "q2w", "q2w", 28, 2 },       { "prn", "prn", 7, -1 },      { "ｑｄ", "qd", 1, 1 },
    { "once", "once", 1, -1 },     { "睡前", "hs", 10, 10 },
  };
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const FzFrequency *frequency = fz_frequencies_find (shelf->frequencies, cases[i].word);
    gint64 count = -1;

    g_assert_nonnull (frequency);
    g_assert_cmpstr (frequency->code, ==, cases[i].code);
    g_assert_true (fz_frequency_count (frequency, cases[i].days, &count) == (cases[i].count >= 0));
    g_assert_cmpint (count, ==, cases[i].count);
  }
  g_assert_null (fz_frequencies_find (shelf->frequencies, "qm"));
  g_assert_null (fz_frequencies_find (shelf->frequencies, ""));
  g_assert_null (fz_frequencies_find (shelf->frequencies, "每天"));
}

static void
test_frequency_refused (void)
{
  static const char *const bad[] = {
    "code,label,aliases,per,days\nqd,a,,1,1\n",
    "code,label,aliases,per,days,needs_total\nqd,a,,0,1,no\n",
    "code,label,aliases,per,days,needs_total\nqd,a,,1,x,no\n",
    "code,label,aliases,per,days,needs_total\nqd,a,,1,1,maybe\n",
    "code,label,aliases,per,days,needs_total\n,a,,1,1,no\n",
    "code,label,aliases,per,days,needs_total\nqd,a,,1,1,no\nbid,b,QD,2,1,no\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzFrequencies) table = fz_frequencies_parse ((const guint8 *) bad[i], strlen (bad[i]), "f.csv", &error);

    g_assert_null (table);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

static void
test_per_day (void)
{
  const Shelf *shelf = shelf_get ();
  FzDose dose = { 0 };
  FzDose day = { 0 };

  g_assert_true (fz_dose_parse ("0.5g", &dose, NULL));
  g_assert_true (fz_dose_per_day (&dose, fz_frequencies_find (shelf->frequencies, "tid"), &day));
  g_assert_cmpint (day.micro, ==, 1500000000);
  /* Once a week is a full dose on its day. */
  g_assert_true (fz_dose_per_day (&dose, fz_frequencies_find (shelf->frequencies, "qw"), &day));
  g_assert_cmpint (day.micro, ==, 500000000);
  g_assert_false (fz_dose_per_day (&dose, fz_frequencies_find (shelf->frequencies, "prn"), &day));
  dose.micro = G_MAXINT64 / 2;
  g_assert_false (fz_dose_per_day (&dose, fz_frequencies_find (shelf->frequencies, "tid"), &day));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dose/read-and-print", test_read_and_print);
  g_test_add_func ("/dose/refused", test_refused);
  g_test_add_func ("/dose/round-trip", test_round_trip);
  g_test_add_func ("/dose/micrograms", test_micrograms);
  g_test_add_func ("/dose/frequency", test_frequency);
  g_test_add_func ("/dose/frequency-refused", test_frequency_refused);
  g_test_add_func ("/dose/per-day", test_per_day);
  return g_test_run ();
}
