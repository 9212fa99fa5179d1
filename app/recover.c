#include "app/recover.h"

#include "app/setup.h"
#include "db/directory.h"

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray **out = data;

  *out = fz_staff_list (txn, error);
  return *out != NULL;
}

static GPtrArray *
issue_all (FzDesk *desk, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_enrol_code_free), staff = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, list_job, &staff, error))
    return NULL;
  for (guint i = 0; i < staff->len; i++) {
    FzEnrolCode *code;

    if (fz_fields_has (staff->pdata[i], "left_at"))
      continue;
    code = fz_enrol_issue (desk, NULL, fz_fields_get (staff->pdata[i], "number"), error);
    if (code == NULL)
      return NULL;
    g_ptr_array_add (codes, code);
  }
  return g_steal_pointer (&codes);
}

FzDesk *
fz_recover (const char *file, const char *dir, const char *state_dir, const char *share_a, const char *share_b, FzRestoreInfo *out_info,
            GPtrArray **out_codes, GError **error)
{
  g_autoptr (FzDesk) desk = fz_desk_new (dir, state_dir, error);
  g_autoptr (FzSecret) store_key = NULL;
  FzRestoreOptions options = { .file = file, .share_a = share_a, .share_b = share_b };

  if (desk == NULL)
    return NULL;
  options.dir = desk->data_dir;
  options.state_dir = desk->state_dir;
  if (!fz_backup_restore (&options, out_info, &store_key, error))
    return NULL;
  desk->keys = fz_keyfile_load (desk->data_dir, desk->state_dir, error);
  if (desk->keys == NULL)
    return NULL;
  desk->demo = fz_keyfile_is_demo (desk->keys);
  desk->attempts = fz_attempts_book_open (desk->data_dir, desk->state_dir, fz_keyfile_get_identity (desk->keys), error);
  if (desk->attempts == NULL || !fz_desk_open_store (desk, store_key, error) ||
      !fz_setup_write_front (desk, desk->institution, error))
    return NULL;
  *out_codes = issue_all (desk, error);
  return *out_codes != NULL ? g_steal_pointer (&desk) : NULL;
}
