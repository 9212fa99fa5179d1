#include "app/accounts.h"

#include "app/reach.h"
#include "app/roles.h"
#include "app/setup.h"
#include "app/staff_facts.h"
#include "db/audit.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const keys[] = { "number",       "name",         "role",          "id_number",     "licence",
                                    "title",        "scope",        "department",    "department_name", "registered_at",
                                    "registration_consent", "independent_since", "dispensing_since", "review_trained_on",
                                    "register_checked_on", "register_same", "licence_from", "licence_until", "multi_site_filing", "multi_site_until", "mobile",
                                    "category", "departments", "clinical_since", "shift_consent", "insurance_until", "employer", "agreement_until", NULL };

const char *const *
fz_account_keys (void)
{
  return keys;
}

/* --- from a file --- */

static gboolean
check_columns (const FzCsv *csv, GError **error)
{
  static const char *const required[] = { "number", "name", "role", "id_number", NULL };

  for (guint c = 0; c < fz_csv_get_n_columns (csv); c++)
    if (!g_strv_contains (keys, fz_csv_get_column (csv, c))) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：没有名为“%s”的列。"), fz_csv_get_name (csv), fz_csv_get_column (csv, c));
      return FALSE;
    }
  return fz_csv_require (csv, required, error);
}

GPtrArray *
fz_account_rows_from_csv (const char *name, const guint8 *bytes, gsize n, GError **error)
{
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  GPtrArray *rows;

  if (csv == NULL || !check_columns (csv, error))
    return NULL;
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint r = 0; r < fz_csv_get_n_rows (csv); r++) {
    FzFields *row = fz_fields_new ("fuzhen.staff/v1");

    for (guint c = 0; c < fz_csv_get_n_columns (csv); c++)
      fz_fields_set (row, fz_csv_get_column (csv, c), fz_csv_get_at (csv, r, c));
    g_ptr_array_add (rows, row);
  }
  return rows;
}

GPtrArray *
fz_desk_staff_of_table (const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path), *bytes = NULL;
  gsize n = 0;

  return g_file_get_contents (path, &bytes, &n, error) ? fz_account_rows_from_csv (name, (const guint8 *) bytes, n, error) : NULL;
}

/* --- adding --- */

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray **out = data;

  *out = fz_staff_list (txn, error);
  return *out != NULL;
}

static gboolean
check_rows (FzDesk *desk, GPtrArray *rows, GPtrArray *problems, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) staff = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, list_job, &staff, error))
    return FALSE;
  for (guint i = 0; i < staff->len; i++)
    g_hash_table_add (taken, (gpointer) fz_fields_get (staff->pdata[i], "number"));
  for (guint i = 0; i < rows->len; i++) {
    const char *number = fz_fields_get (rows->pdata[i], "number");
    g_autoptr (GError) why = NULL;

    if (!fz_setup_check_staff (rows->pdata[i], fz_desk_now_us (desk), &why) || !fz_staff_facts_check (rows->pdata[i], &why))
      g_ptr_array_add (problems, g_strdup_printf (_ ("第%u人（%s）：%s"), i + 1, number != NULL ? number : "-", why->message));
    else if (!g_hash_table_add (taken, (gpointer) number))
      g_ptr_array_add (problems, g_strdup_printf (_ ("第%u人（%s）：工号已被使用。"), i + 1, number));
    else if (!fz_roles_check (desk, staff, rows, i, &why))
      g_ptr_array_add (problems, g_strdup_printf (_ ("第%u人（%s）：%s"), i + 1, number, why->message));
  }
  if (problems->len == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("有%u人的资料不合格，没有登记任何人。请改正后重试。"), problems->len);
  return FALSE;
}

GPtrArray *
fz_desk_add_staff (FzSession *session, GPtrArray *rows, GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_enrol_code_free);
  FzDesk *desk = session->desk;

  if (!fz_session_may (session, "staff.manage", "staff", NULL, error) || !check_rows (desk, rows, problems, error) ||
      !fz_setup_add_people (desk, session, rows, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    FzEnrolCode *code = fz_enrol_issue (desk, session, fz_fields_get (rows->pdata[i], "number"), error);

    if (code == NULL)
      return NULL;
    g_ptr_array_add (codes, code);
  }
  return g_steal_pointer (&codes);
}

/* --- changing --- */

static gboolean
check_not_self (FzSession *session, const char *number, GError **error)
{
  return fz_reach_allows (session->role, "staff.manage", g_str_equal (session->number, number) ? FZ_REACH_OWN : FZ_REACH_OTHER) ||
         fz_session_deny (session, "staff.manage", "staff", number, _ ("不能对自己的账号进行此项操作，请另一位安全管理员办理。此次尝试已记入审计。"), error);
}

FzEnrolCode *
fz_desk_reset_staff (FzSession *session, const char *number, GError **error)
{
  return fz_session_may (session, "staff.manage", "staff", number, error) && check_not_self (session, number, error)
           ? fz_enrol_issue (session->desk, session, number, error)
           : NULL;
}

typedef struct {
  FzSession *session;
  const char *number;
} Leave;

static gboolean
leave_job (FzTxn *txn, gpointer data, GError **error)
{
  Leave *leave = data;

  return fz_staff_leave (txn, leave->number, error) &&
         fz_session_audit (leave->session, txn, "staff.leave", "staff", leave->number, "done", NULL, NULL, error) &&
         fz_audit_checkpoint (txn, error);
}

gboolean
fz_desk_end_staff (FzSession *session, const char *number, GError **error)
{
  Leave leave = { session, number };

  return fz_session_may (session, "staff.manage", "staff", number, error) && check_not_self (session, number, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, leave_job, &leave, error) &&
         fz_enrol_forget (session->desk, number, error);
}
