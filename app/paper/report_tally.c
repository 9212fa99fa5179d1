#include "app/paper/report_tally.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>

static void
count_in (GHashTable *table, const char *key)
{
  gint64 *n = g_hash_table_lookup (table, key);

  if (n == NULL) {
    n = g_new0 (gint64, 1);
    g_hash_table_insert (table, g_strdup (key), n);
  }
  (*n)++;
}

static gboolean
time_in_period (const FzReportTally *self, const FzFields *facts, const char *key, gint64 *out_us)
{
  return fz_fields_get_time (facts, key, out_us) && *out_us >= self->frame->from_us && *out_us < self->frame->to_us;
}

static void
add_span (GArray *spans, const FzFields *facts, const char *from, const char *to)
{
  gint64 a = 0, b = 0, seconds;

  if (!fz_fields_get_time (facts, from, &a) || !fz_fields_get_time (facts, to, &b) || b < a)
    return;
  seconds = (b - a) / FZ_US_PER_SECOND;
  g_array_append_val (spans, seconds);
}

/* Hour and day at Beijing. */
static void
count_moment (const FzReportTally *self, gint64 us, gint64 *hours, gint64 *days)
{
  FzDate day = fz_date_in_beijing (us);

  hours[(us - fz_date_beijing_start_us (day)) / FZ_US_PER_SECOND / 3600]++;
  days[fz_date_to_days (day) - self->first_day]++;
}

static const char *
reason_label (const FzFields *facts, gboolean by_timeout)
{
  const char *label = fz_fields_get (facts, "end.reason_label");

  if (by_timeout)
    return _ ("超时未接诊");
  return label != NULL ? label : fz_fields_get (facts, "end.reason");
}

static void
count_end (FzReportTally *self, const FzFields *visit, FzStage stage)
{
  gboolean by_timeout = g_strcmp0 (fz_fields_get (visit, "end.by"), "timeout") == 0;
  const char *label = reason_label (visit, by_timeout);
  g_autofree char *key = NULL;

  if (stage != FZ_STAGE_TERMINATED && stage != FZ_STAGE_REFUSED && stage != FZ_STAGE_WITHDRAWN)
    return;
  key = g_strdup_printf ("%s\x1f%s", fz_stage_label (stage), label != NULL ? label : _ ("未记理由"));
  count_in (self->reasons, key);
}

static void
count_department (FzReportTally *self, const FzFields *visit, FzStage stage)
{
  const char *name = fz_fields_get (visit, "visit.department_name");
  const char *key = name != NULL ? name : _ ("未记科室");
  FzReportDepartment *department = g_hash_table_lookup (self->departments, key);

  if (department == NULL) {
    department = g_new0 (FzReportDepartment, 1);
    g_hash_table_insert (self->departments, g_strdup (key), department);
  }
  department->all++;
  department->finished += stage == FZ_STAGE_FINISHED;
  department->not_taken += stage == FZ_STAGE_REFUSED || stage == FZ_STAGE_TERMINATED;
}

void
fz_report_tally_visit (FzReportTally *self, const FzFields *visit)
{
  FzStage stage = FZ_STAGE_NONE;
  gint64 us = 0;

  if (!time_in_period (self, visit, "visit.applied_at", &us))
    return;
  fz_stage_from_word (fz_fields_get (visit, "visit.stage"), &stage);
  self->n_visits++;
  self->visits[stage]++;
  count_moment (self, us, self->hour_visits, self->day_visits);
  add_span (self->waits, visit, "visit.applied_at", "visit.taken_at");
  count_end (self, visit, stage);
  count_department (self, visit, stage);
}

static void
count_verdict (FzReportTally *self, const FzFields *rx)
{
  const char *verdict = fz_fields_get (rx, "rx.verdict");
  guint n = fz_fields_count (rx, "reason");

  self->approved += g_strcmp0 (verdict, "approved") == 0;
  self->returned += g_strcmp0 (verdict, "returned") == 0;
  self->refused += g_strcmp0 (verdict, "refused") == 0;
  for (guint i = 0; i < n; i++) {
    const char *label = fz_fields_get_at (rx, "reason", i, "label"), *code = fz_fields_get_at (rx, "reason", i, "code");

    if (label != NULL || code != NULL)
      count_in (self->review_reasons, label != NULL ? label : code);
  }
}

void
fz_report_tally_rx (FzReportTally *self, const FzFields *rx)
{
  FzRxStage stage = FZ_RX_NONE;
  gint64 us = 0;

  if (!time_in_period (self, rx, "rx.signed_at", &us))
    return;
  fz_rx_stage_from_word (fz_fields_get (rx, "rx.stage"), &stage);
  self->n_rx++;
  self->rx[stage]++;
  count_moment (self, us, self->hour_rx, self->day_rx);
  add_span (self->reviews, rx, "rx.signed_at", "rx.reviewed_at");
  count_verdict (self, rx);
}

void
fz_report_tally_begin (FzReportTally *self, const FzReportFrame *frame)
{
  FzDate last = fz_date_in_beijing (MAX (frame->to_us - 1, frame->from_us));

  self->frame = frame;
  self->waits = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->reviews = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->review_reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->departments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->first_day = fz_date_to_days (fz_date_in_beijing (self->frame->from_us));
  self->n_days = fz_date_to_days (last) - self->first_day + 1;
  self->day_visits = g_new0 (gint64, self->n_days);
  self->day_rx = g_new0 (gint64, self->n_days);
}

void
fz_report_tally_end (FzReportTally *self)
{
  g_array_unref (self->waits);
  g_array_unref (self->reviews);
  g_hash_table_unref (self->reasons);
  g_hash_table_unref (self->review_reasons);
  g_hash_table_unref (self->departments);
  g_free (self->day_visits);
  g_free (self->day_rx);
}
