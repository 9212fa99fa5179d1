#include "app/workdays.h"

#include "core/csv.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SHIPPED "calendar/cn.csv"
#define STATUTORY "calendar/statutory.csv"
#define SETTING "calendar.rows" /* the rows of all imported years, as CSV */
#define HEADER "day,kind,name,source\n"
#define MAX_BYTES (1024 * 1024)

/* Older ones stay until the desk is closed: another thread may be counting. */
static void
take (FzDesk *desk, FzCalendar *calendar)
{
  if (desk->calendars == NULL)
    desk->calendars = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_calendar_unref);
  g_ptr_array_add (desk->calendars, calendar);
  g_atomic_pointer_set (&desk->calendar, calendar);
}

static FzCalendar *
parse_shipped (GError **error)
{
  g_autoptr (GBytes) days = fz_data_load (SHIPPED, error);

  return days != NULL ? fz_calendar_parse (g_bytes_get_data (days, NULL), g_bytes_get_size (days), SHIPPED, error) : NULL;
}

gboolean
fz_workdays_load (FzDesk *desk, GError **error)
{
  FzCalendar *calendar = parse_shipped (error);

  if (calendar != NULL)
    take (desk, calendar);
  return calendar != NULL;
}

/* --- what was imported --- */

static gboolean
read_kept (FzTxn *txn, gpointer data, GError **error)
{
  char **out = data;

  return fz_setting_read (txn, SETTING, out, error);
}

static gboolean
take_joined (FzDesk *desk, const char *rows, GError **error)
{
  g_autoptr (FzCalendar) shipped = parse_shipped (error), kept = NULL;

  kept = shipped != NULL ? fz_calendar_parse ((const guint8 *) rows, strlen (rows), SETTING, error) : NULL;
  if (kept != NULL)
    take (desk, fz_calendar_join (shipped, kept));
  return kept != NULL;
}

gboolean
fz_workdays_refresh (FzDesk *desk, GError **error)
{
  g_autofree char *rows = NULL;

  return fz_store_run (desk->store, FZ_TXN_READ, read_kept, &rows, error) && (rows == NULL || take_joined (desk, rows, error));
}

/* --- importing --- */

static int
year_of (const FzCsv *csv, guint row)
{
  FzDate day;

  return fz_date_parse (fz_csv_get (csv, row, "day"), &day, NULL) ? day.year : 0;
}

static gboolean
has_year (const FzCsv *csv, int year)
{
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++)
    if (year_of (csv, i) == year)
      return TRUE;
  return FALSE;
}

/* A year without a day that the law itself makes free was cut off somewhere. */
static gboolean
check_whole (const FzCsv *csv, const FzCsv *statutory, int year, GPtrArray *problems)
{
  gboolean whole = TRUE;

  for (guint s = 0; s < fz_csv_get_n_rows (statutory); s++) {
    g_autofree char *day = g_strdup_printf ("%04d-%s", year, fz_csv_get (statutory, s, "day"));
    gboolean found = FALSE;

    for (guint i = 0; i < fz_csv_get_n_rows (csv) && !found; i++)
      found = g_str_equal (fz_csv_get (csv, i, "day"), day) && g_str_equal (fz_csv_get (csv, i, "kind"), "rest");
    whole = whole && found;
    if (!found)
      g_ptr_array_add (problems, g_strdup_printf (_ ("%s：%d 年缺少 %s（%s）的放假安排，年份不完整。"), fz_csv_get_name (csv), year, day,
                                                  fz_csv_get (statutory, s, "name")));
  }
  return whole;
}

static gboolean
check_years (const FzCsv *csv, GPtrArray *problems, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (STATUTORY, error);
  g_autoptr (FzCsv) statutory = bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), STATUTORY, error) : NULL;
  gboolean whole = TRUE;
  int last = 0;

  if (statutory == NULL)
    return FALSE;
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++) {
    int year = year_of (csv, i);

    if (year != last)
      whole = check_whole (csv, statutory, year, problems) && whole;
    last = year;
  }
  if (!whole)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("节假日安排不完整，没有导入。请按国务院办公厅的通知补全后重试。"));
  return whole;
}

static void
append_row (GString *out, const FzCsv *csv, guint row)
{
  static const char *const columns[] = { "day", "kind", "name", "source" };

  for (guint c = 0; c < G_N_ELEMENTS (columns); c++) {
    fz_csv_append_field (out, fz_csv_get (csv, row, columns[c]));
    g_string_append_c (out, c + 1 < G_N_ELEMENTS (columns) ? ',' : '\n');
  }
}

/* The rows that can be read; each of the others is told. */
static char *
good_rows (const FzCsv *csv, GPtrArray *problems, guint *out_n)
{
  GString *good = g_string_new (HEADER);
  g_autoptr (GHashTable) days = g_hash_table_new (g_str_hash, g_str_equal);

  *out_n = 0;
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++) {
    g_autoptr (GError) why = NULL;

    if (!fz_calendar_check_row (csv, i, &why))
      g_ptr_array_add (problems, g_strdup (why->message));
    else if (!g_hash_table_add (days, (gpointer) fz_csv_get (csv, i, "day"))) {
      fz_csv_set_error (csv, i, "day", &why, _ ("同一天出现了两次。"));
      g_ptr_array_add (problems, g_strdup (why->message));
    } else {
      append_row (good, csv, i);
      (*out_n)++;
    }
  }
  return g_string_free (good, FALSE);
}

typedef struct {
  FzSession *session;
  const FzCsv *fresh; /* whole years */
  guint n;
  char *all;
} Keep;

/* Years imported before stay unless they come anew. */
static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Keep *self = data;
  g_autofree char *kept = NULL, *count = g_strdup_printf ("%u", self->n);
  g_autoptr (FzCsv) old = NULL;
  GString *all = g_string_new (HEADER);

  if (!read_kept (txn, &kept, error) || (kept != NULL && (old = fz_csv_parse ((const guint8 *) kept, strlen (kept), SETTING, error)) == NULL)) {
    g_string_free (all, TRUE);
    return FALSE;
  }
  for (guint i = 0; old != NULL && i < fz_csv_get_n_rows (old); i++)
    if (!has_year (self->fresh, year_of (old, i)))
      append_row (all, old, i);
  for (guint i = 0; i < fz_csv_get_n_rows (self->fresh); i++)
    append_row (all, self->fresh, i);
  self->all = g_string_free (all, FALSE);
  return fz_setting_set (txn, SETTING, self->all, error) &&
         fz_session_audit (self->session, txn, "import.calendar", "store", NULL, "done", count, NULL, error);
}

gboolean
fz_workdays_import (FzSession *session, const char *name, GBytes *bytes, gboolean skip_bad, guint *out_rows, GPtrArray *problems, GError **error)
{
  static const char *const columns[] = { "day", "kind", "name", "source", NULL };
  gsize n = g_bytes_get_size (bytes);
  g_autoptr (FzCsv) csv = n <= MAX_BYTES ? fz_csv_parse (g_bytes_get_data (bytes, NULL), n, name, error) : NULL, fresh = NULL;
  g_autofree char *good = NULL, *all = NULL;
  Keep self = { .session = session };
  gboolean done;

  *out_rows = 0;
  if (n > MAX_BYTES)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件“%s”超过1 MB，不是节假日安排。"), name);
  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return FALSE;
  good = good_rows (csv, problems, &self.n);
  if (self.n == 0 || (problems->len > 0 && !skip_bad)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("节假日安排有%u行不合格，没有导入。请改正后重试。"), problems->len);
    return FALSE;
  }
  fresh = fz_csv_parse ((const guint8 *) good, strlen (good), name, error);
  if (fresh == NULL || !check_years (fresh, problems, error))
    return FALSE;
  self.fresh = fresh;
  done = fz_store_run (session->desk->store, FZ_TXN_RECORD, keep, &self, error) && take_joined (session->desk, self.all, error);
  all = self.all;
  *out_rows = done ? self.n : 0;
  return done;
}
