#include "app/roles.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>

#define TABLE "role-conflicts"

/* The row of the table that forbids both, or -1. */
static int
find_conflict (const FzCodes *table, const char *a, const char *b)
{
  for (guint i = 0; i < fz_codes_get_n (table); i++) {
    const char *role = fz_codes_get (table, i, "role"), *with = fz_codes_get (table, i, "with");

    if ((g_strcmp0 (role, a) == 0 && g_strcmp0 (with, b) == 0) || (g_strcmp0 (role, b) == 0 && g_strcmp0 (with, a) == 0))
      return (int) i;
  }
  return -1;
}

static const char *
label_of (const char *word)
{
  FzRole role = FZ_ROLE_NONE;

  fz_role_from_word (word, &role);
  return fz_role_label (role);
}

static gboolean
check_pair (const FzCodes *table, const FzFields *fresh, const FzFields *other, GError **error)
{
  const char *role = fz_fields_get (fresh, "role"), *held = fz_fields_get (other, "role"), *number = fz_fields_get (other, "number");

  if (find_conflict (table, role, held) < 0)
    return TRUE;
  if (g_strcmp0 (role, held) == 0)
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("身份证件号码与工号 %s 相同：同一人的“%s”角色只能有一个账号。"), number, label_of (held));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("身份证件号码与工号 %s（%s）相同：“%s”与“%s”不得由同一人兼任。"), number, label_of (held), label_of (held),
                 label_of (role));
  return FALSE;
}

gboolean
fz_roles_check (FzDesk *desk, GPtrArray *staff, GPtrArray *rows, guint i, GError **error)
{
  const FzCodes *table = fz_knowledge_codes (desk->knowledge, TABLE);
  const FzFields *fresh = rows->pdata[i];
  g_autofree char *person = fz_desk_person_word (desk, fz_fields_get (fresh, "id_number"));

  for (guint k = 0; k < staff->len; k++)
    if (!fz_fields_has (staff->pdata[k], "left_at") && g_strcmp0 (fz_fields_get (staff->pdata[k], "person"), person) == 0 &&
        !check_pair (table, fresh, staff->pdata[k], error))
      return FALSE;
  for (guint k = 0; k < i; k++) {
    g_autofree char *other = fz_desk_person_word (desk, fz_fields_get (rows->pdata[k], "id_number"));

    if (g_strcmp0 (other, person) == 0 && !check_pair (table, fresh, rows->pdata[k], error))
      return FALSE;
  }
  return TRUE;
}
