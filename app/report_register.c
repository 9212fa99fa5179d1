/* One register in figures: what fell in the period, what is open and over now, how long it took (台账统计). No entry's words, and nobody's name. */
#include "app/report_parts.h"

#include "app/registers.h"
#include "db/registers.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_AS_FIGURES 3 /* registers of one report */

typedef struct {
  FzReportAsk *ask;
  const FzReportPart *part;
  const FzRegister *reg;
  GPtrArray *counted; /* FzFields: entries of the period */
  GPtrArray *over;    /* FzFields of open entries, with what is due below due.NN */
  gint64 n_open;
  char *today;
} Count;

static void
count_clear (Count *self)
{
  g_clear_pointer (&self->counted, g_ptr_array_unref);
  g_clear_pointer (&self->over, g_ptr_array_unref);
  g_free (self->today);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Count, count_clear)

static const char *
value_of (const FzFields *entry, const char *field)
{
  g_autofree char *key = g_strconcat ("field.", field, NULL);

  return fz_fields_get (entry, key);
}

/* The day an entry counts on; FALSE: it has none yet. */
static gboolean
day_of (const Count *self, const FzFields *entry, FzDate *out)
{
  gint64 us = 0;

  if (self->part->day != NULL)
    return value_of (entry, self->part->day) != NULL && fz_date_parse (value_of (entry, self->part->day), out, NULL);
  if (!fz_fields_get_time (entry, "entry.opened_at", &us))
    return FALSE;
  *out = fz_date_in_beijing (us);
  return TRUE;
}

static gboolean
in_period (const Count *self, const FzFields *entry)
{
  FzDate day;
  gint64 us;

  if (!day_of (self, entry, &day))
    return FALSE;
  us = fz_date_beijing_start_us (day);
  return us >= self->ask->frame->from_us && us < self->ask->frame->to_us;
}

/* Whose it is: what names a visit is of whoever held that; a visit that was never here is nobody's. */
static gboolean
is_wanted (const Count *self, FzTxn *txn, const FzFields *entry, gboolean *out, GError **error)
{
  const FzReportWanted *wanted = self->ask->wanted;
  const FzRegisterField *field = self->part->of != NULL ? fz_register_find_field (self->reg, self->part->of) : NULL;
  const char *of = field != NULL ? value_of (entry, field->key) : NULL;
  g_autoptr (FzFields) visit = NULL;
  g_autoptr (GError) why = NULL;

  *out = wanted->department == NULL && wanted->person == NULL;
  if (*out || of == NULL)
    return TRUE;
  if (field->kind == FZ_FIELD_STAFF) {
    *out = fz_report_wants_person (self->ask, of);
    return TRUE;
  }
  visit = fz_visits_get (txn, of, &why);
  *out = visit != NULL && fz_report_wants_visit (self->ask, visit);
  if (visit != NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* What is due first and its day has passed. */
static void
look_at_open (Count *self, const FzFields *entry)
{
  g_autoptr (FzFields) due = fz_fields_dup (entry, NULL);
  const char *on;

  self->n_open++;
  fz_register_put_due (self->reg, entry, self->ask->session->desk->calendar, due);
  on = fz_fields_get_at (due, "due", 0, "on");
  if (on != NULL && g_strcmp0 (on, self->today) < 0)
    g_ptr_array_add (self->over, g_steal_pointer (&due));
}

static gboolean
count_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Count *self = data;
  gboolean wanted = FALSE;

  if (!is_wanted (self, txn, entry, &wanted, error))
    return FALSE;
  if (wanted && in_period (self, entry))
    g_ptr_array_add (self->counted, fz_fields_ref ((FzFields *) entry));
  if (wanted && !fz_fields_is_yes (entry, "entry.ended"))
    look_at_open (self, entry);
  return TRUE;
}

static gboolean
read_entries (FzTxn *txn, gpointer data, GError **error)
{
  Count *self = data;

  return fz_entries_each (txn, self->part->reg, FALSE, count_entry, self, error);
}

/* --- tables --- */

static void
add_counted (FzReportTable *table, const char *label, gint64 n, gint64 all)
{
  FzReportCell *row = fz_report_add_row (table);

  fz_report_cell_set_text (&row[0], label);
  fz_report_cell_set (&row[1], n);
  fz_report_cell_set_share (&row[2], n, all);
}

static FzReportTable *
table_of (FzReport *report, const Count *self, const char *what, FzChart chart)
{
  g_autofree char *title = g_strdup_printf (_ ("%s：%s"), fz_report_say (fz_register_get_title (self->reg), fz_register_get_title_en (self->reg)), what);

  return fz_report_add_table (report, title, chart, _ ("项目"), FZ_VALUE_TEXT, _ ("条数"), FZ_VALUE_INTEGER, _ ("占比"), FZ_VALUE_PERCENT, NULL);
}

static gint64
count_value (const Count *self, const char *key, const char *value)
{
  gint64 n = 0;

  for (guint i = 0; i < self->counted->len; i++)
    n += g_strcmp0 (fz_fields_get (self->counted->pdata[i], key), value) == 0;
  return n;
}

static void
add_states (FzReport *report, const Count *self)
{
  FzReportTable *table = table_of (report, self, _ ("按状态"), FZ_CHART_NONE);

  for (guint i = 0; i < fz_register_get_n_states (self->reg); i++) {
    const FzRegisterState *state = fz_register_get_state (self->reg, i);

    add_counted (table, fz_report_say (state->label, state->label_en), count_value (self, "entry.state", state->word), self->counted->len);
  }
}

/* Choices nobody made are told too: a zero is an answer. What has no value yet comes last. */
static void
add_by (FzReport *report, const Count *self, const FzRegisterField *field)
{
  static const char *const truth[] = { "yes", "no" };
  g_autofree char *key = g_strconcat ("field.", field->key, NULL);
  FzReportTable *table = table_of (report, self, fz_report_say (field->label, field->label_en), FZ_CHART_BARS);
  gboolean yesno = field->kind == FZ_FIELD_YESNO;
  gint64 said = 0;

  for (guint i = 0; i < (yesno ? G_N_ELEMENTS (truth) : field->n_choices); i++) {
    const char *code = yesno ? truth[i] : field->codes[i], *label = yesno ? (i == 0 ? _ ("是") : _ ("否")) : fz_report_say (field->labels[i], field->labels_en[i]);
    gint64 n = count_value (self, key, code);

    said += n;
    add_counted (table, label, n, self->counted->len);
  }
  if (said < self->counted->len)
    add_counted (table, _ ("未填写"), self->counted->len - said, self->counted->len);
}

static gint64
month_of (FzDate day)
{
  return day.year * 12 + day.month - 1;
}

static void
add_months (FzReport *report, const Count *self)
{
  gint64 first = month_of (fz_date_in_beijing (self->ask->frame->from_us)), last = month_of (fz_date_in_beijing (self->ask->frame->to_us - 1));
  FzReportTable *table = first < last && last - first < 60 ? table_of (report, self, _ ("按月"), FZ_CHART_LINES) : NULL;

  for (gint64 month = first; table != NULL && month <= last; month++) {
    g_autofree char *label = g_strdup_printf ("%d-%02d", (int) (month / 12), (int) (month % 12) + 1);
    gint64 n = 0;

    for (guint i = 0; i < self->counted->len; i++) {
      FzDate day;

      n += day_of (self, self->counted->pdata[i], &day) && month_of (day) == month;
    }
    add_counted (table, label, n, self->counted->len);
  }
}

/* --- how long --- */

static int
by_number (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* A year without calendar cannot be counted in: such an entry is left out. */
static gboolean
length_of (const Count *self, const FzReportSpan *span, const FzFields *entry, gint64 *out)
{
  const char *from = value_of (entry, span->from), *to = value_of (entry, span->to);
  FzDate a, b;
  guint n = 0;

  if (from == NULL || to == NULL || !fz_date_parse (from, &a, NULL) || !fz_date_parse (to, &b, NULL) || fz_date_compare (b, a) < 0)
    return FALSE;
  *out = fz_date_days_between (a, b);
  if (!span->workdays)
    return TRUE;
  if (!fz_calendar_workdays_between (self->ask->session->desk->calendar, a, b, &n, NULL))
    return FALSE;
  *out = n;
  return TRUE;
}

static void
add_span (FzReportTable *table, const Count *self, const FzReportSpan *span)
{
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (gint64));
  FzReportCell *row = fz_report_add_row (table);
  gint64 n, within = 0;

  for (guint i = 0; i < self->counted->len; i++)
    if (length_of (self, span, self->counted->pdata[i], &n)) {
      g_array_append_val (lengths, n);
      within += n <= span->within;
    }
  g_array_sort (lengths, by_number);
  fz_report_cell_set_text (&row[0], fz_report_say (span->label, span->label_en));
  fz_report_cell_set_text (&row[1], span->workdays ? _ ("工作日") : _ ("日"));
  fz_report_cell_set (&row[2], lengths->len);
  if (lengths->len > 0) {
    fz_report_cell_set (&row[3], fz_report_median (lengths));
    fz_report_cell_set (&row[4], g_array_index (lengths, gint64, lengths->len - 1));
  }
  if (span->within < 0)
    return;
  fz_report_cell_set (&row[5], span->within);
  fz_report_cell_set_share (&row[6], within, lengths->len);
}

static void
add_spans (FzReport *report, const Count *self)
{
  g_autofree char *title = g_strdup_printf (_ ("%s：用时"), fz_report_say (fz_register_get_title (self->reg), fz_register_get_title_en (self->reg)));
  FzReportTable *table = self->part->spans->len > 0
                             ? fz_report_add_table (report, title, FZ_CHART_NONE, _ ("项目"), FZ_VALUE_TEXT, _ ("单位"), FZ_VALUE_TEXT, _ ("例数"), FZ_VALUE_INTEGER,
                                                    _ ("中位数"), FZ_VALUE_INTEGER, _ ("最长"), FZ_VALUE_INTEGER, _ ("期限"), FZ_VALUE_INTEGER, _ ("期限内"),
                                                    FZ_VALUE_PERCENT, NULL)
                             : NULL;

  for (guint i = 0; i < self->part->spans->len; i++)
    add_span (table, self, &g_array_index (self->part->spans, FzReportSpan, i));
}

/* --- the rest --- */

static gint64
sum_of (const Count *self, const char *field)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->counted->len; i++) {
    const char *value = value_of (self->counted->pdata[i], field);

    sum += value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;
  }
  return sum;
}

static void
add_over (FzReport *report, const Count *self)
{
  g_autofree char *title = g_strdup_printf (_ ("%s：逾期未办"), fz_report_say (fz_register_get_title (self->reg), fz_register_get_title_en (self->reg)));
  FzReportTable *table = self->over->len > 0 ? fz_report_add_table (report, title, FZ_CHART_NONE, _ ("编号"), FZ_VALUE_TEXT, _ ("事项"), FZ_VALUE_TEXT, _ ("期限"),
                                                                    FZ_VALUE_DATE, NULL)
                                             : NULL;

  for (guint i = 0; i < self->over->len; i++) {
    const FzFields *entry = self->over->pdata[i];
    FzReportCell *row = fz_report_add_row (table);
    FzDate day;

    fz_report_cell_set_text (&row[0], fz_fields_get (entry, "entry.id"));
    fz_report_cell_set_text (&row[1], fz_report_say (fz_fields_get_at (entry, "due", 0, "label"), fz_fields_get_at (entry, "due", 0, "label_en")));
    if (fz_date_parse (fz_fields_get_at (entry, "due", 0, "on"), &day, NULL))
      fz_report_cell_set (&row[2], fz_date_to_days (day));
  }
}

static void
add_figure (FzReport *report, const Count *self, const char *what, gint64 n)
{
  g_autofree char *label = g_strdup_printf (_ ("%s：%s"), fz_report_say (fz_register_get_title (self->reg), fz_register_get_title_en (self->reg)), what);

  fz_report_add_figure (report, label, FZ_VALUE_INTEGER, TRUE, n, _ ("条"));
}

static void
add_line (FzReport *report, const Count *self)
{
  gint64 numbers[] = { self->counted->len, self->n_open, self->over->len };
  FzReportAsk *ask = self->ask;
  FzReportCell *row;

  if (ask->summary == NULL)
    ask->summary = fz_report_add_table (report, _ ("台账"), FZ_CHART_NONE, _ ("台账"), FZ_VALUE_TEXT, _ ("本期"), FZ_VALUE_INTEGER, _ ("现未办结"), FZ_VALUE_INTEGER,
                                        _ ("现已逾期"), FZ_VALUE_INTEGER, NULL);
  row = fz_report_add_row (ask->summary);
  fz_report_cell_set_text (&row[0], fz_report_say (fz_register_get_title (self->reg), fz_register_get_title_en (self->reg)));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    fz_report_cell_set (&row[1 + i], numbers[i]);
}

static void
add_numbers (FzReport *report, const Count *self)
{
  if (self->ask->n_registers > MOST_AS_FIGURES) {
    add_line (report, self);
    return;
  }
  add_figure (report, self, _ ("本期"), self->counted->len);
  add_figure (report, self, _ ("现未办结"), self->n_open);
  add_figure (report, self, _ ("现已逾期"), self->over->len);
}

gboolean
fz_report_add_register (FzReport *report, FzReportAsk *ask, const FzReportPart *part, GError **error)
{
  g_auto (Count) self = { .ask = ask, .part = part, .reg = fz_register_find (ask->session->desk, part->reg, error),
                          .counted = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref),
                          .over = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref),
                          .today = fz_date_format (fz_date_in_beijing (ask->frame->made_us)) };

  if (self.reg == NULL || !fz_store_run (ask->session->desk->store, FZ_TXN_READ, read_entries, &self, error))
    return FALSE;
  add_numbers (report, &self);
  for (guint i = 0; i < part->shares->len; i++) {
    const FzReportShare *share = &g_array_index (part->shares, FzReportShare, i);

    fz_report_add_rate (report, fz_report_say (share->label, share->label_en), sum_of (&self, share->part), sum_of (&self, share->whole));
  }
  if (self.counted->len > 0) {
    add_states (report, &self);
    for (guint i = 0; part->by[i] != NULL; i++)
      add_by (report, &self, fz_register_find_field (self.reg, part->by[i]));
    add_months (report, &self);
    add_spans (report, &self);
  }
  add_over (report, &self);
  return TRUE;
}
