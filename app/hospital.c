#include "app/hospital.h"

#include "app/accounts.h"
#include "app/data.h"
#include "app/setup.h"
#include "app/staff_facts.h"
#include "core/idnumber.h"
#include "core/json.h"

#include <glib/gi18n-lib.h>

#define MAX_BYTES (1024 * 1024)
#define MAX_PEOPLE 100
#define MAX_DEPARTMENTS 100
#define MOST_DOCTORS 10000

void
fz_hospital_free (FzHospital *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->institution, fz_fields_unref);
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  g_free (self);
}

/* Copies the listed text members under `prefix`; those before the first NULL must be there, those after it may. */
static gboolean
copy_texts (const FzJson *object, const char *const *required, const char *const *optional, const char *prefix, FzFields *to, GError **error)
{
  for (guint i = 0; required[i] != NULL; i++) {
    const char *value = fz_json_get_string (object, required[i], error);
    g_autofree char *key = g_strconcat (prefix, required[i], NULL);

    if (value == NULL)
      return FALSE;
    if (*value == '\0')
      return fz_json_fail (object, required[i], _ ("不能为空。"), error);
    fz_fields_set (to, key, value);
  }
  for (guint i = 0; optional[i] != NULL; i++) {
    const char *value = NULL;
    g_autofree char *key = g_strconcat (prefix, optional[i], NULL);

    if (!fz_json_opt_string (object, optional[i], &value, error))
      return FALSE;
    fz_fields_set (to, key, value);
  }
  return TRUE;
}

static gboolean
read_institution (const FzJson *root, FzFields *to, GError **error)
{
  static const char *const known[] = { "code", "name", "physical_name", "second_name", "unit_id", "licence", "licence_until", NULL };
  static const char *const required[] = { "code", "name", "physical_name", NULL };
  static const char *const optional[] = { "second_name", "unit_id", "licence", "licence_until", NULL };
  const FzJson *object = fz_json_get_object (root, "institution", error);
  g_autoptr (GError) why = NULL;
  FzDate until;

  if (object == NULL || !fz_json_check_keys (object, known, error) || !copy_texts (object, required, optional, "organ.", to, error))
    return FALSE;
  if (fz_fields_has (to, "organ.licence_until") && !fz_date_parse (fz_fields_get (to, "organ.licence_until"), &until, NULL))
    return fz_json_fail (object, "licence_until", _ ("应为存在的日期，写作 2028-12-31。"), error);
  return fz_credit_code_check (fz_fields_get (to, "organ.code"), &why) || fz_json_fail (object, "code", why->message, error);
}

static gboolean
read_desk (const FzJson *root, FzFields *to, GError **error)
{
  static const char *const known[] = { "id", "number", NULL };
  const FzJson *object = NULL;
  const char *id = "desk1";
  gint64 number = 1;

  if (!fz_json_opt_object (root, "desk", &object, error))
    return FALSE;
  if (object != NULL && (!fz_json_check_keys (object, known, error) || !fz_json_opt_string (object, "id", &id, error) ||
                         !fz_json_opt_int (object, "number", &number, error)))
    return FALSE;
  for (const char *c = id; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c))
      return fz_json_fail (object, "id", _ ("只能由小写字母和数字组成。"), error);
  if (*id == '\0' || number < 1 || number > 9)
    return fz_json_fail (object, NULL, _ ("工作站名不能为空，编号应为1至9。"), error);
  fz_fields_set (to, "desk.id", id);
  fz_fields_set_int (to, "desk.number", number);
  return TRUE;
}

/* Whether the physical institution was granted it too; unsaid, nobody knows. */
static gboolean
read_physical (const FzJson *item, guint at, FzFields *to, GError **error)
{
  const char *word = NULL;

  if (!fz_json_opt_string (item, "physical", &word, error))
    return FALSE;
  if (word != NULL && !g_str_equal (word, "yes") && !g_str_equal (word, "no"))
    return fz_json_fail (item, "physical", _ ("应为 yes 或 no。"), error);
  fz_fields_set_at (to, "department", at, "physical", word);
  return TRUE;
}

/* How many senior and associate-senior doctors the physical institution has there, as the profile states it on the day of setting up. */
static gboolean
read_seniority (const FzJson *item, const char *code, const char *day, FzFields *to, GError **error)
{
  static const char *const keys[] = { "seniors", "associates" };
  guint at = fz_fields_count (to, "seniority");
  gboolean any = FALSE;

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
    gint64 n = -1;

    if (!fz_json_opt_int (item, keys[k], &n, error))
      return FALSE;
    if (n < -1 || n > MOST_DOCTORS)
      return fz_json_fail (item, keys[k], _ ("医师人数应为 0 到 10000 的整数。"), error);
    if (n >= 0)
      fz_fields_set_int_at (to, "seniority", at, keys[k], n);
    any = any || n >= 0;
  }
  if (any) {
    fz_fields_set_at (to, "seniority", at, "department", code);
    fz_fields_set_at (to, "seniority", at, "counted_on", day);
    fz_fields_set_at (to, "seniority", at, "counted_by", "init");
  }
  return TRUE;
}

static gboolean
read_departments (const FzJson *root, gint64 now_us, FzFields *to, GError **error)
{
  static const char *const known[] = { "code", "name", "physical", "seniors", "associates", NULL };
  g_autofree char *day = fz_date_format (fz_date_in_beijing (now_us));
  const FzJson *array = NULL;

  if (!fz_json_opt_array (root, "departments", &array, error))
    return FALSE;
  if (array != NULL && fz_json_count (array) > MAX_DEPARTMENTS)
    return fz_json_fail (array, NULL, _ ("科室不能超过100个。"), error);
  for (guint i = 0; array != NULL && i < fz_json_count (array); i++) {
    const FzJson *item = fz_json_get_item (array, i);
    const char *code = NULL, *name = NULL;

    if (!fz_json_check_keys (item, known, error) || (code = fz_json_get_string (item, "code", error)) == NULL ||
        (name = fz_json_get_string (item, "name", error)) == NULL)
      return FALSE;
    fz_fields_set_at (to, "department", i, "code", code);
    fz_fields_set_at (to, "department", i, "name", name);
    if (!read_physical (item, i, to, error) || !read_seniority (item, code, day, to, error))
      return FALSE;
  }
  return TRUE;
}

/* --- people --- */

static FzFields *
read_person (const FzJson *item, gint64 now_us, GError **error)
{
  static const char *const required[] = { "number", "name", "role", "id_number", NULL };
  g_autoptr (FzFields) person = fz_fields_new ("fuzhen.staff/v1");
  g_autoptr (GError) why = NULL;

  if (!fz_json_check_keys (item, fz_account_keys (), error) || !copy_texts (item, required, fz_account_keys () + 4, "", person, error))
    return NULL;
  if (fz_setup_check_staff (person, now_us, &why) && fz_staff_facts_check (person, &why))
    return g_steal_pointer (&person);
  fz_json_fail (item, NULL, why->message, error);
  return NULL;
}

/* Somebody must be able to add the others. */
static gboolean
check_people (const FzJson *array, GPtrArray *staff, GError **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean security = FALSE;

  for (guint i = 0; i < staff->len; i++) {
    if (!g_hash_table_add (numbers, (gpointer) fz_fields_get (staff->pdata[i], "number")))
      return fz_json_fail (fz_json_get_item (array, i), "number", _ ("工号重复。"), error);
    security = security || g_strcmp0 (fz_fields_get (staff->pdata[i], "role"), "security") == 0;
  }
  return security || fz_json_fail (array, NULL, _ ("至少要有一名安全管理员（role 为 security），由其登记其他人员。"), error);
}

static gboolean
read_staff (const FzJson *root, FzHospital *self, gint64 now_us, GError **error)
{
  const FzJson *array = fz_json_get_array (root, "staff", error);

  if (array == NULL)
    return FALSE;
  if (fz_json_count (array) > MAX_PEOPLE)
    return fz_json_fail (array, NULL, _ ("一台工作站最多登记100人。"), error);
  for (guint i = 0; i < fz_json_count (array); i++) {
    FzFields *person = read_person (fz_json_get_item (array, i), now_us, error);

    if (person == NULL)
      return FALSE;
    g_ptr_array_add (self->staff, person);
  }
  return check_people (array, self->staff, error);
}

static gboolean
check_jurisdiction (const FzJson *root, const char *word, GError **error)
{
  g_autoptr (FzCodes) known = fz_data_load_codes ("jurisdictions", error);

  return known != NULL && (fz_codes_find_code (known, word) >= 0 ||
                           fz_json_fail (root, "jurisdiction", _ ("应为 tianjin、national、sichuan、chongqing 或 fujian。"), error));
}

FzHospital *
fz_hospital_parse (const void *json, gsize n, gint64 now_us, GError **error)
{
  static const char *const known[] = { "format", "jurisdiction", "institution", "desk", "departments", "staff", NULL };
  g_autoptr (FzJson) root = fz_json_parse (json, n, MAX_BYTES, error);
  g_autoptr (FzHospital) self = g_new0 (FzHospital, 1);
  const char *format, *jurisdiction;

  self->institution = fz_fields_new ("fuzhen.hospital/v1");
  self->staff = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  if (root == NULL || !fz_json_check_keys (root, known, error) || (format = fz_json_get_string (root, "format", error)) == NULL ||
      (jurisdiction = fz_json_get_string (root, "jurisdiction", error)) == NULL)
    return NULL;
  if (!g_str_equal (format, "fuzhen.hospital/v1") && !fz_json_fail (root, "format", _ ("应为 fuzhen.hospital/v1。"), error))
    return NULL;
  if (!check_jurisdiction (root, jurisdiction, error))
    return NULL;
  fz_fields_set (self->institution, "jurisdiction", jurisdiction);
  return read_institution (root, self->institution, error) && read_desk (root, self->institution, error) &&
             read_departments (root, now_us, self->institution, error) && read_staff (root, self, now_us, error)
           ? g_steal_pointer (&self)
           : NULL;
}
