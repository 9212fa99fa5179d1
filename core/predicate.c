#include "core/predicate.h"

#include "core/age.h"

#include <string.h>

static const char *
param (const FzQuestion *q, const char *name)
{
  return fz_fields_get (q->params, name);
}

static gint64
param_int (const FzQuestion *q, const char *name)
{
  gint64 value = 0;

  fz_fields_get_int (q->params, name, &value);
  return value;
}

static const char *
fact (const FzQuestion *q, const char *name)
{
  return fz_fields_get (q->facts, param (q, name));
}

static gboolean
fact_date (const FzQuestion *q, const char *name, FzDate *out)
{
  const char *text = fact (q, name);
  gint64 us = 0;

  if (text == NULL)
    return FALSE;
  if (fz_time_parse (text, &us)) {
    *out = fz_date_in_beijing (us);
    return TRUE;
  }
  return fz_date_parse (text, out, NULL);
}

static FzVerdict
verdict (gboolean pass)
{
  return pass ? FZ_VERDICT_PASS : FZ_VERDICT_FAIL;
}

/* --- single facts --- */

static FzVerdict
is_present (const FzQuestion *q)
{
  return verdict (fact (q, "key") != NULL);
}

static FzVerdict
is_absent (const FzQuestion *q)
{
  return verdict (fact (q, "key") == NULL);
}

static FzVerdict
is_yes (const FzQuestion *q)
{
  const char *value = fact (q, "key");

  return value == NULL ? FZ_VERDICT_UNKNOWN : verdict (g_str_equal (value, "yes"));
}

static FzVerdict
is_no (const FzQuestion *q)
{
  const char *value = fact (q, "key");

  return value == NULL ? FZ_VERDICT_UNKNOWN : verdict (g_str_equal (value, "no"));
}

static FzVerdict
is_one_of (const FzQuestion *q)
{
  const char *value = fact (q, "key");

  if (value == NULL)
    return FZ_VERDICT_UNKNOWN;
  for (guint i = 0; i < fz_fields_count (q->params, "value"); i++)
    if (g_strcmp0 (value, fz_fields_get_at (q->params, "value", i, NULL)) == 0)
      return FZ_VERDICT_PASS;
  return FZ_VERDICT_FAIL;
}

static FzVerdict
is_same (const FzQuestion *q)
{
  const char *a = fact (q, "key"), *b = fact (q, "other");

  return a == NULL || b == NULL ? FZ_VERDICT_UNKNOWN : verdict (g_str_equal (a, b));
}

static FzVerdict
is_different (const FzQuestion *q)
{
  const char *a = fact (q, "key"), *b = fact (q, "other");

  return a == NULL || b == NULL ? FZ_VERDICT_UNKNOWN : verdict (!g_str_equal (a, b));
}

static FzVerdict
int_at_least (const FzQuestion *q)
{
  gint64 value = 0;

  return fz_fields_get_int (q->facts, param (q, "key"), &value) ? verdict (value >= param_int (q, "min")) : FZ_VERDICT_UNKNOWN;
}

/* --- days --- */

static FzVerdict
day_reached (const FzQuestion *q)
{
  FzDate day;

  return fact_date (q, "key", &day) ? verdict (fz_date_compare (day, q->on) <= 0) : FZ_VERDICT_UNKNOWN;
}

static FzVerdict
day_not_passed (const FzQuestion *q)
{
  FzDate day;

  return fact_date (q, "key", &day) ? verdict (fz_date_compare (q->on, day) <= 0) : FZ_VERDICT_UNKNOWN;
}

/* 3年以上 includes exactly three years. */
static FzVerdict
years_since (const FzQuestion *q)
{
  FzDate day;

  if (!fact_date (q, "key", &day))
    return FZ_VERDICT_UNKNOWN;
  return verdict (fz_date_compare (fz_date_add_months (day, (int) param_int (q, "years") * 12), q->on) <= 0);
}

static FzVerdict
within_days (const FzQuestion *q)
{
  FzDate day;
  gint64 gone;

  if (!fact_date (q, "key", &day))
    return FZ_VERDICT_UNKNOWN;
  gone = fz_date_days_between (day, q->on);
  return verdict (gone >= 0 && gone <= param_int (q, "days"));
}

/* --- the patient --- */

static FzVerdict
age_within (const FzQuestion *q)
{
  FzDate birth;

  if (!fact_date (q, "key", &birth))
    return FZ_VERDICT_UNKNOWN;
  return verdict (fz_age_within (birth, q->on, (int) param_int (q, "years"), g_strcmp0 (param (q, "inclusive"), "yes") == 0));
}

/* --- lists --- */

static FzVerdict
count_at_least (const FzQuestion *q)
{
  return verdict (fz_fields_count (q->facts, param (q, "list")) >= param_int (q, "min"));
}

static FzVerdict
count_at_most (const FzQuestion *q)
{
  return verdict (fz_fields_count (q->facts, param (q, "list")) <= param_int (q, "max"));
}

static void
point_at (const FzQuestion *q, guint i)
{
  if (q->where != NULL && *q->where == NULL)
    *q->where = g_strdup_printf ("%s.%02u.%s", param (q, "list"), i, param (q, "item"));
}

static FzVerdict
each_present (const FzQuestion *q)
{
  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++)
    if (fz_fields_get_at (q->facts, param (q, "list"), i, param (q, "item")) == NULL) {
      point_at (q, i);
      return FZ_VERDICT_FAIL;
    }
  return FZ_VERDICT_PASS;
}

static FzVerdict
each_at_most (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_PASS;

  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++) {
    gint64 value = 0;

    if (!fz_fields_get_int_at (q->facts, param (q, "list"), i, param (q, "item"), &value)) {
      result = FZ_VERDICT_UNKNOWN;
      continue;
    }
    if (value > param_int (q, "max")) {
      point_at (q, i);
      return FZ_VERDICT_FAIL;
    }
  }
  return result;
}

static FzVerdict
none_is (const FzQuestion *q)
{
  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++)
    for (guint j = 0; j < fz_fields_count (q->params, "value"); j++)
      if (g_strcmp0 (fz_fields_get_at (q->facts, param (q, "list"), i, param (q, "item")),
                     fz_fields_get_at (q->params, "value", j, NULL)) == 0) {
        point_at (q, i);
        return FZ_VERDICT_FAIL;
      }
  return FZ_VERDICT_PASS;
}

/* Items marked `flag` yes may not be over `max` in `item`. */
static FzVerdict
flagged_at_most (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_PASS;

  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++) {
    gint64 value = 0;

    if (g_strcmp0 (fz_fields_get_at (q->facts, param (q, "list"), i, param (q, "flag")), "yes") != 0)
      continue;
    if (!fz_fields_get_int_at (q->facts, param (q, "list"), i, param (q, "item"), &value))
      result = FZ_VERDICT_UNKNOWN;
    else if (value > param_int (q, "max")) {
      point_at (q, i);
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

  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++) {
    const char *word = fz_fields_get_at (q->facts, param (q, "list"), i, param (q, "item"));

    if (word == NULL)
      return FZ_VERDICT_UNKNOWN;
    if (g_strcmp0 (word, fz_fields_get_at (q->params, "value", 0, NULL)) == 0)
      with++;
    else
      without++;
  }
  return verdict (with == 0 || without == 0);
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
  gboolean exact = g_strcmp0 (param (q, "match"), "exact") == 0;
  guint n_prior = fz_fields_count (q->facts, param (q, "prior"));

  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++) {
    const char *code = fz_fields_get_at (q->facts, param (q, "list"), i, "code");
    gboolean found = FALSE;

    for (guint j = 0; j < n_prior && !found; j++) {
      const char *prior = fz_fields_get_at (q->facts, param (q, "prior"), j, "code");

      found = exact ? g_strcmp0 (code, prior) == 0 : same_category (code, prior);
    }
    if (!found) {
      if (q->where != NULL && *q->where == NULL)
        *q->where = g_strdup_printf ("%s.%02u", param (q, "list"), i);
      return FZ_VERDICT_FAIL;
    }
  }
  return FZ_VERDICT_PASS;
}

/* No code begins with one of the values: classes of infectious disease that belong elsewhere at once. */
static FzVerdict
no_code_begins (const FzQuestion *q)
{
  for (guint i = 0; i < fz_fields_count (q->facts, param (q, "list")); i++) {
    const char *code = fz_fields_get_at (q->facts, param (q, "list"), i, "code");

    for (guint j = 0; code != NULL && j < fz_fields_count (q->params, "value"); j++)
      if (g_str_has_prefix (code, fz_fields_get_at (q->params, "value", j, NULL))) {
        if (q->where != NULL && *q->where == NULL)
          *q->where = g_strdup_printf ("%s.%02u", param (q, "list"), i);
        return FZ_VERDICT_FAIL;
      }
  }
  return FZ_VERDICT_PASS;
}

static const struct {
  const char *word;
  FzPredicate call;
  const char *params[6];
} table[] = {
  /* single facts */
  { "present", is_present, { "key" } },
  { "absent", is_absent, { "key" } },
  { "yes", is_yes, { "key" } },
  { "no", is_no, { "key" } },
  { "one_of", is_one_of, { "key", "value" } },
  { "same", is_same, { "key", "other" } },
  { "different", is_different, { "key", "other" } },
  { "int_at_least", int_at_least, { "key", "min" } },
  /* days */
  { "day_reached", day_reached, { "key" } },
  { "day_not_passed", day_not_passed, { "key" } },
  { "years_since", years_since, { "key", "years" } },
  { "within_days", within_days, { "key", "days" } },
  /* the patient */
  { "age_within", age_within, { "key", "years", "inclusive" } },
  /* lists */
  { "count_at_least", count_at_least, { "list", "min" } },
  { "count_at_most", count_at_most, { "list", "max" } },
  { "each_present", each_present, { "list", "item" } },
  { "each_at_most", each_at_most, { "list", "item", "max" } },
  { "none_is", none_is, { "list", "item", "value" } },
  { "flagged_at_most", flagged_at_most, { "list", "item", "flag", "max" } },
  { "not_mixed", not_mixed, { "list", "item", "value" } },
  /* diagnoses */
  { "each_in_prior", each_in_prior, { "list", "prior", "match" } },
  { "no_code_begins", no_code_begins, { "list", "value" } },
};

FzPredicate
fz_predicate_find (const char *word)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].word, word))
      return table[i].call;
  return NULL;
}

const char *const *
fz_predicate_get_params (const char *word)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].word, word))
      return table[i].params;
  return NULL;
}

FzParamType
fz_predicate_param_type (const char *name)
{
  static const char *const numbers[] = { "years", "days", "min", "max" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (name, numbers[i]))
      return FZ_PARAM_INT;
  if (g_str_equal (name, "inclusive"))
    return FZ_PARAM_BOOL;
  return g_str_equal (name, "value") ? FZ_PARAM_TEXTS : FZ_PARAM_TEXT;
}

gboolean
fz_predicate_param_fits (const char *name, const char *text)
{
  if (g_str_equal (name, "match"))
    return g_str_equal (text, "category") || g_str_equal (text, "exact");
  return *text != '\0';
}

const char *
fz_verdict_to_word (FzVerdict value)
{
  return value == FZ_VERDICT_PASS ? "pass" : value == FZ_VERDICT_FAIL ? "fail" : "unknown";
}
