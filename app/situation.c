#include "app/situation.h"

#include "app/duty.h"
#include "app/institution.h"
#include "app/knowledge.h"
#include "app/staff_facts.h"
#include "app/training.h"
#include "core/prescribing_right.h"
#include "db/directory.h"
#include "db/registers.h"

#include <string.h>

#define RIGHTS "prescribing-right"

typedef struct {
  FzFields *institution, *roster;
  GPtrArray *staff, *pauses, *rights, *trainings;
} Kept;

static void
kept_clear (Kept *kept)
{
  g_clear_pointer (&kept->institution, fz_fields_unref);
  g_clear_pointer (&kept->roster, fz_fields_unref);
  g_clear_pointer (&kept->staff, g_ptr_array_unref);
  g_clear_pointer (&kept->pauses, g_ptr_array_unref);
  g_clear_pointer (&kept->rights, g_ptr_array_unref);
  g_clear_pointer (&kept->trainings, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kept, kept_clear)

static gboolean
read_kept (FzTxn *txn, gpointer data, GError **error)
{
  Kept *kept = data;
  g_autoptr (GError) why = NULL;

  kept->institution = fz_profile_get (txn, "institution", error);
  kept->staff = kept->institution != NULL ? fz_staff_list (txn, error) : NULL;
  kept->pauses = kept->staff != NULL ? fz_entries_all (txn, "suspension", TRUE, error) : NULL;
  kept->rights = kept->pauses != NULL ? fz_entries_all (txn, RIGHTS, FALSE, error) : NULL;
  kept->trainings = kept->rights != NULL ? fz_trainings_held (txn, error) : NULL;
  if (kept->trainings == NULL)
    return FALSE;
  kept->roster = fz_duty_roster (txn, &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- the department --- */

/* Doctors of this title who practise from the physical institution itself: enough to say that there are some, never that there are none. */
static gint64
count_directory (const Kept *kept, const char *title, const char *department)
{
  const char *here = fz_fields_get (kept->institution, "organ.physical_name");
  g_autoptr (GHashTable) people = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < kept->staff->len; i++) {
    const FzFields *person = kept->staff->pdata[i];
    gboolean fits = FALSE;

    if (g_strcmp0 (fz_fields_get (person, "title"), title) == 0 && !fz_fields_has (person, "left_at") &&
        g_strcmp0 (fz_fields_get (person, "role"), "doctor") == 0 && g_strcmp0 (fz_fields_get (person, "registered_at"), here) == 0 &&
        fz_staff_department_fits (person, "", department, &fits) && fits)
      g_hash_table_add (people, (gpointer) fz_fields_get (person, "person"));
  }
  return g_hash_table_size (people);
}

static void
put_seniority (const Kept *kept, const char *department, const char *key, const char *title, FzFields *facts)
{
  int at = fz_institution_find (kept->institution, "seniority", "department", department);
  const char *stated = at >= 0 ? fz_fields_get_at (kept->institution, "seniority", (guint) at, key) : NULL;
  gint64 seen = count_directory (kept, title, department);
  g_autofree char *name = g_strconcat ("department.", key, NULL);

  if (stated != NULL)
    fz_fields_set (facts, name, stated);
  else if (seen > 0)
    fz_fields_set_int (facts, name, seen);
}

static void
put_department (const Kept *kept, FzFields *facts)
{
  const char *department = fz_fields_get (facts, "visit.department");

  if (department == NULL)
    return;
  if (fz_fields_count (kept->institution, "department") > 0) {
    int at = fz_institution_find (kept->institution, "department", "code", department);

    fz_fields_set_bool (facts, "department.approved", at >= 0);
    fz_fields_set (facts, "department.physical", at >= 0 ? fz_fields_get_at (kept->institution, "department", (guint) at, "physical") : NULL);
  }
  put_seniority (kept, department, "seniors", "231", facts);
  put_seniority (kept, department, "associates", "232", facts);
}

/* --- pauses --- */

/* A pause of one department names it by code or by name; what names none that is known holds for all. */
static gboolean
is_paused_here (FzDesk *desk, const FzFields *entry, const char *department)
{
  FzCodes *codes = fz_knowledge_codes (desk->knowledge, "departments");
  const char *named = fz_fields_get (entry, "field.department");
  int row = named != NULL && g_strcmp0 (fz_fields_get (entry, "field.scope"), "department") == 0 ? fz_codes_find (codes, named) : -1;

  const char *state = fz_fields_get (entry, "entry.state");

  return (g_strcmp0 (state, "paused") == 0 || g_strcmp0 (state, "reported") == 0) &&
         (row < 0 || department == NULL || fz_department_covers (fz_codes_get (codes, (guint) row, "code"), department));
}

static void
put_pauses (FzDesk *desk, const Kept *kept, FzFields *facts)
{
  gboolean paused = FALSE;

  for (guint i = 0; i < kept->pauses->len; i++)
    paused = paused || is_paused_here (desk, kept->pauses->pdata[i], fz_fields_get (facts, "visit.department"));
  fz_fields_set_bool (facts, "hospital.paused", paused);
}

/* --- the right to prescribe --- */

/* By the person: a second staff number gives nobody their right back. */
static gboolean
speaks_of (const FzFields *entry, const char *number, const char *person, GPtrArray *staff)
{
  const char *named = fz_fields_get (entry, "field.doctor");
  const FzFields *one = person != NULL ? fz_staff_find (staff, named) : NULL;

  return one != NULL ? g_strcmp0 (fz_fields_get (one, "person"), person) == 0 : g_strcmp0 (named, number) == 0;
}

/* What may not be written, in the register's own words. */
static void
put_limit_label (FzDesk *desk, FzFields *facts)
{
  const char *limit = fz_fields_get (facts, "doctor.right.limit");

  for (guint i = 0; limit != NULL && i < desk->registers->len; i++) {
    const FzRegister *reg = desk->registers->pdata[i];
    const FzRegisterField *field = g_str_equal (fz_register_get_name (reg), RIGHTS) ? fz_register_find_field (reg, "limit") : NULL;
    g_autofree char *label = field != NULL ? fz_register_show (field, limit) : NULL;

    if (label != NULL)
      fz_fields_set (facts, "doctor.right.limit_label", label);
  }
}

/* Asked of the day a prescription was signed: what was written by right stays so. */
static void
put_right (FzDesk *desk, const Kept *kept, gint64 at_us, FzFields *facts)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  const char *number = fz_fields_get (facts, "doctor.number");
  gint64 signed_us = 0;

  if (number == NULL)
    return;
  for (guint i = 0; i < kept->rights->len; i++)
    if (speaks_of (kept->rights->pdata[i], number, fz_fields_get (facts, "doctor.person"), kept->staff))
      g_ptr_array_add (entries, kept->rights->pdata[i]);
  fz_prescribing_right_put (entries, fz_date_in_beijing (fz_fields_get_time (facts, "rx.signed_at", &signed_us) ? signed_us : at_us), facts);
  put_limit_label (desk, facts);
}

/* --- training --- */

static void
put_training (const Kept *kept, const char *who, FzFields *facts)
{
  g_autofree char *number = g_strconcat (who, ".number", NULL), *person = g_strconcat (who, ".person", NULL), *until = g_strconcat (who, ".training_until", NULL);

  if (fz_fields_has (facts, number))
    fz_fields_set (facts, until, fz_training_until (kept->trainings, kept->staff, fz_fields_get (facts, number), fz_fields_get (facts, person)));
}

/* --- all --- */

/* A filing or a consent that ran out is none. */
static void
drop_lapsed (gint64 at_us, FzFields *facts)
{
  g_autofree char *day = fz_date_format (fz_date_in_beijing (at_us));
  const char *until = fz_fields_get (facts, "doctor.multi_site_until");

  if (until == NULL || g_strcmp0 (until, day) >= 0)
    return;
  fz_fields_set (facts, "doctor.multi_site_filing", NULL);
  fz_fields_set (facts, "doctor.shift_consent", NULL);
}

static void
put_doctor (gint64 at_us, FzFields *facts)
{
  const char *department = fz_fields_get (facts, "visit.department");
  gboolean fits = FALSE;

  drop_lapsed (at_us, facts);
  if (department != NULL && fz_fields_has (facts, "doctor.number") && fz_staff_department_fits (facts, "doctor.", department, &fits))
    fz_fields_set_bool (facts, "doctor.department_fits", fits);
}

/* A tick and a text message are a yes, but no signature. */
static void
put_consent (FzDesk *desk, FzFields *facts)
{
  FzCodes *methods = fz_knowledge_codes (desk->knowledge, "consent-methods");
  const char *method = fz_fields_get (facts, "consent.method");
  int row = method != NULL ? fz_codes_find_code (methods, method) : -1;

  if (row >= 0)
    fz_fields_set_bool (facts, "consent.signed", g_str_equal (fz_codes_get (methods, (guint) row, "signed"), "yes"));
}

gboolean
fz_situation_put (FzDesk *desk, gint64 at_us, FzFields *facts, GError **error)
{
  g_auto (Kept) kept = { 0 };
  gint64 on_duty;

  put_doctor (at_us, facts);
  put_consent (desk, facts);
  fz_situation_put_lines (desk->knowledge, at_us, facts);
  if (desk->store == NULL)
    return TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_kept, &kept, error))
    return FALSE;
  fz_fields_set (facts, "hospital.licence_until", fz_fields_get (kept.institution, "organ.licence_until"));
  put_department (&kept, facts);
  put_pauses (desk, &kept, facts);
  put_right (desk, &kept, at_us, facts);
  put_training (&kept, "doctor", facts);
  put_training (&kept, "reviewer", facts);
  on_duty = fz_duty_count (kept.roster, kept.staff, at_us);
  if (on_duty >= 0)
    fz_fields_set_int (facts, "duty.pharmacists", on_duty);
  return TRUE;
}
