#include "core/predicate.h"

#include "core/age.h"
#include "core/predicate_read.h"

/* --- single facts --- */

static FzVerdict
is_present (const FzQuestion *q)
{
  return fz_verdict_of (fz_read_presence (q, fz_ask_param (q, "key")));
}

static FzVerdict
is_absent (const FzQuestion *q)
{
  return fz_verdict_of (!fz_read_presence (q, fz_ask_param (q, "key")));
}

static FzVerdict
is_yes (const FzQuestion *q)
{
  const char *value = fz_read_fact (q, "key");

  return value == NULL ? FZ_VERDICT_UNKNOWN : fz_verdict_of (g_str_equal (value, "yes"));
}

static FzVerdict
is_no (const FzQuestion *q)
{
  const char *value = fz_read_fact (q, "key");

  return value == NULL ? FZ_VERDICT_UNKNOWN : fz_verdict_of (g_str_equal (value, "no"));
}

static FzVerdict
is_one_of (const FzQuestion *q)
{
  const char *value = fz_read_fact (q, "key");

  if (value == NULL)
    return FZ_VERDICT_UNKNOWN;
  for (guint i = 0; i < fz_ask_n (q, "value"); i++)
    if (g_strcmp0 (value, fz_ask_nth (q, "value", i)) == 0)
      return FZ_VERDICT_PASS;
  return FZ_VERDICT_FAIL;
}

static FzVerdict
is_same (const FzQuestion *q)
{
  const char *a = fz_read_fact (q, "key"), *b = fz_read_fact (q, "other");

  return a == NULL || b == NULL ? FZ_VERDICT_UNKNOWN : fz_verdict_of (g_str_equal (a, b));
}

static FzVerdict
is_different (const FzQuestion *q)
{
  const char *a = fz_read_fact (q, "key"), *b = fz_read_fact (q, "other");

  return a == NULL || b == NULL ? FZ_VERDICT_UNKNOWN : fz_verdict_of (!g_str_equal (a, b));
}

static FzVerdict
int_at_least (const FzQuestion *q)
{
  gint64 value = 0;

  return fz_read_int (q, "key", &value) ? fz_verdict_of (value >= fz_ask_int (q, "min")) : FZ_VERDICT_UNKNOWN;
}

static FzVerdict
int_at_most (const FzQuestion *q)
{
  gint64 value = 0;

  return fz_read_int (q, "key", &value) ? fz_verdict_of (value <= fz_ask_int (q, "max")) : FZ_VERDICT_UNKNOWN;
}

/* --- several facts --- */

static guint
count_present (const FzQuestion *q)
{
  guint n = 0;

  for (guint i = 0; i < fz_ask_n (q, "keys"); i++)
    if (fz_read_presence (q, fz_ask_nth (q, "keys", i)))
      n++;
    else
      fz_point_at_key (q, fz_ask_nth (q, "keys", i));
  return n;
}

static FzVerdict
all_present (const FzQuestion *q)
{
  return fz_verdict_of (count_present (q) == fz_ask_n (q, "keys"));
}

static FzVerdict
any_present (const FzQuestion *q)
{
  return fz_verdict_of (count_present (q) > 0);
}

static FzVerdict
present_at_least (const FzQuestion *q)
{
  return fz_verdict_of (count_present (q) >= fz_ask_int (q, "min"));
}

/* --- readings of the law --- */

/* A clause that only one reading of the text asks for: its parameter says whether that reading is followed. */
static FzVerdict
is_enabled (const FzQuestion *q)
{
  return fz_verdict_of (fz_ask_is (q, "on"));
}

/* --- days --- */

static FzVerdict
day_reached (const FzQuestion *q)
{
  FzDate day;

  return fz_read_day (q, "key", &day) ? fz_verdict_of (fz_date_compare (day, q->on) <= 0) : FZ_VERDICT_UNKNOWN;
}

static FzVerdict
day_not_passed (const FzQuestion *q)
{
  FzDate day;

  return fz_read_day (q, "key", &day) ? fz_verdict_of (fz_date_compare (q->on, day) <= 0) : FZ_VERDICT_UNKNOWN;
}

/* 3年以上 includes exactly three years. */
static FzVerdict
years_since (const FzQuestion *q)
{
  FzDate day;

  if (!fz_read_day (q, "key", &day))
    return FZ_VERDICT_UNKNOWN;
  return fz_verdict_of (fz_date_compare (fz_date_add_months (day, (int) fz_ask_int (q, "years") * 12), q->on) <= 0);
}

static FzVerdict
within_days (const FzQuestion *q)
{
  FzDate day;
  gint64 gone;

  if (!fz_read_day (q, "key", &day))
    return FZ_VERDICT_UNKNOWN;
  gone = fz_date_days_between (day, q->on);
  return fz_verdict_of (gone >= 0 && gone <= fz_ask_int (q, "days"));
}

/* --- the patient --- */

static FzVerdict
age_within (const FzQuestion *q)
{
  FzDate birth;

  if (!fz_read_day (q, "key", &birth))
    return FZ_VERDICT_UNKNOWN;
  return fz_verdict_of (fz_age_within (birth, q->on, (int) fz_ask_int (q, "years"), fz_ask_is (q, "inclusive")));
}

static FzVerdict
age_beyond (const FzQuestion *q)
{
  FzVerdict within = age_within (q);

  return within == FZ_VERDICT_UNKNOWN ? within : fz_verdict_of (within == FZ_VERDICT_FAIL);
}

/* --- the table --- */

static const FzPredicateRow rows[] = {
  /* single facts */
  { "present", is_present, { "key" } },
  { "absent", is_absent, { "key" } },
  { "yes", is_yes, { "key" } },
  { "no", is_no, { "key" } },
  { "one_of", is_one_of, { "key", "value" } },
  { "same", is_same, { "key", "other" } },
  { "different", is_different, { "key", "other" } },
  { "int_at_least", int_at_least, { "key", "min" } },
  { "int_at_most", int_at_most, { "key", "max" } },
  /* several facts */
  { "all_present", all_present, { "keys" } },
  { "any_present", any_present, { "keys" } },
  { "present_at_least", present_at_least, { "keys", "min" } },
  /* readings of the law */
  { "enabled", is_enabled, { "on" } },
  /* days */
  { "day_reached", day_reached, { "key" } },
  { "day_not_passed", day_not_passed, { "key" } },
  { "years_since", years_since, { "key", "years" } },
  { "within_days", within_days, { "key", "days" } },
  /* the patient */
  { "age_within", age_within, { "key", "years", "inclusive" } },
  { "age_beyond", age_beyond, { "key", "years", "inclusive" } },
};

static const FzPredicateRow *
facts_rows (guint *n)
{
  *n = G_N_ELEMENTS (rows);
  return rows;
}

typedef const FzPredicateRow *(*RowsOf) (guint *n);
static const RowsOf subjects[] = { facts_rows, fz_predicate_list_rows, fz_predicate_text_rows };

static const FzPredicateRow *
find_row (const char *word)
{
  for (guint s = 0; word != NULL && s < G_N_ELEMENTS (subjects); s++) {
    guint n = 0;
    const FzPredicateRow *some = subjects[s](&n);

    for (guint i = 0; i < n; i++)
      if (g_str_equal (some[i].word, word))
        return &some[i];
  }
  return NULL;
}

FzPredicate
fz_predicate_find (const char *word)
{
  const FzPredicateRow *row = find_row (word);

  return row != NULL ? row->call : NULL;
}

const char *const *
fz_predicate_get_params (const char *word)
{
  const FzPredicateRow *row = find_row (word);

  return row != NULL ? row->params : NULL;
}

const char **
fz_predicate_list (void)
{
  GPtrArray *words = g_ptr_array_new ();

  for (guint s = 0; s < G_N_ELEMENTS (subjects); s++) {
    guint n = 0;
    const FzPredicateRow *some = subjects[s](&n);

    for (guint i = 0; i < n; i++)
      g_ptr_array_add (words, (gpointer) some[i].word);
  }
  g_ptr_array_add (words, NULL);
  return (const char **) g_ptr_array_free (words, FALSE);
}

FzParamType
fz_predicate_param_type (const char *name)
{
  static const char *const numbers[] = { "years", "days", "min", "max", NULL };
  static const char *const truths[] = { "inclusive", "on", NULL };
  static const char *const lists[] = { "value", "keys", NULL };

  if (g_strv_contains (numbers, name))
    return FZ_PARAM_INT;
  if (g_strv_contains (truths, name))
    return FZ_PARAM_BOOL;
  return g_strv_contains (lists, name) ? FZ_PARAM_TEXTS : FZ_PARAM_TEXT;
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

gboolean
fz_verdict_from_word (const char *word, FzVerdict *out)
{
  for (guint i = FZ_VERDICT_PASS; i <= FZ_VERDICT_UNKNOWN; i++)
    if (g_strcmp0 (word, fz_verdict_to_word ((FzVerdict) i)) == 0) {
      *out = (FzVerdict) i;
      return TRUE;
    }
  return FALSE;
}
