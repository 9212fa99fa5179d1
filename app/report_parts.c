#include "app/report_parts.h"

#include "app/institution.h"
#include "app/registers.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>

static void
ask_clear (FzReportAsk *ask)
{
  g_clear_pointer (&ask->counts, fz_report_counts_free);
  for (guint i = 0; i < ask->n_periods; i++)
    fz_report_counts_free (ask->periods[i].counts);
  g_free (ask->periods);
  g_clear_pointer (&ask->departments, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzReportAsk, ask_clear)

const char *
fz_report_say (const char *chinese, const char *english)
{
  return g_str_equal (_ ("中文"), "中文") ? chinese : english;
}

/* --- plans --- */

#define OF_DEPARTMENT (1u << FZ_REPORT_OF_DEPARTMENT)
#define OF_PERSON (1u << FZ_REPORT_OF_PERSON)

/* What each part can be asked for alone: what counts prescriptions never for a person, what is of the whole hospital not at all. `weight`: beside 1 the
 * reading of its own; what `counts` shares the reading of the frame's visits and prescriptions. */
static const struct {
  const char *word;
  FzReportAdd add;
  guint filters, weight;
  gboolean counts;
} parts[] = { { "visits", fz_report_add_counted, OF_DEPARTMENT, 0, TRUE },
              { "departments", fz_report_add_counted, OF_DEPARTMENT | OF_PERSON, 0, TRUE },
              { "eligibility", fz_report_add_counted, OF_DEPARTMENT | OF_PERSON, 0, TRUE },
              { "review", fz_report_add_counted, OF_DEPARTMENT, 0, TRUE },
              { "waiting", fz_report_add_counted, OF_DEPARTMENT, 0, TRUE },
              { "daily", fz_report_add_counted, OF_DEPARTMENT, 0, TRUE },
              { "outbox", fz_report_add_outbox, OF_DEPARTMENT, 0, FALSE },
              { "indicators", fz_report_add_indicators, 0, FZ_REPORT_PERIODS * FZ_REPORT_READING, TRUE },
              { "records", fz_report_add_records, 0, 0, FALSE },
              { "register", fz_report_add_register, OF_DEPARTMENT | OF_PERSON, 0, FALSE },
              { "upload", fz_report_add_upload, 0, FZ_REPORT_READING, FALSE },
              { "staff", fz_report_add_staff, OF_DEPARTMENT | OF_PERSON, 0, FALSE },
              { "institution", fz_report_add_institution, 0, 0, FALSE },
              { "retention", fz_report_add_retention, 0, 0, FALSE } };

static int
find_part (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].word, word))
      return (int) i;
  return -1;
}

static gboolean
check_part (FzDesk *desk, const FzReportPlan *plan, const FzReportPart *part, GError **error)
{
  const FzRegister *reg = part->reg != NULL ? fz_register_find (desk, part->reg, error) : NULL;
  int found = find_part (part->what);

  if (found < 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报表“%s”：没有“%s”这一部分。"), fz_report_plan_get_name (plan), part->what);
    return FALSE;
  }
  if (part->reg != NULL && (reg == NULL || !fz_report_part_check (part, reg, error)))
    return FALSE;
  for (guint i = 0; i < FZ_REPORT_N_FILTERS; i++)
    if (fz_report_plan_get_filter (plan, (FzReportFilter) i)->allowed && ((parts[found].filters & 1u << i) == 0 || (part->reg != NULL && part->of == NULL))) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报表“%s”：“%s”这一部分不能这样筛选。"), fz_report_plan_get_name (plan), part->what);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_plan (FzDesk *desk, const FzReportPlan *plan, GError **error)
{
  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++)
    if (!check_part (desk, plan, fz_report_plan_get_part (plan, i), error))
      return FALSE;
  return TRUE;
}

gboolean
fz_report_plans_load (FzDesk *desk, GError **error)
{
  g_auto (GStrv) files = fz_data_list ("reports");

  desk->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_report_plan_free);
  for (guint i = 0; files[i] != NULL; i++) {
    g_autofree char *path = g_strconcat ("reports/", files[i], NULL);
    g_autoptr (GBytes) bytes = fz_data_load (path, error);
    FzReportPlan *plan = bytes != NULL ? fz_report_plan_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;

    if (plan == NULL)
      return FALSE;
    g_ptr_array_add (desk->reports, plan);
    if (!check_plan (desk, plan, error))
      return FALSE;
  }
  return TRUE;
}

const FzReportPlan *
fz_report_plan_find (FzDesk *desk, const char *name)
{
  for (guint i = 0; i < desk->reports->len; i++)
    if (g_strcmp0 (fz_report_plan_get_name (desk->reports->pdata[i]), name) == 0)
      return desk->reports->pdata[i];
  return NULL;
}

/* --- one department, or one person --- */

static gboolean
read_staff (FzTxn *txn, gpointer data, GError **error)
{
  *(GPtrArray **) data = fz_staff_list (txn, error);
  return *(GPtrArray **) data != NULL;
}

/* Natural persons: two accounts of one doctor would hide nobody. */
static guint
count_doctors (GPtrArray *staff, const char *department)
{
  g_autoptr (GHashTable) persons = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "role"), "doctor") == 0 && !fz_fields_has (staff->pdata[i], "left_at") &&
        fz_department_covers (department, fz_fields_get (staff->pdata[i], "department")))
      g_hash_table_add (persons, (gpointer) fz_fields_get (staff->pdata[i], "person"));
  return g_hash_table_size (persons);
}

static char *
department_words (FzDesk *desk, const FzReportFilterRule *rule, const char *department, GPtrArray *staff, GError **error)
{
  const char *label = fz_desk_label (desk, "departments", department);
  guint n = count_doctors (staff, department);

  if (label == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("诊疗科目表里没有科室“%s”。"), department);
    return NULL;
  }
  if (n >= rule->least)
    return g_strdup_printf (_ ("科室 %s"), label);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”现有 %u 位医师，这份报表不能单独列出少于 %d 位医师的科室。%s"), label, n, (int) rule->least,
               fz_report_say (rule->why, rule->why_en));
  return NULL;
}

static char *
person_words (const char *number, GPtrArray *staff, GError **error)
{
  const FzFields *person = fz_staff_find (staff, number);

  if (person != NULL)
    return g_strdup_printf (_ ("人员 %s %s"), number, fz_fields_get (person, "name"));
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有工号为“%s”的人员。"), number);
  return NULL;
}

gboolean
fz_report_filter_check (FzDesk *desk, const FzReportPlan *plan, const FzReportWanted *wanted, char **out_words, GError **error)
{
  FzReportFilter filter = wanted->person != NULL ? FZ_REPORT_OF_PERSON : FZ_REPORT_OF_DEPARTMENT;
  const FzReportFilterRule *rule = plan != NULL ? fz_report_plan_get_filter (plan, filter) : NULL;
  g_autoptr (GPtrArray) staff = NULL;

  *out_words = NULL;
  if (wanted->department == NULL && wanted->person == NULL)
    return TRUE;
  if (wanted->department != NULL && wanted->person != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("科室和人员只能选一项。"));
    return FALSE;
  }
  if (rule == NULL || !rule->allowed) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, filter == FZ_REPORT_OF_PERSON ? _ ("这份报表不能按人员筛选。%s") : _ ("这份报表不能按科室筛选。%s"),
                 rule != NULL ? fz_report_say (rule->why, rule->why_en) : "");
    return FALSE;
  }
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_staff, &staff, error))
    return FALSE;
  *out_words = filter == FZ_REPORT_OF_PERSON ? person_words (wanted->person, staff, error) : department_words (desk, rule, wanted->department, staff, error);
  return *out_words != NULL;
}

gboolean
fz_report_wants_person (FzReportAsk *ask, const char *number)
{
  const FzReportWanted *wanted = ask->wanted;

  if (wanted->person != NULL)
    return g_strcmp0 (wanted->person, number) == 0;
  return wanted->department == NULL || (number != NULL && fz_department_covers (wanted->department, g_hash_table_lookup (ask->departments, number)));
}

/* Where each person is now. */
static gboolean
read_departments (FzReportAsk *ask, GError **error)
{
  g_autoptr (GPtrArray) staff = NULL;

  ask->departments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!fz_store_run (ask->session->desk->store, FZ_TXN_READ, read_staff, &staff, error))
    return FALSE;
  for (guint i = 0; i < staff->len; i++)
    g_hash_table_replace (ask->departments, g_strdup (fz_fields_get (staff->pdata[i], "number")), g_strdup (fz_fields_get (staff->pdata[i], "department")));
  return TRUE;
}

/* --- making --- */

gboolean
fz_report_step (FzReportAsk *ask, double fraction, GError **error)
{
  const FzReportWanted *wanted = ask->wanted;

  if (wanted->stop != NULL && g_cancellable_set_error_if_cancelled (wanted->stop, error))
    return FALSE;
  if (wanted->progress != NULL && ask->all > 0)
    wanted->progress (MIN (1.0, (ask->done + ask->share * fraction) / ask->all), wanted->data);
  return TRUE;
}

static double
weight_of (const FzReportPlan *plan)
{
  guint all = 0;
  gboolean counts = FALSE;

  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++) {
    int found = find_part (fz_report_plan_get_part (plan, i)->what);

    counts = counts || parts[found].counts;
    all += 1 + parts[found].weight;
  }
  return all + (counts ? FZ_REPORT_READING : 0);
}

FzReport *
fz_report_plan_make (FzSession *session, const FzReportPlan *plan, const FzReportWanted *wanted, const FzReportFrame *frame, GError **error)
{
  g_auto (FzReportAsk) ask = { .session = session, .wanted = wanted, .frame = frame, .all = weight_of (plan) };
  g_autoptr (FzReport) report = fz_report_new (fz_report_say (fz_report_plan_get_title (plan), fz_report_plan_get_title_en (plan)), frame);

  if (wanted->department != NULL && !read_departments (&ask, error))
    return NULL;
  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++) {
    const FzReportPart *part = fz_report_plan_get_part (plan, i);

    ask.n_registers += part->reg != NULL;
    if (ask.periods == NULL && parts[find_part (part->what)].add == fz_report_add_indicators)
      fz_report_plan_periods (&ask);
  }
  for (guint i = 0; i < fz_report_plan_get_n_parts (plan); i++) {
    const FzReportPart *part = fz_report_plan_get_part (plan, i);

    if (!fz_report_step (&ask, 0, error) || !parts[find_part (part->what)].add (report, &ask, part, error))
      return NULL;
    ask.done++;
  }
  return g_steal_pointer (&report);
}
