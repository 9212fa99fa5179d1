#include "app/owner.h"

#include "db/directory.h"

#include <glib/gi18n-lib.h>

#define OWNER "field." FZ_REGISTER_OWNER

static const char *
owner_of (const FzRegister *reg, const FzFields *entry)
{
  return fz_register_find_field (reg, FZ_REGISTER_OWNER)->answers ? fz_fields_get (entry, OWNER) : NULL;
}

FzFields *
fz_owner_put_default (const FzSession *session, const FzRegister *reg, const FzFields *entry, const FzFields *values)
{
  FzFields *all = fz_fields_dup (values, NULL);

  /* A register that asks for its own owner gets a person's answer, not a guess. */
  if (fz_register_find_field (reg, FZ_REGISTER_OWNER)->common && !fz_fields_has (all, OWNER) &&
      (entry == NULL || (!fz_fields_has (entry, OWNER) && !fz_fields_has (entry, "entry.opened_person"))))
    fz_fields_set (all, OWNER, session->number);
  return all;
}

char *
fz_owner_problem (const FzRegister *reg, const FzFields *values, GPtrArray *staff, const char **out_label)
{
  for (guint i = 0; i < fz_register_get_n_fields (reg); i++) {
    const FzRegisterField *field = fz_register_get_field (reg, i);
    g_autofree char *key = g_strconcat ("field.", field->key, NULL);
    const char *number = field->kind == FZ_FIELD_STAFF ? fz_fields_get (values, key) : NULL;
    const FzFields *person = number != NULL ? fz_staff_find (staff, number) : NULL;

    *out_label = field->label;
    if (number != NULL && person == NULL)
      return g_strdup_printf (_ ("%s：本院人员中没有工号“%s”。请填写工号，例如 A3001。"), field->label, number);
    if (number != NULL && field->answers && fz_fields_has (person, "left_at"))
      return g_strdup_printf (_ ("%s：%s（%s）已离任，不能负责这一条。请填写在任人员的工号。"), field->label, fz_fields_get (person, "name"), number);
  }
  return NULL;
}

gboolean
fz_owner_check (FzTxn *txn, const FzRegister *reg, const FzFields *values, GError **error)
{
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);
  const char *label = NULL;
  g_autofree char *problem = staff != NULL ? fz_owner_problem (reg, values, staff, &label) : NULL;

  if (problem != NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, problem);
  return staff != NULL && problem == NULL;
}

gboolean
fz_owner_is (const FzRegister *reg, const FzFields *entry, const char *number, const char *person)
{
  const char *owner = owner_of (reg, entry);

  return owner != NULL ? g_strcmp0 (owner, number) == 0 : person != NULL && g_strcmp0 (fz_fields_get (entry, "entry.opened_person"), person) == 0;
}

const char *
fz_owner_name (const FzRegister *reg, const FzFields *entry, GPtrArray *staff)
{
  const char *owner = owner_of (reg, entry);
  const FzFields *person = owner != NULL ? fz_staff_find (staff, owner) : NULL;

  if (owner != NULL)
    return person != NULL ? fz_fields_get (person, "name") : owner;
  return fz_fields_has (entry, "entry.opened_person") ? fz_fields_get (entry, "entry.opened_by") : NULL;
}

gboolean
fz_owner_says_the_same (const FzRegister *reg, const FzFields *before, const FzFields *after)
{
  g_autoptr (FzFields) was = fz_fields_dup_below (before, "field", "fuzhen.part/v1"), is = fz_fields_dup_below (after, "field", "fuzhen.part/v1");

  if (fz_register_find_field (reg, FZ_REGISTER_OWNER)->common) {
    fz_fields_set (was, FZ_REGISTER_OWNER, NULL);
    fz_fields_set (is, FZ_REGISTER_OWNER, NULL);
  }
  return fz_fields_equal (was, is);
}
