#include "core/calendar.h"

#include <glib/gi18n-lib.h>

#define SATURDAY 6

struct _FzCalendar {
  gint refs;
  GHashTable *days;  /* days since 1970 -> 1 rest, 2 work */
  GHashTable *years; /* covered */
};

enum { REST = 1, WORK = 2 };

FzCalendar *
fz_calendar_ref (FzCalendar *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_calendar_unref (FzCalendar *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_hash_table_unref (self->days);
  g_hash_table_unref (self->years);
  g_free (self);
}

static gpointer
key_of (FzDate day)
{
  return GINT_TO_POINTER ((gint) fz_date_to_days (day));
}

static gboolean
read_row (const FzCsv *csv, guint row, FzDate *out_day, gboolean *out_rest, GError **error)
{
  const char *kind = fz_csv_get (csv, row, "kind");
  gboolean rest = g_str_equal (kind, "rest"), work = g_str_equal (kind, "work");

  if (!fz_date_parse (fz_csv_get (csv, row, "day"), out_day, NULL)) {
    fz_csv_set_error (csv, row, "day", error, _ ("不是有效的日期。"));
    return FALSE;
  }
  if (!rest && !work) {
    fz_csv_set_error (csv, row, "kind", error, _ ("只能是 rest（放假）或 work（调休上班）。"));
    return FALSE;
  }
  *out_rest = rest;
  return TRUE;
}

gboolean
fz_calendar_check_row (const FzCsv *csv, guint row, GError **error)
{
  FzDate day;
  gboolean rest;

  return read_row (csv, row, &day, &rest, error);
}

static gboolean
add_row (FzCalendar *self, const FzCsv *csv, guint row, GError **error)
{
  gboolean rest = FALSE;
  FzDate day;

  if (!read_row (csv, row, &day, &rest, error))
    return FALSE;
  if (!g_hash_table_insert (self->days, key_of (day), GINT_TO_POINTER (rest ? REST : WORK))) {
    fz_csv_set_error (csv, row, "day", error, _ ("同一天出现了两次。"));
    return FALSE;
  }
  g_hash_table_add (self->years, GINT_TO_POINTER (day.year));
  return TRUE;
}

static FzCalendar *
new_empty (void)
{
  FzCalendar *self = g_new0 (FzCalendar, 1);

  self->refs = 1;
  self->days = g_hash_table_new (NULL, NULL);
  self->years = g_hash_table_new (NULL, NULL);
  return self;
}

static void
take_years (FzCalendar *self, const FzCalendar *from, const FzCalendar *but)
{
  GHashTableIter each;
  gpointer key, value;

  g_hash_table_iter_init (&each, from->days);
  while (g_hash_table_iter_next (&each, &key, &value)) {
    FzDate day = fz_date_from_days (GPOINTER_TO_INT (key));

    if (but != NULL && fz_calendar_covers (but, day.year))
      continue;
    g_hash_table_insert (self->days, key, value);
    g_hash_table_add (self->years, GINT_TO_POINTER (day.year));
  }
}

FzCalendar *
fz_calendar_join (const FzCalendar *below, const FzCalendar *above)
{
  FzCalendar *self = new_empty ();

  take_years (self, below, above);
  take_years (self, above, NULL);
  return self;
}

FzCalendar *
fz_calendar_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  static const char *const columns[] = { "day", "kind", "name", "source", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzCalendar) self = NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = new_empty ();
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++)
    if (!add_row (self, csv, row, error))
      return NULL;
  return g_steal_pointer (&self);
}

gboolean
fz_calendar_covers (const FzCalendar *self, int year)
{
  return g_hash_table_contains (self->years, GINT_TO_POINTER (year));
}

gboolean
fz_calendar_is_workday (const FzCalendar *self, FzDate day, gboolean *out, GError **error)
{
  int kind = GPOINTER_TO_INT (g_hash_table_lookup (self->days, key_of (day)));

  if (!fz_calendar_covers (self, day.year)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("缺少 %d 年的节假日安排，无法计算工作日。请医务管理人员导入该年的日历。"), day.year);
    return FALSE;
  }
  *out = kind == WORK || (kind != REST && fz_date_weekday (day) < SATURDAY);
  return TRUE;
}

gboolean
fz_calendar_add_workdays (const FzCalendar *self, FzDate from, guint n, FzDate *out, GError **error)
{
  FzDate day = n > 0 ? fz_date_add_days (from, 1) : from;
  guint wanted = MAX (n, 1);

  for (;; day = fz_date_add_days (day, 1)) {
    gboolean works = FALSE;

    if (!fz_calendar_is_workday (self, day, &works, error))
      return FALSE;
    if (works && --wanted == 0) {
      *out = day;
      return TRUE;
    }
  }
}

gboolean
fz_calendar_workdays_between (const FzCalendar *self, FzDate from, FzDate to, guint *out, GError **error)
{
  guint seen = 0;

  for (FzDate day = fz_date_add_days (from, 1); fz_date_compare (day, to) <= 0; day = fz_date_add_days (day, 1)) {
    gboolean works = FALSE;

    if (!fz_calendar_is_workday (self, day, &works, error))
      return FALSE;
    seen += works;
  }
  *out = seen;
  return TRUE;
}
