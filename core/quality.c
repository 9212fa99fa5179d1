#include "core/quality.h"

#include "core/date.h"
#include "core/idnumber.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef enum { CHECK_PRESENT, CHECK_EITHER, CHECK_ANY, CHECK_EACH, CHECK_ORDER, CHECK_PAST, CHECK_IDENTITY, CHECK_REFERS, N_CHECKS } Check;

static const char *const check_words[N_CHECKS] = { "present", "either", "any", "each", "order", "past", "identity", "refers" };

struct _FzQuality {
  FzCsv *rules;
  const FzExchangeMap *map;
  GArray *checks; /* Check */
};

void
fz_quality_free (FzQuality *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->rules, fz_csv_unref);
  g_array_unref (self->checks);
  g_free (self);
}

static gboolean
is_known (const FzExchangeMap *map, const char *field)
{
  if (*field == '\0' || fz_exchange_map_find (map, field) != NULL)
    return TRUE;
  for (guint i = 0; i < fz_exchange_map_get_n_sections (map); i++)
    if (g_str_equal (fz_exchange_map_get_section (map, i), field))
      return TRUE;
  return FALSE;
}

static gboolean
add_rule (FzQuality *self, guint row, GError **error)
{
  const char *word = fz_csv_get (self->rules, row, "check");
  const char *wrong = NULL;
  guint check = 0;

  while (check < N_CHECKS && !g_str_equal (check_words[check], word))
    check++;
  if (check == N_CHECKS)
    wrong = "check";
  else if (*fz_csv_get (self->rules, row, "field") == '\0' || !is_known (self->map, fz_csv_get (self->rules, row, "field")))
    wrong = "field";
  else if (!is_known (self->map, fz_csv_get (self->rules, row, "other")))
    wrong = "other";
  else if (*fz_csv_get (self->rules, row, "words") == '\0' || *fz_csv_get (self->rules, row, "source") == '\0')
    wrong = "source";
  if (wrong != NULL)
    fz_csv_set_error (self->rules, row, wrong, error, _ ("不认识的取值，或没有写"));
  else
    g_array_append_val (self->checks, check);
  return wrong == NULL;
}

FzQuality *
fz_quality_new (GBytes *rules, const FzExchangeMap *map, GError **error)
{
  static const char *const columns[] = { "code", "check", "field", "other", "unless", "severity", "words", "words_en", "source", NULL };
  g_autoptr (FzQuality) self = g_new0 (FzQuality, 1);
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (rules, &n);

  self->map = map;
  self->checks = g_array_new (FALSE, FALSE, sizeof (guint));
  self->rules = fz_csv_parse (text, n, "quality.csv", error);
  if (self->rules == NULL || !fz_csv_require (self->rules, columns, error))
    return NULL;
  for (guint i = 0; i < fz_csv_get_n_rows (self->rules); i++)
    if (!add_rule (self, i, error))
      return NULL;
  return g_steal_pointer (&self);
}

/* --- one look --- */

typedef struct {
  const FzQuality *self;
  const FzFields *record;
  gint64 now_us;
  guint row;
  GPtrArray *defects;
} Look;

static gboolean
is_missing (Check check)
{
  return check == CHECK_PRESENT || check == CHECK_EITHER || check == CHECK_ANY || check == CHECK_EACH;
}

static void
add_defect (Look *look, const char *field)
{
  static const char *const copied[] = { "code", "severity", "words", "words_en", "source" };
  const FzExchangeField *row = fz_exchange_map_find (look->self->map, field);
  FzFields *defect = fz_fields_new ("fuzhen.quality_defect/v1");

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (defect, copied[i], fz_csv_get (look->self->rules, look->row, copied[i]));
  fz_fields_set_bool (defect, "missing", is_missing ((Check) g_array_index (look->self->checks, guint, look->row)));
  fz_fields_set (defect, "field", field);
  fz_fields_set (defect, "name", row != NULL ? row->name : NULL);
  fz_fields_set (defect, "name_en", row != NULL ? row->name_en : NULL);
  g_ptr_array_add (look->defects, fz_fields_freeze (defect));
}

/* There, or there but not to be seen; a section is there when it has an item. */
static gboolean
has (const Look *look, const char *field)
{
  g_autofree char *missing = g_strconcat ("missing.", field, NULL);

  return strchr (field, '.') == NULL ? fz_fields_count (look->record, field) > 0
                                     : fz_fields_has (look->record, field) || g_strcmp0 (fz_fields_get (look->record, missing), "masked") == 0;
}

/* The day or moment a field says, as a moment; a day begins. */
static gboolean
get_moment (const Look *look, const char *field, gint64 *out_us, gboolean *out_day)
{
  const char *value = fz_fields_get (look->record, field);
  FzDate day;

  *out_day = value != NULL && fz_date_parse (value, &day, NULL);
  if (*out_day)
    *out_us = fz_date_beijing_start_us (day);
  return *out_day || fz_fields_get_time (look->record, field, out_us);
}

static gboolean
is_in_order (const Look *look, const char *field, const char *other)
{
  gint64 a = 0, b = 0;
  gboolean a_day = FALSE, b_day = FALSE;

  if (!get_moment (look, field, &a, &a_day) || !get_moment (look, other, &b, &b_day))
    return TRUE;
  if (a_day || b_day)
    return fz_date_compare (fz_date_in_beijing (a), fz_date_in_beijing (b)) <= 0;
  return a <= b;
}

static gboolean
is_past (const Look *look, const char *field)
{
  gint64 us = 0;
  gboolean day = FALSE;

  return !get_moment (look, field, &us, &day) || us <= look->now_us;
}

static gboolean
number_fits (const Look *look)
{
  const char *number = fz_fields_get (look->record, "patient.id_number"), *born = fz_fields_get (look->record, "patient.birth_date");
  const char *sex = fz_fields_get (look->record, "patient.sex");
  FzIdNumber id;
  FzDate birth;

  if (number == NULL || g_strcmp0 (fz_fields_get (look->record, "patient.id_kind"), "01") != 0)
    return TRUE;
  return fz_id_number_parse (number, fz_date_in_beijing (look->now_us), &id, NULL) &&
         fz_id_number_matches (&id, born != NULL && fz_date_parse (born, &birth, NULL) ? &birth : NULL,
                               sex != NULL ? (FzSex) g_ascii_strtoull (sex, NULL, 10) : FZ_SEX_UNKNOWN, NULL);
}

/* TRUE when one of the items of the other list says the same. */
static gboolean
refers (const Look *look, const char *value, const FzExchangeField *other)
{
  guint n = other != NULL ? fz_fields_count (look->record, other->section) : 0;

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (look->record, other->section, i, other->member), value) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
holds (const Look *look, Check check, const char *field, const char *other)
{
  const char *value = fz_fields_get (look->record, field);

  switch (check) {
  case CHECK_PRESENT:
  case CHECK_EACH:
    return has (look, field);
  case CHECK_EITHER:
    return has (look, field) || has (look, other);
  case CHECK_ANY:
    return fz_fields_count (look->record, field) > 0;
  case CHECK_ORDER:
    return is_in_order (look, field, other);
  case CHECK_PAST:
    return is_past (look, field);
  case CHECK_IDENTITY:
    return number_fits (look);
  case CHECK_REFERS:
    return value == NULL || refers (look, value, fz_exchange_map_find (look->self->map, other));
  case N_CHECKS:
  default:
    return TRUE;
  }
}

static gboolean
is_excused (const Look *look)
{
  g_auto (GStrv) states = g_strsplit (fz_csv_get (look->self->rules, look->row, "unless"), "|", -1);
  const char *state = fz_fields_get (look->record, "encounter.state");

  return state != NULL && g_strv_contains ((const char *const *) states, state);
}

static void
look_at (Look *look)
{
  const char *field = fz_csv_get (look->self->rules, look->row, "field"), *other = fz_csv_get (look->self->rules, look->row, "other");
  const FzExchangeField *known = fz_exchange_map_find (look->self->map, field);
  Check check = (Check) g_array_index (look->self->checks, guint, look->row);

  if (known == NULL || !known->list) {
    if (!holds (look, check, field, other))
      add_defect (look, field);
    return;
  }
  for (guint i = 0; i < fz_fields_count (look->record, known->section); i++) {
    g_autofree char *key = fz_exchange_key (known, i);

    if (!holds (look, check, key, other))
      add_defect (look, key);
  }
}

GPtrArray *
fz_quality_check (const FzQuality *self, const FzFields *record, gint64 now_us)
{
  GPtrArray *defects = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  Look look = { self, record, now_us, 0, defects };

  for (look.row = 0; look.row < fz_csv_get_n_rows (self->rules); look.row++)
    if (!is_excused (&look))
      look_at (&look);
  return defects;
}
