#include "core/predicate_read.h"

#include <string.h>

/* --- lists --- */

static FzVerdict
count_at_least (const FzQuestion *q)
{
  return fz_verdict_of (fz_read_count (q, "list") >= fz_ask_int (q, "min"));
}

static FzVerdict
count_at_most (const FzQuestion *q)
{
  return fz_verdict_of (fz_read_count (q, "list") <= fz_ask_int (q, "max"));
}

static FzVerdict
each_present (const FzQuestion *q)
{
  for (guint i = 0; i < fz_read_count (q, "list"); i++)
    if (fz_read_item (q, "list", i, "item") == NULL) {
      fz_point_at_item (q, "list", i, "item");
      return FZ_VERDICT_FAIL;
    }
  return FZ_VERDICT_PASS;
}

static FzVerdict
each_at_most (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_PASS;

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    gint64 value = 0;

    if (!fz_read_item_int (q, "list", i, "item", &value)) {
      result = FZ_VERDICT_UNKNOWN;
      continue;
    }
    if (value > fz_ask_int (q, "max")) {
      fz_point_at_item (q, "list", i, "item");
      return FZ_VERDICT_FAIL;
    }
  }
  return result;
}

static FzVerdict
each_absent (const FzQuestion *q)
{
  for (guint i = 0; i < fz_read_count (q, "list"); i++)
    if (fz_read_item (q, "list", i, "item") != NULL) {
      fz_point_at_item (q, "list", i, "item");
      return FZ_VERDICT_FAIL;
    }
  return FZ_VERDICT_PASS;
}

static gboolean
is_listed (const FzQuestion *q, const char *word)
{
  for (guint j = 0; j < fz_ask_n (q, "value"); j++)
    if (g_strcmp0 (word, fz_ask_nth (q, "value", j)) == 0)
      return TRUE;
  return FALSE;
}

/* What an item does not say, it is not: a drug without a class has none. */
static FzVerdict
none_is (const FzQuestion *q)
{
  for (guint i = 0; i < fz_read_count (q, "list"); i++)
    if (is_listed (q, fz_read_item (q, "list", i, "item"))) {
      fz_point_at_item (q, "list", i, "item");
      return FZ_VERDICT_FAIL;
    }
  return FZ_VERDICT_PASS;
}

static FzVerdict
each_one_of (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_PASS;

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    const char *word = fz_read_item (q, "list", i, "item");

    if (word == NULL)
      result = FZ_VERDICT_UNKNOWN;
    else if (!is_listed (q, word)) {
      fz_point_at_item (q, "list", i, "item");
      return FZ_VERDICT_FAIL;
    }
  }
  return result;
}

static FzVerdict
any_item_is (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_FAIL;

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    const char *word = fz_read_item (q, "list", i, "item");

    if (word == NULL)
      result = FZ_VERDICT_UNKNOWN;
    else if (is_listed (q, word))
      return FZ_VERDICT_PASS;
  }
  return result;
}

/* Something else than these is among the items; of no items nothing is said. */
static FzVerdict
not_all_are (const FzQuestion *q)
{
  FzVerdict result = fz_verdict_of (fz_read_count (q, "list") == 0);

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    const char *word = fz_read_item (q, "list", i, "item");

    if (word == NULL)
      result = FZ_VERDICT_UNKNOWN;
    else if (!is_listed (q, word))
      return FZ_VERDICT_PASS;
  }
  return result;
}

/* Items marked `flag` yes may not be over `max` in `item`. */
static FzVerdict
flagged_at_most (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_PASS;

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    gint64 value = 0;

    if (g_strcmp0 (fz_read_item (q, "list", i, "flag"), "yes") != 0)
      continue;
    if (!fz_read_item_int (q, "list", i, "item", &value))
      result = FZ_VERDICT_UNKNOWN;
    else if (value > fz_ask_int (q, "max")) {
      fz_point_at_item (q, "list", i, "item");
      return FZ_VERDICT_FAIL;
    }
  }
  return result;
}

/* Every item has the same word in `item`, or none of them has `value`: herbs never share a sheet with other medicine. */
static FzVerdict
not_mixed (const FzQuestion *q)
{
  guint with = 0, without = 0;

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    const char *word = fz_read_item (q, "list", i, "item");

    if (word == NULL)
      return FZ_VERDICT_UNKNOWN;
    if (g_strcmp0 (word, fz_ask_nth (q, "value", 0)) == 0)
      with++;
    else
      without++;
  }
  return fz_verdict_of (with == 0 || without == 0);
}

/* --- diagnoses --- */

static gboolean
same_category (const char *a, const char *b)
{
  return a != NULL && b != NULL && strlen (a) >= 3 && strncmp (a, b, 3) == 0;
}

/* Each diagnosis has a prior one with the same first three characters (`match` category), or the very same code (exact). */
static FzVerdict
each_in_prior (const FzQuestion *q)
{
  gboolean exact = g_strcmp0 (fz_ask_param (q, "match"), "exact") == 0;
  guint n_prior = fz_read_count (q, "prior");

  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    const char *code = fz_read_item (q, "list", i, "code");
    gboolean found = FALSE;

    for (guint j = 0; j < n_prior && !found; j++) {
      const char *prior = fz_read_item (q, "prior", j, "code");

      found = exact ? g_strcmp0 (code, prior) == 0 : same_category (code, prior);
    }
    if (!found) {
      fz_point_at_item (q, "list", i, NULL);
      return FZ_VERDICT_FAIL;
    }
  }
  return FZ_VERDICT_PASS;
}

/* No code begins with one of the values: classes of infectious disease that belong elsewhere at once. */
static FzVerdict
no_code_begins (const FzQuestion *q)
{
  for (guint i = 0; i < fz_read_count (q, "list"); i++) {
    const char *code = fz_read_item (q, "list", i, "code");

    for (guint j = 0; code != NULL && j < fz_ask_n (q, "value"); j++)
      if (g_str_has_prefix (code, fz_ask_nth (q, "value", j))) {
        fz_point_at_item (q, "list", i, NULL);
        return FZ_VERDICT_FAIL;
      }
  }
  return FZ_VERDICT_PASS;
}

static const FzPredicateRow rows[] = {
  { "count_at_least", count_at_least, { "list", "min" } },
  { "count_at_most", count_at_most, { "list", "max" } },
  { "each_present", each_present, { "list", "item" } },
  { "each_absent", each_absent, { "list", "item" } },
  { "each_at_most", each_at_most, { "list", "item", "max" } },
  { "each_one_of", each_one_of, { "list", "item", "value" } },
  { "none_is", none_is, { "list", "item", "value" } },
  { "any_item_is", any_item_is, { "list", "item", "value" } },
  { "not_all_are", not_all_are, { "list", "item", "value" } },
  { "flagged_at_most", flagged_at_most, { "list", "item", "flag", "max" } },
  { "not_mixed", not_mixed, { "list", "item", "value" } },
  { "each_in_prior", each_in_prior, { "list", "prior", "match" } },
  { "no_code_begins", no_code_begins, { "list", "value" } },
};

const FzPredicateRow *
fz_predicate_list_rows (guint *n)
{
  *n = G_N_ELEMENTS (rows);
  return rows;
}
